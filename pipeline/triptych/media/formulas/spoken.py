"""Convert presentation MathML to words for screen readers, such as "x squared plus one half".

A construct whose operands are single signs needs no spoken end ("x over 2"). With longer operands its end is
spoken ("fraction x plus 1 over 2 end fraction"), so that the words are unambiguous.
``templates/formula-words.yaml`` contains the words for each language and explains its keys.

Size, colour and spacing of signs are not spoken, nor is whether letters are upright or italic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import zip_longest
from unicodedata import normalize

from lxml import etree

from triptych.languages.word_tables import FormulaWords, load_formula_words
from triptych.media.formulas.letter_forms import PLAIN_LETTERS, LetterVariants
from triptych.media.formulas.markers import DOTS, INTERTEXT
from triptych.media.formulas.row_parts import (
    SILENT_ELEMENTS,
    BracketGroup,
    RowPart,
    classify_operator,
    flatten_rows,
    get_operator_symbol,
    get_single_token,
    group_brackets,
    is_fraction_without_bar,
    is_large_operator,
    list_children_with_content,
    list_column_cells,
    list_row_rules,
    split_prescripts,
    split_scripts,
)
from triptych.media.formulas.spoken_context import (
    ELLIPSES,
    RowContext,
    contains_matrices,
    contains_relation,
    contains_set,
    find_accent,
    find_diagonal_fraction,
    has_no_base,
    is_aligned_at_relation,
    is_applied,
    is_derivative,
    is_domain,
    is_identifier,
    is_logarithm,
    is_operand,
    is_operator_name,
    is_operator_with_scripts,
    is_single_argument,
    is_unit,
    starts_with_text,
)
from triptych.media.formulas.spoken_preparation import ROW_NUMBER, prepare_for_speech
from triptych.media.formulas.spoken_superscripts import (
    SIGNS,
    find_superscript_words,
    is_plain_superscript,
)
from triptych.media.formulas.spoken_tokens import (
    is_bold,
    is_capital,
    speak_character,
    speak_letters,
    speak_symbol,
    speak_text,
)
from triptych.media.xml_parsing import MATHML, get_local_name

_BRACKET_PATTERNS = {
    "⌊⌋": "floor",
    "⌈⌉": "ceiling",
    "||": "absolute",
    "‖‖": "norm",
    "∥∥": "norm",
    "∣∣": "absolute",
}
_MATRIX_KINDS = {"()": "()", "[]": "[]", "{}": "{}", "‖‖": "‖‖", "∥∥": "‖‖"}
_BARS = frozenset("|‖∥∣")
_WITHOUT_JOINTS = str.maketrans("", "", " _-")
_ENCLOSURES = {
    "struck-both": {"updiagonalstrike", "downdiagonalstrike"},
    "struck-down": {"downdiagonalstrike"},
    "struck-through": {"horizontalstrike"},
    "struck": {"updiagonalstrike"},
    "cancelled": {"northeastarrow"},
    "box": {"box"},
}
_EDGES = frozenset(("left", "right", "top", "bottom"))
_SIGNS_OF_UNITS = "°%‰′″"
_APPROACHES = {"→": "approach", "↓": "decrease", "↘": "decrease", "↑": "increase", "↗": "increase"}
_SIDES = {"+": "approach-from-right", "−": "approach-from-left", "-": "approach-from-left"}
_COMPONENTS = {"⊥": "perp", "⟂": "perp", "∥": "parallel", "‖": "parallel"}
_MARKS_BELOW = frozenset("\u20ee\u20ef")  # arrows that pandoc writes as accents above
_BRACE_WORDS = {"⏞": "overbrace", "⏟": "underbrace", "⎴": "overbracket", "⎵": "underbracket"}
_LIMIT_FUNCTIONS = frozenset(
    "lim limsup liminf max min sup inf argmax argmin injlim projlim gcd det Pr".split()
)


@dataclass(frozen=True, slots=True)
class SpokenPart:
    """The words of an expression.

    ``size`` is 0 for a single sign, 1 for a sign with accents or scripts, and 2 for longer expressions.
    ``kind`` is "operator", "function" or "operand". If ``is_open`` is set, the words do not say where the
    expression ends, so that a listener could take the following words for a part of it.
    """

    text: str
    size: int = 0
    kind: str = "operand"
    is_open: bool = False


_NOTHING = SpokenPart("")


_ALL_FORMS = LetterVariants()


@cache
def speak_formula(
    mathml: str,
    language: str,
    forms: LetterVariants = _ALL_FORMS,
    row_numbers: tuple[str, ...] = (),
    *,
    names_capitals: bool = True,
) -> str:
    """Convert MathML to words; return "" for a language without words for formulas.

    ``forms`` says which forms of letters are spoken.
    ``row_numbers`` are the numbers of the rows of the first table, "" for rows without one. A person who
    reads the words aloud sees which letters are capitals: ``names_capitals`` is False.
    """
    words = load_formula_words(language)
    if words is None:
        return ""
    words = replace(words, names_capitals=names_capitals)
    root = etree.fromstring(mathml.encode())
    prepare_for_speech(root, row_numbers)
    speech = _Speaker(words, forms).speak_element(root)
    text = " ".join(speech.text.split())
    text = _SPACE_BEFORE_PAUSE.sub(r"\1", text).replace(",,", ",").removeprefix(", ")
    return text.replace(f" {words.symbols[',']}, ", f" {words.symbols[',']} ")


_SPACE_BEFORE_PAUSE = re.compile(" ([,;.])")


class _Speaker:
    """A converter from MathML elements to the words of one language."""

    def __init__(self, words: FormulaWords, forms: LetterVariants) -> None:
        self.words = words
        self.forms = forms
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

    @cached_property
    def sign_words(self) -> frozenset[str]:
        """The words of signs, which can be mistaken for text. A dash means the same as its word."""
        return frozenset(self.words.symbols.values()) - {self.words.symbols["range"]}

    def speak_element(self, element: etree._Element) -> SpokenPart:
        """Return the spoken form of an element."""
        name = get_local_name(element)
        if name in self.handlers:
            return self.handlers[name](element)
        if name in ("mi", "mn", "mo", "ms", "mtext"):
            if name == "mo" and is_large_operator(get_single_token(element)):
                return self.speak_large_operator(self.speak_token(element).text, None, None)
            return self.speak_token(element)
        if name in SILENT_ELEMENTS or not name:
            return _NOTHING
        return self.speak_row(group_brackets(list(flatten_rows(element))))

    def speak_token(self, element: etree._Element) -> SpokenPart:
        """Return the spoken form of a token element: an identifier, number, operator or text."""
        name, text = get_local_name(element), speak_text(element)
        variant = element.get("mathvariant", "")
        if not text:
            return _NOTHING
        if name in ("mtext", "ms") and not (
            len(text) == 1 and (is_capital(text) or is_bold(element) or text in self.forms.upright)
        ):
            follows_space = (element.text or "")[:1].isspace()
            spoken = self.speak_text(text, follows_space=follows_space)
            return SpokenPart(spoken, 0 if " " not in text else 2)
        if name == "mi" and len(text) > 1:
            function = self.words.functions.get(text.replace(" ", ""))
            if function is not None:
                return SpokenPart(function, 0, "function")
            if text.translate(_WITHOUT_JOINTS).isalnum():
                return SpokenPart(speak_letters(text, self.words, variant), 0, "function")
        if name == "mn":
            if text.isascii():
                return SpokenPart(text)
            return SpokenPart(speak_letters(text, self.words, variant))
        if len(text) == 1 and text.isalnum() and text not in self.words.symbols:
            if text in self.forms.plain_variants:
                text = normalize("NFKC", text)
                text = PLAIN_LETTERS.get(text, text)
            spoken = speak_character(text, self.words, variant)
            if text in self.forms.upright and variant == "normal" and not is_unit(element):
                spoken = self.words.format_pattern("upright", letter=spoken)
            return SpokenPart(spoken)
        return SpokenPart(speak_symbol(text, self.words), 0, "operand" if name == "mi" else "operator")

    def speak_text(self, text: str, *, follows_space: bool) -> str:
        """Return a text with words for the signs of units, such as that in °C, if it is one word.

        If ``follows_space`` is set, a text that is also the word of a sign, such as "prime", follows a pause.
        """
        plain = normalize("NFKC", text)
        if follows_space and plain in self.sign_words:
            return f", {plain}"
        if " " in plain:
            return plain
        signs = {ord(sign): f" {self.words.symbols[sign]} " for sign in _SIGNS_OF_UNITS}
        return " ".join(normalize("NFKC", text.translate(signs)).split())

    # --- rows --------------------------------------------------------------------------------------

    def speak_row(self, parts: Sequence[RowPart], bar_key: str = "") -> SpokenPart:
        """Return the spoken form of a row.

        ``bar_key`` is the key of the word for a bar in the row, such as "given", or "" if the row decides.
        """
        context = RowContext(parts, bar_key)
        speech: list[SpokenPart] = []
        skipped = 0
        for place, part in enumerate(parts):
            if skipped:  # the second sign of a divergence, or the rest of a diagonal fraction
                skipped -= 1
                continue
            if isinstance(part, BracketGroup):
                words = self.speak_group(part, context.find_function(place), is_set=context.is_set(place))
            elif (fraction := find_diagonal_fraction(parts, place)) is not None:
                words, skipped = self.speak_diagonal_fraction(*fraction), 2
            elif place and has_no_base(part) and not _has_base_after(parts[place + 1 : place + 2]):
                words = self.speak_late_scripts(part, parts[place - 1])
            elif get_local_name(part) == "mfrac":
                follows_function = bool(speech) and speech[-1].kind == "function"
                words = self.speak_fraction(part, ends=follows_function or context.is_factor(place))
            else:
                key, skipped = context.find_word(place)
                words = (
                    SpokenPart(self.words.symbols[key], 0, "operator") if key else self.speak_element(part)
                )
            if speech and words.text and context.is_argument(place):
                applied = self.words.format_pattern("applied", argument=words.text)
                words = replace(words, text=_drop_repetition(speech[-1].text, applied))
            if get_operator_symbol(part) == "%" and speech and speech[-1].text[-1:].isdigit():
                percentage = self.words.format_pattern("percent", number=speech.pop().text)
                words = SpokenPart(percentage, 1)
            if words.text:
                speech.append(words)
        if len(speech) == 1:
            return speech[0]
        text = " ".join(part.text for part in speech)
        size = _measure_row_size(parts, speech)
        return SpokenPart(text, size, is_open=size > 1 or any(part.is_open for part in speech))

    def speak_group(self, group: BracketGroup, base: RowPart | None, *, is_set: bool) -> SpokenPart:
        """Return the spoken form of a bracketed group and its scripts, after the element ``base``."""
        speech = self.speak_bracketed_parts(group, base, is_set=is_set)
        if group.script is None:
            return speech
        return self.speak_base_with_scripts(speech, group.script, is_group=True)

    def speak_bracketed_parts(
        self, group: BracketGroup, base: RowPart | None, *, is_set: bool = False
    ) -> SpokenPart:
        """Return the spoken form of a bracketed group; ``is_set`` says whether braces are a set."""
        ends = group.opening + group.closing
        if len(group.parts) == 1 and not isinstance(group.parts[0], BracketGroup):
            only = group.parts[0]
            if get_local_name(only) == "mtable" and group.opening == "{" and not group.closing:
                return SpokenPart(self.speak_cases(only), 1)
            if get_local_name(only) == "mtable" and (ends in _MATRIX_KINDS or ends in ("||", "∣∣")):
                return self.speak_matrix(only, ends)
            if get_local_name(only) == "mfrac" and ends == "()" and is_fraction_without_bar(only):
                top, bottom = map(self.speak_element, only)
                return self.fill_pattern("binomial", (top, bottom), top=top.text, bottom=bottom.text)
        signs = [get_operator_symbol(part) for part in group.parts]
        barred = any(mark in _BARS for mark in signs if mark)
        if ends == "()" and get_single_token(group.parts[0] if group.parts else group) == "mod":
            return SpokenPart(f", {self.speak_row(group.parts).text}", 2)
        if ends == "{}" and (barred or ":" in signs or is_set):
            inner = self.speak_row(group.parts, "such-that").text
            return SpokenPart(
                self.words.format_pattern("set-of" if barred or ":" in signs else "set", body=inner), 1
            )
        conditioned = barred and ends in ("()", "[]") and base is not None and is_identifier(base)
        bar_key = "given" if conditioned else "|" if ends == "⟨⟩" else ""
        inner_speech = self.speak_row(_open_bars(group.parts) if bar_key == "|" else group.parts, bar_key)
        inner = inner_speech.text
        if ends in _BRACKET_PATTERNS:
            key = _BRACKET_PATTERNS[ends]
            if key == "absolute" and contains_set(group.parts):
                return SpokenPart(self.words.format_pattern("cardinality", body=inner), 1)
            if group.script is not None:
                return SpokenPart(self.words.format_pattern(key, body=inner), 1)
            return self.fill_pattern(key, (inner_speech,), body=inner)
        applied = base is not None and group.script is None and is_applied(base, group)
        brief = is_single_argument(group) and inner_speech.size <= 1
        if ends == "()" and brief and inner and applied and not is_logarithm(base):
            return SpokenPart(inner, 1, is_open=True)
        opening, closing = (
            speak_symbol(sign, self.words) if sign else "" for sign in (group.opening, group.closing)
        )
        kind = "matrix" if contains_matrices(group.parts) else "operand"
        return SpokenPart(f"{opening} {inner} {closing}".strip(), 1, kind)

    # --- constructs ------------------------------------------------------------------------------------

    def fill_pattern(self, key: str, parts: Sequence[SpokenPart], **texts: str) -> SpokenPart:
        """Fill in the pattern called ``key``, in its short version if all ``parts`` are single signs."""
        short = all(part.size == 0 for part in parts) and f"{key}-short" in self.words.patterns
        text = self.words.format_pattern(f"{key}-short" if short else key, **texts)
        return SpokenPart(text, 2 if short else 1, is_open=short)

    def speak_operand(self, speech: SpokenPart, limit: int = 1) -> str:
        """Return the spoken form of an operand.

        If its size exceeds ``limit``, its start and end are spoken too.
        """
        return (
            speech.text if speech.size <= limit else self.words.format_pattern("quantity", body=speech.text)
        )

    def speak_fraction(self, element: etree._Element, *, ends: bool = False) -> SpokenPart:
        """Return the spoken form of a fraction. If ``ends`` is set, its end is spoken too."""
        top, bottom = (*map(self.speak_element, element), _NOTHING, _NOTHING)[:2]
        if is_fraction_without_bar(element):
            return self.fill_pattern("stacked", (top, bottom), top=top.text, bottom=bottom.text)
        if element.get("linethickness"):
            text = self.words.format_pattern("fraction-thick", top=top.text, bottom=bottom.text)
            return SpokenPart(text, 2)
        common = self.words.fractions.get(f"{top.text}/{bottom.text}")
        if common:
            return SpokenPart(common)
        short = max(top.size, bottom.size) <= 1 and not top.is_open and not ends
        key = "fraction" if not short else "derivative" if is_derivative(element) else "fraction-short"
        text = self.words.format_pattern(key, top=top.text, bottom=bottom.text)
        return SpokenPart(text, 2, is_open=short)

    def speak_diagonal_fraction(self, top: etree._Element, bottom: etree._Element) -> SpokenPart:
        """Return the spoken form of a fraction with a slash, whose parts are set as scripts."""
        slash = self.words.symbols["/"]
        texts = [self.speak_operand(self.speak_element(part)) for part in (top, bottom)]
        return SpokenPart(f" {slash} ".join(texts), 2, is_open=True)

    def speak_root(self, element: etree._Element) -> SpokenPart:
        if get_local_name(element) == "msqrt":
            body = self.speak_row(group_brackets(list(flatten_rows(element))))
            return self.fill_pattern("square-root", (body,), body=body.text)
        body, index = (*map(self.speak_element, element), _NOTHING, _NOTHING)[:2]
        if index.text in ("", "2", "3"):
            key = "cube-root" if index.text == "3" else "square-root"
            return self.fill_pattern(key, (body,), body=body.text)
        key = "root-with-sign" if index.size == 0 and body.size else "root"
        return self.fill_pattern(key, (body, index), body=body.text, index=index.text)

    def speak_scripts(self, element: etree._Element) -> SpokenPart:
        if not len(element):
            return _NOTHING
        if get_local_name(element[0]) == "menclose":
            return self.speak_enclosure_with_scripts(element)
        parts = group_brackets(list_children_with_content(element[0]))
        if len(parts) > 1 and get_operator_symbol(parts[-1]) in _BARS:
            content = self.speak_row(parts[:-1]).text
            below, above = split_scripts(element)
            if below is not None and above is None and is_domain(below):
                return SpokenPart(f"{content} {self.speak_restriction(below).text}", 2)
            evaluated = self.speak_evaluation(element)
            if evaluated:
                return SpokenPart(f"{content} {evaluated}", 2)
        if len(parts) == 1 and isinstance(parts[0], BracketGroup) and parts[0].script is None:
            base = self.speak_bracketed_parts(replace(parts[0], script=element), None)
            return self.speak_base_with_scripts(base, element, is_group=True)
        return self.speak_base_with_scripts(self.speak_element(element[0]), element)

    def speak_evaluation(self, element: etree._Element) -> str:
        """Return the spoken form of an evaluation bar's scripts, which give the limits, or ""."""
        below, above = split_scripts(element)
        low = self.speak_element(below) if below is not None else _NOTHING
        high = self.speak_element(above) if above is not None else _NOTHING
        if low.text and high.text:
            return self.words.format_pattern("evaluated-from-to", low=low.text, high=high.text)
        return self.words.format_pattern("evaluated", low=low.text) if low.text and not high.text else ""

    def speak_restriction(self, domain: etree._Element) -> SpokenPart:
        """Return the spoken form of a restriction bar, as in f|_A, whose subscript is the domain."""
        speech = self.speak_element(domain)
        key = "restricted-short" if speech.size == 0 or _is_in_brackets(domain) else "restricted"
        return SpokenPart(self.words.format_pattern(key, low=speech.text), 1, "function")

    def speak_base_with_scripts(
        self, base: SpokenPart, element: etree._Element, *, is_group: bool = False
    ) -> SpokenPart:
        """Return the spoken form of a base with its scripts, or of an operator with its limits.

        ``is_group`` says whether the base is a bracketed group, of which the element has the closing bracket.
        """
        below, above = split_scripts(element)
        mark = get_single_token(element[0])
        if is_large_operator(mark):
            return self.speak_large_operator(speak_symbol(mark, self.words), below, above)
        if mark in _BARS and not is_group and below is not None:
            if above is None and is_domain(below):
                return self.speak_restriction(below)
            if above is not None or contains_relation(below):
                return SpokenPart(self.speak_evaluation(element), 1)
        if mark == "log" and below is not None and above is None:
            return SpokenPart(
                self.words.format_pattern("logarithm", base=self.speak_element(below).text),
                2,
                "function",
                is_open=True,
            )
        if below is not None and above is None and _has_limits_below(base, element, mark):
            approached = any(
                get_operator_symbol(part) in _APPROACHES for part in list_children_with_content(below)
            )
            key, text = (
                ("limit", self.speak_limit(below)) if approached else ("over", self.speak_element(below).text)
            )
            return SpokenPart(
                self.words.format_pattern(key, operator=base.text, range=text), 2, "function", is_open=True
            )
        is_name = base.kind == "function" or get_local_name(element[0]) == "mtext"
        if is_name and below is not None and above is not None and contains_relation(below):
            return replace(self.speak_large_operator(base.text, below, above), kind="function")
        if not base.text:
            return self.speak_scripts_before(below, above)
        if is_group and below is not None and above is not None and contains_relation(below):
            low, high = self.speak_element(below), self.speak_element(above)
            speech = self.fill_pattern("indexed", (high,), base=base.text, low=low.text, high=high.text)
            return replace(speech, size=1)
        speech = replace(base, text=self.speak_operand(base), size=min(base.size, 1))
        if below is not None:
            speech = self.speak_subscript(speech, below)
        if above is not None:
            speech = self.speak_superscript(speech, above, element[0])
        return replace(speech, size=1, kind=base.kind)

    def speak_scripts_before(self, below: etree._Element | None, above: etree._Element | None) -> SpokenPart:
        """Return the spoken form of scripts without a base, which belong to the following sign."""
        texts = []
        for key, script in (("before-sub", below), ("before-superscript", above)):
            signs = (
                [get_operator_symbol(part) for part in list_children_with_content(script)]
                if script is not None
                else []
            )
            speech = self.speak_element(script) if script is not None else _NOTHING
            if key == "before-superscript" and signs in (["∘"], ["°"]):
                texts.append(self.words.symbols["°"])
            elif speech.text:
                texts.append(self.words.format_pattern(key, script=self.speak_operand(speech)))
        return SpokenPart(" ".join(texts), 1)

    def speak_late_scripts(self, element: etree._Element, base: RowPart) -> SpokenPart:
        """Return the spoken form of scripts with an empty base after their sign ``base``, as in x{}_i."""
        below, above = split_scripts(element)
        speech = self.speak_subscript(_NOTHING, below) if below is not None else _NOTHING
        if above is not None:
            inner = self.speak_element(above)
            signs = [get_operator_symbol(part) for part in list_children_with_content(above)]
            if signs in (["∘"], ["°"]):
                return SpokenPart(f"{speech.text} {self.words.symbols['°']}".strip(), 1)
            if not isinstance(base, BracketGroup) and (keys := find_superscript_words(above, base, "")):
                marks = (self.words.symbols[key] for key in keys)
                return SpokenPart(" ".join((speech.text, *marks)).strip(), 1)
            text = self.words.format_pattern(
                "superscript", base=speech.text, script=self.speak_operand(inner)
            )
            speech = SpokenPart(text, 1, is_open=True)
        return speech

    def speak_subscript(self, base: SpokenPart, script: etree._Element) -> SpokenPart:
        """Return the spoken form of a base with a subscript."""
        inner = self.speak_element(script)
        if not inner.text:
            return base
        if key := _COMPONENTS.get(get_single_token(script)):
            inner = SpokenPart(self.words.symbols[key])
        inner = replace(inner, size=0) if _is_in_brackets(script) else inner
        speech = self.fill_pattern("sub", (inner,), base=base.text, script=inner.text)
        return replace(speech, size=1)

    def speak_limit(self, limit: etree._Element) -> str:
        """Return the spoken form of the expression below "lim", with "approaches" for an arrow."""
        parts = group_brackets(list(flatten_rows(limit)))
        places = [place for place, part in enumerate(parts) if get_operator_symbol(part) in _APPROACHES]
        if len(places) != 1:
            return self.speak_row(parts).text
        (place,) = places
        key = _APPROACHES[get_operator_symbol(parts[place])]
        value = parts[place + 1 :]
        if len(value) > 1 and get_operator_symbol(value[-1]) in _SIDES:  # TeX: x \\to 0+
            key, value = _SIDES[get_operator_symbol(value[-1])], value[:-1]
        elif value and not isinstance(last := value[-1], BracketGroup) and get_local_name(last) == "msup":
            base, sign = (*last, last, last)[:2]
            if get_single_token(sign) in _SIDES:
                key, value = _SIDES[get_single_token(sign)], [*value[:-1], base]
        return self.words.format_pattern(
            key, variable=self.speak_row(parts[:place]).text, value=self.speak_row(value).text
        )

    def speak_superscript(
        self, base: SpokenPart, superscript: etree._Element, base_element: etree._Element
    ) -> SpokenPart:
        """Return the spoken form of a base with a superscript, which is usually a power."""
        parts = group_brackets(list_children_with_content(superscript))
        signs = [get_operator_symbol(part) for part in parts]
        speech = self.speak_element(superscript)
        if not speech.text:
            return base
        keys = find_superscript_words(superscript, base_element, base.kind)
        if keys:
            text = " ".join((base.text, *(self.words.symbols[key] for key in keys)))
            return replace(base, text=text, is_open=False)
        if is_plain_superscript(parts, signs, base_element):
            text = self.words.format_pattern("superscript", base=base.text, script=speech.text)
            return SpokenPart(text, 1, base.kind, is_open=not isinstance(parts[0], BracketGroup))
        if speech.text in ("2", "3"):
            key = "squared" if speech.text == "2" else "cubed"
            return SpokenPart(self.words.format_pattern(key, base=base.text), 1, base.kind)
        flat_pair = len(parts) <= 2 and not any(isinstance(part, BracketGroup) or len(part) for part in parts)
        short = speech.size == 0 or (flat_pair and signs[0] in SIGNS)
        text = self.words.format_pattern(
            "power-short" if short else "power", base=base.text, script=speech.text
        )
        return SpokenPart(text, 1, base.kind, is_open=short)

    def speak_large_operator(
        self, operator: str, lower_limit: etree._Element | None, upper_limit: etree._Element | None
    ) -> SpokenPart:
        """Return the spoken form of a sum, product or integral with its limits; ``operator`` is its word."""
        low = self.speak_element(lower_limit).text if lower_limit is not None else ""
        high = self.speak_element(upper_limit).text if upper_limit is not None else ""
        key = "from-to" if low and high else "over" if low else "up-to" if high else "of"
        text = self.words.format_pattern(key, operator=operator, low=low, high=high, range=low)
        return SpokenPart(text, 2, "operator", is_open=True)

    def speak_over_and_under_scripts(self, element: etree._Element) -> SpokenPart:
        if not len(element):
            return _NOTHING
        if len(element) == 2:
            # Before the base is spoken: speaking it twice takes 2^n for n levels.
            labelled = self.speak_braced_base(element)
            if labelled is not None:
                return labelled
        base = self.speak_element(element[0])
        if is_operator_name(element[0]):
            base = SpokenPart(base.text, 0, "function")
        below, above = split_scripts(element)
        if is_operator_with_scripts(element[0]):
            return self.speak_large_operator(base.text, below, above)
        if len(element) == 2:
            key = find_accent(element)
            if key:
                text = self.words.format_pattern(key, base=self.speak_operand(base, 0))
                return SpokenPart(text, 1 if base.size else 0, base.kind)
        if is_large_operator(get_single_token(element[0])) or (
            base.kind == "function" and get_local_name(element) == "munder"
        ):
            return self.speak_base_with_scripts(base, element)
        if above is not None and get_single_token(above) in _MARKS_BELOW:
            below, above = above, None
        text = self.speak_operand(base)
        for key, part in (("below", below), ("above", above)):
            mark = self.speak_mark(part) if part is not None else ""
            if mark:
                pattern = self.words.format_pattern(key, base="", mark=mark).strip()
                text = f"{text} {_drop_repetition(text, pattern)}"
        return SpokenPart(text, 1, base.kind)

    def speak_mark(self, element: etree._Element) -> str:
        """Return the spoken form of a symbol above or below a base, where "!" is not a factorial."""
        alone = get_single_token(element) == "!"
        return self.words.symbols["exclamation"] if alone else self.speak_element(element).text

    def speak_braced_base(self, element: etree._Element) -> SpokenPart | None:
        """Return the spoken form of a base with a labelled brace, or None if there is no brace."""
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
        """Return the spoken form of a table without brackets, as lines of an equation or as a matrix."""
        cells = [cell for row in element for cell in row]
        if (
            any("padding" in (cell.get("style") or "") for cell in cells)
            or all(len(row) <= 1 for row in element)
            or all(is_aligned_at_relation(row) for row in element)
        ):
            return self.speak_lines(element)
        return self.speak_matrix(element, "")

    def speak_lines(self, element: etree._Element) -> SpokenPart:
        """Return the spoken form of aligned lines. Without other lines, a line needs no number."""
        rows = [(row, self.speak_row(_flatten_line(row)).text) for row in element]
        spoken = [(row, text) for row, text in rows if text]
        if len(spoken) <= 1:
            return SpokenPart(" ".join(text for _, text in spoken), 2, is_open=True)
        texts = []
        number = 0
        for row, text in spoken:
            if _is_intertext(row):
                texts.append(text)
                continue
            number += 1
            label = row.get(ROW_NUMBER, "")
            key = "line-numbered" if label else "line"
            texts.append(self.words.format_pattern(key, number=str(number), label=label, cells=text))
        key = "lines" if _is_whole_formula(element) else "lines-inside"
        body = self.words.format_pattern(key, count=str(number), rows="; ".join(texts))
        return SpokenPart(body, 2)

    def speak_cases(self, element: etree._Element) -> str:
        """Return the spoken form of a distinction of cases; the second cell of a row is its condition."""
        rows = []
        for number, row in enumerate(element, 1):
            cells = [cell for cell in row if get_local_name(cell) == "mtd"]
            texts = [self.speak_element(cell).text for cell in cells]
            if len(cells) == 2 and texts[1] and not starts_with_text(cells[1]):
                texts[1] = f"{self.words.symbols['when']} {texts[1]}"
            cells_text = ", ".join(text.rstrip(" ,;") for text in texts if text)
            rows.append(self.words.format_pattern("case", number=str(number), cells=cells_text))
        return self.words.format_pattern("cases", count=str(len(rows)), rows="; ".join(rows))

    def speak_matrix(self, element: etree._Element, brackets: str) -> SpokenPart:
        """Return the spoken form of a matrix: its size and its rows.

        ``brackets`` is the pair of brackets around the matrix, or "" if it has none.
        """
        places = [list_column_cells(row) for row in element]
        rows = [[self.speak_element(cell) for cell in row if cell is not None] for row in places]
        columns = max(map(len, places), default=0)
        blank, column_rule = self.words.symbols["blank"], self.words.symbols["|"]
        is_wide = any(
            cell is not None and cell.get("columnspan", "1") != "1" and cell.get("class") != DOTS
            for row in places
            for cell in row
        )
        simple = columns == 1 or (not is_wide and all(cell.size <= 1 for row in rows for cell in row))
        has_dots = len(rows) * columns > 2 and _has_line_of_dots(places)
        texts = []
        for own, row, found in zip(element, rows, places, strict=True):
            cells = [cell.text or blank for cell in row]
            starts = [at for at, cell in enumerate(found) if cell is not None]
            if not simple:
                ends = [*starts[1:], len(found)]
                cells = list(map(self.speak_cell, cells, starts, ends))
            rules = list_row_rules(element, own)
            texts.append(", ".join(_insert_rules(cells, [rules[at] for at in starts], column_rule)))
        if has_dots or (len(rows) > 1 and (columns > 1 or any(row[0].size > 1 for row in rows if row))):
            texts = [
                self.words.format_pattern("row", number=str(number), cells=cells)
                for number, cells in enumerate(texts, 1)
            ]
        row_rules = (element.get("rowlines") or "none").split()
        row_rules += row_rules[-1:] * (len(rows) - 1 - len(row_rules))  # MathML 3, 3.5.1
        texts = _insert_rules(texts, ["none", *row_rules], self.words.symbols["rule"])
        sizes = {"rows": str(len(rows)), "columns": str(columns), "body": "; ".join(texts)}
        end = "-dots" if has_dots else ""  # the size is unknown
        if brackets in _MATRIX_KINDS:
            kind = self.words.symbols[_MATRIX_KINDS[brackets]]
            return SpokenPart(self.words.format_pattern(f"matrix{end}", kind=kind, **sizes), 1, "matrix")
        key = "determinant" if brackets else "table"
        return SpokenPart(self.words.format_pattern(f"{key}{end}", **sizes), 1)

    def speak_cell(self, text: str, start: int, end: int) -> str:
        """Return the words of a cell with its columns: from ``start``, before ``end``."""
        if end == start + 1:
            return self.words.format_pattern("cell", number=str(end), cell=text)
        return self.words.format_pattern("wide-cell", first=str(start + 1), last=str(end), cell=text)

    def speak_prescripts(self, element: etree._Element) -> SpokenPart:
        base = self.speak_element(element[0]) if len(element) else _NOTHING
        if len(element) and is_large_operator(mark := get_single_token(element[0])):
            base = SpokenPart(speak_symbol(mark, self.words), 0, "operator")
        behind, before = split_prescripts(element)
        texts = []
        for place in range(0, len(before), 2):
            pair = [*before[place : place + 2], None][:2]
            texts.append(self.speak_scripts_before(*pair).text)
        speech = replace(base, text=self.speak_operand(base))
        for place, script in enumerate(behind):
            speech = (
                self.speak_superscript(speech, script, element[0])
                if place % 2
                else self.speak_subscript(speech, script)
            )
        return SpokenPart(" ".join(filter(None, (*texts, speech.text))), 1)

    def speak_fenced_expression(self, element: etree._Element) -> SpokenPart:
        comma = self.words.symbols[","]
        inner = f" {comma} ".join(filter(None, (self.speak_element(part).text for part in element)))
        opening, closing = element.get("open", "("), element.get("close", ")")
        return SpokenPart(
            f"{speak_symbol(opening, self.words)} {inner} {speak_symbol(closing, self.words)}", 1
        )

    def speak_enclosure_with_scripts(self, element: etree._Element) -> SpokenPart:
        base = self.speak_element(element[0])
        if get_local_name(element) != "msup" or "northeastarrow" not in element[0].get("notation", ""):
            return self.speak_base_with_scripts(base, element)
        body, value = (
            self.speak_row(group_brackets(list(flatten_rows(element[0])))),
            self.speak_element(element[1]),
        )
        return self.fill_pattern("cancelled-to", (body, value), body=body.text, value=value.text)

    def speak_enclosed_expression(self, element: etree._Element) -> SpokenPart:
        body = self.speak_row(group_brackets(list(flatten_rows(element))))
        notation = set(element.get("notation", "").split())
        key = next((key for key, marks in _ENCLOSURES.items() if marks <= notation), "")
        if len(notation & _EDGES) == 3:  # one half of a box with an alignment point
            key = "box"
        return self.fill_pattern(key, (body,), body=body.text) if key and body.text else body


