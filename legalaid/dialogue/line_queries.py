"""Reads of lines and devices: how somebody's line was, and whether her devices work."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from legalaid.dialogue.models import DeviceCheck, LineSample
from legalaid.dialogue.rules import CHECK_GOOD_FOR, LINE_NOW
from legalaid.dialogue.states import CheckState, DeviceFault, Readiness, readiness


def line_history(dialogue_id: UUID) -> QuerySet[LineSample]:
    """Samples of everybody in a dialogue in the order of time, with their participants. One query."""
    return (
        LineSample.objects.filter(participant__dialogue_id=dialogue_id)
        .select_related("participant")
        .order_by("at", "id")
    )


def lines_now(dialogue_ids: Collection[UUID], now: datetime) -> dict[UUID, LineSample]:
    """Participant → her newest sample of the last LINE_NOW, for the dialogues going on. One query."""
    rows = (
        LineSample.objects.filter(participant__dialogue_id__in=dialogue_ids, at__gt=now - LINE_NOW)
        .order_by("participant_id", "-at", "-id")
        .distinct("participant_id")
    )
    return {row.participant_id: row for row in rows}


@dataclass(frozen=True)
class Checked:
    """A check of devices as doors show it."""

    readiness: Readiness
    at: datetime
    check: DeviceCheck

    @property
    def faults(self) -> list[str]:
        """What does not work, in words."""
        check = self.check
        said = [_said("camera", check.camera_fault), _said("microphone", check.microphone_fault)]
        if check.line == CheckState.FAULT:
            said.append(str(_("видеосвязь не проходит")))
        return [words for words in said if words]


_DEVICES = {"camera": _("камера"), "microphone": _("микрофон")}
_AGREEING = {
    ("camera", DeviceFault.MISSING): _("камера не найдена"),
    ("camera", DeviceFault.BUSY): _("камера занята другой программой"),
    ("camera", DeviceFault.OFF): _("камера выключена по желанию"),
    ("microphone", DeviceFault.MISSING): _("микрофон не найден"),
    ("microphone", DeviceFault.BUSY): _("микрофон занят другой программой"),
}
"""Faults whose words must agree with the device in gender."""


def _said(device: str, fault: str) -> str:
    if not fault:
        return ""
    known = DeviceFault(fault)
    return str(_AGREEING.get((device, known)) or f"{_DEVICES[device]}: {known.label}")


def checks_of_requests(help_request_ids: Collection[UUID], now: datetime) -> dict[UUID, Checked]:
    """Request → its check of the last day, for cards and boards. One query."""
    rows = DeviceCheck.objects.filter(help_request_id__in=help_request_ids, at__gt=now - CHECK_GOOD_FOR)
    return {row.help_request_id: _checked(row) for row in rows.order_by("id") if row.help_request_id}


def checks_of_booths(booth_ids: Collection[int]) -> dict[int, Checked]:
    """Booth → its newest self-test, however old: a booth that fell silent shows by its time. One query."""
    rows = DeviceCheck.objects.filter(booth_id__in=booth_ids).order_by("id")
    return {row.booth_id: _checked(row) for row in rows if row.booth_id}


def unfit_booths(branch_id: int) -> list[int]:
    """Booths of a branch whose newest self-test failed. One query."""
    rows = DeviceCheck.objects.filter(booth__branch_id=branch_id).order_by("id")
    return [row.booth_id for row in rows if row.booth_id and _checked(row).readiness != Readiness.READY]


def _checked(row: DeviceCheck) -> Checked:
    return Checked(readiness(camera=row.camera, microphone=row.microphone, line=row.line), row.at, row)
