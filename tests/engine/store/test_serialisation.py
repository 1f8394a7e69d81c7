"""Test that cached values are equal after loading, and that loading cannot run code."""

from __future__ import annotations

import datetime as dt
import pickle
import subprocess
from functools import partial
from pathlib import Path

import pytest

from triptych.diagnostics import Diagnostic, Span
from triptych.engine.cache import Cache
from triptych.engine.store.serialisation import UnsafeValueError, pack_values, unpack_values
from triptych.model.book import Chapter, Matter
from triptych.model.nodes import Attr, Group, Paragraph, Style, Styled, Text
from triptych.project import Project

CHAPTER = Chapter(
    id="c",
    slug="c",
    source="source/c.md",
    title=(Text(text="A"), Styled(style=Style.EMPHASIS, content=(Text(text="b"),))),
    blocks=(Paragraph(content=(Text(text="C"),)), Group(content=(), attr=Attr("x", ("y",), (("k", "v"),)))),
    matter=Matter.FRONT,
    span=Span(path="source/c.md", line=3),
)


@pytest.mark.parametrize(
    "value",
    [
        (),
        ["a", 1, 2.5, None, True, b"x"],
        {"a": (1,), ("b", 2): frozenset({3})},
        dt.date(2026, 4, 30),
        (CHAPTER, Diagnostic(code="SEC001", message="no", span=CHAPTER.span)),
    ],
)
def test_value_round_trips(value: object) -> None:
    assert unpack_values(pack_values(value)) == value


@pytest.mark.parametrize(
    "thing",
    [
        subprocess.run,
        eval,
        partial,
        Path("/"),
        Project,
        Cache,
        partial(print, "x"),
        UnsafeValueError,
        pack_values,
    ],
    ids=["run", "eval", "partial", "path", "project", "cache", "bound", "error", "function"],
)
def test_unsupported_type_is_rejected(thing: object) -> None:
    with pytest.raises(UnsafeValueError):
        unpack_values(pickle.dumps(thing))


def test_truncated_bytes_are_rejected() -> None:
    with pytest.raises((pickle.UnpicklingError, EOFError)):
        unpack_values(pack_values(CHAPTER)[:-20])
