"""Django loads `DatabaseWrapper` from here by the name of the engine, `legalaid.kernel.postgres`."""

import select

from django.db.backends.postgresql.base import DatabaseWrapper as PostgresWrapper


class DatabaseWrapper(PostgresWrapper):
    """A connection kept from one request to the next, found dead without asking the server.

    A server that was restarted must not cost one refused page for each connection kept. Django asks it with a
    statement before every request; but a server that ends has closed the socket, and whoever looks at an idle socket
    sees that there is something to read.
    """

    def is_usable(self) -> bool:
        """Whether the server is still there; a silent socket is believed, one with something to read is asked."""
        if self.connection is None or self.connection.closed:
            return False
        look = select.poll()
        look.register(self.connection.fileno(), select.POLLIN)
        return not look.poll(0) or bool(super().is_usable())
