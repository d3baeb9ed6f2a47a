"""The staff as the project office keeps it: invitations, roles at places, leave dates.

There are no passwords: whoever may read her mail enters by a code sent there, so the first entry accepts an invitation.
"""

from datetime import date, datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.clock import day_period, local_day
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.people.letters import invitation_letter
from legalaid.people.models import Membership, User
from legalaid.people.rules import clean_email
from legalaid.people.staff_queries import lock_staff, office_stays, open_roles, role_by_id, user_by_email, user_by_id
from legalaid.people.states import Role

NEEDS = {Role.OPERATOR: "branch", Role.EXPERT: "authority", Role.COORDINATOR: "authority"}
"""What kind of place a role is held at; the rest are held in the whole region."""
AGAIN = timedelta(minutes=1)
"""Between two letters with one invitation: a second press of the button sends nothing."""
SEEN_EVERY = timedelta(minutes=10)
FARTHEST = timedelta(days=366)


class StaffRefused(DomainError):
    """The change of the staff cannot be made as asked; `field` says about what."""

    code = "staff"


def invite(
    *, name: str, email: str, role: str, branch_id: int | None, authority_id: int | None, actor: Actor, now: datetime
) -> User:
    """Give a role at a place to the person with this e-mail, known or new, and write to her. For the office.

    The system may too: the first of a new installation is invited from its server.

    A person who has left comes back. A known address with another name is refused: it is a slip, or another person.
    Raises NotFound, StaffRefused, ContactRefused.
    """
    with transaction.atomic(durable=True):
        _begin(actor)
        name, email = " ".join(name.split()), clean_email(email)
        if not 2 <= len(name) <= 120:
            raise StaffRefused(_("Напишите имя и фамилию: не больше 120 букв."), "name")
        if not email:
            raise StaffRefused(_("Напишите рабочую почту: на неё придёт код для входа."), "email")
        _check_place(role, branch_id, authority_id)
        known = user_by_email(email)
        if known is not None and known.name.casefold() != name.casefold():
            raise StaffRefused(
                _("Эта почта уже есть в списке, там записано другое имя: %(name)s. Если это тот же человек, напишите "
                  "имя так же: роль добавится ему. Если другой, проверьте почту.") % {"name": known.name}, "name",
            )  # fmt: skip
        user = known or User.objects.create_user(email, name)
        if not user.works(now):
            user.is_active, user.leaves_at = True, None
        elif user.leaves_at is not None:
            raise StaffRefused(_("У сотрудника указан день ухода. Сначала отмените уход."), "email")
        elif open_roles(user.pk, now).filter(role=role, branch=branch_id, authority=authority_id).exists():
            raise StaffRefused(_("У сотрудника с этой почтой уже есть такая роль на этом месте."), "role")
        user.invited_at = now if user.last_login is None else user.invited_at
        user.save(update_fields=["is_active", "leaves_at", "invited_at"])
        made = Membership.objects.create(
            user=user, role=role, branch_id=branch_id, authority_id=authority_id, since=now
        )  # fmt: skip
        record(kind="membership", subject=made.pk, action="give", actor=actor, at=now, after="in_force",
               data={"user": user.pk, "role": role, "branch": branch_id, "authority": authority_id})  # fmt: skip
        invitation_letter(user=user, roles=[made], now=now)
    return user


def be_seen(*, actor: Actor, now: datetime) -> None:
    """A page of hers is open and in use. One statement, and it writes once in SEEN_EVERY at most.

    Not by reading pages: GET never writes, and a write in every request would be on the path of each booking. Pages of
    the staff say so by themselves in the background, when they open and then every SEEN_EVERY (`here-beat`). So the
    office sees who works here and who only entered a month ago; without JavaScript it sees the last entry as before.
    """
    due = Q(seen_at__isnull=True) | Q(seen_at__lt=now - SEEN_EVERY)
    User.objects.filter(due, pk=actor.user_id or 0).update(seen_at=now)


def resend_invitation(*, user_id: int, actor: Actor, now: datetime) -> User:
    """Write once more to somebody who has not entered yet. For the office. Raises NotFound, StaffRefused."""
    with transaction.atomic(durable=True):
        user = _awaited(user_id, actor, now)
        assert user.invited_at is not None
        if now - user.invited_at < AGAIN:
            raise StaffRefused(_("Письмо отправлено только что. Подождите минуту."))
        user.invited_at = now
        user.save(update_fields=["invited_at"])
        invitation_letter(user=user, roles=list(open_roles(user.pk, now)), now=now)
        record(kind="staff", subject=user.pk, action="resend", actor=actor, at=now, before="invited", after="invited")
    return user


