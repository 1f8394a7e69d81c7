"""Test diagrams in a section: figures with caption, number and drawing, or code with a diagnostic."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import ReadBook
from triptych.diagnostics import Span
from triptych.engine.cache import Cache
from triptych.engine.processes import limits as bounds
from triptych.engine.processes.sandbox import describe_sandbox
from triptych.engine.processes.worker_process import UnpicklableError
from triptych.media.diagrams import (
    ENGINES,
    Diagram,
    DiagramEngineError,
    ExtraNotInstalledError,
    InvalidDiagramError,
    draw_diagram,
)
from triptych.model.nodes import Attr, CodeBlock, Figure, Text
from triptych.model.walk import chapter_nodes, plain_text, walk_all
from triptych.reading.code_cells import convert_code_cells
from triptych.reading.diagrams import draw_with_limits, make_draw_function, read_diagram
from triptych.theme.theme import ProjectFontFile, load_theme

FLOW = "flowchart LR\n  a --> b\n"
QUARTO = (
    f'```{{mermaid}}\n%%| label: fig-x\n%%| fig-cap: "A *short* flow"\n%%| fig-alt: From a to b\n{FLOW}```\n'
)
PANDOC = f'``` {{.mermaid #fig-x fig-cap="A *short* flow" fig-alt="From a to b"}}\n{FLOW}```\n'
FRAMED = f"::: {{#fig-x}}\n```{{mermaid}}\n%%| fig-alt: From a to b\n{FLOW}```\n\nA *short* flow\n:::\n"


def wrong(error: Exception) -> None:
    raise error


def figures(book) -> list[Figure]:
    return [node for node in chapter_nodes(book.chapters[0]) if isinstance(node, Figure)]


@pytest.mark.parametrize("text", [QUARTO, PANDOC, FRAMED], ids=["Quarto", "pandoc", "framed"])
def test_diagram_in_any_notation_is_a_figure(read_book_of: ReadBook, text: str) -> None:
    book, result = read_book_of(f"See @fig-x.\n\n{text}")
    assert result == []
    (figure,) = figures(book)
    assert plain_text(figure.caption) == "A short flow"
    assert not any("*" in node.text for node in walk_all(figure.caption) if isinstance(node, Text))
    assert figure.attr.id == "fig-x"
    assert figure.attr.has("diagram")
    (image,) = figure.images
    assert image.alt == "From a to b"
    assert image.picture.media_type == "image/svg+xml"
    assert image.picture.drawing.startswith(b"<svg")
    assert book.labels["fig-x"].number == "1.1"


@pytest.mark.parametrize(
    "lines",
    [
        "accTitle: A flow\n  accDescr: From a to b",
        "accDescr: From a to b\n  accTitle: A flow",
        "accDescr {\n    From a\n    to b\n  }",
        "accTitle: From a to b",
    ],
)
def test_mermaid_description_is_the_alt_text(read_book_of: ReadBook, lines: str) -> None:
    code = f"flowchart LR\n  {lines}\n  a --> b\n"
    book, result = read_book_of(f"```mermaid\n{code}```\n")
    assert result == []
    assert [image.alt for figure in figures(book) for image in figure.images] == ["From a to b"]


def test_figure_alt_text_overrides_that_of_mermaid(read_book_of: ReadBook) -> None:
    code = "flowchart LR\n  accDescr: From a to b\n  a --> b\n"
    book, _ = read_book_of(f'```{{.mermaid fig-alt="Two steps"}}\n{code}```\n')
    assert [image.alt for figure in figures(book) for image in figure.images] == ["Two steps"]


@pytest.mark.parametrize("language", ["mermaid", "dot", "graphviz"])
def test_each_diagram_language_is_drawn(read_book_of: ReadBook, language: str) -> None:
    code = FLOW if language == "mermaid" else "digraph { a -> b }\n"
    book, findings = read_book_of(
        f'```{{.{language} fig-cap="A flow"}}\n{code}```\n\n```{language}\n{code}```\n'
    )
    assert [finding.code for finding in findings] == ["ACC001"]  # the second has neither caption nor alt text
    assert len(figures(book)) == 2
    assert figures(book)[0].images[0].alt == "A flow"


def test_options_of_graphviz_cells_are_in_comments(read_book_of: ReadBook) -> None:
    text = "```{dot}\n//| label: fig-x\n//| fig-cap: 'A graph'\n//| fig-width: 3\ndigraph { a }\n```\n"
    (figure,) = figures(read_book_of(text)[0])
    assert (figure.attr.id, plain_text(figure.caption)) == ("fig-x", "A graph")
    assert figure.images[0].attr.get("width") == "3in"


@pytest.mark.parametrize("between", ["", "<!-- a remark -->\n\n"])
def test_narrow_diagram_is_the_variant_of_the_preceding_one(read_book_of: ReadBook, between: str) -> None:
    narrow = "```{dot .narrow}\ndigraph { a }\n```\n"
    book, result = read_book_of(
        f'```{{dot #fig-x fig-cap="A flow"}}\ndigraph {{ a -> b }}\n```\n\n{between}{narrow}'
    )
    assert result == []
    (figure,) = figures(book)
    picture = figure.images[0].picture
    assert picture.narrow.startswith(b"<svg") and len(picture.narrow) < len(picture.drawing)


@pytest.mark.parametrize("before", ["Text.", "```{dot .narrow fig-cap=One}\ndigraph { a }\n```"])
def test_narrow_diagram_must_follow_another(read_book_of: ReadBook, before: str) -> None:
    _, findings = read_book_of(f"{before}\n\n```{{dot .narrow fig-cap=Two}}\ndigraph {{ a }}\n```\n")
    rows = [(item.message, item.span.line) for item in findings if item.code == "DIA003"]
    assert rows[-1][0] == "this `.narrow` diagram does not directly follow the diagram it replaces"


def test_sizes_and_descriptions_are_those_of_figures(read_book_of: ReadBook) -> None:
    attributes = '.dot fig-cap="A" fig-desc="A leads to B." width=50% fig-align=left .full-width'
    (figure,) = figures(read_book_of(f"``` {{{attributes}}}\ndigraph {{ a }}\n```\n")[0])
    assert plain_text(figure.description) == "A leads to B."
    assert figure.attr.get("fig-align") == "left"
    assert figure.images[0].attr.get("width") == "50%"
    assert figure.images[0].attr.has("full-width")


def test_citations_in_captions_are_citations(read_book_of: ReadBook) -> None:
    sources = {"source/r.json": '[{"id":"k","type":"book","title":"T","author":[{"family":"Ada"}]}]'}
    book, result = read_book_of(
        '```{.dot fig-cap="After @k"}\ndigraph { a }\n```\n', manifest="bibliography: r.json\n", files=sources
    )
    assert result == []
    assert "Ada" in plain_text(figures(book)[0].caption)


def test_diagram_may_be_in_a_file(read_book_of: ReadBook) -> None:
    text = '```{.dot file="a.dot" fig-cap="A"}\n```\n'
    book, result = read_book_of(text, files={"source/a.dot": "digraph { deep }\n"})
    assert result == []
    assert len(figures(book)) == 1


def test_code_that_shows_diagram_notation_is_code(read_book_of: ReadBook) -> None:
    book, result = read_book_of(f"````markdown\n{QUARTO}````\n\n```{{.mermaid eval=false}}\n{FLOW}```\n")
    assert result == []
    assert figures(book) == []
    first, second = (node for node in chapter_nodes(book.chapters[0]) if isinstance(node, CodeBlock))
    assert first.text.startswith("```{mermaid}")
    assert second.text == FLOW.rstrip()


def test_diagram_in_a_footnote_is_code(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(f"A note.[^1]\n\n[^1]: See\n\n    ```mermaid\n    {FLOW}    ```\n")
    assert any(isinstance(node, CodeBlock) for node in chapter_nodes(book.chapters[0]))


class TestWhatIsNotDrawn:
    CODE = CodeBlock(
        text="\n  a\n  b\n  c",
        language="dot",
        attr=Attr("fig-x"),
        span=Span(path="source/a.md", line=11, column=3),
    )
    CAPTION = (Text(text="A graph"),)

    def read(self, error: Exception, code: CodeBlock = CODE):
        def fail(language: str, source: str) -> Diagram:
            raise error

        return read_diagram(fail, code, self.CAPTION, ())

    def test_undrawn_diagram_is_code_with_its_caption_and_id(self) -> None:
        block, (finding,) = self.read(DiagramEngineError("no engine", "install one"))
        assert isinstance(block, CodeBlock)
        assert (block.caption, block.attr.id) == (self.CAPTION, "fig-x")
        assert (finding.code, finding.hint) == ("DIA001", "install one")
        assert finding.span == self.CODE.span

    def test_renderer_may_be_an_extra(self) -> None:
        block, (finding,) = self.read(ExtraNotInstalledError("graphviz"))
        assert isinstance(block, CodeBlock)
        assert (finding.code, finding.span) == ("ENV003", self.CODE.span)
        assert finding.hint == "pip install graphviz-pure"

    @pytest.mark.parametrize(
        ("broken", "code", "words"),
        [
            (lambda: os._exit(3), "DIA001", "the memory limit was exceeded, or the file is damaged"),
            (lambda: wrong(DiagramEngineError("no room", "make some")), "DIA001", "no room"),
            (lambda: wrong(InvalidDiagramError("what?", 4)), "DIA002", "what?"),
        ],
        ids=["breaks", "refuses", "does not understand"],
    )
    def test_failing_mermaid_diagram_does_not_affect_others(
        self, broken, code: str, words: str, monkeypatch: pytest.MonkeyPatch, shared_cache: Cache
    ) -> None:
        """Test that an error of Mermaid affects one diagram, in a forked process with a replaced engine."""
        monkeypatch.setattr(bounds, "choose_start_method", lambda: "fork")
        monkeypatch.setitem(ENGINES, "mermaid", lambda *_: broken())
        node = replace(self.CODE, language="mermaid", text=f"{words}\n  a")
        block, (finding,) = read_diagram(
            make_draw_function(load_theme(), shared_cache), node, self.CAPTION, ()
        )
        assert isinstance(block, CodeBlock)
        assert finding.code == code
        assert words in finding.message

    @pytest.mark.parametrize(("line", "place"), [(None, 11), (2, 11), (4, 13)])
    def test_a_mistake_is_reported_at_its_line(self, line: int | None, place: int) -> None:
        _, (finding,) = self.read(InvalidDiagramError("what?", line))
        assert (finding.code, finding.span.line) == ("DIA002", place)

    def test_references_to_an_undrawn_diagram_have_a_number(self, read_book_of: ReadBook) -> None:
        text = f'See @fig-x.\n\n```{{.mermaid #fig-x fig-cap="A" eval=false}}\n{FLOW}```\n'
        book, result = read_book_of(text)
        assert result == []
        assert book.labels["fig-x"].number == "1.1"


def test_mermaid_text_is_set_in_fonts_of_the_project(tmp_path: Path) -> None:
    """Test that Mermaid text uses fonts of the project, though the drawing process cannot read its files."""
    project_font_file = ProjectFontFile(folder=str(tmp_path), digest="", extension="ttf")
    theme = load_theme()
    for face in theme.faces:
        copy = replace(face, project_file=project_font_file).path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(face.path, copy)
    theme = replace(theme, faces=tuple(replace(face, project_file=project_font_file) for face in theme.faces))
    assert draw_with_limits("mermaid", FLOW, theme).svg.startswith(b"<svg")
    if "Landlock" in describe_sandbox():
        with pytest.raises(UnpicklableError, match="HarfBuzzError: Failed to open"):
            bounds.run_with_limits(bounds.DRAWING_LIMITS, draw_diagram, "mermaid", FLOW, theme)


def test_characters_without_a_font_are_reported(read_book_of: ReadBook) -> None:
    _, findings = read_book_of('```{.dot fig-cap="A"}\ndigraph { a [label="\ue000"] }\n```\n')
    assert [finding.code for finding in findings] == ["FNT001"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("```{mermaid}\n```", "``` {.mermaid}\n```"),
        ("```{mermaid}", "```{mermaid}"),
        ("~~~~ {dot #fig-x}\n~~~~", "~~~~ {.dot #fig-x}\n~~~~"),
        ("> ```{mermaid}\n> ```", "> ``` {.mermaid}\n> ```"),
        ("- ```{dot}\n  ```", "- ``` {.dot}\n  ```"),
        ("```{python}", "```{python}"),
        ("```{mermaids}", "```{mermaids}"),
        ("```mermaid", "```mermaid"),
        ("text {mermaid}", "text {mermaid}"),
        ("````md\n```{dot}\n```\n````\n```{dot}\n```", "````md\n```{dot}\n```\n````\n``` {.dot}\n```"),
    ],
)
def test_quartos_cells_become_code_with_a_class(written: str, read: str) -> None:
    assert convert_code_cells("a.md", written) == (read, [])
