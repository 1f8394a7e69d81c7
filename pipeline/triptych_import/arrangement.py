"""Order the Markdown files of a folder, and split a long Markdown text into chapters."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from triptych.passes.numbering import automatic_id
from triptych.settings.values import make_slug
from triptych_import.book import Draft, Edit, HeadValues, ImportFinding, SectionFile, SourceText
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
    fold_text,
    make_github_slug,
    parse_front_matter,
    rewrite_heading,
)
from triptych_import.masking import LineKind, SourceLine, has_visible_text, mask, measure_indent, scan_lines


def find_shared_titles(texts: Mapping[str, str]) -> dict[str, str]:
    """Return book titles by path for files that begin with a book title and their own title.

    Both titles are level-1 headings. Return {} unless at least two files have the same book title.
    """
    pairs = {path: pair for path, text in texts.items() if (pair := _find_title_pair(text)) is not None}
    counts = Counter(pair[0].plain for pair in pairs.values())
    if not counts or max(counts.values()) < 2:
        return {}
    return {path: pair[0].plain for path, pair in pairs.items()}


def find_folder_title(shared: Mapping[str, str], folder: str) -> str:
    """Return the title that several files of a folder share, or "" if there is none.

    ``shared`` is the result of ``find_shared_titles``.
    """
    counts = Counter(title for path, title in shared.items() if posixpath.dirname(path) == folder)
    title, count = next(iter(counts.most_common(1)), ("", 0))
    return title if count > 1 else ""


def remove_shared_title(draft: Draft) -> Draft:
    """Remove the first heading of a Markdown text that begins with two level-1 headings."""
    pair = _find_title_pair(draft.text)
    return draft.apply([Edit(pair[0].start, pair[0].end + 1, "")]) if pair else draft


def find_text_title(text: str) -> str:
    """Return the title of a Markdown text, skipping a book title before it, or "" if there is no title."""
    values, end = parse_front_matter(text)
    pair = _find_title_pair(text)
    first = pair[1] if pair else next(iter(find_headings(text[end:])), None)
    return str(values.get("title") or (first.plain if first and first.level == 1 else ""))


def _find_title_pair(text: str) -> tuple[Heading, Heading] | None:
    """Return the two level-1 headings at the start of a Markdown text, or None if there are not two."""
    _, end = parse_front_matter(text)
    found = find_headings(text)[:2]
    if len(found) < 2 or any(heading.level != 1 for heading in found):
        return None
    first, second = found
    between = text[first.end : second.start]
    return (first, second) if not between.strip() and not text[end : first.start].strip() else None


_TYPED = re.compile(r"^(?:chapter|appendix|part|kapitel|anhang)\s+\w+\s*[:.–—-]\s*", re.IGNORECASE)


def arrange_texts(
    texts: Mapping[str, str], shared: Mapping[str, str]
) -> tuple[list[ContentsEntry], list[ImportFinding]]:
    """Return table of contents entries for Markdown files in reading order, and findings.

    ``shared`` is the result of ``find_shared_titles``.
    """
    arranger = _FolderArranger(texts, shared)
    about = [path for path in texts if classify_file(path) is FileKind.ABOUT]
    arranger.add_findings(about, "the file is about the project, not a chapter", "omitted")
    entries = arranger.arrange_folder("", [path for path in texts if path not in set(about)], "")
    return arranger.order_appendices(entries), arranger.found


@dataclass(frozen=True, slots=True)
class _Listing:
    """A file that lists chapters; ``items`` are its list items with the paths of their files or folders.

    ``covers`` has the paths of all chapters that are listed or are in listed folders.
    """

    path: str
    items: tuple[tuple[ListItem, str], ...]
    covers: frozenset[str]


@dataclass(slots=True)
class _FolderArranger:
    """Orders the Markdown files of folders, and collects findings."""

    texts: Mapping[str, str]
    shared: Mapping[str, str]
    found: list[ImportFinding] = field(default_factory=list)

    def add_findings(self, paths: Iterable[str], message: str, action: str) -> None:
        self.found += [ImportFinding(path=path, message=message, action=action) for path in paths]

    def arrange_folder(self, folder: str, names: Sequence[str], part: str) -> list[ContentsEntry]:
        """Return the entries of a folder and its subfolders.

        A chapter list that contains prose becomes the first chapter.
        """
        names = sorted(names, key=make_sort_key)
        here = [name for name in names if posixpath.dirname(name) == folder]
        chapters = [name for name in names if classify_file(name) not in (FileKind.LIST, FileKind.INDEX)]
        listing = self._find_listing(folder, here, chapters)
        ordered = self._arrange_listing(listing, names, part) if listing else []
        taken = {entry.path for entry in ordered}
        unlisted: list[ContentsEntry] = []
        opening: list[ContentsEntry] = []
        start = len(folder) + 1 if folder else 0
        steps = {name[:start] + name[start:].partition("/")[0] for name in names}
        inside = {s: [n for n in names if n.startswith(f"{s}/")] for s in steps if s not in self.texts}
        # Several folders with one text each are chapters, not parts.
        are_lone = len(inside) > 1 and all(
            len(found) == 1 and classify_file(found[0]) is not FileKind.INDEX for found in inside.values()
        )
        for step in sorted(steps, key=make_sort_key):
            if step in taken:
                continue
            if step in self.texts:
                if listing and step == listing.path and has_prose(self.texts[step]):
                    title = "" if find_text_title(self.texts[step]) else "Introduction"
                    opening.append(replace(self._make_entry(step, title, part), depth=None))
                elif self._is_chapter(step, folder, chapters, listing):
                    unlisted.append(self._make_entry(step, "", part))
            elif are_lone:
                unlisted.append(self._make_entry(inside[step][0], "", part))
            elif not any(path.startswith(f"{step}/") for path in taken):
                unlisted += self._arrange_subfolder(step, names, part, "")
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
        if any(entry.appendix and entry.part for entry in entries):
            return [replace(e, appendix=False, depth=None) if e.appendix else e for e in entries]
        return sorted(entries, key=lambda entry: entry.appendix)

    def _make_entry(self, path: str, title: str, part: str, line: int = 1, depth: int = 0) -> ContentsEntry:
        kind = classify_file(path)
        return ContentsEntry(
            title=title or find_text_title(self.texts[path]) or make_title(path),
            path=path,
            depth=None if kind is FileKind.FRONT else depth,
            part=part,
            line=line,
            appendix=kind is FileKind.APPENDIX,
        )

    def _arrange_subfolder(
        self, folder: str, names: Sequence[str], part: str, title: str
    ) -> list[ContentsEntry]:
        inside = [name for name in names if name.startswith(f"{folder}/")]
        if part:
            self.add_findings(inside, "parts cannot be nested", f'moved to the part "{part}"')
        return self.arrange_folder(folder, inside, part or title or self._find_part_title(folder, inside))

    def _find_part_title(self, folder: str, inside: Sequence[str]) -> str:
        index = next(
            (n for n in inside if posixpath.dirname(n) == folder and classify_file(n) is FileKind.INDEX), ""
        )
        written = find_text_title(self.texts[index]) if index else ""
        return find_folder_title(self.shared, folder) or written or make_title(folder)

    def _is_chapter(self, path: str, folder: str, chapters: Sequence[str], listing: _Listing | None) -> bool:
        """Return whether a file that is not listed becomes a chapter; report files that are omitted."""
        kind, text = classify_file(path), self.texts[path]
        if kind is FileKind.LIST or (listing and listing.path == path and is_readme(path)):
            action = "omitted, since the table of contents is generated"
            self.add_findings([path], "the file lists the chapters", action)
            return False
        if kind is not FileKind.INDEX or not chapters:
            return True
        if not folder and is_readme(path):
            self.add_findings([path], "the file is about the project, not a chapter", "omitted")
            return False
        # In a subfolder, an index page with only a heading is the title of the part.
        rest = re.sub(r"^#.*$", "", text, count=1, flags=re.MULTILINE) if find_headings(text) else text
        return not folder or bool(rest.strip())

    def _find_listing(self, folder: str, here: Sequence[str], chapters: Sequence[str]) -> _Listing | None:
        """Return the file that lists the most chapters of a folder.

        Return None if this file lists fewer than two chapters, or less than half of the chapters.
        """
        lists = [
            self._read_list(path, chapters)
            for path in here
            if classify_file(path) in (FileKind.LIST, FileKind.INDEX)
        ]
        best = max(lists, key=lambda found: len(found.covers), default=None)
        if best is None or len(best.covers) < 2 or 2 * len(best.covers) < len(chapters):
            return None
        return best

    def _read_list(self, path: str, chapters: Sequence[str]) -> _Listing:
        listed = find_list_items(self.texts[path])
        targets = [(item, self._resolve_target(item.target, path)) for item in listed]
        if not any(target for _, target in targets):
            titles = {_fold_title(find_text_title(self.texts[name])): name for name in chapters}
            targets = [(item, titles.get(_fold_title(item.title), "")) for item in listed if not item.target]
        covers: set[str] = set()
        kept = []
        for item, target in targets:
            inside = [name for name in chapters if name == target or name.startswith(f"{target}/")]
            if target and target != path and set(inside) - covers:
                covers |= set(inside)
                kept.append((item, target))
        return _Listing(path, tuple(kept), frozenset(covers))

    def _resolve_target(self, target: str, path: str) -> str:
        """Return the path of the file or folder for a URL in a list, or "" if it is not in the book."""
        target = target.partition("#")[0].partition("?")[0].rstrip("/")
        if not target or re.match(r"[a-z][a-z0-9+.-]*:|//", target):
            return ""
        beside = "" if target.startswith("/") else posixpath.dirname(path)
        full = posixpath.normpath(posixpath.join(beside, target.lstrip("/")))
        names = (full, f"{full}.md", re.sub(r"\.html?$", ".md", full))
        text_there = next((name for name in names if name in self.texts), "")
        if text_there and not (
            classify_file(text_there) is FileKind.INDEX and self._has_other_texts(text_there)
        ):
            return text_there
        folder = posixpath.dirname(text_there) if text_there else full
        return folder if folder and any(name.startswith(f"{folder}/") for name in self.texts) else text_there

    def _has_other_texts(self, index: str) -> bool:
        """Return whether the folder of ``index`` has further Markdown texts, which may be in subfolders.

        Chapter lists do not count. For the root folder, the result is always False.
        """
        folder = posixpath.dirname(index)
        return bool(folder) and any(
            name != index and name.startswith(f"{folder}/") and classify_file(name) is not FileKind.LIST
            for name in self.texts
        )

    def _arrange_listing(self, listing: _Listing, names: Sequence[str], part: str) -> list[ContentsEntry]:
        heads = [item.heading for item, _ in listing.items]
        in_parts = not part and len(set(heads)) > 1
        out: list[ContentsEntry] = []
        for item, target in listing.items:
            under = part or (item.heading if in_parts else "")
            if target in self.texts:
                out.append(self._make_entry(target, item.title, under, item.line, item.depth))
            else:
                out += self._arrange_subfolder(target, names, part, item.title)
        return _close_depth_gaps(out)


def _close_depth_gaps(entries: Sequence[ContentsEntry]) -> list[ContentsEntry]:
    out: list[ContentsEntry] = []
    for entry in entries:
        before = out[-1] if out else None
        deepest = before.depth + 1 if before and before.depth is not None and before.part == entry.part else 0
        out.append(replace(entry, depth=min(entry.depth, deepest)) if entry.depth else entry)
    return out


def _fold_title(title: str) -> str:
    return re.sub(r"[\W_]+", "", _TYPED.sub("", title).casefold())


def make_title(path: str) -> str:
    """Return a title made from the name of a file or folder, without its extension and leading number."""
    stem = re.sub(r"\.(md|markdown)$", "", posixpath.basename(path))
    words = re.sub(r"^\d+[-_. ]+", "", stem).replace("-", " ").replace("_", " ").strip()
    return (words or stem)[:1].upper() + (words or stem)[1:]


_DEFINED = re.compile(r"^ {0,3}\[(\^?)([^\[\]\n]+)\]:(?!:)")
_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\[\]]*\](?:\([^()]*\))?)*+\]\([^()]*\)")
_LINK_TITLE = re.compile(r"^[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\))[ \t]*$")


@dataclass(frozen=True, slots=True)
class SplitText:
    """The chapters of a Markdown text, and the book title if all other headings are below the first one."""

    sections: tuple[SectionFile, ...]
    title: str = ""
    level: int = 0
    """The level of the headings that begin chapters, 0 if there are none."""


def split_chapters(draft: Draft, *, opening_title: str, pandoc: bool = False) -> SplitText:
    """Split a Markdown text into chapters. Content before the first chapter gets the title ``opening_title``.

    With ``pandoc``, ids of headings are generated as in pandoc, otherwise as on GitHub.
    """
    draft = _move_title_first(
        _identify_repeated_headings(draft, automatic_id if pandoc else make_github_slug)
    )
    text = draft.text
    found = [h for h in find_headings(text) if not text[h.start : h.marks[0]].strip().startswith(">")]
    title = _find_book_title(text, found)
    rest = found[1:] if title else found
    level = min((heading.level for heading in rest), default=0)
    level = max(level, 2) if title else level
    starts = [heading for heading in rest if heading.level == level]
    bounds = [0, *(heading.start for heading in starts), len(text)]
    names = ["", *(heading.plain for heading in starts)]
    definitions = _find_definitions(text)
    sections: list[SectionFile] = []
    for name, (start, end) in zip(names, pairwise(bounds), strict=True):
        body = _extract_chapter(draft, (start, end), definitions)
        if name:
            body = _raise_headings(body, level - 1)
        elif not _has_content(body.text, title):
            continue
        stem = make_slug(name)[:60].strip("-")
        path = f"{len(sections) + 1:02}{'-' if stem else ''}{stem}.md"  # the number makes the path unique
        head: HeadValues = {} if name or not starts else {"unnumbered": True}
        piece = SourceText(draft=replace(body, path=draft.path), title="" if name else opening_title)
        sections.append(SectionFile(path=path, pieces=(piece,), head=head))
    return SplitText(tuple(sections), title.plain if title else "", level if starts else 0)


def _identify_repeated_headings(draft: Draft, make_id: Callable[[str], str]) -> Draft:
    """Add ids to headings with equal text, since their generated ids depend on their order in the text."""
    found = find_headings(draft.text)
    slugs = [heading.id or make_id(heading.plain) for heading in found]
    counts = Counter(slugs)
    seen: Counter[str] = Counter()
    edits = []
    for heading, name in zip(found, slugs, strict=True):
        identifier = f"{name}-{seen[name]}" if seen[name] else name
        seen[name] += 1
        if counts[name] > 1 and not heading.id and re.fullmatch(r"[^\W\d_][\w.-]*", identifier):
            edits += rewrite_heading(heading, level=heading.level, identifier=identifier)
    return draft.apply(edits)


def _find_book_title(text: str, found: Sequence[Heading]) -> Heading | None:
    """Return the first heading if all other headings are at lower levels, or else None."""
    first = found[0] if found else None
    if first is None or len(found) == 1 or any(heading.level <= first.level for heading in found[1:]):
        return None
    # Links and images may precede the title.
    return None if re.search(r"\w", _LINK.sub("", mask(text[: first.start]))) else first


def _move_title_first(draft: Draft) -> Draft:
    """Move links and images that precede the book title so that they follow it."""
    title = _find_book_title(draft.text, find_headings(draft.text))
    above = draft.text[: title.start] if title else ""
    if title is None or not has_visible_text(mask(above)):
        return draft
    moved = Edit(title.end, title.end, f"\n\n{above.strip()}\n")
    return draft.apply([Edit(0, title.start, ""), moved])


def _has_content(text: str, title: Heading | None) -> bool:
    """Return whether a text has content other than the book title, comments, and link or note definitions."""
    for line in scan_lines(text):
        heads = title is not None and title.start <= line.start < title.text_end
        if (
            line.kind not in (LineKind.BLANK, LineKind.COMMENT)
            and not heads
            and not _DEFINED.match(line.text)
        ):
            return True
    return False


def _raise_headings(draft: Draft, levels: int) -> Draft:
    edits = [
        edit
        for heading in find_headings(draft.text)
        for edit in rewrite_heading(heading, level=max(heading.level - levels, 1), identifier="")
    ]
    return draft.apply(edits)


@dataclass(frozen=True, slots=True)
class _Definition:
    """A definition of a link or a footnote: its span, and the markup of its uses, such as ``[^1]``."""

    start: int
    end: int
    use: str

    @property
    def is_note(self) -> bool:
        return self.use.startswith("[^")


def _find_definitions(text: str) -> list[_Definition]:
    lines = scan_lines(text)
    out: list[_Definition] = []
    for index, line in enumerate(lines):
        match = _DEFINED.match(line.text) if line.is_prose and not line.quote and not line.items else None
        inside = index > 0 and lines[index - 1].is_prose and not (out and out[-1].end == lines[index - 1].end)
        if match and not inside:  # a definition cannot be inside a paragraph
            last = _find_note_end(lines, index) if match.group(1) else _find_link_end(lines, index, match)
            out.append(
                _Definition(line.start, lines[last].end, f"[{match.group(1)}{fold_text(match.group(2))}]")
            )
    return out


def _find_link_end(lines: Sequence[SourceLine], index: int, match: re.Match[str]) -> int:
    """Return the index of a link definition's last line; the URL or title may be on a second line."""
    bare = not lines[index].text[match.end() :].strip()
    if index + 1 < len(lines) and (bare or _LINK_TITLE.match(lines[index + 1].text)):
        return index + 1
    return index


