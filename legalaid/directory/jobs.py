"""Agreements whose last day is over."""

from procrastinate.contrib.django import app


@app.periodic(cron="5 * * * *")
@app.task(name="directory.expire_agreements", queue="directory", queueing_lock="directory.expire_agreements")
def expire_agreements(timestamp: int) -> None:
    """End the agreements whose term is over; `timestamp` is the moment the scheduler meant (seconds since 1970)."""
    from datetime import UTC, datetime

    from legalaid.directory.services import expire_overdue  # the task is registered before apps are ready
    from legalaid.kernel.actor import Actor

    expire_overdue(actor=Actor.system("agreement-clock"), now=datetime.fromtimestamp(timestamp, UTC))
