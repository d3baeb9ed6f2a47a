"""Jobs of messaging, run by the worker after the commit that enqueued them; each may run twice."""

from datetime import UTC, datetime

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status
from procrastinate.manager import JobManager


@app.task(name="messaging.send", queue="messages", retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def send_message(message_id: int) -> None:
    """Send one message unless it has been sent."""
    from legalaid.messaging.services import send  # the task is registered before apps are ready

    send(message_id=message_id)


@app.periodic(cron="* * * * *")
@app.task(name="messaging.resend_stuck", queue="minute", queueing_lock="messaging.resend_stuck")
def resend_stuck(timestamp: int) -> None:
    """Send what the death of a worker left behind."""
    from legalaid.messaging.services import resend_stuck as resend  # registered before apps are ready

    resend(now=datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="* * * * *")
@app.task(name="messaging.retry_stalled", queue="minute", queueing_lock="messaging.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Give back to the queue, of whatever app, what a worker was doing when it died."""
    await give_back(context.app.job_manager)


async def give_back(manager: JobManager) -> None:
    """Put every job of a dead worker back, each by itself: one that cannot go back must not hold up the others.

    A job of which only one may wait has a successor in the queue by now; that one does its work, it has failed.
    """
    for job in await manager.get_stalled_jobs():
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)
