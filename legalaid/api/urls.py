"""Addresses for programs."""

from django.urls import path

from legalaid.api.bookings import api
from legalaid.api.sms import receipt

urlpatterns = [
    path("sms/receipt/", receipt, name="sms-receipt"),
    path("v1/", api.urls),
]
