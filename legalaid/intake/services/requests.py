"""Writes of requests: a story becomes a request with a topic; other apps move it on through `advance`."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from legalaid.directory.models import Topic
from legalaid.directory.topic_rules import term_of
from legalaid.intake.advice import advise
from legalaid.intake.models import HelpRequest, ThirdParty, TopicChoice
from legalaid.intake.policies import get_visible_request
from legalaid.intake.queries import lock_request, next_number
from legalaid.intake.rules import MIN_PHRASE, NONE, Adaptations, Behalf, Offer, spoken_phrase
from legalaid.intake.states import REQUEST_MOVES, Relation, RequestState
from legalaid.journal.services import Entry, entry, record
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import local_day
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.kernel.sql import Part
from legalaid.kernel.states import move
from legalaid.people.models import Citizen
from legalaid.people.states import Channel
from legalaid.triage.terms import due_by

MIN_STORY, MAX_STORY = 3, 4000
"""Letters of a story. The upper bound is the field's."""
LONG_AGO = 3660
"""Days: a date before that is a typing error."""

_STAMPS = {"submit": "submitted_at", "agree": "agreed_at", "queue": "agreed_at", "start": "held_at",
           "answer": "answered_at", "redirect": "answered_at", "ask_to_visit": "answered_at"}  # fmt: skip


_REGISTER = """
    INSERT INTO intake_helprequest (id, number, state, channel, branch_id, citizen_id, registered_by_id, story,
        topic_id, authority_id, needs, interpreter, out_of_turn, deadline_on, submission,
        created_at, submitted_at, agreed_at)
    VALUES (%(request)s, concat(%(region)s::text, '-', to_char(nextval('intake_request_number'), 'FM999990000')),
        %(state)s, %(channel)s, %(branch)s, (SELECT citizen_id FROM given), %(by)s, %(story)s,
        %(topic)s, %(authority)s, %(needs)s, %(language)s, %(out_of_turn)s, %(deadline_on)s, %(submission)s,
        %(now)s, %(now)s, %(agreed)s::timestamptz)
    RETURNING number
"""

_CHOSEN = """
    INSERT INTO intake_topicchoice (help_request_id, offered, chosen, asked, at)
    SELECT %(request)s, %(offered)s, %(code)s, %(asked)s, %(now)s FROM registered
"""


class StoryRefused(DomainError):
    """The story is empty, too short or too long."""

    code = "story"
    field = "story"


class ThirdPartyRefused(DomainError):
    """The name or the relation is missing, or the pass-phrase is too short; `field` says which."""

    code = "third_party"


class DayRefused(DomainError):
    """The day is in the future or too long ago."""

    code = "happened_on"
    field = "happened_on"
    text = _("Проверьте дату: она должна быть в прошлом, не раньше чем 10 лет назад.")


class RequestMovedOn(DomainError):
    """The request is no longer where the action would find it."""

    code = "moved_on"
    text = _("Заявка уже в другом состоянии. Обновите страницу.")


def clean_story(story: str) -> str:
    """Return the story without outer white space. Raises StoryRefused."""
    story = story.replace("\x00", "").strip()
    if len(story) < MIN_STORY:
        raise StoryRefused(_("Напишите хотя бы несколько слов о том, что случилось."))
    if len(story) > MAX_STORY:
        raise StoryRefused(_("Слишком длинный рассказ: уместите его в 4000 знаков."))
    return story


def start_request(
    *, story: str, channel: Channel, branch_id: int | None, actor: Actor, now: datetime, by_user_id: int | None = None
) -> HelpRequest:
    """Make a draft of a request from a person's own words. Raises StoryRefused."""
    story = clean_story(story)
    with transaction.atomic(durable=True):
        request = HelpRequest.objects.create(
            story=story, channel=channel, branch_id=branch_id, created_at=now, registered_by_id=by_user_id
        )
        record(kind="request", subject=request.pk, action="draft", actor=actor, at=now, after=RequestState.DRAFT,
               data={"channel": channel, "branch": branch_id})  # fmt: skip
    return request


