"""Test drawings of diagrams: complete, in theme colours, and without text that needs system fonts."""

from __future__ import annotations

import pytest
from lxml import etree

from triptych.media.diagrams import (
    ENGINES,
    PHONE_WIDTH,
    PIXELS_PER_EM,
    DiagramEngineError,
    InvalidDiagramError,
    _draw_variant,
    _find_slide_scale,
    draw_diagram,
    swap_direction,
)
from triptych.media.picture_files import inspect_svg, sanitise_svg
from triptych.theme.theme import load_theme

THEME = load_theme()
MERMAID = {
    "flow": "flowchart LR\n  A[Start] --> B{Ready?}\n  B -->|Yes| C[(Store)]\n  subgraph Group\n    C --> D\n  end\n",
    "sequence": "sequenceDiagram\n  autonumber\n  A->>B: Hello\n  Note right of B: A note\n",
    "class": "classDiagram\n  class Book {\n    +String title\n  }\n  Book <|-- Novel\n",
    "state": "stateDiagram-v2\n  [*] --> Draft\n  Draft --> [*] : print\n",
    "entities": "erDiagram\n  AUTHOR ||--o{ BOOK : writes\n",
    "gantt": "gantt\n  title Plan\n  dateFormat YYYY-MM-DD\n  section One\n  Draft :a1, 2026-01-01, 30d\n",
    "pie": 'pie title Outputs\n  "PDF" : 60\n  "EPUB" : 40\n',
    "mindmap": "mindmap\n  root((Book))\n    Print\n    Screen\n",
    "git": "gitGraph\n  commit\n  branch dev\n  commit\n",
    "timeline": "timeline\n  title History\n  2024 : Idea\n",
    "quadrant": "quadrantChart\n  x-axis Low --> High\n  A: [0.3, 0.6]\n",
    "journey": "journey\n  title My day\n  section Go\n    Tea: 5: Me\n",
    "bars": "xychart-beta\n  x-axis [a, b]\n  bar [1, 2]\n",
    "kanban": "kanban\n  Todo\n    [Write]\n",
}
DOT = {
    "graph": 'digraph { a [label="Größe"]; a -> b [label="then"]; subgraph cluster_1 { label="Group"; c } }',
    "records": 'digraph { n [shape=record label="{one|two}"] }',
    "tables": "digraph { a [shape=plain label=<<table><tr><td><b>bold</b></td></tr></table>>] }",
    "undirected": "graph { layout=neato; a -- b }",
}
ALL = pytest.mark.parametrize(
    ("language", "source"),
    [*(("mermaid", source) for source in MERMAID.values()), *(("dot", source) for source in DOT.values())],
    ids=[*MERMAID, *DOT],
)


def drawn(language: str, source: str) -> etree._Element:
    return etree.fromstring(draw_diagram(language, source, THEME).svg)


@ALL
def test_diagram_contains_only_shapes(language: str, source: str) -> None:
    diagram = draw_diagram(language, source, THEME)
    root = etree.fromstring(diagram.svg)
    names = {etree.QName(element).localname for element in root.iter()}
    assert names <= set(
        "svg g path rect circle ellipse line polygon polyline defs marker linearGradient stop use symbol clipPath".split()
    )
    assert not {"class", "style", "id"} & set(root.attrib)
    assert root.findall(".//{*}path")
    _, width, height = inspect_svg(diagram.svg)
    assert width > 10
    assert height > 10


@ALL
def test_drawing_has_the_same_bytes_each_time(language: str, source: str) -> None:
    assert draw_diagram(language, source, THEME) == draw_diagram(language, source, THEME)


@ALL
def test_drawing_needs_no_sanitising(language: str, source: str) -> None:
    diagram = draw_diagram(language, source, THEME)
    assert sanitise_svg(diagram.svg) == diagram.svg


