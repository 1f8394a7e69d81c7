"""Join texts, each closed as a sentence."""

from __future__ import annotations

from triptych.model.nodes import Inline, Text
from triptych.model.walk import plain_text

_CLOSING = tuple(".!?…:;。！？：；؟।۔")
_BEHIND = "”’»“‘\"')]）」』"  # what may stand behind a full stop


def join_sentences(*texts: tuple[Inline, ...], stop: str = ". ") -> tuple[Inline, ...]:
    """Join texts, each closed with a full stop if it lacks one.

    ``stop`` is the full stop of their language with what stands between it and the next sentence.
    """
    gap = stop[len(stop.rstrip()) :]
    out: tuple[Inline, ...] = ()
    for text in filter(None, texts):
        out = (*out, *((Text(text=gap),) if out and gap else ()), *close_sentence(text, stop))
    return out


def close_sentence(text: tuple[Inline, ...], stop: str = ". ") -> tuple[Inline, ...]:
    """Append a full stop to a text unless it ends as a sentence."""
    if plain_text(text).rstrip(_BEHIND + " ").endswith(_CLOSING):
        return text
    return (*text, Text(text=stop.rstrip()))


def label_text(label: str, text: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return ``Source: text`` for the label "Source: "; empty without a text."""
    return (Text(text=label), *text) if text else ()
