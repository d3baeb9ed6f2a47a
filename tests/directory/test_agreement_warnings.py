"""Both sides are warned 60, 30 and 7 days before an agreement ends, once each, by real SMTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.header import decode_header, make_header
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from legalaid.directory.models import Agreement, AgreementWarning
from legalaid.directory.services import amend_agreement, move_agreement, warn_of_ends
from legalaid.directory.states import AgreementState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.messaging.models import Message
from legalaid.messaging.services import send
from legalaid.messaging.states import MessageState
from legalaid.people.models import Membership
from tests.scenes import NOW, Region, make_region
from tests.support.mailbox import Mailbox, open_mailbox

CLOCK = Actor.system("agreement-clock")
LAST = date(2027, 2, 28)
PEOPLE = {"coordinator@example.org", "office@example.org"}


def ahead(days: int, hour: int = 7) -> datetime:
    """A moment so many days before the last day; 07:00 UTC is 10:00 in Rostov."""
    day = LAST - timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture
def region(db: None) -> Region:
    found = make_region()
    Agreement.objects.filter(pk=found.agreement.pk).update(valid_until=LAST)
    return found


def letters() -> list[tuple[str, str]]:
    return list(Message.objects.filter(about__startswith="agreement-ends").order_by("id").values_list("to", "key"))


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with open_mailbox(settings) as box:
        yield box


@pytest.mark.django_db(transaction=True)
def test_both_sides_get_a_letter_by_smtp(region: Region, mailbox: Mailbox) -> None:
    assert warn_of_ends(actor=CLOCK, now=ahead(30)) == 1
    for message in Message.objects.order_by("id"):
        send(message_id=message.pk)
        message.refresh_from_db()
        assert message.state == MessageState.SENT
    assert {letter["To"] for letter in mailbox.letters} == PEOPLE
    (subject,) = {str(make_header(decode_header(letter["Subject"]))) for letter in mailbox.letters}
    assert subject == "Соглашение № 1/2026 действует по 28 февраля 2027"
    said = {letter["To"]: letter.get_payload(decode=True).decode() for letter in mailbox.letters}
    assert all("Осталось дней: 30" in text and "28 февраля 2027" in text and "СФР" in text for text in said.values())
    assert f"/office/agreement/{region.agreement.pk}/" in said["office@example.org"]
    assert "/authority/agreements/" in said["coordinator@example.org"]


def test_each_threshold_warns_once_and_late_is_made_up(region: Region) -> None:
    told = []
    for days in (61, 60, 59, 45, 30, 29, 10, 7, 6, 1, 0, -1):
        for _twice in range(2):
            before = len(letters())
            ends = warn_of_ends(actor=CLOCK, now=ahead(days))
            if len(letters()) > before:
                told.append(days)
                assert ends == 1
    assert told == [60, 30, 7]
    assert list(AgreementWarning.objects.order_by("id").values_list("days", "told_authority", "told_office")) == [
        (60, 1, 1), (30, 1, 1), (7, 1, 1),
    ]  # fmt: skip
    assert {to for to, _key in letters()} == PEOPLE
    assert JournalEntry.objects.filter(kind="agreement", action="warn").count() == 3


def test_found_late_it_warns_of_the_nearest_alone(region: Region) -> None:
    warn_of_ends(actor=CLOCK, now=ahead(5))
    assert list(AgreementWarning.objects.order_by("id").values_list("days", flat=True)) == [7]


def test_days_are_counted_on_the_clocks_of_the_authority(region: Region) -> None:
    region.authority.timezone = "Asia/Vladivostok"
    region.authority.save()
    assert warn_of_ends(actor=CLOCK, now=ahead(61, hour=13)) == 0
    assert warn_of_ends(actor=CLOCK, now=ahead(61, hour=14)) == 1  # already the next day there


def test_nobody_is_written_to_at_night(region: Region) -> None:
    warn_of_ends(actor=CLOCK, now=ahead(60, hour=0))  # 03:00 in Rostov
    assert {message.not_before for message in Message.objects.order_by("id")} == {ahead(60, hour=6)}


def test_who_has_left_is_not_written_to_and_a_side_without_people_is_seen(region: Region) -> None:
    Membership.objects.filter(user=region.users["coordinator"]).update(until=NOW)
    warn_of_ends(actor=CLOCK, now=ahead(60))
    assert [to for to, _key in letters()] == ["office@example.org"]
    assert AgreementWarning.objects.get().told_authority == 0


@pytest.mark.parametrize("state", [AgreementState.DRAFT, AgreementState.SIGNING, AgreementState.ENDED])
def test_only_what_is_in_force_is_warned_of(region: Region, state: AgreementState) -> None:
    Agreement.objects.filter(pk=region.agreement.pk).update(state=state)
    assert warn_of_ends(actor=CLOCK, now=ahead(30)) == 0
    Agreement.objects.filter(pk=region.agreement.pk).update(state=AgreementState.IN_FORCE, valid_until=None)
    assert warn_of_ends(actor=CLOCK, now=ahead(30)) == 0
    assert letters() == []


def test_what_a_signed_version_carries_on_is_not_warned_of(region: Region) -> None:
    actor = region.actor("office")
    version = amend_agreement(agreement_id=region.agreement.pk, number="1-Д", actor=actor, now=NOW)
    Agreement.objects.filter(pk=version.pk).update(valid_from=LAST + timedelta(days=1), valid_until=None)
    for action, on in (("send", None), ("sign", NOW.date())):
        move_agreement(agreement_id=version.pk, action=action, on=on, actor=actor, now=NOW)
    assert Agreement.objects.get(pk=region.agreement.pk).state == AgreementState.IN_FORCE
    assert warn_of_ends(actor=CLOCK, now=ahead(30)) == 0
    assert letters() == []


def test_only_the_system_warns(region: Region) -> None:
    with pytest.raises(NotFound):
        warn_of_ends(actor=region.actor("office"), now=ahead(30))
    assert letters() == []


def test_the_list_and_the_page_mark_it(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: ahead(29))
    client = Client()
    client.force_login(region.users["office"], backend="legalaid.people.backends.StaffBackend")
    address = f"/office/agreement/{region.agreement.pk}/"
    pages = [client.get(url).content.decode() for url in ("/office/agreements/", address)]
    assert all("осталось дней: 29" in page for page in pages)
    assert not any("предупреждены" in page for page in pages)
    warn_of_ends(actor=CLOCK, now=ahead(29))
    assert all("предупреждены" in client.get(url).content.decode() for url in ("/office/agreements/", address))
