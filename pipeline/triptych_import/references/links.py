"""Links and pictures of a book lead to what files and headings have become."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import PurePosixPath
from urllib.parse import unquote

from triptych.model.nodes import LINK_SCHEMES
from triptych_import.book import JudgePicture, SourceBook
from triptych_import.draft import Draft, Edit, Finding
from triptych_import.markdown.headings import folded, plain_text, rewrite
from triptych_import.markdown.masking import HIDDEN
from triptych_import.references.anchors import Anchors, Scanned, scan_piece

_INLINE = re.compile(
    r"\]\([ \t\n]*+(<[^<>\n]*>|[^\s()<](?:[^\s()]|\([^\s()]*\))*+|)"
    r"((?:[ \t\n]++(?:\"[^\"]*\"|'[^']*'))?[ \t\n]*+)\)"
)
_DEFINITION = re.compile(
    r"^((?: {0,3}>(?: {0,4}>)*+ ?)?+ {0,3})\[(?!\^)([^\[\]\n]+)\]:[ \t]*(?:\n[ \t]*)?(<[^<>\n]*>|\S+)(.*)$",
    re.MULTILINE,
)
_TAG = re.compile(
    r"<(a|img)\b[^<>]*?\s(href|src)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'<>]+)(?=([^<>]*+>)?)", re.IGNORECASE
)
_FOOTNOTE = re.compile(r"\[\^([^\[\]\s]+)\]")
_SCHEME = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*):|^//")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|bmp|tiff?|emf|wmf|pdf|avif)$", re.IGNORECASE)
_ENDINGS = (".svg", ".png", ".jpg", ".jpeg")
_ATTRIBUTES = re.compile(r"\{[^{}\n]*\}")
# What stands in round brackets behind square ones and has spaces: pandoc would take it for an address.
_NO_ADDRESS = re.compile(
    r"(?<=\])\((?!\s*+(?:<[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*+)(?:\s++[\"'(][^()]*)?\s*+\))"
    r"(?=[^()\n]*(?:\n[^()\n]+)?\))"
)
_BRACKET = re.compile(r"[\[\]]")
_LABEL = re.compile(r"\[([^\[\]]+)\]")
_NEAR = 2000  # characters around a picture in which the link ends that it stands in
TEXTS = (".md", ".qmd", ".Rmd", ".rmd", ".markdown")


@dataclass(frozen=True, slots=True)
class Linked:
    """The book with its links resolved, and the pictures to copy: path under source/ → path in the source."""

    book: SourceBook
    pictures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Link:
    """One place with an address: where the whole stands, where the address, and what it shows."""

    kind: str  # inline, picture, definition, a, img
    start: int
    end: int
    address: tuple[int, int]
    target: str
    shown: str
    label: str = ""


def resolve(book: SourceBook, judge: JudgePicture) -> Linked:
    """Rewrite links and pictures; what leads nowhere loses its link and keeps its words, with a finding."""
    scanned = []
    for section in book.sections:
        for piece in section.pieces:
            book.say_at(piece)
            scanned.append(scan_piece(section, piece))
    resolver = _Resolver(book, scanned, judge)
    for item in scanned:
        book.say_at(item.piece)
        resolver.links_of(item)
    for _, items in groupby(scanned, lambda item: id(item.section)):
        resolver.separate_labels(list(items))
    drafts = {id(item.piece): _rewritten(item) for item in scanned}
    book = book.with_drafts(lambda piece: drafts[id(piece)])
    for item in scanned:
        if levels := _without_gaps(item):
            place = min(levels)
            done = "raised the headings to close the gap"
            resolver.findings.append(item.piece.draft.finding(place, "a heading level is skipped", done))
    found = (*book.findings, *resolver.anchors.findings, *resolver.findings)
    return Linked(replace(book, findings=found), resolver.pictures)


def _rewritten(item: Scanned) -> Draft:
    """A piece with its edits made and its headings at the level that its depth asks for."""
    edits = list(item.edits)
    shift = 0
    if item.piece.depth and item.headings:
        shift = item.piece.depth + 1 - item.headings[0].level
    elif _begins_low(item):
        shift = 1 - item.headings[0].level
    lowest, levels = item.piece.depth + 1, _without_gaps(item)
    for heading in item.headings:
        level = levels.get(heading.start, heading.level)
        level = max(level + shift, lowest) if shift or item.piece.depth else level
        edits += rewrite(heading, level=level, identifier=item.given.get(heading.start, ""))
    return item.piece.draft.edited(edits)


def _without_gaps(item: Scanned) -> dict[int, int]:
    """Headings of a piece that stand more than a level below the one before them: places → their levels."""
    lowest = min((heading.level for heading in item.headings), default=0)
    titled = "title" in item.section.head or (item.piece.title and lowest > 1)
    if not lowest or item.section.included or item.headings[0].level != lowest:
        return {}
    first = 2 if titled and item.first and lowest > 1 else lowest
    levels, above = {}, list[int]()
    for heading in item.headings:
        while above and above[-1] >= heading.level:
            above.pop()
        if heading.level != (level := first + len(above)):
            levels[heading.start] = level
        above.append(heading.level)
    return levels


def _begins_low(item: Scanned) -> bool:
    """Whether a chapter's title has not level 1, as where its text once stood in a chapter."""
    if not item.first or item.section.included or "title" in item.section.head or not item.headings:
        return False
    first, *others = item.headings
    leads = not item.masked[: first.start].replace("\0", "").strip()
    return leads and first.level > 1 and all(heading.level > first.level for heading in others)


