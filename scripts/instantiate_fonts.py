"""Rebuild the bundled fonts in ``templates/fonts`` from published packages.

Requirements::

    pip install fonttools==4.68.0 fontpkg-eb-garamond==1.3 fontpkg-work-sans==2.12
    pip install fontpkg-jetbrains-mono==2.211 fontpkg-arimo==1.341
    apt-get install fonts-crosextra-carlito  # Carlito 1.104
    apt-get install fonts-dejavu-core  # DejaVu 2.37

``build_text_fonts`` creates static, unhinted instances of the variable text fonts. ``build_metric_fonts``
creates fonts with empty glyphs that keep only the advance widths and the kerning of Arimo and Carlito, for
measuring text set in Arial and Calibri, and of DejaVu Sans, a common fallback for both.

With the versions above, the output is reproducible.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from itertools import chain
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph
from fontTools.varLib.instancer import instantiateVariableFont

OUT = Path(__file__).resolve().parent.parent / "templates" / "fonts"

WEIGHTS = {"Light": 300, "Regular": 400, "SemiBold": 600, "Bold": 700}
RIBBI = {"Regular", "Italic", "Bold", "Bold Italic"}
HINTING = ("cvt ", "fpgm", "prep", "gasp", "hdmx", "LTSH", "VDMX")
DROPPED = (*HINTING, "STAT", "DSIG", "meta")
KEPT_NAMES = {0, 5, 7, 8, 9, 10, 11, 12, 13, 14}
FIRST_FEATURE_NAME = 256  # ids of names of stylistic sets and the like start here
WINDOWS, UNICODE_BMP, ENGLISH = 3, 1, 0x409

# Features that change advance widths in plain text; metric fonts keep no others.
METRIC_FEATURES = ["kern", "ccmp", "locl", "liga", "clig", "calt", "rlig"]

CARLITO_COPYRIGHT = (
    "Copyright (c) 2010-2013 by tyPoland Lukasz Dziedzic "
    'with Reserved Font Name "Carlito".\n'
    "Copyright 2013 The Carlito Project Authors (https://github.com/googlefonts/carlito)\n"
)


@dataclass(frozen=True)
class Style:
    """A static style: a weight name and a slant."""

    weight: str
    italic: bool = False

    @property
    def name(self) -> str:
        """The typographic style name, such as ``SemiBold Italic``."""
        if not self.italic:
            return self.weight
        return "Italic" if self.weight == "Regular" else f"{self.weight} Italic"

    @property
    def suffix(self) -> str:
        """The style in file names and PostScript names, such as ``SemiBoldItalic``."""
        return self.name.replace(" ", "")


@dataclass(frozen=True)
class Family:
    """A text family: its package, and the static styles to create."""

    name: str
    package: str
    styles: tuple[Style, ...]

    @property
    def stem(self) -> str:
        """The family in file names and PostScript names."""
        return self.name.replace(" ", "")


TEXT_FAMILIES = (
    Family(
        "EB Garamond",
        "fontpkg_eb_garamond",
        (
            Style("Regular"),
            Style("Regular", italic=True),
            Style("SemiBold"),
            Style("SemiBold", italic=True),
        ),
    ),
    Family(
        "Work Sans",
        "fontpkg_work_sans",
        (
            Style("Light"),
            Style("Regular"),
            Style("Regular", italic=True),
            Style("SemiBold"),
            Style("Bold"),
        ),
    ),
    Family(
        "JetBrains Mono",
        "fontpkg_jetbrains_mono",
        (Style("Regular"), Style("Regular", italic=True), Style("Bold")),
    ),
)

METRIC_STYLES = tuple(Style(w, i) for w in ("Regular", "Bold") for i in (False, True))

# Latin, Greek and Cyrillic with their symbols: other scripts are measured with their own fonts.
DEJAVU_RANGES = (range(0x20, 0x530), range(0x1E00, 0x2800), range(0xFB00, 0xFB07))
DEJAVU_LICENCE = Path("/usr/share/doc/fonts-dejavu-core/copyright")


def open_instance(package: str, stem: str, style: Style) -> TTFont:
    """Open the variable font of ``package`` and instantiate it at ``style``."""
    slant = "-Italic" if style.italic else ""
    source = files(package) / "files" / f"{stem}{slant}[wght].ttf"
    font = TTFont(str(source), recalcTimestamp=False)
    instantiateVariableFont(font, {"wght": WEIGHTS[style.weight]}, inplace=True)
    return font


def read_licence(package: str) -> str:
    """Return the licence text of ``package``, with normalised line ends."""
    text = (files(package) / "LICENSE").read_text(encoding="utf-8")
    return text.replace("\r\n", "\n").rstrip() + "\n"


def drop_hinting(font: TTFont) -> None:
    """Remove hinting, signatures and the tables that only variable fonts need."""
    for tag in DROPPED:
        if tag in font:
            del font[tag]
    glyf = font["glyf"]
    for glyph_name in font.getGlyphOrder():
        glyf[glyph_name].removeHinting()
    maxp = font["maxp"]
    maxp.maxZones = 1
    for field in (
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
    ):
        setattr(maxp, field, 0)


def set_names(font: TTFont, family: str, style: Style, kept: set[int]) -> None:
    """Set the names of the font, and the weight and slant bits that belong to them."""
    table = font["name"]
    version = str(table.getDebugName(5)).split()[-1]
    postscript = f"{family.replace(' ', '')}-{style.suffix}"
    linked = style.name in RIBBI
    subfamily = style.name if linked else ("Italic" if style.italic else "Regular")
    names = {
        1: family if linked else f"{family} {style.weight}",
        2: subfamily,
        3: f"{version};{postscript}",
        4: f"{family} {style.name}",
        6: postscript,
    }
    if not linked:
        names |= {16: family, 17: style.name}
    table.removeUnusedNames(font)
    table.names = [
        record
        for record in table.names
        if record.platformID == WINDOWS and (record.nameID in kept or record.nameID >= FIRST_FEATURE_NAME)
    ]
    for name_id, value in names.items():
        table.setName(value, name_id, WINDOWS, UNICODE_BMP, ENGLISH)

    bold = subfamily.startswith("Bold")
    os2 = font["OS/2"]
    os2.usWeightClass = WEIGHTS[style.weight]
    os2.fsSelection &= ~(1 << 0 | 1 << 5 | 1 << 6)
    os2.fsSelection |= style.italic << 0 | bold << 5
    if not style.italic and not bold:
        os2.fsSelection |= 1 << 6
    font["head"].macStyle = bold << 0 | style.italic << 1


def build_text_fonts(out: Path) -> list[Path]:
    """Write the static text fonts and their licences; return the files written."""
    written = []
    for family in TEXT_FAMILIES:
        for style in family.styles:
            font = open_instance(family.package, family.stem, style)
            drop_hinting(font)
            set_names(font, family.name, style, KEPT_NAMES)
            font["OS/2"].recalcAvgCharWidth(font)
            path = out / f"{family.stem}-{style.suffix}.ttf"
            font.save(path)
            written.append(path)
        licence = out / f"OFL-{family.stem}.txt"
        licence.write_text(read_licence(family.package), encoding="utf-8", newline="\n")
        written.append(licence)
    return written


def find_system_font(name: str) -> Path:
    """Find a font file by name in the font folders of the XDG data directories."""
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    system = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    for folder in (home, *system.split(":")):
        for path in sorted((Path(folder) / "fonts").rglob(name)):
            return path
    message = f"{name}: install the package that holds it (see the docstring)"
    raise FileNotFoundError(message)


def strip_outlines(font: TTFont, characters: Iterable[int] | None = None) -> None:
    """Keep widths, kerning and the substitutions of plain text; empty every glyph."""
    options = Options()
    options.layout_features = METRIC_FEATURES
    options.hinting = False
    options.glyph_names = False
    options.legacy_cmap = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.name_languages = [ENGLISH]
    options.recalc_timestamp = False
    subsetter = Subsetter(options)
    known = font.getBestCmap()
    subsetter.populate(unicodes=known if characters is None else known.keys() & set(characters))
    subsetter.subset(font)

    glyf, hmtx = font["glyf"], font["hmtx"]
    for glyph_name in font.getGlyphOrder():
        glyf[glyph_name] = Glyph()
        hmtx[glyph_name] = (hmtx[glyph_name][0], 0)


def dejavu_licence() -> str:
    """Return the licence of the DejaVu fonts from their Debian package."""
    text = DEJAVU_LICENCE.read_text("utf-8")
    start, end = text.index("Copyright: Copyright (c) 2003"), text.index("\nFiles: debian")
    lines = text[start:end].removeprefix("Copyright: ").splitlines()
    return "\n".join(line.strip().removeprefix(".") for line in lines).rstrip() + "\n"


def build_metric_fonts(out: Path) -> list[Path]:
    """Write the metrics-only fonts and their licences; return the files written."""
    written = []
    for style in METRIC_STYLES:
        arimo = open_instance("fontpkg_arimo", "Arimo", style)
        carlito = TTFont(find_system_font(f"Carlito-{style.suffix}.ttf"), recalcTimestamp=False)
        for font, family in (
            (arimo, "Triptych Metrics A"),
            (carlito, "Triptych Metrics C"),
        ):
            drop_hinting(font)
            strip_outlines(font)
            set_names(font, family, style, {0, 5, 13, 14})
            path = out / f"{family.replace(' ', '')}-{style.suffix}.ttf"
            font.save(path)
            written.append(path)

    for style, name in ((Style("Regular"), "DejaVuSans.ttf"), (Style("Bold"), "DejaVuSans-Bold.ttf")):
        # Its slanted fonts have the widths of the upright ones.
        dejavu = TTFont(find_system_font(name), recalcTimestamp=False)
        drop_hinting(dejavu)
        strip_outlines(dejavu, chain(*DEJAVU_RANGES))
        set_names(dejavu, "Triptych Metrics D", style, {0, 5, 13, 14})
        path = out / f"TriptychMetricsD-{style.suffix}.ttf"
        dejavu.save(path)
        written.append(path)
    licence = out / "LICENSE-DejaVu.txt"
    licence.write_text(dejavu_licence(), encoding="utf-8", newline="\n")
    written.append(licence)

    arimo_licence = read_licence("fontpkg_arimo")
    ofl = arimo_licence[arimo_licence.index("This Font Software is licensed") :]
    for name, text in (
        ("Arimo", arimo_licence),
        ("Carlito", f"{CARLITO_COPYRIGHT}\n{ofl}"),
    ):
        licence = out / f"OFL-{name}.txt"
        licence.write_text(text, encoding="utf-8", newline="\n")
        written.append(licence)
    return written


def main() -> None:
    """Rebuild all bundled fonts."""
    metrics = OUT / "metrics"
    metrics.mkdir(parents=True, exist_ok=True)
    for path in build_text_fonts(OUT) + build_metric_fonts(metrics):
        print(f"{path.stat().st_size:>8}  {path.relative_to(OUT)}")


if __name__ == "__main__":
    main()
