"""Test that covers are drawn for books of all themes and scripts, with nothing cut off."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from PIL import Image, ImageChops

from triptych.languages.labels import load_labels
from triptych.media.covers import COVER_SIZE, CoverText, draw_cover, draw_cover_svg, make_cover_text
from triptych.media.svg_rendering import rasterise_svg
from triptych.model.book import Metadata, Person
from triptych.theme.theme import Theme, list_built_in_themes, load_theme

EDGE = 150  # margin in pixels; letters may extend slightly beyond the text area
SENTENCE = "An inquiry into the nature and causes of the wealth of nations, with an appendix on corn. "
NAMES = tuple(f"Contributor {number} of Many-and-Long-Named" for number in range(40))


def cover_of(
    title: str = "A book",
    *,
    theme: str = "house",
    language: str = "en",
    subtitle: str = "",
    authors: tuple[str, ...] = ("Ada Lovelace",),
    publisher: str = "Press",
) -> tuple[CoverText, Theme]:
    metadata = Metadata(
        title=title,
        language=language,
        identifier="urn:x",
        modified=dt.datetime(2000, 1, 1),
        subtitle=subtitle,
        people=tuple(Person(name=name) for name in authors),
        date=dt.date(2026, 1, 1),
        publisher=publisher,
    )
    return make_cover_text(metadata, load_labels(language)), load_theme(theme)


def drawn(title: str = "A book", **more: Any) -> bytes:
    return draw_cover(*cover_of(title, **more))


def drawn_small(title: str, **more: Any) -> bytes:
    """Draw a cover at a quarter of its size, which takes a tenth of the time."""
    width, height = COVER_SIZE
    return rasterise_svg(draw_cover_svg(*cover_of(title, **more)).encode(), width // 4, height // 4) or b""


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def free(image: Image.Image) -> bool:
    """Return whether all pixels near the edges have the background colour."""
    whole = image.convert("RGB")
    width, height = whole.size
    edge = EDGE * width // COVER_SIZE[0]
    sides = (whole.crop((0, 0, edge, height)), whole.crop((width - edge, 0, width, height)))
    grounds = (side.crop((0, 0, 1, height)).resize(side.size) for side in sides)
    return not any(
        ImageChops.difference(side, ground).getbbox() for side, ground in zip(sides, grounds, strict=True)
    )


def digest_of(title: str) -> str:
    return hashlib.sha256(drawn(title)).hexdigest()


@pytest.mark.parametrize("theme", list_built_in_themes())
def test_cover_meets_the_requirements_of_bookshops(theme: str) -> None:
    image = opened(drawn(theme=theme, subtitle="A subtitle"))
    assert (image.format, image.size) == ("PNG", COVER_SIZE)
    assert image.mode in ("RGB", "P")
    assert "transparency" not in image.info
    assert "icc_profile" not in image.info  # colours without a profile are sRGB
    assert len(image.convert("RGB").getcolors(1 << 20) or ()) > 8
    assert free(image)


@pytest.mark.e2e
def test_same_text_has_the_same_bytes_in_every_process() -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        assert fresh.submit(digest_of, "A book").result() == digest_of("A book") == digest_of("A book")


def test_themes_differ() -> None:
    assert len({drawn(theme=theme) for theme in list_built_in_themes()}) == len(list_built_in_themes())


@pytest.mark.parametrize("theme", list_built_in_themes())
@pytest.mark.parametrize(
    ("title", "language"),
    [
        pytest.param("x", "en", id="one letter"),
        pytest.param(SENTENCE * 4, "en", id="long"),
        pytest.param("W" * 150, "en", id="no word"),
        pytest.param("W" * 40, "tlh", id="long word"),
        pytest.param("Donaudampfschifffahrtsgesellschaftskapitän", "de", id="German"),
        pytest.param('"#a" \\ *b* $c$ @d <e> [f] {{ g }}\n{% h %}', "en", id="markup"),
        pytest.param("中国领先技术报告：人工智能与可再生能源" * 3, "zh", id="Chinese"),
        pytest.param("日本の先端技術とエネルギーの未来", "ja", id="Japanese"),
        pytest.param("한국의 첨단 기술과 에너지", "ko", id="Korean"),
        pytest.param("التقنيات الرائدة في الصين: الذكاء الاصطناعي", "ar", id="Arabic"),
        pytest.param("הטכנולוגיות המובילות של סין", "he", id="Hebrew"),
        pytest.param("เทคโนโลยีชั้นนำของประเทศจีนและพลังงานหมุนเวียน", "th", id="Thai"),
    ],
)
def test_titles_stay_within_the_margins(title: str, language: str, theme: str) -> None:
    assert free(opened(drawn_small(title, language=language, theme=theme)))


@pytest.mark.parametrize("theme", list_built_in_themes())
def test_text_below_the_title_leaves_space_for_it(theme: str) -> None:
    """Test that long texts leave an empty row of pixels between the subtitle and the authors."""
    data = drawn(SENTENCE * 4, theme=theme, subtitle=SENTENCE * 6, authors=NAMES, publisher=SENTENCE * 2)
    image = opened(data).convert("RGB")
    assert free(image)
    rows = [image.crop((0, y, COVER_SIZE[0], y + 1)).getcolors() for y in range(1500, 1900)]
    assert max(map(len, "".join("1" if row and len(row) == 1 else " " for row in rows).split())) >= 30


def test_right_to_left_text_starts_on_the_right() -> None:
    def half_with_mark(language: str) -> str:
        image = opened(drawn("שם", language=language)).convert("RGB").crop((0, 300, COVER_SIZE[0], 320))
        left, _, right, _ = ImageChops.difference(
            image, Image.new("RGB", image.size, image.getpixel((0, 0)))
        ).getbbox() or (0, 0, 0, 0)
        return "left" if left + right < COVER_SIZE[0] else "right"

    assert (half_with_mark("en"), half_with_mark("he")) == ("left", "right")


def test_cover_needs_only_a_title() -> None:
    assert opened(drawn(authors=(), publisher="")).size == COVER_SIZE


@pytest.mark.parametrize(
    ("title", "language", "lines"),
    [
        ("中国的领先技术", "zh-Hans", 1),
        ("光と影の物語", "ja", 1),
        ("5G与中国", "zh-Hant", 1),
        ("中国的领先技术及其局限所在", "zh-Hans", 3),
    ],
)
def test_short_title_without_word_breaks_stays_on_one_line(title: str, language: str, lines: int) -> None:
    assert lines_of(opened(drawn(title, language=language, authors=(), publisher=""))) == lines


def lines_of(image: Image.Image) -> int:
    """Return the number of text lines in the upper half of a cover below its three marks."""
    upper = image.convert("RGB").crop((EDGE, 300, COVER_SIZE[0] - EDGE, COVER_SIZE[1] // 2))
    ground = upper.crop((upper.width - 1, 0, upper.width, upper.height)).resize(upper.size)
    inked = ImageChops.difference(upper, ground).convert("L").point(lambda dot: 255 if dot > 60 else 0)
    rows = [bool(inked.crop((0, row, inked.width, row + 1)).getbbox()) for row in range(inked.height)]
    return sum(now and not before for before, now in pairwise([False, *rows])) - 1
