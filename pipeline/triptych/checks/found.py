"""A finding in a finished file, with what it takes to find its place in the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from triptych.diagnostics import Span

_FEW = 5  # places of one kind of finding: who mends these knows how to mend the rest
_WORDS = 60  # characters

REBUILD = "rebuild the file; if this is reported again, report a bug in Triptych and attach the file"
REPORT = "report this as a bug in Triptych, and attach the output file and the source of this place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something wrong. ``rule`` names what kind of thing, so that it is told once whoever finds it.

    ``page`` is what the page of a PDF is called, ``file`` what the file in a package is, with line and
    column where they are known. ``words`` is the text at the place, ``before`` the text that is read before
    it, and ``kinds`` are those of the book's pieces that it may be about. ``span`` is there where no words
    are needed to find the place.
    """

    code: str
    message: str
    hint: str | None = None
    rule: str = ""
    output: str = "PDF"
    page: str = ""
    file: str = ""
    words: str = ""
    before: str = ""
    kinds: tuple[str, ...] = ()
    span: Span | None = None

    @property
    def told(self) -> str:
        """The message with the page or file, for who looks at the output."""
        where = (self.output, f"page {self.page}" if self.page else "", self.file)
        return f"{', '.join(filter(None, where))}: {self.message}"


def quoted(words: str) -> str:
    """Enough of some words to know them by."""
    line = " ".join(words.split())
    return f'"{line}"' if len(line) <= _WORDS else f'"{line[: _WORDS - 2].rsplit(" ", 1)[0]} …"'


def few(found: Iterable[Found]) -> Iterator[Found]:
    """The first few of each kind; the last of them says how many more there are."""
    kinds: dict[tuple[str, str], list[Found]] = {}
    for finding in found:
        kinds.setdefault((finding.code, finding.rule or finding.message), []).append(finding)
    for (_, _), findings in kinds.items():
        yield from findings[: _FEW - 1]
        left = findings[_FEW - 1 :]
        if len(left) == 1:
            yield left[0]
        elif left:
            yield replace(left[0], message=f"{left[0].message} (and {len(left) - 1} more like this)")
