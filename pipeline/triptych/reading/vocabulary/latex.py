"""The LaTeX commands that the text may contain, with the result of each."""

from __future__ import annotations

from collections.abc import Mapping

LATEX_COMMANDS: Mapping[str, str] = {
    "ref": "The number of a target",
    "autoref": "The label and the number of a target, as `@id` does",
    "cref": "The same as `\\autoref`",
    "Cref": "The same as `\\autoref`",
    "eqref": "The number of an equation in brackets",
    "pageref": "The page of a target",
    "gls": "A term of the glossary",
    "Gls": "The same as `\\gls`",
    "glspl": "The plural of a term",
    "acrshort": "The abbreviation of a term",
    "acrlong": "A term in full",
    "acrfull": "A term in full with its abbreviation",
}
