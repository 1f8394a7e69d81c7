"""Test which picture file is used for each image of a section."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest

from tests.conftest import MakeProject, ReadBook, tiny_png
from triptych.diagnostics import Span
from triptych.engine.cache import Cache
from triptych.model.nodes import Chart, Figure, Image
from triptych.model.walk import chapter_nodes, plain_text
from triptych.passes.conditions import select_for_output
from triptych.reading import pictures
from triptych.reading.pictures import PictureFinder


def _one_page() -> bytes:
    document = pikepdf.new()
    document.add_blank_page(page_size=(72, 36))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


ONE_PAGE = _one_page()
SPAN = Span(path="source/one/section.md", line=3, column=9)


@pytest.fixture
def finder(make_project: MakeProject) -> PictureFinder:
    files = {"source/one/dot.png": tiny_png(), "source/shared.png": tiny_png(3, 2), "source/text.png": "text"}
    return PictureFinder(make_project(files), Cache(None))


def find(finder: PictureFinder, source: str):
    return finder.find(source, referring_file="source/one/section.md", span=SPAN)


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("dot.png", "source/one/dot.png"),
        ("../shared.png", "source/shared.png"),
        ("shared.png", "source/shared.png"),
    ],
)
def test_pictures_are_found_next_to_the_section_or_manifest(
    finder: PictureFinder, source: str, path: str
) -> None:
    picture, result = find(finder, source)
    assert not result
    assert picture.path == path


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("gone.png", "IMG001"),
        ("", "IMG001"),
        ("https://example.org/a.png", "IMG002"),
        ("//example.org/a.png", "IMG002"),
        ("data:image/png;base64,AAAA", "IMG002"),
        ("file:///etc/passwd", "IMG002"),
        ("FTP://example.org/a.png", "IMG002"),
        ("text.png", "IMG003"),
        ("../../../etc/passwd", "SEC005"),
        ("/etc/passwd", "SEC005"),
        ("C:/Users/ada/a.png", "SEC005"),
    ],
)
def test_each_reason_has_its_code_and_the_place_of_the_image(
    finder: PictureFinder, source: str, code: str
) -> None:
    picture, findings = find(finder, source)
    assert picture is None
    assert [(finding.code, finding.span) for finding in findings] == [(code, SPAN)]


def test_the_nearest_name_is_suggested(finder: PictureFinder) -> None:
    _, findings = find(finder, "one/dto.png")
    assert findings[0].hint == 'did you mean "one/dot.png"?'


@pytest.mark.parametrize("name", ["photo.jpeg", "PHOTO.PNG"])
def test_pictures_of_any_usual_name_are_suggested(make_project: MakeProject, name: str) -> None:
    finder = PictureFinder(make_project({f"source/{name}": tiny_png()}), Cache(None))
    _, findings = finder.find(
        name.replace("O", "", 1).replace("o", "", 1), referring_file="source/a.md", span=SPAN
    )
    assert findings[0].hint == f'did you mean "{name}"?'


def test_other_nodes_are_unchanged(finder: PictureFinder) -> None:
    node = object()
    assert finder.set_image_files(node, referring_file="source/one/section.md", findings=[]) is node


def test_an_image_is_filled_with_its_picture(finder: PictureFinder) -> None:
    result: list = []
    image = finder.set_image_files(
        Image(source="dot.png", alt="x", span=SPAN), referring_file="source/one/section.md", findings=result
    )
    assert image.picture.media_type == "image/png"
    assert not result


def test_encoded_file_name_with_a_space_is_found(make_project: MakeProject) -> None:
    finder = PictureFinder(make_project({"source/a dot.png": tiny_png()}), Cache(None))
    picture, result = finder.find("a%20dot.png", referring_file="source/a.md", span=SPAN)
    assert not result
    assert picture is not None


class TestVariants:
    FILES = {
        "source/plot.png": tiny_png(4, 2),
        "source/plot-cmyk.jpg": tiny_png(8, 4),
        "source/many.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
        "source/many.png": tiny_png(3, 3),
        "source/both.pdf": ONE_PAGE,
        "source/both.webp": tiny_png(5, 5),
        "source/plot.v2.png": tiny_png(6, 6),
        "source/two.pdf": ONE_PAGE,
    }

    def shown(self, read_book_of: ReadBook, markdown: str) -> dict[str, str]:
        """Return the files that the outputs use for the only image."""
        book, result = read_book_of(markdown, files=self.FILES)
        assert result == []
        outputs = {}
        for output in ("pdf", "epub", "pptx"):
            nodes = chapter_nodes(select_for_output(book, output).chapters[0])
            (image,) = (node for node in nodes if isinstance(node, Image))
            assert image.variants == ()
            outputs[output] = image.picture.path.removeprefix("source/")
        return outputs

    def test_each_output_may_have_a_separate_file(self, read_book_of: ReadBook) -> None:
        shown = self.shown(read_book_of, "![A](plot.png){pdf=plot-cmyk.jpg pptx=many.svg}\n")
        assert shown == {"pdf": "plot-cmyk.jpg", "epub": "plot.png", "pptx": "many.svg"}

    def test_a_name_without_an_extension_is_the_best_file(self, read_book_of: ReadBook) -> None:
        assert set(self.shown(read_book_of, "![A](many)\n").values()) == {"many.svg"}
        assert set(self.shown(read_book_of, "![A](plot.v2)\n").values()) == {"plot.v2.png"}

    def test_print_uses_the_pdf_page_and_screens_the_bitmap(self, read_book_of: ReadBook) -> None:
        shown = self.shown(read_book_of, "![A](both)\n")
        assert shown == {"pdf": "both.pdf", "epub": "both.webp", "pptx": "both.webp"}

    def test_a_variant_may_leave_its_extension_out_too(self, read_book_of: ReadBook) -> None:
        assert self.shown(read_book_of, "![A](plot.png){epub=many}\n")["epub"] == "many.svg"

    def test_a_variant_that_is_not_there_is_an_error(self, read_book_of: ReadBook) -> None:
        _, findings = read_book_of("![A](plot.png){pptx=plto.png}\n", files=self.FILES)
        assert [(finding.code, finding.hint) for finding in findings] == [
            ("IMG001", 'did you mean "plot.png"?')
        ]

    def test_a_missing_name_is_reported_once(self, read_book_of: ReadBook) -> None:
        _, findings = read_book_of("![A](nothing)\n", files=self.FILES)
        assert [finding.code for finding in findings] == ["IMG001"]

    def test_variants_cannot_point_outside_the_project(self, read_book_of: ReadBook) -> None:
        _, findings = read_book_of("![A](plot.png){pdf=../../secret}\n", files=self.FILES)
        assert [finding.code for finding in findings] == ["SEC005"]

    def test_a_page_is_the_first_or_the_one_named(self, read_book_of: ReadBook) -> None:
        book, findings = read_book_of("![A](two.pdf)\n\n![B](two.pdf){page=2}\n", files=self.FILES)
        assert [finding.code for finding in findings] == ["IMG003"]
        assert "page 2 does not exist" in findings[0].message
        images = [node for node in chapter_nodes(book.chapters[0]) if isinstance(node, Image)]
        assert [image.picture.page for image in images if image.picture] == [1]

    @pytest.mark.parametrize("page", ["0", "-1", "first", "9999999999"])
    def test_a_page_is_a_number(self, read_book_of: ReadBook, page: str) -> None:
        _, findings = read_book_of(f"![A](two.pdf){{page={page}}}\n", files=self.FILES)
        assert [finding.code for finding in findings] == ["IMG003"]


class TestDescriptions:
    FILES = {"source/a.png": tiny_png(), "source/d.csv": "x,y\n1,2\n2,3\n"}
    LONG = "::: {.description}\nIt is *grey*.\n\n- All of it.\n:::\n"

    def described(self, read_book_of: ReadBook, markdown: str) -> Figure | Chart:
        book, result = read_book_of(markdown, files=self.FILES)
        assert result == []
        nodes = chapter_nodes(book.chapters[0])
        return next(node for node in nodes if isinstance(node, Figure | Chart))

    def test_figure_has_its_description(self, read_book_of: ReadBook) -> None:
        text = f"::: {{#fig-x}}\n![A dot](a.png)\n\n{self.LONG}\nThe caption\n:::\n"
        figure = self.described(read_book_of, text)
        assert plain_text(figure.description) == "It is grey. All of it."
        assert plain_text(figure.caption) == "The caption"

    def test_chart_has_its_description(self, read_book_of: ReadBook) -> None:
        attributes = ".chart data=d.csv x=x y=y type=line fig-alt=A"
        text = f":::: {{{attributes}}}\nThe caption\n\n{self.LONG}::::\n"
        chart = self.described(read_book_of, text)
        assert plain_text(chart.description) == "It is grey. All of it."
        assert plain_text(chart.caption) == "The caption"

    @pytest.mark.parametrize(
        "text",
        [
            '![A](a.png){fig-desc="It is grey."}\n',
            '::: {#fig-x fig-desc="It is grey."}\n![A](a.png)\n\nThe caption\n:::\n',
            '::: {.chart data=d.csv x=x y=y type=line fig-alt=A fig-desc="It is grey."}\nThe caption\n:::\n',
        ],
    )
    def test_short_description_is_an_attribute(self, read_book_of: ReadBook, text: str) -> None:
        assert plain_text(self.described(read_book_of, text).description) == "It is grey."

    def test_references_in_a_description_are_resolved(self, read_book_of: ReadBook) -> None:
        text = "::: {#fig-x}\n![A](a.png)\n\n::: {.description}\nSee @fig-x.\n:::\n\nC\n:::\n"
        figure = self.described(read_book_of, text)
        assert plain_text(figure.description).replace("\u00a0", " ") == "See Figure 1.1."


def test_picture_properties_are_cached_by_content(make_project: MakeProject, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    first, _ = find(PictureFinder(make_project({"source/one/dot.png": tiny_png()}), cache), "dot.png")
    repeated, _ = find(PictureFinder(make_project({"source/one/dot.png": tiny_png()}), cache), "dot.png")
    other, _ = find(PictureFinder(make_project({"source/one/dot.png": tiny_png(3, 2)}), cache), "dot.png")
    assert repeated == first
    assert (other.width, other.height) == (3, 2)


def test_a_damaged_picture_is_reported_each_time(make_project: MakeProject, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    for _ in range(2):
        project = make_project({"source/one/dot.png": tiny_png(300, 200)[:80]})
        picture, findings = find(PictureFinder(project, cache), "dot.png")
        assert picture is None
        assert [problem.code for problem in findings] == ["IMG003"]


def test_unusable_file_is_examined_once(finder: PictureFinder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find(finder, "text.png")[1][0].code == "IMG003"
    monkeypatch.setattr(pictures, "inspect_picture", None)
    assert find(finder, "text.png")[1][0].code == "IMG003"
