"""Test that documents get only resources of the book, by internal URLs."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from fontTools.ttLib import TTFont

from tests.conftest import tiny_png
from triptych.engine.cache import Cache
from triptych.engine.processes.pool import InlineExecutor
from triptych.engine.store.program_digest import compute_digest
from triptych.media.fonts.fonts import find_scripts
from triptych.media.formulas.formulas import FormulaDrawing
from triptych.media.output_pictures import PreparedPicture
from triptych.model.nodes import Chart
from triptych.project import UnsafePathError
from triptych.theme.theme import find_fonts_folder, load_theme
from triptych.writers.print.resources import BookFace, Resources

WORDS = "Слово ελλ"
MakeShelf = Callable[..., Resources]
FILES = {
    "source/a b.png": tiny_png(),
    "source/c.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
}


@pytest.fixture
def resources(tmp_path: Path) -> Iterator[MakeShelf]:
    """Return resources with their own cache; ``asked`` and ``drawn`` record files and charts."""

    def make(
        words: str = WORDS, asked: list[str] | None = None, drawn: list[Chart] | None = None
    ) -> Resources:
        def read(path: str) -> bytes:
            (asked if asked is not None else []).append(path)
            if path.startswith(("/", "..")):
                raise UnsafePathError(path)
            if path not in FILES:
                raise FileNotFoundError(path)
            return FILES[path]

        def draw(chart: Chart) -> bytes:
            (drawn if drawn is not None else []).append(chart)
            return b"<svg/>"

        theme = load_theme()
        chart = CHART
        return Resources(
            theme,
            find_scripts(words, ("en",), theme),
            words,
            {"fig-a": chart, "größe": chart},
            read,
            draw,
            Cache(tmp_path),
            InlineExecutor(),
        )

    yield make


CHART = cast(Chart, "a chart")


class TestFiles:
    def test_pictures_and_formulas_have_keys_by_content(self, resources: MakeShelf) -> None:
        own = resources()
        picture, drawing = PreparedPicture(b"picture", "image/jpeg"), FormulaDrawing(b"<svg>x</svg>", 1, 1, 0)
        own.add_pictures({"key": picture})
        own.add_formulas([drawing, None])
        item, other = "picture:key", f"formula:{compute_digest(b'<svg>x</svg>')}"
        page = f'<img src="{item}" alt=""/><img src="{other}"/><img src="picture:{compute_digest(b"gone")}"/>'
        assert own.find_files(page) == {
            item: (b"picture", "image/jpeg"),
            other: (b"<svg>x</svg>", "image/svg+xml"),
        }

    def test_charts_are_drawn_once_when_requested(self, resources: MakeShelf) -> None:
        drawing: list[Chart] = []
        own = resources(drawn=drawing)
        assert drawing == []
        page = '<img src="chart:fig-a"/><img src="chart:fig-a"/><img src="chart:gr%C3%B6%C3%9Fe"/><img src="chart:none"/>'
        for _ in range(2):
            assert own.find_files(page) == {
                "chart:fig-a": (b"<svg/>", "image/svg+xml"),
                "chart:größe": (b"<svg/>", "image/svg+xml"),
            }
        assert drawing == [CHART, CHART]

    @pytest.mark.parametrize("written", ["source/a%20b.png", "source/a b.png".replace(" ", "%20")])
    def test_project_files_are_read(self, resources: MakeShelf, written: str) -> None:
        (file,) = resources().find_files(f'<img src="project:{written}"/>').items()
        assert file == ("project:source/a b.png", (tiny_png(), "image/png"))

    def test_drawings_are_sanitised(self, resources: MakeShelf) -> None:
        ((data, kind),) = resources().find_files('<img src="project:source/c.svg"/>').values()
        assert kind == "image/svg+xml"
        assert isinstance(data, bytes) and b"script" not in data

    @pytest.mark.parametrize("path", ["/etc/hosts", "../x", "gone.png", "..%2f..%2fx", "%2Fetc"])
    def test_files_outside_the_project_are_missing(self, resources: MakeShelf, path: str) -> None:
        assert resources().find_files(f'<img src="project:{path}"/>') == {}

    def test_addresses_of_other_kinds_are_not_looked_for(self, resources: MakeShelf) -> None:
        requested: list[str] = []
        page = (
            '<img src="file:///x"/><img src="https://x/y"/><img src="data:,x"/><a href="my-project:x">a</a>'
        )
        assert resources(asked=requested).find_files(page) == {}
        assert requested == []

    @pytest.mark.parametrize(
        "written",
        [
            'a { background: url("project:source/a%20b.png") }',
            "a { background: url('project:source/a%20b.png') }",
            "a { background: url(project:source/a%20b.png) }",
            "a { background: url( project:source/a%20b.png ) }",
            '<p style="background: url(project:source/a%20b.png)">',
            '<img alt="x" src="project:source/a%20b.png"/>',
            "<img src='project:source/a%20b.png'/>",
            '<object data="project:source/a%20b.png"/>',
            "@import 'project:source/a%20b.png';",
            '@import "project:source/a%20b.png";',
            '<p style="background: url(&quot;project:source/a%20b.png&quot;)">',
            '<img src = "project:source/a%20b.png"/>',
            'a { background: URL("project:source/a%20b.png") }',
            'a { background: image-set("project:source/a%20b.png" 1x) }',
        ],
    )
    def test_all_ways_to_name_a_file_are_seen(self, resources: MakeShelf, written: str) -> None:
        assert list(resources().find_files(written)) == ["project:source/a b.png"]

    def test_an_address_may_be_escaped(self, resources: MakeShelf) -> None:
        FILES["a&b.png"] = tiny_png()
        try:
            assert list(resources().find_files('<img src="project:a&amp;b.png"/>')) == ["project:a&b.png"]
        finally:
            del FILES["a&b.png"]


class TestFaces:
    def test_theme_fonts_are_in_the_font_folder(self, resources: MakeShelf) -> None:
        own = resources()
        face = own.theme.faces[0].file
        assert own.find_files(f"url(font:{face})") == {f"font:{face}": BookFace(face)}
        assert own.read_face(face) == (find_fonts_folder() / face).read_bytes()

    def test_those_of_other_scripts_are_cut_to_the_words_of_the_book(self, resources: MakeShelf) -> None:
        own = resources()
        name = own.scripts[0].faces[0].name  # type: ignore[index]
        ((address, face),) = own.find_files(f'url("font:{name}")').items()
        assert address == f"font:{name}" and isinstance(face, BookFace) and face.key
        with TTFont(io.BytesIO(own.read_face(name))) as font:
            known = font.getBestCmap()
            assert ord("\u03bb") in known and ord("\u03a9") not in known
        assert own.read_face(name) == face.read(own.cache) == face.read(Cache(None))

    def test_the_same_words_have_the_same_face_and_others_another(self, resources: MakeShelf) -> None:
        name = resources().scripts[0].faces[0].name  # type: ignore[index]
        address = f'url("font:{name}")'
        item, repeated, other = (
            resources(words).find_files(address) for words in (WORDS, WORDS, WORDS + " Ωж")
        )
        assert item == repeated != other

    def test_no_other_face_is_there(self, resources: MakeShelf) -> None:
        own = resources()
        page = 'url(font:/etc/hosts) url("font:../x.ttf") url(font:Unknown.ttf)'
        assert own.find_files(page) == {}
        with pytest.raises(ValueError, match="not in the cache"):
            BookFace("Unknown.ttf", "0" * 64).read(own.cache)

    def test_evicted_font_subset_is_recreated(self, resources: MakeShelf, tmp_path: Path) -> None:
        own = resources()
        name = own.scripts[0].faces[0].name  # type: ignore[index]
        face = own.read_face(name)
        for path in (tmp_path / "face").iterdir():
            path.write_bytes(b"")
        assert resources().read_face(name) == own.read_face(name) == face
