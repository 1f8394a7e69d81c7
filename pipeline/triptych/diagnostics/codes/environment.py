"""The machine, the cache and files that were edited by hand."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, NOTE, Code

CODES = {
    "ENV001": Code(
        severity=ERROR,
        summary="an environment variable has the wrong form",
        explanation="",
        bad="",
        good="",
    ),
    "ENV002": Code(
        severity=ERROR,
        summary="temporary files were removed in the middle of a build",
        explanation="",
        bad="",
        good="",
    ),
    "ENV003": Code(
        severity=ERROR,
        summary="an extra of Triptych that the book needs is not installed",
        explanation="",
        bad="",
        good="",
    ),
    "ENV004": Code(
        severity=NOTE,
        summary="a process ended before it was done, and its work was done once more",
        explanation="",
        bad="",
        good="",
    ),
    "ENV005": Code(
        severity=ERROR,
        summary="one process after the other ended at the same work",
        explanation="",
        bad="",
        good="",
    ),
    "ENV006": Code(
        severity=NOTE,
        summary="cached results are damaged or from another user, and were made again",
        explanation="",
        bad="",
        good="",
    ),
    "ENV007": Code(
        severity=NOTE,
        summary="no key for the cache can be kept, so results last for one run only",
        explanation="",
        bad="",
        good="",
    ),
    "OUT001": Code(
        severity=NOTE,
        summary="an output was not as it was built, and is kept beside the new one",
        explanation="",
        bad="",
        good="",
    ),
}
