"""Sessions in the database, as Django keeps them, read by one hand-written statement: every request reads one."""

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from legalaid.kernel.sql import fetch_one

_READ = "SELECT session_data FROM django_session WHERE session_key = %(key)s AND expire_date > %(now)s"


class SessionStore(db.SessionStore):
    """The engine of SESSION_ENGINE."""

    def load(self) -> dict[str, Any]:
        """The data of a session that has not ended; {} and no key for any other."""
        row = fetch_one(_READ, key=self.session_key, now=timezone.now()) if self.session_key else None
        if row is None:
            self._session_key = None
            return {}
        found: dict[str, Any] = self.decode(row[0])
        return found
