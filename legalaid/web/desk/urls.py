from django.urls import path

from legalaid.web.desk import views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("board/", views.board, name="desk-board"),
    path("new/", views.register, name="desk-register"),
    path("slip/<uuid:help_request_id>/", views.slip, name="desk-slip"),
    path("slip/<uuid:help_request_id>/qr.svg", views.slip_qr, name="desk-slip-qr"),
    path("memo/<uuid:help_request_id>.pdf", views.memo, name="desk-memo"),
    path("booking/<int:booking_id>/arrived/", views.arrived, name="desk-arrived"),
    path("booking/<int:booking_id>/missed/", views.missed, name="desk-missed"),
]
