"""Test how pandoc's tree of a LaTeX document is adapted and split, without running pandoc."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import write_files
from triptych_import.formats import latex
from triptych_import.formats.latex import LatexAdapter, can_read
from triptych_import.source import SourceFiles

Node = dict[str, Any]


def words(text: str) -> list[Node]:
    """Return inlines with a space between words."""
    out: list[Node] = []
    for word in text.split():
        out += [{"t": "Space"}, {"t": "Str", "c": word}]
    return out[1:]


def attr(identifier: str = "", *classes: str, **pairs: str) -> list[Any]:
    return [identifier, list(classes), [[key.replace("_", "-"), value] for key, value in pairs.items()]]


def para(*inlines: Node | str) -> Node:
    return {
        "t": "Para",
        "c": [entry for item in inlines for entry in (words(item) if isinstance(item, str) else [item])],
    }


def heading(level: int, text: str, identifier: str = "") -> Node:
    return {"t": "Header", "c": [level, attr(identifier, "unnumbered"), words(text)]}


def image(source: str, alt: str = "image", **pairs: str) -> Node:
    return {"t": "Image", "c": [attr("", **pairs), words(alt), [source, ""]]}


def figure(label: str, caption: str, *blocks: Node) -> Node:
    return {"t": "Figure", "c": [attr(label), [None, [{"t": "Plain", "c": words(caption)}]], list(blocks)]}


def div(label: str, classes: str, *blocks: Node) -> Node:
    return {"t": "Div", "c": [attr(label, *classes.split()), list(blocks)]}


def tex(code: str) -> Node:
    return {"t": "RawInline", "c": ["latex", code]}


def markdown(code: str) -> Node:
    return {"t": "RawInline", "c": ["markdown", code]}


def math(code: str, *, displayed: bool = False) -> Node:
    return {"t": "Math", "c": [{"t": "DisplayMath" if displayed else "InlineMath"}, code]}


def emphasis(text: str) -> Node:
    return {"t": "Emph", "c": words(text)}


def strong(text: str) -> Node:
    return {"t": "Strong", "c": words(text)}


def adapt(
    *blocks: Node, labels: str = "", theorems: dict[str, str] | None = None
) -> tuple[list[Node], list[str]]:
    adapter = LatexAdapter("a.tex", frozenset(labels.split()), theorems or {}, lambda name: f"{name}.png")
    adapted = adapter.convert_blocks(list(blocks))
    return adapted, [f"{finding.message}; {finding.action}" for finding in adapter.list_findings()]


def test_latex_files_end_in_tex_or_latex(tmp_path: Path) -> None:
    names = ("a.tex", "b.LATEX", "c.txt")
    write_files(tmp_path, dict.fromkeys(names, ""))
    assert [can_read(tmp_path / name) for name in (*names, "d.tex")] == [True, True, False, False]


@pytest.mark.parametrize(
    ("label", "identifier"),
    [
        ("sec:model", "sec-model"),
        ("model", "sec-model"),
        ("ch:a b:c", "sec-a-b-c"),
        ("sec:", "sec-x"),
        ("auto", ""),
    ],
)
def test_a_heading_has_an_id_if_its_label_is_in_the_source(label: str, identifier: str) -> None:
    labels = frozenset({"sec:model", "model", "ch:a b:c", "sec:"})
    (block,) = LatexAdapter("a.tex", labels, {}, str).convert_blocks([heading(1, "Model", label)])
    assert block["c"] == [1, [identifier, ["unnumbered"], []], words("Model")]


def test_labels_that_would_have_the_same_id_are_numbered() -> None:
    blocks, _ = adapt(
        *(heading(1, "A", label) for label in ("sec:a", "a", "ch:a", "a")), labels="sec:a a ch:a"
    )
    assert [block["c"][1][0] for block in blocks] == ["sec-a", "sec-a-2", "sec-a-3", "sec-a-2"]


def test_a_figure_with_one_image_is_an_image_with_a_caption() -> None:
    blocks, _ = adapt(figure("fig:a", "A plot", para(image("plot", width="0.6\\textwidth"))))
    result = {"t": "Image", "c": [attr("fig-a", width="60%"), words("A plot"), ["plot.png", ""]]}
    assert blocks == [para(result)]


def test_a_figure_with_several_images_has_two_columns() -> None:
    blocks, _ = adapt(figure("fig:a", "Both", {"t": "Plain", "c": [image("a"), image("b", "Second")]}))
    first = {"t": "Image", "c": [attr(), [], ["a.png", ""]]}
    second = {"t": "Image", "c": [attr(), words("Second"), ["b.png", ""]]}
    expected = [attr("fig-a", layout_ncol="2"), [para(first), para(second), para("Both")]]
    assert blocks == [{"t": "Div", "c": expected}]


def test_figure_panels_are_kept() -> None:
    panels = [figure(f"fig:{name}", f"Panel {name}", para(image(name))) for name in "ab"]
    (block,), _ = adapt(figure("fig:both", "Both", *panels))
    assert block["c"][0] == attr("fig-both", layout_ncol="2")
    assert [item["c"][0]["c"][0][0] for item in block["c"][1][:2]] == ["fig-a", "fig-b"]
    assert block["c"][1][2:] == [para("Both")]
    (single,), _ = adapt(figure("fig:one", "", panels[0]))
    assert single["t"] == "Div" and single["c"][0] == attr("fig-one") and len(single["c"][1]) == 1


def test_figure_without_an_image_keeps_its_blocks() -> None:
    code = {"t": "CodeBlock", "c": [attr(), "x"]}
    assert adapt(figure("fig:a", "Code", code))[0] == [
        {"t": "Div", "c": [attr("fig-a"), [code, para("Code")]]}
    ]


def test_a_table_with_a_label_is_in_a_block_with_its_id() -> None:
    table = {"t": "Table", "c": []}
    assert adapt(div("tab:a", "center", table))[0] == [{"t": "Div", "c": [attr("tbl-a"), [table]]}]
    assert adapt(div("", "center", table))[0] == [table]


def test_listing_keeps_its_caption_and_language() -> None:
    code = {"t": "CodeBlock", "c": [attr("lst:a", "python", caption="Code", numbers="left"), "x"]}
    (block,), _ = adapt(code, labels="lst:a")
    assert block["c"][0] == ["lst-a", ["python"], [["lst-cap", "Code"]]]
    assert adapt(code)[0][0]["c"][0][0] == ""


PRINTED = [strong("Theorem 1"), {"t": "Space"}, *words("(Byron)."), {"t": "Space"}]


def test_theorem_loses_its_printed_heading_and_italics() -> None:
    statement = {"t": "Emph", "c": [tex("\\label{thm:a}"), {"t": "Space"}, *words("All turn.")]}
    theorem = div("", "thm", para(*PRINTED, statement), para("More."))
    (block,), _ = adapt(theorem, theorems={"thm": "Theorem of ours"})
    assert block["c"] == [["thm-a", ["theorem"], [["name", "Byron"]]], [para("All turn."), para("More.")]]
    plain = div("l", "lem", para(strong("Lemma 2"), {"t": "Str", "c": "."}, {"t": "Space"}, emphasis("So.")))
    (block,), _ = adapt(plain, theorems={"lem": "Lemma"})
    assert block["c"][0] == ["lem-l", ["lemma"], []]
    whole = div("", "thm", para(emphasis("All turn.")))
    assert adapt(whole, theorems={"thm": "Theorem"})[0][0]["c"][1] == [para("All turn.")]


def test_reference_in_the_name_of_a_theorem_is_kept() -> None:
    name = [*words("(Conv. of"), {"t": "Space"}, tex("\\cref{thm:a}"), *words(").")]
    theorem = div("thm:a", "thm", para(strong("Theorem 1"), {"t": "Space"}, *name, emphasis("So.")))
    (block,), result = adapt(theorem, theorems={"thm": "Theorem"})
    assert block["c"][0] == ["thm-a", ["theorem"], []] and not result
    first, *rest = block["c"][1]
    assert first["t"] == "Header"
    assert first["c"][2] == [*words("Conv. of"), {"t": "Space"}, markdown("\\cref{thm-a}")]
    assert rest == [para("So.")]


def test_unknown_theorem_kind_keeps_its_class() -> None:
    (block,), _ = adapt(div("x", "claim", para("So.")), labels="x", theorems={"claim": "Claim"})
    assert block["c"] == [attr("x", "claim"), [para("So.")]]
    assert adapt(div("y", "claim", para("So.")))[0][0]["c"][0] == attr("", "claim")


def test_proof_loses_its_heading_and_end_mark() -> None:
    end = {"t": "Str", "c": "\u00a0\u25fb"}
    assert adapt(div("", "proof", para(emphasis("Proof."), {"t": "Space"}, "Clear.", end)))[0][0]["c"] == [
        attr("", "proof"),
        [para("Clear.")],
    ]
    assert adapt(div("", "proof", para("Clear."), para("So.")))[0][0]["c"][1] == [para("Clear."), para("So.")]
    assert adapt(div("", "proof", para(emphasis("Proof."), "Clear.")))[0][0]["c"][1] == [para("Clear.")]


def test_speaker_notes_are_notes() -> None:
    (block,), _ = adapt(div("", "speakernotes", para("Hi.")), theorems={"speakernotes": "Speakernotes"})
    assert block["c"] == [attr("", "notes"), [para("Hi.")]]


@pytest.mark.parametrize(
    ("code", "expected", "found"),
    [
        ("\\index{a!b}", [markdown("\\index{a!b}")], []),
        ("\\noindent", [], []),
        ("\\brandname{Quay}", words("Quay"), ["LaTeX command \\brandname; omitted, keeping its text"]),
        ("\\brandname*", [], ["LaTeX command \\brandname*; omitted, keeping its text"]),
        ("{\\1" + "x" * 30, [], ["LaTeX command {\\1" + "x" * 17 + "; omitted, keeping its text"]),
    ],
)
def test_commands_are_kept_removed_or_reported(code: str, expected: list[Node], found: list[str]) -> None:
    assert adapt(para("a", tex(code))) == ([para("a", *expected)], found)
    block = {"t": "RawBlock", "c": ["latex", code]}
    assert adapt(block) == ([para(*expected)] if expected else [], found)


def test_unsupported_environment_is_kept_as_code() -> None:
    code = "\\begin{tikzpicture}x\\end{tikzpicture}"
    block = {"t": "RawBlock", "c": ["latex", f"{code}\n"]}
    assert adapt(block, block) == (
        [{"t": "CodeBlock", "c": [["", ["latex"], []], code]}] * 2,
        ["unsupported LaTeX environment tikzpicture (2 times); kept as a code block"],
    )


def test_references_resolve_to_later_labels() -> None:
    blocks, result = adapt(
        para(tex("\\cref{fig:a,sec:b}"), tex("\\vref{fig:a}"), tex("\\ref*{gone}")),
        figure("fig:a", "A", para(image("a"))),
        heading(1, "B", "sec:b"),
        labels="sec:b",
    )
    assert blocks[0] == para(
        markdown("\\cref{fig-a}"), {"t": "Str", "c": ","}, {"t": "Space"}, markdown("\\cref{sec-b}"),
        markdown("\\autoref{fig-a}"), "gone",
    )  # fmt: skip
    assert result == ['reference to the unknown label "gone"; omitted, keeping its text']


def test_links_of_pandoc_become_references() -> None:
    result = {
        "t": "Link",
        "c": [attr("", reference_type="ref+label", reference="fig:a"), words("1"), ["#fig:a", ""]],
    }
    plain = {"t": "Link", "c": [attr(), words("x"), ["https://x.org", ""]]}
    blocks, _ = adapt(figure("fig:a", "A", para(image("a"))), para(result, plain))
    assert blocks[1] == para(markdown("\\ref{fig-a}"), plain)


def test_formula_keeps_the_labels_of_its_rows() -> None:
    rows = math("a \\label{eq:a} b \\label{eq:b}", displayed=True)
    blocks, result = adapt(para(rows), para(tex("\\eqref{eq:b}")), para(math("x \\label{eq:d}")))
    assert blocks == [
        para(math("a \\label{eq-a} b \\label{eq-b}", displayed=True)),
        para(markdown("\\eqref{eq-b}")),
        para(math("x \\label{eq-d}")),
    ]
    assert result == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("\\crefrange{fig:a}{fig:b}", [markdown("\\cref{fig-a}"), *words("–"), markdown("\\ref{fig-b}")]),
        ("\\Crefrange*{fig:a}{fig:b}", [markdown("\\Cref{fig-a}"), *words("–"), markdown("\\ref{fig-b}")]),
        (
            "\\cpagerefrange{fig:a}{fig:b}",
            [markdown("\\pageref{fig-a}"), *words("–"), markdown("\\pageref{fig-b}")],
        ),
        ("\\labelcref{fig:a}", [markdown("\\ref{fig-a}")]),
        ("\\namecref{fig:a}", [markdown("\\autoref{fig-a}")]),
    ],
)
def test_references_of_cleveref_are_kept(code: str, expected: list[Node]) -> None:
    figures = [figure(f"fig:{name}", "A", para(image(name))) for name in "ab"]
    blocks, result = adapt(*figures, para(tex(code)))
    assert blocks[2] == para(*expected) and result == []


def test_label_in_a_caption_is_that_of_the_figure_or_table() -> None:
    caption = [*words("A plot"), {"t": "Space"}, tex("\\label{fig:a}")]
    plot = {"t": "Figure", "c": [attr(), [None, [{"t": "Plain", "c": caption}]], [para(image("a"))]]}
    table = {"t": "Table", "c": [attr(), [None, [{"t": "Plain", "c": [tex("\\label{tab:b}"), *words("B")]}]]]}
    (picture, block, see), result = adapt(plot, table, para(tex("\\cref{fig:a,tab:b}")))
    assert picture["c"][0]["c"][0][0] == "fig-a" and not result
    assert block["c"][0] == attr("tbl-b")
    assert block["c"][1][0]["c"][1][1] == [{"t": "Plain", "c": words("B")}]
    assert see["c"][0] == markdown("\\cref{fig-a}") and see["c"][-1] == markdown("\\cref{tbl-b}")


def test_displayed_formula_is_on_separate_lines() -> None:
    shown, line, space = math("x", displayed=True), markdown("\n"), {"t": "Space"}
    assert adapt(para("So", space, shown, space, "holds"))[0] == [para("So", line, shown, line, "holds")]
    assert adapt(para(shown, shown))[0] == [para(shown, line, shown)]
    assert adapt(para(space, shown))[0] == [para(shown)]
    assert adapt(para("So", space, math("x")))[0] == [para("So", space, math("x"))]


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        ("0.6\\textwidth", "60%"), ("\\linewidth", "100%"), (".333\\columnwidth", "33%"), ("1.5 \\hsize", "150%"),
        ("5cm", "5cm"), ("2.5in", "2.5in"), ("50%", "50%"), ("5em", ""), ("cm", ""),
    ],
)  # fmt: skip
def test_widths_are_shares_of_the_line_or_lengths(width: str, expected: str) -> None:
    (block,), _ = adapt(para(image("a", width=width, height="3cm")))
    assert block["c"][0]["c"][0][2] == ([["width", expected]] if expected else [])


def test_citations_glossary_terms_and_label_spans() -> None:
    cite = {"t": "Cite", "c": [["x"], [tex("\\citet{x}")]]}
    term = {"t": "Span", "c": [attr("", acronym_label="gw"), words("gw")]}
    label = {"t": "Span", "c": [attr("x", label="x"), words("here")]}
    other = {"t": "Span", "c": [attr("", "small"), words("there")]}
    blocks, result = adapt(para(cite, term, label, other))
    assert blocks == [para({"t": "Cite", "c": [["x"], words("?")]}, "gw", "here", other)]
    assert result == ["reference to a glossary; omitted, keeping its text"]


def split(*blocks: Node, has_parts: bool = False) -> list[str]:
    """Return chapters as ``PART | TITLE: levels of their headings``, with A for appendices."""
    marked = latex._insert_appendix_marker(list(blocks))
    return [
        f"{chapter.part} | {chapter.title}: "
        + " ".join(str(block["c"][0]) for block in chapter.blocks if block["t"] == "Header")
        + " A" * chapter.is_appendix
        for chapter in latex._split_chapters(marked, has_parts=has_parts)
    ]


H1, H2, H3 = heading(1, "One"), heading(2, "Two"), heading(3, "Three")
APPENDIX = {"t": "RawBlock", "c": ["latex", "\\appendix\n"]}


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([H1, para("a"), H2, H3, H1], [" | One: 1 2 3", " | One: 1"]),
        ([H2, H3, H2], [" | Two: 1 2", " | Two: 1"]),
        ([para("a"), H1], [" | : ", " | One: 1"]),
        ([para(), H1], [" | One: 1"]),
        ([para("a")], [" | : "]),
        ([H1, APPENDIX, H1, H2], [" | One: 1", " | One: 1 2 A"]),
        ([H1, para("a", tex("\\appendix")), H1], [" | One: 1", " | One: 1 A"]),
    ],
)
def test_chapters_start_at_the_highest_headings(blocks: list[Node], expected: list[str]) -> None:
    assert split(*blocks) == expected


def test_parts_are_one_level_above_chapters() -> None:
    first, second = heading(1, "Part I"), heading(1, "Part II")
    blocks = [H2, first, H2, H3, second, H2, APPENDIX, H2]
    assert split(*blocks, has_parts=True) == [
        " | Two: 1",
        "Part I | Two: 1 2",
        "Part II | Two: 1",
        " | Two: 1 A",
    ]
    assert split(first, H3, has_parts=True) == ["Part I | Three: 1"]
    assert split(first, para("a"), has_parts=True) == ["Part I | : "]


def test_included_files_are_read_eight_levels_deep(tmp_path: Path) -> None:
    files = {f"{n}.tex": f"{n} \\input{{{n + 1}}}" for n in range(12)}
    missing: list[str] = []
    text = latex._insert_included_files("\\input{0}", SourceFiles(write_files(tmp_path, files)), missing)
    assert text.split() == [str(n) for n in range(8)]
    assert missing == ["8"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("plot", "figs/plot.png"),
        ("plot.eps", "figs/plot.png"),
        ("a.jpg", "a.jpg"),
        ("old", "more/old.eps"),
        ("no", "no"),
    ],
)
def test_an_image_is_found_in_its_folders_with_any_extension(tmp_path: Path, name: str, found: str) -> None:
    files = dict.fromkeys(("figs/plot.png", "figs/plot.eps", "more/plot.jpg", "a.jpg", "more/old.eps"), "x")
    source = SourceFiles(write_files(tmp_path, files))
    assert latex._find_image(name, "\\graphicspath{ {figs/}{more/} }", source) == found