def _find_note_end(lines: Sequence[SourceLine], index: int) -> int:
    """Return the index of a footnote definition's last line, including indented paragraphs."""
    last = index
    for number in range(index + 1, len(lines)):
        line = lines[number]
        if line.kind is LineKind.BLANK:
            continue
        indented = measure_indent(line.text) >= 4
        follows = number == last + 1 and line.is_prose and not _DEFINED.match(line.text)
        if not indented and not follows:
            break
        last = number
    return last


def _extract_chapter(draft: Draft, span: tuple[int, int], definitions: Sequence[_Definition]) -> Draft:
    """Return the chapter at ``span``, with the link and footnote definitions that it uses.

    Footnote definitions within it that only other chapters use are left out.
    """
    start, end = span
    body = draft.extract(start, end)
    near = [item for item in definitions if start <= item.start < end]
    away = [item for item in definitions if not start <= item.start < end]
    kept = {item.use for item in near}
    text = fold_text(_remove_note_labels(body.text, [item.use for item in near if item.is_note]))
    unused = [item for item in near if item.is_note and item.use not in text]
    elsewhere = fold_text(draft.text[:start] + draft.text[end:]) if unused else ""
    edits = [Edit(item.start - start, item.end - start, "") for item in unused if item.use in elsewhere]
    added: list[str] = []
    waiting = True
    while waiting:
        waiting = False
        for item in away:
            if item.use in text and item.use not in kept:
                kept.add(item.use)
                added.append(draft.text[item.start : item.end])
                text += fold_text(added[-1].partition("]:")[2])
                waiting = True
    if added:
        edits.append(Edit(len(body.text), len(body.text), "\n\n" + "\n\n".join(added) + "\n"))
    return body.apply(edits)


def _remove_note_labels(text: str, uses: Sequence[str]) -> str:
    for use in uses:
        text = re.sub(rf"^ {{0,3}}{re.escape(use)}:", "", text, flags=re.MULTILINE | re.IGNORECASE)
    return text
