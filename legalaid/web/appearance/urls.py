"""Address of the reader's choices."""

from django.urls import path

from legalaid.web.appearance import views

urlpatterns = [path("appearance/", views.choose, name="appearance")]
