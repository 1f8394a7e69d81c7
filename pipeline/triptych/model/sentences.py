"""Texts that follow each other, each closed as a sentence."""

from __future__ import annotations

from triptych.model.nodes import Inline, Text
from triptych.model.walk import plain_text

_CLOSING = tuple(".!?…:;。！？؟।")
_BEHIND = "”’»“‘\"')]）」』"  # what may stand behind a full stop
_IDEOGRAPHIC = ("zh", "ja")


def sentences(*texts: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Texts one after the other, a full stop behind each that has none, the last included."""
    out: tuple[Inline, ...] = ()
    for text in filter(None, texts):
        out = (*out, *((Text(text=" "),) if out else ()), *closed(text))
    return out


def closed(text: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """A text with a full stop behind it, unless it ends as a sentence."""
    if plain_text(text).rstrip(_BEHIND + " ").endswith(_CLOSING):
        return text
    return (*text, Text(text="."))


def labelled(word: str, text: tuple[Inline, ...], language: str) -> tuple[Inline, ...]:
    """``Source: text``, with the colon as the language sets it; empty without a text."""
    if not text:
        return ()
    primary = language.partition("-")[0].lower()
    colon = "\u00a0: " if primary == "fr" else "：" if primary in _IDEOGRAPHIC else ": "
    return (Text(text=word + colon), *text)
