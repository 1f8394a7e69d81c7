"""Resolve the links and images of a book so that they refer to section files, ids and copied images."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count, groupby
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote

from triptych.model.book import REFERABLE
from triptych.model.nodes import LINK_SCHEMES
from triptych.passes.numbering import make_pandoc_id
from triptych_import.book import (
    Draft,
    Edit,
    FindImageProblem,
    ImportFinding,
    SectionFile,
    SourceBook,
    SourceText,
)
from triptych_import.headings import (
    Heading,
    find_headings,
    format_link_destination,
    make_github_slug,
    normalise_case_and_spaces,
    rewrite_heading,
    strip_markup,
)
from triptych_import.masking import HIDDEN, LineKind, has_visible_text, mask_formulas, scan_lines

TEXT_EXTENSIONS = (".md", ".qmd", ".Rmd", ".rmd", ".markdown")
_FIRST_PAGES = ("README.md", "index.md", "index.qmd", "index.Rmd")
_ANY_BRACKET = re.compile(r"[\[\]]")
_USE = re.compile(r"\[([^\[\]]+)\](\[\])?(?![\[(:])")
_FULL_USE = re.compile(r"\]\[([^\[\]]+)\]")
_MAX_BRACKET_DISTANCE = 5000  # maximum number of characters between matching brackets
_HTML_ID = re.compile(r"<[A-Za-z][\w-]*+[^<>]*?\s(?:id|name)\s*=\s*[\"']?([^\s\"'<>]+)")
_ATTRIBUTE_ID = re.compile(r"\{(?=[^{}\n]*+\})[^{}\n]*?#([^\s{}#]++)")
# A target is numbered only if its id begins with the prefix of its type, such as ``fig-``.
_KIND = re.compile(f"((?:(?:{'|'.join(REFERABLE)})-)?)(.*)", re.DOTALL)
_ATX = re.compile(r"[> \t]*#{1,6}[ \t]")
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
_IMAGE_FILE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|bmp|tiff?|emf|wmf|pdf|avif)$", re.IGNORECASE)
_IMAGE_EXTENSIONS = (".svg", ".png", ".jpg", ".jpeg")
_ATTRIBUTES = re.compile(r"\{[^{}\n]*\}")
# Parentheses with spaces after square brackets, which pandoc would parse as a link destination.
_NO_ADDRESS = re.compile(
    r"(?<=\])\((?!\s*+(?:<[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*+)(?:\s++[\"'(][^()]*)?\s*+\))"
    r"(?=[^()\n]*(?:\n[^()\n]+)?\))"
)
_LABEL = re.compile(r"\[([^\[\]]+)\]")
_LINK_SEARCH_DISTANCE = 2000  # characters around an image within which the enclosing link begins and ends


@dataclass(frozen=True, slots=True)
class LinkedBook:
    """A book with resolved links, and the images that it uses.

    ``images`` maps the path of each image in the new project, relative to ``source/``, to its path in the
    imported folder.
    """

    book: SourceBook
    images: Mapping[str, str] = field(default_factory=dict)


class LabelUse(NamedTuple):
    """A use of a link label: its span, the end of its text, and whether its form is ``[text][label]``."""

    start: int
    end: int
    text_end: int
    has_label: bool


@dataclass(slots=True)
class ScannedFile:
    """A source file with its headings, ids, brackets and link labels, and the edits to apply.

    ``masked`` is the result of ``mask_formulas``. ``ids`` are the explicit ids with their spans. ``brackets``
    maps the position of each closing square bracket to that of its opening bracket. ``label_uses`` maps link
    labels to their uses. ``link_targets`` maps the ids that links in the source may use to ids in the book,
    or to headings without an explicit id. ``heading_ids`` maps the positions of headings to their ids in the
    book.
    """

    source_text: SourceText
    section: SectionFile
    masked: str
    headings: tuple[Heading, ...]
    ids: list[tuple[int, int, str]]
    brackets: dict[int, int]
    label_uses: dict[str, list[LabelUse]]
    link_targets: dict[str, Heading | str] = field(default_factory=dict)
    heading_ids: dict[int, str] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The Markdown text of the file."""
        return self.source_text.draft.text

    @property
    def is_first(self) -> bool:
        """Whether the file is the first source file in its section."""
        return self.section.source_texts[0] is self.source_text


