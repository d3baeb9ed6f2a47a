"""Addresses for programs."""

from django.urls import path

from legalaid.api.sms import receipt

app_name = "api"
urlpatterns = [path("sms/receipt/", receipt, name="sms-receipt")]
