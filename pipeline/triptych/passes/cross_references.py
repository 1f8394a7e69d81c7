"""Resolve cross-references and internal links to ids that are unique in the book."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any
from unicodedata import normalize
from urllib.parse import quote, unquote

from triptych.diagnostics import Diagnostic, Span, did_you_mean
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.model.book import Book, Chapter, Label, LabelKind, OtherTitle
from triptych.model.nodes import (
    LINK_SCHEMES,
    Attr,
    Equation,
    Heading,
    Inline,
    Link,
    Math,
    Phrase,
    Reference,
    Style,
    Styled,
    Text,
)
from triptych.model.walk import chapter_nodes, get_attr, plain_text, rewrite_chapter, strip_anchors
from triptych.reading.bibliography import OTHER_BOOK_REFERENCE
from triptych.reading.line_scan import HEADING_SCHEME, normalise_heading
from triptych.reading.syntax.inlines import make_safe_id

_WORDS = {kind: kind.name.lower() for kind in LabelKind}  # keys of ``Labels``
_KINDS = {str(kind): word for kind, word in _WORDS.items()}
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg)$", re.IGNORECASE)
_FORMULA_REFERENCE = re.compile("\ue004([^\ue004\ue005:]+):([^\ue004\ue005]*)\ue005")  # of reading/tex.lua
_MAX_TAG_REFERENCES = 3  # tags that refer to one another
_SITE = re.compile(r"www\.|[\w-]+\.(?:com|org|net|io|edu|gov)(?:/|$)")
_SCHEME = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*):")


def resolve_cross_references(
    book: Book, labels: Labels, memory: Memory = NO_MEMORY
) -> tuple[Book, list[Diagnostic]]:
    """Set the text of each cross-reference and the target id of each internal link.

    Report unknown targets.
    """
    targets_of_chapters = [memory.call(_collect_targets, chapter) for chapter in book.chapters]
    sections = dict.fromkeys(book.labels, "")
    latex: dict[str, str] = {}
    titles: dict[tuple[str, str], str] = {}
    for chapter, targets in zip(book.chapters, targets_of_chapters, strict=True):
        sections |= targets.sections
        latex |= {label: name for label, name in targets.latex_labels.items() if label not in latex}
        for name, identifier in targets.titles:
            titles.setdefault((chapter.id, name), identifier)
            titles.setdefault(("", name), identifier)
    files = {chapter.source: chapter.id for chapter in book.chapters if chapter.source}
    others: tuple[Any, ...] = (sections, book.anchors, files, titles, latex, labels, book.other_titles)
    numbers = _resolve_label_numbers(book, others)
    resolved = [memory.call(_resolve_chapter, chapter, numbers, *others) for chapter in book.chapters]
    chapters = tuple(chapter for chapter, _ in resolved)
    book = replace(book, chapters=chapters, labels=numbers)
    return book, [problem for _, problems in resolved for problem in problems]


@dataclass(frozen=True, slots=True)
class _ChapterTargets:
    """The possible targets of references in a chapter.

    ``sections`` maps each id to the id of its section or chapter. ``titles`` has pairs of a heading's text
    and its id. ``latex_labels`` maps the LaTeX labels of equations to ids. If a title or label is repeated,
    its first occurrence is the target.
    """

    sections: Mapping[str, str]
    titles: tuple[tuple[str, str], ...]
    latex_labels: Mapping[str, str]


def _collect_targets(chapter: Chapter) -> _ChapterTargets:
    section_id = chapter.id
    sections = {section_id: section_id}
    for node in chapter_nodes(chapter, Attr):
        if identifier := get_attr(node).id:
            section_id = identifier if isinstance(node, Heading) else section_id
            sections[identifier] = section_id
    headings = [(chapter.title, chapter.id)]
    headings += [(node.content, node.attr.id) for node in chapter_nodes(chapter, Heading)]
    latex: dict[str, str] = {}
    for node in chapter_nodes(chapter, Equation):
        for numbered in (node, *node.rows):
            for label in numbered.labels:
                latex.setdefault(label, numbered.attr.id)
    titles = tuple((normalise_heading(plain_text(content)), identifier) for content, identifier in headings)
    return _ChapterTargets(sections, titles, latex)


def _resolve_label_numbers(book: Book, tables: tuple[Any, ...]) -> Mapping[str, Label]:
    """Resolve the references in tags of equations, which may refer to other tags."""
    numbers = dict(book.labels)
    for _ in range(_MAX_TAG_REFERENCES):
        marked = [name for name, label in numbers.items() if _FORMULA_REFERENCE.search(label.number)]
        if not marked:
            break
        resolver = _ReferenceResolver(book.chapters[0], dict(numbers), *tables)
        for name in marked:
            number = resolver.replace_formula_references(numbers[name].number, None)
            numbers[name] = replace(numbers[name], number=number)
    return numbers


def _resolve_chapter(chapter: Chapter, *tables: Any) -> tuple[Chapter, tuple[Diagnostic, ...]]:
    resolver = _ReferenceResolver(chapter, *tables)
    rewritten = rewrite_chapter(chapter, resolver.resolve, Reference, Link, Math, Equation)
    return rewritten, tuple(dict.fromkeys(resolver.findings))


def _split_id(target: str) -> tuple[str, str]:
    head = re.match(r"[\x00-\x7f]*", target)
    assert head is not None
    return head.group(), target[head.end() :]


def _iter_id_spellings(fragment: str) -> Iterator[str]:
    """Yield spellings of an id to try: as written, as stored by the reader, with hyphens collapsed."""
    yield fragment
    yield make_safe_id(fragment)
    yield re.sub(r"-+", "-", fragment).strip("-")


@dataclass(slots=True)
class _ReferenceResolver:
    """Resolves the references and links in one chapter, using tables of all targets in the book."""

    chapter: Chapter
    labels: Mapping[str, Label]
    sections: Mapping[str, str]
    anchors: Mapping[tuple[str, str], str]
    files: Mapping[str, str]
    titles: Mapping[tuple[str, str], str]
    latex_labels: Mapping[str, str]
    language_labels: Labels
    other_titles: Mapping[str, OtherTitle]
    findings: list[Diagnostic] = field(default_factory=list)

    def resolve(self, node: Any) -> Any:
        """Return a node with its reference or link resolved. Other nodes are returned unchanged."""
        if isinstance(node, Reference):
            return self._resolve_reference(node)
        if isinstance(node, Link):
            return self._resolve_link(node)
        if isinstance(node, Math | Equation):
            return self._resolve_formula(node)
        return node

    def _resolve_formula(self, node: Math | Equation) -> Math | Equation:
        """Return a formula with the numbers of its references in all its forms."""
        tags = (node.tag, *(row.tag for row in node.rows)) if isinstance(node, Equation) else ()
        if not any(map(_FORMULA_REFERENCE.search, (node.mathml, *tags))):
            return node

        def resolve(text: str, *, is_xml: bool = False) -> str:
            return self.replace_formula_references(text, node.span, is_xml=is_xml)

        mathml, omml = resolve(node.mathml, is_xml=True), resolve(node.omml, is_xml=True)
        node = replace(node, mathml=mathml, omml=omml, spoken=resolve(node.spoken), text=resolve(node.text))
        if isinstance(node, Equation):
            rows = tuple(replace(row, tag=resolve(row.tag)) for row in node.rows)
            node = replace(node, tag=resolve(node.tag), rows=rows)
        return node

    def replace_formula_references(self, text: str, span: Span | None, *, is_xml: bool = False) -> str:
        """Replace the marks of references in a form of a formula, or in its tag, by their texts."""

        def find_text(mark: re.Match[str]) -> str:
            command, names = (normalize("NFKC", part) for part in mark.groups())  # as in bold text
            targets = [make_safe_id(unquote(name.replace("=", "%"))) for name in names.split(",")]
            number_only = command in ("ref", "eqref")
            references = (
                self._resolve_reference(
                    Reference(target=target, number_only=number_only, latex=True, span=span)
                )
                for target in targets
            )
            words = ", ".join(plain_text(one if isinstance(one, tuple) else (one,)) for one in references)
            words = f"({words})" if command == "eqref" else words
            return escape(words, quote=False) if is_xml else words

        return _FORMULA_REFERENCE.sub(find_text, text)

    def _resolve_reference(self, node: Reference) -> Reference | Text | tuple[Inline, ...]:
        if node.latex:
            node = replace(node, target=self._find_latex_label(node.target), latex=False)
        label = self.labels.get(node.target)
        if label is None and OTHER_BOOK_REFERENCE.match(node.target):
            return self._refer_to_other_title(node)
        if label is None and node.page and (place := self._find_internal_target(f"#{node.target}")):
            # Without page numbers, the reference gives the section of its target.
            section = self.labels[self.sections[place]]
            return replace(node, target=place, content=self._make_reference_text(node, section))
        id_, rest = _split_id(node.target)
        if label is None and rest and id_ in self.labels:  # a word may follow the id directly: @fig-x에서
            full_node = replace(node, target=id_)
            return (
                replace(full_node, content=self._make_reference_text(full_node, self.labels[id_])),
                Text(text=rest),
            )
        if label is None:
            prefix = re.split("[-:]", node.target)[0]
            kind = _KINDS.get(prefix, "element")
            same_kind = [name for name in self.labels if name.startswith(prefix + "-")]
            hint = did_you_mean(node.target, same_kind or self.sections) or (
                f"use one of the ids {', '.join(sorted(same_kind)[:8])}"
                if same_kind
                else f"correct the reference, or add {{#{node.target}}} to the {kind}"
            )
            if kind == "section" and node.target.partition("-")[2] in self.sections:
                hint = f"add {{#{node.target}}} after the heading"
            message = f'no {kind} has the id "{node.target}"'
            self.findings.append(
                Diagnostic(code="REF001", span=node.span, message=message, hint=hint, name=node.target)
            )
            return Text(text=f"@{node.target}")
        return replace(node, content=self._make_reference_text(node, label))

    def _refer_to_other_title(self, node: Reference) -> Text | tuple[Inline, ...]:
        """Resolve a reference to another book of the catalogue, and append its title in brackets."""
        name, _, id_ = node.target.rpartition(":")
        other = self.other_titles.get(name)
        label = other.labels.get(id_) if other else None
        if other is None or label is None:
            names = [
                f"{title}:{other_id}"
                for title, table in self.other_titles.items()
                for other_id in table.labels
            ]
            hint = did_you_mean(node.target, names) or (
                None
                if other
                else "use a title name from `triptych catalog list`, and build with `triptych catalog build`"
            )
            message = (
                f'title "{name}" has no element with the id "{id_}"'
                if other
                else f'the catalogue has no title named "{name}"'
            )
            self.findings.append(Diagnostic(code="REF001", span=node.span, message=message, hint=hint))
            return Text(text=f"@{node.target}")
        title = Styled(style=Style.EMPHASIS, content=(Text(text=other.title),))
        return (*self._make_reference_text(node, label), Text(text=" ("), title, Text(text=")"))

    def _find_latex_label(self, label: str) -> str:
        """Return the id for a LaTeX label, such as ``fig-x`` for ``fig:x``."""
        hyphened = re.sub(r"^([a-z]+):", r"\1-", label)
        candidates = (name for name in (label, hyphened, f"eq-{label}") if name in self.labels)
        return self.latex_labels.get(label) or next(candidates, label)

    def _make_reference_text(self, node: Reference, label: Label) -> tuple[Inline, ...]:
        if not label.number:  # references to an unnumbered section show its title
            return (*node.prefix, *self._add_quotation_marks(strip_anchors(label.title)))
        if node.number_only:
            return (*node.prefix, Text(text=label.number))
        if node.prefix:
            return (*node.prefix, Text(text=f"\u00a0{label.number}"))
        return (Text(text=self.language_labels.named(_WORDS[label.kind], label.number)),)

    def _add_quotation_marks(self, content: tuple[Inline, ...]) -> tuple[Inline, ...]:
        start, end, _, _ = self.language_labels.quotation_marks
        return (Text(text=start), *content, Text(text=end))

    def _resolve_link(self, node: Link) -> Link | Phrase | tuple[Inline, ...]:
        if node.target.startswith(HEADING_SCHEME):
            return self._link_to_heading(node, unquote(node.target.removeprefix(HEADING_SCHEME)))
        # Browsers ignore control characters and spaces in a URL (URL Standard, 4.4).
        address = re.sub(r"[\x00-\x20\x7f-\x9f]", "", node.target)
        scheme = _SCHEME.match(address)
        if scheme or address.startswith("//"):
            if scheme and scheme.group(1).lower() in LINK_SCHEMES:
                valid_url = make_valid_url(node.target)
                if valid_url is None:
                    return self._report_unresolved_target(
                        node,
                        f'URL "{node.target}" has no host name',
                        "add a host name to the URL, such as https://example.org",
                    )
                return node if valid_url == node.target else replace(node, target=valid_url)
            message = f'link "{node.target[:60]}" has no scheme'
            if scheme:
                message = f'links with the scheme "{scheme.group(1)}" are not allowed: "{node.target[:60]}"'
            return self._report_unresolved_target(node, message, "use an http, https, mailto or tel URL")
        target = self._find_internal_target(node.target)
        if target is None:
            return self._report_unresolved_target(
                node, f'link target "{node.target}" is not in the book', self._suggest_target(node.target)
            )
        return replace(node, target="#" + target)

    def _suggest_target(self, target: str) -> str:
        """Return a hint for an unknown link target, such as a similar id or a corrected path."""
        path, _, fragment = unquote(target).partition("#")
        if not path:
            return (
                did_you_mean(target, [f"#{section}" for section in self.sections])
                or f"correct the link, or add {{#{fragment}}} to its target"
            )
        if path in self.sections:
            return f"write (#{path}) to link to an id"
        if _PICTURE.search(path):
            return f"write ![Caption]({path}) to show the image"
        if "@" in path:
            return f"write (mailto:{path}) to link to an email address"
        if _SITE.match(path):
            return f"write (https://{path}) to link to a website"
        names = [posixpath.relpath(file, posixpath.dirname(self.chapter.source)) for file in self.files]
        if f"{path}.md" in names:
            return f"write ({path}.md) to link to the section file"
        if posixpath.normpath(path) in names:
            return f"write ({path}) to link to the start of the file, which has no id {fragment}"
        suggestion = did_you_mean(posixpath.normpath(path), names)
        return suggestion or "link to an id (#id), to a file under `chapters:`, or to a full URL (https://…)"

    def _link_to_heading(self, node: Link, name: str) -> Link | tuple[Inline, ...]:
        """Link to a heading by its text. If there is no such heading, restore the square brackets."""
        target = self.titles.get((self.chapter.id, name)) or self.titles.get(("", name))
        if target is not None:
            return replace(node, target="#" + target)
        label = () if normalise_heading(plain_text(node.content)) == name else (Text(text=f"[{name}]"),)
        return (Text(text="["), *node.content, Text(text="]"), *label)

    def _find_internal_target(self, target: str) -> str | None:
        """Return the id for ``#id``, ``file.md#id`` or ``file.md``, or None if the target is unknown."""
        path, _, fragment = unquote(target).partition("#")
        if not path:
            return self._find_in_file(self.chapter.source, fragment) or self._find_in_book(fragment)
        relative_path = posixpath.normpath(posixpath.join(posixpath.dirname(self.chapter.source), path))
        for file in (relative_path, re.sub(r"\.html?$", ".md", relative_path)):
            if file in self.files:
                return self._find_in_file(file, fragment) if fragment else self.files[file]
        return None

    def _find_in_file(self, source: str, fragment: str) -> str | None:
        return next(
            (
                self.anchors[source, name]
                for name in _iter_id_spellings(fragment)
                if (source, name) in self.anchors
            ),
            None,
        )

    def _find_in_book(self, fragment: str) -> str | None:
        return next((name for name in _iter_id_spellings(fragment) if name in self.sections), None)

    def _report_unresolved_target(self, node: Link, message: str, hint: str | None) -> Phrase:
        name = unquote(node.target).partition("#")[2]
        self.findings.append(Diagnostic(code="REF002", span=node.span, message=message, hint=hint, name=name))
        return Phrase(attr=node.attr, content=node.content)


