"""Test the conversion of values to text, from which cache keys are computed."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from dataclasses import replace

import pytest

from triptych.diagnostics import Span
from triptych.engine.store.serialisation import serialise_content
from triptych.model.nodes import Paragraph, Text
from triptych.writers.deck.kinds import PlaceholderRole

PARAGRAPH = Paragraph(content=(Text(text="Words"),), span=Span(path="source/a.md", line=3))


def test_different_values_have_different_content() -> None:
    others = [
        PARAGRAPH,
        replace(PARAGRAPH, tight=True),
        Paragraph(content=(Text(text="Words"), Text(text=""))),
        Paragraph(content=(Text(text="Word"), Text(text="s"))),
        (PARAGRAPH,),
        ((), PARAGRAPH),
        {"a": PARAGRAPH},
        b"Words",
        b"words",
        "1",
        1,
        1.0,
        True,
        None,
        PlaceholderRole.BODY,
        "body",
        dt.date(2025, 3, 4),
    ]
    assert len(set(map(serialise_content, others))) == len(others)


def test_source_position_is_not_serialised() -> None:
    moved = replace(PARAGRAPH, span=Span(path="source/b.md", line=9))
    assert serialise_content(moved) == serialise_content(PARAGRAPH)


def test_sets_are_serialised_in_the_same_order_in_every_process() -> None:
    program = (
        "from triptych.engine.store.serialisation import serialise_content;"
        "from triptych.writers.deck.kinds import PlaceholderRole; print(serialise_content(frozenset(PlaceholderRole)))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_unsupported_type_is_rejected() -> None:
    with pytest.raises(TypeError, match="no digest is defined for values of type object"):
        serialise_content((object(),))
