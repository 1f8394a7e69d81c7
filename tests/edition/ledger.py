"""Read the ledger of the edition's facts and sources: where they are used, and how reliable they are.

Grade A is the body that issued a figure, whose release others may carry, or the original publisher; grade B
is news agencies, the trade press and law firms. A fact with several values has the grade of its weakest
value; it is ``partly`` used if only its values from sources of grade A or B are used.
"""

from __future__ import annotations

import csv
import operator
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tests.edition.amounts import Amount, amounts, missing, spelt
from tests.edition.data import SOURCE

_HERE = Path(__file__).parent
_ENTRY = re.compile(r"^@\w+\{([^,\s]+),", re.MULTILINE)
_WHOLE = re.compile(r"^@\w+\{(?P<key>[^,\s]+),\n(?P<fields>.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^\s*(\w+)\s*=\s*\{*(.*?)\}*,?$", re.MULTILINE)
_SIGNS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
_FACTORS = [
    Amount(Decimal(one), Decimal(1)) for one in (1, 10, 12, 100, 1000)
]  # months, larger units: not facts


@dataclass(frozen=True, slots=True)
class Fact:
    """A use of a fact: the sources that the chapter cites for it, and its subject."""

    fact: str
    grade: str
    chapter: str
    keys: str
    about: str


@dataclass(frozen=True, slots=True)
class Derived:
    """A number in a chapter that is computed from other numbers in it.

    The formula is a sum such as "61 - 15", which is evaluated from left to right.
    """

    chapter: str
    written: str
    sum: str
    about: str

    @property
    def amount(self) -> Amount:
        """Return the number."""
        (amount,) = amounts(self.written) or spelt(self.written)
        return amount

    def wrong(self, known: Iterable[Amount]) -> list[str]:
        """Return the errors in the formula: numbers that are not in the chapter, or a wrong result."""
        first, *others = re.split(r" ([-+*/]) ", self.sum)
        terms = amounts(" ; ".join((first, *others[1::2])))
        result = terms[0].value
        for sign, term in zip(others[::2], terms[1:], strict=True):
            result = _SIGNS[sign](result, term.value)
        results = missing(terms, [*known, *_FACTORS])
        # Truncated or rounded: "more than 27 times" is 27.57 times.
        if abs(result - self.amount.value) >= self.amount.step:
            results.append(f"= {result:.6g}, not {self.written}")
        return results


@dataclass(frozen=True, slots=True)
class Answer:
    """A number that supports the answer of the book: its position, and the source cited for it."""

    number: str
    what: str
    chapter: str
    key: str
    grade: str

    @property
    def amount(self) -> Amount:
        """Return the number; for "57 of 64" the first number."""
        return (amounts(self.number) or list(spelt(self.number)))[0]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the bibliography as written in the file."""

    key: str
    line: int
    fields: dict[str, str]


def answers() -> list[Answer]:
    """Return the numbers that support the answer."""
    return [Answer(**row) for row in _table("answer.csv")]


def facts() -> list[Fact]:
    """Return the ledger of facts, in chapter order."""
    return [Fact(**row) for row in _table("facts.csv")]


def derived(chapter: str) -> list[Derived]:
    """Return the numbers that a chapter, given by its name, computes from others."""
    return [item for item in (Derived(**row) for row in _table("derived.csv")) if item.chapter == chapter]


def grades() -> dict[str, str]:
    """Return the grade of each source by its key."""
    return {row["key"]: row["grade"] for row in _table("sources.csv")}


def origins() -> dict[str, str]:
    """Return by key who speaks in each source.

    In ``own`` sources it is the originator of the figures, in ``outlet`` sources another body. The others are
    reports that the bibliography lists under the originator: with the title of its publication (``work``), or
    without one (``named``).
    """
    return {row["key"]: row["origin"] for row in _table("sources.csv")}


def bibliography() -> list[str]:
    """Return the keys of the edition's bibliography."""
    return _ENTRY.findall((SOURCE / "references.bib").read_text("utf-8"))


def entries() -> list[Entry]:
    """Return the entries of the edition's bibliography; field values have no outer braces and escapes."""
    text = re.sub(r"\\([%&$#_])", r"\1", (SOURCE / "references.bib").read_text("utf-8"))
    return [
        Entry(match["key"], text.count("\n", 0, match.start()) + 1, dict(_FIELD.findall(match["fields"])))
        for match in _WHOLE.finditer(text)
    ]


def _table(name: str) -> list[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
