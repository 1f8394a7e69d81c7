"""Define broken or malicious PowerPoint templates."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pptx

from tests.hostile.small_project import Case, small_project

Parts = dict[str, bytes]
_BODY = (
    "## A\n\n- b\n- c\n\n::: {.slide title=D}\n- e\n:::\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n: T {#tbl-a}\n"
)
_MASTER, _LAYOUT, _THEME = (
    "ppt/slideMasters/slideMaster1.xml",
    "ppt/slideLayouts/slideLayout2.xml",
    "ppt/theme/theme1.xml",
)
_MASTER_LINKS = "ppt/slideMasters/_rels/slideMaster1.xml.rels"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def parts() -> Parts:
    """Return the parts of python-pptx's template by name."""
    with zipfile.ZipFile(Path(pptx.__file__).parent / "templates/default.pptx") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(contents: Parts) -> bytes:
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in contents.items():
                archive.writestr(name, content)
        return buffer.getvalue()


def _deck(name: str, change: Callable[[Parts], object]) -> Case:
    def write(folder: Path) -> None:
        contents = parts()
        change(contents)
        manifest = "format: {pptx: {template: a.pptx}}\n"
        small_project(folder, _BODY, manifest=manifest, files={"source/a.pptx": packed(contents)})

    return Case(name, "decks", write)


def _replaced(name: str, part: str, old: str, new: str, count: int = -1) -> Case:
    """Replace a text in a part of the template, which must contain it."""

    def change(contents: Parts) -> None:
        assert old.encode() in contents[part], (part, old)
        contents[part] = contents[part].replace(old.encode(), new.encode(), count)

    return _deck(name, change)


def _patterned(name: str, part: str, pattern: str, new: str) -> Case:
    import re

    def change(contents: Parts) -> None:
        contents[part], count = re.subn(pattern.encode(), new.encode(), contents[part])
        assert count, (part, pattern)

    return _deck(name, change)


def _grown(contents: Parts) -> None:
    """Return a template with nested groups on the master."""
    group = (
        b'<p:grpSp><p:nvGrpSpPr><p:cNvPr id="9" name="g"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
    )
    master = contents[_MASTER]
    contents[_MASTER] = master.replace(b"</p:spTree>", group * 400 + b"</p:grpSp>" * 400 + b"</p:spTree>")


def _relation(kind: str, target: str) -> Callable[[Parts], None]:
    def change(contents: Parts) -> None:
        link = f'<Relationship Id="rId77" Type="{_KIND}/{kind}" Target="{target}"/></Relationships>'
        contents[_MASTER_LINKS] = contents[_MASTER_LINKS].replace(b"</Relationships>", link.encode())

    return change


def _layouts_many(contents: Parts) -> None:
    links, ids, types = (
        contents[_MASTER_LINKS].decode(),
        contents[_MASTER].decode(),
        contents["[Content_Types].xml"].decode(),
    )
    override = '<Override PartName="/ppt/slideLayouts/slideLayout{n}.xml" ContentType="application/vnd.openxmlformats-officedocument.presentationml.slideLayout+xml"/>'
    for n in range(20, 520):
        links = links.replace(
            "</Relationships>",
            f'<Relationship Id="rId{n + 100}" Type="{_KIND}/slideLayout" Target="../slideLayouts/slideLayout{n}.xml"/></Relationships>',
        )
        ids = ids.replace(
            "</p:sldLayoutIdLst>",
            f'<p:sldLayoutId id="{2147483700 + n}" r:id="rId{n + 100}"/></p:sldLayoutIdLst>',
        )
        types = types.replace("</Types>", override.format(n=n) + "</Types>")
        contents[f"ppt/slideLayouts/slideLayout{n}.xml"] = contents[_LAYOUT]
        contents[f"ppt/slideLayouts/_rels/slideLayout{n}.xml.rels"] = contents[
            "ppt/slideLayouts/_rels/slideLayout2.xml.rels"
        ]
    contents[_MASTER_LINKS], contents[_MASTER], contents["[Content_Types].xml"] = (
        links.encode(),
        ids.encode(),
        types.encode(),
    )


