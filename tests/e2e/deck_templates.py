"""Provide diverse PowerPoint templates: those of other tools, and difficult ones created here."""

from __future__ import annotations

import copy
import io
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pptx
from lxml import etree
from pptx import Presentation
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Pt

from triptych.engine.processes import programs as installed_programs

from .rendering import run

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SWAPPED = {"bg1": "dk1", "tx1": "lt1", "bg2": "dk2", "tx2": "lt2"}


def python_pptx() -> bytes:
    """Return the template of python-pptx, which comes from PowerPoint 2007: 4:3, Calibri."""
    return (Path(pptx.__file__).parent / "templates/default.pptx").read_bytes()


def pandoc() -> bytes:
    """Return the reference deck of pandoc: 16:9, 10 inches wide, with its own slides."""
    command = [installed_programs.find_pandoc(), "--print-default-data-file", "reference.pptx"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def _changed(change: Callable[[Any], None], data: bytes | None = None) -> bytes:
    presentation = Presentation(io.BytesIO(data or python_pptx()))
    change(presentation)
    with io.BytesIO() as buffer:
        presentation.save(buffer)
        return buffer.getvalue()


def dark_by_mapping() -> bytes:
    """Return a dark template like PowerPoint's own: the colour map of the master swaps its colours."""

    def change(presentation: Any) -> None:
        mapping = presentation.slide_master._element.find(qn("p:clrMap"))
        for name, value in _SWAPPED.items():
            mapping.set(name, value)

    return _changed(change, pandoc())


def dark_by_paint() -> bytes:
    """Return a template with a dark shape over the whole master, white text, and unchanged theme colours."""

    def change(presentation: Any) -> None:
        master = presentation.slide_master
        wide, high = presentation.slide_width, presentation.slide_height
        panel = parse_xml(
            f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="99" name="Ground"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr>'
            f'<p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
            '<a:solidFill><a:srgbClr val="10243A"/></a:solidFill></p:spPr></p:sp>'
        )
        master.shapes._spTree.insert(2, panel)
        for owner in (master, *master.slide_layouts):
            for colour in list(owner._element.iter(f"{A}schemeClr")):
                white = colour.makeelement(f"{A}srgbClr", {"val": "F4F4F4"})
                colour.getparent().replace(colour, white)

    return _changed(change)


def foreign_names() -> bytes:
    """Return a template without layout types and with layout names in an unsupported language."""
    names = [f"Asettelu {number}" for number in range(1, 12)]

    def change(presentation: Any) -> None:
        for layout, name in zip(presentation.slide_layouts, names, strict=True):
            layout._element.attrib.pop("type", None)
            layout.name = name
            for number, shape in enumerate(layout.placeholders):
                shape.name = f"Paikka {number}"

    return _changed(change, pandoc())


def odd_placeholders() -> bytes:
    """Return a template with wide capitals, exact line spacing, columns, and turned or tiny placeholders."""

    def change(presentation: Any) -> None:
        titles, bodies = (
            presentation.slide_master._element.find(f"{qn('p:txStyles')}/{qn(f'p:{kind}Style')}")
            for kind in ("title", "body")
        )
        run = titles.find(qn("a:lvl1pPr")).find(qn("a:defRPr"))
        for name, value in {"cap": "all", "spc": "300", "sz": "3200"}.items():
            run.set(name, value)
        level = bodies.find(qn("a:lvl1pPr"))
        lines = level.makeelement(qn("a:lnSpc"), {})
        etree.SubElement(lines, qn("a:spcPts")).set("val", "4200")
        level.insert(0, lines)
        content = presentation.slide_layouts[1]
        [body] = [shape for shape in content.placeholders if shape.placeholder_format.idx == 1]
        tiny = copy.deepcopy(body._element)
        next(tiny.iter(qn("p:ph"))).set("idx", "21")
        next(tiny.iter(qn("p:ph"))).set("type", "body")
        next(tiny.iter(qn("p:cNvPr"))).set("id", "77")
        body._element.addnext(tiny)
        [small] = [shape for shape in content.placeholders if shape.placeholder_format.idx == 21]
        small.left, small.top, small.width, small.height = Pt(690), Pt(4), Pt(20), Pt(12)
        turned = copy.deepcopy(tiny)
        next(turned.iter(qn("p:ph"))).set("idx", "22")
        next(turned.iter(qn("p:cNvPr"))).set("id", "78")
        body._element.addnext(turned)
        [upright] = [shape for shape in content.placeholders if shape.placeholder_format.idx == 22]
        upright.left, upright.top, upright.width, upright.height = Pt(0), Pt(0), Pt(700), Pt(500)
        upright.rotation = 90
        content._element.attrib.pop("type", None)
        content.name = "Innehåll"
        presentation.slide_width, presentation.slide_height = Emu(9_144_000), Emu(6_858_000)

    return _changed(change)


def office(name: str, folder: Path) -> bytes | None:
    """Return a template of LibreOffice, converted by LibreOffice, or None if it is not installed."""
    soffice = shutil.which("soffice")
    if soffice is None:
        return None
    # Next to the program, wherever its package is installed.
    source = Path(soffice).resolve().parents[1] / f"share/template/common/presnt/{name}.otp"
    if not source.is_file():
        return None
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    chosen = f"pptx:{OFFICE[name]}" if name in OFFICE else "pptx"
    run([soffice, profile, "--headless", "--convert-to", chosen, "--outdir", folder, source])
    return (folder / f"{name}.pptx").read_bytes()


TEMPLATES: Mapping[str, Callable[[], bytes]] = {
    "python-pptx": python_pptx,
    "pandoc": pandoc,
    "dark-by-mapping": dark_by_mapping,
    "dark-by-paint": dark_by_paint,
    "foreign-names": foreign_names,
    "odd-placeholders": odd_placeholders,
}
# The name of the export filter; by default, LibreOffice chooses one or the other.
OFFICE: Mapping[str, str] = {
    "Beehive": "Impress MS PowerPoint 2007 XML",
    "Midnightblue": "Impress MS PowerPoint 2007 XML",
    "Vivid": "Impress Office Open XML",
}
