"""How pages look for one reader: theme and «Версия для слабовидящих». Kept in a cookie, needs no script."""
