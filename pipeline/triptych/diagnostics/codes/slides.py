"""Slides, PowerPoint templates and content that an output leaves out."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, NOTE, WARNING, Code

CODES = {
    "DEK001": Code(
        severity=ERROR,
        summary="something cannot fit on a slide",
        explanation="",
        bad="",
        good="",
    ),
    "DEK002": Code(
        severity=WARNING,
        summary="something was left off the slides",
        explanation="",
        bad="",
        good="",
    ),
    "DEK003": Code(
        severity=WARNING,
        summary="a chapter has no slide that shows something",
        explanation="",
        bad="",
        good="",
    ),
    "DEK004": Code(
        severity=WARNING,
        summary="a slide of one's own has not what it is to show",
        explanation="",
        bad="",
        good="",
    ),
    "DEK005": Code(
        severity=NOTE,
        summary="something is hidden for which a talk has no time",
        explanation="",
        bad="",
        good="",
    ),
    "DEK006": Code(
        severity=WARNING,
        summary="the notes of a talk take longer than its minutes, or far less",
        explanation="",
        bad="",
        good="",
    ),
    "DEK007": Code(
        severity=WARNING,
        summary="something on a slide is too small to be read",
        explanation="",
        bad="",
        good="",
    ),
    "DEK008": Code(
        severity=NOTE,
        summary="something is left to the book that a deck of so many slides has no room for",
        explanation="",
        bad="",
        good="",
    ),
    "DTP001": Code(
        severity=ERROR,
        summary="the deck's template cannot be used",
        explanation="",
        bad="",
        good="",
    ),
    "DTP002": Code(
        severity=ERROR,
        summary="the deck's template has no layout of a name",
        explanation="",
        bad="",
        good="",
    ),
    "DTP003": Code(
        severity=WARNING,
        summary="another layout of the deck's template takes the place of a missing one",
        explanation="",
        bad="",
        good="",
    ),
    "DTP004": Code(
        severity=WARNING,
        summary="text cannot be read on a background of the deck's template",
        explanation="",
        bad="",
        good="",
    ),
    "PAR001": Code(
        severity=WARNING,
        summary="an output leaves out a block without the author's word",
        explanation="",
        bad="",
        good="",
    ),
}
