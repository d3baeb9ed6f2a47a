"""Addresses of the citizen's door."""

from django.urls import path

from legalaid.web.citizen.views import agree, change, memo, page, papers, place, story
from legalaid.web.dialogue.urls import citizen_patterns

app_name = "citizen"
urlpatterns = [
    path("", story.start, name="start"),
    path("z/<str:token>/", page.page, name="request"),
    path("z/<str:token>/topics/", story.topics, name="topics"),
    path("z/<str:token>/topics/all/", story.all_topics, name="all-topics"),
    path("z/<str:token>/topic/", story.topic, name="topic"),
    path("z/<str:token>/second/", story.second, name="second"),
    path("z/<str:token>/time/", agree.choose_time, name="time"),
    path("z/<str:token>/needs/", agree.needs, name="needs"),
    path("z/<str:token>/contact/", agree.contact, name="contact"),
    path("z/<str:token>/confirm/", agree.confirm, name="confirm"),
    path("z/<str:token>/done/", page.done, name="done"),
    path("z/<str:token>/done/now/", place.done_now, name="done-now"),
    path("z/<str:token>/status/", page.status, name="status"),
    path("z/<str:token>/here/", place.here, name="here"),
    path("z/<str:token>/call-back/", place.call_back, name="call-back"),
    path("z/<str:token>/come-back/", place.come_back, name="come-back"),
    path("z/<str:token>/move/", change.move, name="move"),
    path("z/<str:token>/changed/", change.changed, name="changed"),
    path("z/<str:token>/earlier/", change.earlier, name="earlier"),
    path("z/<str:token>/cancel/", page.cancel_page, name="cancel"),
    path("z/<str:token>/consent/", page.consent_page, name="consent"),
    path("z/<str:token>/zapis.ics", page.calendar, name="calendar"),
    path("z/<str:token>/qr.svg", page.qr, name="qr"),
    path("z/<str:token>/memo.pdf", page.memo_file, name="memo"),
    path("z/<str:token>/papers/", papers.papers, name="papers"),
    path("z/<str:token>/papers/remove/", papers.remove, name="papers-remove"),
    path("z/<str:token>/papers/<int:paper_id>/<int:page_number>.jpg", papers.page, name="papers-page"),
    *citizen_patterns,
    path("m/<str:code>/", memo.check, name="memo-check"),
]
