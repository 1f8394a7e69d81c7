"""Lists in a Markdown text that name the chapters of a book, as links or by their titles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

_COLONS = (":", "\uff1a")
_PARSER = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list: its words, where its first link leads, how deep it is nested, the heading above."""

    title: str
    target: str
    depth: int
    heading: str
    line: int


def items(text: str) -> list[Item]:
    """The items of all lists and the first cells of tables with links, in order."""
    return list(_items(_PARSER.parse(text)))


def has_prose(text: str) -> bool:
    """Return whether a text has a paragraph with words of its own, beside links, that leads to no list."""
    tokens = _PARSER.parse(text)
    inlines = (
        token
        for before, token in pairwise(tokens)
        if before.type == "paragraph_open"
        and not before.level
        and not token.content.rstrip().endswith(_COLONS)
    )
    return any(_words_beside_links(token.children or []) for token in inlines)


def _words_beside_links(children: list[Token]) -> bool:
    depth = 0
    for child in children:
        depth += (child.type == "link_open") - (child.type == "link_close")
        if not depth and child.type == "text" and re.search(r"\w", child.content):
            return True
    return False


def _items(tokens: list[Token]) -> Iterator[Item]:
    heading, depth, fresh = "", 0, False
    for index, token in enumerate(tokens):
        match token.type:
            case "heading_open":
                heading = _words(tokens[index + 1].children or [])
            case "bullet_list_open" | "ordered_list_open":
                depth += 1
            case "bullet_list_close" | "ordered_list_close":
                depth -= 1
            case "list_item_open" | "tr_open":
                fresh = True
            case "inline" if fresh:
                link = _link(token.children or [])
                if link is None and not depth:
                    continue  # a cell without a link
                fresh = False
                words, target = link or (_words(token.children or []), "")
                yield Item(words, target, max(depth - 1, 0), heading, (token.map or [0])[0] + 1)


def _link(children: list[Token]) -> tuple[str, str] | None:
    """The words and the address of the first link."""
    start = next((i for i, child in enumerate(children) if child.type == "link_open"), None)
    if start is None:
        return None
    end = next(i for i, child in enumerate(children) if i > start and child.type == "link_close")
    return _words(children[start + 1 : end]), unquote(str(children[start].attrGet("href") or ""))


def _words(children: list[Token]) -> str:
    texts = (
        " " if child.type == "softbreak" else child.content
        for child in children
        if child.type in ("text", "code_inline", "softbreak")
    )
    return re.sub(r"\s+", " ", "".join(texts)).strip()
