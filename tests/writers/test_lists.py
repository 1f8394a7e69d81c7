"""Test that lists have the same start, style and brackets in all three outputs."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import pikepdf
import pytest
from lxml import etree
from pptx import Presentation

from tests.writers.epub.conftest import Write, write
from triptych.checks.pdf.page_contents import read_pdf_contents
from triptych.checks.pdf.structure import read_structure
from triptych.languages.numerals import format_list_number

__all__ = ["write"]  # the fixture

XHTML = "{http://www.w3.org/1999/xhtml}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

SOURCE = """\
## One {#sec-one}

5. five
6. six

Text in between.

7. seven
8. eight

## Two

x. xenon
y. ypsilon

    iii. three
    iv. four

z. zed

## Three

(1) first
(2) second

## Four

B.  bravo
C.  charlie

<!-- -->

1) north
2) south

<!-- -->

1) again
2) anew

## Five

0. zero
1. unit

## Six

(IX) nine
(X) ten

## Seven

(@) example
(@other) specimen

Of the second, (@other), more is said.

(@) instance
"""
MARKS = dict(
    pair.split()[::-1]
    for pair in (
        "5. five|6. six|7. seven|8. eight|x. xenon|y. ypsilon|iii. three|iv. four|z. zed|(1) first|(2) second"
        "|B. bravo|C. charlie|1) north|2) south|1) again|2) anew|0. zero|1. unit|(IX) nine|(X) ten"
        "|(1) example|(2) specimen|(3) instance"
    ).split("|")
)


def in_pdf(data: bytes) -> Iterator[tuple[str, str]]:
    """Return the marks before list items in reading order."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        structure = read_structure(pdf, read_pdf_contents(data))
    assert structure is not None
    for element in structure.elements:
        if element.type == "LI":
            mark, word, *_ = structure.get_text(element).split()
            yield word, mark


def in_epub(data: bytes) -> Iterator[tuple[str, str]]:
    """Return the marks that a reader generates for an XHTML file by the rules of HTML and CSS."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        style = next(archive.read(name).decode() for name in archive.namelist() if name.endswith(".css"))
        counters = {
            name: (base, "()" if "prefix" in rest else ")")
            for name, base, rest in re.findall(
                r"@counter-style (\S+) \{ system: extends (\S+); (.*?) \}", style
            )
        }
        root = etree.fromstring(archive.read("EPUB/text/section.xhtml"))
    for element in root.iter(f"{XHTML}ol"):
        named = re.findall(r"list-style-type: ([\w-]+)", element.get("style", "")) or ["decimal"]
        base, brackets = counters.get(named[-1], (named[-1], ""))
        for number, item in enumerate(element, int(element.get("start", "1"))):
            yield next(iter(item.itertext())).strip(), format_list_number(number, base, brackets)


def in_deck(data: bytes) -> Iterator[tuple[str, str]]:
    """Return the marks that PowerPoint generates, which continues lists with the same scheme and start."""
    styles = {"arabic": "decimal", "alphaLc": "lower-alpha", "alphaUc": "upper-alpha"}
    styles |= {"romanLc": "lower-roman", "romanUc": "upper-roman"}
    for slide in Presentation(io.BytesIO(data)).slides:
        for shape in slide.shapes:
            if shape.name.endswith(" card"):  # the number of a decimal list is the card's heading
                number, word = (paragraph.text for paragraph in shape.text_frame.paragraphs)
                yield word, f"{number}."
                continue
            counts: dict[int, tuple[tuple[str, str], int]] = {}
            for paragraph in shape.text_frame.paragraphs if shape.has_text_frame else ():
                level = paragraph.level
                counts = {deep: count for deep, count in counts.items() if deep <= level}
                counted = paragraph._p.find(f"{A}pPr/{A}buAutoNum")
                if counted is None:
                    counts.pop(level, None)
                    mark, _, word = paragraph.text.partition("\t")
                    if word:
                        yield word, mark
                    continue
                own = counted.get("type"), counted.get("startAt")
                before, number = counts.get(level, (None, 0))
                number = number + 1 if before == own else int(own[1])
                counts[level] = own, number
                kind, brackets = re.fullmatch(r"(\w+?)(Period|ParenR|ParenBoth)", own[0]).groups()
                sign = {"Period": "", "ParenR": ")", "ParenBoth": "()"}[brackets]
                yield paragraph.text, format_list_number(number, styles[kind], sign)


@pytest.mark.parametrize(
    ("name", "told"), [("pdf", in_pdf), ("epub", in_epub), ("pptx", in_deck)], ids=["pdf", "epub", "pptx"]
)
def test_items_have_their_written_numbers(write: Write, name: str, told) -> None:
    data, findings = write(name, SOURCE if name != "pptx" else on_slides(SOURCE))
    assert not [finding for finding in findings if finding.code != "DEK003"]
    marks = {word: mark for word, mark in told(data) if word in MARKS}
    assert marks == MARKS


def on_slides(source: str) -> str:
    """Return the same marks for a section whose content is all on one slide."""
    sections = re.split(r"^## (.*)$", source, flags=re.MULTILINE)[1:]
    pairs = zip(sections[::2], sections[1::2], strict=True)
    return "\n".join(f'::: {{.slide title="{title.split()[0]}"}}\n{body}\n:::\n' for title, body in pairs)


@pytest.mark.parametrize(
    ("number", "style", "brackets", "mark"),
    [
        (4, "decimal", "", "4."),
        (0, "lower-alpha", "", "0."),
        (27, "lower-alpha", ")", "aa)"),
        (52, "upper-alpha", "", "AZ."),
        (4, "lower-roman", "()", "(iv)"),
        (1999, "upper-roman", "", "MCMXCIX."),
    ],
)
def test_number_format_is_that_of_its_list(number: int, style: str, brackets: str, mark: str) -> None:
    assert format_list_number(number, style, brackets) == mark


def test_list_numbers_are_in_the_notes(write: Write) -> None:
    more = "format:\n  pptx:\n    notes: full\n"
    data, _ = write("pptx", "Text.\n\n(c) gamma\n(d) delta\n\nMore text.\n", more=more)
    text = "\n".join(
        slide.notes_slide.notes_text_frame.text
        for slide in Presentation(io.BytesIO(data)).slides
        if slide.has_notes_slide
    )
    assert "(c) gamma" in text and "(d) delta" in text
