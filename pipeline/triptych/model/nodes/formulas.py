"""TeX formulas, in a line and on lines of their own."""

from __future__ import annotations

from dataclasses import dataclass

from triptych.diagnostics import Span
from triptych.model.nodes.attributes import NO_ATTR, Attr


@dataclass(frozen=True, slots=True, kw_only=True)
class Math:
    """A TeX formula within a line.

    ``mathml``, which drawings are made from too, and ``omml``, Office Math, are XML; both are "" where the
    TeX was not understood. Known after the passes: ``spoken``, its alternative text in all
    outputs, and ``text``, what stands for it where only plain text can.
    """

    tex: str
    mathml: str
    omml: str = ""
    spoken: str = ""
    text: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """A TeX formula on a line of its own; its forms are those of ``Math``.

    ``tag`` is written in place of its number, with the brackets that belong to it. ``labels`` are
    further names that LaTeX references call it by.
    """

    tex: str
    mathml: str
    omml: str = ""
    spoken: str = ""
    text: str = ""
    tag: str = ""
    labels: tuple[str, ...] = ()
    attr: Attr = NO_ATTR
    span: Span | None = None
