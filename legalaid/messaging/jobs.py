"""Jobs of messaging, run by the worker after the commit that enqueued them; each may run twice."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app


@app.task(name="messaging.send", queue="messages", retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def send_message(message_id: int) -> None:
    """Send one message unless it has been sent."""
    from legalaid.messaging.services import send  # the task is registered before apps are ready

    send(message_id=message_id)
