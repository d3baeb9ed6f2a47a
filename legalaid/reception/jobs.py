"""Jobs of reception, run by the worker after the commit that enqueued them; each may run twice."""

from datetime import UTC, datetime

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from legalaid.reception import queue_jobs  # noqa: F401 - registered together with these


@app.task(name="reception.tell_confirmed", queue="messages", retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def tell_confirmed(booking_id: int) -> None:
    """Write to the citizen of a booking made at a desk; composing a letter is too slow for the transaction itself."""
    from django.utils import timezone

    from legalaid.kernel.actor import Actor  # registered before apps are ready
    from legalaid.reception.services.telling import write_confirmation

    write_confirmation(booking_id=booking_id, actor=Actor.system("worker"), now=timezone.now())


@app.task(name="reception.offer_freed", queue="waitlist", retry=RetryStrategy(max_attempts=3, wait=5))
def offer_freed(resting_id: int) -> None:
    """Offer a freed time to the first who waits for an earlier one."""
    from django.utils import timezone

    from legalaid.kernel.actor import Actor  # registered before apps are ready
    from legalaid.reception.services.waitlist import offer_freed_time

    offer_freed_time(resting_id=resting_id, actor=Actor.system("waitlist"), now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="reception.tend_waitlist", queue="minute", queueing_lock="reception.tend_waitlist")
def tend_waitlist(timestamp: int) -> None:
    """Close unanswered offers of an earlier time and go on to the next who waits."""
    from legalaid.kernel.actor import Actor  # registered before apps are ready
    from legalaid.reception.services.waitlist import tend_waitlist as tend

    tend(actor=Actor.system("waitlist"), now=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="* * * * *")
@app.task(name="reception.remind", queue="minute", queueing_lock="reception.remind")
def remind(timestamp: int) -> None:
    """Remind those who are booked, a day and two hours before."""
    from legalaid.kernel.actor import Actor  # registered before apps are ready
    from legalaid.reception.services.reminders import remind as write_reminders

    write_reminders(actor=Actor.system("reminders"), now=datetime.fromtimestamp(timestamp, UTC))
