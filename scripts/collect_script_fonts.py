"""Rebuild ``templates/fonts/scripts``: fonts for scripts beyond Latin, Greek and Cyrillic, and for symbols.

Requirements::

    pip install fonttools==4.68.0 fontpkg-arimo==1.341
    apt-get install fonts-noto-core=20201225-2
    pip install brotli
    npm pack @expo-google-fonts/noto-emoji@0.4.7 @fontsource/noto-sans-math@5.3.0, unpacked into
    ~/.local/share/fonts

The fonts keep their characters, features and names but not their hinting, which neither print nor e-books
use. The output is reproducible. Chinese, Japanese and Korean fonts are too large for this folder; they are
dependencies of the package.
"""

from __future__ import annotations

from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from instantiate_fonts import OUT, drop_hinting, find_system_font, read_licence

# The file written, and the published file if its name differs.
FILES = {
    **{
        f"{family}-{weight}.ttf": f"{family}-{weight}.ttf"
        for family in (
            "NotoNaskhArabic",
            "NotoSansArabic",
            "NotoSerifHebrew",
            "NotoSansHebrew",
            "NotoSerifDevanagari",
            "NotoSansDevanagari",
            "NotoSerifThai",
            "NotoSansThai",
            "NotoSerifArmenian",
            "NotoSerifBengali",
            "NotoSerifEthiopic",
            "NotoSerifGeorgian",
            "NotoSerifGujarati",
            "NotoSerifGurmukhi",
            "NotoSerifKannada",
            "NotoSerifKhmer",
            "NotoSerifLao",
            "NotoSerifMalayalam",
            "NotoSerifSinhala",
            "NotoSerifTamil",
            "NotoSerifTelugu",
        )
        for weight in ("Regular", "Bold")
    },
    **{
        f"NotoSans-{style}.ttf": f"NotoSans-{style}.ttf"
        for style in ("Regular", "Italic", "Bold", "BoldItalic")
    },
    "NotoNastaliqUrdu-Regular.ttf": "NotoNastaliqUrdu-Regular.ttf",
    "NotoSansSymbols-Regular.ttf": "NotoSansSymbols-Regular.ttf",
    "NotoSansSymbols2-Regular.ttf": "NotoSansSymbols2-Regular.ttf",
    "NotoSansMath-Regular.ttf": "noto-sans-math-latin-400-normal.woff2",
    "NotoEmoji-Regular.ttf": "NotoEmoji_400Regular.ttf",
}
COPYRIGHT, LICENCE = 0, 13
SPACES = (0x20, 0xA0, *range(0x2000, 0x200B), 0x202F)
GREEK_AND_CYRILLIC = (
    *range(0x370, 0x530),
    *range(0x1C80, 0x1C90),
    *range(0x1F00, 0x2000),
    *range(0xA640, 0xA6A0),
)


def keep_greek_and_cyrillic(font: TTFont) -> None:
    """Remove Latin, which the theme's sans-serif font has."""
    options = Options()
    options.layout_features = ["*"]
    options.name_IDs = ["*"]
    options.recalc_timestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[*SPACES, *range(0x300, 0x370), *GREEK_AND_CYRILLIC])
    subsetter.subset(font)


def licence_of(path: Path, font: TTFont) -> str:
    """Return the licence in a font, or the licence file of its package."""
    return str(font["name"].getDebugName(LICENCE) or (path.parent.parent / "LICENSE").read_text("utf-8"))


def collect(out: Path) -> list[Path]:
    """Write the fonts and their licence; return the files written."""
    written, owners = [], set()
    for name, source in FILES.items():
        path = find_system_font(source)
        font = TTFont(path, recalcTimestamp=False)
        if "Open Font License" not in licence_of(path, font):
            raise ValueError(f"{source} is not under the Open Font License")
        owners.add(str(font["name"].getDebugName(COPYRIGHT)).strip())
        font.flavor = None
        drop_hinting(font)
        if name.startswith("NotoSans-"):
            keep_greek_and_cyrillic(font)
        path = out / name
        font.save(path)
        written.append(path)
    text = read_licence("fontpkg_arimo")
    licence = out / "OFL-Noto.txt"
    licence.write_text(
        "\n".join(sorted(owners)) + "\n\n" + text[text.index("This Font Software is licensed") :], "utf-8"
    )
    return [*written, licence]


def main() -> None:
    """Rebuild all fonts."""
    folder = OUT / "scripts"
    folder.mkdir(parents=True, exist_ok=True)
    for path in collect(folder):
        print(f"{path.stat().st_size:>8}  {path.relative_to(OUT)}")


if __name__ == "__main__":
    main()
