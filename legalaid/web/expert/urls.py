from django.urls import path

from legalaid.web.dialogue.urls import expert_patterns
from legalaid.web.expert import memo, views

urlpatterns = [
    path("", views.expert, name="expert"),
    path("queue/", views.queue, name="expert-queue"),
    path("duty/", views.duty, name="expert-duty"),
    path("duty/now/", views.duty_now, name="expert-duty-now"),
    path("card/<uuid:help_request_id>/", views.card, name="expert-card"),
    path("card/<uuid:help_request_id>/accept/", views.accept, name="expert-accept"),
    path("card/<uuid:help_request_id>/note/", views.note, name="expert-note"),
    path("card/<uuid:help_request_id>/delay/", views.delay, name="expert-delay"),
    path("card/<uuid:help_request_id>/called/", views.called, name="expert-called"),
    path("offer/<int:offer_id>/decline/", views.decline, name="expert-decline"),
    path("dialogue/<uuid:dialogue_id>/hand-on/", views.hand_on, name="expert-hand-on"),
    path("booking/<int:booking_id>/missed/", views.missed, name="expert-missed"),
    path("memo/<uuid:dialogue_id>/", memo.editor, name="expert-memo"),
    path("memo/<uuid:dialogue_id>/save/", memo.save, name="expert-memo-save"),
    path("memo/<uuid:dialogue_id>/issue/", memo.issue, name="expert-memo-issue"),
    path("memo/<uuid:dialogue_id>/close/", memo.close, name="expert-memo-close"),
    path("memo/<uuid:help_request_id>.pdf", memo.pdf, name="expert-memo-pdf"),
    *expert_patterns,
]
