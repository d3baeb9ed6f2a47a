"""The method travels: out of one region, into an empty installation on another database, and people are served."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from legalaid.directory.models import Agreement, Authority, Branch, MethodPart, Post, Topic
from legalaid.directory.pack import PACKS, read_pack
from legalaid.directory.services import import_pack
from legalaid.directory.states import AgreementState
from legalaid.intake.models import HelpRequest
from legalaid.kernel.actor import Actor
from legalaid.people.models import Citizen, ConsentDocument, Membership, User
from legalaid.people.states import Role
from legalaid.reception.models import Booking
from legalaid.reception.states import BookingState

STORY = "Мне не засчитали стаж, трудовая книжка есть"
CONTACT = {"name": "Мария Петровна", "phone": "8 928 123-45-67", "email": "", "consent": "on"}
TOPIC = "pension.experience"


@pytest.fixture
def second_database(transactional_db: None) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Another database with the tables of a fresh installation: what is done inside is done there."""
    first = connection.settings_dict["NAME"]
    second = f"{first}_second"

    def on(name: str) -> None:
        connection.close()
        connection.settings_dict["NAME"] = name

    @contextmanager
    def inside() -> Iterator[None]:
        on(second)
        try:
            yield
        finally:
            on(first)

    connection.close()  # a database somebody is connected to cannot be copied
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{second}"')
        cursor.execute(f'CREATE DATABASE "{second}" TEMPLATE "{first}"')
    yield inside
    on(first)
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{second}"')


def office() -> Client:
    """The office of the region, logged in."""
    return _logged_in(Role.OFFICE)


def coordinator(authority: Authority) -> Client:
    """Somebody who keeps the hours of an authority, logged in."""
    return _logged_in(Role.COORDINATOR, authority)


def _logged_in(role: Role, authority: Authority | None = None) -> Client:
    user = User.objects.create_user(f"{role}@example.org", "Сотрудник", "руководитель")
    Membership.objects.create(user=user, role=role, authority=authority, since=timezone.now() - timedelta(days=1))
    client = Client()
    client.force_login(user, backend="legalaid.people.backends.StaffBackend")
    return client


def take(client: Client, raw: bytes) -> None:
    """The office looks at the plan and takes the pack."""
    client.post("/office/pack/", {"file": SimpleUploadedFile("pack.zip", raw)})
    page = client.get("/office/pack/plan/").content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert "принят" in client.post("/office/pack/plan/", {"seen": seen}, follow=True).content.decode()


def agree(client: Client) -> Agreement:
    """An agreement with the authority of the topic, for those at home, signed today."""
    authority, today = Authority.objects.get(code="sfr"), timezone.localdate()
    client.post("/office/agreements/new/", {"number": "1/2026", "authority": str(authority.pk)})
    draft = Agreement.objects.get()
    cells = [f"{topic.pk}@home" for topic in Topic.objects.filter(authority=authority)]
    client.post(f"/office/agreement/{draft.pk}/annex/", {"cell": cells})
    for action in ("send", "sign"):
        client.post(f"/office/agreement/{draft.pk}/{action}/", {"signed_on": today.isoformat()})
    draft.refresh_from_db()
    return draft


def open_hours(client: Client, authority: Authority) -> None:
    """A post, and its hours on every day of the week."""
    client.post(f"/authority/{authority.pk}/posts/", {"name": "Пост 1"})
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    sent = {f"d{day}-{n}-{side}": "" for day in range(7) for n in range(2) for side in ("from", "to")}
    sent |= {f"d{day}-0-{side}": text for day in range(7) for side, text in (("from", "08:00"), ("to", "20:00"))}
    answer = client.post(
        f"/authority/post/{Post.objects.get().pk}/", {**sent, "week": monday.isoformat(), "scope": "on"}
    )
    assert answer.status_code == 302, answer.content.decode()


def book(citizen: Client) -> str:
    """A citizen from «что случилось» to the number of her request."""
    token = citizen.post("/", {"story": STORY})["Location"].split("/")[2]
    citizen.post(f"/z/{token}/topics/", {"topic": TOPIC})
    page = citizen.get(f"/z/{token}/time/", {"where": "home"}).content.decode()
    start = [unescape(value) for value in re.findall(r'name="start"\s+value="([^"]+)"', page)][-1]
    citizen.post(f"/z/{token}/time/", {"start": start, "where": "home"})
    assert citizen.post(f"/z/{token}/confirm/", {"way": "time", **CONTACT})["Location"] == f"/z/{token}/done/"
    return citizen.get(f"/z/{token}/done/").content.decode()


def test_a_region_begins_with_anothers_pack_and_a_citizen_books_there(
    second_database: Callable[[], AbstractContextManager[None]],
) -> None:
    import_pack(pack=read_pack(PACKS / "rostov"), actor=Actor.system("test"), now=timezone.now())
    MethodPart.objects.filter(kind="training", code="operator-day").update(text="Как у нас в Ростове.")
    raw = office().get("/office/pack/export.zip").content
    with second_database():
        assert not Topic.objects.exists(), "an empty installation"
        client = office()
        take(client, raw)
        assert (Topic.objects.count(), Branch.objects.count()) == (134, 0)
        assert MethodPart.objects.get(code="operator-day").text == "Как у нас в Ростове."
        authority = Authority.objects.get(code="sfr")
        assert (authority.name, authority.name_checked) == ("Социальный фонд", False), "Rostov's names stay in Rostov"
        assert ConsentDocument.objects.exists()
        agreement = agree(client)
        assert agreement.state == AgreementState.IN_FORCE
        open_hours(coordinator(authority), authority)
        done = book(Client())
        booking = Booking.objects.get()
        assert booking.state == BookingState.CONFIRMED
        assert str(booking.help_request.number) in done
        assert booking.help_request.topic is not None
        assert booking.help_request.topic.code == TOPIC
    assert not HelpRequest.objects.exists(), "regions share nothing"
    assert not Citizen.objects.exists()
    assert Branch.objects.count() == 22
