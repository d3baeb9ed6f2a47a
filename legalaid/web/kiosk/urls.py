from django.urls import path

from legalaid.web.kiosk import views

urlpatterns = [
    path("", views.kiosk, name="kiosk"),
    path("now/", views.now_part, name="kiosk-now"),
    path("check/", views.check, name="kiosk-check"),
    path("bell/", views.bell, name="kiosk-bell"),
    path("pair/<int:booth_id>/", views.pair, name="kiosk-pair"),
]