def take_topic(*, request: HelpRequest, topic_code: str, actor: Actor, now: datetime) -> None:
    """Give a locked draft its topic, inside the caller's transaction: reception.services.choose_topic.

    With it come the competent authority and the last day to act that the story tells. The choice is remembered beside
    what was offered. Raises NotFound, RequestMovedOn.
    """
    if request.state != RequestState.DRAFT:
        raise RequestMovedOn
    topic = Topic.objects.select_related("authority").filter(code=topic_code, retired_at=None).first()
    if topic is None:
        raise NotFound
    assign_topic(request=request, topic=topic, actor=actor, now=now)
    advice = advise(request.story)
    offer = Offer(tuple(one.topic.code for one in advice.suggestions), advice.close)
    _remember_choice(request=request, offer=offer, now=now)
    found = due_by(request.story, term_of(topic.code, topic.term), local_day(now, topic.authority.timezone))
    _set_deadline(request, found.day if found else None, actor, now)


def _remember_choice(*, request: HelpRequest, offer: Offer, now: datetime) -> None:
    """Keep what was offered and what was chosen, inside the caller's transaction: codes, never words."""
    assert request.topic is not None
    TopicChoice.objects.update_or_create(
        help_request=request,
        defaults={"offered": list(offer.codes), "chosen": request.topic.code, "asked": offer.asked, "at": now},
    )


def tell_when(*, help_request_id: UUID, happened_on: date, actor: Actor, now: datetime) -> HelpRequest:
    """Count a draft's deadline from the day that the person named. Raises NotFound, RequestMovedOn, DayRefused."""
    with transaction.atomic(durable=True):
        get_visible_request(actor, help_request_id)
        request = lock_request(help_request_id)
        if request.state != RequestState.DRAFT or request.topic is None:
            raise RequestMovedOn
        today = local_day(now, request.topic.authority.timezone)
        term = term_of(request.topic.code, request.topic.term)
        if term is None or not today - timedelta(days=LONG_AGO) <= happened_on <= today:
            raise DayRefused
        _set_deadline(request, term.last_day(happened_on), actor, now)
    return request


def _set_deadline(request: HelpRequest, day: date | None, actor: Actor, now: datetime) -> None:
    """Write the last day to act of a locked draft; None takes back one that another topic gave."""
    if request.deadline_on == day:
        return
    request.deadline_on = day
    request.save(update_fields=["deadline_on"])
    record(kind="request", subject=request.pk, action="set_deadline", actor=actor, at=now, before=request.state,
           after=request.state, data={"deadline": day and day.isoformat()})  # fmt: skip


def assign_topic(*, request: HelpRequest, topic: Topic, actor: Actor, now: datetime) -> None:
    """Set topic and authority of a locked draft inside the caller's transaction."""
    request.topic, request.authority = topic, topic.authority
    request.save(update_fields=["topic", "authority"])
    record(kind="request", subject=request.pk, action="choose_topic", actor=actor, at=now, before=request.state,
           after=request.state, data={"topic": topic.code, "authority": topic.authority_id})  # fmt: skip


