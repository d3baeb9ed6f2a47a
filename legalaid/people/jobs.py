"""Jobs of people, run by the worker; each may run twice."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app


@app.periodic(cron="41 3 * * *")
@app.task(name="people.forget_sessions", queue="minute", queueing_lock="people.forget_sessions")
def forget_sessions(timestamp: int) -> None:
    """Delete the sessions that have ended: nobody else does."""
    from legalaid.people.models import Session  # the task is registered before apps are ready

    Session.objects.filter(expire_date__lte=datetime.fromtimestamp(timestamp, UTC)).delete()
