"""ASGI entry of the `live` processes: sockets only."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "legalaid.config.settings")
django.setup()

from legalaid.realtime.app import sockets_app  # noqa: E402 - needs the settings

application = sockets_app()