def _drop_repetition(before: str, words: str) -> str:
    """Drop the first of some words if ``before`` ends with it, as in "log base 2 of" and "of x"."""
    first, _, others = words.partition(" ")
    return others if before.endswith(f" {first}") else words


def _has_limits_below(base: SpokenPart, element: etree._Element, mark: str) -> bool:
    """Return whether the lower script of a function is its range, as for a limit or maximum."""
    stacked = get_local_name(element).startswith(("munder", "mover"))
    return base.kind == "function" and (stacked or mark.replace(" ", "") in _LIMIT_FUNCTIONS)


def _measure_row_size(parts: Sequence[RowPart], speech: Sequence[SpokenPart]) -> int:
    """Return the size of a row; dx, ∂f and d²y have the size of a sign with scripts."""
    first = parts[0] if parts else None
    if len(speech) == 2 and speech[1].size <= 1 and first is not None and not isinstance(first, BracketGroup):
        scripted = get_local_name(first) == "msup" and len(first) > 0
        if get_single_token(first[0] if scripted else first) in ("d", "∂"):
            return 1
    return 0 if not speech else 2


def _flatten_line(row: etree._Element) -> list[RowPart]:
    """Return the elements of all cells of an aligned line, except its number."""
    parts: list[etree._Element] = []
    starts_equation = False  # the next of several aligned equations
    for place, cell in enumerate(cell for cell in row if get_local_name(cell) == "mtd"):
        content = [part for part in flatten_rows(cell) if get_local_name(part) not in SILENT_ELEMENTS]
        starts_equation = place % 2 == 0 or starts_equation
        if starts_equation and content and parts and len(row) > 3 and not _is_sign(parts[-1]):
            parts.append(_make_token("mtext", ","))
        starts_equation = starts_equation and not content
        if content and parts and _is_half_box(parts[-1], "right") and _is_half_box(content[0], "left"):
            box = etree.Element(f"{MATHML}menclose", notation="box")
            box.extend(deepcopy(part) for half in (parts.pop(), content.pop(0)) for part in half)
            parts.append(box)
        parts += content
    return group_brackets(parts)


