"""WSGI entry of the `web` processes."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "legalaid.config.settings")
application = get_wsgi_application()

# What is loaded by now stays for good: the collector need not walk through it with every few requests.
gc.collect()
gc.freeze()