def scan_file(section: SectionFile, source_text: SourceText) -> ScannedFile:
    """Find the headings, ids, brackets and link labels of a source file."""
    text = source_text.draft.text
    lines = scan_lines(text)
    masked = mask_formulas(text)
    ids = [(*match.span(1), match.group(1)) for match in _HTML_ID.finditer(masked)]
    for match in _ATTRIBUTE_ID.finditer(masked):
        # In a definition such as ``\frac{#1}{#2}``, ``#1`` is the argument of a macro.
        line = masked.rfind("\n", 0, match.start()) + 1
        follows_bracket = masked[match.start() - 1 : match.start()] == "]"
        if not match.group(1)[0].isdigit() or follows_bracket or _ATX.match(masked, line):
            ids.append((*match.span(1), match.group(1)))
    for opening in lines:
        is_opening = opening.kind is LineKind.OPENING
        if is_opening and (id_match := _ATTRIBUTE_ID.search(text, opening.start, opening.end)):
            ids.append((*id_match.span(1), id_match.group(1)))
    brackets = match_brackets(masked)
    label_uses = find_label_uses(text, masked, brackets)
    return ScannedFile(source_text, section, masked, find_headings(text), ids, brackets, label_uses)


def match_brackets(masked: str) -> dict[int, int]:
    """Map the positions of closing square brackets to those of their opening brackets."""
    out: dict[int, int] = {}
    waiting: list[int] = []
    for match in _ANY_BRACKET.finditer(masked):
        if match.group() == "[":
            waiting.append(match.start())
        elif waiting and match.start() - (start := waiting.pop()) < _MAX_BRACKET_DISTANCE:
            out[match.start()] = start
    return out


def find_label_uses(text: str, masked: str, brackets: dict[int, int]) -> dict[str, list[LabelUse]]:
    """Map link labels to their uses in a text."""
    out: dict[str, list[LabelUse]] = {}
    for match in _FULL_USE.finditer(masked):
        if (start := brackets.get(match.start())) is not None:
            label_use = LabelUse(start, match.end(), match.start(), True)
            out.setdefault(normalise_case_and_spaces(text[slice(*match.span(1))]), []).append(label_use)
    for match in _USE.finditer(masked):
        if masked[match.start() - 1 : match.start()] != "]":
            label_use = LabelUse(match.start(), match.end(), match.end(1), False)
            out.setdefault(normalise_case_and_spaces(text[slice(*match.span(1))]), []).append(label_use)
    return out