def _is_sign(element: etree._Element) -> bool:
    """Return whether an element is a sign that needs an operand after it."""
    is_operator = get_local_name(element) == "mo" and element.get("form") not in ("prefix", "postfix")
    return is_operator and classify_operator(get_operator_symbol(element)) in ("bin", "rel")


def _is_half_box(element: etree._Element, open_side: str) -> bool:
    """Return whether an element is a half of a box with an alignment point, open on one side."""
    edges = _EDGES & set(element.get("notation", "").split())
    return get_local_name(element) == "menclose" and edges == _EDGES - {open_side}


def _make_token(name: str, text: str) -> etree._Element:
    token = etree.Element(f"{MATHML}{name}")
    token.text = text
    return token


def _open_bars(parts: Sequence[RowPart]) -> list[RowPart]:
    """Return parts between angle brackets, in which bars separate states and are not absolute values."""
    opened: list[RowPart] = []
    for part in parts:
        if isinstance(part, BracketGroup) and part.opening == part.closing == "|" and part.script is None:
            opened += [_make_token("mo", "|"), *part.parts, _make_token("mo", "|")]
        else:
            opened.append(part)
    return opened


def _is_intertext(row: etree._Element) -> bool:
    """Return whether a row is text between the lines of a formula."""
    return any(INTERTEXT in (part.get("class") or "").split() for part in row.iter())


