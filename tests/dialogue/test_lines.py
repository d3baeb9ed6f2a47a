"""Samples of lines and checks of devices: kept, read, forgotten, and whom they call."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError

from legalaid.dialogue import line_queries, refusals, services
from legalaid.dialogue.models import DeviceCheck, LineSample, Participant
from legalaid.dialogue.rules import CHECK_GOOD_FOR, LINE_KEPT, LINE_NOW
from legalaid.dialogue.services import Findings
from legalaid.dialogue.states import CheckState, Readiness, readiness
from legalaid.directory.models import Booth
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import NotFound
from legalaid.reception.models import Task
from legalaid.reception.states import TaskKind
from tests.dialogue.scene import NOW, Scene, citizen_of, make_scene

pytestmark = pytest.mark.django_db

GOOD = Findings(camera="ok", microphone="ok", sound="ok", line="ok", browser="ok", rtt_ms=40, lost=0, kbps=900)
NO_CAMERA = Findings(
    camera="fault", camera_fault="denied", microphone="ok", sound="ok", line="ok", browser="ok", rtt_ms=40
)
DEAF = Findings(camera="ok", microphone="fault", microphone_fault="silent", sound="unknown", line="ok", browser="ok")
BOOTH = Actor.system("booth")


@pytest.fixture
def scene() -> Scene:
    return make_scene()


@pytest.fixture
def booth(scene: Scene) -> Booth:
    return Booth.objects.create(branch=scene.branch, name="Кабинет 1")


def citizen_in(scene: Scene) -> Participant:
    dialogue = scene.live()
    services.join(dialogue_id=dialogue.pk, actor=citizen_of(dialogue), now=NOW)
    return Participant.objects.get(dialogue=dialogue, user=None)


def note(person: Participant, *, seconds: int = 0, level: int = 3) -> LineSample:
    return services.note_line(
        participant_id=person.pk, level=level, step=0, rtt_ms=50, lost=2, kbps=500,
        actor=citizen_of(person.dialogue), now=NOW + timedelta(seconds=seconds),
    )  # fmt: skip


class TestLines:
    def test_the_newest_sample_is_now_and_an_old_one_is_not(self, scene: Scene) -> None:
        person = citizen_in(scene)
        note(person, level=1)
        note(person, seconds=15, level=2)
        at = NOW + timedelta(seconds=20)
        assert {k: v.level for k, v in line_queries.lines_now([person.dialogue_id], at).items()} == {person.pk: 2}
        assert line_queries.lines_now([person.dialogue_id], NOW + LINE_NOW + timedelta(seconds=16)) == {}
        assert [row.level for row in line_queries.line_history(person.dialogue_id)] == [1, 2]

    def test_nobody_notes_another_ones_line(self, scene: Scene) -> None:
        person = citizen_in(scene)
        with pytest.raises(refusals.TicketUsed):
            services.note_line(
                participant_id=person.pk, level=3, step=0, rtt_ms=1, lost=0, kbps=1,
                actor=Actor.citizen(uuid4()), now=NOW,
            )  # fmt: skip
        assert not LineSample.objects.exists()

    def test_old_samples_are_forgotten_by_the_system_alone(self, scene: Scene) -> None:
        person = citizen_in(scene)
        note(person)
        note(person, seconds=60)
        later = NOW + LINE_KEPT + timedelta(seconds=30)
        with pytest.raises(NotFound):
            services.forget_lines(actor=scene.expert(), now=later)
        assert LineSample.objects.count() == 2
        assert services.forget_lines(actor=Actor.system("worker"), now=later) == 1
        assert LineSample.objects.get().at == NOW + timedelta(seconds=60)

    def test_numbers_out_of_range_do_not_stand(self, scene: Scene) -> None:
        person = citizen_in(scene)
        with pytest.raises(IntegrityError):
            note(person, level=4)
        assert not LineSample.objects.exists()


class TestChecks:
    def test_the_last_check_stands_for_a_day(self, scene: Scene) -> None:
        request = scene.queued()
        for findings in (NO_CAMERA, GOOD):
            services.note_check(help_request_id=request.pk, findings=findings, actor=citizen_of(request), now=NOW)
        found = line_queries.checks_of_requests([request.pk], NOW + timedelta(hours=1))
        assert found[request.pk].readiness == Readiness.READY
        assert found[request.pk].faults == []
        assert line_queries.checks_of_requests([request.pk], NOW + CHECK_GOOD_FOR) == {}

    def test_a_fault_is_said_in_words(self, scene: Scene) -> None:
        request = scene.queued()
        services.note_check(help_request_id=request.pk, findings=NO_CAMERA, actor=citizen_of(request), now=NOW)
        (found,) = line_queries.checks_of_requests([request.pk], NOW).values()
        assert found.readiness == Readiness.SOUND_ONLY
        assert found.faults == ["камера: браузер не пускает"]

    @pytest.mark.parametrize(
        ("device", "kind"), [("camera", TaskKind.CAMERA_DENIED), ("microphone", TaskKind.MICROPHONE_DENIED)]
    )
    def test_a_refused_device_calls_somebody_until_it_is_granted(
        self, scene: Scene, device: str, kind: TaskKind
    ) -> None:
        request = scene.queued()
        refused = replace(GOOD, **{device: "fault", f"{device}_fault": "denied"})  # type: ignore[arg-type]
        for _ in range(2):
            services.note_check(help_request_id=request.pk, findings=refused, actor=citizen_of(request), now=NOW)
        task = Task.objects.get()
        assert (task.kind, task.help_request_id, task.branch_id) == (kind, request.pk, scene.branch.pk)
        services.note_check(help_request_id=request.pk, findings=GOOD, actor=citizen_of(request), now=NOW)
        task.refresh_from_db()
        assert task.closed_at == NOW

    def test_one_device_granted_leaves_the_other_s_task(self, scene: Scene) -> None:
        request = scene.queued()
        both = replace(NO_CAMERA, microphone="fault", microphone_fault="denied")
        for findings in (both, NO_CAMERA):
            services.note_check(help_request_id=request.pk, findings=findings, actor=citizen_of(request), now=NOW)
        assert [task.kind for task in Task.objects.filter(closed_at=None)] == [TaskKind.CAMERA_DENIED]

    @pytest.mark.parametrize("fault", ["missing", "busy", "covered", "off"])
    def test_a_camera_that_is_not_there_or_not_wanted_is_no_task(self, scene: Scene, fault: str) -> None:
        request = scene.queued()
        findings = replace(NO_CAMERA, camera_fault=fault)
        services.note_check(help_request_id=request.pk, findings=findings, actor=citizen_of(request), now=NOW)
        assert not Task.objects.exists()

    def test_who_goes_on_with_sound_by_her_own_choice_needs_nobody(self, scene: Scene) -> None:
        request = scene.queued()
        for fault in ("denied", "off"):
            findings = replace(NO_CAMERA, camera_fault=fault)
            services.note_check(help_request_id=request.pk, findings=findings, actor=citizen_of(request), now=NOW)
        assert not Task.objects.filter(closed_at=None).exists()
        (found,) = line_queries.checks_of_requests([request.pk], NOW).values()
        assert (found.readiness, found.faults) == (Readiness.SOUND_ONLY, ["камера выключена по желанию"])

    def test_what_is_told_from_inside_keeps_the_line_that_was_measured(self, scene: Scene) -> None:
        request = scene.queued()
        inside = replace(NO_CAMERA, line="unknown", rtt_ms=None)
        for findings in (GOOD, inside):
            services.note_check(help_request_id=request.pk, findings=findings, actor=citizen_of(request), now=NOW)
        check = DeviceCheck.objects.get()
        assert (check.camera_fault, check.line, check.rtt_ms, check.kbps) == ("denied", "ok", 40, 900)

    def test_the_end_of_the_dialogue_ends_its_tasks(self, scene: Scene) -> None:
        dialogue = scene.live()
        asked = dialogue.help_request_id
        services.note_check(help_request_id=asked, findings=NO_CAMERA, actor=citizen_of(dialogue), now=NOW)
        services.end(dialogue_id=dialogue.pk, actor=scene.expert(), now=NOW)
        assert Task.objects.get().closed_at == NOW

    def test_who_cannot_be_heard_is_called_for_until_it_works(self, scene: Scene) -> None:
        request = scene.queued()
        for _ in range(2):
            services.note_check(help_request_id=request.pk, findings=DEAF, actor=citizen_of(request), now=NOW)
        task = Task.objects.get()
        assert (task.kind, task.help_request_id, task.closed_at) == (TaskKind.DEVICE, request.pk, None)
        services.note_check(help_request_id=request.pk, findings=GOOD, actor=citizen_of(request), now=NOW)
        task.refresh_from_db()
        assert task.closed_at == NOW

    def test_a_stranger_leaves_no_trace(self, scene: Scene) -> None:
        request = scene.queued()
        before = JournalEntry.objects.count()
        with pytest.raises(NotFound):
            services.note_check(help_request_id=request.pk, findings=GOOD, actor=Actor.citizen(uuid4()), now=NOW)
        assert (DeviceCheck.objects.count(), JournalEntry.objects.count()) == (0, before)

    def test_a_fault_without_a_reason_does_not_stand(self, scene: Scene) -> None:
        request = scene.queued()
        silent = Findings(camera="fault", microphone="ok", sound="ok", line="ok", browser="ok")
        with pytest.raises(IntegrityError):
            services.note_check(help_request_id=request.pk, findings=silent, actor=citizen_of(request), now=NOW)
        assert not DeviceCheck.objects.exists()


class TestBooths:
    def test_a_booth_that_fails_calls_its_desk_until_it_is_ready(self, scene: Scene, booth: Booth) -> None:
        services.note_booth_check(booth_id=booth.pk, findings=DEAF, actor=BOOTH, now=NOW)
        task = Task.objects.get()
        assert (task.kind, task.booth_id, task.branch_id) == (TaskKind.DEVICE, booth.pk, scene.branch.pk)
        services.note_booth_check(booth_id=booth.pk, findings=GOOD, actor=BOOTH, now=NOW)
        task.refresh_from_db()
        assert task.closed_at == NOW
        assert line_queries.checks_of_booths([booth.pk])[booth.pk].readiness == Readiness.READY

    def test_only_the_booth_itself_reports(self, scene: Scene, booth: Booth) -> None:
        for actor in (scene.desk, scene.expert(), Actor.citizen(uuid4())):
            with pytest.raises(NotFound):
                services.note_booth_check(booth_id=booth.pk, findings=GOOD, actor=actor, now=NOW)
        with pytest.raises(NotFound):
            services.note_booth_check(booth_id=booth.pk + 1, findings=GOOD, actor=BOOTH, now=NOW)
        assert not DeviceCheck.objects.exists()


def test_readiness_names_the_worst_of_what_matters_most() -> None:
    states = [state.value for state in CheckState]
    for camera, microphone, line in itertools.product(states, states, states):
        found = readiness(camera=camera, microphone=microphone, line=line)
        if line == "fault":
            assert found == Readiness.NO_LINE
        elif microphone == "fault":
            assert found == Readiness.WRITING
        elif camera == "fault":
            assert found == Readiness.SOUND_ONLY
        elif line == "weak":
            assert found == Readiness.WEAK_LINE
        elif "unknown" in {camera, microphone}:
            assert found == Readiness.UNCHECKED
        else:
            assert found == Readiness.READY
