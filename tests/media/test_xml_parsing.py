"""Test that untrusted XML is parsed without resolving entities or loading files."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from triptych.media.xml_parsing import explain_xml_error, parse_untrusted_xml


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    """Test that external and internal entities are not resolved; internal ones could grow without limit."""
    secret = tmp_path / "secret.txt"
    secret.write_text("told")
    source = (
        f'<!DOCTYPE a [<!ENTITY own "grown"><!ENTITY file SYSTEM "{secret.as_uri()}">]><a>&own;&file;</a>'
    )
    root = parse_untrusted_xml(source.encode())
    assert "".join(map(str, root.itertext("a"))) == ""
    assert etree.tostring(root) == b"<a>&own;&file;</a>"


def test_large_texts_are_rejected_unless_allowed() -> None:
    """Test the limit of libxml, ten million bytes per text."""
    large = b"<a>" + b"x" * 10_000_001 + b"</a>"
    with pytest.raises(etree.XMLSyntaxError):
        parse_untrusted_xml(large)
    assert len(parse_untrusted_xml(large, huge_tree=True).text or "") == 10_000_001


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"<style", "the tag <style> is incomplete (line 1, column 7)"),
        (b"<a><b></a>", "<b> on line 1 is closed by </a> (line 1, column 11)"),
        (b"<a>\n<b>", "<b> on line 2 is not closed (line 2, column 4)"),
        (b"hello", "the file is not XML (line 1, column 1)"),
        (b"<a b=c/>", "an attribute value is not in quotation marks (line 1, column 6)"),
        (b"<a>&nbsp;</a>", "the entity &nbsp; is not defined (line 1, column 10)"),
        (b"<a>a & b</a>", "& must be written as &amp; (line 1, column 7)"),
        (b"<a/><b/>", "content follows the root element (line 1, column 5)"),
        (b"<a b='1' b='2'/>", "the attribute `b` is set twice (line 1, column 15)"),
        (b"<a><!-- -- --></a>", "double hyphen within comment: <!-- (line 1, column 9)"),
    ],
)
def test_the_reason_why_xml_cannot_be_parsed_is_in_plain_words(source: bytes, message: str) -> None:
    with pytest.raises(etree.XMLSyntaxError) as caught:
        parse_untrusted_xml(source)
    assert explain_xml_error(caught.value) == message
