"""Test how pandoc's tree of a Word document is adapted, without running pandoc."""

from __future__ import annotations

from typing import Any

import pytest

from triptych_import.formats.docx_tree import collect_text, convert_tree

Node = dict[str, Any]


def words(text: str) -> list[Node]:
    """Return inlines with a space between words."""
    out: list[Node] = []
    for word in text.split():
        out += [{"t": "Space"}, {"t": "Str", "c": word}]
    return out[1:]


def para(*inlines: Node | str) -> Node:
    return {
        "t": "Para",
        "c": [entry for item in inlines for entry in (words(item) if isinstance(item, str) else [item])],
    }


def attr(style: str = "", identifier: str = "", *classes: str, **more: str) -> list[Any]:
    pairs = [["custom-style", style]] if style else []
    return [identifier, list(classes), [*pairs, *([key, value] for key, value in more.items())]]


def div(style: str, *blocks: Node, identifier: str = "", **more: str) -> Node:
    return {"t": "Div", "c": [attr(style, identifier, **more), list(blocks)]}


def span(
    style: str, *inlines: Node, classes: tuple[str, ...] = (), identifier: str = "", **more: str
) -> Node:
    return {"t": "Span", "c": [attr(style, identifier, *classes, **more), list(inlines)]}


def code(text: str) -> Node:
    return {"t": "CodeBlock", "c": [attr(), text]}


def heading(*inlines: Node) -> Node:
    return {"t": "Header", "c": [1, attr(), list(inlines)]}


def anchor(name: str, *inlines: Node) -> Node:
    return span("", *inlines, classes=("anchor",), identifier=name)


def link(target: str, text: str) -> Node:
    return {"t": "Link", "c": [attr(), words(text), [target, ""]]}


def figure(*caption: Node) -> Node:
    return {"t": "Figure", "c": [attr(), [None, [{"t": "Para", "c": list(caption)}]], [para("x")]]}


def table(*caption: Node) -> Node:
    return {
        "t": "Table",
        "c": [attr(), [None, [{"t": "Plain", "c": list(caption)}]], [], [attr(), []], [], [attr(), []]],
    }


def adapt(*blocks: Node, **formats: tuple[str, ...]) -> tuple[list[Node], list[str]]:
    tree, findings = convert_tree({"meta": {}, "blocks": list(blocks)}, "a.docx", formats)
    return tree["blocks"], [f"{finding.message}; {finding.action}" for finding in findings]


def test_custom_style_becomes_a_class_and_is_counted() -> None:
    blocks, result = adapt(
        div("My Box", para("One")), div("My Box", para("Two")), para(span("Key Term", *words("x")))
    )
    assert [block["c"][0] for block in blocks[:2]] == [["", ["my-box"], []]] * 2
    assert blocks[2]["c"] == [{"t": "Span", "c": [["", ["key-term"], []], words("x")]}]
    assert result == [
        'custom style "My Box" (2 passages); kept as class "my-box"',
        'custom style "Key Term" (1 passage); kept as class "key-term"',
    ]


@pytest.mark.parametrize(
    "style", ["Normal", "Body Text", "body-text", "Heading 7", "List Bullet", "Title", "Body_First"]
)
def test_meaningless_style_is_dropped(style: str) -> None:
    assert adapt(div(style, para("One"))) == ([para("One")], [])
    assert adapt(para(span(style, *words("One")))) == ([para("One")], [])


@pytest.mark.parametrize(
    ("style", "name"),
    [
        ("Note", "callout-note"),
        ("Warning", "callout-warning"),
        ("Hinweis", "callout-note"),
        ("Epigraph", "epigraph"),
    ],
)
def test_a_style_named_like_a_callout_is_one(style: str, name: str) -> None:
    blocks, result = adapt(div(style, para("One")))
    assert (blocks[0]["c"][0][1], result) == ([name], [])


def test_block_id_and_attributes_are_kept() -> None:
    blocks, _ = adapt(div("Normal", para("One"), identifier="x", lang="de"), div("", para("Two")))
    assert blocks == [{"t": "Div", "c": [["x", [], [["lang", "de"]]], [para("One")]]}, para("Two")]


def test_unnamed_character_style_is_kept() -> None:
    inner = span("", *words("x"), identifier="y")
    assert adapt(para(inner), para(link("#y", "z")))[0][0] == para(inner)


