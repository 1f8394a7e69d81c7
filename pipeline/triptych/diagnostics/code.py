"""The entry of a diagnostic code in the table of codes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error stops the build, a warning stops it with ``--strict`` only, a note never."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


ERROR, WARNING, NOTE = Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A kind of finding, as ``triptych explain`` and the guide's reference show it.

    ``rule`` is the name by which ``lint:`` in the manifest changes the severity, "" where none can.
    ``explanation`` says in two to five sentences what the finding means and why it matters. ``bad`` is source
    text or a command that causes it, ``good`` the same text or command after it was fixed.
    """

    severity: Severity
    summary: str
    rule: str = ""
    explanation: str
    bad: str
    good: str
