"""Convert formulas from TeX."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from triptych.engine.cache import Cache
from triptych.media.formulas.mathml import correct_mathml
from triptych.reading.pandoc import read_markdown

MathmlOf = Callable[[Sequence[str]], list[str]]


@pytest.fixture
def mathml_of(shared_cache: Cache) -> MathmlOf:
    """Convert TeX between dollar signs to MathML as in the book, or "" if pandoc cannot parse it."""

    def read(formulas: Sequence[str]) -> list[str]:
        (reading,) = read_markdown(["\n\n".join(formulas)], shared_cache)
        assert not isinstance(reading, Exception)
        spans = [block["c"][0]["c"] for block in reading.blocks]
        return [correct_mathml(dict(attributes[2])["mathml"]) for attributes, _ in spans]

    return read
