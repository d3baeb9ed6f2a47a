"""The database engine of the settings: Django's own for PostgreSQL, which asks the socket whether it is alive."""
