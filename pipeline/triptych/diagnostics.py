"""Findings as values: where, what, how bad, and what to do about it.

Stages return diagnostics beside their result. Nothing here prints: the command layer turns a
diagnostic into text or JSON.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

_SHORT = 4  # letters of a word, in longer ones of which it may be found by chance
_MANY = 100  # findings of one kind in a file


class Severity(StrEnum):
    """How bad a finding is: an error stops the build, a warning with ``--strict`` only, a note never."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """A place in a source file: project-relative POSIX path, line and column counted from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding: its default severity and what it says in general.

    ``rule`` is the name by which a manifest's ``lint:`` sets another severity, "" where none can.
    """

    severity: Severity
    summary: str
    rule: str = ""


# Errors that cost a whole file: what else is found may come from them.
_UNREAD = ("MAN004", "SEC001", "SEC003", "SEC005", "CIT002", "GLO002", "THM001")
_E, _W, _N = Severity.ERROR, Severity.WARNING, Severity.NOTE

CODES: dict[str, Code] = {
    "ENV001": Code(_E, "an environment variable has the wrong form"),
    "ENV002": Code(_E, "temporary files were removed in the middle of a build"),
    "ENV003": Code(_E, "an extra of Triptych that the book needs is not installed"),
    "ENV004": Code(_N, "a process ended before it was done, and its work was done once more"),
    "ENV005": Code(_E, "one process after the other ended at the same work"),
    "ENV006": Code(_N, "cached results are damaged or from another user, and were made again"),
    "ENV007": Code(_N, "no key for the cache can be kept, so results last for one run only"),
    "MAN001": Code(_E, "the manifest has an unknown key"),
    "MAN002": Code(_E, "a manifest value has the wrong form"),
    "MAN003": Code(_E, "the manifest is missing"),
    "MAN004": Code(_E, "the manifest is not valid YAML"),
    "MAN005": Code(_E, "a required manifest key is missing"),
    "MAN006": Code(_E, "a date is not a calendar date"),
    "MAN008": Code(_E, "the manifest asks for no output"),
    "MAN010": Code(_W, "several authors stand in one name"),
    "MAN011": Code(_E, "a talk names a chapter or a slide that the book has not, or a slide twice"),
    "MAN012": Code(_E, "a book that is not trusted raises limits"),
    "MAN007": Code(_E, "a profile or a talk is not in the manifest"),
    "CAT001": Code(_E, "a list of titles cannot be read"),
    "CAT002": Code(_E, "a list of titles names none, or one that is not there"),
    "CAT003": Code(_E, "two titles of a list have one name"),
    "CAT004": Code(_E, "a file of readers has the wrong form"),
    "CAT005": Code(_E, "a title took more than it may, or its process ended"),
    "CAT006": Code(_E, "a file of a title cannot be read"),
    "CAT007": Code(_W, "a title shows numbers of others as they were before"),
    "CAT008": Code(_E, "a folder that titles share is not there"),
    "THM001": Code(_E, "a theme is described wrongly"),
    "THM002": Code(_W, "colours of a theme are hard to tell apart"),
    "THM003": Code(_W, "something of the theme cannot be seen where it would be"),
    "DTP001": Code(_E, "the deck's template cannot be used"),
    "DTP002": Code(_E, "the deck's template has no layout of a name"),
    "DTP003": Code(_W, "another layout of the deck's template takes the place of a missing one"),
    "DTP004": Code(_W, "text cannot be read on a background of the deck's template"),
    "SEC001": Code(_E, "a section file is missing"),
    "SEC002": Code(_E, "front matter is broken"),
    "SEC003": Code(_E, "a source file cannot be read as UTF-8 text"),
    "SEC004": Code(_E, "pandoc cannot read a section"),
    "SEC005": Code(_E, "a path leaves the project"),
    "SEC006": Code(_W, "a construct is not supported and was left out"),
    "SEC007": Code(_W, "a section is listed twice"),
    "LNT001": Code(_W, "a fenced div is not closed", "unclosed-div"),
    "LNT002": Code(_W, "a fence of a div is read as text", "fence-as-text"),
    "LNT003": Code(_E, "a note is referred to and not defined", "undefined-note"),
    "LNT004": Code(_W, "a note is defined and not referred to", "unused-note"),
    "LNT005": Code(_W, "a note or an address is defined twice", "defined-twice"),
    "LNT006": Code(_W, "a class is not known, and one that is has nearly its name", "unknown-class"),
    "LNT007": Code(_W, "an attribute or its value is not known", "unknown-attribute"),
    "LNT008": Code(_W, "an id does not say what it names, so that no reference finds it", "id-without-kind"),
    "LNT009": Code(_W, "a block right behind a paragraph is read as part of it", "swallowed-block"),
    "LNT010": Code(_W, "an item of a list is not indented as far as its place asks", "list-indent"),
    "LNT011": Code(_W, "prose is read as code since it is indented", "prose-as-code"),
    "LNT012": Code(_W, "a row of a table has another number of cells than its head", "ragged-table"),
    "LNT013": Code(_W, "a cell of code is shown and not run", "code-not-run"),
    "LNT014": Code(_W, "LaTeX in the text is printed as it is written", "latex-as-text"),
    "LNT015": Code(_W, "a formula is not closed", "unclosed-formula"),
    "LNT016": Code(_W, "attributes are read as text", "attributes-as-text"),
    "LNT017": Code(_N, "a section file is not in the manifest", "unlisted-file"),
    "LNT018": Code(_W, "a container of another tool is read as its content alone", "foreign-container"),
    "LNT019": Code(_W, "a title stands twice", "repeated-title"),
    "LNT020": Code(_W, "a fence of code is not closed", "unclosed-fence"),
    "LNT021": Code(_W, "a heading is read as text", "heading-as-text"),
    "LNT022": Code(_W, "a shortcode is read as text", "shortcode-as-text"),
    "LNT023": Code(_W, "pandoc remarks something", "pandoc-remark"),
    "LNT024": Code(_W, "a link or a picture is read as text", "link-as-text"),
    "LNT025": Code(_W, "something reaches over the edge of the text", "too-wide"),
    "LNT026": Code(_W, "asterisks are read as text", "emphasis-as-text"),
    "LNT027": Code(_W, "a reference is read as text", "reference-as-text"),
    "LNT028": Code(_W, "the items of a list are read as one paragraph", "list-as-text"),
    "LNT029": Code(_W, "rows of a table are read as text", "table-as-text"),
    "LNT030": Code(_W, "what another tool understands is read as text", "foreign-markup"),
    "LNT031": Code(_W, "code without its ticks is read as text", "code-as-text"),
    "LNT032": Code(_W, "a word or number stands twice, since it is set anyway", "repeated-label"),
    "LNT033": Code(_W, "content depends on what there is not", "unmet-condition"),
    "LNT034": Code(_W, "a comment or a note in the text is not closed", "unclosed-mark"),
    "LNT035": Code(_W, "front matter is read as text", "front-matter-as-text"),
    "LNT036": Code(_N, "each number of a column has the same unit behind it", "repeated-unit"),
    "LNT037": Code(_W, "a special space stands where Markdown needs an ordinary one", "special-space"),
    "LNT038": Code(_W, "a placeholder marks text that is still to be written", "placeholder"),
    "LNT039": Code(_W, "characters were read in the wrong encoding", "misread-encoding"),
    "INC001": Code(_E, "a file to include is missing, includes itself or too much"),
    "INC002": Code(_E, "a shortcode asks for what is not there"),
    "TPL001": Code(_E, "an expression in prose fails"),
    "TPL002": Code(_E, "a template of the project fails"),
    "TPL003": Code(_W, "a file among the project's templates is not taken"),
    "IDS001": Code(_E, "an id is defined twice"),
    "REF001": Code(_E, "a reference has no target"),
    "REF002": Code(_E, "a link has no target"),
    "CIT001": Code(_E, "a citation is not in the bibliography"),
    "CIT002": Code(_E, "the bibliography cannot be read"),
    "CIT003": Code(_E, "a citation style depends on one that is not in the project"),
    "CIT004": Code(_W, "a key of the bibliography is defined twice"),
    "CIT005": Code(_W, "an entry of the bibliography has a misspelt field, or several authors in one name"),
    "GLO001": Code(_E, "a term is not in the glossary"),
    "GLO002": Code(_E, "the glossary cannot be read"),
    "IDX001": Code(_E, "the index sends readers to an entry that it does not have"),
    "IDX002": Code(_E, "a passage of the index has one end only"),
    "IDX003": Code(_E, "an index mark names no entry"),
    "IMG001": Code(_E, "an image is missing"),
    "IMG002": Code(_E, "an image is remote"),
    "IMG003": Code(_E, "an image cannot be used"),
    "IMG004": Code(_W, "an image is printed larger than its dots allow"),
    "IMG005": Code(_W, "an image is too heavy for the shops"),
    "IMG008": Code(_W, "words of a drawing are not set in the book's faces everywhere"),
    "IMG006": Code(_W, "the cover is smaller than the shops show it"),
    "IMG007": Code(_E, "a picture that a template names is missing"),
    "DIA001": Code(_W, "a diagram is not drawn and stands as its code"),
    "DIA002": Code(_E, "a diagram is written wrongly"),
    "DIA003": Code(_W, "a diagram is not drawn just as it is written"),
    "DAT001": Code(_E, "a data file has no such column"),
    "DAT002": Code(_E, "a data file is missing or unreadable"),
    "DAT003": Code(_E, "a data file has no such value, or one that is no number or date"),
    "DAT004": Code(_N, "a data file is read as its rows suggest", "guessed-notation"),
    "DAT005": Code(_E, "it cannot be told how the cells of a data file are separated"),
    "DAT006": Code(_E, "a data value can be read as two numbers"),
    "CHT001": Code(_E, "a chart is described wrongly"),
    "CHT002": Code(_W, "the percentages of a pie do not make 100"),
    "CHT003": Code(_W, "a plot has more lines or areas than can be told apart"),
    "CHT004": Code(_W, "the words of a chart leave its plot less than a third of the slide"),
    "CHT006": Code(_W, "a colour is given to what no chart shows"),
    "CHT007": Code(_W, "a point of a line chart is not connected to another", "isolated-point"),
    "CHT008": Code(_W, "the data of a chart have a total among its parts, or a misspelt year", "odd-data"),
    "MTH001": Code(_E, "a formula is not understood and stands as its TeX", "formula"),
    "MTH002": Code(_W, "a formula cannot be drawn"),
    "MTH003": Code(_W, "a formula is much wider than its line in print, and set smaller", "wide-formula"),
    "MTH004": Code(_E, "a displayed formula is wider than the text"),
    "ACC001": Code(_W, "an image or chart has no alternative text"),
    "ACC002": Code(_W, "a heading level is skipped"),
    "ACC003": Code(_W, "a table has no head"),
    "ACC004": Code(_W, "a column of a table has no name"),
    "ACC005": Code(_W, "a text tells something by its colour alone"),
    "ACC006": Code(_W, "only a colour sets something apart"),
    "ACC007": Code(_W, "a link's text does not say where it leads"),
    "ACC008": Code(_W, "links of one text lead to different places"),
    "ACC009": Code(_W, "the book names no language"),
    "ACC010": Code(_E, "a language is not named by its tag"),
    "ACC011": Code(_W, "a passage is not in the letters of its language"),
    "ACC012": Code(_W, "an alternative text says nothing of what is shown"),
    "ACC013": Code(_W, "an alternative text is too long to be heard"),
    "ACC014": Code(_W, "a heading is empty"),
    "ACC015": Code(_W, "two sections of a chapter have the same name"),
    "ACC016": Code(_W, "conformance is declared, and there are findings against it"),
    "ACC017": Code(_W, "a pull quote says what its text does not"),
    "FNT001": Code(_W, "no bundled font has a character"),
    "FNT002": Code(_E, "a font file cannot be used"),
    "FNT003": Code(_W, "a family of fonts lacks a face"),
    "FNT004": Code(_W, "a deck must not bring a face, or cannot"),
    "PDF001": Code(_E, "the PDF could not be laid out as asked"),
    "PDF002": Code(_W, "page numbers in the text do not come to rest"),
    "PDF003": Code(_E, "a section is too much for the layout engine"),
    "PDF004": Code(_W, "a table is too wide for its page, and set in smaller type than the theme allows"),
    "PRS001": Code(_E, "a printing service does not take the book as it is"),
    "PRS002": Code(_E, "something is see-through in a file that may have nothing of the kind"),
    "PRS003": Code(_E, "nothing says how wide the spine of a book is"),
    "PRS004": Code(_N, "a spine is too narrow for words"),
    "PRS005": Code(_W, "a cover has more words than room"),
    "PRS010": Code(_W, "a page is not cut or bled as a press needs it"),
    "PRS011": Code(_W, "words stand too near to where paper is cut"),
    "PRS012": Code(_W, "something is in colours that the press has not"),
    "PRS013": Code(_W, "there is more ink in one place than the paper takes"),
    "PRS014": Code(_W, "a picture has too few dots for print"),
    "PRS015": Code(_W, "a line is finer than a press holds"),
    "PRS016": Code(_W, "light type on a dark ground is too small"),
    "PRS017": Code(_W, "black type is made of several inks"),
    "DEK001": Code(_E, "something cannot fit on a slide"),
    "DEK002": Code(_W, "something was left off the slides"),
    "DEK004": Code(_W, "a slide of one's own has not what it is to show"),
    "DEK003": Code(_W, "a chapter has no slide that shows something"),
    "DEK005": Code(_N, "something is hidden for which a talk has no time"),
    "DEK006": Code(_W, "the notes of a talk take longer than its minutes, or far less"),
    "DEK007": Code(_W, "something on a slide is too small to be read"),
    "DEK008": Code(_N, "something is left to the book that a deck of so many slides has no room for"),
    "OUT001": Code(_N, "an output was not as it was built, and is kept beside the new one"),
    "IMP001": Code(_E, "a source is no book that can be imported"),
    "IMP002": Code(_E, "a file that says how an imported book is made cannot be read"),
    "IMP003": Code(_E, "importing a book takes more than it may"),
    "PAR001": Code(_W, "an output leaves out a block without the author's word"),
    "CHK001": Code(_E, "a finished file fails a check"),
    "CHK002": Code(_W, "the tags of a PDF do not say how its text is made up"),
    "CHK003": Code(_W, "something in a PDF has no words for who cannot see it"),
    "CHK004": Code(_E, "a link or bookmark of a PDF leads nowhere"),
    "CHK005": Code(_E, "a font of a PDF is not embedded, or does not say its characters"),
    "CHK006": Code(_W, "text of a PDF is too near in colour to what is behind it"),
    "CHK007": Code(_W, "a PDF breaks a rule of PDF/UA"),
    "CHK008": Code(_W, "a PDF breaks a rule of PDF/A"),
    "CHK009": Code(_W, "a finished file was not validated"),
    "CHK010": Code(_W, "a PDF is not read in the order of the book"),
    "CHK011": Code(_E, "an e-book breaks a rule of EPUB"),
    "CHK012": Code(_W, "an e-book has what EPUBCheck advises against"),
    "CHK013": Code(_W, "an e-book has a barrier to some of its readers"),
    "CHK014": Code(_W, "a deck has a barrier to some of its readers"),
    "CHK015": Code(_W, "text of a deck is too near in colour to what is behind it"),
    "CHK016": Code(_W, "the slides of a deck have too many words"),
    "CHK017": Code(_E, "words of the book are missing from a finished file", "missing-words"),
    "CHK018": Code(_E, "drawings of the book are missing from a finished file", "missing-drawings"),
    "CHK020": Code(_W, "shapes of a deck lie over one another"),
    "CHK021": Code(_E, "something lies off its page, which cuts it away", "off-page"),
    "CHK022": Code(_E, "words lie over others", "overprinted-words"),
    "CHK023": Code(_E, "a record for shops breaks a rule of ONIX"),
    "ONX001": Code(_N, "the manifest does not say what shops ask for", "wanting-for-shops"),
    "ONX002": Code(_E, "a record for shops has nothing that shops sell"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding. ``span`` is None only where no source file is concerned."""

    code: str
    message: str
    span: Span | None = None
    hint: str | None = None
    judged: Severity | None = None
    """The severity that the manifest gives in place of the table's."""
    name: str = ""
    """The id that has no definition, where the finding is about one."""

    @property
    def severity(self) -> Severity:
        """How bad it is: as the manifest has it, else as the table of codes has it."""
        return self.judged or CODES[self.code].severity

    def __str__(self) -> str:
        where = f"{self.span}: " if self.span else ""
        text = f"{where}{self.severity}[{self.code}]: {self.message}"
        return f"{text}\n  hint: {self.hint}" if self.hint else text

    def to_json(self) -> dict[str, str | int | None]:
        """A flat JSON object; the keys are stable for tools that read them."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "message": self.message,
            "hint": self.hint,
            "path": self.span.path if self.span else None,
            "line": self.span.line if self.span else None,
            "column": self.span.column if self.span else None,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Diagnostic:
        """A finding as ``to_json`` wrote it down."""
        path = stored["path"]
        return cls(
            code=stored["code"],
            message=stored["message"],
            hint=stored["hint"],
            span=Span(path=path, line=stored["line"], column=stored["column"]) if path else None,
            judged=Severity(stored["severity"]),
        )


def judged(diagnostics: Iterable[Diagnostic], verdicts: Mapping[str, Severity | None]) -> list[Diagnostic]:
    """Findings with the severities that their rules are given by name; None leaves a finding out."""
    out = []
    for diagnostic in diagnostics:
        rule = CODES[diagnostic.code].rule
        if rule not in verdicts:
            out.append(diagnostic)
        elif (severity := verdicts[rule]) is not None:
            out.append(replace(diagnostic, judged=severity))
    return out


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Without repetition: files that could not be read, then by place, those without a place first."""

    def key(one: Diagnostic) -> tuple[bool, bool, Span, str, str]:
        place = one.span or Span(path="")
        return one.code not in _UNREAD, one.span is not None, place, one.code, one.message

    return sorted(dict.fromkeys(diagnostics), key=key)


