"""Jobs of requests, run by the worker; each may run twice."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app


@app.periodic(cron="17 3 * * *")
@app.task(name="intake.expire_papers", queue="minute", queueing_lock="intake.expire_papers")
def expire_papers(timestamp: int) -> None:
    """Destroy the papers that were kept for thirty days."""
    from legalaid.intake.services import expire_papers as expire  # the task is registered before apps are ready
    from legalaid.kernel.actor import Actor

    expire(actor=Actor.system("worker"), now=datetime.fromtimestamp(timestamp, UTC))
