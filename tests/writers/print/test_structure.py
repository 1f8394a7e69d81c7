"""Test that drawn content is tagged in the order of the source, with suitable structure types.

Each file of tests/golden/structure has small pages and their structure, one element per line: ``‹text›`` as
drawn, ``@`` for a link annotation, ``/`` for the start of a page. Untagged content follows, one line per
page. `pytest --update-golden` updates the files; review the differences.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conftest import GOLDEN_FOLDER, Golden
from tests.writers.print.tree_text import DOT, Drawn, draw
from triptych.writers.print.quire import AnnotationReference, MarkedContentReference, StructureElement
from triptych.writers.print.structure import ROLE_MAP, TaggedPage, build_structure

_CASE = re.compile(r"^## (?P<title>.+)\n(?P<source>(?:.+\n)+?)(?:page: (?P<size>.+)\n)?$", re.M)
_FILES = sorted((GOLDEN_FOLDER / "structure").glob("*.txt"))


def shown(case: re.Match[str], drawing: Drawn) -> str:
    """Return a case in the format of its file."""
    size = f"page: {case['size']}\n" if case["size"] else ""
    artifacts = "".join(f"({text})\n" for text in drawing.artifacts if text)
    return f"## {case['title']}\n{case['source']}{size}\n{drawing.tree}\n{artifacts}"


def complete(drawing: Drawn) -> bool:
    """Assert that all drawn content and each link occur in exactly one place."""
    leaves = Counter(drawing.leaves())
    marks = {(n, mcid) for n, page in enumerate(drawing.pages) for mcid in page.mcids.values()}
    links = sorted(leaf.link for leaf in leaves if isinstance(leaf, AnnotationReference))
    rows = {(leaf.page, leaf.mcid) for leaf in leaves if isinstance(leaf, MarkedContentReference)}
    left = {(n, mcid) for n, mcids in enumerate(drawing.unread) for mcid in mcids}
    once = all(count == 1 for count in leaves.values())
    every = sorted(link for page in drawing.pages for link in page.links.values())
    return once and links == every and not rows & left and rows | left == marks


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.stem)
def test_pages_become_a_tree(file: Path, golden: Golden) -> None:
    cases = []
    for case in _CASE.finditer(file.read_text("utf-8")):
        css = f"@page {{ size: {case['size']}; margin: 0 }}" if case["size"] else ""
        drawing = draw(case["source"].replace("DOT", DOT), css)
        assert complete(drawing), case["title"]
        cases.append(shown(case, drawing))
    golden(f"structure/{file.name}", "\n".join(cases))


# ISO 32000-1, 14.8.4.
_STANDARD = frozenset(
    "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI "
    "Lbl LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Figure "
    "Formula Form".split()
)


def test_each_type_is_standard_or_mapped() -> None:
    known = _STANDARD | ROLE_MAP.keys()
    trees = "\n".join(file.read_text("utf-8") for file in _FILES)
    used = set(
        re.findall(r"^ *([A-Z][A-Za-z1-6]*)(?= |:|$)", re.sub(r"(?m)^(<|##|page|\().*", "", trees), re.M)
    )
    assert len(used) > 30
    assert used <= known
    assert set(ROLE_MAP.values()) <= _STANDARD


def test_ids_start_with_the_quire_name_and_are_unique() -> None:
    body = '<p>a<span class="footnote" data-number="1">b</span></p>' * 2
    drawing = draw(f"{body}<table><tr><th colspan='2'>c</th></tr><tr><td>d</td><td>e</td></tr></table>")
    elements, _ = build_structure(drawing.pages, "chapter-3")
    ids = [element.text_entries["ID"] for element in below(elements) if "ID" in element.text_entries]
    assert len(set(ids)) == len(ids) == 3
    assert all(name.startswith("chapter-3-") for name in ids)


def test_late_elements_are_in_source_order() -> None:
    drawing = draw(
        "<h1>a</h1><div><p>b</p><p style='break-before: page'>c <em>d</em></p></div>"
        "<ul style='list-style: none'><li style='break-before: page'>e</li></ul>"
    )
    assert len(drawing.pages) == 3
    assert Drawn(drawing.pages[::-1]).text.split() == ["a", "b", "c", "d", "e"]


def test_link_without_a_box_on_the_page_is_kept() -> None:
    page = draw("<p>a</p>").pages[0]
    elements, _ = build_structure([TaggedPage(page.box, page.mcids, {object(): 7})], "q")
    assert [element.tag for element in below(elements)] == ["P", "P", "Link"]
    assert elements[1].kids == [StructureElement("Link", [AnnotationReference(7)])]


def test_depth_does_not_matter() -> None:
    from weasyprint.formatting_structure.boxes import BlockBox, PageBox, TextBox

    top = innermost = ElementTree.Element("html")
    for _ in range(5000):
        innermost = ElementTree.SubElement(innermost, "div")
    text = TextBox("div", {}, innermost, "a")
    box = BlockBox("html", {}, top, [BlockBox("div", {}, innermost, [text])])
    page = PageBox("auto", {})
    page.children = [box]
    page.margin_height = lambda: 100
    elements, artifacts = build_structure([TaggedPage(page, {text: 0}, {})], "q")
    assert elements == [StructureElement("P", [MarkedContentReference(0, 0)])]
    assert artifacts == [frozenset()]


def below(elements: list[StructureElement]) -> Iterator[StructureElement]:
    """Return all elements in order."""
    for element in elements:
        yield element
        yield from below([kid for kid in element.kids if isinstance(kid, StructureElement)])
