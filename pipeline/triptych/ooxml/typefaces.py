"""Which faces text is set in: what a run says, else what it inherits, by way of the theme's two fonts.

ECMA-376 Part 1: 20.1.4.1.16 ff. has the fonts of a theme, 21.1.2.3 the properties of runs, 21.1.2.4 the
levels of lists that they inherit from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from triptych.ooxml.inheritance import chain_of, kind_of, list_styles, placeholder_of
from triptych.ooxml.names import A, P
from triptych.ooxml.values import is_on

_USUAL = "Calibri"  # of a theme that names none
_TEXT = "+mn-lt"
_LEVELS = 9


class Typeface(NamedTuple):
    """A family in one of its four styles."""

    family: str
    bold: bool = False
    italic: bool = False


class ThemeFonts:
    """The two fonts of a theme, a tree or None."""

    def __init__(self, theme: Any) -> None:
        self._theme = theme

    def named(self, typeface: str) -> str:
        """A typeface as a text property has it: a name, or one of the theme's by its role."""
        if typeface.startswith("+mj"):
            return self.major
        return self.minor if typeface.startswith("+") else typeface

    @cached_property
    def major(self) -> str:
        """The font of headings."""
        return self._font("majorFont")

    @cached_property
    def minor(self) -> str:
        """The font of text."""
        return self._font("minorFont")

    def _font(self, name: str) -> str:
        latin = None if self._theme is None else self._theme.find(f".//{A}{name}/{A}latin")
        return _USUAL if latin is None else str(latin.get("typeface") or _USUAL)


class TypefaceReader:
    """Reads the faces of slides of one layout; all trees but the layout's may be None."""

    def __init__(self, layout: Any, master: Any, theme: Any, defaults: Any) -> None:
        self._layout, self._master, self._defaults = layout, master, defaults
        self.fonts = ThemeFonts(theme)
        self._levels: dict[tuple[str, str], list[Typeface]] = {}

    def on_slide(self, tree: Any) -> set[Typeface]:
        """The faces of a slide's texts and tables; those of its charts are in parts of their own."""
        found: set[Typeface] = set()
        for shape in tree.iter(f"{P}sp"):
            body = shape.find(f"{P}txBody")
            if body is not None:
                own = body.find(f"{A}lstStyle")
                plain = own is None or not len(own)
                found.update(_in_body(body, self._inherited(shape, kept=plain), self.fonts))
        for table in tree.iter(f"{A}tbl"):
            found.update(self._in_table(table))
        return found

    def in_chart(self, tree: Any) -> set[Typeface]:
        """The faces of a chart's text: the theme's for text, and those that it names."""
        named = {self.fonts.named(latin.get("typeface", _TEXT)) for latin in tree.iter(f"{A}latin")}
        looks = list(tree.iter(f"{A}rPr", f"{A}defRPr"))
        styles = {(is_on(look.get("b")), is_on(look.get("i"))) for look in looks} | {(False, False)}
        return {Typeface(family, *style) for family in named or {self.fonts.minor} for style in styles}

    def _in_table(self, table: Any) -> Iterator[Typeface]:
        """Rows and columns that the style of a table sets apart are bold."""
        properties = table.find(f"{A}tblPr")
        heads = properties is not None and any(is_on(properties.get(n)) for n in ("firstRow", "firstCol"))
        for bold in (False, True) if heads else (False,):
            level = Typeface(self.fonts.minor, bold)
            for body in table.iter(f"{A}txBody"):
                yield from _in_body(body, [level] * _LEVELS, self.fonts)

    def _inherited(self, shape: Any, *, kept: bool) -> list[Typeface]:
        """What each level of a shape's text has where its runs say nothing."""
        mark = placeholder_of(shape)
        key = ("", "") if mark is None else (mark.get("type", "obj"), mark.get("idx", "0"))
        if kept and key in self._levels:
            return self._levels[key]
        chain = chain_of(shape, self._layout, self._master)
        styles = list_styles(chain, kind_of(shape), self._master, self._defaults)
        levels = [self._level(styles, number) for number in range(1, _LEVELS + 1)]
        if kept:
            self._levels[key] = levels
        return levels

    def _level(self, styles: Sequence[Any], number: int) -> Typeface:
        path = f"{A}lvl{number}pPr/{A}defRPr"
        looks = [look for style in styles if (look := style.find(path)) is not None]
        return _face(looks, Typeface(self.fonts.minor), self.fonts)


def _in_body(body: Any, levels: Sequence[Typeface], fonts: ThemeFonts) -> Iterator[Typeface]:
    for paragraph in body.iter(f"{A}p"):
        properties = paragraph.find(f"{A}pPr")
        level = levels[int(properties.get("lvl", "0")) if properties is not None else 0]
        for run in paragraph.iter(f"{A}r", f"{A}fld"):
            look = run.find(f"{A}rPr")
            yield level if look is None else _face((look,), level, fonts)


def _face(looks: Sequence[Any], above: Typeface, fonts: ThemeFonts) -> Typeface:
    """What the nearest of some properties say, which come first; else what is above them."""
    family = next((latin for look in looks if (latin := look.find(f"{A}latin")) is not None), None)
    bold = next((value for look in looks if (value := look.get("b")) is not None), None)
    italic = next((value for look in looks if (value := look.get("i")) is not None), None)
    return Typeface(
        above.family if family is None else fonts.named(family.get("typeface", _TEXT)),
        above.bold if bold is None else is_on(bold),
        above.italic if italic is None else is_on(italic),
    )
