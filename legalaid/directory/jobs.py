"""Clocks of agreements: those whose last day is over end, those that end soon are warned of."""

from procrastinate.contrib.django import app


@app.periodic(cron="5 * * * *")
@app.task(name="directory.expire_agreements", queue="directory", queueing_lock="directory.expire_agreements")
def expire_agreements(timestamp: int) -> None:
    """End the agreements whose term is over; `timestamp` is the moment the scheduler meant (seconds since 1970)."""
    from datetime import UTC, datetime

    from legalaid.directory.services import expire_overdue  # the task is registered before apps are ready
    from legalaid.kernel.actor import Actor

    expire_overdue(actor=Actor.system("agreement-clock"), now=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="10 * * * *")
@app.task(name="directory.warn_of_ends", queue="directory", queueing_lock="directory.warn_of_ends")
def warn_of_ends(timestamp: int) -> None:
    """Warn both sides 60, 30 and 7 days ahead; an hour that was missed is made up by the next."""
    from datetime import UTC, datetime

    from legalaid.directory.services import warn_of_ends as warn  # the task is registered before apps are ready
    from legalaid.kernel.actor import Actor

    warn(actor=Actor.system("agreement-clock"), now=datetime.fromtimestamp(timestamp, UTC))


@app.task(name="directory.read_catalogue_file", queue="directory")
def read_catalogue_file(file_id: int, language: str) -> None:
    """Read a sheet of the catalogue that somebody of the office brought."""
    from django.utils import timezone

    from legalaid.directory.services import read_brought_sheet  # the task is registered before apps are ready
    from legalaid.kernel.actor import Actor

    read_brought_sheet(file_id=file_id, language=language, actor=Actor.system("worker"), now=timezone.now())


@app.task(name="directory.take_catalogue_file", queue="directory")
def take_catalogue_file(file_id: int, language: str) -> None:
    """Write what a confirmed sheet says."""
    from django.utils import timezone

    from legalaid.directory.services import take_brought_sheet  # the task is registered before apps are ready
    from legalaid.kernel.actor import Actor

    take_brought_sheet(file_id=file_id, language=language, actor=Actor.system("worker"), now=timezone.now())
