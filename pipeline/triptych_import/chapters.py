"""Order the Markdown files of a folder, and split a long Markdown text into chapters."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from triptych.passes.numbering import make_pandoc_id
from triptych.project import to_text
from triptych.settings.values import make_slug
from triptych_import.book import Draft, Edit, FrontMatterValues, ImportFinding, SectionFile, SourceText
from triptych_import.contents import (
    ContentsEntry,
    FileKind,
    ListItem,
    classify_file,
    find_list_items,
    has_prose,
    is_back_matter,
    is_readme,
    make_sort_key,
)
from triptych_import.headings import (
    Heading,
    find_headings,
    make_github_slug,
    normalise_case_and_spaces,
    parse_front_matter,
    rewrite_heading,
)
from triptych_import.masking import (
    LineKind,
    SourceLine,
    has_visible_text,
    mask_text,
    measure_indent,
    scan_lines,
)


def find_shared_titles(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the book title, by path, of files that begin with a book title and their own title.

    Both titles are level-1 headings. If fewer than two files have the same book title, return {}.
    """
    pairs = {path: pair for path, text in texts.items() if (pair := _find_leading_titles(text)) is not None}
    counts = Counter(pair[0].plain_text for pair in pairs.values())
    if not counts or max(counts.values()) < 2:
        return {}
    return {path: pair[0].plain_text for path, pair in pairs.items()}


def find_folder_title(shared_titles: Mapping[str, str], folder: str) -> str:
    """Return the book title shared by several files of a folder, or "" if there is none.

    ``shared_titles`` maps paths to book titles (see ``find_shared_titles``).
    """
    counts = Counter(title for path, title in shared_titles.items() if posixpath.dirname(path) == folder)
    title, count = next(iter(counts.most_common(1)), ("", 0))
    return title if count > 1 else ""


def remove_shared_title(draft: Draft) -> Draft:
    """Remove the first heading of a Markdown text that begins with two level-1 headings."""
    pair = _find_leading_titles(draft.text)
    return draft.apply_edits([Edit(pair[0].start, pair[0].end + 1, "")]) if pair else draft


def find_text_title(text: str) -> str:
    """Return the title of a Markdown text, after any book title, or "" if there is none."""
    values, end = parse_front_matter(text)
    pair = _find_leading_titles(text)
    first = pair[1] if pair else next(iter(find_headings(text[end:])), None)
    return str(values.get("title") or (first.plain_text if first and first.level == 1 else ""))


def _find_leading_titles(text: str) -> tuple[Heading, Heading] | None:
    """Return the two level-1 headings at the start of a Markdown text, or None if there are not two."""
    _, end = parse_front_matter(text)
    headings = find_headings(text)[:2]
    if len(headings) < 2 or any(heading.level != 1 for heading in headings):
        return None
    first, second = headings
    text_between = text[first.end : second.start]
    return (first, second) if not text_between.strip() and not text[end : first.start].strip() else None


_MANUAL_NUMBER = re.compile(r"^(?:chapter|appendix|part|kapitel|anhang)\s+\w+\s*[:.–—-]\s*", re.IGNORECASE)


def order_files(
    texts: Mapping[str, str], shared_titles: Mapping[str, str]
) -> tuple[list[ContentsEntry], list[ImportFinding]]:
    """Return a table of contents with Markdown files in reading order, and the findings.

    ``shared_titles`` maps paths to book titles (see ``find_shared_titles``).
    """
    arranger = _FolderSorter(texts, shared_titles)
    about_paths = [path for path in texts if classify_file(path) is FileKind.ABOUT]
    arranger.add_findings(about_paths, "the file is about the project, not a chapter", "omitted")
    entries = arranger.order_folder("", [path for path in texts if path not in set(about_paths)], "")
    return arranger.order_appendices(entries), arranger.findings


@dataclass(frozen=True, slots=True)
class _ChapterList:
    """A file that lists chapters.

    ``items`` are its list items, each with the path of the listed file or folder. ``covered_paths`` are the
    paths of all chapters that are listed or are in a listed folder.
    """

    path: str
    items: tuple[tuple[ListItem, str], ...]
    covered_paths: frozenset[str]


