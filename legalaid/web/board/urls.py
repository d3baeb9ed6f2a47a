from django.urls import path

from legalaid.web.board import views

urlpatterns = [
    path("<slug:code>/", views.board, name="board"),
    path("<slug:code>/now/", views.now, name="board-now"),
]
