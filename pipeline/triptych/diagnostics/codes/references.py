"""Ids, references, citations, the glossary and the index."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, WARNING, Code

CODES = {
    "IDS001": Code(
        severity=ERROR,
        summary="id is defined twice",
        explanation=(
            "Two elements of the book have the same id. Ids must be unique across all sections, "
            "because cross-references and links can point to any of them. Rename one of the ids, and "
            "adapt the references to it."
        ),
        bad="## Two {#sec-one}",
        good="## Two {#sec-two}",
    ),
    "REF001": Code(
        severity=ERROR,
        summary="cross-reference target does not exist",
        explanation=(
            "A cross-reference such as `@fig-map` names an id that no element of the book has. The "
            "prefix says what kind of element is expected: `fig` a figure, `tbl` a table, `eq` an "
            "equation, `sec` a section. The usual cause is a misspelt or missing id. To print an @ "
            "literally, write `\\@`."
        ),
        bad="See @fig-dto and also @tbl-none.",
        good="See @fig-dot.",
    ),
    "REF002": Code(
        severity=ERROR,
        summary="link target does not exist",
        explanation=(
            "A link points to an id or file that is not in the book, or uses a scheme that is not "
            "allowed, such as `javascript:`. Links within the book point to an id (`#sec-results`) or "
            "to a section file under `chapters:`. Readers would otherwise click on a dead link."
        ),
        bad="See [the results](#sec-result) here.",
        good="See [the results](#sec-results) here.",
    ),
    "CIT001": Code(
        severity=ERROR,
        summary="citation key is not in the bibliography",
        explanation=(
            "A citation names a key that no bibliography file has, or `book.yaml` names no "
            "bibliography at all. The citation cannot be formatted, and the source would be missing "
            "from the list of references. To print an @ literally, write `\\@`."
        ),
        bad="As [@knuth1984; @knuth1985] says.",
        good="As [@knuth1984] says.",
    ),
    "CIT002": Code(
        severity=ERROR,
        summary="bibliography or citation style cannot be read",
        explanation=(
            "A file named under `bibliography:` or `csl:` does not exist, is in an unsupported format, "
            "or has a syntax error. In BibTeX the usual cause is a missing comma, brace or quotation "
            "mark in an entry before the reported place. No citation can be formatted without the "
            "file."
        ),
        bad=("@book{knuth1984,\n  title = {The TeXbook"),
        good=("@book{knuth1984,\n  title = {The TeXbook},\n}"),
    ),
    "CIT003": Code(
        severity=ERROR,
        summary="parent of a dependent citation style is missing",
        explanation=(
            "Most journal styles are dependent: they hold only a name and refer to a parent style with "
            "the rules. Builds never use the network, so the parent must be in the project too. "
            "Download it, and save it next to the style under the name that the hint gives."
        ),
        bad=(
            "book.yaml         csl: a-journal.csl\n"
            'a-journal.csl     <link href="http://www.zotero.org/styles/apa" rel="independent-parent"/>'
        ),
        good=(
            "book.yaml         csl: a-journal.csl\n"
            'a-journal.csl     <link href="http://www.zotero.org/styles/apa" rel="independent-parent"/>\n'
            "apa.csl           the parent style"
        ),
    ),
    "CIT004": Code(
        severity=WARNING,
        summary="bibliography key is defined twice",
        explanation=(
            "Two entries of a bibliography file have the same key, and the last one is used. All "
            "citations of the key show that entry, even those meant for the other. Rename one key, or "
            "remove the entry if both are the same source."
        ),
        bad=("@book{knuth,\n  title = {Another},"),
        good=("@book{knuth1973,\n  title = {Another},"),
    ),
    "CIT005": Code(
        severity=WARNING,
        summary="bibliography entry has a misspelt field, or separates names with commas instead of `and`",
        explanation=(
            "A BibTeX entry has a field name that is close to a known one, or an author or editor "
            "field that lists several people with commas. BibTeX separates people with `and`; a comma "
            "separates family and given name. Two people are reported if the citation key, an initial or "
            "another entry shows where the first name ends. The list of references would lack the field "
            "or show wrong names."
        ),
        bad=("  author = {Jane Miller, Karl Brandt, Tom Hill},\n  title = {The drought},\n  yaer = {2019}"),
        good=(
            "  author = {Jane Miller and Karl Brandt and Tom Hill},\n"
            "  title = {The drought},\n"
            "  year = {2019}"
        ),
    ),
    "GLO001": Code(
        severity=ERROR,
        summary="term is not in the glossary",
        explanation=(
            "A term marked with `.gls` or `\\gls{…}` has no entry in the glossary file. Terms are "
            "found by their name, abbreviation, plural or key; case does not matter. Without an entry "
            "the term cannot link to its definition."
        ),
        bad="A plant gives one [gigawat]{.gls}.",
        good="A plant gives one [gigawatt]{.gls}.",
    ),
    "GLO002": Code(
        severity=ERROR,
        summary="glossary cannot be read",
        explanation=(
            "The glossary file does not exist, is not valid YAML, or has an entry with an unknown or "
            "missing key. Each entry needs `term` and `definition`; `abbreviation`, `plural`, `key` "
            "and `sort` are optional. An entry with an error is omitted."
        ),
        bad=("- term: gigawatt\n  definiton: A billion watts."),
        good=("- term: gigawatt\n  definition: A billion watts."),
    ),
    "IDX001": Code(
        severity=ERROR,
        summary="index cross-reference points to a missing entry",
        explanation=(
            'A "see" or "see also" in the index points to an entry that the index does not have. '
            "Sub-entries are written with all their levels, such as `power plant!nuclear`. Readers "
            "would follow the reference in vain."
        ),
        bad="\\index{station|see{power plants}}",
        good="\\index{station|see{power plant}}",
    ),
    "IDX002": Code(
        severity=ERROR,
        summary="index range has no start or no end",
        explanation=(
            "An index entry opens a page range that is never closed, or closes one that was never "
            "opened. A range needs two entries with the same text: `|(` where it starts and `|)` where "
            "it ends. To index a single place, remove the bracket."
        ),
        bad="A plant\\index{power plant|(} gives much.",
        good="A plant\\index{power plant|(} gives much.\\index{power plant|)}",
    ),
    "IDX003": Code(
        severity=ERROR,
        summary="index entry has no text",
        explanation=(
            "The brackets of an index entry are empty and there is no `entry` attribute, so the index has "
            'no term to list. Put the term in the brackets, or set `entry="…"`.'
        ),
        bad='A plant []{.index see="power"} gives much.',
        good="A [plant]{.index} gives much.",
    ),
}