class _Resolver:
    def __init__(self, book: SourceBook, scanned: list[Scanned], judge: JudgePicture) -> None:
        self.root, self.judge = book.root, judge
        self.anchors = Anchors(scanned)
        self.files = {item.piece.path: item for item in reversed(scanned)}
        self.findings: list[Finding] = []
        self.pictures: dict[str, str] = {}
        self.definitions: dict[int, dict[str, str]] = {}

    def links_of(self, item: Scanned) -> None:
        """Collect the edits for all links of a piece."""
        definitions = self.definitions.setdefault(id(item), {})
        item.edits += [Edit(m.start(), m.start(), "\\") for m in _NO_ADDRESS.finditer(item.masked)]
        mentioned = _mentioned(item)
        for link in _links(item):
            if link.kind == "definition" and link.label not in mentioned:
                if not _within_paragraph(item.masked, link.start):  # there it defines nothing, and is text
                    item.edits.append(Edit(link.start, link.end, ""))  # as comments are written
                continue
            picture = link.kind in ("picture", "img") or (
                link.kind == "definition"
                and bool(_PICTURE.search(link.target))
                and not _SCHEME.match(link.target)
            )
            new = self._picture(item, link) if picture else self._address(item, link)
            if link.kind == "definition" and new is not None:
                if link.label not in definitions:  # the first counts
                    self._pictures_elsewhere(item, link)
                definitions[link.label] = new
            if new is not None and (new != link.target or link.kind == "definition"):
                item.edits.append(Edit(*link.address, _written(new, link)))

    def _report(self, item: Scanned, link: _Link, what: str, done: str) -> None:
        self.findings.append(item.piece.draft.finding(link.start, what, done))

    def _address(self, item: Scanned, link: _Link) -> str | None:
        """What a link's address becomes; None where the link had to go."""
        scheme = _SCHEME.match(link.target)
        if scheme:
            if scheme.group(1) and scheme.group(1).lower() in LINK_SCHEMES:
                return link.target
            if link.target.startswith("//"):
                return f"https:{link.target}"
            return self._unlink(item, link, f'the link target "{link.target[:60]}" is not allowed')
        path, _, fragment = link.target.partition("#")
        path, fragment = unquote(path.partition("?")[0]), unquote(fragment)
        target = item if not path else self._file(item, path)
        if target is None:
            return self._unlink(item, link, f'link target "{link.target}" is not part of the book')
        if fragment:
            name = self.anchors.named(target, fragment)
            if name is None and not path and (elsewhere := self.anchors.anywhere(fragment)):
                target, name = elsewhere
            if name is not None:
                return self._to(item, target, name)
            if not path:
                return self._unlink(item, link, f'undefined link target "{link.target}"')
            what = f'"{posixpath.basename(target.piece.path)}" has no id "{fragment}"'
            self._report(item, link, what, "the link points to the start of the file")
        if target.first:
            return self._to(item, target, "")
        if not target.headings:
            return self._unlink(item, link, f'link target "{link.target}" has no heading')
        return self._to(item, target, self.anchors.of_heading(target, target.headings[0]))

    @staticmethod
    def _to(item: Scanned, target: Scanned, name: str) -> str:
        if item.section is target.section and name:
            return f"#{name}"
        path = posixpath.relpath(target.section.path, posixpath.dirname(item.section.path) or ".")
        return f"{path}#{name}" if name else path

    def _file(self, item: Scanned, path: str) -> Scanned | None:
        """The piece that a path of a link means."""
        full = (
            path.lstrip("/")
            if path.startswith("/")
            else posixpath.join(posixpath.dirname(item.piece.path), path)
        )
        full = posixpath.normpath(full)
        stem = re.sub(r"\.html?$", "", full)
        folder = posixpath.dirname(stem) if posixpath.basename(stem) == "index" else full
        names = [full, *(stem + end for end in TEXTS)]
        names += [
            posixpath.normpath(posixpath.join(folder, n))
            for n in ("README.md", "index.md", "index.qmd", "index.Rmd")
        ]
        return next((self.files[name] for name in names if name in self.files), None)

    def _unlink(self, item: Scanned, link: _Link, what: str) -> str | None:
        """Take a link away and leave its words; nothing is left to write."""
        self._report(item, link, what, "removed the link, keeping its text")
        if link.kind == "definition":
            _unlink_label(item, link)
        elif link.kind == "a":
            name = re.search(r"\shref\s*=\s*\Z", item.text[link.start : link.address[0]], re.IGNORECASE)
            start = link.start + name.start() if name else link.address[0]
            item.edits.append(Edit(start, link.address[1], ""))
        else:
            item.edits.append(Edit(link.start, link.start + 1, ""))
            closing = link.address[0] - 2
            while item.masked[closing] != "]":
                closing -= 1
            item.edits.append(Edit(closing, link.end, ""))
        return None

    def _picture(self, item: Scanned, link: _Link) -> str | None:
        """The path of a picture beside its section; None where it can only be named in words."""
        if link.target.lower().startswith(("http:", "https:", "//")):
            what = f'image "{link.target[:80]}" is not a local file'
            return self._replace_picture(item, link, link.target, what)
        if _SCHEME.match(link.target):
            what = f'image address "{link.target[:40]}" is not a file'
            return self._replace_picture(item, link, "", what)
        path = unquote(link.target.partition("#")[0].partition("?")[0])
        beside = "" if path.startswith("/") else posixpath.dirname(item.piece.path)
        full = self._picture_file(posixpath.join(self.root, beside, path.lstrip("/")))
        if beside and self.judge(full):  # pandoc searches the folder where it is run
            other = self._picture_file(posixpath.join(self.root, path))
            full = full if self.judge(other) else other
        if reason := self.judge(full):
            what = f'image "{link.target[:80]}" cannot be used: {reason}'
            return self._replace_picture(item, link, "", what)
        place = posixpath.relpath(full, self.root or ".")
        if place.startswith(".."):
            place = "images/" + re.sub(r"^(\.\./)+", "", place)
        self.pictures[place] = full
        return posixpath.relpath(place, posixpath.dirname(item.section.path) or ".")

    def _picture_file(self, path: str) -> str:
        """Return the normalised path of a picture, with an extension if it was left out, as in Quarto."""
        full = posixpath.normpath(path)
        if posixpath.splitext(full)[1]:
            return full
        return next((f"{full}{end}" for end in _ENDINGS if not self.judge(f"{full}{end}")), full)

    def _replace_picture(self, item: Scanned, link: _Link, url: str, what: str) -> str | None:
        """Put a link to a picture, or its words, in its place; nothing is left to write."""
        self._report(item, link, what, f"replaced by {'a link' if url else 'its alt text'}")
        shown = link.shown
        if link.kind == "definition":
            _unlink_label(item, link)
            return None
        if _within_link(item.masked, link.start, link.end):  # a link in a link is none
            new = shown or "picture"
        elif link.kind == "img":
            new = f'<a href="{url}">{shown or url}</a>' if url else shown
        else:
            new = f"[{shown or url}]({url})" if url else shown
        item.edits.append(Edit(link.start, link.end, new))  # before those within it, which are not made then
        return None

    def _pictures_elsewhere(self, item: Scanned, definition: _Link) -> None:
        """Pictures by a label whose address is no file: a link stands there, or in a link their words."""
        if not _SCHEME.match(definition.target):
            return
        for start, end, shown, full in item.uses.get(definition.label, []):
            if item.masked[start - 1 : start] != "!":
                continue
            what = f'image "{definition.target[:80]}" is not a local file'
            inside = _within_link(item.masked, start - 1, end)
            done = "replaced by its alt text" if inside else "replaced by a link"
            self.findings.append(item.piece.draft.finding(start - 1, what, done))
            if inside:
                words = item.text[start + 1 : shown] if full else ""
                item.edits.append(Edit(start - 1, end, words or definition.label))
            else:
                item.edits.append(Edit(start - 1, start, ""))

    def separate_labels(self, items: list[Scanned]) -> None:
        """Where files that became one section use a label for different things, the later one renames it."""
        taken: dict[str, str] = {}
        notes: set[str] = set()
        for number, item in enumerate(items):
            prefix = PurePosixPath(item.piece.path).stem
            clashes = set()
            for label, address in self.definitions.get(id(item), {}).items():
                if taken.setdefault(label, address) != address:
                    clashes.add(label)
            if clashes:
                item.edits += _renamed_labels(item, clashes, f"{prefix} {number}")
            used = {match.group(1) for match in _FOOTNOTE.finditer(item.masked)}
            for match in _FOOTNOTE.finditer(item.masked):
                if match.group(1) in notes:
                    item.edits.append(Edit(match.start(1), match.start(1), f"{prefix}-"))
            notes |= used


