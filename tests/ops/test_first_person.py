"""A new installation opens to its first person, and to nobody by mistake."""

from __future__ import annotations

import pytest
from django.utils import timezone
from typer.testing import CliRunner, Result

from legalaid.journal.models import JournalEntry
from legalaid.messaging.models import Message
from legalaid.ops import doctor
from legalaid.ops.cli import app
from legalaid.ops.place import Place
from legalaid.people.models import Membership, User
from legalaid.people.queries import grants_of
from legalaid.people.states import Role

pytestmark = pytest.mark.django_db


def invite(*words: str) -> Result:
    return CliRunner().invoke(app, ["invite", *words], catch_exceptions=False)


def test_the_first_of_the_office_is_invited_from_the_server() -> None:
    place = Place.from_environment()
    assert "legalaid invite" in doctor.office(place).words
    told = invite("Анна Первая", "Anna@Example.org")
    assert told.exit_code == 0, told.output
    assert "/accounts/login/" in told.output
    user = User.objects.get()
    assert [one.role for one in grants_of(user.pk, timezone.now())] == [Role.OFFICE]
    assert "проектный офис" in Message.objects.get(to="anna@example.org").body.lower()
    assert JournalEntry.objects.get(kind="membership", action="give").actor == "system:console"
    assert doctor.office(place).ok


@pytest.mark.parametrize("words", [("Анна Первая", "не почта"), ("А", "anna@example.org")])
def test_a_slip_is_said_in_words_and_nobody_is_invited(words: tuple[str, str]) -> None:
    told = invite(*words)
    assert told.exit_code == 1
    assert "Не получилось" in told.output
    assert not User.objects.exists()
    assert not Membership.objects.exists()
    assert not Message.objects.exists()
