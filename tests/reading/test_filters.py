"""Test filters of a project: Lua on pandoc's tree, Python on the document model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import MakeProject
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.model.book import Book
from triptych.model.nodes import ListItem, Paragraph, Styled
from triptych.model.walk import book_nodes, plain_text
from triptych.project import Project
from triptych.stages import read_project

BOOK = (
    "book:\n  title: A book\n  chapters: [one.md, two.md]\nlang: en\nvariables: {unit: km}\n"
    "glossary: glossary.yaml\nfilters: [{filters}]\n"
)
SECTIONS = {
    "source/one.md": "# One\n\nAlpha beta, see @sec-two.\n",
    "source/two.md": "# Two {#sec-two}\n\nGamma.\n",
    "source/glossary.yaml": "- term: beta\n  definition: The second letter is alpha.\n",
}
UPPER_CASE = (
    "from dataclasses import replace\n"
    "import triptych\n"
    "def change(node):\n"
    "    return replace(node, text=node.text.upper()) if isinstance(node, triptych.nodes.Text) else node\n"
    "def filter_chapter(chapter):\n"
    "    return triptych.rewrite_chapter(chapter, change, triptych.nodes.Text)\n"
)


@pytest.fixture
def read_filtered(make_project: MakeProject, tmp_path: Path):
    """Read a book of two chapters in a trusted project, with filters by name."""

    def read(
        filters: Mapping[str, str | bytes], cache: Cache | None = None
    ) -> tuple[Book | None, list[Diagnostic]]:
        manifest = BOOK.replace("{filters}", ", ".join(filters))
        files = {f"source/{name}": text for name, text in filters.items()}
        root = make_project({"source/book.yaml": manifest, **SECTIONS, **files}).root
        project = Project(root, environ={}, runs_filters=True)
        _, book, result = read_project(project, cache or Cache(tmp_path / "cache"))
        return book, result

    return read


def paragraphs(book: Book | None) -> list[str]:
    assert book is not None
    return [plain_text(node.content) for node in book_nodes(book, Paragraph)][:2]


def described(found: list[Diagnostic]) -> list[str]:
    return [f"{item.span}: {item.code}: {item.message}" for item in found]


class TestPermission:
    def test_filters_are_rejected_without_trust(self, make_project: MakeProject, tmp_path: Path) -> None:
        marker = tmp_path / "ran"
        files = {"source/a.py": f"open({str(marker)!r}, 'w')\ndef filter_book(book): return book\n"}
        manifest = BOOK.replace("{filters}", "a.py")
        project = make_project({"source/book.yaml": manifest, **SECTIONS, **files})
        _, _, findings = read_project(project, Cache(tmp_path / "cache"))
        assert [(item.code, str(item.span)) for item in findings] == [("EXT001", "source/book.yaml:7:1")]
        assert not marker.exists()

    def test_filter_outside_the_project_is_rejected(self, read_filtered) -> None:
        _, findings = read_filtered({"../../a.py": ""})
        assert [item.code for item in findings] == ["SEC005"]


class TestLua:
    def test_lua_filter_changes_sections_and_glossary(self, read_filtered) -> None:
        lua = 'function Str(el) if el.text:lower():match("^alpha") then return pandoc.Strong(el) end end'
        book, result = read_filtered({"a.lua": lua})
        assert result == []
        bold = [plain_text(node.content) for node in book_nodes(book, Styled)]
        assert bold == ["Alpha", "alpha."]

    def test_lua_filter_receives_title_language_and_variables(self, read_filtered) -> None:
        lua = (
            "function Pandoc(doc)\n"
            "  local m = doc.meta\n"
            '  doc.blocks:insert(pandoc.Para(m.title .. " " .. m.lang .. " " .. m.unit .. " " .. FORMAT))\n'
            "  return doc\n"
            "end\n"
        )
        book, result = read_filtered({"a.lua": lua})
        assert result == []
        assert "A book en km triptych" in [plain_text(node.content) for node in book_nodes(book, Paragraph)]

    def test_filters_run_in_the_order_of_the_manifest(self, read_filtered) -> None:
        first = 'function Str(el) if el.text == "Gamma." then return pandoc.Str("delta") end end'
        second = 'function Str(el) if el.text == "delta" then return pandoc.Str("epsilon") end end'
        assert paragraphs(read_filtered({"1.lua": first, "2.lua": second})[0])[1] == "epsilon"
        assert paragraphs(read_filtered({"2.lua": second, "1.lua": first})[0])[1] == "delta"

    def test_changed_filter_is_rerun(self, read_filtered, tmp_path: Path) -> None:
        cache = Cache(tmp_path / "kept")
        for word in ("delta", "epsilon"):
            lua = f'function Str(el) if el.text == "Gamma." then return pandoc.Str("{word}") end end'
            assert paragraphs(read_filtered({"a.lua": lua}, cache)[0])[1] == word

    @pytest.mark.parametrize(
        ("lua", "line", "reason"),
        [
            ("-- a comment\nfunction Str(el)\n  return nothing.at.all\nend\n", 3, "global 'nothing'"),
            ("function Str(el\n", 2, "expected near"),
            ("function Str(el) return 5 end\n", 1, "string expected, got number"),
        ],
    )
    def test_an_error_names_the_line_of_the_filter_once(
        self, read_filtered, lua: str, line: int, reason: str
    ) -> None:
        _, findings = read_filtered({"a.lua": lua})
        assert [(item.code, str(item.span)) for item in findings] == [("EXT002", f"source/a.lua:{line}:1")]
        assert reason in findings[0].message

    def test_lua_filter_cannot_start_programs_or_write_outside_its_folder(
        self, read_filtered, tmp_path: Path
    ) -> None:
        target = tmp_path / "written"
        lua = (
            "function Str(el)\n"
            f"  os.execute('touch {target}')\n"
            f"  local file = io.open('{target}', 'w')\n"
            "  if file then file:write('x'); file:close() end\n"
            "end\n"
        )
        read_filtered({"a.lua": lua})
        assert not target.exists()

    def test_html_and_notes_that_a_lua_filter_adds_are_read(self, read_filtered) -> None:
        code = """
        function Pandoc(document)
          local item = pandoc.List { pandoc.RawBlock("html", "<ul>"), pandoc.RawBlock("html", "<li>") }
          item:extend { pandoc.Plain("Delta"), pandoc.RawBlock("html", "</li>"), pandoc.RawBlock("html", "</ul>") }
          local image = pandoc.Image({}, "a.png", "", pandoc.Attr("", {}, { alt = "Hill", note = "Read *this*." }))
          document.blocks:extend(item)
          document.blocks:insert(pandoc.Figure(pandoc.Plain { image }, { long = { pandoc.Plain("Hill") } }))
          return document
        end
        """
        book, _ = read_filtered({"add.lua": code})
        assert book is not None
        assert [plain_text(item.content) for item in book_nodes(book, ListItem)][:1] == ["Delta"]
        assert any(
            isinstance(node, Styled) and plain_text(node.content) == "this" for node in book_nodes(book)
        )


class TestPython:
    def test_lua_filter_runs_before_references_are_resolved(self, read_filtered) -> None:
        book, result = read_filtered({"a.py": UPPER_CASE})
        assert result == []
        assert paragraphs(book) == ["ALPHA BETA, SEE Chapter 2.", "GAMMA."]

    def test_python_filter_runs_after_all_lua_filters(self, read_filtered) -> None:
        lua = 'function Str(el) if el.text == "Gamma." then return pandoc.Str("delta") end end'
        book, _ = read_filtered({"a.py": UPPER_CASE, "b.lua": lua})
        assert paragraphs(book)[1] == "DELTA"

    def test_python_filter_may_change_the_whole_book(self, read_filtered) -> None:
        code = (
            "from dataclasses import replace\n"
            "def filter_book(book):\n"
            "    return replace(book, metadata=replace(book.metadata, title='Another'))\n"
        )
        book, result = read_filtered({"a.py": code})
        assert (result, book.metadata.title) == ([], "Another")

    def test_filter_output_does_not_reach_standard_output(
        self, read_filtered, capsys: pytest.CaptureFixture[str]
    ) -> None:
        read_filtered({"a.py": "print('said')\ndef filter_book(book): return book\n"})
        assert capsys.readouterr() == ("", "said\n")

    def test_filter_reports_an_error_at_the_node(self, read_filtered) -> None:
        code = (
            "import triptych\n"
            "def filter_chapter(chapter):\n"
            "    for node in triptych.chapter_nodes(chapter, triptych.nodes.Paragraph):\n"
            "        if 'Gamma' in triptych.plain_text(node.content):\n"
            "            raise triptych.FilterError('no Greek, please', node.span, hint='write C')\n"
            "    return chapter\n"
        )
        _, findings = read_filtered({"a.py": code})
        assert described(findings) == ["source/two.md:3:1: EXT002: no Greek, please"]
        assert findings[0].hint == "write C"

    @pytest.mark.parametrize(
        ("code", "line", "message"),
        [
            ("def filter_chapter(chapter):\n    return {}['no']\n", 2, "the filter raised KeyError: 'no'"),
            ("def filter_chapter(chapter)\n", 1, "the filter is not valid Python: expected ':'"),
            ("import sys\nsys.exit()\n", 2, "the filter raised SystemExit"),
            ("x = 1\n", 1, "the filter defines neither `filter_chapter` nor `filter_book`"),
            (
                "def filter_book(book):\n    pass\n",
                1,
                "the filter returned an invalid book; a `Book` is required here",
            ),
        ],
    )
    def test_a_failure_names_the_line_of_the_filter(
        self, read_filtered, code: str, line: int, message: str
    ) -> None:
        book, result = read_filtered({"a.py": code})
        assert described(result) == [f"source/a.py:{line}:1: EXT002: {message}"]
        assert book is not None

    def test_node_of_the_wrong_type_is_found_at_any_depth(self, read_filtered) -> None:
        code = (
            "from dataclasses import replace\n"
            "import triptych\n"
            "def change(node):\n"
            "    return replace(node, content=('words',)) if isinstance(node, triptych.nodes.Paragraph) else node\n"
            "def filter_chapter(chapter):\n"
            "    return triptych.rewrite_chapter(chapter, change, triptych.nodes.Paragraph)\n"
        )
        _, findings = read_filtered({"a.py": code})
        assert "`Paragraph.content: tuple[Inline, ...]` is required here" in findings[0].message


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.rb": ""}, '"a.rb" is not a Lua or Python file'),
        ({"a.lua": b"\xff"}, 'filter "a.lua" is not UTF-8 text'),
    ],
)
def test_invalid_filter_is_reported_in_the_manifest(
    read_filtered, files: Mapping[str, str | bytes], message: str
) -> None:
    _, result = read_filtered(files)
    assert described(result) == [f"source/book.yaml:7:11: EXT002: {message}"]
