"""How much is kept of the papers of a request, and for how long."""

from datetime import timedelta

MAX_OF_REQUEST = 60
"""Pages of all papers of a request; more belongs to an appeal."""
KEEP_FOR = timedelta(days=30)
"""product.md, retention: uploaded papers 30 days."""
PHOTO_LIFE = timedelta(minutes=15)
"""How long the code shown for a telephone takes photos."""
