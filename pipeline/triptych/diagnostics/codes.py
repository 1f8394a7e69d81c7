"""Load the table of diagnostic codes (``codes.txt``) and the explanations of codes."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

FORMULA_RULE = "formula"
"""The rule whose severity ``math:`` in the manifest sets, instead of ``lint:``."""

_EXPLANATIONS = Path(__file__).with_name("explanations")
_EXPLANATION = re.compile(
    r"(?P<text>.*?)\n\n(`{3,})bad\n(?P<bad>.*?)\n\2\n\n(`{3,})good\n(?P<good>.*?)\n\4\n", re.DOTALL
)


class Severity(StrEnum):
    """The severity of a finding: errors stop the build, warnings do so with ``--strict``, notes never."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class DiagnosticCode(NamedTuple):
    """A diagnostic code with its default severity.

    ``rule`` is the name under which ``lint:`` changes the severity, or "" if the severity is fixed.
    """

    severity: Severity
    summary: str
    rule: str = ""


class Explanation(NamedTuple):
    """The explanation of a code, with an example that causes the finding and a corrected example."""

    text: str
    bad: str
    good: str


def read_explanation(code: str) -> Explanation:
    """Read the explanation of a code from its Markdown file, which ends with a bad and a good example."""
    match = _EXPLANATION.fullmatch((_EXPLANATIONS / f"{code}.md").read_text("utf-8"))
    assert match, f"the explanation of {code} must end with a code block `bad` and a code block `good`"
    return Explanation(" ".join(match["text"].split()), match["bad"], match["good"])


def _read_codes() -> dict[str, dict[str, DiagnosticCode]]:
    """Parse ``codes.txt``. Each heading is followed by lines with code, severity, rule and summary."""
    subjects: dict[str, dict[str, DiagnosticCode]] = {}
    for line in Path(__file__).with_name("codes.txt").read_text("utf-8").splitlines():
        if line.startswith("# "):
            codes = subjects[line[2:]] = {}
        elif line:
            code, severity, rule, summary = (cell.strip() for cell in line.split("|"))
            codes[code] = DiagnosticCode(Severity(severity), summary, rule)
    return subjects


SUBJECTS = _read_codes()
"""The codes by subject."""

CODES: dict[str, DiagnosticCode] = {
    code: entry for codes in SUBJECTS.values() for code, entry in codes.items()
}
"""The entry of each code, sorted within families."""
