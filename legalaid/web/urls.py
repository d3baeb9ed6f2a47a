"""Doors."""

from django.urls import URLPattern, URLResolver, include, path

from legalaid.web.health import healthz, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("staff/", include("legalaid.web.staff.urls")),
    path("desk/", include("legalaid.web.desk.urls")),
    path("kiosk/", include("legalaid.web.kiosk.urls")),
    path("expert/", include("legalaid.web.expert.urls")),
    path("authority/", include("legalaid.web.authority.urls")),
    path("board/", include("legalaid.web.board.urls")),
    path("office/", include("legalaid.web.office.urls")),
    path("watch/", include("legalaid.web.watch.urls")),
    path("figures/", include("legalaid.web.figures.urls")),
    path("demo/", include("legalaid.web.demo.urls")),
    # Those without a word of their own last: an address is compared with every line before its own.
    path("", include("legalaid.web.appearance.urls")),
    path("", include("legalaid.web.citizen.urls")),
    path("", include("legalaid.web.dialogue.urls")),
    path("", include("legalaid.web.public.urls")),
]
