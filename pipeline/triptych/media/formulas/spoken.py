"""Convert presentation MathML to words for screen readers, such as "x squared plus one half".

A construct whose operands are single signs needs no spoken end ("x over 2"). With longer operands its end is
spoken ("fraction x plus 1 over 2 end fraction"), so that the words are unambiguous.
``templates/formula-words.yaml`` contains the words for each language and explains its keys.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from unicodedata import name as name_of
from unicodedata import normalize

from lxml import etree

from triptych.languages.word_tables import FormulaWords, load_formula_words
from triptych.media.formulas.row_parts import (
    BARS,
    SILENT_ELEMENTS,
    BracketGroup,
    RowPart,
    flatten_rows,
    get_operator_symbol,
    get_single_token,
    group_brackets,
    is_fraction_without_bar,
    is_large_operator,
    is_mathematical_alphanumeric,
    list_children_with_content,
    split_prescripts,
    split_scripts,
    strip_invisible,
)
from triptych.media.xml_parsing import get_local_name

_BRACKET_WORDS = {
    "⌊⌋": "floor",
    "⌈⌉": "ceiling",
    "||": "absolute",
    "‖‖": "norm",
    "∥∥": "norm",
    "∣∣": "absolute",
}
_MATRIX_WORDS = {"||": "determinant", "∣∣": "determinant", "‖‖": "determinant"}
_BRACE_WORDS = {"⏞": "overbrace", "⏟": "underbrace"}
# Accents, by the characters that TeX converters use for them.
_ACCENTS = {
    mark: name
    for name, marks in {
        "hat": "^ˆ\u0302", "tilde": "~˜\u0303", "bar": "¯‾ˉ\u0304\u0305", "vector": "→⇀\u20d7",
        "dot": "˙.\u0307", "double-dot": "¨\u0308", "check": "ˇ\u030c", "breve": "˘\u0306",
        "acute": "´\u0301", "grave": "`\u0300", "ring": "˚\u030a",
    }.items()
    for mark in marks
}  # fmt: skip
_UNDERLINES = "_\u0332¯‾\u0304\u0305"
_PRIMES = {"′": 1, "'": 1, "″": 2, "‴": 3, "⁗": 4}
_SIGNS = frozenset("+−-±")
_FUNCTION_LETTERS = frozenset("fghFGHPφψΦΨΓ")  # letters that are function names before brackets
_CONDITIONAL_FUNCTIONS = frozenset(
    {"P", "Pr", "E", "ℙ", "𝔼", "Var", "Cov"}
)  # the bar in P(A | B) means "given"


@dataclass(frozen=True, slots=True)
class SpokenPart:
    """The words of an expression.

    ``size`` is 0 for a single sign, 1 for a sign with accents or scripts, and 2 for longer expressions.
    ``kind`` is "operator", "function" or "operand".
    """

    text: str
    size: int = 0
    kind: str = "operand"


_NOTHING = SpokenPart("")


@cache
def speak_formula(mathml: str, language: str) -> str:
    """Convert MathML to words; return "" for a language without words for formulas."""
    words = load_formula_words(language)
    if words is None:
        return ""
    speech = _Speaker(words).speak_element(etree.fromstring(mathml.encode()))
    return " ".join(speech.text.split()).replace(" ,", ",").replace(" ;", ";")


class _Speaker:
    """A converter from MathML elements to the words of one language."""

    def __init__(self, words: FormulaWords) -> None:
        self.words = words
        self.handlers: dict[str, Callable[[etree._Element], SpokenPart]] = {
            "mfrac": self.speak_fraction,
            "msqrt": self.speak_root,
            "mroot": self.speak_root,
            "msub": self.speak_scripts,
            "msup": self.speak_scripts,
            "msubsup": self.speak_scripts,
            "munder": self.speak_over_and_under_scripts,
            "mover": self.speak_over_and_under_scripts,
            "munderover": self.speak_over_and_under_scripts,
            "mtable": self.speak_table,
            "mmultiscripts": self.speak_prescripts,
            "mfenced": self.speak_fenced_expression,
            "menclose": self.speak_enclosed_expression,
            "semantics": lambda element: self.speak_element(element[0]) if len(element) else _NOTHING,
        }

    def speak_element(self, element: etree._Element) -> SpokenPart:
        """Return the words of an element."""
        name = get_local_name(element)
        if name in self.handlers:
            return self.handlers[name](element)
        if name in ("mi", "mn", "mo", "ms", "mtext"):
            if name == "mo" and is_large_operator(get_single_token(element)):
                return self.speak_large_operator(get_single_token(element), None, None)
            return speak_token(element, self.words)
        if name in SILENT_ELEMENTS or not name:
            return _NOTHING
        return self.speak_row(group_brackets(list(flatten_rows(element))))

    # --- rows --------------------------------------------------------------------------------------

    def speak_row(self, parts: Sequence[RowPart], bar_key: str = "") -> SpokenPart:
        """Return the words of a row.

        ``bar_key`` is the key of the word for a bar in the row, such as "given". The default key is "|".
        """
        speech: list[SpokenPart] = []
        for place, part in enumerate(parts):
            before = speech[-1] if speech else None
            if isinstance(part, BracketGroup):
                base = parts[place - 1] if place else None
                words = self.speak_group(part, base)
                if before and _is_spoken_function(base, before) and not _is_spoken_as_whole(part):
                    applied = self.words.format_pattern("applied", argument=words.text)
                    if not before.text.endswith(f" {applied.split()[0]}"):  # not after "log base 2 of"
                        words = replace(words, text=applied)
            elif get_operator_symbol(part) in ("|", "∣"):
                words = SpokenPart(self.words.symbols[bar_key or "|"], 0, "operator")
            elif get_operator_symbol(part) == ":" and (
                bar_key == "such-that" or _is_after_quantifier(parts, place)
            ):
                words = SpokenPart(self.words.symbols["such-that"], 0, "operator")
            else:
                words = self.speak_element(part)
            if words.text:
                speech.append(words)
        if len(speech) == 1:
            return speech[0]
        text = " ".join(part.text for part in speech)
        return SpokenPart(text, _measure_row_size(parts, speech), "operand")

    def speak_group(self, group: BracketGroup, base: RowPart | None) -> SpokenPart:
        """Return the words of a bracketed group and its scripts; ``base`` is the element before the group."""
        speech = self.speak_bracketed_parts(group, base)
        if group.script is None:
            return speech
        return self.speak_base_with_scripts(speech, group.script)

    def speak_bracketed_parts(self, group: BracketGroup, base: RowPart | None) -> SpokenPart:
        ends = group.opening + group.closing
        if len(group.parts) == 1 and not isinstance(group.parts[0], BracketGroup):
            only = group.parts[0]
            if get_local_name(only) == "mtable" and group.opening == "{" and not group.closing:
                return SpokenPart(self.words.format_pattern("cases", rows=self.speak_rows(only)), 1)
            if get_local_name(only) == "mtable" and len(ends) == 2:
                return self.speak_matrix(only, ends)
            if get_local_name(only) == "mfrac" and ends == "()" and is_fraction_without_bar(only):
                top, bottom = map(self.speak_element, only)
                return self.fill_pattern("binomial", (top, bottom), top=top.text, bottom=bottom.text)
        signs = [get_operator_symbol(part) for part in group.parts]
        barred = any(mark in BARS for mark in signs if mark)
        if ends == "{}" and (barred or ":" in signs or "," in signs):
            inner = self.speak_row(group.parts, "such-that").text
            return SpokenPart(
                self.words.format_pattern("set-of" if barred or ":" in signs else "set", body=inner), 1
            )
        conditioned = barred and base is not None and get_single_token(base) in _CONDITIONAL_FUNCTIONS
        inner_said = self.speak_row(group.parts, "given" if conditioned else "")
        inner = inner_said.text
        if ends in _BRACKET_WORDS:
            return self.fill_pattern(_BRACKET_WORDS[ends], (inner_said,), body=inner)
        if ends == "()" and inner_said.size == 0 and inner and base is not None and _is_function_name(base):
            return SpokenPart(inner, 1)
        opening, closing = (self.words.symbols.get(sign, sign) for sign in (group.opening, group.closing))
        return SpokenPart(f"{opening} {inner} {closing}", 1)

    # --- constructs ------------------------------------------------------------------------------------

    def fill_pattern(self, key: str, parts: Sequence[SpokenPart], **texts: str) -> SpokenPart:
        """Fill in the pattern called ``key``, in its short version if all ``parts`` are single signs."""
        short = all(part.size == 0 for part in parts) and f"{key}-short" in self.words.patterns
        return SpokenPart(self.words.format_pattern(f"{key}-short" if short else key, **texts), 1)

    def speak_operand(self, speech: SpokenPart, limit: int = 1) -> str:
        """Return the words of an operand. If its size exceeds ``limit``, its start and end are spoken too."""
        return (
            speech.text if speech.size <= limit else self.words.format_pattern("quantity", body=speech.text)
        )

    def speak_fraction(self, element: etree._Element) -> SpokenPart:
        top, bottom = (*map(self.speak_element, element), _NOTHING, _NOTHING)[:2]
        if is_fraction_without_bar(element):
            return self.fill_pattern("stacked", (top, bottom), top=top.text, bottom=bottom.text)
        common = self.words.fractions.get(f"{top.text}/{bottom.text}")
        if common:
            return SpokenPart(common)
        short = max(top.size, bottom.size) <= 1
        text = self.words.format_pattern(
            "fraction-short" if short else "fraction", top=top.text, bottom=bottom.text
        )
        return SpokenPart(text, 2)

    def speak_root(self, element: etree._Element) -> SpokenPart:
        if get_local_name(element) == "msqrt":
            body = self.speak_row(group_brackets(list(flatten_rows(element))))
            return self.fill_pattern("square-root", (body,), body=body.text)
        body, index = (*map(self.speak_element, element), _NOTHING, _NOTHING)[:2]
        if index.text in ("", "2", "3"):
            key = "cube-root" if index.text == "3" else "square-root"
            return self.fill_pattern(key, (body,), body=body.text)
        return self.fill_pattern("root", (body, index), body=body.text, index=index.text)

    def speak_scripts(self, element: etree._Element) -> SpokenPart:
        if not len(element):
            return _NOTHING
        return self.speak_base_with_scripts(self.speak_element(element[0]), element)

    def speak_base_with_scripts(self, base: SpokenPart, element: etree._Element) -> SpokenPart:
        """Return the words of a base with its lower and upper scripts, or of an operator with its limits."""
        below, above = split_scripts(element)
        mark = get_single_token(element[0])
        if is_large_operator(mark):
            return self.speak_large_operator(mark, below, above)
        if mark == "log" and below is not None and above is None:
            return SpokenPart(self.words.format_pattern("logarithm", base=self.speak_element(below).text), 2)
        stacked = get_local_name(element).startswith(("munder", "mover"))
        if base.kind == "function" and stacked and below is not None and above is None:
            approached = any(get_operator_symbol(part) == "→" for part in list_children_with_content(below))
            key, text = (
                ("limit", self.speak_limit(below)) if approached else ("over", self.speak_element(below).text)
            )
            return SpokenPart(self.words.format_pattern(key, operator=base.text, range=text), 2)
        text, kind = self.speak_operand(base), base.kind
        if below is not None:
            inner = self.speak_element(below)
            if inner.text:
                text = self.fill_pattern("sub", (inner,), base=text, script=inner.text).text
        if above is not None:
            text = self.speak_superscript(text, above, without_base=not base.text)
        return SpokenPart(text, 1, kind)

    def speak_limit(self, limit: etree._Element) -> str:
        """Return the words of the expression below "lim", in which an arrow is spoken as "approaches"."""
        arrow = self.words.symbols["approaches"]
        parts = group_brackets(list(flatten_rows(limit)))
        return " ".join(
            arrow if get_operator_symbol(part) == "→" else self.speak_row([part]).text for part in parts
        )

    def speak_superscript(self, base: str, superscript: etree._Element, *, without_base: bool) -> str:
        """Return the words of a base with a superscript.

        If ``without_base`` is set, the superscript has no base and is therefore not a power.
        """
        parts = list_children_with_content(superscript)
        signs = [get_operator_symbol(part) for part in parts]
        speech = self.speak_element(superscript)
        if not speech.text:
            return base
        if all(signs) and all(mark in _PRIMES for mark in "".join(signs)):
            primes = sum(_PRIMES[mark] for mark in "".join(signs))
            if primes <= 3:
                return f"{base} {self.words.symbols['′″‴'[primes - 1]]}"
        if signs in (["∘"], ["°"]):
            return f"{base} {self.words.symbols['°']}"
        if signs in (["*"], ["∗"], ["†"], ["‡"], ["⊤"]):
            return f"{base} {self.words.symbols[signs[0]]}"
        flat_pair = len(parts) <= 2 and not any(len(part) for part in parts)
        if flat_pair and signs[-1] in _SIGNS:
            return self.words.format_pattern("superscript", base=base, script=speech.text)
        if without_base:
            return self.words.format_pattern("superscript", base=base, script=self.speak_operand(speech))
        if speech.text in ("2", "3"):
            return self.words.format_pattern("squared" if speech.text == "2" else "cubed", base=base)
        simple = speech.size == 0 or (flat_pair and signs[0] in _SIGNS)
        return self.words.format_pattern("power-short" if simple else "power", base=base, script=speech.text)

    def speak_large_operator(
        self, operator: str, lower_limit: etree._Element | None, upper_limit: etree._Element | None
    ) -> SpokenPart:
        """Return the words of a sum, product or integral with its limits."""
        low = self.speak_element(lower_limit).text if lower_limit is not None else ""
        high = self.speak_element(upper_limit).text if upper_limit is not None else ""
        key = "from-to" if low and high else "over" if low else "up-to" if high else "of"
        text = self.words.format_pattern(
            key, operator=speak_symbol(operator, self.words), low=low, high=high, range=low
        )
        return SpokenPart(text, 2, "operator")

    def speak_over_and_under_scripts(self, element: etree._Element) -> SpokenPart:
        if not len(element):
            return _NOTHING
        base = self.speak_element(element[0])
        if len(element) == 2:
            labelled = self.speak_braced_base(element)
            if labelled is not None:
                return labelled
            mark = get_single_token(element[1])
            if (
                get_local_name(element) == "mover"
                and mark in _ACCENTS
                and not _is_symbol_operator(element[0])
            ):
                return SpokenPart(
                    self.words.format_pattern(_ACCENTS[mark], base=self.speak_operand(base, 0)),
                    min(base.size, 1),
                    base.kind,
                )
            if get_local_name(element) == "munder" and mark in _UNDERLINES and mark:
                return SpokenPart(
                    self.words.format_pattern("underline", base=self.speak_operand(base, 0)),
                    min(base.size, 1),
                )
        if is_large_operator(get_single_token(element[0])) or (
            base.kind == "function" and get_local_name(element) == "munder"
        ):
            return self.speak_base_with_scripts(base, element)
        below, above = split_scripts(element)
        text = self.speak_operand(base)
        for key, part in (("below", below), ("above", above)):
            mark = self.speak_mark(part) if part is not None else ""
            if mark:
                text = self.words.format_pattern(key, base=text, mark=mark)
        return SpokenPart(text, 1, base.kind)

    def speak_mark(self, element: etree._Element) -> str:
        """Return the words of a symbol above or below a base, where "!" is not a factorial."""
        alone = get_single_token(element) == "!"
        return self.words.symbols["exclamation"] if alone else self.speak_element(element).text

    def speak_braced_base(self, element: etree._Element) -> SpokenPart | None:
        """Return the words of a base with a brace and the brace's label, or None if there is no brace."""
        mark = get_single_token(element[1])
        if mark in _BRACE_WORDS:
            return SpokenPart(
                self.words.format_pattern(_BRACE_WORDS[mark], body=self.speak_element(element[0]).text), 1
            )
        inner = element[0]
        if (
            get_local_name(inner) in ("mover", "munder")
            and len(inner) == 2
            and get_single_token(inner[1]) in _BRACE_WORDS
        ):
            key = f"{_BRACE_WORDS[get_single_token(inner[1])]}-labelled"
            body, label = self.speak_element(inner[0]).text, self.speak_element(element[1]).text
            return SpokenPart(self.words.format_pattern(key, body=body, label=label), 1)
        return None

    # --- tables and frames ---------------------------------------------------------------------------

    def speak_table(self, element: etree._Element) -> SpokenPart:
        """Return the words of a table without brackets, as lines of an equation or as a matrix."""
        cells = [cell for row in element for cell in row]
        if any("padding" in (cell.get("style") or "") for cell in cells) or all(
            len(row) <= 1 for row in element
        ):
            return SpokenPart(self.speak_rows(element, " "), 2)
        return self.speak_matrix(element, "")

    def speak_rows(self, element: etree._Element, separator: str = ", ") -> str:
        """Return the words of a table's rows, separated by semicolons.

        ``separator`` separates the cells of a row.
        """
        rows = [
            [self.speak_element(cell).text for cell in row if get_local_name(cell) == "mtd"]
            for row in element
        ]
        return "; ".join(filter(None, (separator.join(filter(None, row)) for row in rows)))

    def speak_matrix(self, element: etree._Element, brackets: str) -> SpokenPart:
        """Return the words of a matrix: its size and its rows.

        ``brackets`` is the pair of brackets around the matrix, or "" if it has none.
        """
        rows = [
            [self.speak_element(cell).text for cell in row if get_local_name(cell) == "mtd"]
            for row in element
        ]
        blank = self.words.symbols["blank"]
        row_texts = [
            self.words.format_pattern(
                "row", number=str(number), cells=", ".join(cell or blank for cell in row)
            )
            for number, row in enumerate(rows, 1)
        ]
        key = _MATRIX_WORDS.get(brackets, "matrix" if brackets else "table")
        columns = max((len(row) for row in rows), default=0)
        return SpokenPart(
            self.words.format_pattern(
                key, rows=str(len(rows)), columns=str(columns), body="; ".join(row_texts)
            ),
            1,
        )

    def speak_prescripts(self, element: etree._Element) -> SpokenPart:
        base = self.speak_element(element[0]) if len(element) else _NOTHING
        behind, before = split_prescripts(element)
        scripts = (
            self.speak_script_pairs("", before),
            self.speak_script_pairs(self.speak_operand(base), behind),
        )
        return SpokenPart(" ".join(scripts).strip(), 1)

    def speak_script_pairs(self, base: str, scripts: Sequence[etree._Element]) -> str:
        """Return the words of a base with alternating lower and upper scripts."""
        bare = not base
        for place, script in enumerate(scripts):
            speech = self.speak_element(script)
            if not speech.text:
                continue
            if place % 2:
                base = self.speak_superscript(base, script, without_base=not base or bare)
            else:
                base = self.fill_pattern("sub", (speech,), base=base, script=speech.text).text
        return base

    def speak_fenced_expression(self, element: etree._Element) -> SpokenPart:
        comma = self.words.symbols[","]
        inner = f" {comma} ".join(filter(None, (self.speak_element(part).text for part in element)))
        opening, closing = element.get("open", "("), element.get("close", ")")
        return SpokenPart(
            f"{speak_symbol(opening, self.words)} {inner} {speak_symbol(closing, self.words)}", 1
        )

    def speak_enclosed_expression(self, element: etree._Element) -> SpokenPart:
        body = self.speak_row(group_brackets(list(flatten_rows(element))))
        notation = element.get("notation", "")
        key = "struck" if "strike" in notation else "box" if "box" in notation else ""
        return self.fill_pattern(key, (body,), body=body.text) if key and body.text else body


