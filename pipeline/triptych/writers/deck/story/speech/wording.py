"""A sentence of the book → a sentence as it is said: no citation, no note, no number that nobody sees."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from triptych.languages.labels import Labels
from triptych.languages.talk_words import load_talk_words
from triptych.model import nodes
from triptych.model.nodes import Inline
from triptych.model.walk import plain_text, rewrite_all, walk_all

# Around what is said in place of a reference, by whether the slide shows what it leads to.
_HERE, _ELSEWHERE, _BEHIND = "\ue000", "\ue001", "\ue002"
_REFERENCE = re.compile(f"([{_HERE}{_ELSEWHERE}])([^{_BEHIND}]*){_BEHIND}")
_IN_BRACKETS = re.compile(rf"\s*[(（\[][^()（）\[\]]*(?:{_HERE}|{_ELSEWHERE}|https?://)[^()（）\[\]]*[)）\]]")
_BRACKETS = re.compile(r"\s*(?:\([^()]*\)|（[^（）]*）|\[[^\[\]]*\])")
_EMPTY = re.compile(r"\s*(?:\(\s*[;,]?\s*\)|（\s*）|\[\s*\])")
_LOOSE = re.compile(r"\s+(?=[.,;:!?)\]])(?![.,]\d)")
_DOUBLE = re.compile(r"([,;:])(?:\s*[,;:])+|,(?=[.!?])")
_AT_START = re.compile(r"^[\s“„«‘\"'(]*$")
# Languages in which words for a thing are the same wherever they stand in a sentence.
_UNINFLECTED = frozenset("en zh ja vi th id ms".split())
_ARTICLE = re.compile(r"\b[Tt]he\s+$")
# "the table below" is on a slide, not below.
_THINGS = "chart|figure|table|listing|picture|diagram|formula|equation"
_PLACED = re.compile(rf"\b((?:{_THINGS})s?) (?:below|above)\b")
_FOLLOWING = re.compile(rf"\b([Tt])he following (?=(?:{_THINGS})\b)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence as it can be said.

    One that ``points`` speaks of what the slide shows, one that ``strays`` of what another place of the book
    does. One that ``leans`` needs the one before it; one that ``announces`` needs what follows in the book.
    """

    text: str
    points: bool = False
    strays: bool = False
    leans: bool = False
    announces: bool = False


@dataclass(frozen=True, slots=True)
class Wording:
    """How a slide's sentences are worded: ``here`` has the ids of what it shows, and the kind of each."""

    labels: Labels
    here: Mapping[str, str] = field(default_factory=dict)

    def sentence(self, content: tuple[Inline, ...]) -> Sentence | None:
        """Inlines as a sentence; None where nothing is left to say.

        A reference to what the slide shows becomes "the chart"; where a language would inflect these words,
        only at the beginning of a sentence. Brackets that hold a reference go.
        """
        text = _IN_BRACKETS.sub("", plain_text(rewrite_all(content, self._plain)))
        own = [match for match in _REFERENCE.finditer(text) if match[1] == _HERE]
        strays = _ELSEWHERE in text
        # Several of one slide, such as its panels, are told apart by their numbers alone.
        text = self._pointed(text, own[0]) if len(own) == 1 else text
        text = _REFERENCE.sub(lambda match: match[2].partition("|")[0], text)
        text = _tidied(text)
        if not any(map(str.isalnum, text)):
            return None
        words = load_talk_words(self.labels.language)
        lowered = text.replace("’", "'").lower()
        return Sentence(
            text=text,
            points=any(map(self._is_here, walk_all(content))),
            strays=strays,
            leans=bool(words.leaning.match(lowered) or words.openers.match(lowered)),
            announces=text.endswith((":", "：")),
        )

    def _is_here(self, node: object) -> bool:
        return _target(node) in self.here

    def _pointed(self, text: str, match: re.Match[str]) -> str:
        before, behind = text[: match.start()], text[match.end() :]
        label, _, phrase = match[2].partition("|")
        language = self.labels.language.lower().partition("-")[0]
        if language == "en" and phrase:
            before = _ARTICLE.sub("", before)
        first = _AT_START.match(before) is not None
        if not phrase or not (language in _UNINFLECTED or (first and behind[:1] in ("", " ", ",", "\u00a0"))):
            return f"{before}{label}{behind}"
        return f"{before}{phrase[:1].upper() + phrase[1:] if first else phrase}{behind}"

    def _plain(self, node: Any) -> Any:
        match node:
            case nodes.Note() | nodes.IndexMark():
                return ()
            case nodes.Citation():
                named = _BRACKETS.sub("", plain_text(node.content)).strip()
                return nodes.Text(text=named) if any(map(str.isalpha, named)) else ()
            case nodes.Phrase() if node.attr.has("aside"):
                return ()
            case nodes.Image():
                return nodes.Text(text="" if node.decorative else node.alt)
            case nodes.Math():
                return nodes.Text(text=node.spoken or node.text or node.tex)
            case nodes.Reference() | nodes.Link() if _target(node):
                kind = self.here.get(_target(node), "")
                shown = load_talk_words(self.labels.language).shown
                phrase = shown.get(kind, "") if isinstance(node, nodes.Reference) else ""
                sign = _HERE if kind else _ELSEWHERE if isinstance(node, nodes.Reference) else ""
                words = plain_text(node.content)
                return nodes.Text(text=f"{sign}{words}|{phrase}{_BEHIND}" if sign else words)
        return node


def _target(node: object) -> str:
    """The id that a reference or a link within the book leads to."""
    match node:
        case nodes.Reference(target=target):
            return target
        case nodes.Link(target=target) if target.startswith("#") and not node.attr.has(nodes.TERM):
            return target.removeprefix("#")
    return ""


def _tidied(text: str) -> str:
    """Text without what is left where words were taken out, and without where things stand on a page."""
    text = _LOOSE.sub("", _EMPTY.sub("", text))
    text = _DOUBLE.sub(lambda match: match[1] or "", text)
    text = _FOLLOWING.sub(r"\1his ", _PLACED.sub(r"\1", text))
    return " ".join(text.split(" ")).strip()
