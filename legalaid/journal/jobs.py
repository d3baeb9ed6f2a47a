"""Sealing the journal, once a minute."""

from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="journal.seal", queue="journal", lock="journal.seal", queueing_lock="journal.seal")
def seal_journal(timestamp: int) -> None:
    """Chain the entries of the last minute; `timestamp` is the moment the scheduler meant (seconds since 1970)."""
    from legalaid.journal.services import seal  # the task is registered before apps are ready

    while seal():
        pass
