"""Notes of lines and devices. They hold no personal data; a check that fails in a booth calls somebody."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from legalaid.dialogue.models import DeviceCheck, LineSample
from legalaid.dialogue.rules import LINE_KEPT
from legalaid.dialogue.services.steps import person_of
from legalaid.dialogue.states import CheckState, DeviceFault, Readiness, readiness
from legalaid.intake.policies import get_visible_request
from legalaid.journal.services import record
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.kernel.events import publish_on_commit
from legalaid.reception.queries import paired_booth
from legalaid.reception.services.tasks import DEVICE_TASKS, close_tasks_of, close_tasks_of_booth, note_task
from legalaid.reception.states import TaskKind


@dataclass(frozen=True, slots=True)
class Findings:
    """What the check on a page found; states and faults are those of `states`."""

    camera: str
    microphone: str
    sound: str
    line: str
    browser: str
    camera_fault: str = ""
    microphone_fault: str = ""
    rtt_ms: int | None = None
    lost: int | None = None
    kbps: int | None = None

    @property
    def readiness(self) -> Readiness:
        return readiness(camera=self.camera, microphone=self.microphone, line=self.line)


def note_line(
    *, participant_id: UUID, level: int, step: int, rtt_ms: int, lost: int, kbps: int, actor: Actor, now: datetime
) -> LineSample:
    """Keep one sample of the line; the socket brings no more than one in LINE_EVERY. Raises TicketUsed."""
    with transaction.atomic(durable=True):
        person = person_of(participant_id, actor)
        sample = LineSample.objects.create(
            participant=person, at=now, level=level, step=step, rtt_ms=min(rtt_ms, 60_000), lost=min(lost, 1000),
            kbps=kbps,
        )  # fmt: skip
        publish_on_commit("watch")
        return sample


def note_check(*, help_request_id: UUID, findings: Findings, actor: Actor, now: datetime) -> DeviceCheck:
    """Keep what the device check of a request's page found; a later check replaces it. Raises NotFound.

    A refused camera or microphone, and what keeps her from being heard at all, calls somebody until it works.
    """
    with transaction.atomic(durable=True):
        request = get_visible_request(actor, help_request_id)
        found = asdict(findings)
        if findings.line == CheckState.UNKNOWN:  # told from inside a dialogue: the line was measured before
            found = {name: value for name, value in found.items() if name not in {"line", "rtt_ms", "lost", "kbps"}}
        created = {"at": now, **asdict(findings)}
        check, _ = DeviceCheck.objects.update_or_create(
            help_request=request, defaults={"at": now, **found}, create_defaults=created
        )
        record(
            kind="device_check", subject=check.pk, action="note", actor=actor, at=now, after=findings.readiness.value
        )
        called_for = _called_for(findings)
        for kind in called_for:
            note_task(kind=kind, help_request=request, actor=actor, now=now)
        over = tuple(kind for kind in DEVICE_TASKS if kind not in called_for)
        close_tasks_of(help_request_id=request.pk, kinds=over, actor=actor, now=now)
        publish_on_commit(f"request:{request.pk}")
        publish_on_commit(f"queue:{request.authority_id}")
        return check


def _called_for(findings: Findings) -> list[TaskKind]:
    """What somebody should help the person with; a camera she switched off herself is no trouble."""
    kinds = []
    if findings.camera_fault == DeviceFault.DENIED:
        kinds.append(TaskKind.CAMERA_DENIED)
    if findings.microphone_fault == DeviceFault.DENIED:
        kinds.append(TaskKind.MICROPHONE_DENIED)
    deaf = findings.readiness == Readiness.WRITING and TaskKind.MICROPHONE_DENIED not in kinds
    if deaf or findings.readiness == Readiness.NO_LINE:
        kinds.append(TaskKind.DEVICE)
    return kinds


def note_booth_check(*, booth_id: int, findings: Findings, actor: Actor, now: datetime) -> DeviceCheck:
    """Keep a booth's self-test; one that failed calls its desk until it passes. For booths. Raises NotFound."""
    if actor.kind != "system":
        raise NotFound
    with transaction.atomic(durable=True):
        booth = paired_booth(booth_id)
        if booth is None:
            raise NotFound
        check, _ = DeviceCheck.objects.update_or_create(booth=booth, defaults={"at": now, **asdict(findings)})
        record(
            kind="device_check", subject=check.pk, action="note", actor=actor, at=now, after=findings.readiness.value
        )
        if findings.readiness == Readiness.READY:
            close_tasks_of_booth(booth_id=booth.pk, kinds=(TaskKind.DEVICE,), actor=actor, now=now)
        else:
            note_task(kind=TaskKind.DEVICE, booth_id=booth.pk, branch_id=booth.branch_id, actor=actor, now=now)
        publish_on_commit(f"day:{booth.branch_id}")
        return check


def forget_lines(*, actor: Actor, now: datetime) -> int:
    """Delete samples of lines older than LINE_KEPT; returns how many. For the system."""
    if actor.kind != "system":
        raise NotFound
    with transaction.atomic(durable=True):
        return LineSample.objects.filter(at__lt=now - LINE_KEPT).delete()[0]
