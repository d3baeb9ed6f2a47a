from django.urls import path

from legalaid.web.desk import papers, register, requests, search, views
from legalaid.web.dialogue.urls import desk_patterns

urlpatterns = [
    path("", views.desk, name="desk"),
    path("board/", views.board, name="desk-board"),
    path("here/", views.here, name="desk-here"),
    path("new/", register.register, name="desk-register"),
    path("search/", search.find, name="search"),
    path("call/", requests.caller, name="desk-caller"),
    path("request/<uuid:help_request_id>/", requests.page, name="desk-request"),
    path("request/<uuid:help_request_id>/changed/", requests.changed, name="desk-changed"),
    path("request/<uuid:help_request_id>/move/", requests.move, name="desk-move"),
    path("request/<uuid:help_request_id>/cancel/", requests.cancel, name="desk-cancel"),
    path("request/<uuid:help_request_id>/revoke/", requests.revoke, name="desk-revoke"),
    path("request/<uuid:help_request_id>/wait/", views.attribute, name="desk-attribute"),
    path("request/<uuid:help_request_id>/note/", views.note, name="desk-note"),
    path("request/<uuid:help_request_id>/earlier/", requests.earlier, name="desk-earlier"),
    path("task/<int:task_id>/take/", views.take_task, name="desk-take-task"),
    path("task/<int:task_id>/close/", views.close_task, name="desk-close-task"),
    path("slip/<uuid:help_request_id>/", views.slip, name="desk-slip"),
    path("slip/<uuid:help_request_id>/qr.svg", views.slip_qr, name="desk-slip-qr"),
    path("memo/<uuid:help_request_id>.pdf", views.memo, name="desk-memo"),
    path("booking/<int:booking_id>/arrived/", views.arrived, name="desk-arrived"),
    path("booking/<int:booking_id>/missed/", views.missed, name="desk-missed"),
    path("request/<uuid:help_request_id>/papers/", papers.papers, name="desk-papers"),
    path("paper/<int:paper_id>/", papers.sheet, name="desk-paper"),
    path("paper/<int:paper_id>/<int:page_number>.jpg", papers.page, name="desk-paper-page"),
    path("paper/<int:paper_id>/printed/", papers.printed, name="desk-paper-printed"),
    *desk_patterns,
]
