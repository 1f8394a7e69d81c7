"""What is known of the edition's facts and sources: which are used where, and how far they can be trusted.

Grade A stands for the body that issued a figure, whose release may be carried by others, or for the original
publisher, B for news agencies, the trade press and law firms. A fact of several values has the grade of its weakest; one is ``partly`` used where
only those of its values are that sources of grade A or B carry.
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
]  # months, larger units: no facts


@dataclass(frozen=True, slots=True)
class Fact:
    """A use of a fact: the sources that the chapter cites for it, and what it is about."""

    fact: str
    grade: str
    chapter: str
    keys: str
    about: str


@dataclass(frozen=True, slots=True)
class Derived:
    """A number that a chapter tells and that follows from others in it, by a sum such as "61 - 15", which is
    worked out from left to right.
    """

    chapter: str
    written: str
    sum: str
    about: str

    @property
    def amount(self) -> Amount:
        """The number."""
        (amount,) = amounts(self.written) or spelt(self.written)
        return amount

    def wrong(self, known: Iterable[Amount]) -> list[str]:
        """What is wrong with it: numbers that the chapter does not know, or the result."""
        first, *others = re.split(r" ([-+*/]) ", self.sum)
        terms = amounts(" ; ".join((first, *others[1::2])))
        result = terms[0].value
        for sign, term in zip(others[::2], terms[1:], strict=True):
            result = _SIGNS[sign](result, term.value)
        found = missing(terms, [*known, *_FACTORS])
        # Cut or rounded: "more than 27 times" is 27.57 times.
        if abs(result - self.amount.value) >= self.amount.step:
            found.append(f"= {result:.6g}, not {self.written}")
        return found


@dataclass(frozen=True, slots=True)
class Answer:
    """A number on which the answer of the book rests: where it stands, and the source that is cited for it."""

    number: str
    what: str
    chapter: str
    key: str
    grade: str

    @property
    def amount(self) -> Amount:
        """The number; of "57 of 64" the first."""
        return (amounts(self.number) or list(spelt(self.number)))[0]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the bibliography as it is written."""

    key: str
    line: int
    fields: dict[str, str]


def answers() -> list[Answer]:
    """The numbers that carry the answer."""
    return [Answer(**row) for row in _table("answer.csv")]


def facts() -> list[Fact]:
    """The ledger of facts, in the order of the chapters."""
    return [Fact(**row) for row in _table("facts.csv")]


def derived(chapter: str) -> list[Derived]:
    """The numbers that a chapter, named without its ending, works out of others."""
    return [one for one in (Derived(**row) for row in _table("derived.csv")) if one.chapter == chapter]


def grades() -> dict[str, str]:
    """The grade of each source by its key."""
    return {row["key"]: row["grade"] for row in _table("sources.csv")}


def bibliography() -> list[str]:
    """The keys of the edition's bibliography."""
    return _ENTRY.findall((SOURCE / "references.bib").read_text("utf-8"))


def entries() -> list[Entry]:
    """The entries of the edition's bibliography, with the text of their fields without braces around it and escapes."""
    text = re.sub(r"\\([%&$#_])", r"\1", (SOURCE / "references.bib").read_text("utf-8"))
    return [
        Entry(match["key"], text.count("\n", 0, match.start()) + 1, dict(_FIELD.findall(match["fields"])))
        for match in _WHOLE.finditer(text)
    ]


def _table(name: str) -> list[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
