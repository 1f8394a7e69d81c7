"""Build the index from the index marks in the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count as count_from
from itertools import groupby
from typing import Any

from triptych.diagnostics import Diagnostic, Span, did_you_mean
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.model import nodes
from triptych.model.book import Book, Chapter, Label
from triptych.model.walk import chapter_nodes, plain_text, rewrite_chapter, strip_anchors
from triptych.passes.collation import get_index_letter, make_sort_key, report_missing_pinyin

INDEX_MARK = "_index-"  # prefix of the ids of index marks


@dataclass(slots=True)
class _OpenEntry:
    """An index entry under construction. ``path`` is its lower-case name in cross-references."""

    path: str
    content: tuple[nodes.Inline, ...]
    sort_key: str
    id: str
    locators: list[nodes.IndexLocator] = field(default_factory=list)
    see: dict[str, Span | None] = field(default_factory=dict)
    see_also: dict[str, Span | None] = field(default_factory=dict)
    children: dict[str, _OpenEntry] = field(default_factory=dict)


def build_index(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Give each index mark an id, and build the index from the marks.

    Report IDX001 for a cross-reference to an unknown entry, IDX002 for a range without a start or end, and
    ENV003 if the package for sorting Chinese text is missing.
    """
    builder = _IndexBuilder()
    count = 0
    chapters = []
    sorted_by: list[tuple[str, Span | None]] = []
    for chapter in book.chapters:
        marked, marks = memory.call(_add_mark_ids, chapter, book.labels, count)
        chapters.append(marked)
        for mark, section in marks:
            count += not mark.see
            builder.add_mark(mark, section)
            sorted_by += [(term.sort_key, mark.span) for term in mark.path]
    builder.close_ranges()
    groups = tuple(builder.make_groups(labels.language))
    chapters_with_index = tuple(memory.call(_fill_index, chapter, groups) for chapter in chapters)
    findings = [*builder.findings, *report_missing_pinyin(sorted_by, labels.language)]
    return replace(book, chapters=chapters_with_index), findings


def _add_mark_ids(
    chapter: Chapter, labels: Mapping[str, Label], count: int
) -> tuple[Chapter, tuple[tuple[nodes.IndexMark, str], ...]]:
    """Give each index mark of a chapter an id, numbered from ``count`` + 1.

    Return the chapter, and its marks with the name of their section.
    """
    numbers = count_from(count + 1)

    def add_id(node: Any) -> Any:
        if not isinstance(node, nodes.IndexMark) or node.see:
            return node
        return replace(node, attr=nodes.Attr(f"{INDEX_MARK}{next(numbers)}"))

    chapter = rewrite_chapter(chapter, add_id, nodes.IndexMark)
    marks = []
    section = _get_section_name(labels, chapter.id, chapter.title)
    for node in chapter_nodes(chapter, nodes.Heading, nodes.IndexMark):
        if isinstance(node, nodes.Heading):
            section = _get_section_name(labels, node.attr.id, node.content)
        else:
            marks.append((node, section))
    return chapter, tuple(marks)


def _fill_index(chapter: Chapter, groups: tuple[nodes.IndexGroup, ...]) -> Chapter:
    def fill_list(node: Any) -> Any:
        return replace(node, groups=groups) if isinstance(node, nodes.IndexList) else node

    return rewrite_chapter(chapter, fill_list, nodes.IndexList)


def _get_section_name(labels: Mapping[str, Label], identifier: str, title: tuple[nodes.Inline, ...]) -> str:
    """Return the number of a section, or its ``title`` as plain text if it is unnumbered."""
    label = labels.get(identifier)
    return (label.number if label else "") or plain_text(strip_anchors(title))


