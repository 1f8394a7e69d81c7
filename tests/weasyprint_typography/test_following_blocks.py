"""Test that each block is marked with the type of the following block."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from weasyprint_typography.preparation import mark_neighbours


def named(xml: str) -> str:
    """Return the document with its marks."""
    root = ElementTree.fromstring(xml)
    mark_neighbours(root)
    return ElementTree.tostring(root).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<a><p/><h2/></a>", '<a><p data-before="h2" /><h2 /></a>'),
        ('<a><p/><div class="table  short"/></a>', '<a><p data-before="div .table .short" /><div class="table  short" /></a>'),
        ("<a><p/><p/><ul/></a>", '<a><p data-before="p" /><p data-before="ul" /><ul /></a>'),
        ("<a>x<p/>y<p/>z</a>", '<a>x<p data-before="p" />y<p />z</a>'),
        # Only the type of the following block counts.
        ("<a><span/><p/></a>", '<a><span data-before="p" /><p /></a>'),
        ("<a><p/><span/></a>", "<a><p /><span /></a>"),
        ("<a><p/><section/></a>", "<a><p /><section /></a>"),
        # Blocks of different parents are independent.
        ("<a><b><p/></b><h1/></a>", '<a><b data-before="h1"><p /></b><h1 /></a>'),
        ("<a><li><p/><ol/></li></a>", '<a><li><p data-before="ol" /><ol /></li></a>'),
        # Blocks that introduce the next block stay with it.
        ("<a><p>As <i>this:</i> </p><pre/></a>", '<a><p data-leads="" data-before="pre">As <i>this:</i> </p><pre /></a>'),
        ("<a><p>As this:</p><p/></a>", '<a><p data-leads="" data-before="p">As this:</p><p /></a>'),
        ("<a><p>As this\uff1a</p><figure/></a>", '<a><p data-leads="" data-before="figure">As this&#65306;</p><figure /></a>'),
        ("<a><p>As this:</p><h2/></a>", '<a><p data-before="h2">As this:</p><h2 /></a>'),
        ("<a><li>As <i>this</i>: <pre/></li></a>", '<a><li>As <i data-before="pre">this</i>: <pre data-led="" /></li></a>'),
        ("<a><li>As this. <ul/></li></a>", "<a><li>As this. <ul /></li></a>"),
        ("<a><p>As this.</p><ul/></a>", '<a><p data-before="ul">As this.</p><ul /></a>'),
        ("<a><p><strong>Head</strong></p><p/></a>", '<a><p data-leads="" data-before="p"><strong>Head</strong></p><p /></a>'),
        ("<a><p><strong>Not</strong> all</p><p/></a>", '<a><p data-before="p"><strong>Not</strong> all</p><p /></a>'),
        ("<a><h2/><p>As this:</p><ul/></a>", '<a><h2 data-before="p" /><p data-leads="" data-before="ul">As this:</p><ul /></a>'),
        # The last item of a list may introduce the next block, for example code that is not indented.
        ("<a><ul><li>So:</li></ul><pre/></a>", '<a><ul data-leads="" data-before="pre"><li>So:</li></ul><pre /></a>'),
        ("<a><ol><li><p>So:</p>\n</li></ol><pre/></a>", '<a><ol data-leads="" data-before="pre"><li><p>So:</p>\n</li></ol><pre /></a>'),
        ("<a><ul><li>So:</li><li>No</li></ul><pre/></a>", '<a><ul data-before="pre"><li>So:</li><li>No</li></ul><pre /></a>'),
        ("<a><ul><li>No<pre>x:</pre></li></ul><p/></a>", '<a><ul data-before="p"><li>No<pre>x:</pre></li></ul><p /></a>'),
        ("<a><ul><li><strong>No</strong></li></ul><p/></a>", '<a><ul data-before="p"><li><strong>No</strong></li></ul><p /></a>'),
        # Floats are ignored.
        ('<a><p/><figure data-float=""/><h2/></a>', '<a><p data-before="h2" /><figure data-float="" data-before="h2" /><h2 /></a>'),
        ('<a><p>So:</p><figure data-float=""/></a>', '<a><p data-leads="">So:</p><figure data-float="" /></a>'),
        # Paragraphs on both sides of a float are adjacent.
        ('<a><p/><figure data-float=""/><p/></a>', '<a><p data-before="p" /><figure data-float="" data-before="p" /><p data-after-float="" /></a>'),
        ('<a><h2/><figure data-float=""/><p/></a>', '<a><h2 data-before="p" /><figure data-float="" data-before="p" /><p /></a>'),
        ("<a/>", "<a />"),
    ],
)  # fmt: skip
def test_blocks_know_their_successors(before: str, after: str) -> None:
    assert named(before) == after


def test_twice_is_as_once() -> None:
    once = named('<a><p/><div class="x"/><p/></a>')
    assert named(once) == once