class IdRegistry:
    """The ids of the whole book. If an id is defined more than once, all but the first are renamed."""

    def __init__(self, files: Sequence[ScannedFile]) -> None:
        self.findings: list[ImportFinding] = []
        self._used_ids: set[str] = set()
        self._numbers: dict[str, Iterator[int]] = {}
        self._files_by_id: dict[str, list[ScannedFile]] = {}
        for item in files:
            self._register_ids(item)
            for name in item.link_targets:
                self._files_by_id.setdefault(name, []).append(item)

    def _register_ids(self, file: ScannedFile) -> None:
        by_position = [
            (heading.attributes_span[0], heading)
            for heading in file.headings
            if heading.attributes_span and heading.id
        ]
        positions = [position for position, _ in by_position]
        for start, end, name in sorted(file.ids):
            position, heading = by_position[bisect_left(positions, start) - 1] if by_position else (0, None)
            unique = name
            if name in self._used_ids:
                unique = self._make_unique_id(name, file)
                file.edits.append(Edit(start, end, unique))
                message = f'the id "{name}" is defined twice in the book'
                self.findings.append(
                    file.source_text.draft.make_finding(start, message, f'renamed to "{unique}"')
                )
            self._used_ids.add(unique)
            file.link_targets.setdefault(name, unique)
            if heading is not None and position < start <= position + 200 and heading.id == name:
                file.heading_ids[heading.start] = unique
        for make_slug in (make_github_slug, make_pandoc_id):
            used: dict[str, int] = {}
            for heading in file.headings:
                slug = make_slug(heading.plain_text) or "section"
                number = used[slug] = used.get(slug, -1) + 1
                file.link_targets.setdefault(f"{slug}-{number}" if number else slug, heading)

    def _make_unique_id(self, wanted_id: str, file: ScannedFile) -> str:
        stem = PurePosixPath(file.source_text.path).stem
        other = _KIND.sub(rf"\g<1>{stem}--\g<2>", wanted_id, count=1)
        numbers = self._numbers.setdefault(other, count(2))
        tries = chain((wanted_id, other), (f"{other}-{number}" for number in numbers))
        return next(name for name in tries if name not in self._used_ids)

    def ensure_heading_id(self, file: ScannedFile, heading: Heading) -> str:
        """Return the id of a heading; generate one if necessary.

        The first heading of a nested file gets an id made from the name of the file.
        """
        if heading.start not in file.heading_ids:
            slug = re.sub(r"-{2,}", "-", make_github_slug(heading.plain_text)).strip("-_")
            name = slug if slug[:1].isalpha() else f"sec-{slug or 'section'}"
            if not file.is_first and heading is file.headings[0]:
                name = "sec-" + (make_github_slug(PurePosixPath(file.source_text.path).stem) or "file")
            file.heading_ids[heading.start] = self._make_unique_id(name, file)
            self._used_ids.add(file.heading_ids[heading.start])
        return file.heading_ids[heading.start]

    def find_id(self, file: ScannedFile, name: str) -> str | None:
        """Return the book's id for the id ``name`` in a source file, or None if ``name`` is undefined."""
        name = name.removeprefix("user-content-")  # GitHub's prefix of explicit ids
        spellings = (name, re.sub(r"-+", "-", name).strip("-"), name.lower())
        target = next(
            (file.link_targets[spelling] for spelling in spellings if spelling in file.link_targets), None
        )
        return self.ensure_heading_id(file, target) if isinstance(target, Heading) else target

    def find_unique_id(self, name: str) -> tuple[ScannedFile, str] | None:
        """Return the only file that defines the id ``name``, and the corresponding id in the book.

        If several files define ``name``, return the one that does so explicitly. If there is not exactly one
        such file, return None.
        """
        items = self._files_by_id.get(name, [])
        id_items = [item for item in items if isinstance(item.link_targets[name], str)]
        items = id_items if len(id_items) == 1 else items
        identifier = self.find_id(items[0], name) if len(items) == 1 else None
        return (items[0], identifier) if identifier else None


@dataclass(frozen=True, slots=True)
class _Link:
    """A link, image or link definition: its type, its span, the span of its URL, and its text."""

    kind: str  # inline, picture, definition, a, img
    start: int
    end: int
    url_span: tuple[int, int]
    target: str
    text: str
    label: str = ""


def resolve_links(book: SourceBook, find_image_problem: FindImageProblem) -> LinkedBook:
    """Rewrite the links and images of a book so that they refer to section files and copied images.

    Links without a valid target are reported and replaced with their text.
    """
    scanned = []
    for section in book.sections:
        for piece in section.source_texts:
            book.report_current_text(piece)
            scanned.append(scan_file(section, piece))
    resolver = _LinkResolver(book.root, scanned, find_image_problem)
    for item in scanned:
        book.report_current_text(item.source_text)
        resolver.resolve_file(item)
    for _, items in groupby(scanned, lambda item: id(item.section)):
        _rename_conflicting_labels(list(items), resolver.definitions)
    drafts: dict[int, Draft] = {}
    for item in scanned:
        levels = _close_level_gaps(item)
        drafts[id(item.source_text)] = _rewrite_file(item, levels)
        if levels:
            action = "raised the headings to close the gap"
            resolver.findings.append(
                item.source_text.draft.make_finding(min(levels), "a heading level is skipped", action)
            )
    book = book.with_drafts(lambda piece: drafts[id(piece)])
    return LinkedBook(
        book.with_findings([*resolver.id_registry.findings, *resolver.findings]), resolver.images
    )


