"""Test that each fault put into a finished PDF is found."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from triptych.checks.pdf import check_pdf


def _embedded(pdf: Pdf) -> Dictionary:
    file = pdf.make_stream(b"font")
    descriptor = pdf.make_indirect(Dictionary(Type=Name.FontDescriptor, FontFile2=file))
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.TrueType,
        BaseFont=Name("/Good"),
        FontDescriptor=descriptor,
        Encoding=Name.WinAnsiEncoding,
    )


def good() -> Pdf:
    pdf = Pdf.new()
    pdf.add_blank_page()
    page = pdf.pages[0].obj
    page.Contents = pdf.make_stream(b"BT ET")
    page.Resources = Dictionary(Font=Dictionary(F1=_embedded(pdf)))
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    pdf.Root.Lang = pikepdf.String("en")
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(Type=Name.Outlines))
    pdf.docinfo["/Title"] = "A book"
    return pdf


def messages(pdf: Pdf) -> list[str]:
    out = io.BytesIO()
    pdf.save(out)
    return [finding.message for finding in check_pdf(out.getvalue())]


def test_valid_pdf_has_no_finding() -> None:
    assert messages(good()) == []


def _drop(*path: str) -> Callable[[Pdf], None]:
    def change(pdf: Pdf) -> None:
        node = pdf.Root
        for step in path[:-1]:
            node = node[step]
        del node[path[-1]]

    return change


def _no_title(pdf: Pdf) -> None:
    pdf.docinfo["/Title"] = "  "


def _bare_font(pdf: Pdf) -> None:
    pdf.pages[0].obj.Resources.Font.F2 = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type1,
        BaseFont=Name("/Helvetica"),
        Encoding=Name.WinAnsiEncoding,
    )


def _bare_composite_font(pdf: Pdf) -> None:
    descriptor = Dictionary(Type=Name.FontDescriptor)
    descendant = pdf.make_indirect(Dictionary(Type=Name.Font, FontDescriptor=descriptor))
    pdf.pages[0].obj.Resources.Font.F2 = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=Name("/ABCDEF+Wide"),
        DescendantFonts=Array([descendant]),
        ToUnicode=pdf.make_stream(b"map"),
    )


def _bare_font_in_a_form(pdf: Pdf) -> None:
    form = pdf.make_stream(b"BT ET")
    form.Type, form.Subtype = Name.XObject, Name.Form
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Courier"), Encoding=Name.MacRomanEncoding
    )
    form.Resources = Dictionary(Font=Dictionary(F1=font))
    pdf.pages[0].obj.Resources.XObject = Dictionary(X1=form)


def _mute_font(pdf: Pdf) -> None:
    del pdf.pages[0].obj.Resources.Font.F1["/Encoding"]


def _not_marked(pdf: Pdf) -> None:
    pdf.Root.MarkInfo = Dictionary(Marked=False)


def _empty_page(pdf: Pdf) -> None:
    del pdf.pages[0].obj["/Contents"]


def _no_pages(pdf: Pdf) -> None:
    del pdf.pages[0]


FAULTS: list[tuple[Callable[[Pdf], None], str]] = [
    (_no_pages, "the PDF has no pages"),
    (_not_marked, "the PDF is not tagged"),
    (_drop("/MarkInfo"), "the PDF is not tagged"),
    (_drop("/StructTreeRoot"), "the PDF is not tagged"),
    (_drop("/Lang"), "the PDF declares no language"),
    (_no_title, "the PDF metadata has no title"),
    (
        _drop("/ViewerPreferences"),
        "PDF viewers show the file name instead of the title (DisplayDocTitle is not set)",
    ),
    (_drop("/Outlines"), "the PDF has no bookmarks"),
    (_bare_font, 'the font "Helvetica" is not embedded (first used on page 1 of the PDF)'),
    (_bare_composite_font, 'the font "Wide" is not embedded (first used on page 1 of the PDF)'),
    (_bare_font_in_a_form, 'the font "Courier" is not embedded (first used on page 1 of the PDF)'),
    (
        _mute_font,
        'the font "Good" has no mapping from glyphs to characters (ToUnicode) (first used on page 1 of the PDF)',
    ),
    (_empty_page, "page 1 of the PDF has no content"),
]


@pytest.mark.parametrize(
    ("change", "message"), FAULTS, ids=[f"{i}-{message}" for i, (_, message) in enumerate(FAULTS)]
)
def test_a_seeded_fault_is_found(change: Callable[[Pdf], None], message: str) -> None:
    pdf = good()
    change(pdf)
    assert messages(pdf) == [message]


def test_a_page_may_inherit_its_fonts() -> None:
    """Test that resources can be inherited from the page tree."""
    pdf = good()
    page = pdf.pages[0].obj
    pdf.Root.Pages.Resources = page.Resources
    del page["/Resources"]
    bare = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Helvetica"), Encoding=Name.WinAnsiEncoding
    )
    pdf.Root.Pages.Resources.Font.F2 = bare
    assert messages(pdf) == ['the font "Helvetica" is not embedded (first used on page 1 of the PDF)']


@pytest.mark.parametrize("data", [b"", b"text", b"%PDF-1.7\n"])
def test_file_that_is_not_a_pdf_is_reported(data: bytes) -> None:
    assert [finding.message.partition(":")[0] for finding in check_pdf(data)] == ["cannot open the PDF"]


def test_encrypted_file_is_reported() -> None:
    out = io.BytesIO()
    good().save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert [finding.code for finding in check_pdf(out.getvalue())] == ["CHK001"]


def _fonts(change: Callable[[Pdf, Dictionary], None]) -> list[str]:
    """Return the findings in a file with a modified font."""
    pdf = good()
    change(pdf, pdf.pages[0].obj.Resources.Font.F1)
    return messages(pdf)


def test_glyphs_that_are_drawings_are_in_the_file() -> None:
    def change(pdf: Pdf, font: Dictionary) -> None:
        font.Subtype = Name.Type3
        del font["/FontDescriptor"]

    assert _fonts(change) == []


@pytest.mark.parametrize(("glyphs", "known"), [(("/A", "/eacute", "/uni0416"), True), (("/g12",), False)])
def test_glyph_names_may_identify_characters(glyphs: tuple[str, ...], known: bool) -> None:
    def change(pdf: Pdf, font: Dictionary) -> None:
        font.Encoding = Dictionary(Differences=Array([65, *map(Name, glyphs)]))

    assert bool(_fonts(change)) is not known


@pytest.mark.parametrize(("collection", "known"), [("Japan1", True), ("Identity", False)])
def test_composite_font_needs_a_character_map_unless_its_collection_is_known(
    collection: str, known: bool
) -> None:
    def change(pdf: Pdf, font: Dictionary) -> None:
        system = Dictionary(Registry="Adobe", Ordering=collection, Supplement=0)
        descendant = Dictionary(FontDescriptor=font.FontDescriptor, CIDSystemInfo=system)
        font.Subtype, font.DescendantFonts = Name.Type0, Array([pdf.make_indirect(descendant)])
        font.Encoding = Name("/Identity-H")

    assert bool(_fonts(change)) is not known


def test_font_is_reported_once_with_a_separate_code() -> None:
    pdf = good()
    _bare_font(pdf)
    page = pdf.pages[0]
    pdf.pages.append(page)
    out = io.BytesIO()
    pdf.save(out)
    assert [finding.code for finding in check_pdf(out.getvalue())] == ["CHK005"]
