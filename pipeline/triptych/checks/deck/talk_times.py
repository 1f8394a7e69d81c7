"""Read and write ``talk-times.csv``, the times of a rehearsal: one row for each slide of a talk."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence

FILE_NAME = "talk-times.csv"
_COLUMNS = ("talk", "slide", "seconds")
_MAX_SECONDS = 24 * 3600
_SECONDS = re.compile(r"[0-9]{1,9}")


def read_talk_times(text: str, talk_name: str) -> dict[str, int]:
    """Map the titles of slides to the seconds that a talk spent on them.

    ``talk_name`` is "" for the talk of the whole book. Damaged rows are ignored, since the file can be edited
    by hand.
    """
    times: dict[str, int] = {}
    for row in _read_rows(text):
        seconds = str(row.get("seconds") or "")
        if row.get("talk") == talk_name and _SECONDS.fullmatch(seconds):
            times[str(row.get("slide"))] = min(int(seconds), _MAX_SECONDS)
    return times


def update_talk_times(text: str, talk_name: str, titles: Sequence[str], times: Mapping[str, int]) -> str:
    """Return the file with the new times of a talk, in the order of its slides.

    Slides that the rehearsal skipped keep their earlier times. Rows of slides that are no longer in the talk
    are dropped, and rows of other talks are kept.
    """
    known = {**read_talk_times(text, talk_name), **times}
    rows = [row for row in _read_rows(text) if row.get("talk") != talk_name]
    rows += [
        {"talk": talk_name, "slide": title, "seconds": str(known[title])}
        for title in titles
        if title in known
    ]
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _read_rows(text: str) -> list[dict[str, str]]:
    try:
        return list(csv.DictReader(io.StringIO(text)))
    except csv.Error:  # a cell is too long
        return []