@dataclass(slots=True)
class _FolderSorter:
    """Orders the Markdown files of folders, and collects findings."""

    texts: Mapping[str, str]
    shared_titles: Mapping[str, str]
    findings: list[ImportFinding] = field(default_factory=list)

    def add_findings(self, paths: Iterable[str], message: str, action: str) -> None:
        self.findings += [ImportFinding(path=path, message=message, action=action) for path in paths]

    def order_folder(self, folder: str, paths: Sequence[str], part: str) -> list[ContentsEntry]:
        """Return the entries of a folder and its subfolders.

        A chapter list that contains prose becomes the first chapter.
        """
        paths = sorted(paths, key=make_sort_key)
        folder_files = [name for name in paths if posixpath.dirname(name) == folder]
        chapters = [name for name in paths if classify_file(name) not in (FileKind.LIST, FileKind.INDEX)]
        listing = self._find_chapter_list(folder, folder_files, chapters)
        ordered = self._make_listed_entries(listing, paths, part) if listing else []
        listed_paths = {entry.path for entry in ordered}
        unlisted: list[ContentsEntry] = []
        opening: list[ContentsEntry] = []
        start = len(folder) + 1 if folder else 0
        steps = {name[:start] + name[start:].partition("/")[0] for name in paths}
        paths_by_step = {
            step: [n for n in paths if n.startswith(f"{step}/")] for step in steps if step not in self.texts
        }
        # Several folders with a single text each are chapters, not parts.
        are_lone = len(paths_by_step) > 1 and all(
            len(step_paths) == 1 and classify_file(step_paths[0]) is not FileKind.INDEX
            for step_paths in paths_by_step.values()
        )
        for step in sorted(steps, key=make_sort_key):
            if step in listed_paths:
                continue
            if step in self.texts:
                if listing and step == listing.path and has_prose(self.texts[step]):
                    title = "" if find_text_title(self.texts[step]) else "Introduction"
                    opening.append(replace(self._make_entry(step, title, part), depth=None))
                elif self._is_chapter(step, folder, chapters, listing):
                    unlisted.append(self._make_entry(step, "", part))
            elif are_lone:
                unlisted.append(self._make_entry(paths_by_step[step][0], "", part))
            elif not any(path.startswith(f"{step}/") for path in listed_paths):
                unlisted += self._order_subfolder(step, paths, part, "")
        if listing is None:
            return unlisted
        message = f'the table of contents in "{listing.path}" does not list this file'
        before = [
            entry
            for entry in unlisted
            if entry.depth is None
            and posixpath.dirname(entry.path) == folder
            and not is_back_matter(entry.path)
        ]
        after = [entry for entry in unlisted if entry not in before]
        self.add_findings((entry.path for entry in before), message, "placed before the listed chapters")
        self.add_findings((entry.path for entry in after), message, "placed after the listed chapters")
        return [*opening, *before, *ordered, *after]

    def order_appendices(self, entries: Sequence[ContentsEntry]) -> list[ContentsEntry]:
        """Move appendices after the chapters.

        If a part contains appendices, all appendices become unnumbered chapters instead.
        """
        if any(entry.is_appendix and entry.part for entry in entries):
            return [replace(e, is_appendix=False, depth=None) if e.is_appendix else e for e in entries]
        return sorted(entries, key=lambda entry: entry.is_appendix)

    def _make_entry(self, path: str, title: str, part: str, line: int = 1, depth: int = 0) -> ContentsEntry:
        kind = classify_file(path)
        return ContentsEntry(
            title=title or find_text_title(self.texts[path]) or make_title(path),
            path=path,
            depth=None if kind is FileKind.FRONT else depth,
            part=part,
            line=line,
            is_appendix=kind is FileKind.APPENDIX,
        )

    def _order_subfolder(
        self, folder: str, paths: Sequence[str], part: str, title: str
    ) -> list[ContentsEntry]:
        folder_paths = [name for name in paths if name.startswith(f"{folder}/")]
        if part:
            self.add_findings(folder_paths, "parts cannot be nested", f'moved to the part "{part}"')
        return self.order_folder(
            folder, folder_paths, part or title or self._find_part_title(folder, folder_paths)
        )

    def _find_part_title(self, folder: str, paths: Sequence[str]) -> str:
        index = next(
            (n for n in paths if posixpath.dirname(n) == folder and classify_file(n) is FileKind.INDEX), ""
        )
        index_title = find_text_title(self.texts[index]) if index else ""
        return find_folder_title(self.shared_titles, folder) or index_title or make_title(folder)

    def _is_chapter(
        self, path: str, folder: str, chapters: Sequence[str], chapter_list: _ChapterList | None
    ) -> bool:
        """Return whether an unlisted file becomes a chapter; report files that are omitted."""
        kind, text = classify_file(path), self.texts[path]
        if kind is FileKind.LIST or (chapter_list and chapter_list.path == path and is_readme(path)):
            action = "omitted, since the table of contents is generated"
            self.add_findings([path], "the file lists the chapters", action)
            return False
        if kind is not FileKind.INDEX or not chapters:
            return True
        if not folder and is_readme(path):
            self.add_findings([path], "the file is about the project, not a chapter", "omitted")
            return False
        # In a subfolder, an index page with only a heading gives the title of the part.
        rest = re.sub(r"^#.*$", "", text, count=1, flags=re.MULTILINE) if find_headings(text) else text
        return not folder or bool(rest.strip())

    def _find_chapter_list(
        self, folder: str, folder_paths: Sequence[str], chapters: Sequence[str]
    ) -> _ChapterList | None:
        """Return the file that lists the most chapters of a folder.

        If it lists fewer than two chapters, or less than half of them, return None.
        """
        lists = [
            self._read_chapter_list(path, chapters)
            for path in folder_paths
            if classify_file(path) in (FileKind.LIST, FileKind.INDEX)
        ]
        best = max(lists, key=lambda chapter_list: len(chapter_list.covered_paths), default=None)
        if best is None or len(best.covered_paths) < 2 or 2 * len(best.covered_paths) < len(chapters):
            return None
        return best

    def _read_chapter_list(self, path: str, chapters: Sequence[str]) -> _ChapterList:
        list_items = find_list_items(self.texts[path])
        targets = [(item, self._resolve_target(item.target, path)) for item in list_items]
        if not any(target for _, target in targets):
            titles = {_normalise_title(find_text_title(self.texts[name])): name for name in chapters}
            targets = [
                (item, titles.get(_normalise_title(item.title), "")) for item in list_items if not item.target
            ]
        covers: set[str] = set()
        kept_items = []
        for item, target in targets:
            target_paths = [name for name in chapters if name == target or name.startswith(f"{target}/")]
            if target and target != path and set(target_paths) - covers:
                covers |= set(target_paths)
                kept_items.append((item, target))
        return _ChapterList(path, tuple(kept_items), frozenset(covers))

    def _resolve_target(self, target: str, path: str) -> str:
        """Return the path of the file or folder for a URL in a list, or "" if it is not in the book."""
        target = target.partition("#")[0].partition("?")[0].rstrip("/")
        if not target or re.match(r"[a-z][a-z0-9+.-]*:|//", target):
            return ""
        base_folder = "" if target.startswith("/") else posixpath.dirname(path)
        full = posixpath.normpath(posixpath.join(base_folder, target.lstrip("/")))
        names = (full, f"{full}.md", re.sub(r"\.html?$", ".md", full))
        text_there = next((name for name in names if name in self.texts), "")
        if text_there and not (
            classify_file(text_there) is FileKind.INDEX and self._has_other_files(text_there)
        ):
            return text_there
        folder = posixpath.dirname(text_there) if text_there else full
        return folder if folder and any(name.startswith(f"{folder}/") for name in self.texts) else text_there

    def _has_other_files(self, index_path: str) -> bool:
        """Return whether the folder of an index page has other Markdown files, directly or in subfolders.

        Files that list chapters do not count. Return False for the root folder.
        """
        folder = posixpath.dirname(index_path)
        return bool(folder) and any(
            name != index_path and name.startswith(f"{folder}/") and classify_file(name) is not FileKind.LIST
            for name in self.texts
        )

    def _make_listed_entries(
        self, chapter_list: _ChapterList, paths: Sequence[str], part: str
    ) -> list[ContentsEntry]:
        heads = [item.heading for item, _ in chapter_list.items]
        in_parts = not part and len(set(heads)) > 1
        out: list[ContentsEntry] = []
        for item, target in chapter_list.items:
            entry_part = part or (item.heading if in_parts else "")
            if target in self.texts:
                out.append(self._make_entry(target, item.title, entry_part, item.line, item.depth))
            else:
                out += self._order_subfolder(target, paths, part, item.title)
        return _close_depth_gaps(out)


