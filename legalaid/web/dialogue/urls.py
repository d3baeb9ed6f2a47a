"""Addresses of the dialogue, by door; each door includes its own list, so that they keep its prefix and namespace."""

from collections.abc import Callable

from django.urls import URLPattern, path

from legalaid.people.states import Role
from legalaid.web.citizen.views.papers import photos
from legalaid.web.dialogue import check, citizen, guests, interpreters, papers, people, recording, staff, views
from legalaid.web.dialogue.doors import RoomView, View
from legalaid.web.staff.access import staff as guard

of_expert, of_operator = guard(Role.EXPERT), guard(Role.OPERATOR)
ROOM = "dialogue/<uuid:dialogue_id>/"
GUEST = "guest/<uuid:participant_id>/"
HERS = "z/<str:token>/dialogue/"


def papers_of_room(prefix: str, guarded: Callable[[RoomView], View], name: str) -> list[URLPattern]:
    """The papers of a room behind one door; the address of its list is the beginning of the others."""
    steps: list[tuple[str, RoomView, str]] = [
        ("", papers.panel, ""), ("add/", papers.add, "-add"), ("show/", papers.show, "-show"),
        ("hide/", papers.hide, "-hide"), ("print/", papers.ask_print, "-print"), ("phone/", papers.phone, "-phone"),
        ("<int:paper_id>/<int:page_number>.jpg", papers.page, "-page"),
    ]  # fmt: skip
    return [path(f"{prefix}papers/{route}", guarded(view), name=f"{name}-papers{end}") for route, view, end in steps]


citizen_patterns = [
    path("z/<str:token>/devices/", check.citizen_devices, name="devices"),
    path("z/<str:token>/devices/note/", check.citizen_devices_note, name="devices-note"),
    path("z/<str:token>/dialogue/", citizen.citizen, name="dialogue"),
    path("z/<str:token>/dialogue/waiting/", citizen.citizen_waiting, name="dialogue-waiting"),
    path("z/<str:token>/dialogue/ticket/", citizen.citizen_ticket, name="dialogue-ticket"),
    path("z/<str:token>/dialogue/bell/", citizen.citizen_bell, name="dialogue-bell"),
    path("z/<str:token>/dialogue/operator/", citizen.citizen_operator, name="dialogue-operator"),
    path("z/<str:token>/dialogue/people/", citizen.in_her_dialogue(people.panel), name="dialogue-people"),
    *recording.patterns(citizen.in_her_dialogue, "z/<str:token>/dialogue/", "dialogue"),
    *papers_of_room(HERS, citizen.in_her_dialogue, "dialogue"),
]
expert_patterns = [
    path(ROOM, staff.expert, name="expert-dialogue"),
    path(ROOM + "ticket/", of_expert(people.ticket), name="expert-dialogue-ticket"),
    path(ROOM + "end/", staff.expert_end, name="expert-dialogue-end"),
    path(ROOM + "admit/", of_expert(people.admit), name="expert-dialogue-admit"),
    path(ROOM + "people/", of_expert(people.panel), name="expert-dialogue-people"),
    path(ROOM + "invite/", of_expert(people.invite), name="expert-dialogue-invite"),
    path(ROOM + "link/", of_expert(people.link), name="expert-dialogue-link"),
    path(ROOM + "withdraw/<uuid:invitation_id>/", of_expert(people.withdraw), name="expert-dialogue-withdraw"),
    path(ROOM + "remove/<uuid:participant_id>/", of_expert(people.remove), name="expert-dialogue-remove"),
    path(ROOM + "hand-over/", of_expert(people.hand_over), name="expert-dialogue-hand-over"),
    path(ROOM + "hold/", of_expert(people.hold), name="expert-dialogue-hold"),
    path(ROOM + "resume/", of_expert(people.resume), name="expert-dialogue-resume"),
    *papers_of_room(ROOM, of_expert, "expert-dialogue"),
    path("invitation/<uuid:invitation_id>/accept/", staff.accept, name="expert-invitation-accept"),
    path("invitation/<uuid:invitation_id>/decline/", staff.decline, name="expert-invitation-decline"),
    *recording.patterns(of_expert, ROOM, "expert-dialogue"),
    *recording.lead_patterns(of_expert, ROOM, "expert-dialogue"),
]
desk_patterns = [
    path(ROOM, staff.operator, name="desk-dialogue"),
    path(ROOM + "ticket/", of_operator(people.ticket), name="desk-dialogue-ticket"),
    path(ROOM + "people/", of_operator(people.panel), name="desk-dialogue-people"),
    *recording.patterns(of_operator, ROOM, "desk-dialogue"),
    *papers_of_room(ROOM, of_operator, "desk-dialogue"),
]
urlpatterns = [
    path("live/ticket/", views.live_ticket, name="live-ticket"),
    path("p/<str:token>/", photos, name="photos"),
    path("join/<str:secret>/", guests.link, name="guest"),
    path("interpreter/<str:token>/", interpreters.door, name="interpreter"),
    path("interpreter/<str:token>/status/", interpreters.status, name="interpreter-status"),
    path(GUEST, guests.room, name="guest-dialogue"),
    path(GUEST + "ticket/", guests.by_cookie(people.ticket), name="guest-dialogue-ticket"),
    path(GUEST + "people/", guests.by_cookie(people.panel), name="guest-dialogue-people"),
    *recording.patterns(guests.by_cookie, GUEST, "guest-dialogue"),
    path("recordings/", recording.recordings, name="recordings"),
    path("recordings/<uuid:recording_id>/<int:take>.webm", recording.film, name="recording-film"),
    *papers_of_room(GUEST, guests.by_cookie, "guest-dialogue"),
]
