"""The coordinator's posts and what her experts answer."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from legalaid.directory.models import ExpertProfile, Post, Topic
from legalaid.directory.states import Language
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.people.states import Role
from legalaid.reception.hours_refusals import PostNameRefused
from legalaid.reception.queries.hours import experts_of, lock_posts

MAX_NAME = 80


def open_post(*, authority_id: int, name: str, actor: Actor, now: datetime) -> Post:
    """Give the coordinator's authority one more post. Raises PostNameRefused, NotFound."""
    if not actor.has(Role.COORDINATOR, authority_id=authority_id):
        raise NotFound
    with transaction.atomic(durable=True):
        post, made = Post.objects.get_or_create(authority_id=authority_id, name=_name(name))
        if not made:
            raise PostNameRefused
        record(kind="post", subject=post.pk, action="add", actor=actor, at=now, after="open")
    return post


def rename_post(*, post_id: int, name: str, actor: Actor, now: datetime) -> Post:
    """Call a post otherwise. Raises PostNameRefused, NotFound."""
    name = _name(name)
    with transaction.atomic(durable=True):
        found = lock_posts([post_id])
        if not found or not actor.has(Role.COORDINATOR, authority_id=found[0].authority_id):
            raise NotFound
        post = found[0]
        if Post.objects.filter(authority_id=post.authority_id, name=name).exclude(pk=post.pk).exists():
            raise PostNameRefused
        former, post.name = post.name, name
        post.save(update_fields=["name"])
        record(kind="post", subject=post.pk, action="rename", actor=actor, at=now, data={"from": former, "to": name})
        publish_on_commit(f"queue:{post.authority_id}")
    return post


def set_expert_profile(
    *, authority_id: int, user_id: int, topic_codes: Iterable[str], languages: Iterable[str], actor: Actor,
    now: datetime,
) -> ExpertProfile:  # fmt: skip
    """Say which topics of the authority an expert of it answers (none = all) and in which languages.

    Raises NotFound for a person, topic or language that is not the authority's own.
    """
    if not actor.has(Role.COORDINATOR, authority_id=authority_id):
        raise NotFound
    codes, spoken = set(topic_codes), sorted(set(languages))
    topics = list(Topic.objects.filter(authority_id=authority_id, code__in=codes).order_by("id"))
    own = {one.user.pk for one in experts_of(authority_id, now)}
    if user_id not in own or len(topics) != len(codes) or not set(spoken) <= set(Language.values):
        raise NotFound
    with transaction.atomic(durable=True):
        profile, _made = ExpertProfile.objects.get_or_create(user_id=user_id, authority_id=authority_id)
        profile.languages = spoken
        profile.save(update_fields=["languages"])
        profile.topics.set(topics)
        record(kind="expert", subject=user_id, action="set_profile", actor=actor, at=now,
               data={"authority": authority_id, "topics": sorted(codes), "languages": spoken})  # fmt: skip
        publish_on_commit(f"queue:{authority_id}")
    return profile


def _name(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    if not name or len(name) > MAX_NAME:
        raise PostNameRefused
    return name
