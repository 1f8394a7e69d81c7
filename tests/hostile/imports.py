"""Define books of other tools that are hostile to the importer."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from tests.hostile.manifests import aliases, merges
from tests.hostile.small_project import OUTSIDE, SECRET, Case, Command, Files, write_files


def _import(
    name: str, files: Callable[[], Files], after: Callable[[Path], object] = lambda folder: None
) -> Case:
    """Return a case that imports the folder `original/`."""

    def write(folder: Path) -> None:
        write_files(folder / "original", files())
        write_files(folder / OUTSIDE, {"secret.md": f"# {SECRET}\n"})
        after(folder / "original")

    return Case(name, "imports", write, Command.IMPORT)


def _mdbook(name: str, text: Callable[[], str], **more: str) -> Case:
    summary = "# Summary\n\n- [One](one.md)\n"
    return _import(
        name,
        lambda: {
            "book.toml": '[book]\ntitle = "A"\n',
            "src/SUMMARY.md": summary,
            "src/one.md": text(),
            **more,
        },
    )


def _quarto(
    name: str,
    text: Callable[[], str] = lambda: "# One\n",
    settings: Callable[[], str] = lambda: "",
    **more: str,
) -> Case:
    base = "project: {type: book}\nbook:\n  title: A\n  chapters: [index.qmd]\n"
    return _import(name, lambda: {"_quarto.yml": base + settings(), "index.qmd": text(), **more})


def _folder(name: str, text: Callable[[], str]) -> Case:
    return _import(name, lambda: {"one.md": text(), "two.md": "# Two\n\nText.\n"})


def _word(
    name: str, body: Callable[[], str], head: str = "", more: Callable[[], dict[str, bytes]] = dict
) -> Case:
    def write(folder: Path) -> None:
        write_files(folder, {"original.docx": docx(body(), head, more())})

    return Case(name, "imports", write, Command.IMPORT)


def docx(body: str, head: str = "", more: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """Return a Word document with the given XML body."""
    office = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="{office}"/></Types>'
    links = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
    document = f'{head}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><w:body>{body}</w:body></w:document>'
    contents = {
        "[Content_Types].xml": types.encode(),
        "_rels/.rels": links.encode(),
        "word/document.xml": document.encode("utf-8", "surrogateescape"),
        **more,
    }
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in contents.items():
                archive.writestr(name, content)
        return buffer.getvalue()


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def _bomb(mark: str) -> dict[str, str]:
    files = {f"src/i{i}.md": mark.format(f"i{i + 1}.md") * 10 for i in range(8)}
    return {**files, "src/i8.md": "bang " * 100 + "\n"}


def _notebook(text: str) -> str:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": [text]}]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


_DEEP_TABLE = "<w:tbl><w:tr><w:tc>"
_ENTITIES = (
    '<!DOCTYPE a [<!ENTITY e0 "lollollol">'
    + "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
    + "]>"
)

IMPORTS = [
    _mdbook(
        "import-include-bomb", lambda: "# One\n\n{{#include i0.md}}\n", **_bomb("{{{{#include {}}}}}\n\n")
    ),
    _mdbook("import-include-of-itself", lambda: "# One\n\n{{#include one.md}}\n{{#include one.md}}\n"),
    _mdbook("import-include-outside", lambda: "# One\n\n{{#include ../../outside/secret.md}}\n"),
    _mdbook(
        "import-include-lines",
        lambda: "# One\n\n{{#include one.md:1:99999999999999999999}}\n{{#include one.md:x:y}}{{#include }}\n",
    ),
    _mdbook("import-includes-open", lambda: "# One\n\n" + "{{#include " * 30_000),
    _mdbook("import-includes-spaced", lambda: "# One\n\n{{#include a" + " " * 50_000 + "x\n"),
    _mdbook("import-helpers-open", lambda: "# One\n\n" + "{{#a " * 30_000),
    _mdbook("import-helper-spaced", lambda: "# One\n\n{{" + " " * 100_000),
    _mdbook("import-formulas-open", lambda: "# One\n\n" + "\\\\( a " * 20_000),
    _mdbook("import-formulas-brackets", lambda: "# One\n\n" + "\\\\[ a " * 20_000),
    _mdbook("import-listings", lambda: "# One\n\n" + "<Listing a='" * 20_000),
    _mdbook("import-backticks", lambda: "# One\n\n" + " ".join("`" * i for i in range(1, 1_000))),
    _mdbook("import-comments-open", lambda: "# One\n\n" + "<!-- " * 50_000),
    _import(
        "import-toml-deep",
        lambda: {
            "book.toml": "a = " + "[" * 20_000 + "]" * 20_000,
            "src/SUMMARY.md": "- [One](one.md)\n",
            "src/one.md": "# One\n",
        },
    ),
    _import(
        "import-toml-tables",
        lambda: {
            "book.toml": "[" + ".".join(["a"] * 20_000) + "]\n",
            "src/SUMMARY.md": "- [One](one.md)\n",
            "src/one.md": "# One\n",
        },
    ),
    _import(
        "import-toml-keys",
        lambda: {
            "book.toml": '[book]\ntitle = "A"\n' + ".".join(["a"] * 5_000) + " = 1\n",
            "src/SUMMARY.md": "- [One](one.md)\n",
            "src/one.md": "# One\n",
        },
    ),
    _import(
        "import-toml-many-keys",
        lambda: {
            "book.toml": "".join(f"k{i}.{'.'.join('a' * 4_000)} = 1\n" for i in range(100)),
            "src/SUMMARY.md": "- [One](one.md)\n",
            "src/one.md": "# One\n",
        },
    ),
    _import(
        "import-toml-values",
        lambda: {
            "book.toml": '[book]\ntitle = 5\nauthors = "x"\nlanguage = []\nsrc = "../outside"\n',
            "src/SUMMARY.md": "- [One](one.md)\n",
            "src/one.md": "# One\n",
        },
    ),
    _import(
        "import-toml-digits",
        lambda: {
            "book.toml": "[book]\ntitle = " + "9" * 10_000 + "\n",
            "src/SUMMARY.md": "- [One](one.md)\n",
            "src/one.md": "# One\n",
        },
    ),
    _import(
        "import-summary-outside",
        lambda: {
            "book.toml": "[book]\n",
            "src/SUMMARY.md": "- [One](../../outside/secret.md)\n- [Two](/etc/passwd)\n",
        },
    ),
    _import(
        "import-summary-deep",
        lambda: {
            "book.toml": "[book]\n",
            "src/SUMMARY.md": "".join("    " * i + f"- [A{i}](a{i}.md)\n" for i in range(300)),
            **{f"src/a{i}.md": "# A\n" for i in range(300)},
        },
    ),
    _import(
        "import-summary-long",
        lambda: {
            "book.toml": "[book]\n",
            "src/SUMMARY.md": "- [A](one.md)\n" * 20_000,
            "src/one.md": "# A\n",
        },
    ),
    _import(
        "import-summary-brackets",
        lambda: {
            "book.toml": "[book]\n",
            "src/SUMMARY.md": "- " + "[" * 20_000 + "](one.md)\n",
            "src/one.md": "# A\n",
        },
    ),
    _import(
        "import-links-crossing",
        lambda: {"one.md": "# A\n"},
        lambda f: [(f / f"l{i}").symlink_to(".") for i in range(20)],
    ),
    _import(
        "import-link-outside",
        lambda: {"one.md": "# A\n"},
        lambda f: (f / "two.md").symlink_to(f.parent / OUTSIDE / "secret.md"),
    ),
    _import(
        "import-folder-link-outside",
        lambda: {"one.md": "# A\n"},
        lambda f: (f / "more").symlink_to(f.parent / OUTSIDE),
    ),
    _import("import-link-to-root", lambda: {"one.md": "# A\n"}, lambda f: (f / "more").symlink_to("/")),
    _import(
        "import-picture-outside", lambda: {"one.md": "# A\n\n![a](../outside/secret.md) ![b](/etc/passwd)\n"}
    ),
    _import("import-files-many", lambda: {f"a{i}.md": f"# A {i}\n" for i in range(3_000)}),
    _quarto(
        "import-quarto-include-bomb",
        lambda: "# One\n\n{{< include i0.md >}}\n",
        **{name.removeprefix("src/"): text for name, text in _bomb("{{{{< include {} >}}}}\n\n").items()},
    ),
    _quarto("import-quarto-include-itself", lambda: "# One\n\n{{< include index.qmd >}}\n"),
    _quarto("import-quarto-include-outside", lambda: "# One\n\n{{< include ../outside/secret.md >}}\n"),
    _quarto("import-quarto-aliases", settings=lambda: aliases() + "format: *a9\n"),
    _quarto("import-quarto-merges", settings=merges),
    _quarto("import-quarto-nested", settings=lambda: "x: " + "[" * 5_000 + "]" * 5_000 + "\n"),
    _quarto(
        "import-quarto-head-aliases", lambda: "---\ntitle: A\n" + aliases() + "author: *a9\n---\n\nText\n"
    ),
    _quarto("import-quarto-set", settings=lambda: "author: !!set {a, b}\nlang: !!binary AA==\n"),
    _quarto("import-quarto-chunks", lambda: "# One\n\n" + "```{r}\n#| a: [" * 3_000),
    _quarto("import-quarto-options", lambda: "# One\n\n```{r, " + "a=b, " * 20_000 + "}\n1\n```\n"),
    _quarto("import-quarto-shortcodes", lambda: "# One\n\n" + "{{< video " * 20_000),
    _import(
        "import-notebook-deep",
        lambda: {
            "_quarto.yml": "project: {type: book}\nbook: {title: A, chapters: [index.ipynb]}\n",
            "index.ipynb": '{"cells": ' + "[" * 50_000,
        },
    ),
    _import(
        "import-notebook-brackets",
        lambda: {
            "_quarto.yml": "project: {type: book}\nbook: {title: A, chapters: [index.ipynb]}\n",
            "index.ipynb": _notebook("# A\n\n" + "[" * 30),
        },
    ),
    _import(
        "import-notebook-kinds",
        lambda: {
            "_quarto.yml": "project: {type: book}\nbook: {title: A, chapters: [index.ipynb]}\n",
            "index.ipynb": '{"cells": [1, null, {"cell_type": []}, {"cell_type": "code", "source": 5, "outputs": {}}]}',
        },
    ),
    _folder(
        "import-macros-pandoc",
        lambda: (
            "# A\n\n\\newcommand{\\a}{\\a\\a}\n\n$\\a$\n\n"
            + "\n".join(
                f"\\newcommand{{\\{chr(98 + i)}}}{{{(chr(92) + chr(97 + i)) * 10}}}" for i in range(9)
            )
            + "\n\n$\\j$\n"
        ),
    ),
    _folder("import-anchors-open", lambda: "# A\n\n" + "<a " * 50_000),
    _folder("import-anchors-href", lambda: "# A\n\n" + "<a href " * 30_000),
    _folder("import-pictures-open", lambda: "# A\n\n" + "![a](" * 30_000),
    _folder("import-links-open", lambda: "# A\n\n" + "[a](" * 30_000),
    _folder("import-links-nested", lambda: "# A\n\n" + "[" * 50_000),
    _folder("import-brackets-24", lambda: "# A\n\n" + "[" * 26 + "a" + "]" * 26),
    _folder("import-definitions", lambda: "# A\n\n" + "[a]: b (" * 20_000),
    _folder("import-braces-open", lambda: "# A\n\n" + "{# " * 50_000),
    _folder("import-attributes", lambda: "# A {" + "#a" * 50_000 + "\n"),
    _folder("import-dollars", lambda: "# A\n\n" + "$ a " * 30_000),
    _folder("import-dollars-double", lambda: "# A\n\n" + "$$ a " * 20_000),
    _folder("import-environments", lambda: "# A\n\n" + "\\begin{a} " * 20_000),
    _folder("import-definitions-tex", lambda: "# A\n\n$$\n" + "\\newcommand{\\a}{b}\n" * 5_000 + "x$$\n"),
    _folder("import-table-line", lambda: "# A\n\n" + "|:-" * 50_000 + "x\n"),
    _folder("import-table-spaces", lambda: "# A\n\na|b\n|" + " " * 50_000 + "x\n"),
    _folder("import-heading-spaces", lambda: "# A" + " " * 100_000 + "b\n"),
    _folder("import-heading-braces", lambda: "# A" + " {#" * 30_000 + "\n"),
    _folder("import-figures-open", lambda: "# A\n\n" + "<figure>\n" * 20_000),
    _folder("import-figure-captions", lambda: "# A\n\n" + "<figcaption>" * 20_000),
    _folder("import-images-open", lambda: "# A\n\n" + "<img a " * 30_000),
    _folder("import-colons", lambda: "# A\n\n" + "::: a\n" * 20_000),
    _folder("import-admonitions", lambda: "# A\n\n!!! a " + "a " * 40_000 + '"\n'),
    _folder("import-liquid", lambda: "# A\n\n{% a " + " " * 50_000 + "x\n" + "{% a " * 20_000),
    _folder("import-hugo", lambda: "# A\n\n{{< a " + " " * 50_000 + "x\n" + "{{< a " * 20_000),
    _folder("import-captions", lambda: "# A\n\n" + "Figure 1 " * 20_000),
    _folder("import-numbers", lambda: "# " + "1." * 30_000 + " A\n\nSee " + "1." * 50_000 + "\n"),
    _folder("import-addresses", lambda: "# A\n\n" + "http://a" * 30_000 + " www." * 30_000),
    _folder("import-citations", lambda: "# A\n\n" + "@a:" * 30_000 + "@" * 50_000 + "a." * 50_000),
    _folder("import-items-deep", lambda: "# A\n\n" + "- " * 5_000 + "a\n"),
    _folder("import-quotes-deep", lambda: "# A\n\n" + "> " * 5_000 + "a\n"),
    _folder("import-lists-deep", lambda: "# A\n\n" + "".join("  " * i + "- a\n" for i in range(1_000))),
    _folder("import-emphasis", lambda: "# A\n\n" + "*a **b " * 10_000),
    _folder("import-line-of-5-mb", lambda: "# A\n\n" + "word " * 1_000_000),
    _folder("import-lines-empty", lambda: "# A\n" + "\n" * 1_000_000),
    _folder("import-tabs", lambda: "# A\n\n" + "\t" * 200_000 + "a\n"),
    _folder("import-head-open", lambda: "---\na: b\n" * 20_000),
    _folder("import-toml-head", lambda: "+++\na = " + "[" * 5_000 + "\n+++\n# A\n"),
    _folder("import-toml-heads", lambda: "+++\n" + "a\n" * 200_000),
    _folder("import-head-aliases", lambda: "---\n" + aliases() + "title: *a9\n---\n\n# A\n"),
    _folder(
        "import-head-set",
        lambda: "---\ntitle: !!set {a}\nauthor: !!binary AAEC\ndate: !!timestamp 99999-99-99\n---\n\n# A\n",
    ),
    _folder("import-nul", lambda: "# A\x00\n\n\x01\ufffe\n"),
    _folder("import-bytes", lambda: "# A\udcff\n\n\udc80\n"),
    _folder("import-headings-many", lambda: "# A\n\n" * 20_000),
    _folder("import-html-deep", lambda: "# A\n\n" + "<div>" * 3_000 + "a" + "</div>" * 3_000),
    _folder("import-index-marks", lambda: "# A\n\n" + "\\index{" * 30_000),
    _word("import-word-entities", lambda: _paragraph("&e9;"), _ENTITIES),
    _word(
        "import-word-entity-outside",
        lambda: _paragraph("&x;"),
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "../{OUTSIDE}/secret.md">]>',
    ),
    _word(
        "import-word-tables-deep",
        lambda: _DEEP_TABLE * 400 + _paragraph("a") + "</w:tc></w:tr></w:tbl>" * 400,
    ),
    _word(
        "import-word-controls-deep",
        lambda: "<w:sdt><w:sdtContent>" * 2_000 + _paragraph("a") + "</w:sdtContent></w:sdt>" * 2_000,
    ),
    _word(
        "import-word-insertions-deep",
        lambda: "<w:p>" + "<w:ins>" * 3_000 + "<w:r><w:t>a</w:t></w:r>" + "</w:ins>" * 3_000 + "</w:p>",
    ),
    _word(
        "import-word-formula-deep",
        lambda: (
            "<w:p><m:oMath>"
            + "<m:d><m:e>" * 1_500
            + "<m:r><m:t>a</m:t></m:r>"
            + "</m:e></m:d>" * 1_500
            + "</m:oMath></w:p>"
        ),
    ),
    _word("import-word-elements-100000-deep", lambda: "<w:a>" * 100_000 + "</w:a>" * 100_000),
    _word("import-word-paragraphs-many", lambda: _paragraph("a") * 100_000),
    _word(
        "import-word-spans-many",
        lambda: (
            '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="1000000"/></w:tcPr>'
            + _paragraph("a")
            + "</w:tc></w:tr></w:tbl>"
        ),
    ),
    _word(
        "import-word-unpacks",
        lambda: _paragraph("a"),
        more=lambda: {"word/styles.xml": b"<a>" + b" " * (600 << 20) + b"</a>"},
    ),
    _word(
        "import-word-table-of-180000-cells",
        lambda: (
            "<w:tbl>" + ("<w:tr>" + f"<w:tc>{_paragraph('x')}</w:tc>" * 60 + "</w:tr>") * 3000 + "</w:tbl>"
        ),
    ),
    _word("import-word-text-unpacks", lambda: _paragraph("a" * (100 << 20))),
    _word("import-word-brackets", lambda: _paragraph("[" * 30)),
    _word("import-word-cut-off", lambda: "<w:p>"),
    _word(
        "import-word-styles-in-a-ring",
        lambda: '<w:p><w:pPr><w:pStyle w:val="A"/></w:pPr><w:r><w:t>a</w:t></w:r></w:p>',
        more=lambda: {
            "word/styles.xml": b'<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style w:type="paragraph" w:styleId="A"><w:name w:val="A"/><w:basedOn w:val="B"/></w:style><w:style w:type="paragraph" w:styleId="B"><w:name w:val="B"/><w:basedOn w:val="A"/></w:style></w:styles>',
            "word/_rels/document.xml.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>',
        },
    ),
    Case(
        "import-word-of-nothing",
        "imports",
        lambda folder: write_files(folder, {"original.docx": b"PK\x03\x04 no more"}),
        Command.IMPORT,
    ),
    Case(
        "import-single-brackets",
        "imports",
        lambda folder: write_files(folder, {"original.txt": "Title\n=====\n\n" + "[" * 30}),
        Command.IMPORT,
    ),
    Case(
        "import-single-of-20-mb",
        "imports",
        lambda folder: write_files(folder, {"original.txt": "# A\n\n" + "word word\n" * 2_000_000}),
        Command.IMPORT,
    ),
]
