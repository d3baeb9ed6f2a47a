"""The agreements."""

from datetime import date, timedelta

import pytest

from legalaid.directory.models import Agreement
from legalaid.directory.queries import branches_covering, is_covered
from legalaid.directory.services import draft_agreement, expire_overdue, move_agreement
from legalaid.directory.states import AgreementState
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import IllegalMove, NotFound
from tests.scenes import NOW, make_region

SYSTEM = Actor.system("test")
TODAY = date(2026, 11, 23)


@pytest.mark.django_db
def test_an_agreement_covers_its_cells_only_while_it_is_in_force() -> None:
    region = make_region()
    new = draft_agreement(
        number="2/2026", authority_id=region.other_authority.pk, valid_from=TODAY, valid_until=TODAY,
        topic_ids=[region.other_topic.pk], branch_ids=[region.branch.pk], with_home=False, actor=SYSTEM, now=NOW,
    )  # fmt: skip

    def covered(branch_id: int | None, day: date = TODAY) -> bool:
        return is_covered(topic_id=region.other_topic.pk, authority_id=region.other_authority.pk, branch_id=branch_id,
                          today=TODAY, day=day)  # fmt: skip

    assert not covered(region.branch.pk)
    move_agreement(agreement_id=new.pk, action="send", actor=SYSTEM, now=NOW)
    move_agreement(agreement_id=new.pk, action="sign", actor=SYSTEM, now=NOW, on=TODAY)
    assert covered(region.branch.pk)
    assert not covered(None)
    assert not covered(region.branch.pk, date(2026, 11, 24))
    assert list(
        branches_covering(topic_id=region.other_topic.pk, authority_id=region.other_authority.pk, day=TODAY)
    ) == [region.branch]
    move_agreement(agreement_id=new.pk, action="terminate", actor=SYSTEM, now=NOW)
    assert not covered(region.branch.pk)


@pytest.mark.django_db
def test_an_illegal_move_of_an_agreement_changes_nothing() -> None:
    region = make_region()
    entries = JournalEntry.objects.count()
    with pytest.raises(IllegalMove):
        move_agreement(agreement_id=region.agreement.pk, action="sign", actor=SYSTEM, now=NOW)
    with pytest.raises(NotFound):
        move_agreement(agreement_id=0, action="sign", actor=SYSTEM, now=NOW)
    assert Agreement.objects.get().state == AgreementState.IN_FORCE
    assert JournalEntry.objects.count() == entries


@pytest.mark.django_db
def test_an_agreement_past_its_last_day_is_ended_by_the_clock() -> None:
    region = make_region()
    Agreement.objects.filter(pk=region.agreement.pk).update(valid_until=TODAY)
    assert expire_overdue(actor=SYSTEM, now=NOW) == 0
    assert expire_overdue(actor=SYSTEM, now=NOW + timedelta(days=1)) == 1
    assert Agreement.objects.get().state == AgreementState.ENDED
    assert JournalEntry.objects.filter(kind="agreement", action="expire", after="ended").count() == 1
