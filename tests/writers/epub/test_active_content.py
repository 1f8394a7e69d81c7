"""Test that no script or remote URL gets into the e-book from a project's templates."""

from __future__ import annotations

import re

import pytest

from tests.conftest import MakeProject
from triptych.engine.cache import Cache
from triptych.press import press
from triptych.request import BuildRequest
from triptych.writers.epub.package import find_forbidden_content

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


# XHTML that the program writes has no character references and no unusual white space: a text search
# suffices.
WRITTEN_PLAINLY = [one for one in ACTIVE if re.search(r"<script|:script| on[a-z]+=|=\"javascript:", one)]


@pytest.mark.parametrize("markup", ACTIVE)
def test_active_content_is_found(markup: str) -> None:
    assert find_forbidden_content("EPUB/text/a.xhtml", PAGE.format(markup).encode(), is_trusted=False)


@pytest.mark.parametrize("markup", WRITTEN_PLAINLY)
def test_scripts_are_found_in_generated_pages_too(markup: str) -> None:
    assert find_forbidden_content("EPUB/text/a.xhtml", PAGE.format(markup).encode(), is_trusted=True)


@pytest.mark.parametrize("markup", PASSIVE)
@pytest.mark.parametrize("trusted", [False, True])
def test_other_content_is_accepted(markup: str, trusted: bool) -> None:
    assert find_forbidden_content("EPUB/text/a.xhtml", PAGE.format(markup).encode(), is_trusted=trusted) == ""


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
    assert find_forbidden_content("EPUB/text/a.xhtml", page.encode(), is_trusted=False)


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
    assert find_forbidden_content("EPUB/style.css", css.encode(), is_trusted=False)
    plain = b"p { scroll-behavior: smooth } /* expression( */ .script { color: red }"
    assert find_forbidden_content("EPUB/style.css", plain, is_trusted=False) == ""


MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML">{}</math>'
REMOTE = [
    '<link rel="stylesheet" href="http://a.example/a.css"/>',
    '<link rel="prefetch" href="https://a.example/"/>',
    '<link rel="dns-prefetch" href="//a.example"/>',
    '<video src="http://a.example/a"/>',
    '<video src="a.mp4" poster="http://a.example/a"/>',
    '<audio><source src="HTTP://a.example/a"/></audio>',
    '<audio src="a.mp3"><track src="ht&#10;tp://a.example/a"/></audio>',
    '<picture><source srcset="a.png 1x, //a.example/a 2x"/></picture>',
    '<img src="a.png" alt="" srcset="a.png,http:a.example/a.png 2x"/>',
    '<img src="\\\\a.example/a.png" alt=""/>',
    '<img src="/\\a.example/a.png" alt=""/>',
    '<img src="a:b.png" alt=""/>',
    '<input type="image" src="http://a.example/a"/>',
    '<table background="http://a.example/a"><tr><td>a</td></tr></table>',
    '<a href="a.xhtml" ping="a http://a.example/">a</a>',
    '<p unknown="http://a.example/">a</p>',
    '<section xml:base="http://a.example/"><img src="a.png" alt=""/></section>',
    SVG.format('<use href="http://a.example/a.svg#a"/>'),
    SVG.format('<filter id="f"><feImage xlink:href="http://a.example/a"/></filter>'),
    SVG.format('<rect fill="url(http://a.example/a.svg#a)"/>'),
    SVG.format('<rect filter="\\75rl(//a.example/a.svg#a)"/>'),
    MATH.format('<mglyph src="http://a.example/a"/>'),
    MATH.format('<mi href="http://a.example/">a</mi>'),
    '<p style="background: \\75rl(http://a.example/)">a</p>',
    '<style>@import "http://a.example/a.css";</style>',
    '<style>@import <![CDATA["http://a.example/a.css"]]>;</style>',
]
LOCAL = [
    '<a href="http://a.example/">a</a><blockquote cite="http://a.example/"><p>a</p></blockquote>',
    '<map name="m"><area href="https://a.example/" alt="a"/></map>',
    '<p title="http://a.example/" data-a="//a" typeof="schema:Book" vocab="http://schema.org/">http://a.example</p>',
    '<img src="../images/a%20b.png" srcset="a.png 1x, b.png 2x" alt="http://a.example/a"/>',
    "<p style=\"background: url(../images/a.png); content: 'http://a.example/'\">a</p>",
    SVG.format('<a xlink:href="http://a.example/"><rect clip-path="url(#a)" style="fill: url(\'#a\')"/></a>'),
]
STYLES = [
    '@import "http://a.example/a.css";',
    "@media screen { p { color: red } } @IMPORT '//a.example/a.css' screen;",
    '<!-- @\\69mport "http://a.example/a.css";',
    "p { background: url(http://a.example/a) }",
    "p { background: \\75rl(http://a.example/a) }",
    "p { background: u\\72L('http://a.example/a') }",
    "p { background: url(\\68ttp://a.example/a) }",
    "p { background: url(http://a.example/a",
    'p { background: image-set("http://a.example/a" 1x) }',
    'p { background: -webkit-image-set(("//a.example/a") 1x) }',
    'p { --a: "http://a.example/a"; background: image-set(var(--a) 1x) }',
    'p { --a: (; { ; "http://a.example/a" }) }',
    "@font-face { font-family: a; src: src('https://a.example/a.ttf') }",
    "@namespace a {} p { background: url(http://a.example/a) }",
    '@namespace "a"; p { background: url(http://a.example/a) }',
    "p { background: url(file:///etc/passwd) }",
    '@charset "iso-2022-jp"; p { background: url(a.png) }',
]
LOCAL_STYLES = [
    '@charset "utf-8"; @namespace epub "http://www.idpf.org/2007/ops"; @import "b.css";',
    "@namespace svg url(http://www.w3.org/2000/svg); a { background: url(a.png) }",
    "a[href^='http://']::after, a:not([href^='https:']) { content: 'https://a.example' url(a.png) }",
    "p { background: url(data:image/svg+xml,%3Csvg/%3E) } /* url(http://a.example/) */",
    "@font-face { font-family: a; src: local('a: b'), url(data:font/otf;base64,AA) format('opentype') }",
]