def _close_depth_gaps(entries: Sequence[ContentsEntry]) -> list[ContentsEntry]:
    out: list[ContentsEntry] = []
    for entry in entries:
        before = out[-1] if out else None
        deepest = before.depth + 1 if before and before.depth is not None and before.part == entry.part else 0
        out.append(replace(entry, depth=min(entry.depth, deepest)) if entry.depth else entry)
    return out


def _normalise_title(title: str) -> str:
    return re.sub(r"[\W_]+", "", _MANUAL_NUMBER.sub("", title).casefold())


def make_title(path: str) -> str:
    """Make a title from the name of a file or folder, without its extension and leading number."""
    stem = re.sub(r"\.(md|markdown)$", "", to_text(posixpath.basename(path)))
    words = re.sub(r"^\d+[-_. ]+", "", stem).replace("-", " ").replace("_", " ").strip()
    return (words or stem)[:1].upper() + (words or stem)[1:]


_DEFINED = re.compile(r"^ {0,3}\[(\^?)([^\[\]\n]+)\]:(?!:)")
_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\[\]]*\](?:\([^()]*\))?)*+\]\([^()]*\)")
_LINK_TITLE = re.compile(r"^[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\))[ \t]*$")


@dataclass(frozen=True, slots=True)
class ChapterSplit:
    """The chapters of a Markdown text, and the book title if all other headings are below the first one."""

    sections: tuple[SectionFile, ...]
    title: str = ""
    chapter_level: int = 0
    """The level of the headings that begin chapters, or 0 if there are none."""


