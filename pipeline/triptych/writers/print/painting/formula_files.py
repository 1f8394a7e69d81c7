"""Formulas as MathML, for those who hear them or work with them: files that go with their elements.

As associated files of PDF 2.0 (ISO 32000-2, 14.13), which archives allow before it (ISO 19005-3, 6.8 and
annex E).
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence

from triptych.writers.print.pdf_syntax import text_string
from triptych.writers.print.quire import Element, Template, Thing


def formula_files(elements: Sequence[Element], first: int) -> list[Thing]:
    """Give formulas their files → these, two objects each; ``first`` is the place of the first of them.

    Formulas that are alike share one.
    """
    things: list[Thing] = []
    places: dict[str, int] = {}
    waiting = list(reversed(elements))
    while waiting:
        element = waiting.pop()
        if mathml := element.mathml:
            if mathml not in places:
                stream = first + len(things)
                things += _file(mathml.encode(), stream)
                places[mathml] = stream + 1
            element.files = [places[mathml]]
        waiting += [kid for kid in reversed(element.kids) if isinstance(kid, Element)]
    return things


def _file(data: bytes, stream: int) -> tuple[Thing, Thing]:
    """An embedded file and what is said of it (ISO 32000-2, 7.11.4 and 7.11.3)."""
    checksum = hashlib.md5(data, usedforsecurity=False).hexdigest()
    kind = b"/Type/EmbeddedFile/Subtype/application#2Fmathml+xml/Params<</Size %d/CheckSum<%s>>>"
    kind = kind % (len(data), checksum.encode()) + b"/Filter/FlateDecode"
    title = text_string(f"formula-{checksum[:8]}.mml")
    said = b"<</Type/Filespec/F%s/UF%s/AFRelationship/Supplement/Desc(MathML)/EF<</F @/UF @>>>>" % (
        title,
        title,
    )
    return (
        Thing(Template(kind), zlib.compress(data)),
        Thing(Template(said.replace(b"@", b"%d 0 R"), (stream, stream)), None),
    )
