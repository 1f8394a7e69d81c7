"""The order of a folder of texts: what lists of contents in it say, else the names of files and folders."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from triptych_import.draft import Finding
from triptych_import.markdown.headings import headings
from triptych_import.outline import shared_titles
from triptych_import.outline.file_names import Kind, is_readme, kind_of, natural, stands_last
from triptych_import.outline.link_lists import Item, has_prose, items
from triptych_import.outline.summary import Entry

_TYPED = re.compile(r"^(?:chapter|appendix|part|kapitel|anhang)\s+\w+\s*[:.–—-]\s*", re.IGNORECASE)


def arranged(texts: Mapping[str, str], shared: Mapping[str, str]) -> tuple[list[Entry], list[Finding]]:
    """The texts of a book in order. ``shared`` has the titles of the book that files begin with."""
    desk = _Desk(texts, shared)
    about = [path for path in texts if kind_of(path) is Kind.ABOUT]
    desk.note(about, "the file is about the project, not a chapter", "omitted")
    entries = desk.folder("", [path for path in texts if path not in set(about)], "")
    return desk.numbered(entries), desk.found


@dataclass(frozen=True, slots=True)
class _Listing:
    """A file that lists chapters, and the paths or folders that its items mean."""

    path: str
    items: tuple[tuple[Item, str], ...]
    covers: frozenset[str]


@dataclass(slots=True)
class _Desk:
    texts: Mapping[str, str]
    shared: Mapping[str, str]
    found: list[Finding] = field(default_factory=list)

    def note(self, paths: Iterable[str], what: str, done: str) -> None:
        self.found += [Finding(path=path, what=what, done=done) for path in paths]

    def folder(self, folder: str, names: Sequence[str], part: str) -> list[Entry]:
        """The entries of a folder and all below it, first a list of chapters that says more than that."""
        names = sorted(names, key=natural)
        here = [name for name in names if posixpath.dirname(name) == folder]
        chapters = [name for name in names if kind_of(name) not in (Kind.LIST, Kind.INDEX)]
        listing = self._listing(folder, here, chapters)
        ordered = self._listed(listing, names, part) if listing else []
        taken = {entry.path for entry in ordered}
        unlisted: list[Entry] = []
        opening: list[Entry] = []
        steps = _steps(folder, names)
        lone = _lone([step for step in steps if step not in self.texts], names)
        for step in steps:
            if step in self.texts:
                if step in taken:
                    continue
                if listing and step == listing.path and has_prose(self.texts[step]):
                    title = "" if shared_titles.title(self.texts[step]) else "Introduction"
                    opening.append(replace(self._entry(step, title, part), depth=None))
                elif self._is_chapter(step, folder, chapters, listing):
                    unlisted.append(self._entry(step, "", part))
            elif step in lone:
                unlisted.append(self._entry(lone[step], "", part))
            elif not any(path.startswith(f"{step}/") for path in taken):
                unlisted += self._below(step, names, part, "")
        if listing is None:
            return unlisted
        what = f'the table of contents in "{listing.path}" does not list this file'
        before = [
            entry
            for entry in unlisted
            if entry.depth is None and posixpath.dirname(entry.path) == folder and not stands_last(entry.path)
        ]
        after = [entry for entry in unlisted if entry not in before]
        self.note((entry.path for entry in before), what, "placed before the listed chapters")
        self.note((entry.path for entry in after), what, "placed after the listed chapters")
        return [*opening, *before, *ordered, *after]

    def numbered(self, entries: Sequence[Entry]) -> list[Entry]:
        """Appendices stand behind the chapters where the book has no parts that hold them."""
        if any(entry.appendix and entry.part for entry in entries):
            return [replace(e, appendix=False, depth=None) if e.appendix else e for e in entries]
        return sorted(entries, key=lambda entry: entry.appendix)

    def _entry(self, path: str, title: str, part: str, line: int = 1, depth: int = 0) -> Entry:
        kind = kind_of(path)
        return Entry(
            title=title or shared_titles.title(self.texts[path]) or named(path),
            path=path,
            depth=None if kind is Kind.FRONT else depth,
            part=part,
            line=line,
            appendix=kind is Kind.APPENDIX,
        )

    def _below(self, folder: str, names: Sequence[str], part: str, title: str) -> list[Entry]:
        inside = [name for name in names if name.startswith(f"{folder}/")]
        if part:
            self.note(inside, "parts cannot be nested", f'moved to the part "{part}"')
        return self.folder(folder, inside, part or title or self._part_title(folder, inside))

    def _part_title(self, folder: str, inside: Sequence[str]) -> str:
        index = next((n for n in inside if posixpath.dirname(n) == folder and kind_of(n) is Kind.INDEX), "")
        written = shared_titles.title(self.texts[index]) if index else ""
        return shared_titles.of_folder(self.shared, folder) or written or named(folder)

    def _is_chapter(self, path: str, folder: str, chapters: Sequence[str], listing: _Listing | None) -> bool:
        """Whether a file that no list names is a chapter; what is left out and says something is reported."""
        kind, text = kind_of(path), self.texts[path]
        if kind is Kind.LIST or (listing and listing.path == path and is_readme(path)):
            self.note(
                [path], "the file lists the chapters", "omitted, since the table of contents is generated"
            )
            return False
        if kind is not Kind.INDEX or not chapters:
            return True
        if not folder and is_readme(path):
            self.note([path], "the file is about the project, not a chapter", "omitted")
            return False
        return not folder or _says_more(text)  # else it only names the part

    def _listing(self, folder: str, here: Sequence[str], chapters: Sequence[str]) -> _Listing | None:
        """The list that names most of a folder's texts, if it names half of them and more than one."""
        lists = [self._read_list(path, chapters) for path in here if kind_of(path) in (Kind.LIST, Kind.INDEX)]
        best = max(lists, key=lambda found: len(found.covers), default=None)
        if best is None or len(best.covers) < 2 or 2 * len(best.covers) < len(chapters):
            return None
        return best

    def _read_list(self, path: str, chapters: Sequence[str]) -> _Listing:
        listed = items(self.texts[path])
        places = [(item, self._target(item.target, path)) for item in listed]
        if not any(place for _, place in places):
            titles = {_key(shared_titles.title(self.texts[name])): name for name in chapters}
            places = [(item, titles.get(_key(item.title), "")) for item in listed if not item.target]
        covers: set[str] = set()
        kept = []
        for item, place in places:
            inside = [name for name in chapters if name == place or name.startswith(f"{place}/")]
            if place and place != path and set(inside) - covers:
                covers |= set(inside)
                kept.append((item, place))
        return _Listing(path, tuple(kept), frozenset(covers))

    def _target(self, target: str, path: str) -> str:
        """The text or folder that an address in a list means, "" for what is none of the book's."""
        target = target.partition("#")[0].partition("?")[0].rstrip("/")
        if not target or re.match(r"[a-z][a-z0-9+.-]*:|//", target):
            return ""
        beside = "" if target.startswith("/") else posixpath.dirname(path)
        full = posixpath.normpath(posixpath.join(beside, target.lstrip("/")))
        names = (full, f"{full}.md", re.sub(r"\.html?$", ".md", full))
        text_there = next((name for name in names if name in self.texts), "")
        if text_there and not (kind_of(text_there) is Kind.INDEX and self._leads(text_there)):
            return text_there
        place = posixpath.dirname(text_there) if text_there else full
        return place if place and any(name.startswith(f"{place}/") for name in self.texts) else text_there

    def _leads(self, index: str) -> bool:
        """Whether the first page of a folder stands for other texts in it."""
        folder = posixpath.dirname(index)
        return bool(folder) and any(
            name != index and name.startswith(f"{folder}/") and kind_of(name) is not Kind.LIST
            for name in self.texts
        )

    def _listed(self, listing: _Listing, names: Sequence[str], part: str) -> list[Entry]:
        heads = [item.heading for item, _ in listing.items]
        in_parts = not part and len(set(heads)) > 1
        out: list[Entry] = []
        for item, place in listing.items:
            under = part or (item.heading if in_parts else "")
            if place in self.texts:
                out.append(self._entry(place, item.title, under, item.line, item.depth))
            else:
                out += self._below(place, names, part, item.title)
        return _nested(out)


