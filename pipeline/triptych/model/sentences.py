"""Join texts as sentences, each with its full stop."""

from __future__ import annotations

from triptych.model.nodes import Inline, Text
from triptych.model.walk import plain_text

_CLOSING = tuple(".!?…:;。！？：；؟।۔")
_AFTER_STOP = "”’»“‘\"')]）」』"  # marks that may follow a full stop


def join_sentences(*texts: tuple[Inline, ...], stop: str = ". ") -> tuple[Inline, ...]:
    """Join texts and add a full stop to each that lacks one.

    ``stop`` is the full stop of the language with the space that follows it.
    """
    gap = stop[len(stop.rstrip()) :]
    out: tuple[Inline, ...] = ()
    for text in filter(None, texts):
        out = (*out, *((Text(text=gap),) if out and gap else ()), *close_sentence(text, stop))
    return out


def close_sentence(text: tuple[Inline, ...], stop: str = ". ") -> tuple[Inline, ...]:
    """Append a full stop to ``text`` unless it ends like a sentence."""
    if plain_text(text).rstrip(_AFTER_STOP + " ").endswith(_CLOSING):
        return text
    return (*text, Text(text=stop.rstrip()))


def label_text(label: str, text: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return ``text`` after its ``label``, such as "Source: ". Return nothing if ``text`` is empty."""
    return (Text(text=label), *text) if text else ()