def _rewrite_file(file: ScannedFile, levels: Mapping[int, int]) -> Draft:
    """Apply the edits of a source file, and shift its headings to match its depth in the chapter.

    ``levels`` maps the positions of headings to levels without gaps.
    """
    edits = list(file.edits)
    shift = 0
    if file.source_text.depth and file.headings:
        shift = file.source_text.depth + 1 - file.headings[0].level
    elif _has_title_below_level_1(file):
        shift = 1 - file.headings[0].level
    lowest = file.source_text.depth + 1
    for heading in file.headings:
        level = levels.get(heading.start, heading.level)
        level = max(level + shift, lowest) if shift or file.source_text.depth else level
        edits += rewrite_heading(heading, level=level, identifier=file.heading_ids.get(heading.start, ""))
    return file.source_text.draft.apply_edits(edits)


def _close_level_gaps(file: ScannedFile) -> dict[int, int]:
    """Return new levels, by position, of headings that are promoted to avoid skipped levels."""
    lowest = min((heading.level for heading in file.headings), default=0)
    if not lowest or file.section.is_included or file.headings[0].level != lowest:
        return {}
    titled = "title" in file.section.front_matter or (file.source_text.title and lowest > 1)
    first = 2 if titled and file.is_first and lowest > 1 else lowest
    levels, above = {}, list[int]()
    for heading in file.headings:
        while above and above[-1] >= heading.level:
            above.pop()
        if heading.level != (level := first + len(above)):
            levels[heading.start] = level
        above.append(heading.level)
    return levels


def _has_title_below_level_1(file: ScannedFile) -> bool:
    """Return whether a chapter's title is below level 1, as if the file was part of another chapter."""
    if (
        not file.is_first
        or file.section.is_included
        or "title" in file.section.front_matter
        or not file.headings
    ):
        return False
    first, *others = file.headings
    starts_with_heading = not has_visible_text(file.masked[: first.start])
    return starts_with_heading and first.level > 1 and all(heading.level > first.level for heading in others)


