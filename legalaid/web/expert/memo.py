"""The memo beside the video: saved by itself, issued once."""

from dataclasses import asdict
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from legalaid.kernel.actor import Actor
from legalaid.kernel.errors import DomainError, NotFound
from legalaid.people.states import Role
from legalaid.result import services
from legalaid.result.policies import get_own_dialogue, get_readable_memo
from legalaid.result.queries import memo_on_desk, pdf_of
from legalaid.result.rules import MemoText
from legalaid.result.states import OutcomeCode
from legalaid.web.citizen.forms import DoorForm
from legalaid.web.staff.access import staff


def _area(label: object, rows: int, hint: object = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "maxlength": 8000, "data-grow": True})
    return forms.CharField(label=label, required=False, widget=widget, help_text=hint, strip=False)  # type: ignore[arg-type]  # lazy texts


class MemoForm(DoorForm):
    """Four texts and the revision they were edited from."""

    asked = _area(_("О чём спросили"), 3)
    law = _area(_("Что говорит закон"), 4)
    steps = _area(_("Что делать"), 5, _("Каждый шаг — с новой строки."))
    documents = _area(_("Какие документы нужны"), 4, _("Каждый документ — с новой строки."))
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    outcome = forms.ChoiceField(label=_("Чем закончилось"), choices=OutcomeCode.choices, required=False)

    def memo_text(self) -> MemoText:
        """The text as typed."""
        self.full_clean()
        return MemoText(*(str(self.cleaned_data.get(n, "")) for n in ("asked", "law", "steps", "documents")))

    def base_revision(self) -> int:
        """The revision the page was editing; one that is no number matches nothing."""
        self.full_clean()
        found = self.cleaned_data.get("revision")
        return -1 if found is None else int(found)


def memo_context(actor: Actor, dialogue_id: UUID, form: MemoForm | None = None) -> dict[str, object]:
    """What the editor's template needs; raises NotFound for anybody but the dialogue's expert."""
    dialogue = get_own_dialogue(actor, dialogue_id)
    memo = memo_on_desk(dialogue)
    if form is None:
        initial = {**asdict(memo.text), "revision": memo.revision, "outcome": OutcomeCode.ANSWERED}
        form = MemoForm(initial=initial)
    return {"dialogue": dialogue, "help_request": dialogue.help_request, "memo": memo, "form": form}


@require_GET
@staff(Role.EXPERT)
def editor(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """The memo on a page of its own: after the dialogue, or in another window."""
    return render(request, "expert/memo.html", memo_context(actor, dialogue_id))


@require_POST
@staff(Role.EXPERT)
def save(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """Save the draft: 200 with the new revision, 409 when a later text was saved elsewhere, 422 otherwise refused."""
    form = MemoForm(request.POST)
    try:
        memo = services.save_draft(
            dialogue_id=dialogue_id, text=form.memo_text(), revision=form.base_revision(), actor=actor,
            now=timezone.now(),
        )  # fmt: skip
    except NotFound:
        raise
    except DomainError as error:
        return JsonResponse({"text": str(error.text)}, status=409 if error.code == "memo_changed" else 422)
    return JsonResponse({"revision": memo.revision})


@require_POST
@staff(Role.EXPERT)
def issue(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """Issue the memo and say what came of the request."""
    form = MemoForm(request.POST)
    text, outcome = form.memo_text(), form.cleaned_data.get("outcome") or OutcomeCode.ANSWERED
    try:
        services.issue_memo(
            dialogue_id=dialogue_id, text=text, revision=form.base_revision(), outcome=OutcomeCode(outcome),
            actor=actor, now=timezone.now(),
        )  # fmt: skip
    except NotFound:
        raise
    except DomainError as error:
        form.refuse(error)
        return render(request, "expert/memo.html", memo_context(actor, dialogue_id, form), status=422)
    return redirect("expert-memo", dialogue_id)


@require_POST
@staff(Role.EXPERT)
def close(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """The dialogue came to nothing: close the request without a memo."""
    services.decide_without_memo(dialogue_id=dialogue_id, actor=actor, now=timezone.now())
    return redirect("expert")


@require_GET
@staff(Role.EXPERT)
def pdf(request: HttpRequest, actor: Actor, help_request_id: UUID) -> HttpResponseBase:
    """The issued memo as the citizen gets it."""
    found = get_readable_memo(actor, help_request_id)
    response = HttpResponse(pdf_of(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="memo-{found.code}.pdf"'
    return response
