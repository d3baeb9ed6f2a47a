"""Decisions about bookings that outlived their agreement."""

from django.db import models

from legalaid.reception.models.bookings import Booking


class KeptBooking(models.Model):
    """запись, которую решили оставить: the person is received although no agreement covers her time any more"""

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="kept")
    at = models.DateTimeField("когда решено")

    class Meta:
        verbose_name = "оставленная запись"
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"kept booking {self.booking_id}"