class _IndexBuilder:
    """Collects index marks into sorted entries."""

    def __init__(self) -> None:
        self.entries: dict[str, _OpenEntry] = {}
        self.by_path: dict[str, _OpenEntry] = {}
        self.open_ranges: dict[str, list[tuple[nodes.IndexMark, str]]] = {}
        self.findings: list[Diagnostic] = []

    def add_mark(self, mark: nodes.IndexMark, section: str) -> None:
        """Add a mark to its entry. ``section`` is the number or title of the mark's section."""
        entry = self._find_entry(mark)
        entry.see.update(dict.fromkeys(mark.see, mark.span))
        entry.see_also.update(dict.fromkeys(mark.see_also, mark.span))
        open_ranges = self.open_ranges.setdefault(entry.path, [])
        if mark.see:
            return
        match mark.extent:
            case nodes.Extent.PLACE:
                entry.locators.append(
                    nodes.IndexLocator(target=mark.attr.id, words=section, is_principal=mark.is_principal)
                )
            case nodes.Extent.START:
                open_ranges.append((mark, section))
            case nodes.Extent.END if open_ranges:
                start, words = open_ranges.pop()
                entry.locators.append(
                    nodes.IndexLocator(
                        target=start.attr.id, end=mark.attr.id, words=words, is_principal=start.is_principal
                    )
                )
            case nodes.Extent.END:
                self._report_unpaired_range(mark)

    def close_ranges(self) -> None:
        """Report ranges without an end, and treat them as single positions."""
        for path, open_ranges in self.open_ranges.items():
            for mark, words in open_ranges:
                self._report_unpaired_range(mark)
                self.by_path[path].locators.append(
                    nodes.IndexLocator(target=mark.attr.id, words=words, is_principal=mark.is_principal)
                )

    def make_groups(self, language: str) -> Iterator[nodes.IndexGroup]:
        """Yield the sorted entries in groups by first letter."""
        ordered = _sort_entries(self.entries, language)
        for letter, entries in groupby(ordered, key=lambda entry: get_index_letter(entry.sort_key, language)):
            yield nodes.IndexGroup(
                letter=letter, entries=tuple(self._make_index_entry(entry, language) for entry in entries)
            )

    def _find_entry(self, mark: nodes.IndexMark) -> _OpenEntry:
        level, path, entry = self.entries, "", None
        for term in mark.path:
            name = plain_text(term.content)
            path = f"{path}!{name.lower()}" if path else name.lower()
            entry = level.get(path)
            if entry is None:
                entry = level[path] = _OpenEntry(
                    path, term.content, term.sort_key, f"_entry-{len(self.by_path) + 1}"
                )
                self.by_path[path] = entry
            level = entry.children
        assert entry is not None  # the reader does not create marks without a path
        return entry

    def _make_index_entry(self, entry: _OpenEntry, language: str) -> nodes.IndexEntry:
        return nodes.IndexEntry(
            content=entry.content,
            locators=tuple(entry.locators),
            see=tuple(self._make_cross_references(entry.see)),
            see_also=tuple(self._make_cross_references(entry.see_also)),
            children=tuple(
                self._make_index_entry(child, language) for child in _sort_entries(entry.children, language)
            ),
            attr=nodes.Attr(entry.id),
        )

    def _make_cross_references(self, names: dict[str, Span | None]) -> Iterator[nodes.IndexCrossReference]:
        for name, span in names.items():
            path = "!".join(" ".join(part.split()) for part in name.lower().split("!"))
            target = self.by_path.get(path)
            if target is None:
                hint = (
                    did_you_mean(path, self.by_path)
                    or "write the entry with all its levels, such as main!sub"
                )
                message = f'index cross-reference points to "{name}", which is not in the index'
                self.findings.append(Diagnostic(code="IDX001", span=span, message=message, hint=hint))
            path_content = (nodes.Text(text=", ".join(part.strip() for part in name.split("!"))),)
            content = target.content if target and "!" not in path else path_content
            yield nodes.IndexCrossReference(content=content, target=target.id if target else "")

    def _report_unpaired_range(self, mark: nodes.IndexMark) -> None:
        terms = [plain_text(term.content) for term in mark.path]
        name, path = ", ".join(terms), "!".join(terms)
        if mark.extent is nodes.Extent.START:
            message = f'index range "{name}" is opened but never closed'
            hint = f"add \\index{{{path}|)}} where the range ends"
        else:
            message = f'index range "{name}" is closed but was never opened'
            hint = f"add \\index{{{path}|(}} where the range starts"
        self.findings.append(Diagnostic(code="IDX002", span=mark.span, message=message, hint=hint))


def _sort_entries(entries: dict[str, _OpenEntry], language: str) -> list[_OpenEntry]:
    """Sort index entries, with symbols and digits first."""
    return sorted(
        entries.values(),
        key=lambda entry: (
            get_index_letter(entry.sort_key, language) != "",
            make_sort_key(entry.sort_key, language),
        ),
    )
