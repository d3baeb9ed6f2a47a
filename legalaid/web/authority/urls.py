from django.urls import path

from legalaid.web.authority import views

urlpatterns = [path("", views.authority, name="authority")]
