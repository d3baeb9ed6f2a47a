"""Addresses of the demo."""

from django.urls import path

from legalaid.web.demo.views import one_click_login

urlpatterns = [path("login/<slug:role>/", one_click_login, name="demo-login")]