DECKS = [
    _patterned("deck-size-of-words", "ppt/presentation.xml", r'(<p:sldSz )cx="\d+"', r'\1cx="wide"'),
    _patterned("deck-size-zero", "ppt/presentation.xml", r'(<p:sldSz )cx="\d+" cy="\d+"', r'\1cx="0" cy="0"'),
    _patterned(
        "deck-size-huge", "ppt/presentation.xml", r'(<p:sldSz )cx="\d+"', r'\1cx="99999999999999999999"'
    ),
    _patterned("deck-size-negative", "ppt/presentation.xml", r'(<p:sldSz )cx="\d+"', r'\1cx="-9144000"'),
    _patterned("deck-size-missing", "ppt/presentation.xml", r"<p:sldSz [^>]*/>", ""),
    _patterned("deck-places-of-words", _MASTER, r'<a:off x="\d+"', '<a:off x="left"'),
    _patterned("deck-extents-of-words", _MASTER, r'<a:ext cx="\d+"', '<a:ext cx="wide"'),
    _patterned("deck-extents-huge", _MASTER, r'<a:ext cx="\d+"', '<a:ext cx="999999999999999"'),
    _patterned("deck-extents-zero", _MASTER, r'<a:ext cx="\d+" cy="\d+"', '<a:ext cx="0" cy="0"'),
    _patterned("deck-letters-of-words", _MASTER, r' sz="\d+"', ' sz="large"'),
    _patterned("deck-letters-huge", _MASTER, r' sz="\d+"', ' sz="99999999999"'),
    _patterned("deck-letters-zero", _MASTER, r' sz="\d+"', ' sz="0"'),
    _patterned("deck-margins-of-words", _MASTER, r' marL="\d+"', ' marL="a"'),
    _patterned("deck-idx-of-words", _LAYOUT, r' idx="\d+"', ' idx="first"'),
    _patterned("deck-idx-alike", _LAYOUT, r' idx="\d+"', ' idx="1"'),
    _patterned("deck-kinds-unknown", _LAYOUT, r' type="\w+"', ' type="nothing"'),
    _patterned("deck-ids-of-words", _MASTER, r'<p:cNvPr id="\d+"', '<p:cNvPr id="x"'),
    _patterned("deck-spacing-of-words", _MASTER, r'<a:spcPct val="\d+%?"', '<a:spcPct val="much"'),
    _patterned("deck-colour-bad", _THEME, r'<a:srgbClr val="\w+"', '<a:srgbClr val="nocolour"'),
    _patterned("deck-colour-short", _THEME, r'<a:srgbClr val="\w+"', '<a:srgbClr val="F"'),
    _patterned("deck-colour-system-bad", _THEME, r'lastClr="\w+"', 'lastClr="zz"'),
    _patterned("deck-colours-missing", _THEME, r"<a:clrScheme.*?</a:clrScheme>", ""),
    _patterned("deck-colour-map-unknown", _MASTER, r'bg1="lt1"', 'bg1="nothing"'),
    _patterned("deck-colour-map-missing", _MASTER, r"<p:clrMap [^>]*/>", ""),
    _patterned(
        "deck-colour-of-scheme-unknown", _MASTER, r'<a:schemeClr val="\w+"', '<a:schemeClr val="none9"'
    ),
    _patterned("deck-fonts-missing", _THEME, r"<a:fontScheme.*?</a:fontScheme>", ""),
    _patterned(
        "deck-font-name-long",
        _THEME,
        r'<a:latin typeface="[^"]+"',
        '<a:latin typeface="' + "w" * 50_000 + '"',
    ),
    _patterned("deck-text-styles-missing", _MASTER, r"<p:txStyles>.*</p:txStyles>", ""),
    _deck("deck-master-missing", lambda c: [c.pop(name) for name in (_MASTER, _MASTER_LINKS)]),
    _deck("deck-theme-missing", lambda c: c.pop(_THEME)),
    _deck("deck-layouts-missing", lambda c: [c.pop(name) for name in list(c) if "slideLayout" in name]),
    _deck("deck-types-missing", lambda c: c.pop("[Content_Types].xml")),
    _deck("deck-links-missing", lambda c: c.pop("_rels/.rels")),
    _deck("deck-presentation-missing", lambda c: c.pop("ppt/presentation.xml")),
    _patterned(
        "deck-masters-unlisted", "ppt/presentation.xml", r"<p:sldMasterIdLst>.*?</p:sldMasterIdLst>", ""
    ),
    _patterned("deck-layouts-unlisted", _MASTER, r"<p:sldLayoutIdLst>.*?</p:sldLayoutIdLst>", ""),
    _patterned("deck-layout-names-nothing", _MASTER, r'(<p:sldLayoutId [^>]*r:id=")rId\d+', r"\1rId999"),
    _patterned(
        "deck-layout-leads-to-master",
        "ppt/slideLayouts/_rels/slideLayout2.xml.rels",
        r"../slideMasters/slideMaster1.xml",
        "slideLayout2.xml",
    ),
    _patterned(
        "deck-master-leads-to-itself",
        _MASTER_LINKS,
        r"../slideLayouts/slideLayout\d+.xml",
        "slideMaster1.xml",
    ),
    _deck("deck-relation-to-itself", _relation("slideMaster", "slideMaster1.xml")),
    _deck("deck-relation-to-presentation", _relation("officeDocument", "../presentation.xml")),
    _deck("deck-relation-to-nothing", _relation("image", "../media/nothing.png")),
    _deck("deck-relation-way-out", _relation("image", "../../../../../../etc/passwd")),
    _deck("deck-layouts-many", _layouts_many),
    _deck("deck-groups-nested", _grown),
    _deck(
        "deck-entities",
        lambda c: c.update(
            {_THEME: c[_THEME].replace(b"<a:theme ", b'<!DOCTYPE a [<!ENTITY e "x">]><a:theme ', 1)}
        ),
    ),
    _deck("deck-xml-cut-off", lambda c: c.update({_MASTER: c[_MASTER][:-200]})),
    _deck("deck-xml-of-another-kind", lambda c: c.update({_MASTER: b"<a/>", _LAYOUT: b"<b/>"})),
    _deck("deck-theme-of-another-kind", lambda c: c.update({_THEME: b"<a/>"})),
    _deck("deck-part-unpacks", lambda c: c.update({"ppt/media/a.bin": bytes(1 << 30)})),
    _deck("deck-theme-unpacks", lambda c: c.update({_THEME: c[_THEME] + b" " * (500 << 20)})),
    _deck("deck-parts-many", lambda c: c.update({f"ppt/media/a{i}.xml": b"<a/>" for i in range(60_000)})),
    _deck(
        "deck-part-names-odd",
        lambda c: c.update({"../../outside/a.xml": b"a", "/etc/a": b"a", "a\x01b": b"c"}),
    ),
    _deck(
        "deck-layout-name-controls",
        lambda c: c.update(
            {
                _LAYOUT: c[_LAYOUT].replace(
                    b'<p:cSld name="', b'<p:cSld name="\xef\xbf\xbe&#xD;' + b"w" * 100_000, 1
                )
            }
        ),
    ),
    _deck(
        "deck-shapes-many",
        lambda c: c.update(
            {
                _MASTER: c[_MASTER].replace(
                    b"</p:spTree>",
                    b'<p:sp><p:nvSpPr><p:cNvPr id="9" name="a"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/></p:sp>'
                    * 20_000
                    + b"</p:spTree>",
                )
            }
        ),
    ),
]
