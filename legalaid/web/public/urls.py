"""Addresses of the public pages."""

from django.urls import path

from legalaid.web.public import views

app_name = "public"
urlpatterns = [
    path("where/", views.where, name="where"),
    path("where/<slug:code>/", views.branch, name="branch"),
    path("where/<slug:code>/poster/", views.poster, name="poster"),
    path("where/<slug:code>/qr.svg", views.qr, name="qr"),
    path("who/", views.who, name="who"),
    path("who/<str:code>/", views.topic, name="topic"),
    path("about/", views.about, name="about"),
]
