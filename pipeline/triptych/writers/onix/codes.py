"""What the manifest says in words or in codes of others → codes of ONIX, by the lists that have them."""

from __future__ import annotations

from collections.abc import Mapping

# List 17, by MARC relators (loc.gov/marc/relators); who did something else is “other”.
_OTHER = "Z99"
_ROLES: Mapping[str, str] = {
    "aut": "A01", "cre": "A09", "aft": "A19", "aui": "A24", "win": "A24", "wpr": "A15", "waw": "A19",
    "ann": "A20", "cwt": "A21", "wac": "A21", "ctb": "A32", "wst": "A18", "ill": "A12", "art": "A07",
    "pht": "A08", "cov": "A36", "bjd": "A36", "bkd": "A11", "ctg": "A39", "cmp": "A06", "lyr": "A05",
    "lbt": "A04", "ive": "A44", "ivr": "A43", "ink": "A46", "clr": "A47", "res": "A51", "edt": "B01",
    "red": "B01", "abr": "B04", "adp": "B05", "trl": "B06", "edc": "B01", "pbd": "B16", "ths": "B27",
    "trc": "B33", "csl": "B20", "com": "C01", "cur": "C04", "pro": "D01", "drt": "D02", "nrt": "E03",
    "spk": "E09", "asg": "Z01", "dte": "Z02", "hnr": "Z02",
}  # fmt: skip

# List 27, by the names of schemes that EPUB has for them (EPUB 3.3, D.3.10) and by ours.
KEYWORDS, _OWN = "20", "24"
_SCHEMES: Mapping[str, str] = {
    "BISAC": "10",
    "BIC": "12",
    "CLC": "88",
    "DDC": "01",
    "LCC": "03",
    "LCSH": "04",
    "UDC": "09",
    "WGS": "26",
}
# Thema has lists of its own for qualifiers, which begin with a figure.
_THEMA, _THEMA_QUALIFIERS = "93", {"1": "94", "2": "95", "3": "96", "4": "97", "5": "98", "6": "99"}


def role_code(relator: str) -> str:
    """Return the contributor role of list 17."""
    return _ROLES.get(relator, _OTHER)


def scheme_code(authority: str, term: str) -> str:
    """Return the subject scheme of list 27; “proprietary” if it has no code."""
    if authority.upper() == "THEMA":
        return _THEMA_QUALIFIERS.get(term[:1], _THEMA)
    return _SCHEMES.get(authority.upper(), _OWN)


def is_named(scheme: str) -> bool:
    """Whether a scheme must be named beside its code."""
    return scheme == _OWN


def may_be_main(scheme: str) -> bool:
    """Whether a subject of a scheme can be what a book is about, and no qualifier of that."""
    return scheme not in _THEMA_QUALIFIERS.values()
