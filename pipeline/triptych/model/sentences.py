"""Join inline content as sentences, each with a full stop."""

from __future__ import annotations

from triptych.model.nodes import Inline, Text
from triptych.model.walk import plain_text

_CLOSING = tuple(".!?…:;。！？：；؟।۔")
_MARKS_AFTER_STOP = "”’»“‘\"')]）」』"  # marks that may follow a full stop


def join_sentences(*texts: tuple[Inline, ...], full_stop: str = ". ") -> tuple[Inline, ...]:
    """Join inline content as sentences, and add missing full stops.

    ``full_stop`` is the language's full stop with the space that follows it, if any.
    """
    gap = full_stop[len(full_stop.rstrip()) :]
    out: tuple[Inline, ...] = ()
    for text in filter(None, texts):
        out = (*out, *((Text(text=gap),) if out and gap else ()), *close_sentence(text, full_stop))
    return out


def close_sentence(text: tuple[Inline, ...], full_stop: str = ". ") -> tuple[Inline, ...]:
    """Append a full stop to ``text`` unless it already ends with a closing punctuation mark."""
    if plain_text(text).rstrip(_MARKS_AFTER_STOP + " ").endswith(_CLOSING):
        return text
    return (*text, Text(text=full_stop.rstrip()))


def prepend_label(label: str, text: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Put a label such as "Source: " before ``text``, or return () if ``text`` is empty."""
    return (Text(text=label), *text) if text else ()