_PARTS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:)?(//[^/?#]*)?([^#]*)(#.*)?", re.DOTALL)
_NAME = r"[\w~!$&'()*+,;=%{}<>`|^-]{1,63}"  # a domain label, wider than RFC 1035
_HOST = re.compile(rf"//(?:[^@\s/]*@)?(?:{_NAME}(?:\.{_NAME})*\.?|(\[[0-9A-Fa-f:.]+\]))(?::\d*)?")
# Characters allowed in a path, query or fragment. Non-ASCII letters make it an IRI (RFC 3987).
_ALLOWED = "/?:@!$&'()*+,;=-._~%"


def make_valid_url(target: str) -> str | None:
    """Percent-encode forbidden characters in a URL. Return None if the host name is invalid."""
    match = _PARTS.fullmatch(target.strip())
    assert match is not None
    scheme, host, path, fragment = (part or "" for part in match.groups())
    if scheme.lower() in ("http:", "https:", ""):
        host_match = _HOST.fullmatch(unquote(host))
        if host_match is None:
            return None
        host = unquote(host) if host_match.group(1) else _percent_encode(host)
    fragment = fragment and "#" + _percent_encode(fragment[1:])
    return f"{scheme}{host}{_percent_encode(path)}{fragment}"


def _percent_encode(text: str) -> str:
    text = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    return "".join(char if ord(char) > 0xA0 or char in _ALLOWED else quote(char) for char in text)