def test_the_formats_of_a_character_style_become_elements() -> None:
    blocks, result = adapt(para(span("Foreign", *words("bon mot"))), Foreign=("Emph", "Strong"))
    assert blocks == [para({"t": "Strong", "c": [{"t": "Emph", "c": words("bon mot")}]})]
    assert result == []


@pytest.mark.parametrize(
    "style", ["toc 1", "TOC Heading", "toc2", "Contents 3", "Contents Heading", "table of figures"]
)
def test_a_table_of_contents_is_removed(style: str) -> None:
    blocks, result = adapt(div(style, para("One 1")), para("Text"))
    assert (blocks, result) == ([para("Text")], ["table of contents; omitted, since it is generated"])


def test_adjacent_code_blocks_are_joined() -> None:
    blocks, _ = adapt(code("a"), div("Source Code", code("b")), code("c"), para("x"), code("d"))
    assert blocks == [code("a\nb\nc"), para("x"), code("d")]


def test_a_heading_without_text_is_removed() -> None:
    image = {"t": "Image", "c": [attr(), [], ["a.png", ""]]}
    assert adapt(heading({"t": "Space"}), heading(*words("One")), heading(image))[0] == [
        heading(*words("One")),
        heading(image),
    ]


def test_index_marks_of_a_heading_move_into_the_next_paragraph() -> None:
    def mark(entry: str) -> Node:
        return span("", classes=("indexref",), entry=entry)

    blocks, _ = adapt(heading(*words("Eggs"), mark("eggs:of hens")), para("Text"), para(mark('a{b}!c"'), "x"))
    assert blocks == [
        heading(*words("Eggs")),
        para({"t": "RawInline", "c": ["tex", "\\index{eggs!of hens}"]}, "Text"),
        para({"t": "RawInline", "c": ["tex", "\\index{abc}"]}, "x"),
    ]
    kept, _ = adapt(heading(*words("Eggs"), mark("eggs")), code("x"))
    assert len(kept[0]["c"][2]) == 2


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("Abbildung 3 Die Kiste", "Figure 3: Die Kiste"),
        ("Figure 2.1: The box", "Figure 2.1: The box"),
        ("Fig. A-2 – The box", "Figure A-2: The box"),
        ("Abbildung 4", "Figure 4"),
        ("The box", "The box"),
        ("A box of 3", "A box of 3"),
    ],
)
def test_caption_starts_with_the_label_and_number(caption: str, expected: str) -> None:
    (result,), _ = adapt(figure(*words(caption)))
    assert result["c"][1][1][0]["t"] == "Plain"
    assert collect_text(result["c"][1]) == expected


def test_table_caption_has_the_table_label() -> None:
    (result,), _ = adapt(table(*words("Tabelle 12 Zahlen")))
    assert collect_text(result["c"][1]) == "Table 12: Zahlen"


def test_caption_keeps_its_markup_after_the_number() -> None:
    emphasis = {"t": "Emph", "c": words("box")}
    (result,), _ = adapt(figure(*words("Figure 3: The"), {"t": "Space"}, emphasis))
    assert result["c"][1][1][0]["c"] == [*words("Figure 3: The"), {"t": "Space"}, emphasis]


def test_links_to_a_caption_become_its_label() -> None:
    result = adapt(
        figure(anchor("_Ref1"), *words("Abbildung 3 Kiste")),
        para("See", {"t": "Space"}, link("#_Ref1", "Abbildung 3")),
        para(link("#other", "there")),
    )[0]
    assert result[1] == para("See", {"t": "Space"}, "Figure 3")
    assert result[2] == para(link("#other", "there"))


def test_anchors_are_kept_only_if_linked() -> None:
    blocks, _ = adapt(
        para(anchor("a", *words("One"))), para(anchor("b", *words("Two"))), para(link("#b", "x"))
    )
    assert blocks[:2] == [para("One"), para(anchor("b", *words("Two")))]


def test_styles_in_tables_figures_and_lists_are_adapted() -> None:
    items = {"t": "BulletList", "c": [[div("Body Text", para("One"))], [div("toc 1", para("Two"))]]}
    blocks, _ = adapt(items)
    assert blocks == [{"t": "BulletList", "c": [[para("One")], []]}]


def test_the_text_of_a_tree_has_spaces_code_and_formulas() -> None:
    inlines = [*words("a b"), {"t": "SoftBreak"}, {"t": "Code", "c": [attr(), "c"]}, {"t": "LineBreak"}]
    formula = {"t": "Math", "c": [{"t": "InlineMath"}, "x"]}
    assert collect_text([para(*inlines, formula), code("d")]) == "a b c xd"