def briefly(diagnostics: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """Findings without those of one code in one file that are more than anybody reads: the last of them that
    is told says how many there are.
    """
    kinds = [(one.code, one.span.path if one.span else "") for one in diagnostics]
    left, told = Counter(kinds), Counter[tuple[str, str]]()
    for kind, one in zip(kinds, diagnostics, strict=True):
        told[kind] += 1
        if told[kind] < _MANY or left[kind] == _MANY:
            yield one
        elif told[kind] == _MANY:
            more = left[kind] - _MANY
            yield replace(one, message=f"{one.message} (and {more:,} more of this kind)")


def has_errors(diagnostics: Iterable[Diagnostic], *, strict: bool = False) -> bool:
    """Whether a build with these findings must stop."""
    stopping = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    return any(d.severity in stopping for d in diagnostics)


def listed(names: Sequence[str], joined: str = "and") -> str:
    """Some names in a row, the last one behind the word by which they are joined."""
    *others, last = names
    return f"{', '.join(others)} {joined} {last}" if others else last


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """A hint that names the nearest candidate, or None where nothing is near; case makes no difference."""
    import difflib  # only after a mistake

    names = sorted(set(candidates))
    if same := next((name for name in names if name.casefold() == word.casefold() and name != word), None):
        return f'did you mean "{same}"?'
    if alike := next((name for name in names if _differs_by_script(word, name)), None):
        return f'did you mean "{alike}"? Letters of another script look the same: type the word anew'
    ending = re.search(r"\.\w+$", word)
    files = [name for name in names if name.endswith(ending[0])] if ending else []
    end = len(ending[0]) if ending else 0  # which all files of a kind share, and which makes none alike
    stems = {name[: len(name) - end]: name for name in files}
    others = {name: name for name in names if name not in files}
    for size, bare, cutoff in ((len(word) - end, stems, 0.55), (len(word), others, 0.6)):
        likely = [name for name in bare if size > _SHORT or bare is stems or abs(len(name) - size) <= 1]
        if near := difflib.get_close_matches(word[:size], likely, n=1, cutoff=cutoff):
            return f'did you mean "{bare[near[0]]}"?'
    return None


def _differs_by_script(word: str, name: str) -> bool:
    """Whether words differ only in letters of which one is ASCII and one is not, as Latin and Cyrillic o."""
    if len(word) != len(name) or word == name or word.isascii() == name.isascii():
        return False
    pairs = [(one, other) for one, other in zip(word, name, strict=True) if one != other]
    return all(one.isascii() != other.isascii() and not _is_latin(one + other) for one, other in pairs)


def _is_latin(letters: str) -> bool:
    return all("LATIN" in unicodedata.name(letter, "") for letter in letters)