def _has_base_after(parts: Sequence[RowPart]) -> bool:
    """Return whether scripts without a base belong to the next element, which is no punctuation."""
    if not parts or not is_operand(parts):
        return False
    if isinstance(parts[0], BracketGroup):
        return True
    return speak_text(parts[0]) not in ("", ",", ".", ";")


def _has_line_of_dots(rows: Sequence[Sequence[etree._Element | None]]) -> bool:
    """Return whether a matrix has a row or column of dots, so that its size is unknown."""
    return any(
        any(cell is not None for cell in line)
        and all(cell is None or get_single_token(cell) in ELLIPSES for cell in line)
        for line in (*rows, *zip_longest(*rows))
    )


def _insert_rules(texts: Sequence[str], kinds: Sequence[str], rule: str) -> list[str]:
    """Insert the word for a rule between texts; ``kinds`` are those before each text, such as "none"."""
    spoken = [*texts[:1]]
    for text, kind in zip(texts[1:], kinds[1:], strict=False):
        spoken += [rule, text] if kind != "none" else [text]
    return spoken


def _is_in_brackets(element: etree._Element) -> bool:
    """Return whether an expression has brackets, whose spoken words mark where it ends."""
    parts = group_brackets(list_children_with_content(element))
    if len(parts) != 1 or not isinstance(parts[0], BracketGroup) or parts[0].script is not None:
        return False
    return parts[0].opening + parts[0].closing in ("()", "[]", "[)", "(]")


def _is_whole_formula(table: etree._Element) -> bool:
    """Return whether a table is all there is in a formula, so that its end needs no words."""
    element = table
    while (outer := element.getparent()) is not None:
        if get_local_name(outer) not in ("math", "semantics", "mrow", "mstyle"):
            return False
        content = [part for part in outer if get_local_name(part) not in SILENT_ELEMENTS]
        if len(content) != 1:
            return False
        element = outer
    return True
