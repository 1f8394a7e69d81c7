"""No script gets into the finished e-book, whatever a project's templates write."""

from __future__ import annotations

import re

import pytest

from tests.conftest import MakeProject
from triptych.engine.cache import Cache
from triptych.press import press
from triptych.request import BuildRequest
from triptych.writers.epub.package import find_active_content

PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>T</title>
<link rel="stylesheet" type="text/css" href="../style.css"/></head>
<body>{}</body></html>
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
ACTIVE = [
    "<script>alert(1)</script>",
    "<SCRIPT>alert(1)</SCRIPT>",
    '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
    '<x:script xmlns:x="http://www.w3.org/2000/svg" href="a.js"/>',
    "<p onclick='alert(1)'>a</p>",
    '<p\nonmouseover = "alert(1)">a</p>',
    '<img src="a.png" alt="" onerror="alert(1)"/>',
    '<a href="javascript:alert(1)">a</a>',
    '<a href=" JavaScript:alert(1)">a</a>',
    '<a href="java&#10;script:alert(1)">a</a>',
    '<a href="&#106;avascript&#58;alert(1)">a</a>',
    '<a href="\u00a0vbscript:alert(1)">a</a>',
    '<a href="data:text/html,&lt;script&gt;alert(1)&lt;/script&gt;">a</a>',
    '<img src="data:image/svg+xml,&lt;svg/&gt;" alt=""/>',
    '<a href="file:///etc/passwd">a</a>',
    '<a href="//example.org/">a</a>',
    '<iframe src="a.xhtml"></iframe>',
    '<iframe srcdoc="&lt;script&gt;"></iframe>',
    '<object data="a.swf"></object>',
    '<embed src="a.swf"/>',
    '<base href="https://example.org/"/>',
    '<form action="javascript:alert(1)"><button formaction="javascript:alert(1)">a</button></form>',
    '<meta http-equiv="refresh" content="0; url=javascript:alert(1)"/>',
    '<p style="background: url(javascript:alert(1))">a</p>',
    '<p style="width: expr/**/ession(alert(1))">a</p>',
    "<style>p { behavior: url(a.htc) }</style>",
    '<?xml-stylesheet href="javascript:alert(1)"?>',
    SVG.format('<a xlink:href="javascript:alert(1)"><text>a</text></a>'),
    SVG.format('<a><set attributeName="href" to="javascript:alert(1)"/><text>a</text></a>'),
    SVG.format('<a><animate attributeName="xlink:href" values="#a;#b"/><text>a</text></a>'),
    SVG.format('<handler type="text/javascript">alert(1)</handler>'),
    SVG.format("<script>alert(1)</script>"),
    SVG.format('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml" onclick="a()">a</p></foreignObject>'),
]
PASSIVE = [
    "<p>JavaScript: the good parts; onclick=&quot;x&quot; is an event handler, &lt;script&gt; an element.</p>",
    '<p title="javascript: a scheme" class="onset">a</p>',
    '<img src="../images/a.png" alt="JavaScript: the good parts"/>',
    '<img src="data:image/png;base64,AAAA" alt=""/>',
    '<a href="https://example.org/javascript:void">a</a><a href="mailto:a@b.org">b</a><a href="#on">c</a>',
    '<p style="--on: 1; scroll-behavior: smooth; color: red">a</p>',
    "<details><summary>Data: figure 1</summary></details><!-- a <script> in a comment -->",
    SVG.format('<rect fill="url(#a)"/><use href="#b"/><style>rect { fill: red }</style>'),
]


# What the program writes has no character references and no odd white space in it: it is only searched.
WRITTEN_PLAINLY = [one for one in ACTIVE if re.search(r"<script|:script| on[a-z]+=|=\"javascript:", one)]


@pytest.mark.parametrize("markup", ACTIVE)
def test_active_content_is_found(markup: str) -> None:
    assert find_active_content("EPUB/text/a.xhtml", PAGE.format(markup).encode(), is_trusted=False)


@pytest.mark.parametrize("markup", WRITTEN_PLAINLY)
def test_it_is_found_in_pages_of_the_program_too(markup: str) -> None:
    assert find_active_content("EPUB/text/a.xhtml", PAGE.format(markup).encode(), is_trusted=True)


@pytest.mark.parametrize("markup", PASSIVE)
@pytest.mark.parametrize("trusted", [False, True])
def test_other_content_is_left_alone(markup: str, trusted: bool) -> None:
    assert find_active_content("EPUB/text/a.xhtml", PAGE.format(markup).encode(), is_trusted=trusted) == ""


@pytest.mark.parametrize(
    "page",
    [
        '<!DOCTYPE html [<!ENTITY a "<script>alert(1)</script>">]><html>&a;</html>',
        "<!DOCTYPE html [<!ATTLIST p onclick CDATA 'alert(1)'>]><html><p/></html>",
        '<!DOCTYPE html SYSTEM "a.dtd" [ ]><html/>',
        "<html><p></html>",
        '<?xml-stylesheet href="a.xsl"?><html/>',
        "<html/><?a b?>",
    ],
)
def test_declarations_and_instructions_are_found(page: str) -> None:
    assert find_active_content("EPUB/text/a.xhtml", page.encode(), is_trusted=False)


