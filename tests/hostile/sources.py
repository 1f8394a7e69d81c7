"""Define hostile bibliographies and citation styles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.hostile.manifests import aliases
from tests.hostile.small_project import Case, small_project


def _sources(name: str, file: str, text: Callable[[], str], body: str = "See [@a].") -> Case:
    def write(folder: Path) -> None:
        small_project(folder, body, manifest=f"bibliography: {file}\n", files={f"source/{file}": text()})

    return Case(name, "sources", write)


_ENTRY = "@book{a, title = {T}, author = {A, B}, year = 2000}\n"


def _style(name: str, content: Callable[[], str], head: str = "") -> Case:
    def write(folder: Path) -> None:
        style = (
            f'{head}<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">'
            f"<info><title>A</title><id>http://a.b/c</id><updated>2020-01-01T00:00:00Z</updated></info>{content()}</style>"
        )
        files = {"source/a.bib": _ENTRY, "source/a.csl": style}
        small_project(folder, "See [@a].", manifest="bibliography: a.bib\ncsl: a.csl\n", files=files)

    return Case(name, "sources", write)


_LAYOUTS = '<citation><layout><text macro="m"/></layout></citation><bibliography><layout><text macro="m"/></layout></bibliography>'


def _macros(levels: int, wide: int) -> str:
    out = '<macro name="m0"><text variable="title"/></macro>'
    for i in range(1, levels):
        out += f'<macro name="m{i}">' + f'<text macro="m{i - 1}"/>' * wide + "</macro>"
    return out + _LAYOUTS.replace('"m"', f'"m{levels - 1}"')


def _wide_macros(levels: int) -> str:
    """Return macros that each have two nested groups, with the previous macro in both."""
    out = '<macro name="m0"><text variable="title"/></macro>'
    for i in range(1, levels):
        inner = f'<text macro="m{i - 1}"/>'
        out += f'<macro name="m{i}"><group>{inner}<group>{inner}</group></group></macro>'
    return out + _LAYOUTS.replace('"m"', f'"m{levels - 1}"')


def _dependent(folder: Path) -> None:
    style = (
        '<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0"><info><title>A</title><id>http://192.0.2.1/a</id>'
        '<link href="http://192.0.2.1/parent" rel="independent-parent"/><updated>2020-01-01T00:00:00Z</updated></info></style>'
    )
    files = {"source/a.bib": _ENTRY, "source/a.csl": style}
    small_project(folder, "See [@a].", manifest="bibliography: a.bib\ncsl: a.csl\n", files=files)


def _strings(levels: int = 9) -> str:
    out = '@string{s0 = "lollollol"}\n'
    for i in range(1, levels):
        out += f"@string{{s{i} = " + " # ".join([f"s{i - 1}"] * 10) + "}\n"
    return out + f"@book{{a, title = s{levels - 1}, year = 2000}}\n"


def _doubled(levels: int = 24) -> str:
    definitions = "".join(f"@string{{s{i} = s{i - 1} # s{i - 1}}}\n" for i in range(1, levels))
    return f'@string{{s0 = "lollollol"}}\n{definitions}@book{{a, title = s{levels - 1}, year = 2000}}\n'


def _ring(count: int) -> str:
    """Return entries in a ring: each inherits from the next, and the last from the first, ``a``."""
    keys = ["a", *(f"b{i}" for i in range(1, count)), "a"]
    return "".join(
        f"@book{{{key}, title = {{T}}, crossref = {{{keys[i + 1]}}}}}\n" for i, key in enumerate(keys[:-1])
    )


def _inherited_lists(levels: int) -> str:
    """Return entries that each inherit from two entries of the previous level."""
    return "@book{a, title = {T}, xdata = {x0, y0}}\n" + "".join(
        f"@xdata{{{key}{i}, note = {{N}}, xdata = {{x{i + 1}, y{i + 1}}}}}\n"
        for i in range(levels)
        for key in "xy"
    )


def _json(**more: object) -> str:
    return json.dumps([{"id": "a", "type": "book", "title": "T", **more}])


SOURCES = [
    Case("csl-parent-elsewhere", "sources", _dependent),
    _style(
        "csl-parent-and-citation",
        lambda: (
            '<info><link href="http://192.0.2.1/p" rel="independent-parent"/></info>'
            + _LAYOUTS
            + '<macro name="m"><text variable="title"/></macro>'
        ),
    ),
    _style(
        "csl-parent-prefixed",
        lambda: (
            '<x:info xmlns:x="urn:x"><x:link href="http://192.0.2.1/p" rel="independent-parent"/></x:info>'
            + _LAYOUTS
            + '<macro name="m"><text variable="title"/></macro>'
        ),
    ),
    _style("csl-macro-of-itself", lambda: '<macro name="m"><text macro="m"/></macro>' + _LAYOUTS),
    _style("csl-macros-bomb", lambda: _macros(10, 10)),
    _style(
        "csl-groups-nested",
        lambda: (
            '<macro name="m">'
            + "<group>" * 3_000
            + '<text variable="title"/>'
            + "</group>" * 3_000
            + "</macro>"
            + _LAYOUTS
        ),
    ),
    _style("csl-groups-60", lambda: _wide_macros(60)),
    _style("csl-groups-doubled", lambda: _wide_macros(18)),
    _style("csl-chain-of-macros", lambda: _macros(3_000, 1)),
    _style(
        "csl-entities",
        lambda: '<macro name="m"><text value="&e9;"/></macro>' + _LAYOUTS,
        '<!DOCTYPE style [<!ENTITY e0 "lol">'
        + "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
        + "]>",
    ),
    _style(
        "csl-value-of-5-mb", lambda: f'<macro name="m"><text value="{"w" * 5_000_000}"/></macro>' + _LAYOUTS
    ),
    _style("csl-empty", lambda: ""),
    _sources(
        "bib-field-of-1-mb", "a.bib", lambda: "@book{a, title = {" + "word " * 200_000 + "}, year = 2000}"
    ),
    _sources(
        "bib-field-of-braces",
        "a.bib",
        lambda: "@book{a, title = {" + "{" * 20_000 + "a" + "}" * 20_000 + "}}",
    ),
    _sources("bib-field-open", "a.bib", lambda: "@book{a, title = " + "{" * 50_000),
    _sources("bib-strings-bomb", "a.bib", _strings),
    _sources("bib-string-of-itself", "a.bib", lambda: "@string{s = s # s}\n@book{a, title = s}\n"),
    _sources(
        "bib-macros", "a.bib", lambda: '@preamble{"\\newcommand{\\x}{\\x\\x}"}\n@book{a, title = {\\x \\x}}\n'
    ),
    _sources(
        "bib-entries-20000",
        "a.bib",
        lambda: (
            "".join(f"@book{{a{i}, title = {{T}}, author = {{A, B}}, year = 2000}}\n" for i in range(20_000))
            + _ENTRY
        ),
    ),
    _sources(
        "bib-authors-many",
        "a.bib",
        lambda: (
            "@book{a, title = {T}, author = {"
            + " and ".join(f"A{i}, B" for i in range(10_000))
            + "}, year = 2000}"
        ),
    ),
    _sources(
        "bib-crossref-of-itself",
        "a.bib",
        lambda: "@book{a, title = {T}, crossref = {a}}\n@book{b, crossref = {c}}\n@book{c, crossref = {b}}\n",
    ),
    _sources("bib-strings-doubled", "a.bib", _doubled),
    _sources("bib-strings-of-one-line", "a.bib", lambda: _doubled().replace("\n", " ")),
    _sources(
        "bib-string-of-many-uses",
        "a.bib",
        lambda: "@string{s = {" + "w " * 20_000 + "}}\n" + "@book{a, title = s, note = s # s # s}\n" * 5_000,
    ),
    _sources("bib-crossref-ring", "a.bib", lambda: _ring(500)),
    _sources("bib-crossref-chain", "a.bib", lambda: _ring(500).replace("crossref = {a}", "year = 2000")),
    _sources("bib-xdata-doubled", "a.bib", lambda: _inherited_lists(40)),
    _sources("bib-at-signs", "a.bib", lambda: "@" * 200_000),
    _sources(
        "bib-formulas", "a.bib", lambda: "@book{a, title = {" + "$" * 20_000 + "\\begin{x}" * 500 + "}}"
    ),
    _sources(
        "bib-brackets",
        "a.bib",
        lambda: "@book{a, title = {" + "[" * 40 + "![" * 40 + "}, note = {\\href{" * 1 + "a" + "}{b}}}",
    ),
    _sources("bib-locator-ranges", "a.bib", lambda: _ENTRY, f"See [@a, p. {'1-' * 3_000}]."),
    _sources("bib-locator-dots", "a.bib", lambda: _ENTRY, f"See [@a, p. {'1.' * 3_000}]."),
    _sources(
        "bib-commands-nested",
        "a.bib",
        lambda: "@book{a, title = {" + "\\emph{" * 500 + "a" + "}" * 500 + "}}",
    ),
    _sources("bib-year-far", "a.bib", lambda: "@book{a, title = {T}, date = {" + "9" * 400 + "-99-99/..}}\n"),
    _sources("bib-controls", "a.bib", lambda: "@book{a, title = {A\x01\x0b\ufffeB}, author = {\x00}}\n"),
    _sources("bib-bytes", "a.bib", lambda: "@book{a, title = {\udcff\udcfe}}\n"),
    _sources("bib-outside", "../../outside/secret.md", lambda: "x"),
    _sources("bib-cited-10000-times", "a.bib", lambda: _ENTRY, "[@a] " * 10_000),
    _sources(
        "bib-url-odd",
        "a.bib",
        lambda: "@book{a, title = {T}, url = {javascript:alert(1)}, doi = {\x01../..}, year = 2000}",
    ),
    _sources(
        "sources-yaml-aliases",
        "a.yaml",
        lambda: aliases() + "references:\n- id: a\n  type: book\n  title: *a9\n",
    ),
    _sources(
        "sources-yaml-alias-of-itself",
        "a.yaml",
        lambda: "references:\n- &a\n  id: a\n  type: book\n  title: T\n  note: *a\n",
    ),
    _sources(
        "sources-yaml-nested",
        "a.yaml",
        lambda: "references:\n- id: a\n  type: book\n  title: " + "[" * 2_000 + "]" * 2_000,
    ),
    _sources(
        "sources-yaml-set",
        "a.yaml",
        lambda: "references:\n- id: a\n  type: book\n  title: !!set {a}\n  issued: !!binary AAEC\n",
    ),
    _sources(
        "sources-yaml-surrogate",
        "a.yaml",
        lambda: 'references:\n- id: a\n  type: book\n  title: "\\ud800\\0"\n',
    ),
    _sources(
        "sources-yaml-brackets",
        "a.yaml",
        lambda: 'references:\n- id: a\n  type: book\n  title: "' + "[" * 30 + '"\n',
    ),
    _sources("sources-json-nested", "a.json", lambda: "[" * 100_000),
    _sources(
        "sources-json-deep-value", "a.json", lambda: _json().replace('"T"', '{"a":' * 900 + "1" + "}" * 900)
    ),
    _sources(
        "sources-json-numbers",
        "a.json",
        lambda: _json(issued={"date-parts": [[10**400, 1e308, -5]]}, volume=10**400),
    ),
    _sources(
        "sources-json-infinite",
        "a.json",
        lambda: _json(volume="V").replace('"V"', '1e999, "issue": NaN, "page": -Infinity'),
    ),
    _sources("sources-json-digits", "a.json", lambda: _json(volume="V").replace('"V"', "9" * 10_000)),
    _sources(
        "sources-json-surrogate",
        "a.json",
        lambda: _json(note="N").replace('"N"', '"\\ud800\\u0000"').replace('"T"', '"\\udfff\\u0001"'),
    ),
    _sources(
        "sources-json-kinds",
        "a.json",
        lambda: '[{"id": 5, "type": [], "title": {}, "author": "x", "issued": []}, null, 3, {"id": "a"}]',
    ),
    _sources("sources-json-mark-up", "a.json", lambda: _json(title="<i>" * 1_000 + "a" + "</i>" * 1_000)),
    _sources("sources-json-of-10-mb", "a.json", lambda: _json(abstract="w" * 10_000_000)),
]
