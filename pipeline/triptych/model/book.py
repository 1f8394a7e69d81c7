"""Define the document: metadata, parts, chapters and the numbering table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from triptych.diagnostics import Span
from triptych.formats import BOOK_FORMATS, OutputFormat
from triptych.model.nodes import Block, Equation, EquationRow, Image, Inline, Picture, Source
from triptych.template_views import template_view


@template_view()
@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A contributor. ``role`` is a MARC relator code such as "aut"."""

    name: str
    role: str = "aut"
    file_as: str = ""
    organisation: bool = False


@template_view()
@dataclass(frozen=True, slots=True)
class Credit:
    """The names of all contributors with one role."""

    role: str
    names: tuple[str, ...]


@template_view()
@dataclass(frozen=True, slots=True)
class Subject:
    """A subject of the book. ``term`` is its code in the scheme ``authority``, such as BISAC."""

    name: str
    authority: str = ""
    term: str = ""


@template_view()
@dataclass(frozen=True, slots=True)
class BookSeries:
    """The series of the book, and the book's number in the series."""

    name: str
    number: str = ""


@template_view()
@dataclass(frozen=True, slots=True, kw_only=True)
class AccessibilityDeclaration:
    """The author's declarations on accessibility (EPUB Accessibility 1.1, 4 and 5).

    ``conforms_to`` is a WCAG level such as "WCAG 2.2 Level AA". ``exemption`` is an exemption of the European
    Accessibility Act, such as "eaa-microenterprise". ``hazards`` and ``summary`` replace the values derived
    from the content.
    """

    conforms_to: str = ""
    certified_by: str = ""
    credential: str = ""
    report: str = ""
    exemption: str = ""
    hazards: tuple[str, ...] = ()
    summary: str = ""


@template_view("authors", "title_credits", "imprint_credits", "maker")
@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """The metadata for title pages, EPUB packages and document properties.

    ``identifier`` is a URN, ``isbn`` has 13 digits, and ``source`` identifies the printed edition.
    ``modified`` is in UTC and does not come from the clock, so that builds are reproducible.
    """

    title: str
    language: str
    identifier: str
    modified: dt.datetime
    subtitle: str = ""
    people: tuple[Person, ...] = ()
    date: dt.date | None = None
    description: str = ""
    blurb: str = ""
    takeaways: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    series: BookSeries | None = None
    isbn: str = ""
    source: str = ""
    rights: str = ""
    file_as: str = ""
    publisher: str = ""
    cover: Picture | None = None
    logo: Picture | None = None
    logo_alt: str = ""
    accessibility: AccessibilityDeclaration = AccessibilityDeclaration()

    @property
    def authors(self) -> tuple[str, ...]:
        """Return the names of the authors, in order."""
        return self._list_names("aut")

    @property
    def title_credits(self) -> tuple[Credit, ...]:
        """The credits on the title page by role, without the authors."""
        return self._list_credits(ON_TITLE_PAGE)

    @property
    def imprint_credits(self) -> tuple[Credit, ...]:
        """Return the credits of designers and publishers for the imprint."""
        return self._list_credits(IN_IMPRINT)

    @property
    def maker(self) -> Credit:
        """The credit on the cover: the authors, or the first other credit on the title page."""
        authors = Credit("aut", self.authors)
        return authors if authors.names else next(iter(self.title_credits), authors)

    def _list_credits(self, roles: tuple[str, ...]) -> tuple[Credit, ...]:
        credits = (Credit(role, self._list_names(role)) for role in roles)
        return tuple(credit for credit in credits if credit.names)

    def _list_names(self, role: str) -> tuple[str, ...]:
        return tuple(person.name for person in self.people if get_credited_role(person.role) == role)


class Matter(StrEnum):
    """The division of a book that a chapter belongs to: front matter, body, appendix or back matter."""

    FRONT = "front"
    BODY = "body"
    APPENDIX = "appendix"
    BACK = "back"


class Role(StrEnum):
    """The role of a chapter: a term of the EPUB Structural Semantics Vocabulary."""

    NONE = ""
    ABOUT = "about"
    ABSTRACT = "abstract"
    ACKNOWLEDGMENTS = "acknowledgments"
    AFTERWORD = "afterword"
    CONCLUSION = "conclusion"
    DEDICATION = "dedication"
    EPIGRAPH = "epigraph"
    EPILOGUE = "epilogue"
    FOREWORD = "foreword"
    IMPRINT = "imprint"
    INTRODUCTION = "introduction"
    PREFACE = "preface"
    PROLOGUE = "prologue"
    BIBLIOGRAPHY = "bibliography"
    GLOSSARY = "glossary"
    INDEX = "index"


