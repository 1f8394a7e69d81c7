"""MathML → Typst's notation of formulas, with its characters as they are.

It is the second choice: pandoc's own Typst is finer, but names symbols as the Typst of its day did.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from lxml import etree

from triptych.media.formulas.row_parts import is_bare, scripts_around, visible
from triptych.media.xml_names import local_name

_FENCES = {
    "(": "paren.l", ")": "paren.r", "[": "bracket.l", "]": "bracket.r", "{": "brace.l", "}": "brace.r",
    "|": "bar.v", "∣": "bar.v", "‖": "bar.v.double", "∥": "bar.v.double",
}  # fmt: skip
_ACCENTS = {
    "^": "hat", "ˆ": "hat", "~": "tilde", "˜": "tilde", "¯": "macron", "‾": "macron", "→": "arrow",
    "⃗": "arrow", "˙": "dot", "¨": "dot.double", "ˇ": "caron", "˘": "breve", "´": "acute", "`": "grave",
    "˚": "circle", "\u0302": "hat", "\u0303": "tilde", "\u0304": "macron", "\u0307": "dot",
    "\u0308": "dot.double", "\u030c": "caron", "\u0306": "breve", "\u0301": "acute", "\u0300": "grave",
}  # fmt: skip
_AROUND = {
    "⏞": "overbrace", "⏟": "underbrace", "⎴": "overbracket", "⎵": "underbracket", "⏜": "overparen",
    "⏝": "underparen", "_": "underline", "\u0332": "underline",
}  # fmt: skip
_VARIANTS = {
    "bold": "bold(upright({}))",
    "bold-italic": "bold({})",
    "double-struck": "bb({})",
    "script": "cal({})",
    "fraktur": "frak({})",
    "sans-serif": "sans({})",
    "monospace": "mono({})",
    "normal": "upright({})",
}
_STRIKES = {
    "updiagonalstrike": "",
    "downdiagonalstrike": ", inverted: #true",
    "horizontalstrike": ", angle: #90deg",
}
_WIDE = ("Σ", "∑", "∏", "∐", "⋃", "⋂", "⋀", "⋁", "⨁", "⨂", "⨀")


def typst_notation(mathml: str) -> str:
    """A formula in presentation MathML → what stands between Typst's dollar signs."""
    return _row(etree.fromstring(mathml.encode()))


def _parts(element: Any) -> list[Any]:
    return [part for part in element if local_name(part) not in ("", "annotation", "annotation-xml")]


def _row(element: Any) -> str:
    texts = (_notation(part) for part in _parts(element))
    return " ".join(text for text in texts if text and text != '""') or '""'


def _notation(element: Any) -> str:
    name = local_name(element)
    special = _SPECIAL.get(name)
    if special is not None:
        return special(element)
    if name in ("mi", "mn", "mo", "ms", "mtext"):
        return _token(name, element)
    if name in ("none", "mprescripts"):
        return '""'
    if name == "mspace":
        width = re.fullmatch(r"-?[\d.]+em", element.get("width", ""))
        return f"#h({width.group()})" if width else "space"
    if name == "semantics" and len(element):
        return _notation(element[0])
    if name == "mphantom":
        return f"#hide[${_row(element)}$]"
    inner = _row(element)
    parts = _parts(element)
    if name == "menclose":
        return _enclosed(inner, element.get("notation", ""))
    if len(parts) > 1 and (_is_fence(parts[0]) or _is_fence(parts[-1])):
        return f"lr({inner})"
    return inner


def _enclosed(inner: str, notation: str) -> str:
    if "box" in notation:
        return f"#box(stroke: 0.05em, inset: 0.25em, baseline: 0.25em)[${inner}$]"
    strikes = [name for name in notation.split() if name in _STRIKES]
    for strike in strikes:
        inner = f"cancel({inner}{_STRIKES[strike]})"
    return inner


def _is_fence(element: Any) -> bool:
    return local_name(element) == "mo" and element.get("stretchy") == "true"