def _nested(entries: Sequence[Entry]) -> list[Entry]:
    """Depths without gaps: the first of a run is a chapter."""
    out: list[Entry] = []
    for entry in entries:
        before = out[-1] if out else None
        deepest = before.depth + 1 if before and before.depth is not None and before.part == entry.part else 0
        out.append(replace(entry, depth=min(entry.depth, deepest)) if entry.depth else entry)
    return out


def _steps(folder: str, names: Sequence[str]) -> list[str]:
    """The files and folders right in a folder, in the order of their names."""
    start = len(folder) + 1 if folder else 0
    steps = {(folder + "/" if folder else "") + name[start:].partition("/")[0] for name in names}
    return sorted(steps, key=natural)


def _lone(folders: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """Folders → the one text of each, where none has a name of its own or more than one."""
    inside = {folder: [name for name in names if name.startswith(f"{folder}/")] for folder in folders}
    lone = all(len(found) == 1 and kind_of(found[0]) is not Kind.INDEX for found in inside.values())
    return {folder: found[0] for folder, found in inside.items()} if lone and len(folders) > 1 else {}


def _key(title: str) -> str:
    return re.sub(r"[\W_]+", "", _TYPED.sub("", title).casefold())


def _says_more(text: str) -> bool:
    """Whether a text holds anything but one heading."""
    found = headings(text)
    rest = re.sub(r"^#.*$", "", text, count=1, flags=re.MULTILINE) if found else text
    return bool(rest.strip())


def named(path: str) -> str:
    """What a file or folder is called after its name, without its ending and its number."""
    stem = re.sub(r"\.(md|markdown)$", "", posixpath.basename(path))
    words = re.sub(r"^\d+[-_. ]+", "", stem).replace("-", " ").replace("_", " ").strip()
    return (words or stem)[:1].upper() + (words or stem)[1:]