def register(
    *, story: str, topic: Topic, branch_id: int | None, channel: Channel, submission: str, action: str, actor: Actor,
    now: datetime, adaptations: Adaptations = NONE,
) -> tuple[HelpRequest, list[Entry], Part]:  # fmt: skip
    """Make a request that is complete at once, as the desk does, as a part of the caller's statement.

    It goes through draft and submitted to what `action` leads to (agree or queue; '' leaves it submitted): each move
    stands in the journal, the row is written once. `submission` is the key of the form that asks for it, or ''. The
    last day to act is the one typed, else the one the story tells. The caller writes the entries of the journal
    together with its own. The part, `registered`, takes the citizen from `given` (see consent_parts) and returns the
    request's number.
    """
    told = (
        None if adaptations.deadline_on
        else due_by(story, term_of(topic.code, topic.term), local_day(now, topic.authority.timezone))
    )  # fmt: skip
    request = HelpRequest(
        story=story, channel=channel, branch_id=branch_id, topic=topic, authority=topic.authority,
        registered_by_id=actor.user_id, submission=submission or None,
        created_at=now, submitted_at=now, agreed_at=now if action else None, needs=list(adaptations.needs),
        interpreter=adaptations.interpreter, out_of_turn=adaptations.out_of_turn,
        deadline_on=told.day if told else adaptations.deadline_on,
    )  # fmt: skip
    entries = [
        entry(kind="request", subject=request.pk, action="draft", actor=actor, at=now, after=RequestState.DRAFT,
              data={"channel": channel, "branch": branch_id}),
        entry(kind="request", subject=request.pk, action="choose_topic", actor=actor, at=now,
              before=RequestState.DRAFT, after=RequestState.DRAFT, data={"topic": topic.code}),
    ]  # fmt: skip
    state = RequestState.DRAFT
    for step in filter(None, ("submit", action)):
        before, state = state, move(REQUEST_MOVES, state, step, RequestMovedOn.text)
        entries.append(
            entry(kind="request", subject=request.pk, action=step, actor=actor, at=now, before=before, after=state)
        )
    request.state = state
    values = {
        "request": request.pk, "region": settings.REGION_CODE, "state": state.value, "channel": channel.value,
        "branch": branch_id, "by": actor.user_id, "story": story, "topic": topic.pk, "authority": topic.authority_id,
        "submission": submission or None, "now": now, "agreed": request.agreed_at,
        "needs": request.needs, "language": request.interpreter,
        "out_of_turn": request.out_of_turn, "deadline_on": request.deadline_on,
    }  # fmt: skip
    publish_on_commit("office")
    return request, entries, Part("registered", _REGISTER, values)


def choice_part(*, request: HelpRequest, offer: Offer, now: datetime) -> Part:
    """Keep what was offered and chosen for a request that the part `registered` of the same statement writes."""
    assert request.topic is not None
    return Part("chosen", _CHOSEN, {
        "request": request.pk, "offered": list(offer.codes), "code": request.topic.code, "asked": offer.asked,
        "now": now,
    })  # fmt: skip


def record_third_party(*, request: HelpRequest, behalf: Behalf, actor: Actor, now: datetime) -> None:
    """Write down who acts for the citizen of a request, inside the caller's transaction; nothing typed is nobody.

    Raises ThirdPartyRefused. Of the pass-phrase only a fingerprint is kept.
    """
    name = " ".join(behalf.name.split())
    if not name:
        if behalf.relation or behalf.phrase.strip():
            raise ThirdPartyRefused(_("Укажите имя представителя."), "behalf_name")
        return
    if behalf.relation not in Relation.values:
        raise ThirdPartyRefused(_("Укажите, кем представитель приходится гражданину."), "behalf_relation")
    phrase = spoken_phrase(behalf.phrase)
    if phrase and len(phrase) < MIN_PHRASE:
        raise ThirdPartyRefused(_("Кодовая фраза слишком короткая: нужно хотя бы 6 букв."), "behalf_phrase")
    ThirdParty.objects.create(
        help_request=request, name=name[:120], relation=behalf.relation,
        phrase=make_password(phrase) if phrase else "",
    )  # fmt: skip
    record(kind="request", subject=request.pk, action="name_third_party", actor=actor, at=now, before=request.state,
           after=request.state, data={"relation": behalf.relation, "phrase": bool(phrase)})  # fmt: skip


def submit(*, request: HelpRequest, citizen: Citizen, actor: Actor, now: datetime) -> None:
    """Give a locked draft its citizen and number, inside the caller's transaction."""
    request.citizen = citizen
    request.number = next_number(settings.REGION_CODE)
    advance(request=request, action="submit", actor=actor, now=now, also=("citizen", "number"))


def advance(*, request: HelpRequest, action: str, actor: Actor, now: datetime, also: tuple[str, ...] = ()) -> None:
    """Move a locked request along its table inside the caller's transaction; `also` saves these fields with it.

    Raises IllegalMove.
    """
    before = RequestState(request.state)
    after = move(REQUEST_MOVES, before, action, RequestMovedOn.text)
    request.state = after
    fields = ["state", *also]
    stamp = _STAMPS.get(action)
    if stamp and getattr(request, stamp) is None:
        setattr(request, stamp, now)
        fields.append(stamp)
    request.save(update_fields=fields)
    record(kind="request", subject=request.pk, action=action, actor=actor, at=now, before=before, after=after)
    publish_on_commit(f"request:{request.pk}")
    publish_on_commit("office")
