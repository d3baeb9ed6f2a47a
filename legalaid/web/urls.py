"""Doors."""

from django.urls import URLPattern, URLResolver, include, path

from legalaid.web.health import healthz, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("", include("legalaid.web.appearance.urls")),
    path("demo/", include("legalaid.web.demo.urls")),
]
