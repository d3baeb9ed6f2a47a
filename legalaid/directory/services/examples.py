"""What the project office teaches triage: ways people say a topic."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from legalaid.directory.models import Topic, TopicExample
from legalaid.directory.pack.strict import holds_contact
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.people.states import Role

MIN_EXAMPLE, MAX_EXAMPLE = 5, 300


class ExampleRefused(DomainError):
    """The example is too short, too long, or stands there already."""

    code = "example"
    field = "text"


def add_example(*, topic_id: int, text: str, actor: Actor, now: datetime) -> TopicExample:
    """Teach triage one way people say a topic. Raises NotFound, ExampleRefused. The journal keeps no words of it."""
    if not actor.has(Role.OFFICE) or actor.user_id is None:
        raise NotFound
    said = " ".join(text.replace("\x00", "").split())
    if not MIN_EXAMPLE <= len(said) <= MAX_EXAMPLE:
        raise ExampleRefused(_("Напишите от 5 до 300 знаков: одно предложение, как говорят люди."))
    if holds_contact(said):  # examples travel to other regions in the pack
        raise ExampleRefused(_("Без телефонов и адресов почты: по ним можно узнать человека."))
    with transaction.atomic(durable=True):
        topic = Topic.objects.select_for_update().filter(pk=topic_id).order_by("id").first()
        if topic is None:
            raise NotFound
        if TopicExample.objects.filter(topic=topic, text__iexact=said).exists():
            raise ExampleRefused(_("Такой пример у темы уже есть."))
        example = TopicExample.objects.create(topic=topic, text=said, added_by_id=actor.user_id, added_at=now)
        record(kind="topic", subject=topic.pk, action="add_example", actor=actor, at=now, after="taught",
               data={"topic": topic.code, "example": example.pk})  # fmt: skip
    return example


def remove_example(*, topic_id: int, example_id: int, actor: Actor, now: datetime) -> None:
    """Let triage forget an example. Raises NotFound."""
    if not actor.has(Role.OFFICE):
        raise NotFound
    with transaction.atomic(durable=True):
        example = TopicExample.objects.select_related("topic").filter(pk=example_id, topic_id=topic_id).first()
        if example is None:
            raise NotFound
        record(kind="topic", subject=topic_id, action="remove_example", actor=actor, at=now, after="forgotten",
               data={"topic": example.topic.code, "example": example_id})  # fmt: skip
        example.delete()