@pytest.mark.parametrize(
    "css",
    [
        "p { background: url(javascript:alert(1)) }",
        "p { background: url('java\\73 cript:alert(1)') }",
        "p { width: expression(alert(1)) }",
        "p { behaviour: url(a.htc) }",
        "p { -moz-binding: url(a.xml#b) }",
    ],
)
def test_scripts_in_style_sheets_are_found(css: str) -> None:
    assert find_active_content("EPUB/style.css", css.encode(), is_trusted=False)
    plain = b"p { scroll-behavior: smooth } /* expression( */ .script { color: red }"
    assert find_active_content("EPUB/style.css", plain, is_trusted=False) == ""


SHELL = '{% extends "epub/page.xhtml.j2" %}{% block content %}'
BOOK = """
book: {title: The light, author: Mary, chapters: [a.md], subtitle: "<script>alert(1)</script>"}
lang: en
jinja: true
format: {epub: {}}
"""


@pytest.mark.parametrize(
    ("name", "template"),
    [
        ("epub/imprint.xhtml.j2", SHELL + "<script>alert(1)</script>{% endblock %}"),
        ("epub/imprint.xhtml.j2", SHELL + "{{ meta.subtitle | safe }}{% endblock %}"),
        ("epub/imprint.xhtml.j2", SHELL + "{{ meta.subtitle | xml }}{% endblock %}"),
        ("epub/imprint.xhtml.j2", SHELL + "{{ '<script/>' | safe | upper | lower }}{% endblock %}"),
        (
            "epub/imprint.xhtml.j2",
            SHELL + "{% autoescape false %}{{ meta.subtitle }}{% endautoescape %}{% endblock %}",
        ),
        (
            "epub/imprint.xhtml.j2",
            SHELL + "{% set s %}<b onclick='a()'>x</b>{% endset %}{{ s }}{% endblock %}",
        ),
        ("epub/imprint.xhtml.j2", SHELL + "{% macro m() %}<iframe/>{% endmacro %}{{ m() }}{% endblock %}"),
        ("epub/imprint.xhtml.j2", SHELL + "{{ ('<{0}/>' | replace('{0}', 'script')) | xml }}{% endblock %}"),
        ("epub/imprint.xhtml.j2", SHELL + "{{ 'a' | replace('a', '<script/>' | safe) }}{% endblock %}"),
        ("epub/imprint.xhtml.j2", SHELL + "{% include 'epub/part.inc' %}{% endblock %}"),
        ("epub/title-page.xhtml.j2", SHELL + '<a href="{{ "java" ~ "script" }}:a()">x</a>{% endblock %}'),
        ("epub/chapter.xhtml.j2", SHELL + "{{ text | xml }}{{ '<script/>' | xml }}{% endblock %}"),
        ("epub/nav.xhtml.j2", "{% include 'print/roman-folios.css.j2' %}"),
        ("epub/style.css.j2", "p { background: url(javascript:alert(1)) }"),
        ("epub/page.xhtml.j2", '<html xmlns="http://www.w3.org/1999/xhtml"><body onload="a()"/></html>'),
    ],
)
def test_a_template_that_writes_a_script_is_named(
    make_project: MakeProject, shared_cache: Cache, name: str, template: str
) -> None:
    files = {
        "source/book.yaml": BOOK,
        "source/a.md": "# One\n\nText {{ 1 + 1 }}.\n",
        f"templates/{name}": template,
        "templates/epub/part.inc": "<p onclick='a()'/>",
    }
    project = make_project(files)
    outcome = press(
        project, BuildRequest(output_folder=project.root / "build", cache_folder=shared_cache.folder)
    )
    errors = [one for one in outcome.diagnostics if one.code == "TPL002"]
    assert len(errors) == 1 and errors[0].span is not None
    assert errors[0].span.path == f"templates/{name}"
    assert not outcome.has_outputs and not list((project.root / "build").glob("*.epub"))
    if name != "epub/nav.xhtml.j2":
        assert "active content is not allowed in EPUB files" in errors[0].message


def test_an_own_template_without_scripts_is_taken(make_project: MakeProject, shared_cache: Cache) -> None:
    template = "{% extends 'epub/page.xhtml.j2' %}{% block title %}Imprint{% endblock %}{% block content %}"
    template += "<p>{{ meta.subtitle }} JavaScript: onclick=1</p>{% endblock %}"
    files = {
        "source/book.yaml": BOOK,
        "source/a.md": "# One\n\nText.\n",
        "templates/epub/imprint.xhtml.j2": template,
    }
    project = make_project(files)
    outcome = press(
        project, BuildRequest(output_folder=project.root / "build", cache_folder=shared_cache.folder)
    )
    assert outcome.has_outputs and outcome.diagnostics == []