def _written(address: str, link: _Link) -> str:
    if link.kind in ("a", "img"):
        return '"' + address.replace('"', "%22") + '"'
    return f"<{address}>" if re.search(r"[\s()]", address) else address


def _links(item: Scanned) -> Iterator[_Link]:
    text, masked = item.text, item.masked
    for match in _INLINE.finditer(masked):
        start = item.brackets.get(match.start())
        if start is None:
            continue
        picture = start > 0 and masked[start - 1] == "!"
        shown = text[start + 1 : match.start()]
        target = text[slice(*match.span(1))].strip("<>")
        end = match.end()
        if picture:
            attributes = _ATTRIBUTES.match(text, end)
            if attributes:
                end = attributes.end()
                alt = re.search(r'fig-alt="((?:[^"\\]|\\.)*)"', attributes.group())
                shown = shown or (re.sub(r"\\(.)", r"\1", alt.group(1)) if alt else "")
            shown = plain_text(shown)
        yield _Link("picture" if picture else "inline", start - picture, end, match.span(1), target, shown)
    for match in _DEFINITION.finditer(masked):
        address = text[slice(*match.span(3))]
        target = address.partition("<!--")[0] if not address.startswith("<") else address.strip("<>")
        target = target.replace("\0", "")
        end = match.end(3)
        if "<!--" in text[match.start(3) : match.end()] and not address.startswith("<"):
            end = match.end()
        name = folded(text[slice(*match.span(2))])
        yield _Link("definition", match.start(), match.end(), (match.start(3), end), target, "", name)
    for match in _TAG.finditer(masked):
        if match.group(4) is None:
            continue  # no tag, since nothing closes it
        value = text[slice(*match.span(3))]
        alt = re.search(r"\salt\s*=\s*(\"[^\"]*\"|'[^']*')", masked[match.start() : match.end(4)])
        shown = alt.group(1)[1:-1] if alt else ""
        target = value[1:-1] if value[:1] in "\"'" else value
        kind = match.group(1).lower()
        yield _Link(kind, match.start(), match.end(4), match.span(3), target, shown)


