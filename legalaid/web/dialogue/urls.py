"""Addresses of the dialogue, by door; each door includes its own list, so that they keep its prefix and namespace."""

from django.urls import path

from legalaid.web.dialogue import views

citizen_patterns = [
    path("z/<str:token>/dialogue/", views.citizen, name="dialogue"),
    path("z/<str:token>/dialogue/waiting/", views.citizen_waiting, name="dialogue-waiting"),
    path("z/<str:token>/dialogue/ticket/", views.citizen_ticket, name="dialogue-ticket"),
    path("z/<str:token>/dialogue/bell/", views.citizen_bell, name="dialogue-bell"),
]
expert_patterns = [
    path("dialogue/<uuid:dialogue_id>/", views.expert, name="expert-dialogue"),
    path("dialogue/<uuid:dialogue_id>/ticket/", views.expert_ticket, name="expert-dialogue-ticket"),
    path("dialogue/<uuid:dialogue_id>/end/", views.expert_end, name="expert-dialogue-end"),
]
urlpatterns = [path("live/ticket/", views.live_ticket, name="live-ticket")]
