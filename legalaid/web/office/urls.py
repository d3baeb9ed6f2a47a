from django.urls import path

from legalaid.web.office import booths, views

urlpatterns = [
    path("", views.office, name="office"),
    path("booths/", booths.booths, name="office-booths"),
    path("branch/<int:branch_id>/phone/", booths.phone, name="office-branch-phone"),
]