class _LinkResolver:
    """Adds edits for the links of all source files, and collects findings and images to copy."""

    def __init__(self, root: str, files: list[ScannedFile], find_image_problem: FindImageProblem) -> None:
        self.root, self.find_image_problem = root, find_image_problem
        self.id_registry = IdRegistry(files)
        self.files = {item.source_text.path: item for item in reversed(files)}
        self.findings: list[ImportFinding] = []
        self.images: dict[str, str] = {}
        self.definitions: dict[int, dict[str, str]] = {}

    def resolve_file(self, file: ScannedFile) -> None:
        """Add the edits for all links of a source file."""
        definitions = self.definitions.setdefault(id(file), {})
        file.edits += [Edit(m.start(), m.start(), "\\") for m in _NO_ADDRESS.finditer(file.masked)]
        mentioned = _find_label_mentions(file)
        for link in _find_links(file):
            is_definition = link.kind == "definition"
            if is_definition and link.label not in mentioned:
                # An unused definition is a comment, unless it is text inside a paragraph.
                if not _is_within_paragraph(file.masked, link.start):
                    file.edits.append(Edit(link.start, link.end, ""))
                continue
            is_picture = link.kind in ("picture", "img") or (
                is_definition and _IMAGE_FILE.search(link.target) and not _SCHEME.match(link.target)
            )
            new = self._resolve_image(file, link) if is_picture else self._resolve_url(file, link)
            if new is None:
                continue
            if is_definition:
                if link.label not in definitions:  # the first definition of a label applies
                    self._replace_reference_images(file, link)
                definitions[link.label] = new
            if is_definition or new != link.target:
                file.edits.append(Edit(*link.url_span, _format_url(new, link)))

    def _add_finding(self, file: ScannedFile, link: _Link, message: str, action: str) -> None:
        self.findings.append(file.source_text.draft.make_finding(link.start, message, action))

    def _resolve_url(self, file: ScannedFile, link: _Link) -> str | None:
        """Return the new URL of a link, or None if the link was removed."""
        if scheme := _SCHEME.match(link.target):
            if scheme.group(1) and scheme.group(1).lower() in LINK_SCHEMES:
                return link.target
            if link.target.startswith("//"):
                return f"https:{link.target}"
            return self._remove_link(file, link, f'the link target "{link.target[:60]}" is not allowed')
        path, _, fragment = link.target.partition("#")
        path, fragment = unquote(path.partition("?")[0]), unquote(fragment)
        target = self._find_file(file, path) if path else file
        if target is None:
            return self._remove_link(file, link, f'link target "{link.target}" is not part of the book')
        if fragment:
            name = self.id_registry.find_id(target, fragment)
            if name is None and not path and (other_target := self.id_registry.find_unique_id(fragment)):
                target, name = other_target
            if name is not None:
                return _format_link(file, target, name)
            if not path:
                return self._remove_link(file, link, f'undefined link target "{link.target}"')
            message = (
                f'"{posixpath.basename(target.source_text.path)}" has no element with the id "{fragment}"'
            )
            self._add_finding(file, link, message, "the link points to the start of the file")
        if target.is_first:
            return _format_link(file, target, "")
        if not target.headings:
            return self._remove_link(file, link, f'link target "{link.target}" has no heading')
        return _format_link(file, target, self.id_registry.ensure_heading_id(target, target.headings[0]))

    def _find_file(self, file: ScannedFile, path: str) -> ScannedFile | None:
        """Return the source file for a link's path or web page, or None if it is not part of the book."""
        folder = "" if path.startswith("/") else posixpath.dirname(file.source_text.path)
        full = posixpath.normpath(posixpath.join(folder, path.lstrip("/")))
        stem = re.sub(r"\.html?$", "", full)
        folder = posixpath.dirname(stem) if posixpath.basename(stem) == "index" else full
        names = [full, *(stem + end for end in TEXT_EXTENSIONS)]
        names += [posixpath.normpath(posixpath.join(folder, name)) for name in _FIRST_PAGES]
        return next((self.files[name] for name in names if name in self.files), None)

    def _remove_link(self, file: ScannedFile, link: _Link, message: str) -> str | None:
        """Remove a link but keep its text. Always return None, since there is no URL to write."""
        self._add_finding(file, link, message, "removed the link, keeping its text")
        if link.kind == "definition":
            _remove_definition(file, link)
        elif link.kind == "a":
            name = re.search(r"\shref\s*=\s*\Z", file.text[link.start : link.url_span[0]], re.IGNORECASE)
            start = link.start + name.start() if name else link.url_span[0]
            file.edits.append(Edit(start, link.url_span[1], ""))
        else:
            closing = file.masked.rindex("]", 0, link.url_span[0] - 1)
            file.edits += [Edit(link.start, link.start + 1, ""), Edit(closing, link.end, "")]
        return None

    def _resolve_image(self, file: ScannedFile, link: _Link) -> str | None:
        """Return an image's path relative to its section file, or None if the image was replaced."""
        if link.target.lower().startswith(("http:", "https:", "//")):
            message = f'image "{link.target[:80]}" is not a local file'
            return self._replace_image(file, link, link.target, message)
        if _SCHEME.match(link.target):
            message = f'image "{link.target[:40]}" is not a file path'
            return self._replace_image(file, link, "", message)
        path = unquote(link.target.partition("#")[0].partition("?")[0])
        folder = "" if path.startswith("/") else posixpath.dirname(file.source_text.path)
        full = self._find_image_path(posixpath.join(self.root, folder, path.lstrip("/")))
        if folder and self.find_image_problem(full):  # pandoc searches its current folder
            other = self._find_image_path(posixpath.join(self.root, path))
            full = full if self.find_image_problem(other) else other
        if reason := self.find_image_problem(full):
            message = f'image "{link.target[:80]}" cannot be used: {reason}'
            return self._replace_image(file, link, "", message)
        new_path = posixpath.relpath(full, self.root or ".")
        if new_path.startswith(".."):
            new_path = "images/" + re.sub(r"^(\.\./)+", "", new_path)
        self.images[new_path] = full
        return posixpath.relpath(new_path, posixpath.dirname(file.section.path) or ".")

    def _find_image_path(self, path: str) -> str:
        """Return an image's normalised path.

        A missing extension, which Quarto allows, is added.
        """
        full = posixpath.normpath(path)
        names = () if posixpath.splitext(full)[1] else (f"{full}{end}" for end in _IMAGE_EXTENSIONS)
        return next((name for name in names if not self.find_image_problem(name)), full)

    def _replace_image(self, file: ScannedFile, link: _Link, url: str, message: str) -> str | None:
        """Replace an image with a link to its URL, or with its alt text. Always return None."""
        self._add_finding(file, link, message, f"replaced by {'a link' if url else 'its alt text'}")
        link_text = link.text
        if link.kind == "definition":
            _remove_definition(file, link)
            return None
        if _is_within_link(file.masked, link.start, link.end):  # links cannot be nested
            new = link_text or "picture"
        elif not url:
            new = link_text
        else:
            new = (
                f'<a href="{url}">{link_text or url}</a>'
                if link.kind == "img"
                else f"[{link_text or url}]({url})"
            )
        file.edits.append(Edit(link.start, link.end, new))  # takes precedence over edits inside the image
        return None

    def _replace_reference_images(self, file: ScannedFile, definition: _Link) -> None:
        """Replace reference-style images on websites with links or, inside links, with their alt text."""
        if not _SCHEME.match(definition.target):
            return
        for start, end, text_end, full in file.label_uses.get(definition.label, []):
            if file.masked[start - 1 : start] != "!":
                continue
            message = f'image "{definition.target[:80]}" is not a local file'
            is_in_link = _is_within_link(file.masked, start - 1, end)
            action = "replaced by its alt text" if is_in_link else "replaced by a link"
            self.findings.append(file.source_text.draft.make_finding(start - 1, message, action))
            words = file.text[start + 1 : text_end] if full else ""
            new = (
                Edit(start - 1, end, words or definition.label) if is_in_link else Edit(start - 1, start, "")
            )
            file.edits.append(new)


