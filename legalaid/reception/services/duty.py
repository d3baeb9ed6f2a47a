"""«На приёме»: an expert sits down at a post of her authority and stands up again."""

from datetime import datetime

from django.db import IntegrityError, transaction

from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.reception.models import Duty
from legalaid.reception.policies import get_own_post
from legalaid.reception.queries import free_posts_to_sit, open_duty
from legalaid.reception.queries.offers import lock_duty
from legalaid.reception.refusals import PostTaken
from legalaid.reception.services.moves import close_duty, tell_of_duty
from legalaid.reception.services.offers import match_after_commit


def start_duty(*, authority_id: int, post_id: int | None, actor: Actor, now: datetime) -> Duty:
    """Sit down at a post, or at any free one when `post_id` is None. Sitting down twice is sitting down once.

    Raises PostTaken, NotFound.
    """
    if actor.user_id is None:
        raise NotFound
    with transaction.atomic(durable=True):
        sitting = open_duty(actor.user_id)
        if sitting is not None:
            return sitting
        if post_id is None:
            free = free_posts_to_sit(authority_id, now).first()
            if free is None:
                raise PostTaken
            post_id = free.pk
        post = get_own_post(actor, post_id)
        try:
            with transaction.atomic():
                duty = Duty.objects.create(post=post, expert_id=actor.user_id, started_at=now)
        except IntegrityError:
            raise PostTaken from None
        record(kind="duty", subject=duty.pk, action="start", actor=actor, at=now, after="open", data={"post": post.pk})
        tell_of_duty(duty)
        match_after_commit(authority_id=post.authority_id, actor=actor, now=now)
    return duty


def end_duty(*, actor: Actor, now: datetime) -> None:
    """Stand up; doing it twice is doing it once.

    Those who wait stay in the queue for the colleagues, and the person offered to her goes on to the next.
    """
    if actor.user_id is None:
        raise NotFound
    with transaction.atomic(durable=True):
        duty = open_duty(actor.user_id)
        if duty is None:
            return
        duty = lock_duty(duty.pk)
        if duty.ended_at is None:
            close_duty(duty, actor=actor, now=now)
            match_after_commit(authority_id=duty.post.authority_id, actor=actor, now=now)