class SlideSelection(StrEnum):
    """The content of a chapter that becomes slides: automatically selected, marked, or none."""

    AUTO = "auto"
    EXPLICIT = "explicit"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SlideSettings:
    """The slide settings of a chapter.

    ``maximum_slides`` limits the number of visible slides; 0 means no limit. Further slides are hidden unless
    the author marked them.
    """

    selection: SlideSelection = SlideSelection.AUTO
    maximum_slides: int = 0


@template_view()
@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the book with several chapters. ``place`` is the index of the part in the manifest.

    ``summary`` and ``image`` are shown on the part's opening page. ``image`` has at most one item.
    """

    id: str
    title: str
    number: str = ""
    place: int = 0
    summary: str = ""
    image: tuple[Image, ...] = ()


@template_view(
    *"id slug title blocks matter role numbered part summary takeaways image language".split(), fields=False
)
@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter from a section file, or generated back matter.

    ``source`` is the section's project-relative path, or "" for generated back matter. ``slug`` is the ASCII
    name for files made from the chapter. ``image`` has at most one item and fills the chapter's opening page.
    ``sources`` are the sources cited in the chapter if each chapter has its own bibliography.
    """

    sent_once: ClassVar[bool] = True  # to a long-running process (``engine/processes/worker_process.py``)

    id: str
    slug: str
    source: str
    title: tuple[Inline, ...]
    blocks: tuple[Block, ...]
    matter: Matter = Matter.BODY
    role: Role = Role.NONE
    numbered: bool = True
    part: Part | None = None
    summary: tuple[Inline, ...] = ()
    takeaways: tuple[tuple[Inline, ...], ...] = ()
    image: tuple[Image, ...] = ()
    language: str = ""
    sources: tuple[Source, ...] = ()
    slide_settings: SlideSettings = SlideSettings()
    span: Span | None = None

    @property
    def opener_images(self) -> tuple[Image, ...]:
        """Return the images on the opening pages of the chapter and its part."""
        return (*(self.part.image if self.part else ()), *self.image)


class LabelKind(StrEnum):
    """A type of numbered element. The value is the prefix of its ids, as in ``fig-solar``."""

    CHAPTER = "chapter"
    APPENDIX = "appendix"
    SECTION = "sec"
    FIGURE = "fig"
    TABLE = "tbl"
    EQUATION = "eq"
    LISTING = "lst"
    NOTE = "nte"
    TIP = "tip"
    IMPORTANT = "imp"
    WARNING = "wrn"
    CAUTION = "cau"
    THEOREM = "thm"
    LEMMA = "lem"
    COROLLARY = "cor"
    PROPOSITION = "prp"
    CONJECTURE = "cnj"
    DEFINITION = "def"
    EXAMPLE = "exm"
    EXERCISE = "exr"
    SOLUTION = "sol"
    REMARK = "rem"
    ALGORITHM = "alg"


REFERABLE = tuple(kind for kind in LabelKind if kind not in (LabelKind.CHAPTER, LabelKind.APPENDIX))
"""The element types that ``@prefix-id`` can refer to. Any other ``@key`` is a citation."""