def _format_link(file: ScannedFile, target: ScannedFile, name: str) -> str:
    if file.section is target.section and name:
        return f"#{name}"
    path = posixpath.relpath(target.section.path, posixpath.dirname(file.section.path) or ".")
    return f"{path}#{name}" if name else path


def _rename_conflicting_labels(
    files: list[ScannedFile], definitions: Mapping[int, Mapping[str, str]]
) -> None:
    """Rename link labels and footnotes that an earlier file of the same section defines differently."""
    urls_by_label: dict[str, str] = {}
    notes: set[str] = set()
    for number, item in enumerate(files):
        prefix = PurePosixPath(item.source_text.path).stem
        urls = definitions.get(id(item), {})
        clashes = {label for label, url in urls.items() if urls_by_label.setdefault(label, url) != url}
        if clashes:
            item.edits += _rename_labels(item, clashes, f"{prefix} {number}")
        used = list(_FOOTNOTE.finditer(item.masked))
        item.edits += [
            Edit(match.start(1), match.start(1), f"{prefix}-") for match in used if match.group(1) in notes
        ]
        notes |= {match.group(1) for match in used}


def _format_url(url: str, link: _Link) -> str:
    if link.kind in ("a", "img"):
        return '"' + url.replace('"', "%22") + '"'
    return format_link_destination(url)


