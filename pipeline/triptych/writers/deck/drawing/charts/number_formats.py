"""Choose number formats for native charts that give the same text as in the other outputs.

A label with a format code changes with its workbook cell. If no format code gives the right text, the label
is fixed text.
"""

from __future__ import annotations

import locale
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import product

from triptych.charts.axes import ValueAxis
from triptych.languages.numerals import (
    count_decimal_places,
    find_locale,
    format_number,
    format_percent,
    round_half_up,
)
from triptych.model.charts import DatePrecision, convert_to_decimal
from triptych.ooxml.xml import qn
from triptych.writers.deck.drawing.charts.context import ChartContext
from triptych.writers.deck.pptx.exports import NativeChart, Pt
from triptych.writers.deck.pptx.package import get_element
from triptych.writers.deck.template.palette import set_tint

# Spreadsheet format codes do not support quarters.
DATE_FORMATS = {
    DatePrecision.YEAR: "yyyy",
    DatePrecision.QUARTER: "mmm yyyy",
    DatePrecision.MONTH: "mmm yyyy",
    DatePrecision.DAY: "d mmm yyyy",
}
_TRAILING_COMMA_LIMIT = 5  # each trailing comma of a format code divides by a thousand
_MIN_GENERAL_VALUE = 1e-4  # the format "General" shows smaller numbers with an exponent
_NUMBER_TEXT = re.compile(r"([^\d+\u2212]*)([+\u2212]?)(\d[\d.,]*)(\D*)")


def make_number_format(decimals: int) -> str:
    """Return a format code with thousands separators.

    Programs show the separators of their user's language.
    """
    return "#,##0" + ("." + "0" * decimals if decimals > 0 else "")


def find_format_code(values: Sequence[float], texts: Sequence[str], language: str) -> str | None:
    """Return a format code that gives the expected text for every value, or None if there is none.

    LibreOffice uses the separators of the language in the code, Office those of its user's language.
    """
    group, point = _get_separators(language)
    plain = [_use_english_separators(text, group, point) for text in texts]
    tag = ""
    if plain != list(texts):
        number = _find_windows_language_id(language)
        if number is None:
            return None
        tag = f"[$-{number:X}]"
    for code, write in _iter_candidate_codes(values, plain):
        if all(write(value) == text for value, text in zip(values, plain, strict=True)):
            return ";".join(re.sub(r"^(\[<1\])?", rf"\g<0>{tag}", section) for section in code)
    return None


def find_axis_format_code(scale: ValueAxis, language: str) -> str | None:
    """Return a format code that gives the tick labels of an axis, or None if there is none."""
    names = scale.format_ticks(language)
    if scale.is_percent:  # values are fractions; a percent sign in a format code multiplies them by 100
        before, _, suffix = format_percent(0, language).partition("0")
        return "0".join(_quote_literal(part, unquoted="%") for part in (before, suffix))
    return find_format_code(scale.ticks, names, language)


def _iter_candidate_codes(
    values: Sequence[float], texts: Sequence[str]
) -> Iterator[tuple[tuple[str, ...], Callable[[float], str]]]:
    """Yield format codes, as tuples of sections, and a function that formats a number as each code does.

    ECMA-376 Part 1, 18.8.31 defines format codes.
    """
    _, text = max(zip(values, texts, strict=True), key=lambda pair: abs(pair[0]), default=(0.0, ""))
    match = _NUMBER_TEXT.fullmatch(text)
    if match is None:
        return
    before, _, digits, suffix = match.groups()
    zero = next((text for value, text in zip(values, texts, strict=True) if not value), "")
    plus = any(value > 0 and "+" in text for value, text in zip(values, texts, strict=True))
    negative = min(values) < 0
    decimals = len(digits.partition(".")[2])
    for grouped, thousands in product((True, False), range(_TRAILING_COMMA_LIMIT)):
        integer = "#,##0" if grouped else "0"
        core = integer + ("." + "0" * decimals if decimals else "") + "," * thousands

        def write(value: float, grouped: bool = grouped, thousands: int = thousands) -> str:
            if not value and zero:
                return zero
            scaled = abs(convert_to_decimal(value)).scaleb(-3 * thousands)
            amount = f"{round_half_up(scaled, decimals):{',' * grouped}f}"
            sign = "\u2212" if value < 0 else "+" if plus else ""
            return f"{before}{sign}{amount}{suffix}"

        sections = [_quote_literal(before + "+" * plus) + core + _quote_literal(suffix)]
        other_zero = bool(zero) and zero != f"{before}{0:.{decimals}f}{suffix}"
        if negative or other_zero or plus:
            sections.append(_quote_literal(before + "\u2212") + core + _quote_literal(suffix))
        if other_zero or (plus and zero):
            sections.append(_quote_literal(zero))
        yield tuple(sections), write
    if not suffix and not before and not negative:
        # On a logarithmic axis, each number has as many decimal places as it needs.
        yield ("[<1]General", "#,##0"), _format_general_number


def _format_general_number(value: float) -> str:
    if value < _MIN_GENERAL_VALUE:
        return ""
    return format_number(value, count_decimal_places(value, 12) if value < 1 else 0)


def _quote_literal(text: str, unquoted: str = "") -> str:
    """Quote text as a literal in a format code. The character ``unquoted`` is left outside the quotes."""
    if unquoted and unquoted in text:
        return unquoted.join(_quote_literal(part) for part in text.split(unquoted))
    return f'"{text}"' if text else ""


@cache
def _get_separators(language: str) -> tuple[str, str]:
    return format_number(10_000, 0, language).strip("10"), format_number(0.5, 1, language)[1]


def _use_english_separators(text: str, group: str, point: str) -> str:
    marks = {group: ",", point: "."}
    return re.sub(r"(?<=\d)\D(?=\d)", lambda mark: marks.get(mark.group(), mark.group()), text)


@cache
def _find_windows_language_id(language: str) -> int | None:
    """Return the Windows language identifier (LCID) of a language, or None if it has none."""
    language_locale = find_locale(language)
    if language_locale is None:
        return None
    territories = dict.fromkeys((language_locale.territory, language_locale.language.upper()))
    names = [
        *(f"{language_locale.language}_{territory}" for territory in territories if territory),
        f"{language_locale.language}_",
    ]
    windows_locales = sorted((name, number) for number, name in locale.windows_locale.items())
    return next(
        (number for name_prefix in names for name, number in windows_locales if name.startswith(name_prefix)),
        None,
    )


def set_text_defaults(native: NativeChart, context: ChartContext) -> None:
    """Set the size, colour and language of all text in a chart."""
    native.font.size = Pt(context.size)
    set_tint(native.font.color, context.palette.muted_colour)
    for element in get_element(native).iter(qn("a:endParaRPr"), qn("a:defRPr")):
        element.set("lang", context.language)