@template_view()
@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The number and title of an element with an id. ``number`` is "" for unnumbered elements."""

    kind: LabelKind
    number: str
    title: tuple[Inline, ...] = ()


def format_equation_number(equation: Equation, labels: Mapping[str, Label]) -> str:
    """Return an equation's tag, or else its number in brackets, or "" if it is unnumbered.

    An equation with several ``rows`` has no number itself.
    """
    numbers = list_row_numbers(equation, labels)
    if equation.rows:
        return numbers[0] if len(numbers) == 1 else ""
    return _format_number(equation, labels)


def list_row_numbers(equation: Equation, labels: Mapping[str, Label]) -> tuple[str, ...]:
    """Return the tag or the number in brackets of each row of an equation, or "" for unnumbered rows."""
    return tuple(_format_number(row, labels) for row in equation.rows)


def _format_number(numbered: Equation | EquationRow, labels: Mapping[str, Label]) -> str:
    label = labels.get(numbered.attr.id)
    return numbered.tag or (f"({label.number})" if label and label.number else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTitle:
    """Another book of the catalogue that references may refer to.

    ``labels`` is that book's numbering table.
    """

    title: str
    labels: Mapping[str, Label]


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryEntry:
    """An entry in the project's glossary.

    ``key`` is an alternative name by which the text can refer to the term. ``sort_key`` is "" if the entry is
    sorted by its term.
    """

    term: str
    definition: tuple[Block, ...]
    abbreviation: str = ""
    plural: str = ""
    key: str = ""
    sort_key: str = ""
    span: Span | None = None


@template_view("metadata", "chapters", "labels", "profiles", "outputs", fields=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A document between processing stages.

    ``sources`` and ``glossary`` are emptied when back matter is made from them. ``labels`` maps IDs to the
    numbers and titles that all outputs use. ``anchors`` maps a section's path and an ID in that section to
    the ID that is unique in the book.

    ``profiles`` are the profiles of this build, and ``settings`` are the manifest's values for conditions and
    ``{{< meta >}}``. ``theme`` is a name or a path. ``project_characters`` are the code points in the
    project's fonts. ``template_pictures`` maps paths to the images in the project's templates.
    ``other_titles`` maps names to the other books of the catalogue.

    ``has_complete_notes`` is true if the speaker notes contain all prose. ``has_slide_limit`` is true if a
    maximum number of slides may leave content out of the deck.
    """

    metadata: Metadata
    chapters: tuple[Chapter, ...]
    sources: tuple[Source, ...] = ()
    glossary: tuple[GlossaryEntry, ...] = ()
    labels: Mapping[str, Label] = field(default_factory=dict)
    anchors: Mapping[tuple[str, str], str] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    outputs: tuple[OutputFormat, ...] = BOOK_FORMATS
    settings: Mapping[str, Any] = field(default_factory=dict)
    theme: str = "house"
    project_characters: frozenset[int] = frozenset()
    template_pictures: Mapping[str, Picture] = field(default_factory=dict)
    has_complete_notes: bool = True
    has_slide_limit: bool = False
    other_titles: Mapping[str, OtherTitle] = field(default_factory=dict)


RELATORS = frozenset(
    """
    abr acp act adi adp aft anc anl anm ann ant ape apl app aqt arc ard arr art asg asn ato att auc aud
    aui aup aus aut bdd bjd bka bkd bkp blw bnd bpd brd brl bsl cad cas ccp chr cli cll clr clt cmm cmp
    cmt cnd cng cns coe col com con cop cor cos cot cou cov cpc cpe cph cpl cpt cre crp crr crt csl csp
    cst ctb cte ctg ctr cts ctt cur cwt dbd dbp dfd dfe dft dgc dgg dgs dis djo dln dnc dnr dpc dpt drm
    drt dsr dst dtc dte dtm dto dub edc edd edm edt egr elg elt eng enj etr evp exp fac fds fld flm fmd
    fmk fmo fmp fnd fon fpy frg gdv gis grt his hnr hst ill ilu ink ins inv isb itr ive ivr jud jug lbr
    lbt ldr led lee lel len let lgd lie lil lit lsa lse lso ltg ltr lyr mcp mdc med mfp mfr mka mod mon
    mrb mrk msd mte mtk mup mus mxe nan nrt onp opn org orm osp oth own pad pan pat pbd pbl pdr pfr pht
    plt pma pmn pnc pop ppm ppt pra prc prd pre prf prg prm prn pro prp prs prt prv pta pte ptf pth ptt
    pup rap rbr rcd rce rcp rdd red ren res rev rpc rps rpt rpy rse rsg rsp rsr rst rth rtm rxa sad sce
    scl scr sde sds sec sfx sgd sgn sht sll sng spk spn spy srv std stg stl stm stn str swd tad tau tcd
    tch ths tld tlg tlh tlp trc trl tyd tyg uvp vac vdg vfx wac wal wam wat waw wdc wde wfs wfw win wit
    wpr wst wts
    """.split()
)

# Roles on the title page and in the imprint. Each has a label in every language.
ON_TITLE_PAGE = ("edt", "trl", "ill", "pht", "com", "aui", "aft", "ctb")
IN_IMPRINT = ("cov", "bkd", "pbl")

# Words that the manifest accepts instead of a MARC relator code.
RELATOR_WORDS = {
    "author": "aut",
    "writer": "aut",
    "editor": "edt",
    "translator": "trl",
    "illustrator": "ill",
    "photographer": "pht",
    "compiler": "com",
    "introduction": "aui",
    "foreword": "aui",
    "afterword": "aft",
    "contributor": "ctb",
    "cover": "cov",
    "cover-designer": "cov",
    "designer": "bkd",
    "publisher": "pbl",
}


def get_credited_role(role: str) -> str:
    """Return the role in a contributor's credit: "ctb" (contributor) for roles without a label."""
    return role if role in ("aut", *ON_TITLE_PAGE, *IN_IMPRINT) else "ctb"