# --- Predicates ---------------------------------------------------------------------------------------


def _is_symbol_operator(element: etree._Element) -> bool:
    """Return whether an element is an operator such as an arrow, which cannot have accents."""
    return get_local_name(element) == "mo" and not get_single_token(element).isalnum()


def _is_function_name(part: RowPart) -> bool:
    """Return whether an element is a function name, so that brackets after it contain an argument."""
    if isinstance(part, BracketGroup):
        return False
    if get_local_name(part) in ("msup", "msub", "msubsup", "munder") and len(part):
        return not is_large_operator(get_single_token(part[0])) and _is_function_name(part[0])
    name = get_single_token(part)
    return name in _FUNCTION_LETTERS or (
        len(name) > 1 and name.isalpha() and name != "mod" and _has_identifier(part)
    )


def _has_identifier(part: etree._Element) -> bool:
    return any(get_local_name(inner) == "mi" for inner in part.iter())


def _is_spoken_function(part: RowPart | None, speech: SpokenPart) -> bool:
    return part is not None and bool(speech.text) and _is_function_name(part)


def _is_spoken_as_whole(group: BracketGroup) -> bool:
    """Return whether a bracketed group is spoken as a whole: a matrix or a binomial coefficient."""
    only = group.parts[0] if len(group.parts) == 1 else None
    if only is None or isinstance(only, BracketGroup):
        return False
    return get_local_name(only) == "mtable" or (
        get_local_name(only) == "mfrac" and is_fraction_without_bar(only)
    )


