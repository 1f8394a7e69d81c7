"""Import of books from other tools."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, Code

CODES = {
    "IMP001": Code(
        severity=ERROR,
        summary="source contains no importable book",
        explanation=(
            "The path has none of the files by which the importer recognises a book, or the book lists no "
            "chapter that can be read. The hint lists what the importer looks for: the settings of "
            "mdBook, Quarto, bookdown and HonKit, a Word document, or Markdown files. Nothing was "
            "written."
        ),
        bad="triptych import my-book/images my-report",
        good="triptych import my-book my-report",
    ),
    "IMP002": Code(
        severity=ERROR,
        summary="settings file or Word document cannot be read",
        explanation=(
            "The file that defines the book is not valid, such as `_quarto.yml` with a YAML error or a "
            "damaged Word document. The chapters and their order are therefore unknown. Fix the file, or "
            "import a single Markdown file of the book. A Word document is also refused if it unpacks to "
            "an excessive size or declares XML entities."
        ),
        bad=("book:\n  title: Ports: a history"),
        good=('book:\n  title: "Ports: a history"'),
    ),
    "IMP003": Code(
        severity=ERROR,
        summary="imported project exceeds a size limit",
        explanation=(
            "The import needs more time or memory than allowed, a file has more than five million "
            "characters, or lists and block quotes are nested more than 60 levels deep. The limits protect "
            "against untrusted sources. Split or shorten the file, or use `--limits trusted` for a large "
            "book of your own, which multiplies the limits on time and memory by ten."
        ),
        bad="triptych import my-large-book my-report",
        good="triptych import my-large-book my-report --limits trusted",
    ),
}
