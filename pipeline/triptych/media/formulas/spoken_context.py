"""Choose words for operators by their neighbours, and recognise functions, vectors, matrices and sets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from unicodedata import normalize

from lxml import etree

from triptych.media.formulas.row_parts import (
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
)
from triptych.media.formulas.spoken_tokens import (
    ACCENT_NAMES,
    DISTRIBUTED,
    UNDERLINES,
    UNIT,
    VECTOR_ACCENTS,
    is_bold,
    is_capital,
    speak_text,
)
from triptych.media.xml_parsing import get_local_name

_SIGN_KEYS = {"−": "negative", "-": "negative", "+": "positive"}
_POSTFIX_OPERATORS = frozenset("!%′″‴°")
_SET_OPERATORS = frozenset("∪∩∖\\⊔⊎")
_SET_RELATIONS = frozenset("∈∉⊂⊆⊃⊇⊄⊈⊊")
_FUNCTION_LETTERS = frozenset("fghFGHPφψΦΨΓℙ𝔼")  # letters that are function names before brackets
_SCRIPTED = ("msub", "msup", "msubsup", "mover", "munder", "munderover")
_INTEGERS = frozenset("abcdkmnpq")  # letters for integers, of which one may divide the other
_SIZES = frozenset("dhklmnpqrstDJKLMNPQT")  # letters for numbers of rows and columns
_SIGNS_OF_ARGUMENTS = frozenset(",;|∣=<>≤≥≠∈")  # no sign of a factor in brackets
_QUANTIFIERS = frozenset("∀∃∄")
_PAIRS = {"!!": "!!", "⟂⟂": "⫫", "⊥⊥": "⫫", "∃!": "∃!"}  # two signs with one meaning
PRIMES = {"′": 1, "'": 1, "″": 2, "‴": 3, "⁗": 4}
_CROSSES, _DOTS, ELLIPSES = frozenset("×"), frozenset("⋅·"), frozenset("…⋯⋮⋱⋰")
_ORTHOGONAL = frozenset("⊥⟂")
ANGLE_KEYS = {"′": "arcminutes", "″": "arcseconds"}


class RowContext:
    """The elements of a row, to find words for operators that depend on other elements.

    ``bar_key`` is the key of the word for a bar, or "" if the row decides.
    """

    def __init__(self, parts: Sequence[RowPart], bar_key: str = "") -> None:
        self.parts = parts
        self.bar_key = bar_key

    def find_word(self, place: int) -> tuple[str, bool]:
        """Return the key of the word for an operator whose word depends on its neighbours, or "".

        The second value says whether the word includes the following sign, as in a divergence.
        """
        part = self.parts[place]
        symbol = get_operator_symbol(part)
        before = self.parts[place - 1] if place else None
        after = self.parts[place + 1] if place + 1 < len(self.parts) else None
        if before is not None and (key := _find_number_word(get_single_token(part), before, after)):
            return key, False
        if not symbol:
            return "", False
        if symbol == "∇" and after is not None:
            return _find_nabla_word(after, has_operand=place + 2 < len(self.parts))
        if after is not None and (pair := _PAIRS.get(symbol + get_operator_symbol(after))):
            return pair, True
        if symbol in ("|", "∣"):
            return self.bar_key or self.find_bar_word(before, after), False
        if symbol in (":", "→", "⟶") and place in self.mapping_words:
            return self.mapping_words[place], False
        if symbol == "/" and before is not None and after is not None:
            return ("per" if is_unit(before) and is_unit(after) else ""), False
        if symbol == ":" and place > self.first_existence:
            return "such-that", False
        if symbol in _CROSSES:
            return self.find_cross_word(place), False
        if symbol in _ORTHOGONAL:
            is_relation = _ends_operand(before) and after is not None and starts_operand(after)
            return ("" if is_relation else "bottom"), False
        if symbol in _DOTS and before is not None and after is not None:
            return ("dot-product" if _is_vector(before) and _is_vector(after) else "·"), False
        if symbol in _SIGN_KEYS and _is_prefix(before):
            return _SIGN_KEYS[symbol], False
        if symbol in ("≡", "≢") and self.has_modulus:
            return ("congruent" if symbol == "≡" else "≇"), False
        if symbol == "∼" and _is_distribution(self.parts, place):
            return DISTRIBUTED, False
        if symbol in ("…", "⋯", "..."):
            return _find_dots_word(symbol, before, after), False
        return "", False

    def find_function(self, place: int) -> RowPart | None:
        """Return the element before a bracketed group, which may be a function, unless it is bound there."""
        is_bound = place > 1 and get_operator_symbol(self.parts[place - 2]) in _QUANTIFIERS
        return self.parts[place - 1] if place and not is_bound else None

    def is_argument(self, place: int) -> bool:
        """Return whether an element is the argument of the function or derivative before it."""
        part, function = self.parts[place], self.find_function(place)
        if function is None:
            return False
        if isinstance(part, BracketGroup):
            return is_applied(function, part)
        return is_derivative(function, is_operator=True) and starts_operand(part)

    def is_factor(self, place: int) -> bool:
        """Return whether an operand other than an argument follows, so the element needs a spoken end."""
        following = self.parts[place + 1] if place + 1 < len(self.parts) else None
        if following is None or not starts_operand(following) or self.is_argument(place + 1):
            return False
        return not is_large_operator(get_base_symbol(following))

    @cached_property
    def symbols(self) -> list[str]:
        """The symbols of all elements, with "" for elements that are not operators or letters."""
        return [get_operator_symbol(part) for part in self.parts]

    @cached_property
    def mapping_words(self) -> dict[int, str]:
        """The words of colons and arrows of mappings, such as f: A → B, by their places in the row."""
        words: dict[int, str] = {}
        colon = 0
        if self.bar_key == "such-that" or not _QUANTIFIERS.isdisjoint(self.symbols):
            return words
        for place, symbol in enumerate(self.symbols):
            if symbol == ":":
                colon = place
            elif symbol in ("→", "⟶") and colon:
                words |= {colon: "mapping-from", place: "mapping-to"}
                colon = 0
            elif symbol and not symbol.isalpha() and classify_operator(symbol) in ("rel", "punct"):
                colon = 0
        return words

    @cached_property
    def first_existence(self) -> int:
        """The place of the first quantifier that a condition can follow, or the length of the row."""
        places = (place for place, symbol in enumerate(self.symbols) if symbol in ("∃", "∄"))
        return next(places, len(self.parts))

    @cached_property
    def has_modulus(self) -> bool:
        """Whether the row is a congruence."""
        return any(map(_contains_modulus, self.parts))

    @cached_property
    def is_conditional(self) -> bool:
        """Whether the row states a distribution or an independence."""
        return not {"∼", DISTRIBUTED, "⟂", "⊥"}.isdisjoint(map(get_base_symbol, self.parts))

    def find_bar_word(self, before: RowPart | None, after: RowPart | None) -> str:
        """Return the key of the word for a bar: "given" in a distribution, "divides" between integers."""
        if self.is_conditional:
            return "given"
        tokens = [get_single_token(one) if one is not None else "" for one in (before, after)]
        return "divides" if all(token.isdigit() or token in _INTEGERS for token in tokens) else "|"

    def find_cross_word(self, place: int) -> str:
        """Return the key of the word for a cross between vectors, in a size, or between sets or numbers.

        All crosses of a product have the same word.
        """
        after = self.parts[place + 1] if place + 1 < len(self.parts) else None
        if not place or after is None:
            return "×"
        factors = list(self.list_factors(place))
        if all(map(_is_vector, factors)):
            return "cross-product"
        if not isinstance(after, BracketGroup) and len(after) and get_base_symbol(after) == "10":
            return "times-power"
        if self.is_size:
            return "by"
        return "cross-set" if all(map(is_matrix_or_set, factors)) else "×"

    def list_factors(self, place: int) -> Iterator[RowPart]:
        """Yield the factors that a cross and the other crosses of its product join, without dots."""
        for step in (-1, 1):
            at = place + step
            while 0 <= at < len(self.parts):
                if self.symbols[at] not in ELLIPSES:
                    yield self.parts[at]
                at += 2 * step
                if not 0 <= at - step < len(self.parts) or self.symbols[at - step] not in _CROSSES:
                    break

    def is_set(self, place: int) -> bool:
        """Return whether braces are a set: one element, two as in a Poisson bracket, or more.

        Two elements are a set if one is a number or dots, or if the braces are named, or operands of a sign
        for sets, or arguments.
        """
        group = self.parts[place]
        base = self.find_function(place)
        if not isinstance(group, BracketGroup):
            return False
        symbols = [get_operator_symbol(part) for part in group.parts]
        if symbols.count(",") != 1:
            return "," in symbols or is_singleton(group, base)
        near = {self.symbols[at] for at in (place - 1, place + 1) if 0 <= at < len(self.parts)}
        return (
            any(get_single_token(part).isdigit() for part in group.parts)
            or not ELLIPSES.isdisjoint(symbols)
            or not (_SET_OPERATORS | _SET_RELATIONS).isdisjoint(near)
            or (base is not None and is_function_name(base))
            or (place == 2 and self.symbols[1] in ("=", "≔", ":=") and is_matrix_or_set(self.parts[0]))
        )

    @cached_property
    def is_size(self) -> bool:
        """Whether the row is a size such as 2×3: the whole formula, or a script of a letter."""
        tokens = [get_single_token(part) for part in self.parts]
        row = next((part for part in self.parts if not isinstance(part, BracketGroup)), None)
        if row is None or not all(
            token in _CROSSES or (get_local_name(part) in ("mi", "mn") and not is_bold(part))
            for part, token in zip(self.parts, tokens, strict=True)
            if token and not isinstance(part, BracketGroup)
        ):
            return False
        outer = row.getparent()
        while outer is not None and get_local_name(outer) in ("mrow", "mstyle", "semantics"):
            row, outer = outer, outer.getparent()
        if outer is None or get_local_name(outer) == "math":
            return all(token.isdigit() or token in _SIZES or token in _CROSSES for token in tokens)
        scripted = get_local_name(outer) in ("msup", "msub", "msubsup") and outer.index(row) > 0
        return all(tokens) and scripted and get_local_name(outer[0]) != "mn"


def _find_number_word(token: str, before: RowPart, after: RowPart | None) -> str:
    """Return the key of the word for a sign after a number: minutes, seconds, or a dash before another."""
    if token in ANGLE_KEYS and get_single_token(before).isdigit():
        return ANGLE_KEYS[token]
    is_range = token == "–" and after is not None and get_single_token(after)[:1].isdigit()
    return "range" if is_range else ""


def _ends_operand(part: RowPart | None) -> bool:
    """Return whether an element can be the left operand of a relation."""
    return part is not None and not _is_prefix(part)


def _find_nabla_word(after: RowPart, *, has_operand: bool) -> tuple[str, bool]:
    symbol = get_operator_symbol(after)
    if has_operand and symbol in _DOTS:
        return "divergence", True
    if has_operand and symbol in _CROSSES:
        return "curl", True
    token = get_single_token(after)
    applied = not isinstance(after, BracketGroup) and (not token or token.isalpha())
    return ("gradient" if applied and symbol != "∇" else ""), False


def _find_dots_word(symbol: str, before: RowPart | None, after: RowPart | None) -> str:
    """Return the key for dots: their height is spoken only where it is unusual between these neighbours."""
    near = [get_operator_symbol(one) for one in (before, after) if one is not None]
    kinds = {classify_operator(one) for one in near if one and not one.isalpha()}
    usual_height = "…" if "punct" in kinds else "⋯" if kinds & {"bin", "rel"} or not near else "…"
    if (symbol == "⋯") == (usual_height == "⋯"):
        return "…"
    return "centred-dots" if symbol == "⋯" else "low-dots"


def _is_prefix(before: RowPart | None) -> bool:
    """Return whether a sign after an element is the sign of a number and not an operation."""
    if before is None:
        return True
    symbol = get_operator_symbol(before)
    return (
        not isinstance(before, BracketGroup)
        and get_local_name(before) == "mo"
        and symbol not in _POSTFIX_OPERATORS
        and before.get("form") != "postfix"
    )


def _is_distribution(parts: Sequence[RowPart], place: int) -> bool:
    """Return whether the sign ∼ before a name, such as "normal" or "N(0, 1)", refers to a distribution."""
    following = parts[place + 1 : place + 3]
    if not following or isinstance(following[0], BracketGroup):
        return False
    name = following[0]
    if get_single_token(name) not in _FUNCTION_LETTERS and is_function_name(name):
        return True
    group = following[1] if len(following) == 2 else None
    before = parts[place - 1] if place else None
    if not isinstance(group, BracketGroup) or not (
        is_matrix_or_set(name) or get_single_token(name) in ("p", "q")
    ):
        return False
    has_condition = any(get_operator_symbol(part) in ("|", "∣") for part in group.parts)
    return has_condition or not isinstance(before, BracketGroup)


def _is_vector(part: RowPart) -> bool:
    """Return whether an expression is a vector: a bold letter, a letter with an arrow, or nabla."""
    if isinstance(part, BracketGroup):
        return any(map(_is_vector, part.parts))
    if get_operator_symbol(part) == "∇":
        return True
    name = get_local_name(part)
    if name == "mover" and len(part) == 2 and get_single_token(part[1]) in VECTOR_ACCENTS:
        return True
    if name in _SCRIPTED and len(part):
        return _is_vector(part[0])
    return name in ("mi", "mn") and is_bold(part)


def is_matrix_or_set(part: RowPart) -> bool:
    """Return whether an expression may be a matrix or a set: a capital or bold letter, or in brackets."""
    if isinstance(part, BracketGroup):
        return part.opening in ("[", "{") or _is_table(part)
    if get_local_name(part) in ("msub", "msup", "msubsup", "mover", "munder", "mrow") and len(part):
        inner = group_brackets(list(flatten_rows(part[0])))
        return len(inner) == 1 and inner[0] is not part and is_matrix_or_set(inner[0])
    if get_local_name(part) == "mo":  # the closing bracket of a group with scripts
        return get_operator_symbol(part) in ("]", "}")
    return get_local_name(part) == "mi" and (is_capital(speak_text(part)) or is_bold(part))


def _is_table(group: BracketGroup) -> bool:
    only = group.parts[0] if len(group.parts) == 1 else None
    return only is not None and not isinstance(only, BracketGroup) and get_local_name(only) == "mtable"


def contains_matrices(parts: Sequence[RowPart]) -> bool:
    """Return whether a row is a product or sum of matrices or maps, so that it has an inverse."""
    operands = [part for part in parts if not _is_operator(part)]
    return bool(operands) and all(
        part.parts and contains_matrices(part.parts)
        if isinstance(part, BracketGroup)
        else is_matrix_or_set(part)
        for part in operands
    )


def contains_set(parts: Sequence[RowPart]) -> bool:
    """Return whether a row between bars is a set, so that the bars mean its cardinality."""
    return any(
        (isinstance(part, BracketGroup) and part.opening + part.closing == "{}")
        or get_operator_symbol(part) in _SET_OPERATORS
        for part in parts
    )


def is_singleton(group: BracketGroup, base: RowPart | None) -> bool:
    """Return whether braces contain one pair or set, as {(0, 0)}, or one element after a sign such as ∪."""
    if len(group.parts) != 1 or group.script is not None:
        return False
    only = group.parts[0]
    if isinstance(only, BracketGroup):
        return only.opening == "{" or "," in map(get_operator_symbol, only.parts)
    before = get_operator_symbol(base) if base is not None else ""
    return get_local_name(only) != "mtable" and (before in _SET_OPERATORS or before in _SET_RELATIONS)


def is_operator_with_scripts(element: etree._Element) -> bool:
    r"""Return whether an element is a large operator with scripts at its sides, as from ``\sideset``."""
    parts = list_children_with_content(element)
    return (
        len(parts) == 1
        and get_local_name(parts[0]) == "mmultiscripts"
        and len(parts[0]) > 0
        and is_large_operator(get_single_token(parts[0][0]))
    )


def is_operator_name(element: etree._Element) -> bool:
    r"""Return whether an element is a name of several words, as from ``\mathop{\mathrm{ess\,sup}}``."""
    parts = [part for part in list_children_with_content(element) if speak_text(part)]
    return element.get("class") == "operator" and all(
        get_local_name(part) == "mi" and part.get("mathvariant") == "normal" for part in parts
    )


def _contains_modulus(part: RowPart) -> bool:
    if isinstance(part, BracketGroup):
        return any(map(_contains_modulus, part.parts))
    return get_single_token(part) == "mod"


def is_domain(element: etree._Element) -> bool:
    """Return whether an expression is a set to which a function can be restricted."""
    parts = group_brackets(list_children_with_content(element))
    return (len(parts) == 1 and is_matrix_or_set(parts[0])) or contains_set(parts)


def find_diagonal_fraction(
    parts: Sequence[RowPart], place: int
) -> tuple[etree._Element, etree._Element] | None:
    r"""Return the numerator and denominator of a fraction such as ``{}^1\!/\!{}_2``, or None."""
    top, *others = parts[place : place + 3]
    if len(others) < 2 or get_operator_symbol(others[0]) != "/":
        return None
    bottom = others[1]
    if isinstance(top, BracketGroup) or isinstance(bottom, BracketGroup):
        return None
    if get_local_name(top) != "msup" or get_local_name(bottom) != "msub":
        return None
    return (top[1], bottom[1]) if has_no_base(top) and has_no_base(bottom) else None


def contains_relation(element: etree._Element) -> bool:
    """Return whether a row is an equation or a membership."""
    symbols = map(get_operator_symbol, list_children_with_content(element))
    return any(symbol in ("=", "→", "∈", ":=") for symbol in symbols)


def _is_operator(part: RowPart) -> bool:
    return not isinstance(part, BracketGroup) and get_local_name(part) == "mo"


def find_accent(element: etree._Element) -> str:
    """Return the key of the pattern for an accent or underline, or "" if the element has none."""
    mark = get_single_token(element[1])
    if get_local_name(element) == "munder":
        return "underline" if mark and mark in UNDERLINES else ""
    if get_local_name(element[0]) == "mo" and not get_single_token(element[0]).isalnum():
        return ""  # an arrow cannot have accents
    return ACCENT_NAMES.get(mark, "")


def has_no_base(part: etree._Element) -> bool:
    """Return whether an element consists of scripts alone."""
    return (
        get_local_name(part) in ("msub", "msup", "msubsup")
        and len(part) > 1
        and not list_children_with_content(part[0])
    )


def is_operand(parts: Sequence[RowPart]) -> bool:
    """Return whether there are elements and the first one is not an operator."""
    return bool(parts) and not _is_operator(parts[0])


def get_base_symbol(part: RowPart) -> str:
    """Return the symbol of an element without its scripts."""
    base = _strip_scripts(part)
    return get_operator_symbol(base) or get_single_token(base)


def _strip_scripts(part: RowPart) -> RowPart:
    """Return an element without its scripts and the rows around it."""
    while not isinstance(part, BracketGroup) and len(part):
        inner = [part[0]] if get_local_name(part) in _SCRIPTED else list_children_with_content(part)
        if len(inner) != 1 or inner[0] is part:
            break
        part = inner[0]
    return part


def starts_operand(part: RowPart) -> bool:
    """Return whether an element is an operand or a large operator, and not a sign or text."""
    if isinstance(part, BracketGroup):
        return True
    symbol = get_base_symbol(part)
    if symbol and not symbol.isalnum() and symbol not in ("∂", "∇", "∞"):
        return is_large_operator(symbol)
    return get_local_name(part) != "mtext" and not has_no_base(part)


def is_derivative(part: RowPart, *, is_operator: bool = False) -> bool:
    """Return whether an element is a derivative such as ∂f/∂x, or a derivative operator such as d/dx."""
    if isinstance(part, BracketGroup) or get_local_name(part) != "mfrac" or len(part) < 2:
        return False
    top, bottom = map(list_children_with_content, list(part)[:2])
    if not all(half and get_base_symbol(half[0]) in ("d", "∂") for half in (top, bottom)):
        return False
    is_complete = len(top) == 1 or (not is_operator and starts_operand(top[1]))
    return is_complete and len(bottom) > 1 and starts_operand(bottom[1])


def _is_map(group: BracketGroup) -> bool:
    """Return whether a bracketed group is a derivative or composition, such as (f ∘ g)′."""
    if group.script is None:
        return any(get_operator_symbol(part) == "∘" for part in group.parts)
    if get_local_name(group.script) != "msup" or len(group.script) < 2:
        return False
    script = group_brackets(list_children_with_content(group.script[1]))
    return bool(script) and (
        get_operator_symbol(script[0]) in PRIMES
        or (isinstance(script[0], BracketGroup) and script[0].opening == "(")
    )


def _is_upright(part: RowPart) -> bool:
    r"""Return whether an element is an upright letter or name, such as a unit, perhaps with scripts."""
    base = _strip_scripts(part)
    if isinstance(base, BracketGroup) or get_local_name(base) not in ("mi", "mtext"):
        return False
    return base.get("mathvariant") == "normal" and get_single_token(base).isalpha()


def is_unit(part: RowPart) -> bool:
    """Return whether an element is an upright name after a number or a unit, and not before a bracket."""
    if isinstance(part, BracketGroup) or not _is_upright(part):
        return False
    if any(UNIT in element.attrib for element in part.iter()):
        return True
    element = part
    while (outer := element.getparent()) is not None and get_local_name(outer) in _SCRIPTED:
        element = outer
    before, after = (_find_neighbour(element, backwards=backwards) for backwards in (True, False))
    if after is not None and get_operator_symbol(after) in ("(", "["):
        return False
    while before is not None and get_operator_symbol(before) in ("/", "⋅", "·"):
        before = _find_neighbour(before, backwards=True)
    return before is not None and (get_base_symbol(before)[:1].isdigit() or _is_upright(before))


def _find_neighbour(element: etree._Element, *, backwards: bool) -> etree._Element | None:
    """Return the next or previous visible element, which may be outside the row of an element."""
    while True:
        for sibling in element.itersiblings(preceding=backwards):
            if inner := list_children_with_content(sibling):
                return inner[-1 if backwards else 0]
        outer = element.getparent()
        if outer is None or get_local_name(outer) not in ("mrow", "mstyle"):
            return None
        element = outer


def is_function_name(part: RowPart) -> bool:
    """Return whether an element is a function name, so that brackets after it contain an argument."""
    if isinstance(part, BracketGroup):
        return False
    if get_local_name(part) in _SCRIPTED and len(part):
        return not is_large_operator(get_single_token(part[0])) and is_function_name(part[0])
    name = get_single_token(part)
    return name in _FUNCTION_LETTERS or (
        len(name) > 1
        and re.sub("[ _-]", "", name).isalpha()
        and name != "mod"
        and any(map(_is_name, part.iter()))
    )


def _is_name(part: etree._Element) -> bool:
    r"""Return whether a token is a name: an identifier, or text without a space after it."""
    text = part.text or ""
    return (get_local_name(part) == "mi" and UNIT not in part.attrib) or (
        get_local_name(part) == "mtext" and bool(text) and not text[-1].isspace()
    )


def is_identifier(part: RowPart) -> bool:
    """Return whether an element is a letter or name, perhaps with accents and scripts."""
    if isinstance(part, BracketGroup):
        return False
    if get_local_name(part) in _SCRIPTED and len(part):
        return is_identifier(part[0])
    name = re.sub("[ _-]", "", get_single_token(part))
    return name.isalpha() and name != "mod" and any(map(_is_name, part.iter()))


def is_applied(base: RowPart, group: BracketGroup) -> bool:
    """Return whether a bracketed group contains the arguments of the function before it.

    A letter counts as a function if it has several arguments, or if its only argument is a single symbol, the
    value of a function or itself bracketed.
    """
    if _is_spoken_as_whole(group):
        return False
    if isinstance(base, BracketGroup):
        return group.opening == "(" and _is_map(base)
    if is_function_name(base) or is_derivative(base, is_operator=True):
        return True
    if group.opening == "[":
        return normalize("NFKC", get_single_token(base)) == "E"  # an expected value
    if group.opening + group.closing != "()" or not (is_identifier(base) or is_derivative(base)):
        return False
    if len(group.parts) == 1:
        return is_single_argument(group) or isinstance(group.parts[0], BracketGroup)
    inner, value = (*group.parts, group, group)[:2]
    if len(group.parts) == 2 and isinstance(value, BracketGroup) and is_applied(inner, value):
        return True
    return any(get_operator_symbol(part) in _SIGNS_OF_ARGUMENTS for part in group.parts)


def is_single_argument(group: BracketGroup) -> bool:
    """Return whether a group contains one sign, perhaps with an accent or a subscript."""
    only = group.parts[0] if len(group.parts) == 1 else None
    if only is None or isinstance(only, BracketGroup):
        return False
    scripted = get_local_name(only) in ("msub", "mover", "munder") and len(only) == 2
    return bool(get_single_token(only[0] if scripted else only))


def is_logarithm(base: RowPart | None) -> bool:
    """Return whether the words of an element already end with "of"."""
    if base is None or isinstance(base, BracketGroup):
        return False
    return get_local_name(base) in ("msub", "munder") and get_single_token(base[0]) == "log"


def _is_spoken_as_whole(group: BracketGroup) -> bool:
    """Return whether a bracketed group is spoken as a whole: a matrix or a binomial coefficient."""
    only = group.parts[0] if len(group.parts) == 1 else None
    if only is None or isinstance(only, BracketGroup):
        return False
    return get_local_name(only) == "mtable" or (
        get_local_name(only) == "mfrac" and is_fraction_without_bar(only)
    )


def starts_with_text(cell: etree._Element) -> bool:
    """Return whether the first element of a cell is text, such as "if"."""
    parts = list_children_with_content(cell)
    return bool(parts) and get_local_name(parts[0]) == "mtext"


def is_aligned_at_relation(row: etree._Element) -> bool:
    """Return whether the second of three cells is a relation, as in TeX's ``eqnarray``."""
    cells = [cell for cell in row if get_local_name(cell) == "mtd"]
    return len(cells) == 3 and (
        classify_operator(get_single_token(cells[1]) or "x") == "rel"
        or not list_children_with_content(cells[1])
    )
