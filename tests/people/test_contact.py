"""Names, telephones and consents."""

import pytest

from legalaid.kernel.actor import Actor
from legalaid.people.models import Citizen, Consent, ConsentDocument
from legalaid.people.queries import grants_of
from legalaid.people.rules import Contact, ContactRefused, clean_contact
from legalaid.people.services import publish_consent_document, record_citizen
from legalaid.people.states import Channel, ConsentKind
from tests.scenes import NOW, make_region


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("8 928 123-45-67", "+79281234567"), ("+7 (928) 123 45 67", "+79281234567"), ("9281234567", "+79281234567")],
)
def test_telephones_are_stored_one_way(typed: str, stored: str) -> None:
    assert clean_contact(name="Анна", phone=typed, email="", reachable=True).phone == stored


@pytest.mark.parametrize(
    ("name", "phone", "email", "field"),
    [("", "", "", "name"), ("Я" * 121, "", "", "name"), ("Анна", "123", "", "phone"), ("Анна", "звоните", "", "phone"),
     ("Анна", "", "не почта", "email"), ("Анна", "", "", "phone")],
)  # fmt: skip
def test_a_refusal_names_its_field(name: str, phone: str, email: str, field: str) -> None:
    with pytest.raises(ContactRefused) as caught:
        clean_contact(name=name, phone=phone, email=email, reachable=True)
    assert caught.value.field == field


def test_in_a_centre_no_contact_is_demanded() -> None:
    assert clean_contact(name="  Анна   Ивановна ", phone="", email="", reachable=False) == Contact("Анна Ивановна")


@pytest.mark.django_db
def test_the_same_person_is_found_again_and_consents_each_time() -> None:
    make_region()
    contact = Contact("Анна", "+79281234567", "")
    actor = Actor.citizen(None)
    one = record_citizen(contact=contact, consent=True, channel=Channel.HOME, actor=actor, now=NOW)
    two = record_citizen(contact=contact, consent=True, channel=Channel.CENTRE, actor=actor, now=NOW)
    namesake = record_citizen(contact=Contact("Анна", "+79281234568"), consent=True, channel=Channel.HOME, actor=actor,
                              now=NOW)  # fmt: skip
    assert one == two != namesake
    assert (Citizen.objects.count(), Consent.objects.count()) == (2, 3)


@pytest.mark.django_db
def test_a_new_wording_is_a_new_version_and_the_same_one_is_not() -> None:
    actor = Actor.system("test")
    for text in ("один", "один", "два"):
        publish_consent_document(kind=ConsentKind.PROCESSING, text=text, actor=actor, now=NOW)
    assert list(ConsentDocument.objects.order_by("version").values_list("version", "text")) == [(1, "один"), (2, "два")]


@pytest.mark.django_db
def test_a_membership_that_ended_gives_nothing() -> None:
    region = make_region()
    user = region.users["expert"]
    assert len(grants_of(user.pk, NOW)) == 1
    user.memberships.update(until=NOW)
    assert grants_of(user.pk, NOW) == ()
