"""Jobs of the live queue, run by the worker; each may run twice."""

from datetime import UTC, datetime

from django.utils import timezone
from procrastinate.contrib.django import app


@app.task(name="reception.settle_offer", queue="queue")
def settle_offer(authority_id: int) -> None:
    """An offer's time is over: it goes on, if nobody has answered it."""
    from legalaid.kernel.actor import Actor  # the task is registered before apps are ready
    from legalaid.reception.services import match_queue

    match_queue(authority_id=authority_id, actor=Actor.system("queue"), now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="reception.watch_queues", queue="minute", queueing_lock="reception.watch_queues")
def watch_queues(timestamp: int) -> None:
    """Look after all who wait: places kept long enough, long waits, calls, and offers a dead process left undone.

    `timestamp` is the moment the scheduler meant (seconds since 1970).
    """
    from legalaid.kernel.actor import Actor
    from legalaid.reception.services import watch_queues as watch

    watch(actor=Actor.system("queue"), now=datetime.fromtimestamp(timestamp, UTC))