def split_chapters(draft: Draft, *, opening_title: str, pandoc: bool = False) -> ChapterSplit:
    """Split a Markdown text into chapters.

    Content before the first chapter gets the title ``opening_title``. If ``pandoc`` is true, heading ids are
    generated as in pandoc, otherwise as on GitHub.
    """
    draft = _move_title_first(
        _add_repeated_heading_ids(draft, make_pandoc_id if pandoc else make_github_slug)
    )
    text = draft.text
    headings = [
        heading
        for heading in find_headings(text)
        if not text[heading.start : heading.marker_span[0]].strip().startswith(">")
    ]
    title = _find_book_title(text, headings)
    rest = headings[1:] if title else headings
    level = min((heading.level for heading in rest), default=0)
    level = max(level, 2) if title else level
    chapter_headings = [heading for heading in rest if heading.level == level]
    bounds = [0, *(heading.start for heading in chapter_headings), len(text)]
    names = ["", *(heading.plain_text for heading in chapter_headings)]
    definitions = _find_definitions(text)
    sections: list[SectionFile] = []
    for name, (start, end) in zip(names, pairwise(bounds), strict=True):
        body = _extract_chapter(draft, (start, end), definitions)
        if name:
            body = _promote_headings(body, level - 1)
        elif not _has_content(body.text, title):
            continue
        stem = make_slug(name)[:60].strip("-")
        path = f"{len(sections) + 1:02}{'-' if stem else ''}{stem}.md"  # the number makes the path unique
        head: FrontMatterValues = {} if name or not chapter_headings else {"unnumbered": True}
        piece = SourceText(draft=replace(body, path=draft.path), title="" if name else opening_title)
        sections.append(SectionFile(path=path, source_texts=(piece,), front_matter=head))
    return ChapterSplit(tuple(sections), title.plain_text if title else "", level if chapter_headings else 0)


def _add_repeated_heading_ids(draft: Draft, make_id: Callable[[str], str]) -> Draft:
    """Add ids to headings with equal text, since their generated ids depend on their order."""
    headings = find_headings(draft.text)
    slugs = [heading.id or make_id(heading.plain_text) for heading in headings]
    counts = Counter(slugs)
    seen: Counter[str] = Counter()
    edits = []
    for heading, name in zip(headings, slugs, strict=True):
        identifier = f"{name}-{seen[name]}" if seen[name] else name
        seen[name] += 1
        if counts[name] > 1 and not heading.id and re.fullmatch(r"[^\W\d_][\w.-]*", identifier):
            edits += rewrite_heading(heading, level=heading.level, identifier=identifier)
    return draft.apply_edits(edits)


def _find_book_title(text: str, headings: Sequence[Heading]) -> Heading | None:
    """Return the first heading if all others are at lower levels; otherwise return None."""
    first = headings[0] if headings else None
    if first is None or len(headings) == 1 or any(heading.level <= first.level for heading in headings[1:]):
        return None
    # Links and images may precede the title.
    return None if re.search(r"\w", _LINK.sub("", mask_text(text[: first.start]))) else first


def _move_title_first(draft: Draft) -> Draft:
    """Move links and images from before the book title to after it."""
    title = _find_book_title(draft.text, find_headings(draft.text))
    above = draft.text[: title.start] if title else ""
    if title is None or not has_visible_text(mask_text(above)):
        return draft
    insertion = Edit(title.end, title.end, f"\n\n{above.strip()}\n")
    return draft.apply_edits([Edit(0, title.start, ""), insertion])