def withdraw_invitation(*, user_id: int, actor: Actor, now: datetime) -> User:
    """Close the way in for somebody who has not entered yet. For the office. Raises NotFound, StaffRefused."""
    with transaction.atomic(durable=True):
        user = _awaited(user_id, actor, now)
        user.is_active, user.invited_at, user.leaves_at = False, None, None
        user.save(update_fields=["is_active", "invited_at", "leaves_at"])
        open_roles(user.pk, now).update(until=now)
        record(kind="staff", subject=user.pk, action="withdraw", actor=actor, at=now, before="invited",
               after="withdrawn")  # fmt: skip
    return user


def leave(*, user_id: int, day: date, actor: Actor, now: datetime) -> User:
    """From the start of `day`, today being at once, she has no role and cannot enter. For the office.

    Raises NotFound, StaffRefused.
    """
    with transaction.atomic(durable=True):
        _begin(actor)
        user = _working(user_id, now)
        if user.leaves_at is not None:
            raise StaffRefused(_("День ухода уже указан. Чтобы изменить его, сначала отмените уход."), "day")
        zone = settings.REGION_TIME_ZONE
        today = local_day(now, zone)
        if not today <= day <= today + FARTHEST:
            raise StaffRefused(_("Укажите сегодняшний день или более поздний, не дальше года."), "day")
        user.leaves_at = now if day == today else day_period(day, zone).start
        user.save(update_fields=["leaves_at"])
        roles = open_roles(user.pk, now)
        office = roles.filter(role=Role.OFFICE).exists()
        roles.filter(until__isnull=True).update(until=user.leaves_at)
        Membership.objects.filter(user=user, until__gt=user.leaves_at).update(until=user.leaves_at)
        _keep_the_office(office, now, "day")
        record(kind="staff", subject=user.pk, action="leave", actor=actor, at=now, before="works", after="leaves",
               data={"day": str(day)})  # fmt: skip
    return user


def stay(*, user_id: int, actor: Actor, now: datetime) -> User:
    """She does not leave after all, while her day has not come. For the office. Raises NotFound, StaffRefused."""
    with transaction.atomic(durable=True):
        _begin(actor)
        user = _working(user_id, now)
        if user.leaves_at is None:
            return user
        Membership.objects.filter(user=user, until=user.leaves_at).update(until=None)
        user.leaves_at = None
        user.save(update_fields=["leaves_at"])
        record(kind="staff", subject=user.pk, action="stay", actor=actor, at=now, before="leaves", after="works")
    return user


def end_role(*, membership_id: int, actor: Actor, now: datetime) -> User:
    """End one role now; ending what has ended changes nothing. For the office. Raises NotFound, StaffRefused."""
    with transaction.atomic(durable=True):
        _begin(actor)
        row = role_by_id(membership_id)
        if row is None:
            raise NotFound
        if row.until is None or row.until > now:
            row.until = now
            row.save(update_fields=["until"])
            _keep_the_office(row.role == Role.OFFICE, now)
            record(kind="membership", subject=row.pk, action="end", actor=actor, at=now, before="in_force",
                   after="ended", data={"user": row.user_id})  # fmt: skip
    return row.user


def _begin(actor: Actor) -> None:
    if actor.kind != "system" and (actor.kind != "staff" or not actor.has(Role.OFFICE)):
        raise NotFound
    lock_staff()


def _working(user_id: int, now: datetime) -> User:
    user = user_by_id(user_id)
    if user is None:
        raise NotFound
    if not user.works(now):
        raise StaffRefused(_("Этот сотрудник уже не работает."))
    return user


def _awaited(user_id: int, actor: Actor, now: datetime) -> User:
    _begin(actor)
    user = user_by_id(user_id)
    if user is None:
        raise NotFound
    if not (user.awaited and user.works(now)):
        raise StaffRefused(_("Это приглашение уже не ждёт ответа."))
    return user


def _keep_the_office(touched: bool, now: datetime, field: str = "") -> None:
    """Raise StaffRefused when nobody of the office would remain; what was written is rolled back with it."""
    if touched and not office_stays(now):
        raise StaffRefused(
            _("В проектном офисе больше никого не останется. Сначала пригласите другого и дождитесь, пока он войдёт."),
            field,
        )


def _check_place(role: str, branch_id: int | None, authority_id: int | None) -> None:
    """The place fits the role and is there. Raises StaffRefused."""
    if role not in Role:
        raise StaffRefused(_("Выберите роль."), "role")
    needs = NEEDS.get(Role(role), "")
    if needs == "branch":
        refusal = _("Оператор работает в отделении. Выберите отделение МФЦ.")
        fits = branch_id is not None and authority_id is None and _known("Branch", branch_id)
    elif needs == "authority":
        refusal = _("Специалист и координатор работают в органе. Выберите орган.")
        fits = authority_id is not None and branch_id is None and _known("Authority", authority_id)
    else:
        refusal = _("Эта роль действует во всём регионе. Выберите «Весь регион».")
        fits = branch_id is None and authority_id is None
    if not fits:
        raise StaffRefused(refusal, "place")


def _known(kind: str, place_id: int) -> bool:
    return bool(apps.get_model("directory", kind)._default_manager.filter(pk=place_id).exists())
