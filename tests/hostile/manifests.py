"""Define manifests, front matter and glossaries with expanding YAML and extreme values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.hostile.small_project import Case, small_project

_HEAD = "book:\n  title: A\n  date: 2026-01-31\n"
_REST = "  chapters: [one.md]\nlang: en-GB\n"


def _added(name: str, manifest: Callable[[], str], body: str = "") -> Case:
    """Return a valid manifest with additional lines at its end."""
    return Case(name, "manifests", lambda folder: small_project(folder, body, manifest=manifest()))


def _whole(name: str, manifest: Callable[[], str]) -> Case:
    return Case(
        name, "manifests", lambda folder: small_project(folder, files={"source/book.yaml": manifest()})
    )


def _titled(name: str, title: Callable[[], str]) -> Case:
    return Case(name, "manifests", lambda folder: small_project(folder, title=title()))


def _headed(name: str, head: Callable[[], str]) -> Case:
    return Case(name, "manifests", lambda folder: small_project(folder, head=head()))


def _glossary(name: str, text: Callable[[], str]) -> Case:
    def write(folder: Path) -> None:
        files = {"source/glossary.yaml": text()}
        small_project(folder, "[A]{.gls}", manifest="glossary: glossary.yaml\n", files=files)

    return Case(name, "manifests", write)


def aliases(levels: int = 10, wide: int = 10, key: str = "a") -> str:
    """Return YAML aliases that refer to each other: ``wide ** levels`` values when expanded."""
    lines = [f"{key}0: &{key}0 [x, x]"]
    for i in range(1, levels):
        lines.append(f"{key}{i}: &{key}{i} [" + ", ".join([f"*{key}{i - 1}"] * wide) + "]")
    return "\n".join(lines) + "\n"


def merges(levels: int = 25) -> str:
    """Return mappings that each merge the previous one twice."""
    lines = ["m0: &m0 {k: v}"]
    lines += [f"m{i}: &m{i} {{<<: [*m{i - 1}, *m{i - 1}], k{i}: v}}" for i in range(1, levels)]
    return "\n".join(lines) + "\n"


def _variables(text: str) -> str:
    return "variables:\n" + "".join(f"  {line}\n" for line in text.splitlines())


MANIFESTS = [
    _added("yaml-aliases", aliases),
    _added("yaml-aliases-of-variables", lambda: _variables(aliases())),
    _added("yaml-aliases-of-keywords", lambda: _variables(aliases()) + "format: {pptx: {layouts: *a9}}\n"),
    _added("yaml-merges", merges),
    _added(
        "yaml-merges-many",
        lambda: (
            "m: &m {"
            + ", ".join(f"k{i}: v" for i in range(2_000))
            + "}\nn:\n  <<: ["
            + ", ".join(["*m"] * 2_000)
            + "]\n"
        ),
    ),
    _added("yaml-alias-of-itself", lambda: "variables: &a {b: *a}\n"),
    _added("yaml-list-of-itself", lambda: "talks: &a [*a]\n"),
    _added("yaml-open-brackets", lambda: "variables: " + "[" * 20_000),
    _added("yaml-nested-500", lambda: "variables: {a: " + "[" * 500 + "]" * 500 + "}"),
    _added("yaml-nested-lines", lambda: "variables:\n" + "\n".join(" " * i + "a:" for i in range(1, 3_000))),
    _added("yaml-set", lambda: "variables: !!set {a, b}\nprofiles: !!set {a}\n"),
    _added("yaml-omap", lambda: "profiles: !!omap [a: {}]\ntalks: !!pairs [a: b, a: c]\n"),
    _added("yaml-binary", lambda: "output-file: !!binary AAECAw==\n"),
    _added("yaml-python", lambda: "output-file: !!python/object/apply:os.system [id]\n"),
    _added("yaml-timestamp", lambda: "variables: {a: !!timestamp 99999-99-99}\n"),
    _added(
        "yaml-number-tags",
        lambda: "variables: {a: !!int x, b: !!float 1e999, c: !!int 0x" + "f" * 9_000 + "}\n",
        "{{< var a >}}",
    ),
    _added("yaml-key-of-list", lambda: "? [a, b]\n: c\nvariables: {? {a: b} : c}\n"),
    _added("yaml-keys-many", lambda: "variables: {" + ", ".join(f"k{i}: v" for i in range(50_000)) + "}\n"),
    _added("yaml-string-of-10-mb", lambda: "variables: {a: " + "w" * 10_000_000 + "}\n"),
    _added("yaml-block-of-10-mb", lambda: "variables:\n  a: |\n" + "    word\n" * 1_250_000),
    _added("yaml-comments-of-10-mb", lambda: "# a\n" * 2_500_000),
    _added("yaml-quoted-of-2-mb", lambda: 'variables: {a: "' + "\\u0041" * 330_000 + '"}\n'),
    _added("yaml-surrogate", lambda: 'variables: {a: "\\ud800"}\n', "{{< var a >}}"),
    _added("yaml-nul-escaped", lambda: 'variables: {a: "\\0\\x01"}\noutput-file: "a\\0b"\n', "{{< var a >}}"),
    _added("yaml-nul", lambda: "variables: {a: \x00}\n"),
    _added("yaml-bytes", lambda: "variables: {a: \udcff\udcfe}\n"),
    _added(
        "yaml-anchors-many",
        lambda: "variables: {" + ", ".join(f"k{i}: &a{i} v" for i in range(20_000)) + "}\n",
    ),
    _whole("yaml-documents-many", lambda: "---\na: b\n" * 20_000),
    _whole("yaml-only-brackets", lambda: "{" * 5_000),
    _whole("yaml-tabs", lambda: "\t" * 100_000),
    _whole(
        "yaml-chapters-of-lists", lambda: _HEAD + "  chapters: " + "[" * 300 + "one.md" + "]" * 300 + "\n"
    ),
    _whole("yaml-chapters-many", lambda: _HEAD + "  chapters: [" + "one.md, " * 5_000 + "]\n"),
    _whole(
        "yaml-authors-many",
        lambda: _HEAD + "  author: [" + ", ".join(f"A {i}" for i in range(5_000)) + "]\n" + _REST,
    ),
    _whole("yaml-date-far", lambda: "book:\n  title: A\n  date: 99999-99-99\n" + _REST),
    _whole("yaml-chapter-outside", lambda: _HEAD + "  chapters: [../../outside/secret.md]\n"),
    _whole("yaml-empty", lambda: ""),
    _titled("title-of-2-mb", lambda: "word " * 400_000),
    _titled("title-of-one-word", lambda: "w" * 2_000_000),
    _titled("title-controls", lambda: '"A\\x01\\x0b\\x1bB"'),
    _titled("title-not-characters", lambda: '"A\\ufffe\\uffffB"'),
    _titled("title-surrogate", lambda: '"A\\ud800B"'),
    _titled("title-of-mark-up", lambda: '"<b>&amp;]]>\\u2028\\u202e</title>"'),
    _titled("title-of-dots", lambda: '"../../.."'),
    _added("output-file-long", lambda: "output-file: " + "a" * 300 + "\n"),
    _added("output-file-way-out", lambda: "output-file: ../../outside/a\n"),
    _added("output-file-controls", lambda: 'output-file: "a\\nb\\x01"\n'),
    _added(
        "numbers-far-out",
        lambda: (
            "talk: {minutes: 1e999, pace: -1}\nformat: {pdf: {toc-depth: 99999999999999999999, image-dpi: 1e30}}\n"
        ),
    ),
    _added("paper-far-out", lambda: "format: {pdf: {page-size: {width: 1e9mm, height: 1e9mm}}}\n"),
    _added("paper-tiny", lambda: "format: {pdf: {page-size: {width: 1mm, height: 1mm}}}\n"),
    _added(
        "paper-not-a-number",
        lambda: "format: {pdf: {page-size: {width: nanmm, height: infmm}, margins: {top: -1e9mm}}}\n",
    ),
    _added("profiles-many", lambda: "profiles: {" + ", ".join(f"p{i}: {{}}" for i in range(5_000)) + "}\n"),
    _added("exclude-pattern", lambda: 'exclude: ["' + "**/" * 40 + 'x", "' + "*a" * 40 + '"]\n'),
    _added(
        "language-odd",
        lambda: "variables: {a: b}\n",
        "[a]{lang=x-" + "a-" * 3_000 + 'b} [b]{lang="../../etc"}',
    ),
    _added("theme-outside", lambda: "theme: ../../outside/secret.css\n"),
    Case(
        "theme-of-itself",
        "manifests",
        lambda folder: small_project(
            folder,
            manifest="theme: themes/a.yaml\n",
            files={
                "source/themes/a.yaml": "extends: themes/b.yaml\n",
                "source/themes/b.yaml": "extends: themes/a.yaml\n",
            },
        ),
    ),
    Case(
        "theme-aliases",
        "manifests",
        lambda folder: small_project(
            folder,
            manifest="theme: themes/a.yaml\n",
            files={"source/themes/a.yaml": "extends: house\n" + aliases() + "colours: {accent: *a9}\n"},
        ),
    ),
    Case(
        "theme-numbers",
        "manifests",
        lambda folder: small_project(
            folder,
            manifest="theme: themes/a.yaml\n",
            files={"source/themes/a.yaml": "extends: house\nprint: {type: {text: 1e9pt/1e-9pt serif}}\n"},
        ),
    ),
    Case(
        "theme-css-in-family",
        "manifests",
        lambda folder: small_project(
            folder,
            manifest="theme: themes/a.yaml\n",
            files={
                "source/themes/a.yaml": 'extends: house\nfamilies: {serif: "a; } @import url(http://a.b/c.css); x {"}\n'
            },
        ),
    ),
    _headed("head-aliases", lambda: "title: A\n" + aliases() + "takeaways: *a9\n"),
    _headed("head-merges", lambda: "title: A\n" + merges()),
    _headed("head-title-of-2-mb", lambda: "title: " + "word " * 400_000),
    _headed("head-title-controls", lambda: 'title: "A\\x01\\ufffe\\0B"'),
    _headed("head-title-surrogate", lambda: 'title: "A\\ud800B"'),
    _headed("head-nested", lambda: "title: A\nslides: " + "[" * 3_000 + "]" * 3_000),
    _headed("head-title-nested", lambda: 'title: "' + "[" * 30 + '"'),
    _headed("head-takeaways-many", lambda: "title: A\ntakeaways: [" + ", ".join(["a"] * 20_000) + "]"),
    _headed("head-set", lambda: "title: A\ntakeaways: !!set {a, b}\nsummary: !!binary AAEC"),
    _glossary(
        "glossary-aliases",
        lambda: (
            "- term: A\n  definition: &a0 [x]\n"
            + "".join(
                f"- term: B{i}\n  definition: &a{i} [" + ", ".join([f"*a{i - 1}"] * 10) + "]\n"
                for i in range(1, 10)
            )
        ),
    ),
    _glossary(
        "glossary-of-10000", lambda: "".join(f"- term: A{i}\n  definition: B\n" for i in range(10_000))
    ),
    _glossary("glossary-brackets", lambda: '- term: A\n  definition: "' + "[" * 30 + '"\n'),
    _glossary(
        "glossary-controls",
        lambda: '- term: "A\\x01"\n  definition: "\\0\\ud800"\n- term: A\n  definition: "\\ufffe"\n',
    ),
    _glossary("glossary-of-itself", lambda: "- &a\n  term: A\n  definition: *a\n"),
]
