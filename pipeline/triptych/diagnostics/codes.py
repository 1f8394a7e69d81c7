"""The table of diagnostic codes, and their explanations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

FORMULA_RULE = "formula"
"""The one rule that ``lint:`` cannot set: ``math:`` in the manifest does."""

_EXPLANATIONS = Path(__file__).with_name("explanations")
_EXPLANATION = re.compile(
    r"(?P<text>.*?)\n\n(`{3,})bad\n(?P<bad>.*?)\n\2\n\n(`{3,})good\n(?P<good>.*?)\n\4\n", re.DOTALL
)


class Severity(StrEnum):
    """An error stops the build, a warning stops it with ``--strict`` only, a note never."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


ERROR, WARNING, NOTE = Severity


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding; ``rule`` is the name by which ``lint:`` changes its severity, "" if it cannot."""

    severity: Severity
    summary: str
    rule: str = ""


class Explanation(NamedTuple):
    """What a finding means and why it matters, with source or a command that causes it, and the fixed one."""

    text: str
    bad: str
    good: str


def read_explanation(code: str) -> Explanation:
    """Return the explanation of a code: the text of its Markdown file and the two code blocks at the end."""
    match = _EXPLANATION.fullmatch((_EXPLANATIONS / f"{code}.md").read_text("utf-8"))
    assert match, f"the explanation of {code} must end with a code block `bad` and a code block `good`"
    return Explanation(" ".join(match["text"].split()), match["bad"], match["good"])


SUBJECTS: dict[str, dict[str, Code]] = {
    "The machine, the cache and files that were edited by hand": {
        "ENV001": Code(ERROR, "environment variable has an invalid value"),
        "ENV002": Code(ERROR, "temporary files were deleted during the build"),
        "ENV003": Code(ERROR, "package needed by this book is not installed"),
        "ENV004": Code(NOTE, "worker process crashed and its task was run again"),
        "ENV005": Code(ERROR, "worker processes kept failing on the same task"),
        "ENV006": Code(NOTE, "invalid cache entries were rebuilt"),
        "ENV007": Code(NOTE, "cache signing key cannot be saved, so the cache is not reused"),
        "OUT001": Code(NOTE, "hand-edited output file was backed up, then overwritten"),
    },
    "The manifest and the theme": {
        "MAN001": Code(ERROR, "unknown key in the manifest"),
        "MAN002": Code(ERROR, "invalid value in the manifest"),
        "MAN003": Code(ERROR, "manifest does not exist"),
        "MAN004": Code(ERROR, "manifest is not valid YAML"),
        "MAN005": Code(ERROR, "required key is missing from the manifest"),
        "MAN006": Code(ERROR, "date is invalid"),
        "MAN007": Code(ERROR, "unknown profile or talk"),
        "MAN008": Code(ERROR, "no output format is enabled"),
        "MAN010": Code(WARNING, "several authors in one string"),
        "MAN011": Code(ERROR, "talk refers to an unknown chapter or slide"),
        "MAN012": Code(ERROR, "untrusted project raises resource limits"),
        "THM001": Code(ERROR, "invalid theme"),
        "THM002": Code(WARNING, "theme colours have insufficient contrast"),
        "THM003": Code(WARNING, "logo has insufficient contrast against the page background"),
    },
    "Catalogues of titles and ONIX records for retailers": {
        "CAT001": Code(ERROR, "catalogue file cannot be read"),
        "CAT002": Code(ERROR, "catalogue lists no titles, or a title folder does not exist"),
        "CAT003": Code(ERROR, "two titles in the catalogue have the same name"),
        "CAT004": Code(ERROR, "editions CSV file is invalid"),
        "CAT005": Code(ERROR, "build of a title exceeded its time or memory limit, or crashed"),
        "CAT006": Code(ERROR, "a file belonging to a title cannot be read or written"),
        "CAT007": Code(WARNING, "cross-references to another title show outdated numbers"),
        "CAT008": Code(ERROR, "shared catalogue folder does not exist"),
        "ONX001": Code(NOTE, "metadata required by retailers is missing", "missing-onix-metadata"),
        "ONX002": Code(ERROR, "ONIX record contains no products"),
    },
    "Section files, included files, templates and expressions": {
        "SEC001": Code(ERROR, "section file does not exist"),
        "SEC002": Code(ERROR, "front matter is invalid"),
        "SEC003": Code(ERROR, "file is not UTF-8 text"),
        "SEC004": Code(ERROR, "section or table is too large or cannot be parsed"),
        "SEC005": Code(ERROR, "path is outside the project"),
        "SEC006": Code(WARNING, "unsupported HTML or LaTeX was omitted"),
        "SEC007": Code(WARNING, "section is listed twice"),
        "SEC008": Code(ERROR, "unresolved merge conflict in a Markdown file"),
        "INC001": Code(ERROR, "included file is missing, recursive or too large"),
        "INC002": Code(ERROR, "shortcode is unknown or refers to an undefined value"),
        "TPL001": Code(ERROR, "expression in a section is invalid or raised an error"),
        "TPL002": Code(ERROR, "project template is invalid or raised an error"),
        "TPL003": Code(WARNING, "file in `templates/` has no effect"),
    },
    "Likely mistakes in Markdown": {
        "LNT001": Code(WARNING, "fenced div or HTML div is not closed", "unclosed-div"),
        "LNT002": Code(WARNING, "unrecognised div fence is printed literally", "div-as-text"),
        "LNT003": Code(ERROR, "footnote reference has no definition", "undefined-footnote"),
        "LNT004": Code(WARNING, "footnote definition is never referenced", "unused-footnote"),
        "LNT005": Code(WARNING, "footnote or link reference is defined twice", "duplicate-definition"),
        "LNT006": Code(WARNING, "class is unknown or misspelt", "unknown-class"),
        "LNT007": Code(WARNING, "unknown attribute or attribute value", "unknown-attribute"),
        "LNT008": Code(WARNING, "id has no cross-reference prefix such as fig-", "id-without-prefix"),
        "LNT009": Code(
            WARNING, "list, block quote or table has no blank line before it", "missing-blank-line"
        ),
        "LNT010": Code(WARNING, "list item is not indented enough to be nested", "list-indent"),
        "LNT011": Code(WARNING, "indented prose is printed as a code block", "prose-as-code"),
        "LNT012": Code(WARNING, "table row and header have different numbers of cells", "ragged-table"),
        "LNT013": Code(WARNING, "code cell is not executed", "code-not-run"),
        "LNT014": Code(WARNING, "unsupported LaTeX command is printed literally", "latex-as-text"),
        "LNT015": Code(WARNING, "formula has missing or misplaced delimiters", "formula-delimiters"),
        "LNT016": Code(
            WARNING, "unrecognised attributes in braces are printed literally", "attributes-as-text"
        ),
        "LNT017": Code(NOTE, "Markdown file is not listed in book.yaml", "unlisted-file"),
        "LNT018": Code(WARNING, "div class works only on web pages", "unsupported-container"),
        "LNT019": Code(WARNING, "chapter has more than one title", "multiple-titles"),
        "LNT020": Code(WARNING, "code block is not closed", "unclosed-code-block"),
        "LNT021": Code(WARNING, "unrecognised heading syntax is printed literally", "heading-as-text"),
        "LNT022": Code(
            WARNING, "unrecognised shortcode or expression is printed literally", "shortcode-as-text"
        ),
        "LNT023": Code(WARNING, "pandoc reported a warning", "pandoc-warning"),
        "LNT024": Code(WARNING, "unrecognised link or image syntax is printed literally", "link-as-text"),
        "LNT025": Code(WARNING, "content extends beyond the text area in print", "overflow"),
        "LNT026": Code(WARNING, "unrecognised bold markup is printed literally", "emphasis-as-text"),
        "LNT027": Code(
            WARNING, "unrecognised citation or cross-reference is printed literally", "reference-as-text"
        ),
        "LNT028": Code(
            WARNING, "items of an unrecognised list run together in one paragraph", "list-as-text"
        ),
        "LNT029": Code(WARNING, "rows of an unrecognised table are printed literally", "table-as-text"),
        "LNT030": Code(
            WARNING, "unsupported markup from another tool is printed literally", "unsupported-markup"
        ),
        "LNT031": Code(WARNING, "unrecognised code markup is printed as ordinary text", "code-as-text"),
        "LNT032": Code(WARNING, "label or number is printed twice", "repeated-label"),
        "LNT033": Code(
            WARNING, "condition is missing or names an unknown format or profile", "invalid-condition"
        ),
        "LNT034": Code(
            WARNING, "unrecognised comment or inline footnote is printed literally", "unclosed-markup"
        ),
        "LNT035": Code(
            WARNING, "unrecognised front matter is printed in the chapter", "front-matter-as-text"
        ),
        "LNT036": Code(NOTE, "every number in a column repeats the same unit", "repeated-unit"),
        "LNT037": Code(WARNING, "non-ASCII space where Markdown needs a regular space", "special-space"),
        "LNT038": Code(WARNING, "placeholder text is left in the source", "placeholder"),
        "LNT039": Code(WARNING, "characters were decoded with the wrong encoding", "misread-encoding"),
        "LNT040": Code(WARNING, "paragraph is parsed as a numbered list", "prose-as-list"),
        "LNT041": Code(WARNING, "YAML value is in typographic quotes", "curly-quotes"),
    },
    "Ids, references, citations, the glossary and the index": {
        "IDS001": Code(ERROR, "id is defined twice"),
        "REF001": Code(ERROR, "cross-reference target does not exist"),
        "REF002": Code(ERROR, "link target does not exist"),
        "CIT001": Code(ERROR, "citation key is not in the bibliography"),
        "CIT002": Code(ERROR, "bibliography or citation style cannot be read"),
        "CIT003": Code(ERROR, "parent of a dependent citation style is missing"),
        "CIT004": Code(WARNING, "bibliography key is defined twice"),
        "CIT005": Code(
            WARNING,
            "bibliography entry has a misspelt field, or separates names with commas instead of `and`",
        ),
        "GLO001": Code(ERROR, "term is not in the glossary"),
        "GLO002": Code(ERROR, "glossary cannot be read"),
        "IDX001": Code(ERROR, "index cross-reference points to a missing entry"),
        "IDX002": Code(ERROR, "index range has no start or no end"),
        "IDX003": Code(ERROR, "index entry has no text"),
    },
    "Images, diagrams, fonts and formulas": {
        "IMG001": Code(ERROR, "image file not found"),
        "IMG002": Code(ERROR, "image path is a web address, not a file in the project"),
        "IMG003": Code(ERROR, "image file is unsupported, damaged or too large"),
        "IMG004": Code(WARNING, "image resolution is too low for print"),
        "IMG005": Code(WARNING, "image in the EPUB exceeds the size limit of some retailers"),
        "IMG006": Code(WARNING, "cover image is smaller than retailers require"),
        "IMG007": Code(ERROR, "template refers to an image that does not exist"),
        "IMG008": Code(WARNING, "SVG image contains text in fonts other than the book's"),
        "DIA001": Code(WARNING, "diagram cannot be rendered; its source is shown as code"),
        "DIA002": Code(ERROR, "diagram has a syntax error"),
        "DIA003": Code(WARNING, "rendered diagram may not look as intended"),
        "FNT001": Code(WARNING, "no bundled font has this character"),
        "FNT002": Code(ERROR, "font file is missing or cannot be used"),
        "FNT003": Code(WARNING, "font family is missing a regular, bold or italic face"),
        "FNT004": Code(WARNING, "font is not embedded in the deck"),
        "MTH001": Code(ERROR, "formula has a syntax error or unknown macro", "formula"),
        "MTH002": Code(WARNING, "formula cannot be rendered"),
        "MTH003": Code(WARNING, "formula is wider than the line and was scaled down", "wide-formula"),
        "MTH004": Code(ERROR, "display formula is wider than the text area"),
    },
    "Data files and charts": {
        "DAT001": Code(ERROR, "data file has no column with this name"),
        "DAT002": Code(ERROR, "data file is missing or is not a valid table"),
        "DAT003": Code(ERROR, "data value is missing, or is not a number or date"),
        "DAT004": Code(
            NOTE, "delimiter, decimal separator or date format was guessed", "guessed-data-format"
        ),
        "DAT005": Code(ERROR, "delimiter of a data file is ambiguous or wrong"),
        "DAT006": Code(ERROR, "number or date in a data file is ambiguous"),
        "CHT001": Code(ERROR, "chart or data table has an invalid attribute or unsuitable data"),
        "CHT002": Code(WARNING, "percentages in a pie chart do not add up to 100"),
        "CHT003": Code(WARNING, "plot has too many lines or areas to distinguish"),
        "CHT004": Code(WARNING, "chart labels leave too little space for the plot on a slide"),
        "CHT006": Code(WARNING, "colour is assigned to a name that does not appear in any chart"),
        "CHT007": Code(WARNING, "line chart has an isolated data point", "isolated-point"),
        "CHT008": Code(
            WARNING, "chart data contains a likely mistake, such as a misspelt name", "suspicious-data"
        ),
    },
    "Accessibility issues in the source": {
        "ACC001": Code(WARNING, "image or chart has no alt text"),
        "ACC002": Code(WARNING, "heading level is skipped"),
        "ACC003": Code(WARNING, "table has no header row"),
        "ACC004": Code(WARNING, "table column has an empty header cell"),
        "ACC005": Code(WARNING, "text identifies a part of a figure by colour alone"),
        "ACC006": Code(WARNING, "text or cells are distinguished by colour alone"),
        "ACC007": Code(WARNING, "link text does not describe its target"),
        "ACC008": Code(WARNING, "links with the same text have different targets"),
        "ACC009": Code(WARNING, "language of the book is not set"),
        "ACC010": Code(ERROR, "language is not a valid BCP 47 tag"),
        "ACC011": Code(WARNING, "text is not written in the script of its declared language"),
        "ACC012": Code(WARNING, "alt text does not describe the image"),
        "ACC013": Code(WARNING, "alt text is too long"),
        "ACC014": Code(WARNING, "heading is empty"),
        "ACC015": Code(WARNING, "two sections of a chapter have the same heading"),
        "ACC016": Code(WARNING, "accessibility issues contradict the declared conformance"),
        "ACC017": Code(WARNING, "pull quote does not match the text of its chapter"),
    },
    "Slides, PowerPoint templates and content that an output leaves out": {
        "DEK001": Code(ERROR, "content does not fit on a slide"),
        "DEK002": Code(WARNING, "content was omitted from a slide"),
        "DEK003": Code(WARNING, "no slide shows a chart, figure or table from a long chapter"),
        "DEK004": Code(WARNING, "slide has no content to show"),
        "DEK005": Code(NOTE, "slides were hidden to fit the length of the talk"),
        "DEK006": Code(WARNING, "speaker notes are too long or too short for the talk"),
        "DEK007": Code(WARNING, "text or formula on a slide is too small"),
        "DEK008": Code(NOTE, "slides were omitted to meet `max-slides`"),
        "DTP001": Code(ERROR, "PowerPoint template cannot be used"),
        "DTP002": Code(ERROR, "PowerPoint template has no layout with this name"),
        "DTP003": Code(
            WARNING, "PowerPoint template has no layout for a kind of slide; another layout was used"
        ),
        "DTP004": Code(WARNING, "text contrast on a template layout is too low"),
        "PAR001": Code(WARNING, "block is missing from one or more outputs"),
    },
    "Page layout and files for printing services": {
        "PDF001": Code(ERROR, "PDF layout is incomplete"),
        "PDF002": Code(WARNING, "page references did not converge"),
        "PDF003": Code(ERROR, "layout engine failed on a section"),
        "PDF004": Code(WARNING, "table is too wide for the page"),
        "PRS001": Code(ERROR, "book does not meet the requirements of the printing service"),
        "PRS002": Code(ERROR, "page contains transparency, which PDF/X-1a does not allow"),
        "PRS003": Code(ERROR, "spine width of the cover is unknown"),
        "PRS004": Code(NOTE, "spine is too narrow for text"),
        "PRS005": Code(WARNING, "text on the cover does not fit"),
        "PRS010": Code(WARNING, "trim size, page boxes or bleed do not meet print requirements"),
        "PRS011": Code(WARNING, "text is too close to the trim edge"),
        "PRS012": Code(WARNING, "content uses a colour space that the press cannot print"),
        "PRS013": Code(WARNING, "total ink coverage exceeds the limit for the paper"),
        "PRS014": Code(WARNING, "image resolution is too low for print"),
        "PRS015": Code(WARNING, "stroke is too thin for print"),
        "PRS016": Code(WARNING, "light text on a dark background is too small"),
        "PRS017": Code(WARNING, "small black text uses several inks"),
    },
    "Import of books from other tools": {
        "IMP001": Code(ERROR, "source contains no importable book"),
        "IMP002": Code(ERROR, "settings file or Word document cannot be read"),
        "IMP003": Code(ERROR, "imported project exceeds a size limit"),
    },
    "Checks of finished files": {
        "CHK001": Code(ERROR, "output file fails structural validation"),
        "CHK002": Code(WARNING, "PDF tags do not describe the structure of the text"),
        "CHK003": Code(WARNING, "image or formula in a PDF has no alt text"),
        "CHK004": Code(ERROR, "link or bookmark in a PDF has no valid target"),
        "CHK005": Code(ERROR, "font in a PDF is not embedded or has no Unicode mapping"),
        "CHK006": Code(WARNING, "text contrast in the PDF is too low"),
        "CHK007": Code(WARNING, "PDF does not conform to PDF/UA"),
        "CHK008": Code(WARNING, "PDF does not conform to the PDF/A level declared in its metadata"),
        "CHK009": Code(WARNING, "output file was not validated"),
        "CHK010": Code(WARNING, "PDF reading order differs from source order"),
        "CHK011": Code(ERROR, "EPUB does not conform to the EPUB specification"),
        "CHK012": Code(WARNING, "EPUBCheck reported a warning"),
        "CHK013": Code(WARNING, "EPUB has an accessibility issue"),
        "CHK014": Code(WARNING, "slide has an accessibility issue"),
        "CHK015": Code(WARNING, "text contrast on a slide is too low"),
        "CHK016": Code(WARNING, "slides have too many words on average"),
        "CHK017": Code(ERROR, "some of the book's text is missing from an output file", "missing-text"),
        "CHK018": Code(ERROR, "image, chart or formula is missing from an output file", "missing-graphics"),
        "CHK020": Code(WARNING, "shapes on a slide overlap"),
        "CHK021": Code(ERROR, "content extends beyond the page and is cut off", "off-page"),
        "CHK022": Code(ERROR, "text overlaps other text", "overlapping-text"),
        "CHK023": Code(ERROR, "ONIX record violates the ONIX schema"),
    },
}
"""The codes by subject."""

CODES: dict[str, Code] = {code: entry for codes in SUBJECTS.values() for code, entry in codes.items()}
"""Each code with its entry, sorted within its family."""
