from django.urls import path

from legalaid.web.watch import views

urlpatterns = [
    path("", views.watch, name="watch"),
    path("now/", views.now_part, name="watch-now"),
    path("task/<int:task_id>/take/", views.take, name="watch-take"),
    path("task/<int:task_id>/close/", views.close, name="watch-close"),
    path("wait/<uuid:help_request_id>/", views.attribute, name="watch-attribute"),
    path("wait/<uuid:help_request_id>/note/", views.note, name="watch-note"),
    path("dialogue/<uuid:dialogue_id>/tell/", views.tell, name="watch-tell"),
    path("dialogue/<uuid:dialogue_id>/hand-over/", views.hand_over, name="watch-hand-over"),
    path("invitation/<uuid:invitation_id>/withdraw/", views.take_back, name="watch-take-back"),
    path("wait/<uuid:help_request_id>/move/", views.move, name="watch-move"),
    path("request/<uuid:help_request_id>/called/", views.called, name="watch-called"),
]
