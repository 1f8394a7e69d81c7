"""A formula in words, such as "x squared plus one half", from presentation MathML.

It is for those who hear a formula. A part of one sign stands as it is ("x over 2"); a part of several has its
end said ("fraction x plus 1 over 2 end fraction"), so that no two formulas sound alike. The words of each
language are in ``templates/formula-words.yaml``, which says what its keys mean.
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
    SILENT,
    Group,
    Part,
    below_and_above,
    flat,
    grouped,
    is_alphabet,
    is_bare,
    is_big,
    leaf,
    leaves,
    scripts_around,
    sign_of,
    visible,
)
from triptych.media.xml_names import local_name

_PAIRS = {"⌊⌋": "floor", "⌈⌉": "ceiling", "||": "absolute", "‖‖": "norm", "∥∥": "norm", "∣∣": "absolute"}
_MATRICES = {"||": "determinant", "∣∣": "determinant", "‖‖": "determinant"}
_BRACES = {"⏞": "overbrace", "⏟": "underbrace"}
# Marks over a letter, by the characters that TeX's readers use for them.
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
_APPLIED = frozenset("fghFGHPφψΦΨΓ")  # letters that name a function where brackets follow
_CONDITIONED = frozenset({"P", "Pr", "E", "ℙ", "𝔼", "Var", "Cov"})  # before A | B in brackets


@dataclass(frozen=True, slots=True)
class Said:
    """Words of a part. ``size`` is 0 for one sign, 1 for one with marks or scripts, 2 for more.

    ``kind`` says what it is where others depend on it: operator, function, operand.
    """

    text: str
    size: int = 0
    kind: str = "operand"


_NOTHING = Said("")


@cache
def spoken(mathml: str, language: str) -> str:
    """MathML (MathML Core and TeX's additions to it) → words; "" in a language that has none for formulas."""
    words = load_formula_words(language)
    if words is None:
        return ""
    speech = _Speaker(words).element(etree.fromstring(mathml.encode()))
    return " ".join(speech.text.split()).replace(" ,", ",").replace(" ;", ";")


class _Speaker:
    """Reads parts of formulas out in the words of one language."""

    def __init__(self, words: FormulaWords) -> None:
        self.words = words
        self.special: dict[str, Callable[[etree._Element], Said]] = {
            "mfrac": self.fraction,
            "msqrt": self.root,
            "mroot": self.root,
            "msub": self.scripts,
            "msup": self.scripts,
            "msubsup": self.scripts,
            "munder": self.over_and_under,
            "mover": self.over_and_under,
            "munderover": self.over_and_under,
            "mtable": self.table,
            "mmultiscripts": self.prescripted,
            "mfenced": self.fenced,
            "menclose": self.enclosed,
            "semantics": lambda element: self.element(element[0]) if len(element) else _NOTHING,
        }

    def element(self, element: etree._Element) -> Said:
        """One element → words."""
        name = local_name(element)
        if name in self.special:
            return self.special[name](element)
        if name in ("mi", "mn", "mo", "ms", "mtext"):
            if name == "mo" and is_big(leaf(element)):
                return self.big(leaf(element), None, None)
            return sign(element, self.words)
        if name in SILENT or not name:
            return _NOTHING
        return self.row(grouped(list(flat(element))))

    # --- rows --------------------------------------------------------------------------------------

    def row(self, parts: Sequence[Part], given: str = "") -> Said:
        """Parts side by side. ``given`` is the key of the word for a bar between them."""
        speech: list[Said] = []
        for place, part in enumerate(parts):
            before = speech[-1] if speech else None
            if isinstance(part, Group):
                base = parts[place - 1] if place else None
                words = self.group(part, base)
                if before and _is_applied(base, before) and not _is_built(part):
                    applied = self.words.say("applied", argument=words.text)
                    if not before.text.endswith(f" {applied.split()[0]}"):  # as "log base 2 of" does
                        words = replace(words, text=applied)
            elif sign_of(part) in ("|", "∣"):
                words = Said(self.words.symbols[given or "|"], 0, "operator")
            elif sign_of(part) == ":" and (given == "such-that" or _follows_quantifier(parts, place)):
                words = Said(self.words.symbols["such-that"], 0, "operator")
            else:
                words = self.element(part)
            if words.text:
                speech.append(words)
        if len(speech) == 1:
            return speech[0]
        text = " ".join(part.text for part in speech)
        return Said(text, _size(parts, speech), "operand")

    def group(self, group: Group, base: Part | None) -> Said:
        """What stands in brackets, after ``base``."""
        speech = self.bracketed(group, base)
        if group.script is None:
            return speech
        return self.scripted(speech, group.script)

    def bracketed(self, group: Group, base: Part | None) -> Said:
        ends = group.opening + group.closing
        if len(group.parts) == 1 and not isinstance(group.parts[0], Group):
            only = group.parts[0]
            if local_name(only) == "mtable" and group.opening == "{" and not group.closing:
                return Said(self.words.say("cases", rows=self.rows(only)), 1)
            if local_name(only) == "mtable" and len(ends) == 2:
                return self.matrix(only, ends)
            if local_name(only) == "mfrac" and ends == "()" and is_bare(only):
                top, bottom = map(self.element, only)
                return self.sized("binomial", (top, bottom), top=top.text, bottom=bottom.text)
        signs = [sign_of(part) for part in group.parts]
        barred = any(mark in BARS for mark in signs if mark)
        if ends == "{}" and (barred or ":" in signs or "," in signs):
            inner = self.row(group.parts, "such-that").text
            return Said(self.words.say("set-of" if barred or ":" in signs else "set", body=inner), 1)
        conditioned = barred and base is not None and leaf(base) in _CONDITIONED
        inner_said = self.row(group.parts, "given" if conditioned else "")
        inner = inner_said.text
        if ends in _PAIRS:
            return self.sized(_PAIRS[ends], (inner_said,), body=inner)
        if ends == "()" and inner_said.size == 0 and inner and base is not None and _names_function(base):
            return Said(inner, 1)
        opening, closing = (self.words.symbols.get(sign, sign) for sign in (group.opening, group.closing))
        return Said(f"{opening} {inner} {closing}", 1)

    # --- what is built of parts ----------------------------------------------------------------------

    def sized(self, key: str, parts: Sequence[Said], **texts: str) -> Said:
        """The short pattern of a key where all its parts are of one sign, else that which says its end."""
        short = all(part.size == 0 for part in parts) and f"{key}-short" in self.words.patterns
        return Said(self.words.say(f"{key}-short" if short else key, **texts), 1)

    def operand(self, speech: Said, limit: int = 1) -> str:
        """Words that something is said of: what is larger than ``limit`` has its beginning and end."""
        return speech.text if speech.size <= limit else self.words.say("quantity", body=speech.text)

    def fraction(self, element: etree._Element) -> Said:
        top, bottom = (*map(self.element, element), _NOTHING, _NOTHING)[:2]
        if is_bare(element):
            return self.sized("stacked", (top, bottom), top=top.text, bottom=bottom.text)
        common = self.words.fractions.get(f"{top.text}/{bottom.text}")
        if common:
            return Said(common)
        short = max(top.size, bottom.size) <= 1
        text = self.words.say("fraction-short" if short else "fraction", top=top.text, bottom=bottom.text)
        return Said(text, 2)

    def root(self, element: etree._Element) -> Said:
        if local_name(element) == "msqrt":
            body = self.row(grouped(list(flat(element))))
            return self.sized("square-root", (body,), body=body.text)
        body, index = (*map(self.element, element), _NOTHING, _NOTHING)[:2]
        if index.text in ("", "2", "3"):
            key = "cube-root" if index.text == "3" else "square-root"
            return self.sized(key, (body,), body=body.text)
        return self.sized("root", (body, index), body=body.text, index=index.text)

    def scripts(self, element: etree._Element) -> Said:
        if not len(element):
            return _NOTHING
        return self.scripted(self.element(element[0]), element)

    def scripted(self, base: Said, element: etree._Element) -> Said:
        """A base with what stands at its lower and upper right, or above and below an operator."""
        below, above = below_and_above(element)
        mark = leaf(element[0])
        if is_big(mark):
            return self.big(mark, below, above)
        if mark == "log" and below is not None and above is None:
            return Said(self.words.say("logarithm", base=self.element(below).text), 2)
        stacked = local_name(element).startswith(("munder", "mover"))
        if base.kind == "function" and stacked and below is not None and above is None:
            approached = any(sign_of(part) == "→" for part in leaves(below))
            key, text = ("limit", self.limit(below)) if approached else ("over", self.element(below).text)
            return Said(self.words.say(key, operator=base.text, range=text), 2)
        text, kind = self.operand(base), base.kind
        if below is not None:
            inner = self.element(below)
            if inner.text:
                text = self.sized("sub", (inner,), base=text, script=inner.text).text
        if above is not None:
            text = self.raised(text, above, bare=not base.text)
        return Said(text, 1, kind)

    def limit(self, below: etree._Element) -> str:
        """The range of a limit, in which an arrow approaches."""
        arrow = self.words.symbols["approaches"]
        parts = grouped(list(flat(below)))
        return " ".join(arrow if sign_of(part) == "→" else self.row([part]).text for part in parts)

    def raised(self, base: str, above: etree._Element, *, bare: bool) -> str:
        """Words with those of a superscript, which is no power where the base is ``bare``."""
        parts = leaves(above)
        signs = [sign_of(part) for part in parts]
        speech = self.element(above)
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
            return self.words.say("superscript", base=base, script=speech.text)
        if bare:
            return self.words.say("superscript", base=base, script=self.operand(speech))
        if speech.text in ("2", "3"):
            return self.words.say("squared" if speech.text == "2" else "cubed", base=base)
        simple = speech.size == 0 or (flat_pair and signs[0] in _SIGNS)
        return self.words.say("power-short" if simple else "power", base=base, script=speech.text)

    def big(self, operator: str, below: etree._Element | None, above: etree._Element | None) -> Said:
        """A sum, product or integral with its bounds."""
        low = self.element(below).text if below is not None else ""
        high = self.element(above).text if above is not None else ""
        key = "from-to" if low and high else "over" if low else "up-to" if high else "of"
        text = self.words.say(key, operator=symbol(operator, self.words), low=low, high=high, range=low)
        return Said(text, 2, "operator")

    def over_and_under(self, element: etree._Element) -> Said:
        if not len(element):
            return _NOTHING
        base = self.element(element[0])
        if len(element) == 2:
            labelled = self.embraced(element)
            if labelled is not None:
                return labelled
            mark = leaf(element[1])
            if local_name(element) == "mover" and mark in _ACCENTS and not _is_mark(element[0]):
                return Said(
                    self.words.say(_ACCENTS[mark], base=self.operand(base, 0)), min(base.size, 1), base.kind
                )
            if local_name(element) == "munder" and mark in _UNDERLINES and mark:
                return Said(self.words.say("underline", base=self.operand(base, 0)), min(base.size, 1))
        if is_big(leaf(element[0])) or (base.kind == "function" and local_name(element) == "munder"):
            return self.scripted(base, element)
        below, above = below_and_above(element)
        text = self.operand(base)
        for key, part in (("below", below), ("above", above)):
            mark = self.mark(part) if part is not None else ""
            if mark:
                text = self.words.say(key, base=text, mark=mark)
        return Said(text, 1, base.kind)

    def mark(self, element: etree._Element) -> str:
        """What stands over or under a sign, where "!" is no factorial."""
        alone = leaf(element) == "!"
        return self.words.symbols["exclamation"] if alone else self.element(element).text

    def embraced(self, element: etree._Element) -> Said | None:
        """What has a brace over or under it, perhaps with a label; None if there is no brace."""
        mark = leaf(element[1])
        if mark in _BRACES:
            return Said(self.words.say(_BRACES[mark], body=self.element(element[0]).text), 1)
        inner = element[0]
        if local_name(inner) in ("mover", "munder") and len(inner) == 2 and leaf(inner[1]) in _BRACES:
            key = f"{_BRACES[leaf(inner[1])]}-labelled"
            body, label = self.element(inner[0]).text, self.element(element[1]).text
            return Said(self.words.say(key, body=body, label=label), 1)
        return None

    # --- tables and frames ---------------------------------------------------------------------------

    def table(self, element: etree._Element) -> Said:
        """Rows that no brackets enclose: lines of an equation, or a table."""
        cells = [cell for row in element for cell in row]
        if any("padding" in (cell.get("style") or "") for cell in cells) or all(
            len(row) <= 1 for row in element
        ):
            return Said(self.rows(element, " "), 2)
        return self.matrix(element, "")

    def rows(self, element: etree._Element, between: str = ", ") -> str:
        """Rows between semicolons."""
        rows = [[self.element(cell).text for cell in row if local_name(cell) == "mtd"] for row in element]
        return "; ".join(filter(None, (between.join(filter(None, row)) for row in rows)))

    def matrix(self, element: etree._Element, ends: str) -> Said:
        """A matrix, row by row, with its size."""
        rows = [[self.element(cell).text for cell in row if local_name(cell) == "mtd"] for row in element]
        blank = self.words.symbols["blank"]
        row_texts = [
            self.words.say("row", number=str(number), cells=", ".join(cell or blank for cell in row))
            for number, row in enumerate(rows, 1)
        ]
        key = _MATRICES.get(ends, "matrix" if ends else "table")
        columns = max((len(row) for row in rows), default=0)
        return Said(
            self.words.say(key, rows=str(len(rows)), columns=str(columns), body="; ".join(row_texts)), 1
        )

    def prescripted(self, element: etree._Element) -> Said:
        base = self.element(element[0]) if len(element) else _NOTHING
        behind, before = scripts_around(element)
        text = f"{self.script_pairs('', before)} {self.script_pairs(self.operand(base), behind)}"
        return Said(text.strip(), 1)

    def script_pairs(self, base: str, scripts: Sequence[etree._Element]) -> str:
        """A base with lower and upper scripts in turn."""
        bare = not base
        for place, script in enumerate(scripts):
            speech = self.element(script)
            if not speech.text:
                continue
            if place % 2:
                base = self.raised(base, script, bare=not base or bare)
            else:
                base = self.sized("sub", (speech,), base=base, script=speech.text).text
        return base

    def fenced(self, element: etree._Element) -> Said:
        comma = self.words.symbols[","]
        inner = f" {comma} ".join(filter(None, (self.element(part).text for part in element)))
        opening, closing = element.get("open", "("), element.get("close", ")")
        return Said(f"{symbol(opening, self.words)} {inner} {symbol(closing, self.words)}", 1)

    def enclosed(self, element: etree._Element) -> Said:
        body = self.row(grouped(list(flat(element))))
        notation = element.get("notation", "")
        key = "struck" if "strike" in notation else "box" if "box" in notation else ""
        return self.sized(key, (body,), body=body.text) if key and body.text else body


# --- What elements are --------------------------------------------------------------------------------


def _is_mark(element: etree._Element) -> bool:
    """Whether an element is an arrow or a relation, over which an arrow is no accent."""
    return local_name(element) == "mo" and not leaf(element).isalnum()


def _names_function(part: Part) -> bool:
    """Whether brackets after a part hold what it is applied to."""
    if isinstance(part, Group):
        return False
    if local_name(part) in ("msup", "msub", "msubsup", "munder") and len(part):
        return not is_big(leaf(part[0])) and _names_function(part[0])
    name = leaf(part)
    return name in _APPLIED or (len(name) > 1 and name.isalpha() and name != "mod" and _is_name(part))


def _is_name(part: etree._Element) -> bool:
    return any(local_name(inner) == "mi" for inner in part.iter())


def _is_applied(part: Part | None, speech: Said) -> bool:
    return part is not None and bool(speech.text) and _names_function(part)


def _is_built(group: Group) -> bool:
    """Whether a group is said by a name of its own: a matrix, a binomial."""
    only = group.parts[0] if len(group.parts) == 1 else None
    if only is None or isinstance(only, Group):
        return False
    return local_name(only) == "mtable" or (local_name(only) == "mfrac" and is_bare(only))


def _size(parts: Sequence[Part], speech: Sequence[Said]) -> int:
    """How much a row is: dx, ∂f and d²y are like one sign."""
    first = parts[0] if parts else None
    if len(speech) == 2 and speech[1].size <= 1 and first is not None and not isinstance(first, Group):
        scripted = local_name(first) == "msup" and len(first) > 0
        if leaf(first[0] if scripted else first) in ("d", "∂"):
            return 1
    return 0 if not speech else 2


def _follows_quantifier(parts: Sequence[Part], place: int) -> bool:
    return any(sign_of(part) in ("∃", "∄") for part in parts[:place])


_GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", range(24), strict=True)) | {"ς": 17}
_STYLES = {
    "DOUBLE-STRUCK": "double-struck",
    "SCRIPT": "script",
    "FRAKTUR": "fraktur",
    "BLACK-LETTER": "fraktur",
}
_VARIANTS = {"double-struck": "double-struck", "script": "script", "fraktur": "fraktur", "bold": "bold"}


def sign(element: etree._Element, words: FormulaWords) -> Said:
    """An identifier, number, operator or text → words."""
    name = local_name(element)
    text = visible("".join(map(str, element.itertext())))
    text = " ".join(text.split())
    if not text or name in ("mtext", "ms"):  # words in sans serif are letters of an alphabet of symbols
        plain = "".join(normalize("NFKC", one) if is_alphabet(one) else one for one in text)
        return Said(plain, 0 if " " not in text else 2)
    if name == "mi" and len(text) > 1:
        if text in words.functions:
            return Said(words.functions[text], 0, "function")
        if text.isalpha():
            letters = " ".join(_letter(character, words) for character in text)
            return Said(letters if any(map(is_alphabet, text)) else text, 0, "function")
    if name == "mn":
        return Said(text)
    if len(text) == 1 and text.isalpha() and text not in words.symbols:
        return Said(_letter(text, words, element.get("mathvariant", "")))
    return Said(symbol(text, words), 0, "operand" if name == "mi" else "operator")


def symbol(text: str, words: FormulaWords) -> str:
    """The word for a sign, or the sign where there is none."""
    if text in words.symbols:
        return words.symbols[text]
    plain = normalize("NFD", text)
    if plain.endswith("\u0338"):
        return words.say("not", text=symbol(plain[:-1], words))
    return words.functions.get(text, text)


def _letter(character: str, words: FormulaWords, variant: str = "") -> str:
    """A letter with its alphabet: "script L", "capital gamma"."""
    if character in words.symbols:
        return words.symbols[character]
    plain = normalize("NFKC", character)
    name = words.letters[_GREEK[plain.lower()]] if plain.lower() in _GREEK else plain
    if name != plain and plain.isupper():
        name = words.say("capital", letter=name)
    kind = name_of(character, "") if plain != character else ""
    style = next((style for word, style in _STYLES.items() if word in kind), "")
    style = style or ("bold" if "BOLD" in kind else _VARIANTS.get(variant, ""))
    return words.say(style, letter=name) if style else name
