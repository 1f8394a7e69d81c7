"""All that is remembered, an entry each, in the order of a build.

A step is a pure function of named inputs. Where a build asks for a result that an earlier one made of the
same inputs, it is taken from the cache (``engine/cache.py``); ``triptych build --explain`` says for each step
whether it ran, and which input made it. What depends on the whole book (numbers, contents, the order of
slides) is small, and is made anew each time. A process that watches a book remembers more, in memory alone
(``engine/processes/staying.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Form(StrEnum):
    """What a result is: a file's bytes, or values of the model (see ``values.py``)."""

    BYTES = "bytes"
    VALUES = "values"


@dataclass(frozen=True, slots=True)
class Step(Generic[T]):
    """A kind of result: its name, which is a folder of the cache too, what it is, and its form.

    A ``slot`` holds the last result, whatever it was made of: it saves time and decides nothing. ``begins``
    are the first bytes of a file of this kind, any of them, () for a kind that is parsed where it is used; it
    may be empty.
    """

    name: str
    what: str
    form: Form
    slot: bool = False
    begins: tuple[bytes, ...] = ()


_SVG, _PNG, _ZIP = (b"<?xml", b"<svg"), b"\x89PNG\r\n\x1a\n", b"PK\3\4"
_FONT = (b"\0\1\0\0", b"OTTO", b"true", b"ttcf", b"wOFF", b"wOF2")


def _file(name: str, what: str, *begins: bytes, slot: bool = False) -> Step[bytes]:
    return Step(name, what, Form.BYTES, slot, begins)


def _value(name: str, what: str, *, slot: bool = False) -> Step[Any]:
    return Step(name, what, Form.VALUES, slot)


# Reading
AST = _file("ast", "a text as pandoc reads it")
BIBLIOGRAPHY = _file("bibliography", "a bibliography as CSL entries")
CITATIONS = _file("cite", "citations, written out in the style")
SOURCES = _value("sources", "the sources of the book, written out")
DIAGRAM = _value("diagram", "a diagram's drawing")
MEASURE = _value("measure", "how large a picture is, and whether it is whole")

OPENED = _value("opened", "a section with its front matter apart and its values put in")
CITED = _value("cited", "what a section cites, and what lint finds in it")
TERMS = _value("terms", "the glossary as its file has it")
GLOSSARY = _value("glossary", "the entries of the glossary")
SECTION = _value("section", "a section's chapter, before anything has its number")

# For all outputs
CHART = _file("chart", "a chart's drawing", *_SVG)
OUTLINED = _file("outlined", "a chart's drawing with outlines for its words", *_SVG)
FORMULA = _file("formula", "a formula's drawing")
COVER = _file("cover", "the cover of a book that brings none", _PNG)
RASTER = _file("raster", "a drawing in dots", _PNG)
PICTURE = _file("picture", "a picture as an output takes it")
FACE = _file("face", "a font with the characters of the book", *_FONT)

# The deck
TEMPLATE = _file("template", "the template of slides that a theme gives", _ZIP)
NUMBERS = _value("numbers", "the sizes of the big numbers of a deck")
TITLE_SIZE = _value("title-size", "the size of the titles of a deck")
SLIDE = _value("slide", "a slide, fitted and drawn")
NOTES_PAGE = _value("notes", "a page of a speaker's notes")
OFFICE_FONT = _file("office-font", "a font as presentations hold it")

# The PDF
STYLE = _file("style", "the style sheet of the last build, loaded while the book is read", slot=True)
LAYOUT = _file("layout", "where the pages of a document end, for when it is another", slot=True)
QUIRE = _file("quire", "the pages of a document, painted")
MARGINS = _file("margins", "running heads and folios of a page")

PRINTED = _value("printed", "on which pages everything stood in the last build", slot=True)

# What guards see of the outputs
LEAF = _value("leaf", "what a page of the PDF, or a document of the e-book, shows")
VERDICT = _value("verdict", "whether all words and drawings of a chapter are on its leaves")

STEPS: tuple[Step[Any], ...] = (
    AST,
    BIBLIOGRAPHY,
    CITATIONS,
    SOURCES,
    DIAGRAM,
    MEASURE,
    OPENED,
    CITED,
    TERMS,
    GLOSSARY,
    SECTION,
    CHART,
    OUTLINED,
    FORMULA,
    COVER,
    RASTER,
    PICTURE,
    FACE,
    TEMPLATE,
    NUMBERS,
    TITLE_SIZE,
    SLIDE,
    NOTES_PAGE,
    OFFICE_FONT,
    STYLE,
    LAYOUT,
    QUIRE,
    MARGINS,
    PRINTED,
    LEAF,
    VERDICT,
)
