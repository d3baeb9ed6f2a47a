"""Jobs of the dialogue, run by the worker."""

from datetime import UTC, datetime

from django.utils import timezone
from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="dialogue.close_abandoned", queue="minute", queueing_lock="dialogue.close_abandoned")
def close_abandoned(timestamp: int) -> None:
    """Close the waiting rooms of requests that were cancelled or missed."""
    from legalaid.dialogue.services import close_abandoned as close  # registered before apps are ready
    from legalaid.kernel.actor import Actor

    close(actor=Actor.system("worker"), now=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="* * * * *")
@app.task(name="dialogue.expire_invitations", queue="minute")
def expire_invitations(timestamp: int) -> None:
    """End the invitations whose time is up. Runs every minute and at the end of each; `timestamp` 0 means now."""
    from legalaid.dialogue.services import expire_open
    from legalaid.kernel.actor import Actor

    now = datetime.fromtimestamp(timestamp, UTC) if timestamp else timezone.now()
    expire_open(actor=Actor.system("worker"), now=now)


@app.periodic(cron="20 3 * * *")
@app.task(name="dialogue.forget_lines", queue="minute", queueing_lock="dialogue.forget_lines")
def forget_lines(timestamp: int) -> None:
    """Delete samples of lines that are too old to be of use."""
    from legalaid.dialogue.services import forget_lines as forget  # registered before apps are ready
    from legalaid.kernel.actor import Actor

    forget(actor=Actor.system("worker"), now=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="17 * * * *")
@app.task(name="dialogue.expire_recordings", queue="hour", queueing_lock="dialogue.expire_recordings")
def expire_recordings(timestamp: int) -> None:
    """Delete recordings that have been kept long enough."""
    from legalaid.dialogue.services import expire_recordings as expire
    from legalaid.kernel.actor import Actor

    expire(actor=Actor.system("worker"), now=datetime.fromtimestamp(timestamp, UTC))
