"""Test that content outside its page or text area, or over other text, is found unless it is permitted."""

from __future__ import annotations

import io
import time

import pikepdf
import pypdfium2
import pytest

from triptych.checks.pdf.overflow import find_page_defects
from triptych.model.layout_defects import OFF_PAGE, OFF_TEXT, OVER_WORDS, LayoutDefect

AREA = [100, 100, 500, 700]
SQUARE = "re f"


def found(content: str, **boxes: list[float]) -> list[LayoutDefect]:
    """Return the misplaced content on a page of 600 × 800 points."""
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier
    )
    image = pdf.make_stream(
        b"\0", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=1, Height=1, BitsPerComponent=8
    )
    image.ColorSpace = pikepdf.Name.DeviceGray
    resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font), XObject=pikepdf.Dictionary(I1=image))
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=[0, 0, 600, 800],
        Resources=resources,
        Contents=pdf.make_stream(content.encode()),
    )
    for name, box in boxes.items():
        page[f"/{name}"] = box
    pdf.pages.append(pikepdf.Page(page))
    out = io.BytesIO()
    pdf.save(out)
    with pypdfium2.PdfDocument(out.getvalue()) as document:
        shown = document[0]
        return list(find_page_defects(shown, shown.get_textpage()))


def words(text: str, x: float, y: float, size: float = 10) -> str:
    return f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n"


def picture(x: float, y: float, width: float, height: float) -> str:
    return f"q {width} 0 0 {height} {x} {y} cm /I1 Do Q\n"


def marked(content: str, tag: str = "/P <</MCID 3>>") -> str:
    return f"{tag} BDC\n{content}EMC\n"


@pytest.mark.parametrize(
    ("content", "kind", "beyond"),
    [
        (words("Lost", 590, 400), "words", 13),
        (words("Lost", 50, -40), "words", 40),
        (picture(500, 400, 200, 50), "picture", 100),
        (picture(50, 700, 20, 150), "picture", 50),
        (f"550 400 80 1 {SQUARE}\n", "line", 30),
    ],
)
def test_content_off_the_page_is_found(content: str, kind: str, beyond: int) -> None:
    (stray,) = found(content)
    assert (stray.position, stray.kind) == (OFF_PAGE, kind)
    assert stray.overflow == pytest.approx(beyond, abs=3)


def test_defect_has_the_mark_of_its_content() -> None:
    (stray,) = found(marked(picture(500, 400, 200, 50), "/Figure <</MCID 3>>"))
    assert (stray.kind, stray.mcid) == ("picture", 3)


def test_clipped_content_is_not_off_the_page() -> None:
    clip = "q 100 100 200 200 re W n\n"
    assert found(clip + picture(50, 50, 800, 800) + picture(700, 100, 50, 50) + "Q\n") == []
    (stray,) = found(clip + words("Lost", 900, 150) + "Q\n")
    assert stray.words == "Lost"


def test_pictures_may_bleed_and_words_may_not() -> None:
    trim = {"TrimBox": [10, 10, 590, 790]}
    assert found(picture(0, 0, 600, 800), **trim) == []
    (stray,) = found(words("Cut", 580, 400), **trim)
    assert (stray.position, stray.words) == (OFF_PAGE, "Cut")


def test_a_picture_that_fills_a_page_without_margins_may_bleed() -> None:
    full = {"TrimBox": [10, 10, 590, 790], "ArtBox": [10, 10, 590, 790]}
    assert found(marked(picture(0, 0, 600, 800), "/Figure <</MCID 3>>"), **full) == []


def test_only_the_page_is_checked_without_a_text_area() -> None:
    assert found(words("Near the edge", 2, 400)) == []


def test_text_beyond_the_text_area_is_found() -> None:
    (stray,) = found(marked(words("A word too long", 450, 400)), ArtBox=AREA)
    assert (stray.position, stray.words, stray.mcid) == (OFF_TEXT, "A word too long", 3)
    assert stray.overflow == pytest.approx(40, abs=3)


def test_marks_may_hang_over_the_edge() -> None:
    assert found(marked(words("-", 497, 400)), ArtBox=AREA) == []
    assert found(marked(words("-", 490, 400, 40)), ArtBox=AREA) == []


def test_running_heads_are_outside_of_the_text() -> None:
    assert found(marked(words("A head", 100, 750), "/Artifact <</Type/Pagination>>"), ArtBox=AREA) == []


def test_pictures_may_reach_over_the_edges_by_half_of_a_margin() -> None:
    assert found(marked(picture(51, 400, 498, 100), "/Figure <</MCID 3>>"), ArtBox=AREA) == []
    (stray,) = found(marked(picture(40, 400, 520, 100), "/Figure <</MCID 3>>"), ArtBox=AREA)
    assert (stray.position, stray.kind) == (OFF_TEXT, "picture")


def test_overlapping_text_is_found() -> None:
    (stray,) = found(words("Under all", 100, 400) + words("Over it", 130, 403))
    assert (stray.position, stray.words) == (OVER_WORDS, "Under all")


@pytest.mark.parametrize(
    "content",
    [
        words("One line", 100, 400) + words("Another line", 100, 389),
        words("Words", 100, 400) + words("beside words", 131, 400),
        words("H", 100, 400) + words("2", 106, 397, 7),
        marked(words("sum", 100, 400), "/Formula <</MCID 1>>") + words("over", 105, 402),
        marked(words("joined", 100, 400) + words("letters", 130, 400), "/Span <</MCID 1>>"),
    ],
)
def test_adjacent_words_do_not_overlap(content: str) -> None:
    assert found(content) == []


def test_thousands_of_letters_of_a_drawing_are_not_compared_with_each_other() -> None:
    letters = "".join(words("a", 100 + place / 100, 400) for place in range(12_000))
    started = time.process_time()
    assert found(marked(letters, "/Figure <</MCID 3>>"), ArtBox=AREA) == []
    assert time.process_time() - started < 10  # comparing all pairs took minutes


def test_a_page_has_a_limited_number_of_defects() -> None:
    content = "".join(words("a", 700, 10 * place) for place in range(800))
    assert len(found(content, MediaBox=[0, 0, 600, 9_000])) == 500
