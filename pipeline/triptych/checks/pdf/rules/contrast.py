"""Can text be told from what is behind it (WCAG 2.2, success criterion 1.4.3)?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from triptych.checks.found import Found, quoted
from triptych.checks.pdf.contents.contents import Contents, Mark, Run
from triptych.checks.pdf.contents.shades import in_hex
from triptych.checks.pdf.contents.structure import Element, Structure
from triptych.checks.wordings import letters
from triptych.theme.colours import READABLE, VISIBLE, is_large_text

_BOLD = re.compile("bold|black|heavy", re.IGNORECASE)
_HINT = "set a darker colour for text on a light background, or a lighter colour on a dark one, in the theme"
_ROUNDING = 0.05  # contrasts are told with one digit: 4.5:1 is not less than 4.5:1


def contrast_findings(contents: Contents, structure: Structure | None) -> Iterator[Found]:
    """One finding for each pair of colours that are too near, at the first place."""
    holders = _holders(structure) if structure else {}
    faint: dict[tuple[str, str, float], list[tuple[int, Run]]] = {}
    for number, page in enumerate(contents.pages):
        for run in page.runs:
            if run.shade is not None and run.shade.contrast < wanted(run) - _ROUNDING and letters(run.text):
                pair = (in_hex(run.shade.colour), in_hex(run.shade.behind), wanted(run))
                faint.setdefault(pair, []).append((number, run))
    for (colour, behind, least), runs in faint.items():
        number, run = runs[0]
        assert run.shade is not None
        holder = holders.get(Mark(number, run.mcid))
        pages = len({place for place, _ in runs})
        message = (
            f"text in {colour} on {behind} has a contrast of only {run.shade.contrast:.1f}:1 "
            f"(at least {least:g}:1 is required): {quoted(run.text)}"
            + (f" (and on {pages - 1} more page{'s' * (pages > 2)})" if pages > 1 else "")
        )
        yield Found(
            code="CHK006",
            rule=message,
            message=message,
            hint=_HINT,
            page=contents.pages[number].label,
            words=run.text,
            before=structure.before(holder) if structure and holder else "",
        )


def wanted(run: Run) -> float:
    """The least contrast of a text: less for what is large, or bold and nearly so."""
    return VISIBLE if is_large_text(run.size, bold=bool(_BOLD.search(run.font))) else READABLE


def _holders(structure: Structure) -> Mapping[Mark, Element]:
    return {kid: element for element in structure.elements for kid in element.kids if isinstance(kid, Mark)}
