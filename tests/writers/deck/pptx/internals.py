"""Declare which internals of python-pptx are replaced or used, with digests of their source.

If the version of python-pptx changes, ``find_changes`` lists the differences: read its source, adapt our
function in this package if necessary, and record the new digest.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Internal:
    """A function of python-pptx; ``digest`` is the beginning of the SHA-256 of its source.

    ``ours`` replaces it: an override in a subclass, a function that is called instead, or, with
    ``everywhere``, a function that replaces it in the whole process. Without ``ours`` it is only used.
    ``upstream`` is a related issue.
    """

    name: str
    digest: str
    why: str
    ours: str = ""
    upstream: str = ""
    everywhere: bool = False


_ROOM = "triptych.writers.deck.pptx"
_SLOW = "https://github.com/scanny/python-pptx/issues/644"

_REPLACED: tuple[Internal, ...] = (
    Internal(
        name="pptx.oxml.xmlchemy.BaseOxmlElement.xpath",
        digest="75557aab83229935",
        ours=f"{_ROOM}.package._evaluate_xpath",
        why="parses an expression anew each time; the elements of all tags inherit it",
        upstream="https://github.com/python-openxml/python-docx/issues/342",
        everywhere=True,
    ),
    Internal(
        name="pptx.opc.package.OpcPackage.next_partname",
        digest="ea0900f8af6b316f",
        ours=f"{_ROOM}.package.CountingPackage.next_partname",
        why="walks the whole package for each new part",
        upstream=_SLOW,
    ),
    Internal(
        name="pptx.package.Package.next_image_partname",
        digest="f23a41a10db80d80",
        ours=f"{_ROOM}.package.CountingPackage.next_image_partname",
        why="walks the whole package for each new picture",
        upstream=_SLOW,
    ),
    Internal(
        name="pptx.package.Package.get_or_add_image_part",
        digest="c094b9af36982df6",
        ours=f"{_ROOM}.package.CountingPackage.get_or_add_image_part",
        why="walks the whole package for a picture with the same bytes",
        upstream=_SLOW,
    ),
    Internal(
        name="pptx.opc.package.OpcPackage.iter_rels",
        digest="033000594583b2cd",
        ours=f"{_ROOM}.package.CountingPackage.iter_rels",
        why="calls itself for each slide that another links to, until Python's stack is full",
    ),
    Internal(
        name="pptx.slide.Slides.add_slide",
        digest="4583378329623bc1",
        ours=f"{_ROOM}.package.register_slides",
        why="looks through the ids of all slides for the next one",
        upstream=_SLOW,
    ),
    Internal(
        name="pptx.parts.presentation.PresentationPart.add_slide",
        digest="370be6e6a6549c49",
        ours=f"{_ROOM}.package.register_slides",
        why="looks through the relationships of all slides for one to the new slide",
        upstream=_SLOW,
    ),
    Internal(
        name="pptx.opc.serialized.PackageWriter._write_parts",
        digest="65397ec46b12f38c",
        ours=f"{_ROOM}.package.collect_files",
        why="compresses all parts, whether they were compressed before or not",
    ),
    Internal(
        name="pptx.api.Presentation",
        digest="1dc32e5e9f24fa73",
        ours=f"{_ROOM}.package.open_presentation",
        why="knows no other class of package than its own",
    ),
    Internal(
        name="pptx.chart.xlsx._BaseWorkbookWriter._open_worksheet",
        digest="b676737896b4f4cb",
        ours=f"{_ROOM}.chart_data._PlainTextWorkbookWriter._open_worksheet",
        why="takes a text that begins with = for a formula",
        upstream="https://github.com/jmcnamara/XlsxWriter/issues/663",
    ),
    Internal(
        name="pptx.chart.xlsx.XyWorkbookWriter._populate_worksheet",
        digest="490399779ae1e42e",
        ours=f"{_ROOM}.chart_data._PointWriter._populate_worksheet",
        why="writes series below each other, without names, formulas and a table",
    ),
    Internal(
        name="pptx.chart.data.CategoryChartData._workbook_writer",
        digest="0f3d5d26e43f491a",
        ours=f"{_ROOM}.chart_data._CategoryChartData._workbook_writer",
        why="names the class that writes workbooks",
    ),
    Internal(
        name="pptx.chart.data.XyChartData._workbook_writer",
        digest="82c0363e031e8d29",
        ours=f"{_ROOM}.chart_data._PointChartData._workbook_writer",
        why="names the class that writes workbooks",
    ),
    Internal(
        name="pptx.package.Package.core_properties",
        digest="54df5d06bc15ab6d",
        ours="triptych.writers.deck.template.repairs._fix_core_properties",
        why="adds a second part where the properties have the relationship that LibreOffice writes",
        upstream="https://github.com/python-openxml/python-docx/pull/1436",
    ),
)

_USED = (
    ("pptx.parts.slide.SlidePart.new", "8e6ea802f31c61c3", "makes the part of a slide"),
    ("pptx.parts.slide.NotesSlidePart.new", "37a33e191f9eb4be", "makes a page of notes to any part"),
    ("pptx.opc.serialized._ContentTypesItem._xml", "223e2726693a17e0", "lists the types of parts"),
    ("pptx.opc.package._Relationships.xml", "3b840f9a57b6025f", "joining writes the same"),
    ("pptx.parts.image.ImagePart.new", "3a5eeed3a7ba02b9", "makes the part of a picture"),
    ("pptx.parts.image.Image.from_file", "b16cb4f1e75ae713", "reads a picture, and its digest"),
    ("pptx.opc.package.OpcPackage._load", "743ae3f3a46ac056", "opens a package of any class"),
    ("pptx.opc.package.Part.__init__", "e4a4a9e40508a19f", "keeps the bytes in _blob"),
    ("pptx.opc.package.Part.blob", "3969e613402e9d59", "writes the bytes of _blob"),
    ("pptx.opc.package.XmlPart.__init__", "03cd112f6d4f4717", "keeps its element in _element"),
    ("pptx.opc.package._Relationships._add_relationship", "82beff34d3e078d3", "relates without looking"),
    ("pptx.opc.package._RelatableMixin._rels", "3bf9268ef05ed08c", "relationships of a package"),
    ("pptx.oxml.presentation.CT_SlideIdList.add_sldId", "b84e36f4a1517573", "_add_sldId does it"),
    ("pptx.slide.Slides.__init__", "6bfcb522b50c0394", "keeps its element in _sldIdLst"),
    ("pptx.shared.ElementProxy.__init__", "b89ef2f4c6a5101b", "keeps its element in _element"),
    ("pptx.shapes.base.BaseShape.__init__", "248709aa68f6f892", "keeps its element in _element"),
    ("pptx.text.text.TextFrame.__init__", "6b90a0b778bc4991", "keeps its element in _element"),
    ("pptx.text.text.Font.__init__", "c6fc230120461ca3", "keeps its element in _element"),
    ("pptx.table.Table.__init__", "bc5f68b4abc0a589", "keeps its element in _tbl"),
    ("pptx.table._Cell.__init__", "334e0f67fd64cf10", "keeps its element in _tc"),
    ("pptx.chart.axis._BaseAxis.__init__", "3c47a48f460d9cb1", "keeps its element in _element"),
    ("pptx.chart.legend.Legend.__init__", "e46fd1a47d0a4760", "keeps its element in _element"),
    ("pptx.chart.plot._BasePlot.__init__", "ad9b5acdbfa9ad9d", "keeps its element in _element"),
    ("pptx.chart.series._BaseSeries.__init__", "1a8cf68150a83cff", "keeps its element in _element"),
    ("pptx.chart.datalabel.DataLabels.__init__", "66e263bc96576031", "keeps its element in _element"),
    ("pptx.chart.datalabel.DataLabel._dLbl", "dad90b2632024867", "finds the label of a point"),
)

INTERNALS = (*_REPLACED, *(Internal(name=name, digest=digest, why=why) for name, digest, why in _USED))


def find_changes(known: Iterable[Internal] = INTERNALS) -> Iterator[str]:
    """Yield a line for each function that is missing from the installed python-pptx or has changed."""
    for item in known:
        digest = compute_digest(item.name)
        if digest is None:
            yield f"{item.name} is missing"
        elif digest != item.digest:
            yield f"{item.name} has changed ({item.digest} → {digest})"


def compute_digest(name: str) -> str | None:
    """Return the first 16 digits of the SHA-256 of a function's source, or None if there is no such function.

    For a property this is the source of its getter.
    """
    try:
        owner, _, attribute = name.rpartition(".")
        getattr_static = inspect.getattr_static(pkgutil.resolve_name(owner), attribute)
        getter = getattr(getattr_static, "fget", None) or getattr(getattr_static, "_fget", None)
        return sha256(
            inspect.getsource(getter or getattr(getattr_static, "__func__", getattr_static)).encode()
        ).hexdigest()[:16]
    except (AttributeError, ImportError, OSError):
        return None