@pytest.mark.parametrize("markup", REMOTE)
def test_remote_addresses_in_pages_are_found(markup: str) -> None:
    forbidden_content = find_forbidden_content(
        "EPUB/text/a.xhtml", PAGE.format(markup).encode(), is_trusted=False
    )
    assert "remote address" in forbidden_content


@pytest.mark.parametrize("markup", LOCAL)
def test_links_and_local_urls_are_accepted(markup: str) -> None:
    page = PAGE.format(markup).encode()
    assert find_forbidden_content("EPUB/text/a.xhtml", page, is_trusted=False) == ""


def test_remote_images_are_found_in_pages_of_the_program_too() -> None:
    page = PAGE.format('<img src="http://a.example/a.png" alt=""/>').encode()
    assert "remote address" in find_forbidden_content("EPUB/text/a.xhtml", page, is_trusted=True)


@pytest.mark.parametrize("css", STYLES)
def test_remote_addresses_in_style_sheets_are_found(css: str) -> None:
    assert find_forbidden_content("EPUB/style.css", css.encode(), is_trusted=False)


@pytest.mark.parametrize("css", LOCAL_STYLES)
def test_local_urls_and_text_in_style_sheets_are_accepted(css: str) -> None:
    assert find_forbidden_content("EPUB/style.css", css.encode(), is_trusted=False) == ""


def test_remote_package_items_are_found_and_linked_records_accepted() -> None:
    package = '<package xmlns="http://www.idpf.org/2007/opf">{}</package>'
    item = package.format('<item href="http://a.example/a.css"/>').encode()
    record = package.format('<link rel="record" href="http://a.example/a"/>').encode()
    assert "remote address" in find_forbidden_content("EPUB/package.opf", item, is_trusted=False)
    assert find_forbidden_content("EPUB/package.opf", record, is_trusted=False) == ""


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
        ("epub/style.css.j2", '@import "http://a.example/a.css";'),
        ("epub/imprint.xhtml.j2", SHELL + '<p><img src="" alt=""/></p>{% endblock %}'),
        ("epub/imprint.xhtml.j2", SHELL + '<video poster="http://a.example/a"/>{% endblock %}'),
        ("epub/page.xhtml.j2", '<html xmlns="http://www.w3.org/1999/xhtml"><body onload="a()"/></html>'),
    ],
)
def test_a_template_that_writes_a_script_or_remote_address_is_named(
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
    errors = [diagnostic for diagnostic in outcome.diagnostics if diagnostic.code == "TPL002"]
    assert len(errors) == 1 and errors[0].span is not None
    assert errors[0].span.path == f"templates/{name}"
    assert not outcome.has_outputs and not list((project.root / "build").glob("*.epub"))
    if name != "epub/nav.xhtml.j2":
        assert "is not allowed in EPUB files (" in errors[0].message


def test_project_template_without_scripts_is_accepted(make_project: MakeProject, shared_cache: Cache) -> None:
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
