"""Test that a failed element is reported once, however often it is referred to."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.conftest import MakeProject, tiny_png
from triptych.diagnostics import Diagnostic, Severity, Span, sort_findings
from triptych.engine.cache import Cache
from triptych.passes.follow_ups import drop_follow_up_findings
from triptych.stages import read_project

MANIFEST = "book:\n  title: Broken\n  chapters: [one.md, two.md]\nlang: en\n"
REFERENCES = "See @{0}, [Figure @{0}], [-@{0}], [that one](#{0}), [the same](one.md#{0}) and @{0}.\n\n"
CITATIONS = "Said [@knuth, p. 3; @lamport] and @knuth and [-@knuth].\n\n"
TERMS = "A [gigawatt]{.gls}, [GW]{.term} and [watts]{.gls}.\n\n"
PICTURE = '![Caption.](picture.png){#fig-x fig-alt="A red square"}\n\n'
CHART = '::: {{#fig-x .chart {0} x=year y=output fig-alt="Output rises to 2"}}\nCaption.\n:::'
BIBLIOGRAPHY, GLOSSARY = "bibliography: sources.bib\n", "glossary: glossary.yaml\n"

# The content of the first section, and the code of its only error.
ELEMENTS: dict[str, tuple[str, str, Mapping[str, str | bytes]]] = {
    "chart without its file": (CHART.format("type=bar data=dta.csv"), "DAT002", {}),
    "chart without its column": (CHART.format("type=bar data=other.csv"), "DAT001", {}),
    "chart of no kind": (CHART.format("type=colum data=data.csv"), "CHT001", {}),
    "chart without data": (CHART.format("type=bar"), "CHT001", {}),
    "chart with a wrong number": (CHART.format("type=bar data=words.csv"), "DAT003", {}),
    "chart of a Latin-1 file": (CHART.format("type=bar data=latin.csv"), "DAT002", {}),
    "heat table without its file": (CHART.format("type=heatmap data=dta.csv"), "DAT002", {}),
    "chart with an attribute too many": (CHART.format("type=bar data=dta.csv colour=red"), "DAT002 CHT001", {}),
    "figure of charts": (
        "::: {#fig-x layout-ncol=2}\n\n"
        + CHART.format("type=bar data=dta.csv").replace("fig-x", "fig-a")
        + "\n\n"
        + CHART.format("type=bar data=data.csv").replace("fig-x", "fig-b")
        + "\n\nBoth, @fig-a and @fig-b.\n:::",
        "DAT002",
        {},
    ),
    "figure without its picture": (PICTURE.replace("picture", "pictur"), "IMG001", {}),
    "figure from the network": (PICTURE.replace("picture", "https://example.com/picture"), "IMG002", {}),
    "figure that is no picture": (PICTURE.replace("picture.png", "words.csv"), "IMG003", {}),
    "table without its file": ("::: {#fig-x .table data=dta.csv}\nCaption.\n:::", "DAT002", {}),
    "table without its column": ('::: {#fig-x .table data=data.csv columns="yer"}\nCaption.\n:::', "DAT001", {}),
    "listing without its file": ('```{#fig-x .python include="code.py"}\n```', "INC001", {}),
    "listing without its region": ('```{#fig-x .python include="code.py" region=a}\n```', "INC001",
                                   {"source/code.py": "x = 1\n"}),
    "diagram": ('```{.mermaid #fig-x fig-cap="A" fig-alt="Two boxes"}\nflowchart LR\n  A -->\n  ]]\n```', "DIA002", {}),
    "formula": ("$$\\frobnicate{x} + \\frac{1}{$$ {#eq-x}", "MTH001", {}),
    "include without its file": ("{{< include part.md >}}", "INC001", {}),
    "Latin-1 include": ("{{< include part.md >}}", "SEC003",
                        {"source/part.md": f"Café.\n\n{PICTURE}".encode("latin-1")}),
    "attributes behind a space": (PICTURE.replace("){", ") {"), "LNT016", {}),
    "attributes with a comma": (PICTURE.replace("#fig-x ", "#fig-x, "), "LNT016", {}),
    "attributes without quotation marks": (PICTURE.replace('"', ""), "LNT016", {}),
    "fence with wrong attributes": (CHART.format("type=bar data=data.csv").replace('"', ""), "LNT002", {}),
    "index entry in a broken chart": (
        CHART.format("type=bar data=dta.csv").replace("Caption", "[grid]{.index}")
        + '\n\nA [net]{.index see="grid"}.',
        "DAT002",
        {},
    ),
    "text with a word too long": ("x" * 21_000 + f"\n\n{PICTURE}", "SEC004", {}),
    "text nested too deep": ("> " * 70 + f"deep\n\n{PICTURE}", "SEC004", {}),
}  # fmt: skip

BESIDE: dict[str, str | bytes] = {
    "source/data.csv": "year,output\n2024,1\n2025,2\n",
    "source/other.csv": "year,amount\n2024,1\n2025,2\n",
    "source/words.csv": "year,output\n2024,1\n2025,many\n",
    "source/latin.csv": "year,output\nMünchen,1\nKöln,2\n".encode("latin-1"),
    "source/picture.png": tiny_png(),
}


def findings(make_project: MakeProject, cache: Cache, files: Mapping[str, str | bytes]) -> list[str]:
    _, _, findings = read_project(make_project({"source/book.yaml": MANIFEST, **BESIDE, **files}), cache)
    errors = [item for item in sort_findings(findings) if item.severity is Severity.ERROR]
    assert len(errors) == len(findings), [str(item) for item in findings]
    return [error.code for error in errors]


@pytest.mark.parametrize("name", ELEMENTS)
def test_invalid_element_has_only_its_own_error(
    name: str, make_project: MakeProject, shared_cache: Cache
) -> None:
    element, code, files = ELEMENTS[name]
    references = REFERENCES.format("eq-x" if "#eq-x" in element else "fig-x")
    text = f"# One\n\n{references}{element}\n\n{references}"
    sections = {"source/one.md": text, "source/two.md": f"# Two\n\n{references}"}
    assert findings(make_project, shared_cache, {**sections, **files}) == code.split()


SECTIONS: dict[str, tuple[bytes | None, str]] = {
    "missing": (None, "SEC001"),
    "Latin-1": (f"# One\n\nCafé déjà vu.\n\n{PICTURE}".encode("latin-1"), "SEC003"),
    "UTF-16": (f"# One\n\nCafé.\n\n{PICTURE}".encode("utf-16"), "SEC003"),
    "with a null character": (f"# One\n\nCaf\0.\n\n{PICTURE}".encode(), "SEC003"),
    "without the end of its front matter": (f"---\nid: sec-one\n\n# One\n\n{PICTURE}".encode(), "SEC002"),
    "with front matter that is no YAML": (
        f"---\ntitle: a: b\nid: fig-x\n---\n\nText.\n".encode(),  # noqa: F541
        "SEC002",
    ),
}


@pytest.mark.parametrize("name", SECTIONS)
def test_invalid_section_has_only_its_own_error(
    name: str, make_project: MakeProject, shared_cache: Cache
) -> None:
    text, code = SECTIONS[name]
    files = {"source/two.md": "# Two\n\n" + REFERENCES.format("fig-x")}
    named = {} if text is None else {"source/one.md": text}
    assert findings(make_project, shared_cache, {**files, **named}) == [code]


NAMES: dict[str, tuple[str, str, str, Mapping[str, str | bytes]]] = {
    "bibliography that is missing": (BIBLIOGRAPHY, CITATIONS, "CIT002", {}),
    "bibliography that is not closed": (
        BIBLIOGRAPHY,
        CITATIONS,
        "CIT002",
        {"source/sources.bib": "@book{knuth, title = {x\n\n@book{lamport, title={y}}\n"},
    ),
    "bibliography misspelt in the manifest": ("bibliografy: sources.bib\n", CITATIONS, "MAN001", {}),
    "glossary that is missing": (GLOSSARY, TERMS, "GLO002", {}),
    "glossary that is no YAML": (
        GLOSSARY,
        TERMS,
        "GLO002",
        {"source/glossary.yaml": "- term: gigawatt\n  definition: a: b\n"},
    ),
    "entry with a key misspelt": (
        GLOSSARY,
        TERMS,
        "GLO002",
        {"source/glossary.yaml": "- term: gigawatt\n  abbreviation: GW\n  defintion: a\n"},
    ),
    "expression that fails": (
        "jinja: true\n",
        "{% set file = data('no.csv') %}{{ file.first('a') }} {{ file.last('a') }}\n\n",
        "TPL001",
        {},
    ),
}


@pytest.mark.parametrize("name", NAMES)
def test_ids_of_an_invalid_file_are_not_reported_as_unknown(
    name: str, make_project: MakeProject, shared_cache: Cache
) -> None:
    manifest, text, code, files = NAMES[name]
    sections = {"source/one.md": f"# One\n\n{text}{text}", "source/two.md": "# Two\n\nText.\n"}
    files = {**sections, **files, "source/book.yaml": MANIFEST + manifest}
    assert findings(make_project, shared_cache, files) == [code]


def test_dangling_reference_is_reported_next_to_an_invalid_element(
    make_project: MakeProject, shared_cache: Cache
) -> None:
    item = "# One\n\nSee @fig-x and @fig-other.\n\n" + CHART.format("type=bar data=dta.csv")
    result = findings(
        make_project, shared_cache, {"source/one.md": item, "source/two.md": "# Two\n\nText.\n"}
    )
    assert sorted(result) == ["DAT002", "REF001"]


def test_a_warning_that_costs_an_id_becomes_an_error_that_counts_references(
    make_project: MakeProject, shared_cache: Cache
) -> None:
    item = "# One\n\nSee @fig-x and @fig-x.\n\n" + PICTURE.replace("){", ") {")
    files = {
        "source/book.yaml": MANIFEST,
        **BESIDE,
        "source/one.md": item,
        "source/two.md": "# Two\n\nText.\n",
    }
    (finding,) = read_project(make_project(files), shared_cache)[2]
    assert finding.message.endswith(", so 2 cross-references cannot be resolved")


def test_unassigned_id_is_reported_once_at_its_position(
    make_project: MakeProject, shared_cache: Cache
) -> None:
    text = "# One\n\nSee @fig-x and @fig-x.\n\n<!-- {#fig-x} -->\n"
    files = {"source/book.yaml": MANIFEST, "source/one.md": text, "source/two.md": "# Two\n\nText.\n"}
    (finding,) = read_project(make_project(files), shared_cache)[2]
    assert finding.code == "REF001"
    assert "source/one.md:5:" in str(finding.hint)


def test_invalid_cell_is_reported_once_for_all_charts(make_project: MakeProject, shared_cache: Cache) -> None:
    chart = CHART.format("type=bar data=words.csv")
    item = "# One\n\n" + "\n\n".join(chart.replace("fig-x", f"fig-{number}") for number in range(5))
    result = findings(
        make_project, shared_cache, {"source/one.md": item, "source/two.md": "# Two\n\nText.\n"}
    )
    assert result == ["DAT003"]


def test_unreadable_file_is_reported_first(make_project: MakeProject, shared_cache: Cache) -> None:
    text = "# One\n\n![No alternative text.](missing.png)\n"
    files = {"source/one.md": text, "source/two.md": "# Süß\n".encode("latin-1")}
    assert findings(make_project, shared_cache, files) == ["SEC003", "IMG001"]


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        (MANIFEST.replace("one.md, two.md", "one.md") + "appendices: [two.md]\n", "MAN001"),
        (MANIFEST.replace("  chapters", "  chaptrs"), "MAN001"),
        (MANIFEST.replace("one.md, two.md", "one.md, {part: Two, files: [two.md]}"), "MAN001"),
        (MANIFEST.replace("one.md, two.md", "one.md, [two.md]"), "MAN002"),
    ],
)
def test_references_to_chapters_hidden_by_an_invalid_setting_are_not_reported(
    make_project: MakeProject, shared_cache: Cache, manifest: str, code: str
) -> None:
    text = "# One\n\nSee @sec-two.\n"
    files = {
        "source/book.yaml": manifest,
        "source/one.md": text,
        "source/two.md": "# Two {#sec-two}\n\nText.\n",
    }
    assert set(findings(make_project, shared_cache, files)) == {code}


def test_other_invalid_setting_hides_no_reference(make_project: MakeProject, shared_cache: Cache) -> None:
    item, two = "# One\n\nSee @sec-gone.\n", "# Two\n\nText.\n"
    files = {"source/book.yaml": f"{MANIFEST}papersize: a4\n", "source/one.md": item, "source/two.md": two}
    assert set(findings(make_project, shared_cache, files)) == {"MAN001", "REF001"}


@pytest.mark.parametrize(
    ("place", "kept"), [((3, 5), False), ((3, 1), True), ((4, 5), True)], ids=["same", "same line", "below"]
)
def test_a_finding_is_dropped_only_at_the_place_of_its_cause(
    make_project: MakeProject, place: tuple[int, int], kept: bool
) -> None:
    path = "source/one.md"
    cause = Diagnostic(code="CIT001", span=Span(path=path, line=3, column=5), message="no such source")
    other = Diagnostic(code="LNT027", span=Span(path=path, line=place[0], column=place[1]), message="spaces")
    result = drop_follow_up_findings([cause, other], make_project({path: "One.\n"}))
    assert result == ([cause, other] if kept else [cause])
