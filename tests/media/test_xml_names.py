"""XML of others: no entity of it is resolved, and nothing is fetched."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from triptych.media.xml_names import parsed


def test_entities_stay_as_they_are(tmp_path: Path) -> None:
    """Neither those of a file, nor those of the document itself, which may grow without end."""
    secret = tmp_path / "secret.txt"
    secret.write_text("told")
    source = (
        f'<!DOCTYPE a [<!ENTITY own "grown"><!ENTITY file SYSTEM "{secret.as_uri()}">]><a>&own;&file;</a>'
    )
    root = parsed(source.encode())
    assert "".join(map(str, root.itertext("a"))) == ""
    assert etree.tostring(root) == b"<a>&own;&file;</a>"


def test_large_texts_are_refused_unless_they_are_meant() -> None:
    """Of one text libxml takes ten million bytes."""
    large = b"<a>" + b"x" * 10_000_001 + b"</a>"
    with pytest.raises(etree.XMLSyntaxError):
        parsed(large)
    assert len(parsed(large, huge=True).text or "") == 10_000_001
