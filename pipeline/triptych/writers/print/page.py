"""Page sizes and their grids."""

from __future__ import annotations

from dataclasses import dataclass

from triptych.media.picture_sizes import Room, length


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page grid in CSS lengths: ``inner`` is the margin at the spine, ``head`` drops the running head,
    and no figure is higher than ``figure``.
    """

    width: str
    height: str
    top: str
    bottom: str
    inner: str
    outer: str
    head: str
    imprint_drop: str
    text_size: str = "10.9pt"
    figure: str = "6.2in"

    def room(self, dpi: int) -> Room:
        """What a page has for pictures: half of the margin at the spine on either side of the text."""
        text = _pixels(self.width) - _pixels(self.inner) - _pixels(self.outer)
        return Room(
            width=text,
            wide=text + _pixels(self.inner),
            height=_pixels(self.figure),
            dpi=dpi,
            media_types=frozenset(("image/png", "image/jpeg")),
            cmyk=False,  # a file for screens has none (ISO 19005-3, 6.2.4.3)
        )


def _pixels(written: str) -> float:
    size = length(written)
    assert size is not None
    return size.pixels(0)


PAGES = {
    "6x9": Page(
        width="6in",
        height="9in",
        top="0.86in",
        bottom="0.92in",
        inner="0.7in",
        outer="0.8in",
        head="0.42in",
        imprint_drop="4.6in",
    ),
    "a5": Page(
        width="148mm",
        height="210mm",
        top="21mm",
        bottom="22mm",
        inner="17mm",
        outer="17mm",
        head="10mm",
        imprint_drop="105mm",
    ),
    "a4": Page(
        width="210mm",
        height="297mm",
        top="27mm",
        bottom="30mm",
        inner="32mm",
        outer="34mm",
        head="14mm",
        imprint_drop="165mm",
        text_size="11.4pt",
    ),
    "letter": Page(
        width="8.5in",
        height="11in",
        top="1.05in",
        bottom="1.15in",
        inner="1.3in",
        outer="1.4in",
        head="0.55in",
        imprint_drop="6.2in",
        text_size="11.4pt",
    ),
}
