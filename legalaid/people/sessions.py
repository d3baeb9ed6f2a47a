"""Sessions in the database, as Django keeps them; one statement reads a session and whose it is: every request asks."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from legalaid.people.models import Session, User
from legalaid.people.queries import open_session


class SessionStore(db.SessionStore):
    """The engine of SESSION_ENGINE."""

    account: User | None = None
    """Who was signed in when the session was read, with what she may do; None also before it is read."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """A row to be saved: the account stands beside the data, which only we can read."""
        row = super().create_model_instance(data)
        assert isinstance(row, Session)
        row.account_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        return row

    def load(self) -> dict[str, Any]:
        """The data of a session that has not ended; {} and no key for any other."""
        found = open_session(self.session_key, timezone.now()) if self.session_key else None
        if found is None:
            self._session_key = None
            return {}
        written, self.account = found
        data: dict[str, Any] = self.decode(written)
        return data