def _measure_row_size(parts: Sequence[RowPart], speech: Sequence[SpokenPart]) -> int:
    """Return the size of a row; dx, ∂f and d²y have the size of a sign with scripts."""
    first = parts[0] if parts else None
    if len(speech) == 2 and speech[1].size <= 1 and first is not None and not isinstance(first, BracketGroup):
        scripted = get_local_name(first) == "msup" and len(first) > 0
        if get_single_token(first[0] if scripted else first) in ("d", "∂"):
            return 1
    return 0 if not speech else 2


def _is_after_quantifier(parts: Sequence[RowPart], index: int) -> bool:
    return any(get_operator_symbol(part) in ("∃", "∄") for part in parts[:index])


_GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", range(24), strict=True)) | {"ς": 17}
_STYLES = {
    "DOUBLE-STRUCK": "double-struck",
    "SCRIPT": "script",
    "FRAKTUR": "fraktur",
    "BLACK-LETTER": "fraktur",
}
_VARIANTS = {"double-struck": "double-struck", "script": "script", "fraktur": "fraktur", "bold": "bold"}


def speak_token(element: etree._Element, words: FormulaWords) -> SpokenPart:
    """Return the words of a token element: an identifier, number, operator or text."""
    name = get_local_name(element)
    text = strip_invisible("".join(map(str, element.itertext())))
    text = " ".join(text.split())
    if not text or name in ("mtext", "ms"):  # sans-serif words consist of mathematical alphanumeric symbols
        plain = "".join(normalize("NFKC", one) if is_mathematical_alphanumeric(one) else one for one in text)
        return SpokenPart(plain, 0 if " " not in text else 2)
    if name == "mi" and len(text) > 1:
        if text in words.functions:
            return SpokenPart(words.functions[text], 0, "function")
        if text.isalpha():
            letters = " ".join(_speak_letter(character, words) for character in text)
            return SpokenPart(
                letters if any(map(is_mathematical_alphanumeric, text)) else text, 0, "function"
            )
    if name == "mn":
        return SpokenPart(text)
    if len(text) == 1 and text.isalpha() and text not in words.symbols:
        return SpokenPart(_speak_letter(text, words, element.get("mathvariant", "")))
    return SpokenPart(speak_symbol(text, words), 0, "operand" if name == "mi" else "operator")


def speak_symbol(text: str, words: FormulaWords) -> str:
    """Return the word for a symbol, or the symbol itself if the language has no word for it."""
    if text in words.symbols:
        return words.symbols[text]
    plain = normalize("NFD", text)
    if plain.endswith("\u0338"):
        return words.format_pattern("not", text=speak_symbol(plain[:-1], words))
    return words.functions.get(text, text)


def _speak_letter(character: str, words: FormulaWords, variant: str = "") -> str:
    """Return the name of a letter with its style and case, such as "script L" or "capital gamma"."""
    if character in words.symbols:
        return words.symbols[character]
    plain = normalize("NFKC", character)
    name = words.letters[_GREEK[plain.lower()]] if plain.lower() in _GREEK else plain
    if name != plain and plain.isupper():
        name = words.format_pattern("capital", letter=name)
    kind = name_of(character, "") if plain != character else ""
    style = next((style for word, style in _STYLES.items() if word in kind), "")
    style = style or ("bold" if "BOLD" in kind else _VARIANTS.get(variant, ""))
    return words.format_pattern(style, letter=name) if style else name
