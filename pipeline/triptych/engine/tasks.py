"""Define the build steps whose results are cached, in the order of a build.

A step is a pure function of named inputs. Its result is read from the cache (``engine/cache.py``) if an
earlier build computed it from the same inputs. ``triptych build --explain`` reports which steps ran and which
of their inputs had changed. Results that depend on the whole book, such as the numbering, the table of
contents and the order of slides, are not cached, since computing them is fast.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Generic, TypeVar

from triptych.engine.store.program import digest, program_digest

T = TypeVar("T")


class Form(StrEnum):
    """How a result is stored: as the bytes of a file, or as pickled model values (``store/values.py``)."""

    BYTES = "bytes"
    VALUES = "values"


@dataclass(frozen=True, slots=True)
class Step(Generic[T]):
    """A build step whose results are cached. ``name`` is also the name of its folder in the cache.

    ``description`` is shown to users. A ``slot`` keeps only the last build's result, whatever its inputs
    were, as the starting point for the next build. ``begins`` lists the valid first bytes of a result file,
    or is () if the file is validated when it is parsed. A result file may also be empty.
    """

    name: str
    description: str
    form: Form
    slot: bool = False
    begins: tuple[bytes, ...] = ()


_SVG, _PNG, _ZIP = (b"<?xml", b"<svg"), b"\x89PNG\r\n\x1a\n", b"PK\3\4"
_FONT = (b"\0\1\0\0", b"OTTO", b"true", b"ttcf", b"wOFF", b"wOF2")


STEPS: list[Step[Any]] = []


def _file(name: str, description: str, *begins: bytes, slot: bool = False) -> Step[bytes]:
    step: Step[bytes] = Step(name, description, Form.BYTES, slot, begins)
    STEPS.append(step)
    return step


def _value(name: str, description: str, *, slot: bool = False) -> Step[Any]:
    step: Step[Any] = Step(name, description, Form.VALUES, slot)
    STEPS.append(step)
    return step


# Reading
AST = _file("ast", "text parsed by pandoc")
BIBLIOGRAPHY = _file("bibliography", "bibliography as CSL entries")
CITATIONS = _file("cite", "citations formatted in the style")
SOURCES = _value("sources", "formatted bibliography of the book")
DIAGRAM = _value("diagram", "drawn diagram")
MEASURE = _value("measure", "size and integrity of a picture")
OPENED = _value("opened", "section with its front matter parsed and its values inserted")
CITED = _value("cited", "citations and lint findings of a section")
TERMS = _value("terms", "parsed glossary file")
GLOSSARY = _value("glossary", "glossary entries")
SECTION = _value("section", "chapter of a section, before numbering")

# For all outputs
CHART = _file("chart", "drawn chart", *_SVG)
OUTLINED = _file("outlined", "drawn chart with text as outlines", *_SVG)
FORMULA = _file("formula", "drawn formula")
COVER = _file("cover", "generated cover", _PNG)
RASTER = _file("raster", "rasterised drawing", _PNG)
PICTURE = _file("picture", "picture prepared for an output")
FACE = _file("face", "font subset", *_FONT)

# The deck
TEMPLATE = _file("template", "slide template of the theme", _ZIP)
NUMBERS = _value("numbers", "size of big numbers in the deck")
TITLE_SIZE = _value("title-size", "size of slide titles")
SLIDE = _value("slide", "slide, fitted and drawn")
NOTES_PAGE = _value("notes", "page of the speaker's notes")
OFFICE_FONT = _file("office-font", "font for embedding in the deck")

# The PDF
STYLE = _file("style", "style sheet of the last build", slot=True)
LAYOUT = _file("layout", "page breaks of the last build", slot=True)
QUIRE = _file("quire", "painted pages")
MARGINS = _file("margins", "running heads and folios")

PRINTED = _value("printed", "page numbers of the last build", slot=True)

# Checks of the outputs
LEAF = _value("leaf", "text of a PDF page or an EPUB document")
VERDICT = _value("verdict", "whether a chapter is complete in an output")

_SHORT = 64  # characters; short inputs, such as names, settings and digests, are often inputs of many tasks
_digest_short = lru_cache(maxsize=1024)(digest)


@dataclass(frozen=True, slots=True)
class Task(Generic[T]):
    """A step with the digests of its inputs. ``key`` is computed from these digests.

    ``subject`` is the name of the processed section, page or slide, for users. It is not part of the key, so
    that tasks that differ only in their subject share a result. A path that occurs in the result must be one
    of the inputs.
    """

    step: Step[T]
    subject: str
    inputs: tuple[tuple[str, str], ...]
    key: str

    @classmethod
    def of(cls, step: Step[T], subject: str, /, **inputs: str | bytes) -> Task[T]:
        """Return a task with named inputs. The program's digest is an additional input of every task."""
        given = (*inputs.items(), ("program", program_digest()))
        digests = tuple(
            [(name, (_digest_short if len(value) <= _SHORT else digest)(value)) for name, value in given]
        )
        key = digest(step.name, *(part for pair in digests for part in pair))
        return cls(step, subject, digests, key)