def _find_links(file: ScannedFile) -> Iterator[_Link]:
    text, masked = file.text, file.masked
    for match in _INLINE.finditer(masked):
        start = file.brackets.get(match.start())
        if start is None:
            continue
        link_text = text[start + 1 : match.start()]
        target = text[slice(*match.span(1))].strip("<>")
        if start == 0 or masked[start - 1] != "!":
            yield _Link("inline", start, match.end(), match.span(1), target, link_text)
            continue
        end = match.end()
        if attributes := _ATTRIBUTES.match(text, end):
            end = attributes.end()
            alt = re.search(r'fig-alt="((?:[^"\\]|\\.)*)"', attributes.group())
            link_text = link_text or (re.sub(r"\\(.)", r"\1", alt.group(1)) if alt else "")
        yield _Link("picture", start - 1, end, match.span(1), target, strip_markup(link_text))
    for match in _DEFINITION.finditer(masked):
        url = text[slice(*match.span(3))]
        is_bare, end = not url.startswith("<"), match.end(3)
        target = url.partition("<!--")[0] if is_bare else url.strip("<>")
        if is_bare and "<!--" in text[match.start(3) : match.end()]:
            end = match.end()
        name, span = normalise_case_and_spaces(text[slice(*match.span(2))]), (match.start(3), end)
        yield _Link("definition", *match.span(), span, target.replace(HIDDEN, ""), "", name)
    for match in _TAG.finditer(masked):
        if match.group(4) is None:
            continue  # an unclosed tag
        value = text[slice(*match.span(3))]
        alt = re.search(r"\salt\s*=\s*(\"[^\"]*\"|'[^']*')", masked[match.start() : match.end(4)])
        target = value[1:-1] if value[:1] in "\"'" else value
        link_text = alt.group(1)[1:-1] if alt else ""
        yield _Link(match.group(1).lower(), match.start(), match.end(4), match.span(3), target, link_text)


def _find_label_mentions(file: ScannedFile) -> set[str]:
    """Return all labels in square brackets, except in link definitions."""
    defined = {match.start(2) - 1 for match in _DEFINITION.finditer(file.masked)}
    matches = (match for match in _LABEL.finditer(file.masked) if match.start() not in defined)
    return {normalise_case_and_spaces(file.text[slice(*match.span(1))]) for match in matches}


def _is_within_paragraph(masked: str, start: int) -> bool:
    before = masked[:start].removesuffix("\n").rpartition("\n")[2].strip()
    return bool(before.strip(HIDDEN)) and not before.startswith("#") and not _DEFINITION.match(before)


def _is_within_link(masked: str, start: int, end: int) -> bool:
    """Return whether an image is inside the text of a link."""
    after = masked[end : end + _LINK_SEARCH_DISTANCE].partition("\n\n")[0]
    depth = 0
    for sign in _ANY_BRACKET.finditer(after):
        depth += 1 if sign.group() == "[" else -1
        if depth < 0:
            return after[sign.end() : sign.end() + 1] in ("(", "[")
    before = masked[max(0, start - _LINK_SEARCH_DISTANCE) : start].lower()
    opening = re.search(r"<a\b[^<>]*\bhref(?:(?!</a>).)*\Z", before, re.DOTALL)
    return "</a>" in after.lower() and bool(opening)


def _remove_definition(file: ScannedFile, link: _Link) -> None:
    """Remove a link definition, and the brackets of all uses of its label."""
    file.edits.append(Edit(link.start, link.end, ""))
    for start, end, text_end, _ in file.label_uses.pop(link.label, []):
        first = start - 1 if file.masked[start - 1 : start] == "!" else start
        file.edits += [Edit(first, start + 1, ""), Edit(text_end, end, "")]


def _rename_labels(file: ScannedFile, labels: set[str], suffix: str) -> Iterator[Edit]:
    for match in _DEFINITION.finditer(file.masked):
        if normalise_case_and_spaces(file.text[slice(*match.span(2))]) in labels:
            yield Edit(match.end(2), match.end(2), f" {suffix}")
    for _, end, text_end, full in (
        label_use for label in sorted(labels) for label_use in file.label_uses.get(label, [])
    ):
        if full:
            yield Edit(end - 1, end - 1, f" {suffix}")
        else:
            words = file.text[file.brackets.get(text_end, text_end - 1) + 1 : text_end]
            yield Edit(text_end + 1, end, f"[{words} {suffix}]")