def _token(name: str, element: Any) -> str:
    text = visible("".join(element.itertext()))
    if name != "mtext":
        text = text.strip()
    if not text:
        return '""'
    if name == "mo":
        if text in _FENCES:
            return _FENCES[text] if _is_fence(element) else _quoted(text, "symbol")
        return f"op({_quoted(text)})" if text.isalpha() and len(text) > 1 else _quoted(text, "symbol")
    variant = _VARIANTS.get(element.get("mathvariant", "")) if name in ("mi", "mn") else None
    if variant:  # the letter is one of that alphabet already: the alphabet is named instead
        text = unicodedata.normalize("NFKC", text)
    written = _quoted(text, "" if name == "mtext" or len(text) > 1 else "symbol")
    if name == "mi" and len(text) > 1:
        return f"op({written})"
    return variant.format(written) if variant else written


def _quoted(text: str, kind: str = "") -> str:
    """A string, upright; or one character as a symbol, which is set as mathematics sets it."""
    if kind == "symbol" and len(text) == 1:
        return text if text.isalnum() else f"\\u{{{ord(text):x}}}"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _fraction(element: Any) -> str:
    above, below = (_notation(part) for part in _parts(element))
    if is_bare(element):
        return f"mat(delim: #none, {above}; {below})"
    return f"frac({above}, {below})"


def _root(element: Any) -> str:
    if local_name(element) == "msqrt":
        return f"sqrt({_row(element)})"
    base, degree = (_notation(part) for part in _parts(element))
    return f"root({degree}, {base})"


def _scripts(element: Any) -> str:
    name = local_name(element)
    base, *marks = _parts(element)
    around = name.startswith(("munder", "mover"))
    if around and len(marks) == 1:
        sign = "".join(marks[0].itertext()).strip()
        embraced = _embraced(_notation(base), sign, above=name == "mover")
        if embraced:
            return embraced
    keys = {"msub": "b", "msup": "t", "msubsup": "bt", "munder": "b", "mover": "t", "munderover": "bt"}[name]
    inner = _notation(base)
    if around:
        inner = f"limits({inner})"
    elif inner in _WIDE:
        inner = f"scripts({inner})"
    if inner.startswith("op(") and not around:  # whose space it would lose otherwise
        signs = {"b": "_", "t": "^"}
        return inner + "".join(
            f"{signs[key]}({_notation(mark)})" for key, mark in zip(keys, marks, strict=False)
        )
    arguments = [f"{key}: {_notation(mark)}" for key, mark in zip(keys, marks, strict=False)]
    return f"attach({', '.join([inner, *arguments])})"


def _embraced(base: str, sign: str, *, above: bool) -> str:
    """Something under an accent, a line or a brace; "" where the sign is none of them."""
    if sign in _AROUND:
        return f"{_AROUND[sign]}({base})"
    if sign in ("¯", "‾", "\u0305") and len(base) > 1:
        return f"{'overline' if above else 'underline'}({base})"
    return f"accent({base}, {_ACCENTS[sign]})" if above and sign in _ACCENTS else ""


def _table(element: Any) -> str:
    """A matrix without brackets, or lines with points of alignment where the cells line up an equation."""
    rows = [
        [_notation(cell) for cell in row if local_name(cell) == "mtd"]
        for row in element
        if local_name(row) == "mtr"
    ]
    first = next((cell for cell in element.iter() if local_name(cell) == "mtd"), None)
    if first is not None and "padding" in (first.get("style") or ""):
        return " \\\n ".join(" & ".join(row) for row in rows)
    align = (first.get("columnalign") or "center") if first is not None else "center"
    lines = "; ".join(", ".join(row) for row in rows)
    return f"mat(delim: #none, align: #{align if align in ('left', 'right') else 'center'}, {lines})"


def _prescripted(element: Any) -> str:
    after, before = scripts_around(element)
    pairs = [*zip(("b", "t"), after, strict=False), *zip(("bl", "tl"), before, strict=False)]
    scripts = (f"{key}: {_notation(part)}" for key, part in pairs)
    return f"attach({', '.join([_notation(element[0]), *scripts])})"


_SPECIAL: dict[str, Callable[[Any], str]] = {
    "mfrac": _fraction,
    "msqrt": _root,
    "mroot": _root,
    **dict.fromkeys(("msub", "msup", "msubsup", "munder", "mover", "munderover"), _scripts),
    "mtable": _table,
    "mmultiscripts": _prescripted,
}