def _has_content(text: str, title: Heading | None) -> bool:
    """Return whether a text has more than the book title, comments, and link or note definitions."""
    for line in scan_lines(text):
        heads = title is not None and title.start <= line.start < title.text_end
        if (
            line.kind not in (LineKind.BLANK, LineKind.COMMENT)
            and not heads
            and not _DEFINED.match(line.text)
        ):
            return True
    return False


def _promote_headings(draft: Draft, levels: int) -> Draft:
    edits = [
        edit
        for heading in find_headings(draft.text)
        for edit in rewrite_heading(heading, level=max(heading.level - levels, 1), identifier="")
    ]
    return draft.apply_edits(edits)


@dataclass(frozen=True, slots=True)
class _Definition:
    """A definition of a link or a footnote: its span, and the markup of its uses, such as ``[^1]``."""

    start: int
    end: int
    label_markup: str

    @property
    def is_footnote(self) -> bool:
        return self.label_markup.startswith("[^")


def _find_definitions(text: str) -> list[_Definition]:
    lines = scan_lines(text)
    out: list[_Definition] = []
    for index, line in enumerate(lines):
        match = (
            _DEFINED.match(line.text) if line.is_prose and not line.quote and not line.list_depth else None
        )
        is_in_paragraph = (
            index > 0 and lines[index - 1].is_prose and not (out and out[-1].end == lines[index - 1].end)
        )
        if match and not is_in_paragraph:  # a definition cannot be inside a paragraph
            last = (
                _find_footnote_end(lines, index)
                if match.group(1)
                else _find_link_definition_end(lines, index, match)
            )
            out.append(
                _Definition(
                    line.start,
                    lines[last].end,
                    f"[{match.group(1)}{normalise_case_and_spaces(match.group(2))}]",
                )
            )
    return out


def _find_link_definition_end(lines: Sequence[SourceLine], index: int, match: re.Match[str]) -> int:
    """Return the index of a link definition's last line. The URL or title may be on a second line."""
    is_at_end = not lines[index].text[match.end() :].strip()
    if index + 1 < len(lines) and (is_at_end or _LINK_TITLE.match(lines[index + 1].text)):
        return index + 1
    return index


def _find_footnote_end(lines: Sequence[SourceLine], index: int) -> int:
    """Return the index of a footnote definition's last line, including indented paragraphs."""
    last = index
    for number in range(index + 1, len(lines)):
        line = lines[number]
        if line.kind is LineKind.BLANK:
            continue
        indented = measure_indent(line.text) >= 4
        continues_paragraph = number == last + 1 and line.is_prose and not _DEFINED.match(line.text)
        if not indented and not continues_paragraph:
            break
        last = number
    return last


def _extract_chapter(draft: Draft, span: tuple[int, int], definitions: Sequence[_Definition]) -> Draft:
    """Return the chapter at ``span``, with the link and footnote definitions that it uses.

    Footnote definitions in the chapter that only other chapters use are omitted.
    """
    start, end = span
    body = draft.extract(start, end)
    chapter_definitions = [item for item in definitions if start <= item.start < end]
    other_definitions = [item for item in definitions if not start <= item.start < end]
    kept_labels = {item.label_markup for item in chapter_definitions}
    text = normalise_case_and_spaces(
        _remove_footnote_labels(
            body.text, [item.label_markup for item in chapter_definitions if item.is_footnote]
        )
    )
    unused = [item for item in chapter_definitions if item.is_footnote and item.label_markup not in text]
    text_elsewhere = normalise_case_and_spaces(draft.text[:start] + draft.text[end:]) if unused else ""
    edits = [
        Edit(item.start - start, item.end - start, "")
        for item in unused
        if item.label_markup in text_elsewhere
    ]
    added: list[str] = []
    waiting = True
    while waiting:
        waiting = False
        for item in other_definitions:
            if item.label_markup in text and item.label_markup not in kept_labels:
                kept_labels.add(item.label_markup)
                added.append(draft.text[item.start : item.end])
                text += normalise_case_and_spaces(added[-1].partition("]:")[2])
                waiting = True
    if added:
        edits.append(Edit(len(body.text), len(body.text), "\n\n" + "\n\n".join(added) + "\n"))
    return body.apply_edits(edits)


def _remove_footnote_labels(text: str, labels: Sequence[str]) -> str:
    for label in labels:
        text = re.sub(rf"^ {{0,3}}{re.escape(label)}:", "", text, flags=re.MULTILINE | re.IGNORECASE)
    return text
