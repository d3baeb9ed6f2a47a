"""ASGI entry of the demo: pages and sockets in one process on one address."""

import os
from typing import Any, cast

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "legalaid.config.settings")
django.setup()

from a2wsgi import WSGIMiddleware  # noqa: E402 - needs the settings
from starlette.routing import Mount  # noqa: E402

from legalaid.config.wsgi import application as pages  # noqa: E402
from legalaid.realtime.app import sockets_app  # noqa: E402

PAGE_THREADS = 16
"""Pages answered at once; each may hold a database connection."""

application = sockets_app()
# a2wsgi and Django describe the same calls by different types
page_app: Any = WSGIMiddleware(cast("Any", pages), workers=PAGE_THREADS)
application.router.routes.append(Mount("/", page_app))
