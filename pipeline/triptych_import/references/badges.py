"""Badges of a repository, which tell of its last build and the like: they are no pictures of a book."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from triptych_import.book import Piece, SourceBook
from triptych_import.draft import Draft, Edit, Finding
from triptych_import.markdown.masking import prose

_HOSTS = (
    r"https?://(?:img\.shields\.io|badgen\.net|badge\.fury\.io|badges\.gitter\.im|travis-ci\.(?:org|com)"
    r"|codecov\.io|coveralls\.io|api\.netlify\.com/api/v1/badges)/[^\s()]*+"
    r"|(?>https?://[^\s()]*?[/_-]badge(?:\.svg|/)[^\s()]*)"
)
_ADDRESS = r"\((?:[^()\n]|\([^()\n]*\))*+\)"
_INLINE = re.compile(
    rf"(\[)?!\[[^\[\]\n]*\]\((?:{_HOSTS})(?:[ \t]++\"[^\"\n]*\")?\)(?(1)\](?:{_ADDRESS}|\[[^\[\]\n]*\]))"
)
_DEFINED = re.compile(rf"^ {{0,3}}\[([^\[\]\n]+)\]:[ \t]*<?(?:{_HOSTS})>?(?=\s|\Z)", re.MULTILINE)
_USED = re.compile(rf"(\[)?!\[([^\[\]\n]*)\](?:\[([^\[\]\n]*)\])?(?!\()(?(1)\](?:{_ADDRESS}|\[[^\[\]\n]*\]))")


def without(book: SourceBook) -> SourceBook:
    """A book without badges, and a finding for each."""
    found: list[Finding] = []

    def cleared(piece: Piece) -> Draft:
        edits = list(_edits(piece.draft))
        what, done = "repository badge", "omitted"
        found.extend(piece.draft.finding(edit.start, what, done) for edit in edits)
        return piece.draft.edited(edits)

    return replace(book.with_drafts(cleared), findings=(*book.findings, *found))


def _edits(draft: Draft) -> Iterator[Edit]:
    if "![" not in draft.text:
        return
    masked = prose(draft.text)
    for match in _INLINE.finditer(masked):
        yield _gone(masked, match)
    labels = {match.group(1).casefold() for match in _DEFINED.finditer(masked)}
    for match in _USED.finditer(masked) if labels else ():
        if (match.group(3) or match.group(2)).casefold() in labels:
            yield _gone(masked, match)


def _gone(masked: str, match: re.Match[str]) -> Edit:
    """A badge with the spaces before it."""
    start = match.start()
    while masked[start - 1 : start] in (" ", "\t"):
        start -= 1
    return Edit(start, match.end(), "")
