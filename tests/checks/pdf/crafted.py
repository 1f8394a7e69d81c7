"""Assemble small tagged PDFs. Their text is set in black Helvetica at 12 points."""

from __future__ import annotations

import io
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, String


def line(
    text: str, x: float = 72, y: float = 700, *, mcid: int | None = None, size: float = 12, look: str = ""
) -> bytes:
    """Return operators that show a line of text, marked or not; ``look`` are operators that precede it."""
    content = f"q {look} BT /F {size} Tf {x} {y} Td ({text}) Tj ET Q"
    return (content if mcid is None else f"/Span <</MCID {mcid}>> BDC {content} EMC").encode("latin-1")


def artifact(text: str, x: float = 72, y: float = 800) -> bytes:
    """Return operators that show a line of text as an artifact."""
    return b"/Artifact <</Type /Pagination>> BDC " + line(text, x, y) + b" EMC"


class Crafted:
    """A PDF under construction. Its structure elements are dictionaries, to which children can be added."""

    def __init__(self) -> None:
        self.pdf = Pdf.new()
        self.root = self.pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array()))
        self.pdf.Root.StructTreeRoot = self.root
        self.pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D)]))
        self.document = self.element("Document", within=self.root)

    def page(self, *content: bytes) -> Any:
        """Add an A4 page with the given content."""
        self.pdf.add_blank_page(page_size=(595, 842))
        page = self.pdf.pages[-1].obj
        font = Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
        )
        page.Resources = Dictionary(Font=Dictionary(F=font))
        page.Contents = self.pdf.make_stream(b"\n".join(content))
        return page

    def element(self, kind: str, *marks: int, within: Any = None, page: Any = None, **keys: Any) -> Any:
        """Add a structure element for marked content of a page, by default the last one."""
        holder = within if within is not None else self.document
        element = self.pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name(f"/{kind}"), P=holder, K=Array(list(marks)))
        )
        if marks:
            element.Pg = page if page is not None else self.pdf.pages[-1].obj
        for key, value in keys.items():
            element[f"/{key}"] = String(value) if isinstance(value, str) else value
        holder.K.append(element)
        return element

    def link(self, page: Any, box: tuple[float, ...], element: Any = None, **keys: Any) -> Any:
        """Add a link annotation on a page, inside a structure element if one is given."""
        link = self.pdf.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array(list(box)), **keys)
        )
        if "/Annots" not in page:
            page.Annots = Array()
        page.Annots.append(link)
        if element is not None:
            element.K.append(Dictionary(Type=Name.OBJR, Obj=link))
        return link

    def bookmark(self, title: str, **keys: Any) -> Object:
        """Add the only bookmark."""
        item = self.pdf.make_indirect(Dictionary(Title=String(title), **keys))
        self.pdf.Root.Outlines = self.pdf.make_indirect(
            Dictionary(Type=Name.Outlines, First=item, Last=item, Count=1)
        )
        return item

    def data(self) -> bytes:
        """Return the file."""
        out = io.BytesIO()
        self.pdf.save(out)
        return out.getvalue()
