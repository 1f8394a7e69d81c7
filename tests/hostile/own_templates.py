"""Define projects whose `templates/` contain links to other folders, or endless templates."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tests.hostile.small_project import OUTSIDE, Case, small_project


def _linked(name: str, link: Callable[[Path], object]) -> Case:
    """Return a project with a symbolic link below ``templates/``."""

    def write(folder: Path) -> None:
        small_project(folder)
        project = folder / "project"
        if name != "templates-link-to-root":
            (project / "templates" / "epub").mkdir(parents=True)
        link(project)

    return Case(name, "templates", write)


def _template(name: str, path: str, text: str) -> Case:
    files = {f"templates/{path}": text}
    return Case(name, "templates", lambda folder: small_project(folder, files=files))


def _style(name: str, css: str) -> Case:
    """Return a style sheet for print that extends the built-in one."""
    return _template(name, "print/book.css.j2", "{% include 'built-in/print/book.css.j2' %}\n" + css)


def _secret(project: Path) -> str:
    return str(project.parent / OUTSIDE / "secret.css")


_LOOP = "{% for a in range(99999) %}" * 3 + "x" + "{% endfor %}" * 3
_DOUBLING = "{% set x = 'ab' %}" + "{% set x = x ~ x %}" * 40

_VARIABLES = (
    ":root { --v0: a b; " + "".join(f"--v{n + 1}: var(--v{n}) var(--v{n}); " for n in range(40)) + "} "
)
_MANY = "{{% for i in range(140000) %}}{{% {} %}}{{% endfor %}}"

TEMPLATES = [
    _linked("templates-link-to-root", lambda project: (project / "templates").symlink_to("/")),
    _linked("templates-link-out", lambda p: (p / "templates/epub/style.css.j2").symlink_to(_secret(p))),
    _linked(
        "templates-link-out-relative",
        lambda p: (p / "templates/epub/style.css.j2").symlink_to(f"../../../{OUTSIDE}/secret.css"),
    ),
    _linked("templates-folder-link-out", lambda p: (p / "templates/print").symlink_to(p.parent / OUTSIDE)),
    _linked("templates-folder-link-root", lambda p: (p / "templates/fonts").symlink_to("/usr")),
    _linked("templates-link-to-themselves", lambda p: (p / "templates/epub/again").symlink_to("..")),
    _linked(
        "templates-links-crossing",
        lambda p: [(p / "templates/epub" / f"l{i}").symlink_to("..") for i in range(20)],
    ),
    _linked("templates-link-to-nothing", lambda p: (p / "templates/epub/style.css.j2").symlink_to("nothing")),
    _linked("templates-pipe", lambda p: os.mkfifo(p / "templates/epub/style.css.j2")),
    _linked("templates-device", lambda p: (p / "templates/epub/style.css.j2").symlink_to("/dev/zero")),
    _linked(
        "templates-many",
        lambda p: [(p / "templates/epub" / f"{i}.css").write_text("a") for i in range(20_000)],
    ),
    _linked("templates-deep", lambda p: (p / "templates" / "/".join(["d"] * 400)).mkdir(parents=True)),
    _linked(
        "source-link-out",
        lambda p: (
            (p / "source/one.md").unlink()
            or (p / "source/one.md").symlink_to(p.parent / OUTSIDE / "secret.md")
        ),
    ),
    _linked("source-pipe", lambda p: (p / "source/one.md").unlink() or os.mkfifo(p / "source/one.md")),
    _linked("source-links-crossing", lambda p: [(p / "source" / f"l{i}").symlink_to(".") for i in range(20)]),
    _linked("build-link-out", lambda p: (p / "build").symlink_to(p.parent / OUTSIDE)),
    _template(
        "template-includes-outside", "epub/style.css.j2", "{% include '../../../outside/secret.css' %}"
    ),
    _template("template-extends-itself", "epub/page.xhtml.j2", "{% extends 'epub/page.xhtml.j2' %}"),
    _template("template-includes-itself", "epub/style.css.j2", "{% include 'epub/style.css.j2' %}"),
    _template("template-loops", "epub/style.css.j2", _LOOP),
    _template("template-doubles", "epub/style.css.j2", _DOUBLING),
    _template("template-filter-wrongly", "epub/style.css.j2", "{{ 1|batch }}{{ 'a'|indent('x') }}"),
    _template("template-filter-unknown", "epub/style.css.j2", "{{ 1|nothing }}"),
    _template("template-undefined", "epub/page.xhtml.j2", "{{ nothing.at.all }}"),
    _template("template-broken-xml", "epub/page.xhtml.j2", "<html><body><p></body>"),
    _template("template-controls", "epub/title-page.xhtml.j2", "<p>\x01\ufffe</p>"),
    _template("template-not-text", "epub/style.css.j2", "a\udcff\udcfe"),
    _template(
        "template-reaches-python",
        "epub/style.css.j2",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    ),
    _template(
        "template-writes-by-a-path",
        "epub/style.css.j2",
        "{{ (theme.faces | first).path.parent.joinpath('F/x').write_text('p') }}",
    ),
    _template("template-shows-memory", "epub/style.css.j2", "{{ theme.families }}{{ range(3) | string }}"),
    _template(
        "template-script",
        "epub/title-page.xhtml.j2",
        "<html xmlns='http://www.w3.org/1999/xhtml'><head><title>a</title></head><body onload='a()'><script/></body></html>",
    ),
    _template("template-power", "epub/style.css.j2", "{{ 9 ** 9 ** 9 }}"),
    _template(
        "template-css-imports",
        "epub/style.css.j2",
        "@import url(http://a.b/c.css); @font-face { font-family: a; src: url(file:///etc/passwd) }",
    ),
    _template(
        "template-print-css-fetches",
        "print/title-page.xhtml.j2",
        '<div style="background: url(http://192.0.2.1/a.png)"><img src="http://192.0.2.1/b.png" alt=""/><img src="file:///etc/passwd" alt=""/></div>',
    ),
    _template(
        "template-epub-remote",
        "epub/title-page.xhtml.j2",
        "{% extends 'epub/page.xhtml.j2' %}{% block title %}a{% endblock %}{% block content %}"
        '<video src="a" poster="//192.0.2.1/b"/><p style="background: \\75rl(http://192.0.2.1/)">a</p>{% endblock %}',
    ),
    _template("template-epub-import", "epub/style.css.j2", '@import "http://192.0.2.1/a.css";'),
    _template(
        "template-print-loads",
        "print/title-page.xhtml.j2",
        '<link rel="stylesheet" href="http://192.0.2.1/a.css"/><object data="file:///etc/passwd"/><embed src="a"/>',
    ),
    _template(
        "template-print-spans",
        "print/title-page.xhtml.j2",
        "<table>" + ("<tr>" + '<td colspan="999" rowspan="999">a</td>' * 30 + "</tr>") * 30 + "</table>",
    ),
    _style(
        "style-descendants", "nosuch" + " *" * 12 + " p, :not(:not(nosuch * * * * * * * * p)) { color: red }"
    ),
    _style("style-thin-dots", "p { border: .001pt dotted; text-decoration: underline wavy .001pt }"),
    _style("style-columns-nested", "* { columns: 2 !important }"),
    _template("template-print-nested", "print/title-page.xhtml.j2", "<div>" * 2_000 + "</div>" * 2_000),
    _template(
        "template-print-huge-box",
        "print/title-page.xhtml.j2",
        '<div style="height: 1e9pt; width: 1e30pt">a</div>',
    ),
    _template("template-includes-many", "epub/style.css.j2", _MANY.format("include 'epub/container.xml.j2'")),
    _template(
        "template-imports-many", "epub/style.css.j2", _MANY.format("import 'epub/container.xml.j2' as x")
    ),
    _template(
        "template-namespaces",
        "epub/style.css.j2",
        "{% set n = namespace(x=[1] * 90000, y=1) %}"
        + _MANY.format("set n.y = namespace(a=n.x + [i], b=n.y)"),
    ),
    _template("template-int-of-base", "epub/style.css.j2", "{{ (('f' * 9000000)|int(base=16)) ** 64 }}"),
    _template("template-literal-long", "epub/style.css.j2", "{{ " + "9" * 5000 + " }}"),
    _template(
        "template-titles",
        "epub/style.css.j2",
        "{% set x = 'a-' * 3000000 %}" + _MANY.format("set y = x|title"),
    ),
    _template("template-storyboard-number", "deck/storyboard.j2", "{{ slide('title', 5) }}"),
    _template(
        "template-storyboard-points", "deck/storyboard.j2", "{{ slide('bullets', 'a', points=[slide]) }}"
    ),
    _template("template-storyboard-notes", "deck/storyboard.j2", "{{ slide('bullets', 'a', notes=[5]) }}"),
    _template("template-storyboard-title", "deck/storyboard.j2", "{{ slide('title', 'a ' * 500000) }}"),
    _template(
        "template-storyboard-section", "deck/storyboard.j2", "{{ slide('title', 'a', section='s' * 900000) }}"
    ),
    _template(
        "template-storyboard-slides", "deck/storyboard.j2", _MANY.format("set x = slide('bullets', 'a')")
    ),
    _template(
        "template-storyboard-points-many",
        "deck/storyboard.j2",
        "{{ slide('bullets', 'a', points=['b'] * 90000) }}",
    ),
    _template(
        "template-storyboard-runs", "deck/storyboard.j2", "{{ slide('bullets', 'a', points=[[''] * 90000]) }}"
    ),
    _template(
        "template-storyboard-notes-many",
        "deck/storyboard.j2",
        "{% for i in range(1900) %}{{ slide('bullets', 'a', notes=['b ' * 9000]) }}{% endfor %}",
    ),
    _template(
        "template-storyboard-links",
        "deck/storyboard.j2",
        "{{ slide('title', 'a', links=[chapters[0]] * 90000) }}",
    ),
    _style("template-print-variables-doubling", _VARIABLES + "p { font-family: var(--v40) }"),
    _style(
        "template-print-variables-in-a-row",
        ":root { " + "".join(f"--v{n + 1}: var(--v{n}); " for n in range(9000)) + "}",
    ),
    _style(
        "template-print-variables-in-a-ring",
        "div { --a: var(--b) var(--b) } p, span { --b: var(--a) var(--a) }",
    ),
    _style(
        "template-print-counter-padding",
        "@counter-style a { system: numeric; symbols: '0' '1'; pad: 999999999 'x' } p { counter-increment: a } p::before { content: counter(a, a) }",
    ),
    _style(
        "template-print-counter-symbols",
        "@counter-style a { system: symbolic; symbols: 'x' } p { counter-reset: a 999999999 } p::before { content: counter(a, a) }",
    ),
    _style("template-print-columns", "body { columns: 10000 }"),
    _style("template-print-margins", "p { margin: 1e9px }"),
    _style("template-print-tiny-pages", "@page { size: 1px 1px; margin: 0 }"),
    _style("template-print-huge-pages", "@page { size: 1e9px 1e9px }"),
    _style("template-print-calc-nested", "p { width: " + "calc(1px + " * 900 + "1px" + ")" * 900 + "}"),
    _style("template-print-rules-many", "p:has(a):nth-child(2n+1) { color: red } " * 20_000),
    _style("template-print-imports-in-a-ring", "@import url(book.css); @import url(book.css.j2);"),
    _template(
        "template-print-colspan",
        "print/title-page.xhtml.j2",
        '<table><tr><td colspan="999999999">a</td></tr></table>',
    ),
    _template(
        "template-print-variables-of-elements",
        "print/title-page.xhtml.j2",
        '<div style="--a: b c">'
        + '<div style="--b: var(--a) var(--a)"><div style="--a: var(--b) var(--b)">' * 20
        + '<p style="font-family: var(--a)">a</p>'
        + "</div></div>" * 20
        + "</div>",
    ),
    _template("template-storyboard-loops", "deck/storyboard.j2", _LOOP),
    _template("template-storyboard-words", "deck/storyboard.j2", "{{ 1|batch }} not a storyboard"),
]