def _mentioned(item: Scanned) -> set[str]:
    """What stands in brackets, other than as a label that is defined there."""
    defined = {match.start(2) - 1 for match in _DEFINITION.finditer(item.masked)}
    found = (match for match in _LABEL.finditer(item.masked) if match.start() not in defined)
    return {folded(item.text[slice(*match.span(1))]) for match in found}


def _within_paragraph(masked: str, start: int) -> bool:
    """Whether a line goes on with what the line before it says."""
    before = masked[:start].removesuffix("\n").rpartition("\n")[2].strip()
    return bool(before.strip(HIDDEN)) and not before.startswith("#") and not _DEFINITION.match(before)


def _within_link(masked: str, start: int, end: int) -> bool:
    """Whether a picture stands in the words of a link."""
    behind = masked[end : end + _NEAR].partition("\n\n")[0]
    depth = 0
    for sign in _BRACKET.finditer(behind):
        depth += 1 if sign.group() == "[" else -1
        if depth < 0:
            return behind[sign.end() : sign.end() + 1] in ("(", "[")
    before = masked[max(0, start - _NEAR) : start].lower()
    return "</a>" in behind.lower() and bool(
        re.search(r"<a\b[^<>]*\bhref(?:(?!</a>).)*\Z", before, re.DOTALL)
    )


def _unlink_label(item: Scanned, link: _Link) -> None:
    """Remove a definition, and the brackets wherever its label is used."""
    item.edits.append(Edit(link.start, link.end, ""))
    for start, end, shown, _ in item.uses.pop(link.label, []):
        first = start - 1 if item.masked[start - 1 : start] == "!" else start
        item.edits += [Edit(first, start + 1, ""), Edit(shown, end, "")]


def _renamed_labels(item: Scanned, labels: set[str], suffix: str) -> Iterator[Edit]:
    for match in _DEFINITION.finditer(item.masked):
        if folded(item.text[slice(*match.span(2))]) in labels:
            yield Edit(match.end(2), match.end(2), f" {suffix}")
    for _, end, shown, full in (use for label in sorted(labels) for use in item.uses.get(label, [])):
        if full:
            yield Edit(end - 1, end - 1, f" {suffix}")
        else:
            words = item.text[item.brackets.get(shown, shown - 1) + 1 : shown]
            yield Edit(shown + 1, end, f"[{words} {suffix}]")
