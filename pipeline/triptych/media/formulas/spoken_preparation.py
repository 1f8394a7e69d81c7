"""Prepare MathML for speech: join the letters of names and the digits of numbers, and mark pauses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from lxml import etree

from triptych.media.formulas.row_parts import SILENT_ELEMENTS, get_operator_symbol, get_single_token
from triptych.media.formulas.spoken_context import starts_with_text
from triptych.media.formulas.spoken_tokens import DISTRIBUTED, UNIT, speak_text
from triptych.media.xml_parsing import MATHML, get_local_name

_VARIANTS_OF_NAMES = frozenset({"normal", "italic", "sans-serif", "monospace"})
_UNIT_OR_ELEMENT = re.compile("[a-z][A-Za-z]*|[A-Z][a-z]*")  # "mol", "kJ" or "Fe", in a row of letters
_CONSTANTS = frozenset("dei")
_SCRIPTED = ("msub", "msup", "msubsup")
_WIDE, _THIN = 1.0, 0.2  # em
# The digits before a space, and the group of digits after it.
_DIGIT_GROUPS = re.compile(r"\d+ \d{3}(?:[.,]\d+)?|\d+[.,](?:\d{3})+ \d{1,3}")
# The names of limits that TeX writes with a line or an arrow above or below "lim".
_LIMITS = {
    ("munder", "_"): "liminf", ("mover", "¯"): "limsup", ("munder", "→"): "injlim",
    ("munder", "←"): "projlim",
}  # fmt: skip
ROW_NUMBER = "data-number"
"""The attribute of a row that has a number."""


def prepare_for_speech(root: etree._Element, row_numbers: Sequence[str] = ()) -> None:
    """Change the elements of a formula to those that are spoken, and number the rows of its first table."""
    _number_rows(root, row_numbers)
    _join_words(root)
    _join_letters(root)
    _join_numbers(root)
    _name_limits(root)
    for labelled in root.iter(*_list_tags("mover")):  # such as "iid" above ∼
        if len(labelled) == 2 and get_single_token(labelled[0]) == "∼" and starts_with_text(labelled[1]):
            labelled[0].text = DISTRIBUTED
    _mark_wide_spaces(root)
    _shorten_punctuation(root)


def _number_rows(root: etree._Element, numbers: Sequence[str]) -> None:
    """Set the numbers of the rows of the first table, unless it has another number of rows."""
    table = root.find(f".//{MATHML}mtable") if any(numbers) else None
    if table is not None and len(table) == len(numbers):
        for row, number in zip(table, numbers, strict=True):
            row.set(ROW_NUMBER, number)


def _join_words(root: etree._Element) -> None:
    r"""Join the letters of names, as in ``\mathrm{Var}``, which TeX converters write one by one."""
    for row in list(root.iter(*_list_tags("mrow"))):
        variants = {part.get("mathvariant") for part in row}
        if len(row) < 2 or len(variants) != 1 or not variants <= _VARIANTS_OF_NAMES:
            continue
        texts = [speak_text(part) if get_local_name(part) in ("mi", "mn") else "" for part in row]
        if "/" not in texts and all(len(text) == 1 for text in texts):
            row[0].tag = row[0].tag.replace("mn", "mi")
            row[0].text = "".join(texts)
            for part in list(row)[1:]:
                row.remove(part)


def _join_letters(root: etree._Element) -> None:
    r"""Merge upright letters into symbols of units and chemical elements, as in ``\mathrm{8\,J\,mol^{-1}}``.

    The last letter may have scripts.
    """
    for row in list(root.iter(*_list_tags("math", "mrow", "mstyle", "mtd", "msqrt"))):
        run: list[etree._Element] = []
        for part in list(row):
            scripted = get_local_name(part) in _SCRIPTED and len(part) > 0
            letter = part[0] if scripted else part
            is_letter = _is_upright_letter(letter)
            run += [letter] if is_letter else []
            if scripted or not is_letter:
                _join_run(run)
                run = []
        _join_run(run)


def _is_upright_letter(element: etree._Element) -> bool:
    if element.get("mathvariant") != "normal" or get_local_name(element) != "mi":
        return False
    text = speak_text(element)
    return len(text) == 1 and text.isascii() and text.isalpha()


def _join_run(run: Sequence[etree._Element]) -> None:
    """Merge adjacent letters into words; each word replaces its last letter."""
    for word in _UNIT_OR_ELEMENT.finditer("".join(map(speak_text, run))) if len(run) > 1 else ():
        letters = run[word.start() : word.end()]
        if len(letters) > 1 and not _CONSTANTS.issuperset(word[0]):
            for letter in letters:
                letter.text = word[0] if letter is letters[-1] else ""
            letters[-1].set(UNIT, "")


def _join_numbers(root: etree._Element) -> None:
    r"""Join the digits of a number with a comma, as in ``0{,}5``, or with spaces, as in ``12\,345``."""
    for mark in list(root.iter(*_list_tags("mi", "mspace"))):
        before, after, parent = mark.getprevious(), mark.getnext(), mark.getparent()
        if before is None or after is None or parent is None:
            continue
        if not get_local_name(before) == get_local_name(after) == "mn":
            continue
        sign, digits = speak_text(mark), (speak_text(before), speak_text(after))
        is_thin = 0 <= _measure_space(mark) <= _THIN
        if sign in (",", ".") or (is_thin and _DIGIT_GROUPS.fullmatch(" ".join(digits))):
            after.text = sign.join(digits)
            parent.remove(before)
            parent.remove(mark)


def _name_limits(root: etree._Element) -> None:
    r"""Join the names of ``\arg\max`` and ``\arg\min``, and name limits such as ``\varliminf``."""
    for name, following in pairwise([name for name in root.iter(*_list_tags("mi")) if speak_text(name)]):
        extremum = speak_text(following)
        if speak_text(name) == "arg" and extremum in ("max", "min"):
            following.text, name.text = f"arg{extremum}", ""
    for limit in list(root.iter(*_list_tags("munder", "mover"))):
        if len(limit) == 2 and get_single_token(limit[0]) == "lim" and limit[1].get("accent") == "true":
            kind = get_local_name(limit)
            if limit_name := _LIMITS.get((kind, get_single_token(limit[1]))):
                limit.tag, limit.text = limit.tag.replace(kind, "mi"), limit_name
                del limit[:]


def _mark_wide_spaces(root: etree._Element) -> None:
    """Replace spaces of at least 1 em between two formulas in a row by commas, at which a voice pauses."""
    for space in list(root.iter(*_list_tags("mspace"))):
        before, after = space.getprevious(), space.getnext()
        if _measure_space(space) < _WIDE or before is None or after is None:
            continue
        separated = {get_local_name(before), get_local_name(after)} & {"mspace", "mtext"}
        if not separated and get_operator_symbol(before) not in (",", ";"):
            space.tag = space.tag.replace("mspace", "mtext")
            space.text = ","


def _measure_space(element: etree._Element) -> float:
    """Return the width of a space in em, or -1 if it has no positive width in em."""
    width = re.fullmatch(r"(\d+(?:\.\d+)?)em", element.get("width", ""))
    return float(width[1]) if width else -1.0


def _list_tags(*names: str) -> list[str]:
    """Return the tags of elements, with and without the namespace of MathML."""
    return [f"{prefix}{name}" for name in names for prefix in (MATHML, "")]


def _shorten_punctuation(root: etree._Element) -> None:
    """Remove a comma or full stop at the end of a line or cell; at the end of a formula, make it text."""
    for row in (root, *root.iter(*_list_tags("mtd"))):
        last = _find_last_part(row)
        before = last.getprevious() if last is not None else None
        if last is None or before is None or speak_text(last) not in (",", ".", ";"):
            continue
        if row is root:
            last.tag = before.tag.replace(get_local_name(before), "mtext")
        else:
            last.text = ""


def _find_last_part(row: etree._Element) -> etree._Element | None:
    """Return the last visible element of a row and of the rows in it, or None if there is none."""
    element = row
    while get_local_name(element) in ("math", "semantics", "mrow", "mstyle", "mtd"):
        parts = [part for part in element if get_local_name(part) not in SILENT_ELEMENTS]
        if not parts:
            return None
        element = parts[-1]
    return element if not len(element) else None
