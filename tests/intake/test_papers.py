"""Papers: redrawn, bounded, bound to a request, printed, gone after thirty days."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from legalaid.intake.links import photo_token, request_of_photos, token_for
from legalaid.intake.models import HelpRequest, Paper, PaperPage
from legalaid.intake.pages import draw_pages
from legalaid.intake.paper_numbers import KEEP_FOR, PHOTO_LIFE
from legalaid.intake.paper_rules import PaperRefused, clean_name
from legalaid.intake.papers import page_image, papers_to_print
from legalaid.intake.services import add_paper, ask_print, expire_papers, mark_printed, remove_paper
from legalaid.intake.states import PaperSource
from legalaid.journal.models import JournalEntry
from legalaid.kernel.actor import Actor
from legalaid.kernel.draw_numbers import MAX_FILE, SIDE
from legalaid.kernel.errors import NotFound
from tests.scenes import NOW, Region, citizen, make_region

SYSTEM = Actor.system("test")


def jpeg(size: tuple[int, int] = (300, 200), exif: bool = False) -> bytes:
    """A photo; with `exif` it names its maker and its place and lies on its side."""
    facts = Image.Exif()
    if exif:
        facts[0x010F], facts[0x0112] = "SECRET-PHONE", 6
        facts.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", size, "#335577").save(out, "JPEG", exif=facts, comment=b"SECRET-COMMENT")
    return out.getvalue()


def pdf(pages: int = 1) -> bytes:
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.fixture
def region(transactional_db: None) -> Region:
    return make_region()


def add(request: HelpRequest, raw: bytes | None = None, name: str = "чек.jpg") -> Paper:
    return add_paper(
        help_request_id=request.pk, file=raw or jpeg(), name=name, source=PaperSource.LINK, actor=citizen(request),
        now=NOW,
    )  # fmt: skip


class TestDrawing:
    def test_a_photo_stands_upright_and_says_nothing_of_its_maker(self) -> None:
        raw = jpeg(exif=True)
        assert b"SECRET-PHONE" in raw, "negative control: the photo does name its maker"
        (page,) = draw_pages(raw)
        assert (page.width, page.height) == (200, 300)
        assert b"SECRET" not in page.image
        with Image.open(io.BytesIO(page.image)) as drawn:
            assert (drawn.format, dict(drawn.getexif()), drawn.info.get("comment")) == ("JPEG", {}, None)

    def test_a_large_photo_is_made_smaller(self) -> None:
        (page,) = draw_pages(jpeg((5000, 3000)))
        assert (page.width, page.height) == (SIDE, SIDE * 3 // 5)

    def test_a_pdf_becomes_its_pages(self) -> None:
        pages = draw_pages(pdf(3))
        assert len(pages) == 3
        assert pages[0].height > pages[0].width

    def test_the_content_counts_and_not_the_name(self, region: Region) -> None:
        request = region.draft()
        assert add(request, pdf(), name="photo.jpg").pages.count() == 1

    @pytest.mark.parametrize(
        ("raw", "words"),
        [
            (b"", "Выберите файл"),
            (b"<html><script>alert(1)</script></html>", "Такой файл показать нельзя"),
            (b"MZ" + bytes(500), "Такой файл показать нельзя"),
            (b"PK\x03\x04" + bytes(500), "Такой файл показать нельзя"),
            (b'<svg xmlns="x"><script/></svg>', "Такой файл показать нельзя"),
            (b"%PDF-1.7\nbroken", "не открывается"),
            (jpeg()[:300], "не открывается"),
            (bytes(MAX_FILE + 1), "больше 20 мегабайт"),
        ],
    )
    def test_what_is_no_paper_is_refused_in_words(self, raw: bytes, words: str) -> None:
        with pytest.raises(PaperRefused, match=words):
            draw_pages(raw)

    def test_too_many_pages_are_refused(self) -> None:
        with pytest.raises(PaperRefused, match="больше 20 страниц"):
            draw_pages(pdf(21))

    def test_a_bomb_of_points_is_refused_before_it_is_decoded(self) -> None:
        out = io.BytesIO()
        Image.new("1", (30_000, 30_000)).save(out, "PNG")
        assert len(out.getvalue()) < 200_000, "negative control: small on the wire"
        with pytest.raises(PaperRefused, match="не открывается"):
            draw_pages(out.getvalue())

    def test_the_drawing_program_knows_nothing_of_django(self) -> None:
        code = "import legalaid.kernel.draw_program, sys; assert not any(m.startswith('django') for m in sys.modules)"
        assert subprocess.run([sys.executable, "-I", "-c", code]).returncode == 0


class TestKeeping:
    def test_pages_are_seen_by_those_who_see_the_request(self, region: Region) -> None:
        request, other = region.draft(), region.draft()
        paper = add(request)
        assert page_image(request.pk, paper.pk, 1, NOW) is not None
        assert page_image(other.pk, paper.pk, 1, NOW) is None
        assert page_image(request.pk, paper.pk, 2, NOW) is None

    @pytest.mark.parametrize("who", ["operator", "stranger", "observer", "another"])
    def test_strangers_add_nothing(self, region: Region, who: str) -> None:
        request = region.draft()
        actor = citizen(region.draft()) if who == "another" else region.actor(who)
        with pytest.raises(NotFound):
            add_paper(help_request_id=request.pk, file=jpeg(), name="", source=PaperSource.DESK, actor=actor, now=NOW)
        assert not Paper.objects.exists()

    def test_more_than_sixty_pages_do_not_fit(self, region: Region) -> None:
        request = region.draft()
        raw = pdf(20)
        for _ in range(3):
            add(request, raw)
        with pytest.raises(PaperRefused, match="60 страниц"):
            add(request)
        assert PaperPage.objects.count() == 60

    def test_thirty_days_and_no_longer(self, region: Region) -> None:
        request = region.draft()
        paper = add(request)
        assert expire_papers(actor=SYSTEM, now=NOW + KEEP_FOR - timedelta(seconds=1)) == 0
        assert page_image(request.pk, paper.pk, 1, NOW + KEEP_FOR) is None, "unseen from the moment on, job or not"
        assert [expire_papers(actor=SYSTEM, now=NOW + KEEP_FOR) for _ in range(2)] == [1, 0]
        assert (Paper.objects.count(), PaperPage.objects.count()) == (0, 0)
        entry = JournalEntry.objects.get(kind="paper", action="expire")
        assert entry.data == {"request": str(request.pk)}
        with pytest.raises(IntegrityError), transaction.atomic():
            Paper.objects.create(help_request=request, name="", source="link", added_at=NOW, expires_at=NOW)

    def test_only_the_system_destroys(self, region: Region) -> None:
        add(region.draft())
        with pytest.raises(NotFound):
            expire_papers(actor=region.actor("office"), now=NOW + KEEP_FOR)
        assert Paper.objects.count() == 1

    def test_the_citizen_takes_her_own_paper_back_and_no_other(self, region: Region) -> None:
        request, other = region.draft(), region.draft()
        paper = add(request)
        for actor in (citizen(other), region.actor("operator")):
            with pytest.raises(NotFound):
                remove_paper(paper_id=paper.pk, actor=actor, now=NOW)
        assert Paper.objects.count() == 1
        remove_paper(paper_id=paper.pk, actor=citizen(request), now=NOW)
        assert not PaperPage.objects.exists()

    def test_file_names_are_words_and_nothing_else(self) -> None:
        assert clean_name("C:\\Users\\anna\\чек  2.jpg") == "чек 2.jpg"
        assert clean_name("../../etc/passwd") == "passwd"
        assert "\u202e" not in clean_name("annexe\u202egpj.exe")
        assert len(clean_name("а" * 500)) == 120

    def test_the_journal_knows_no_file_name(self, region: Region) -> None:
        add(region.draft(), name="Паспорт Ивановой.jpg")
        assert "Иванов" not in repr(list(JournalEntry.objects.values()))


class TestPrinting:
    def test_asked_once_printed_once(self, region: Region) -> None:
        request = region.at_desk(None) if region.actor("operator") and _on_duty(region) else region.draft()
        paper = add(request)
        for _ in range(2):
            with transaction.atomic():
                ask_print(paper=Paper.objects.select_related("help_request").get(pk=paper.pk), actor=SYSTEM, now=NOW)
        assert [p.pk for p in papers_to_print(region.branch.pk, NOW)] == [paper.pk]
        for actor in (region.actor("expert"), citizen(request)):
            with pytest.raises(NotFound):
                mark_printed(paper_id=paper.pk, actor=actor, now=NOW)
        for _ in range(2):
            mark_printed(paper_id=paper.pk, actor=region.actor("operator"), now=NOW)
        assert not papers_to_print(region.branch.pk, NOW).exists()
        told = JournalEntry.objects.filter(kind="paper").order_by("id").values_list("action", flat=True)
        assert list(told) == ["add", "ask_print", "print"]

    def test_at_home_there_is_no_desk(self, region: Region) -> None:
        paper = add(region.draft())
        with pytest.raises(NotFound), transaction.atomic():
            ask_print(paper=Paper.objects.select_related("help_request").get(pk=paper.pk), actor=SYSTEM, now=NOW)
        paper.refresh_from_db()
        assert paper.print_asked_at is None


def _on_duty(region: Region) -> bool:
    from legalaid.reception.services import start_duty

    return bool(start_duty(authority_id=region.authority.pk, post_id=None, actor=region.actor("expert"), now=NOW))


class TestPhotoLink:
    def test_it_leads_to_one_request_for_a_quarter_of_an_hour(self, region: Region) -> None:
        request = region.draft()
        token = photo_token(request.pk, NOW)
        assert request_of_photos(token, NOW + PHOTO_LIFE - timedelta(seconds=1)) == request.pk
        assert request_of_photos(token, NOW + PHOTO_LIFE) is None

    def test_it_is_no_key_to_the_request_nor_the_other_way_round(self, region: Region) -> None:
        from legalaid.intake.links import id_from

        request = region.draft()
        assert id_from(photo_token(request.pk, NOW)) is None
        assert request_of_photos(token_for(request.pk), NOW) is None

    @pytest.mark.parametrize("at", [0, 5, 20, 25, 40])
    def test_a_changed_letter_makes_it_unknown(self, region: Region, at: int) -> None:
        token = photo_token(region.draft().pk, NOW)
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        assert request_of_photos(changed, NOW) is None