@pytest.mark.parametrize(
    ("language", "source", "words"),
    [
        ("mermaid", MERMAID["flow"], {"Start", "Ready?", "Yes", "Store", "Group"}),
        ("mermaid", MERMAID["sequence"], {"Hello", "A note", "1"}),
        ("dot", DOT["graph"], {"Größe", "then", "b", "Group"}),
        ("dot", DOT["tables"], {"bold"}),
    ],
)
def test_all_words_are_drawn(language: str, source: str, words: set[str]) -> None:
    assert words <= set(draw_diagram(language, source, THEME).text.split("\n"))


def test_colours_are_the_themes_unless_the_author_names_others() -> None:
    colours = {element.get("stroke") for element in drawn("dot", "digraph { a -> b }").iter()}
    assert {f"#{THEME.colours.dark}", f"#{THEME.colours.muted}"} <= colours
    elements = {element.get("stroke") for element in drawn("dot", 'digraph { a [color="#123456"] }').iter()}
    assert "#123456" in elements
    boxes = {element.get("fill") for element in drawn("mermaid", MERMAID["flow"]).iter()}
    assert f"#{THEME.colours.panel}" in boxes


def test_gantt_chart_has_no_line_for_today() -> None:
    lines = drawn("mermaid", MERMAID["gantt"]).findall(".//{*}line")
    assert all(abs(float(line.get("x1", "0"))) < 10_000 for line in lines)


@pytest.mark.parametrize(
    ("language", "source", "line"),
    [
        ("mermaid", "flowchart LR\n  a --> b\n  a[Start --> c\n", 3),
        ("mermaid", "sequenceDiagram\n  A->>B: ä ö ü\n  nothing known here\n", 3),
        ("mermaid", "flowchrt LR\n  a --> b\n", None),
        ("mermaid", "", None),
        ("dot", "digraph {\n  a -> b\n  b -> [\n}\n", 3),
        ("dot", "", None),
        ("dot", "digraph { a }\ndigraph { b }", None),
        ("dot", "graph { " + "a -- b; " * 20_000 + "}", None),
    ],
)
def test_error_is_reported_with_its_line(language: str, source: str, line: int | None) -> None:
    with pytest.raises(InvalidDiagramError) as result:
        draw_diagram(language, source, THEME)
    assert result.value.line == line
    assert result.value.message


def test_excessive_diagram_is_not_drawn() -> None:
    with pytest.raises(DiagramEngineError, match="size limit exceeded"):
        draw_diagram(
            "mermaid", "flowchart LR\n" + "".join(f"a{i} --> a{i + 1}\n" for i in range(4000)), THEME
        )


def test_renderer_failure_is_reported_as_one() -> None:
    with pytest.raises(DiagramEngineError, match=r"\(merman\) failed: [^\n]+$"):
        draw_diagram("mermaid", "erDiagram{\u00a0", THEME)


class TestStrangersInput:
    def test_no_file_is_looked_at(self) -> None:
        diagram = draw_diagram("dot", 'digraph { a [image="/etc/passwd" label="x"] }', THEME)
        assert b"passwd" not in diagram.svg
        assert any("unsafe" in complaint for complaint in diagram.warnings)

    @pytest.mark.parametrize(
        ("language", "source"),
        [
            ("dot", 'digraph { a [URL="javascript:alert(1)" label="x"] }'),
            ("dot", 'digraph { a [label="</text><script>alert(1)</script>"] }'),
            ("dot", 'digraph { stylesheet="https://example.org/x.css"; a }'),
            ("mermaid", 'flowchart LR\n  a["<script>alert(1)</script>"] --> b\n'),
            ("mermaid", 'flowchart LR\n  a --> b\n  click a "javascript:alert(1)"\n'),
            ("mermaid", 'flowchart LR\n  a["<img src=https://example.org/x.png>"] --> b\n'),
            (
                "mermaid",
                '%%{init: {"themeCSS": "rect{fill:url(https://example.org/x)}"}}%%\nflowchart LR\n  a --> b\n',
            ),
        ],
    )
    def test_diagram_runs_and_loads_nothing(self, language: str, source: str) -> None:
        svg = draw_diagram(language, source, THEME).svg
        for word in (b"script", b"example.org", b"alert", b"<image"):
            assert word not in svg

    def test_omitted_content_is_reported(self) -> None:
        diagram = draw_diagram("dot", "digraph { a [shape=sqare] }", THEME)
        assert diagram.warnings == ("using box for unknown shape sqare",)

    def test_diagram_does_not_depend_on_installed_fonts(self) -> None:
        diagram = draw_diagram("dot", 'digraph { a [fontname="Comic Neue" label="日本"] }', THEME)
        assert diagram.warnings == ()


