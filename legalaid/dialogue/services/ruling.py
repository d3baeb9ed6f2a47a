"""What an authority wants of its dialogues: the way of media, recording, hidden addresses."""

from datetime import datetime

from django.db import transaction

from legalaid.dialogue import vault
from legalaid.dialogue.models import Dialogue, DialoguePolicy
from legalaid.dialogue.queries import lock_dialogue
from legalaid.dialogue.recording_queries import OPEN
from legalaid.dialogue.recording_rules import MOST_DAYS
from legalaid.dialogue.refusals import KeptTooLong, RecordingUnavailable, RelayMissing, WayUnknown
from legalaid.dialogue.services.recording import end_with_dialogue
from legalaid.dialogue.states import MediaPolicy
from legalaid.dialogue.turn import has_relays
from legalaid.directory.policies import get_managed_authority
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor


def set_policy(
    *, authority_id: int, media: str, recording: bool, keep_days: int | None, relay_only: bool, actor: Actor,
    now: datetime,
) -> DialoguePolicy:  # fmt: skip
    """Set the rules of an authority's dialogues; for its coordinators and the project office.

    They hold from now on: of a dialogue's way with its next change, of addresses with the next socket. A recording
    that goes on ends when recording is not allowed any more; what is kept already goes in its time. Setting what is
    set changes nothing. Raises NotFound, WayUnknown, KeptTooLong, RecordingUnavailable (no key to encrypt with),
    RelayMissing (relay-only without a relay).
    """
    with transaction.atomic(durable=True):
        authority = get_managed_authority(actor, authority_id)
        if media not in MediaPolicy.values:
            raise WayUnknown
        if keep_days is None or not 1 <= keep_days <= MOST_DAYS:
            raise KeptTooLong
        if recording:
            _must_have_key()
        if relay_only and not has_relays():
            raise RelayMissing
        DialoguePolicy.objects.get_or_create(authority=authority)
        policy = DialoguePolicy.objects.select_for_update().get(authority=authority)
        before = _values(policy)
        policy.media, policy.recording = media, recording
        policy.keep_days, policy.relay_only = keep_days, relay_only
        after = _values(policy)
        if after == before:
            return policy
        policy.save(update_fields=["media", "recording", "keep_days", "relay_only"])
        record(
            kind="dialogue_policy", subject=authority.pk, action="set", actor=actor, at=now,
            before=str(before["media"]), after=media, data={"before": before, "after": after},
        )  # fmt: skip
        if before["recording"] and not recording:
            _end_recordings(authority.pk, actor, now)
    return policy


def _must_have_key() -> None:
    try:
        vault.installation_key()
    except vault.VaultClosed:
        raise RecordingUnavailable(field="recording") from None


def _values(policy: DialoguePolicy) -> dict[str, object]:
    return {
        "media": policy.media, "recording": policy.recording, "keep_days": policy.keep_days,
        "relay_only": policy.relay_only,
    }  # fmt: skip


def _end_recordings(authority_id: int, actor: Actor, now: datetime) -> None:
    """Recordings that are asked for or go on in the authority's dialogues end."""
    going = Dialogue.objects.filter(help_request__authority_id=authority_id, recordings__state__in=OPEN)
    for dialogue_id in going.order_by("id").values_list("pk", flat=True).distinct():
        dialogue = lock_dialogue(dialogue_id)
        if dialogue is not None:
            end_with_dialogue(dialogue=dialogue, actor=actor, now=now)
