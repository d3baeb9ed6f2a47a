"""WSGI entry of the `web` processes."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "legalaid.config.settings")
application = get_wsgi_application()

# What is loaded by now stays for good: the collector need not walk through it with every few requests.
gc.collect()
gc.freeze()
# A request makes some thousand objects and leaves no rings behind: with Python's 700 the collector runs several times
# in each, and costs 6 % of the processor (bench/booking.py, both ways in turn in one process).
gc.set_threshold(20_000, 20, 100)