@pytest.mark.parametrize(
    ("source", "is_drawn"),
    [
        ("flowchart LR\n  a[Collect data] --> b[Check data] --> c[Publish data]\n", True),
        ("flowchart TB\n  a --> b\n", False),  # it already fits
        ("flowchart LR\n" + "".join(f"  n{n} --> n{n + 1}\n" for n in range(30)), False),  # it never fits
    ],
)
def test_diagram_too_wide_for_phones_has_a_narrow_variant(source: str, is_drawn: bool) -> None:
    diagram = draw_diagram("mermaid", source, THEME)
    assert bool(diagram.phone_variant) is is_drawn
    if is_drawn:
        assert (
            inspect_svg(diagram.phone_variant)[1] <= PHONE_WIDTH * PIXELS_PER_EM < inspect_svg(diagram.svg)[1]
        )


def test_drawing_with_hundreds_of_lines_has_no_variants(monkeypatch: pytest.MonkeyPatch) -> None:
    """Test that a drawing with hundreds of lines is drawn in one direction only.

    Drawing takes long, and neither direction is legible.
    """
    drawing: list[str] = []
    draw = ENGINES["dot"]
    monkeypatch.setitem(
        ENGINES, "dot", lambda source, *rest: (drawing.append(source), draw(source, *rest))[1]
    )
    draw_diagram(
        "dot", "digraph { rankdir=LR; " + "".join(f"a{n} -> b{n} -> c{n};" for n in range(250)) + "}", THEME
    )
    assert len(drawing) == 1
    draw_diagram(
        "dot", "digraph { rankdir=LR; " + "".join(f"a{n} -> a{n + 1};" for n in range(30)) + "}", THEME
    )
    assert len(drawing) > 2


LONG_FLOW = (
    "flowchart LR\n  A[Forecast] --> B{WBGT over 28?}\n  B -- yes --> C[Warning]\n  B -- no --> A\n"
    "  C --> D[Cool rooms open]\n  C --> E[Wardens call]\n  E --> F[Ambulance]\n"
)
LONG_GRAPH = (
    "digraph { rankdir=LR; Forecast -> Decision -> Warning -> Wardens -> Ambulance -> Hospital -> Home }"
)


@pytest.mark.parametrize(("language", "source"), [("mermaid", LONG_FLOW), ("dot", LONG_GRAPH)])
def test_a_wide_diagram_has_larger_letters_on_slides(language: str, source: str) -> None:
    diagram = draw_diagram(language, source, THEME)
    ways = [
        (output, letters)
        for output in (source, swap_direction(language, source))
        for letters in (1, 1.25, 1.5, 1.75)
    ]
    drawings = dict(
        _draw_variant(language, output, THEME, compact=True, font_scale=letters) for output, letters in ways
    )
    usual = _draw_variant(language, source, THEME, compact=False)[1] * _find_slide_scale(diagram.svg)
    assert drawings[diagram.slide_variant] * _find_slide_scale(diagram.slide_variant) > 1.2 * usual


def test_diagram_legible_on_slides_has_no_slide_variant() -> None:
    assert draw_diagram("mermaid", "flowchart LR\n  A --> B\n", THEME).slide_variant == b""


def test_a_wide_diagram_runs_from_top_to_bottom_on_telephones() -> None:
    narrow = draw_diagram("mermaid", LONG_FLOW, THEME).phone_variant
    _, width, height = inspect_svg(narrow)
    assert width <= 24 * PIXELS_PER_EM < height
