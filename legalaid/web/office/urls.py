from django.urls import path

from legalaid.web.office import agreements, booths, orphans, triage, views

urlpatterns = [
    path("", views.office, name="office"),
    path("agreements/", agreements.agreements, name="office-agreements"),
    path("agreements/new/", agreements.begin, name="office-agreement-new"),
    path("agreement/<int:agreement_id>/", agreements.agreement, name="office-agreement"),
    path("agreement/<int:agreement_id>/terms/", agreements.terms, name="office-agreement-terms"),
    path("agreement/<int:agreement_id>/annex/", agreements.annex, name="office-agreement-annex"),
    path("agreement/<int:agreement_id>/amend/", agreements.amend, name="office-agreement-amend"),
    path("agreement/<int:agreement_id>/<slug:action>/", agreements.move, name="office-agreement-move"),
    path("triage/", triage.quality, name="office-triage"),
    path("triage/<slug:code>/", triage.examples, name="office-examples"),
    path("decisions/", orphans.orphans, name="office-orphans"),
    path("decisions/<int:booking_id>/", orphans.decide, name="office-orphan-decide"),
    path("booths/", booths.booths, name="office-booths"),
    path("branch/<int:branch_id>/phone/", booths.phone, name="office-branch-phone"),
]
