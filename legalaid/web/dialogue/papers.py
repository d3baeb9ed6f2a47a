"""Papers in the room: the list, adding, one page shown to all, the code for a telephone. Shared by the doors."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from legalaid.dialogue import services
from legalaid.dialogue.policies import INVITERS, get_room
from legalaid.dialogue.queries import part_of
from legalaid.intake.links import photo_token
from legalaid.intake.paper_numbers import PHOTO_LIFE
from legalaid.intake.paper_rules import refused
from legalaid.intake.papers import page_image, papers_of
from legalaid.kernel.actor import Actor
from legalaid.kernel.draw_numbers import MAX_FILE
from legalaid.kernel.errors import NotFound
from legalaid.result.pdf import qr_svg
from legalaid.web.dialogue.doors import act, done, number


def panel(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """The live list of papers with what the reader may do with them."""
    return render(request, "dialogue/papers.html", papers_context(actor, dialogue_id))


def papers_context(actor: Actor, dialogue_id: UUID) -> dict[str, object]:
    """What the panel shows. Raises NotFound."""
    dialogue = get_room(actor, dialogue_id)
    mine = part_of(actor, dialogue.pk)
    shows = mine is not None and mine.role in services.SHOWERS
    papers = papers_of(dialogue.help_request_id, timezone.now())
    return {
        "dialogue": dialogue, "papers": papers, "shows": shows,
        "prints": mine is not None and mine.role in INVITERS and dialogue.help_request.branch_id is not None,
    }  # fmt: skip


def read_file(request: HttpRequest) -> tuple[bytes, str]:
    """The file of a form and its name. Raises PaperRefused."""
    found = request.FILES.get("file")
    if found is None:
        raise refused("empty")
    if not found.size or found.size > MAX_FILE:
        raise refused("size" if found.size else "empty")
    return found.read(), str(found.name or "")


def picture(raw: bytes | None, name: str) -> HttpResponse:
    """A page as an attachment, kept by no cache: rights may end with the dialogue."""
    if raw is None:
        raise NotFound
    response = HttpResponse(raw, content_type="image/jpeg")
    response["Content-Disposition"] = f'attachment; filename="{name}.jpg"'
    response["Cache-Control"] = "private, max-age=600"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def page(request: HttpRequest, actor: Actor, dialogue_id: UUID, paper_id: int, page_number: int) -> HttpResponseBase:
    """The picture of one page, for those who take part."""
    dialogue = get_room(actor, dialogue_id)
    raw = page_image(dialogue.help_request_id, paper_id, page_number, timezone.now())
    return picture(raw, f"page-{paper_id}-{page_number}")


@act
def add(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """Add a file from this computer."""
    raw, name = read_file(request)
    services.add_paper_here(dialogue_id=dialogue_id, file=raw, name=name, actor=actor, now=timezone.now())
    return done()


@act
def show(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """Put a page before everybody."""
    services.show_page(
        dialogue_id=dialogue_id, paper_id=number(request.POST.get("paper", "")),
        number=number(request.POST.get("page", "")), actor=actor, now=timezone.now(),
    )  # fmt: skip
    return done()


@act
def hide(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """Put the page away."""
    services.hide_page(dialogue_id=dialogue_id, actor=actor, now=timezone.now())
    return done()


@act
def ask_print(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """Ask the desk to print a paper."""
    services.ask_print_here(
        dialogue_id=dialogue_id, paper_id=number(request.POST.get("paper", "")), actor=actor, now=timezone.now()
    )
    return done()


@act
def phone(request: HttpRequest, actor: Actor, dialogue_id: UUID) -> HttpResponseBase:
    """A code for a telephone: it opens a page that takes photos for this request and shows nothing else."""
    dialogue = get_room(actor, dialogue_id)
    mine = part_of(actor, dialogue.pk)
    if mine is None or mine.role not in services.SHOWERS:
        raise NotFound
    return render(request, "dialogue/phone.html", phone_context(dialogue.help_request_id))


def phone_context(help_request_id: UUID) -> dict[str, object]:
    """The code and its address."""
    url = settings.PUBLIC_URL + reverse("photos", args=[photo_token(help_request_id, timezone.now())])
    return {"url": url, "qr": qr_svg(url), "minutes": int(PHOTO_LIFE.total_seconds() // 60)}
