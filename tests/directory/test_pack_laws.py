"""Laws of the region pack, held for any pack: reading back, idempotence, the plan is what happens, local edits win."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from legalaid.directory.models import Authority, LaunchTask, MethodPart, RegionPack, Topic
from legalaid.directory.pack import KINDS, Key, Pack, pack_bytes, read_zip
from legalaid.directory.pack.plan import Action, Choices, made_plan
from legalaid.directory.pack_queries import objects_here, own_pack, pack_bases, plan_of
from legalaid.directory.services import import_pack
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from tests.directory.packs import everything, packs, taken_back
from tests.scenes import NOW

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
many = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
                phases=[Phase.explicit, Phase.generate])  # fmt: skip
CHOICES = st.builds(Choices, take_all=st.booleans(), remove_gone=st.booleans())


def take(pack: Pack, choices: Choices | None = None) -> None:
    import_pack(pack=pack, actor=SYSTEM, now=NOW, choices=choices)


def edit() -> None:
    """What an office does to a few objects after an import."""
    for part in MethodPart.objects.order_by("id")[:2]:
        part.text += "\nУ нас иначе."
        part.save()
    Topic.objects.filter(pk__in=list(Topic.objects.order_by("id").values_list("pk", flat=True)[:1])).update(minutes=59)
    LaunchTask.objects.update(title="Своя задача")
    Authority.objects.update(plain="Наш орган")


@many
@given(pack=packs())
def test_what_is_written_is_read_back_and_the_same_pack_is_the_same_bytes(pack: Pack) -> None:
    raw = pack_bytes(pack)
    assert read_zip(raw) == pack
    assert pack_bytes(read_zip(raw)) == raw


@many
@given(pack=packs())
def test_export_after_import_is_the_pack_itself(pack: Pack) -> None:
    with taken_back():
        take(pack)
        again = own_pack(network=pack.has_network, name=pack.name)
        assert again.objects == pack.objects
        assert pack_bytes(own_pack(network=pack.has_network, name=pack.name)) == pack_bytes(again)


@many
@given(pack=packs(), edited=st.booleans())
def test_the_same_pack_again_changes_nothing(pack: Pack, edited: bool) -> None:
    with taken_back():
        take(pack)
        if edited:
            edit()
        before = everything()
        take(pack)
        assert everything() == before


@many
@given(first=packs(), second=packs(), edited=st.booleans(), choices=CHOICES)
def test_an_import_does_what_its_plan_says(first: Pack, second: Pack, edited: bool, choices: Choices) -> None:
    with taken_back():
        take(first)
        if edited:
            edit()
        here = objects_here()
        plan = plan_of(second)
        wanted = plan.outcome(here, choices)
        assert objects_here() == here, "a plan changes nothing"
        take(second, choices)
        unnamed = {key: body for key, body in objects_here().items() if key not in wanted}
        assert {key.kind for key in unnamed} <= {"named"}, "a new authority is called by its plain name for now"
        assert {key: body for key, body in objects_here().items() if key in wanted} == wanted
        assert plan_of(second).work(choices).nothing


@many
@given(first=packs(), second=packs())
def test_local_edits_stay_and_give_way_only_when_the_office_says_so(first: Pack, second: Pack) -> None:
    with taken_back():
        take(first)
        edit()
        here, bases = objects_here(), pack_bases()
        plan = plan_of(second)
        kept = [step.key for step in plan.of(Action.KEPT)]
        take(second)
        assert all(objects_here()[key] == here[key] for key in kept if key in here)
        assert all(pack_bases().get(key) == bases.get(key) for key in kept)
        take(second, Choices(take=frozenset(kept)))
        assert all(objects_here()[key] == second.objects[key] for key in kept)


@many
@given(first=packs(), second=packs())
def test_an_office_that_edited_nothing_follows_the_pack(first: Pack, second: Pack) -> None:
    with taken_back():
        take(first)
        take(second, Choices(remove_gone=True))
        after = objects_here()
        shared = {key for key in second.objects if second.has_network or not KINDS[key.kind].network}
        assert all(after[key] == second.objects[key] for key in shared if key in first.objects)
        assert not {key for key in after if key.kind == "role" and key not in second.objects}


@many
@given(pack=packs())
def test_an_import_is_journalled_once_and_names_no_words(pack: Pack) -> None:
    with taken_back():
        take(pack)
        entries = JournalEntry.objects.filter(kind="region_pack")
        assert entries.count() == RegionPack.objects.count() == (1 if pack.objects else 0)
        for entry in entries:
            assert entry.data["digest"] == pack.digest
            assert entry.data["new"] == len(pack.objects) == entry.data["written"]


def test_the_plan_of_an_installation_that_is_the_pack_is_empty() -> None:
    pack = read_zip(pack_bytes(own_pack()))
    plan = made_plan(pack=pack, here=pack.objects, bases={})
    assert (plan.steps, plan.own) == ((), 0)
    assert Key("topic", "a") not in pack.objects
