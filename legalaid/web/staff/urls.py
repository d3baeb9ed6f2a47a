from django.urls import path

from legalaid.web.staff import views

urlpatterns = [
    path("", views.home, name="staff-home"),
    path("role/", views.work_as, name="staff-role"),
    path("seen/", views.seen, name="staff-seen"),
    path("guide/", views.guide, name="staff-guide"),
]
