"""The whole document: metadata, chapters, labels and sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from triptych.diagnostics import Span
from triptych.formats import BOOK_FORMATS, OutputFormat
from triptych.model.nodes import Block, Equation, Image, Inline, Picture, Source
from triptych.template_views import template_view


@template_view()
@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A contributor, perhaps an ``organisation``; ``role`` is a MARC relator code such as aut, edt or ill."""

    name: str
    role: str = "aut"
    file_as: str = ""
    organisation: bool = False


@template_view()
@dataclass(frozen=True, slots=True)
class Credit:
    """The people with one role."""

    role: str
    names: tuple[str, ...]


@template_view()
@dataclass(frozen=True, slots=True)
class Subject:
    """A subject of the book; ``term`` is its code in the scheme of an ``authority``."""

    name: str
    authority: str = ""
    term: str = ""


@template_view()
@dataclass(frozen=True, slots=True)
class Series:
    """The series of a book, and its number in it."""

    name: str
    number: str = ""


@template_view()
@dataclass(frozen=True, slots=True, kw_only=True)
class AccessibilityDeclaration:
    """The author's declarations on accessibility (EPUB Accessibility 1.1, 4 and 5).

    ``conforms_to`` is a level of WCAG such as "WCAG 2.2 Level AA", ``exemption`` one of the European
    Accessibility Act, such as "eaa-microenterprise"; ``hazards`` and ``summary`` take the place of what the
    content tells.
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
    """The metadata for title pages, packages and document properties.

    ``identifier`` is a URN, ``isbn`` has 13 digits, ``source`` names another edition; ``modified`` is an
    instant in UTC that the build does not take from the clock.
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
    series: Series | None = None
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
        return self._named("aut")

    @property
    def title_credits(self) -> tuple[Credit, ...]:
        """Return the contributors that the title page names besides the authors."""
        return self._credits(ON_TITLE_PAGE)

    @property
    def imprint_credits(self) -> tuple[Credit, ...]:
        """Return the designers and publishers that the imprint names."""
        return self._credits(IN_IMPRINT)

    @property
    def maker(self) -> Credit:
        """Return the credit on the cover: the authors, else the first on the title page."""
        authors = Credit("aut", self.authors)
        return authors if authors.names else next(iter(self.title_credits), authors)

    def _credits(self, roles: tuple[str, ...]) -> tuple[Credit, ...]:
        found = (Credit(role, self._named(role)) for role in roles)
        return tuple(credit for credit in found if credit.names)

    def _named(self, role: str) -> tuple[str, ...]:
        return tuple(person.name for person in self.people if credited_role(person.role) == role)


class Matter(StrEnum):
    """The part of a book that a chapter belongs to."""

    FRONT = "front"
    BODY = "body"
    APPENDIX = "appendix"
    BACK = "back"


class Role(StrEnum):
    """The role of a chapter in the vocabulary of EPUB."""

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
    """How much of a chapter a talk shows."""

    AUTO = "auto"
    EXPLICIT = "explicit"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Talk:
    """What a chapter is in a talk; of slides over ``most`` that nobody asked for, 0 being no limit, the
    last are hidden.
    """

    telling: SlideSelection = SlideSelection.AUTO
    most: int = 0


@template_view()
@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the book, over several chapters; ``place`` is its place in the manifest, from 0.

    ``summary`` and ``image``, one or none, stand on its opener.
    """

    id: str
    title: str
    number: str = ""
    place: int = 0
    summary: str = ""
    image: tuple[Image, ...] = ()


@template_view(
    "id",
    "slug",
    "title",
    "blocks",
    "matter",
    "role",
    "numbered",
    "part",
    "summary",
    "takeaways",
    "image",
    "language",
    fields=False,
)
@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One section file, or back matter that is made: ``source`` is then "".

    ``slug`` names files made from the chapter and is ASCII; ``source`` is the project-relative path.
    ``image``, one or none, fills its opener. ``sources`` are those that it cites where each chapter has a
    bibliography of its own.
    """

    sent_once: ClassVar[bool] = True  # to a process that stays (``engine/processes/child.py``)

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
    talk: Talk = Talk()
    span: Span | None = None

    @property
    def openers(self) -> tuple[Image, ...]:
        """Return the images on the openers of the chapter and of its part."""
        return (*(self.part.image if self.part else ()), *self.image)


class LabelKind(StrEnum):
    """The kind of a numbered element; the value is the prefix of ids, as in ``fig-solar``."""

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
"""The kinds whose values are prefixes of ids, by which references are told from citations."""


@template_view()
@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A row of the numbering table: what a reference to the id reads as. Unnumbered elements have ""."""

    kind: LabelKind
    number: str
    title: tuple[Inline, ...] = ()


def equation_number(equation: Equation, labels: Mapping[str, Label]) -> str:
    """Return the tag of a displayed formula, else its number in brackets, or ""."""
    label = labels.get(equation.attr.id)
    return equation.tag or (f"({label.number})" if label and label.number else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTitle:
    """Another title of the catalogue that references may point to: its numbering table."""

    title: str
    labels: Mapping[str, Label]


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryEntry:
    """A term in the glossary of the manifest.

    ``key`` is what it may be called besides its names, ``sort`` what it is sorted by, "" for the term itself.
    """

    term: str
    definition: tuple[Block, ...]
    abbreviation: str = ""
    plural: str = ""
    key: str = ""
    sort: str = ""
    span: Span | None = None


@template_view("metadata", "chapters", "labels", "profiles", "outputs", fields=False)
@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The document between the stages.

    ``sources`` and ``glossary`` are what was read; passes make back matter of them. ``labels`` is the one
    numbering table of all outputs. ``anchors`` maps a section's path and an id as
    it is known there to the id in the whole book. ``profiles`` are those that the build was asked for,
    ``settings`` the manifest's values as conditions and ``{{< meta >}}`` ask for them. ``theme`` is the name
    or the file of the theme that its ``outputs`` are in, ``own_characters`` are what the project's fonts
    have, ``template_pictures`` those that its templates name, by path. Where ``says_all`` is set a talk says
    all prose of the book; where it has ``few_slides`` it shows what they have room for. ``others`` are titles
    that it may refer to, by their names.
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
    own_characters: frozenset[int] = frozenset()
    template_pictures: Mapping[str, Picture] = field(default_factory=dict)
    says_all: bool = True
    few_slides: bool = False
    others: Mapping[str, OtherTitle] = field(default_factory=dict)


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

# What stands on the title page, and what in the imprint; words for each are in the table of labels.
ON_TITLE_PAGE = ("edt", "trl", "ill", "pht", "com", "aui", "aft", "ctb")
IN_IMPRINT = ("cov", "bkd", "pbl")

# What people write in the place of a code.
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


def credited_role(role: str) -> str:
    """Return the role that a person is credited with; roles without a word of their own contribute."""
    return role if role in ("aut", *ON_TITLE_PAGE, *IN_IMPRINT) else "ctb"
