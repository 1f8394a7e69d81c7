"""Convert contributor roles and subject schemes to ONIX codes."""

from __future__ import annotations

from collections.abc import Mapping

# List 17, by MARC relator code (loc.gov/marc/relators).
_OTHER_ROLE = "Z99"
_ROLES: Mapping[str, str] = {
    "aut": "A01", "cre": "A09", "aft": "A19", "aui": "A24", "win": "A24", "wpr": "A15", "waw": "A19",
    "ann": "A20", "cwt": "A21", "wac": "A21", "ctb": "A32", "wst": "A18", "ill": "A12", "art": "A07",
    "pht": "A08", "cov": "A36", "bjd": "A36", "bkd": "A11", "ctg": "A39", "cmp": "A06", "lyr": "A05",
    "lbt": "A04", "ive": "A44", "ivr": "A43", "ink": "A46", "clr": "A47", "res": "A51", "edt": "B01",
    "red": "B01", "abr": "B04", "adp": "B05", "trl": "B06", "edc": "B01", "pbd": "B16", "ths": "B27",
    "trc": "B33", "csl": "B20", "com": "C01", "cur": "C04", "pro": "D01", "drt": "D02", "nrt": "E03",
    "spk": "E09", "asg": "Z01", "dte": "Z02", "hnr": "Z02",
}  # fmt: skip

# List 27, by scheme name in EPUB (EPUB 3.3, D.3.10).
KEYWORDS, _PROPRIETARY = "20", "24"
_SCHEMES: Mapping[str, str] = {
    "BISAC": "10", "BIC": "12", "CLC": "88", "DDC": "01", "LCC": "03", "LCSH": "04", "UDC": "09", "WGS": "26",
}  # fmt: skip
# Thema qualifiers begin with a digit.
_THEMA, _THEMA_QUALIFIERS = "93", {"1": "94", "2": "95", "3": "96", "4": "97", "5": "98", "6": "99"}


def get_role_code(relator: str) -> str:
    """Return the contributor role code (list 17) for a MARC relator code."""
    return _ROLES.get(relator, _OTHER_ROLE)


def get_scheme_code(authority: str, term: str) -> str:
    """Return the code of a subject scheme (list 27), which is the proprietary one for unknown schemes."""
    if authority.upper() == "THEMA":
        return _THEMA_QUALIFIERS.get(term[:1], _THEMA)
    return _SCHEMES.get(authority.upper(), _PROPRIETARY)


def is_proprietary(scheme: str) -> bool:
    """Return whether a scheme code is the proprietary one, which requires the name of the scheme."""
    return scheme == _PROPRIETARY


def can_be_main_subject(scheme: str) -> bool:
    """Return whether a subject of this scheme can be the main subject; Thema qualifiers cannot."""
    return scheme not in _THEMA_QUALIFIERS.values()
