from django.urls import path

from legalaid.web.office import agreement_files, agreements, booths, clauses, fulfilment, orphans, triage, views

urlpatterns = [
    path("", views.office, name="office"),
    path("agreements/", agreements.agreements, name="office-agreements"),
    path("agreements/new/", agreements.begin, name="office-agreement-new"),
    path("agreement/<int:agreement_id>/", agreements.agreement, name="office-agreement"),
    path("agreement/<int:agreement_id>/terms/", agreements.terms, name="office-agreement-terms"),
    path("agreement/<int:agreement_id>/annex/", agreements.annex, name="office-agreement-annex"),
    path("agreement/<int:agreement_id>/exchange/", agreement_files.exchange, name="office-agreement-exchange"),
    path("agreement/<int:agreement_id>/text.pdf", agreement_files.text_pdf, name="office-agreement-pdf"),
    path("agreement/<int:agreement_id>/text.docx", agreement_files.text_docx, name="office-agreement-docx"),
    path("agreement/<int:agreement_id>/scans/", agreement_files.add_scan, name="office-agreement-add-scan"),
    path("agreement/<int:agreement_id>/scan/<int:scan_id>.pdf", agreement_files.scan, name="office-agreement-scan"),
    path(
        "agreement/<int:agreement_id>/scan/<int:scan_id>/remove/",
        agreement_files.remove_scan,
        name="office-agreement-remove-scan",
    ),
    path("agreement/<int:agreement_id>/report/", fulfilment.report, name="agreement-report"),
    path("agreement/<int:agreement_id>/report.pdf", fulfilment.pdf, name="agreement-report-pdf"),
    path("agreement/<int:agreement_id>/report.xlsx", fulfilment.xlsx, name="agreement-report-xlsx"),
    path("clauses/", clauses.clauses, name="office-clauses"),
    path("clauses/<int:clause_id>/", clauses.save, name="office-clause"),
    path("agreement/<int:agreement_id>/amend/", agreements.amend, name="office-agreement-amend"),
    path("agreement/<int:agreement_id>/<slug:action>/", agreements.move, name="office-agreement-move"),
    path("triage/", triage.quality, name="office-triage"),
    path("triage/<slug:code>/", triage.examples, name="office-examples"),
    path("decisions/", orphans.orphans, name="office-orphans"),
    path("decisions/<int:booking_id>/", orphans.decide, name="office-orphan-decide"),
    path("booths/", booths.booths, name="office-booths"),
    path("branch/<int:branch_id>/phone/", booths.phone, name="office-branch-phone"),
]
