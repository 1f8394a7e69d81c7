"""What a file in a folder of texts is by its name: chapter, front matter, appendix, or none of the book."""

from __future__ import annotations

import posixpath
import re
from enum import Enum

_ENDING = re.compile(r"\.(md|markdown|mkd|mdown)$", re.IGNORECASE)
_ABOUT = re.compile(
    r"contributing.*|contributors|licen[cs]e.*|copying|copyright|code[-_ ]?of[-_ ]?conduct|changelog"
    r"|pull[-_]request[-_]template.*|issue[-_]template.*|cla|style[-_]?guide",
    re.IGNORECASE,
)
# Words that may be the name of a chapter as well: in capitals they are a habit of repositories.
_ABOUT_IN_CAPITALS = frozenset(
    "OUTLINE SECURITY SUPPORT HISTORY CHANGES TODO GOVERNANCE MAINTAINERS NOTICE RELEASES ROADMAP AGENTS"
    " CLAUDE CODEOWNERS ADMIN_TASKS NEWS".split()
)
_MEETING = re.compile(r"meetings?|meeting[-_ ]notes?|minutes", re.IGNORECASE)
_LIST = re.compile(r"(?:table[-_ ]of[-_ ])?contents|toc|_?summary|_sidebar", re.IGNORECASE)
_README = re.compile(r"readme(?:[._-].*)?", re.IGNORECASE)
_FRONT = {
    "foreword": "foreword", "vorwort": "preface", "preface": "preface",
    "prefacio": "preface", "prólogo": "preface", "prologo": "preface", "préface": "preface",
    "dedication": "dedication", "widmung": "dedication", "acknowledgments": "acknowledgments",
    "acknowledgements": "acknowledgments", "thanks": "acknowledgments", "danksagung": "acknowledgments",
    "agradecimientos": "acknowledgments", "remerciements": "acknowledgments",
}  # fmt: skip
_AT_THE_END = frozenset({"acknowledgments"})
_APPENDIX = re.compile(
    r"app?[-_]?[A-Za-z]|(?:appendix|appendices|anhang|ap[eé]ndice|annexe?|附录|付録)(?:[-_ ]?.*)",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"^\d+[-_. ]+")


class Kind(Enum):
    """What a file is in a book."""

    CHAPTER = "chapter"
    FRONT = "front matter"
    APPENDIX = "appendix"
    INDEX = "the first page of its folder"
    LIST = "list of contents"
    ABOUT = "text about the project"


def kind_of(path: str) -> Kind:
    """A file's path relative to the folder of the texts → what it is by its name."""
    *folders, name = path.split("/")
    stem = _ENDING.sub("", name)
    if any(_MEETING.fullmatch(folder) for folder in folders) or _MEETING.fullmatch(stem):
        return Kind.ABOUT
    if _ABOUT.fullmatch(stem) or stem in _ABOUT_IN_CAPITALS:
        return Kind.ABOUT
    if _README.fullmatch(stem) or stem.lower() == "index":
        return Kind.INDEX
    if _LIST.fullmatch(stem):
        return Kind.LIST
    bare = _ORDINAL.sub("", stem)
    if bare.lower() in _FRONT:
        return Kind.FRONT
    return Kind.APPENDIX if _APPENDIX.fullmatch(bare) else Kind.CHAPTER


def is_readme(path: str) -> bool:
    """Whether a file speaks of its folder rather than being a text of it."""
    return bool(_README.fullmatch(_ENDING.sub("", posixpath.basename(path))))


def role(path: str) -> str:
    """The role of front matter by its file's name, "" where it has none."""
    return _FRONT.get(_ORDINAL.sub("", _ENDING.sub("", posixpath.basename(path))).lower(), "")


def stands_last(path: str) -> bool:
    """Whether it is front matter that books of today have at their end."""
    return role(path) in _AT_THE_END


def natural(path: str) -> tuple[object, ...]:
    """What paths are ordered by: first pages, front matter, chapters, appendices; numbers by their value."""
    out: list[object] = []
    *folders, name = path.split("/")
    for step in folders:
        out.append((_rank(step), _numbers(step)))
    out.append((_rank(name), _numbers(name)))
    return tuple(out)


def _rank(name: str) -> int:
    match kind_of(name):
        case Kind.INDEX:
            return 0
        case Kind.FRONT:
            return 2 if _ORDINAL.match(name) else 4 if stands_last(name) else 1
        case Kind.APPENDIX:
            return 3
    return 2


def _numbers(name: str) -> tuple[tuple[int, int, str], ...]:
    return tuple(
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece)
        for piece in re.split(r"(\d+)", name.lower())
        if piece
    )
