"""The headings of a Markdown text, and what links call them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from triptych_import.draft import Edit
from triptych_import.markdown.masking import Line, formulas, is_item, is_rule, mask, scan, without_formulas
from triptych_import.markdown.pairs import code_in_line, pairs

DEEPEST = 6
_ATX = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]++(.*))?$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-{2,})[ \t]*$")
_COMMENT = [("<!--", "-->")]
_ID = re.compile(r"#([^\s{}]+)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: places of its marks and of its text, its level, its text as written, its written id.

    ``end`` is that of its last line. ``marks`` is where the ``#`` of a heading stand; for an underlined one
    both ends are its start. ``underline`` is the place of the line below, or None. ``attributes`` is the
    place of ``{…}``.
    """

    start: int
    marks: tuple[int, int]
    text_end: int
    end: int
    level: int
    text: str
    id: str = ""
    attributes: tuple[int, int] | None = None
    underline: tuple[int, int] | None = None

    @property
    def plain(self) -> str:
        """Its words without markup."""
        return plain_text(self.text)


def headings(text: str, lines: list[Line] | None = None, *, long: bool = False) -> list[Heading]:
    """All headings that stand for themselves or in a block quote, in order; none in a formula.

    ``long`` takes underlined ones of several lines too, which CommonMark knows and pandoc does not.
    """
    return list(_all(text, long) if lines is None else _with_lines(text, lines, long=long))


@lru_cache(maxsize=4)
def _all(text: str, long: bool) -> list[Heading]:
    return _with_lines(text, scan(text), long=long)


def _with_lines(text: str, lines: list[Line], *, long: bool) -> list[Heading]:
    if "$" in text or "\\begin{" in text:
        lines = without_formulas(lines, formulas(mask(text, lines)))
    return list(_find(text, lines, long=long))


def _find(text: str, lines: list[Line], *, long: bool) -> Iterator[Heading]:
    paragraph: list[Line] = []
    for line in lines:
        atx = _ATX.match(line.text) if line.prose else None
        if atx:
            yield _atx(line, atx)
            paragraph = []
        elif line.prose and (under := _UNDERLINE.match(line.text)) and paragraph and not line.items:
            whole = paragraph[-1].quote == line.quote and not any("|" in p.text for p in paragraph)
            if whole and (long or len(paragraph) == 1):
                yield _underlined(text, paragraph, line, 1 if under.group(1)[0] == "=" else 2)
            paragraph = []
        elif line.prose and not is_rule(line.text) and not is_item(line.text):
            if paragraph and paragraph[-1].quote == line.quote:
                paragraph.append(line)
            else:
                paragraph = [line]
        else:
            paragraph = []


def _atx(line: Line, match: re.Match[str]) -> Heading:
    base = line.begin
    written = (match.group(2) or "").rstrip(" \t")
    words, attributes = _parted(written)
    closing = words.rstrip("#")
    bare = closing if closing != words and closing[-1:] in ("", " ", "\t") else words
    first = base + (match.start(2) if match.group(2) is not None else match.end(1))
    return Heading(
        start=line.start,
        marks=(base + match.start(1), base + match.end(1)),
        text_end=first + len(words),
        end=line.end,
        level=len(match.group(1)),
        text=bare.strip(),
        id=_written_id(attributes),
        attributes=(first + len(written) - len(attributes), first + len(written)) if attributes else None,
    )


def _parted(written: str) -> tuple[str, str]:
    """A heading without white space at its end → its words, and its ``{…}`` or ""."""
    start = written.rfind("{")
    inside = written[start + 1 : -1]
    if (
        start < 0
        or not written.endswith("}")
        or re.search(r"[}\n]", inside)
        or not re.search("[#.=-]", inside)
    ):
        return written, ""
    return written[:start].rstrip(" \t"), written[start:]


def _underlined(text: str, paragraph: list[Line], line: Line, level: int) -> Heading:
    start = paragraph[0].start + len(paragraph[0].quote)
    end = paragraph[-1].end
    written = text[start:end].rstrip()
    words, attributes = _parted(written)
    return Heading(
        start=paragraph[0].start,
        marks=(start, start),
        text_end=start + len(words),
        end=line.end,
        level=level,
        text=words.strip(),
        id=_written_id(attributes),
        attributes=(start + len(written) - len(attributes), start + len(written)) if attributes else None,
        underline=(end, line.end),
    )


def _written_id(attributes: str) -> str:
    match = _ID.search(attributes)
    return match.group(1) if match else ""


def rewrite(heading: Heading, *, level: int, identifier: str) -> list[Edit]:
    """Edits that give a heading a level and an id; "" leaves the id as it is."""
    edits = []
    marks = "#" * min(level, DEEPEST)
    if heading.underline is not None and (level != heading.level or "\n" in heading.text):
        edits.append(Edit(*heading.marks, marks + " "))
        edits.append(Edit(*heading.underline, ""))
        written = heading.text
        place = heading.marks[0]
        for index, char in enumerate(written):
            if char == "\n":
                edits.append(Edit(place + index, place + index + 1, " "))
    elif heading.underline is None and level != heading.level:
        edits.append(Edit(*heading.marks, marks))
    if identifier and identifier != heading.id:
        edits.append(_identify(heading, identifier))
    return edits


def _identify(heading: Heading, identifier: str) -> Edit:
    if heading.attributes is None:
        return Edit(heading.text_end, heading.text_end, f" {{#{identifier}}}")
    start, end = heading.attributes
    if heading.id:
        return Edit(start, end, f"{{#{identifier}}}")  # only where a written id stands twice
    return Edit(start + 1, start + 1, f"#{identifier} ")


def plain_text(text: str) -> str:
    """Markdown of a line → its words: code, emphasis, links and tags without their marks."""
    out, position = [], 0
    for start, width, end in code_in_line(text):
        out += [_without_marks(text[position:start]), text[start + width : end].strip()]
        position = end + width
    return "".join([*out, _without_marks(text[position:])])


def _without_marks(text: str) -> str:
    """The words of a text that has no code."""
    text = re.sub(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])", r"\1", text)
    text = re.sub(r"</?[A-Za-z][^<>]*>", "", text)
    for _, first, last in reversed(list(pairs(_COMMENT, text))):
        text = text[: first.start()] + text[last.end() :]
    text = re.sub(r"(?<!\\)(?:\*+|~~|(?<!\w)_+|(?:(?<!_)|(?<=\\_))_++(?!\w))", "", text)
    return html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text))


def folded(text: str) -> str:
    """A title, or the label of a link, as others are compared with it."""
    return " ".join(text.split()).casefold()


def github_slug(text: str) -> str:
    """The id that GitHub and mdBook make of a heading's words: each space becomes a hyphen."""
    return "".join(
        "-" if char.isspace() else char.lower() for char in text.strip() if char.isspace() or _word(char)
    )


def _word(char: str) -> bool:
    return char.isalnum() or char in "-_"


def quoted(text: str) -> str:
    """A text as the value of an attribute has it between its quotation marks.

    A backtick behind the ticks that open a listing would make prose of it.
    """
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("`", "&grave;")
