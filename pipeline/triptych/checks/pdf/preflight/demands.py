"""What a printer asks of a file."""

from __future__ import annotations

from dataclasses import dataclass, replace

from triptych.settings.pdf_options import PdfOptions, Service

_BLEED = _SAFE = 3 * 72 / 25.4  # points: three millimetres, beyond the edge that is cut and before it
_TOTAL = {"coated": 300, "uncoated": 260}


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """``bleed`` is how far what reaches an edge must go beyond it, ``safe`` how far words stay from it, in
    points; ``total`` the most ink in one place, in percent; ``bound`` says that pages have a side at the
    spine, at which nothing is cut; ``file`` is what the file is called in findings.
    """

    bleed: float = _BLEED
    safe: float = _SAFE
    total: int = _TOTAL["coated"]
    bound: bool = True
    service: Service | None = None
    file: str = "PDF"


def for_pages(options: PdfOptions) -> Demands:
    """What is asked of the pages of a book."""
    service = options.service
    return Demands(
        bleed=service.bleed if service else _BLEED,
        safe=(service.edge_with_bleed if options.bleed else service.edge) if service else _SAFE,
        total=service.total_ink if service and service.total_ink else _TOTAL[options.stock],
        service=service,
    )


def for_wrap(options: PdfOptions) -> Demands:
    """What is asked of a cover in one piece."""
    service = options.service
    total = service.total_ink if service and service.total_ink else _TOTAL["coated"]
    return replace(for_pages(options), safe=_SAFE, total=total, bound=False, file="cover")
