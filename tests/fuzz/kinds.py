"""Define the kinds of source to fuzz: their project, their mutations, and how far they are processed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from random import Random

import pptx

from tests.conftest import tiny_png
from tests.fuzz import mutations, readers, seeds
from tests.fuzz.mutations import Mutation
from tests.fuzz.readers import SECTION
from tests.own_fonts import own_font
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.folders import get_templates_folder
from triptych.formats import OutputFormat
from triptych.project import MANIFEST, Project
from triptych.reading.sections import FrontMatter

# Files of a project by path, with which sources of a kind are tried.
Files = Mapping[str, bytes]
Quick = Callable[[Project, Cache], list[Diagnostic]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source.

    ``seeds`` are valid sources; ``mutate`` changes one; ``files`` are the project files that contain a
    source, in addition to ``base``. ``quick`` calls the reader of such a source alone. The fraction ``reads``
    of inputs is processed by the reader of the whole book, and of these the fraction ``writes`` is written as
    ``output`` if there are no errors, or if ``despite_errors`` is set. ``batch`` sources are combined in one
    book, since pandoc takes longer to start than to read.
    """

    name: str
    seeds: Callable[[], list[bytes]]
    mutate: Mutation
    files: Callable[[list[bytes]], Files]
    quick: Quick | None = None
    base: Files = field(default_factory=dict)
    reads: float = 0.02
    writes: float = 0.5
    output: OutputFormat = "epub"
    despite_errors: bool = False
    batch: int = 1

    def input(self, seed: int, number: int) -> tuple[list[bytes], float, float]:
        """Return the sources of an input number, and two random numbers in [0, 1) that select its stages."""
        random = Random(f"{seed} {self.name} {number}")
        depths = random.random(), random.random()
        sources = []
        for _ in range(self.batch):
            source = random.choice(_sorted(self.seeds))
            for _ in range(random.choice((1, 1, 2, 3))):
                if random.random() < 0.05:  # two sources combined
                    other = random.choice(_sorted(self.seeds))
                    source = source[: random.randrange(len(source) + 1)] + other[len(other) // 2 :]
                source = self.mutate(source, random)
            sources.append(source)
        return sources, *depths


@cache
def _sorted(seeds: Callable[[], list[bytes]]) -> list[bytes]:
    return sorted(set(seeds()))


# Languages of diagrams: names, valid diagrams, and words that mutations insert.
_DIAGRAMS: tuple[tuple[str, Callable[[], list[bytes]], str], ...] = (
    (
        "dot",
        lambda: [seeds.DOT, *seeds.found("**/*.dot")],
        "-> -- { } [ ] label shape color subgraph cluster_a rank=same ; rankdir HTML <b> record style",
    ),
    (
        "mermaid",
        lambda: seeds.MERMAID,
        "--> ---|a| ==> [ ] ( ) {{ }} subgraph end classDef style click participant %% : ; as section",
    ),
)


def _diagram(language: str, sources: list[bytes]) -> Files:
    """Return a section with a diagram."""
    return {SECTION: f"# One\n\n```{language}\n".encode() + sources[0] + b"\n```\n"}


def with_corpus(kind: Kind, folder: Path) -> Kind:
    """Return a kind with additional seeds from the corpus folder of its name."""
    more = [path.read_bytes() for path in sorted((folder / kind.name).glob("*")) if path.is_file()]
    return replace(kind, seeds=lambda: [*kind.seeds(), *more]) if more else kind


_HEAD = "book:\n  title: A book\n  date: 2026-01-31\n  chapters: [one.md]\nlang: en-GB\n"
_TEXT = b"# One\n\nText.\n"
_CITING = b"# One\n\nSee [@knuth, p. 5] and @knuth.\n"
_CSV = b"x,y,name\n1,2,a\n2,3,b\n3,5,c\n"
_BOOK = {"source/dot.png": tiny_png(), "source/data.csv": _CSV, "source/refs.bib": seeds.BIB}
_DECK_TEXT = (
    b"# One\n\n## A\n\n- b\n- c\n\n::: {.slide title=D}\n- e\n:::\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n: T {#tbl-a}\n\n"
    b"![Dots](dot.png)\n\n::: {.chart data=data.csv x=x y=y type=line fig-alt=A}\nC\n:::\n"
)


def _manifest_of(extra: str) -> Files:
    return {MANIFEST: f"{_HEAD}{extra}".encode()}


def _one(path: str) -> Callable[[list[bytes]], Files]:
    return lambda sources: {path: sources[0]}


def _chart_files(sources: list[bytes]) -> Files:
    text, _, data = sources[0].partition(b"\n")
    block = b"# One\n\n::: {.chart data=data.csv " + text + b"}\nA caption\n:::\n"
    return {SECTION: block, "source/data.csv": data}


def _section_files(sources: list[bytes]) -> Files:
    return {f"source/s{number}.md": source for number, source in enumerate(sources)}


_BATCH = 12
_TEXTUAL = mutations.of_text
_MARKDOWN = _TEXTUAL(*seeds.MARKDOWN_WORDS)


def _kinds() -> list[Kind]:
    section = {SECTION: _TEXT}
    everything = {
        path.relative_to(seeds.TESTS / "books/everything").as_posix(): path.read_bytes()
        for path in sorted((seeds.TESTS / "books/everything/source").rglob("*"))
        if path.is_file()
    }
    pictures = {
        "png": [tiny_png(7, 5), *seeds.found("books/**/*.png")],
        "jpg": seeds.found("books/**/*.jpg"),
        "gif": seeds.found("books/**/*.gif"),
    }
    sections = ", ".join(f"s{number}.md" for number in range(_BATCH))
    batch_manifest = (
        _HEAD.replace("one.md", sections)
        + "bibliography: refs.bib\nglossary: glossary.yaml\njinja: true\nformat: {epub: {embed-fonts: false}}\n"
    )
    return [
        Kind(
            "manifest",
            lambda: seeds.found(
                "codes/*/source/book.yaml", "codes/*/*/source/book.yaml", "books/*/source/book.yaml"
            ),
            mutations.one_of(
                _TEXTUAL(*seeds.KEYS), mutations.of_yaml(*seeds.KEYS), mutations.of_yaml(*seeds.KEYS)
            ),
            _one(MANIFEST),
            readers.read_manifest,
            everything,
            reads=0.03,
        ),
        Kind(
            "front-matter",
            lambda: [
                text.partition(b"\n---")[0]
                for text in seeds.sections()
                if text.startswith(b"---") and b"\n---" in text
            ],
            mutations.one_of(
                _TEXTUAL(*FrontMatter.model_fields), mutations.of_yaml(*FrontMatter.model_fields)
            ),
            lambda sources: {SECTION: b"---\n" + sources[0].removeprefix(b"---\n") + b"\n---\n" + _TEXT},
            readers.read_opened,
            {**_BOOK, **_manifest_of("")},
        ),
        Kind(
            "values",
            lambda: [seeds.VALUES, *[text for text in seeds.sections() if b"{{" in text or b"{%" in text]],
            _TEXTUAL(
                *seeds.words(
                    "{{ }} {% %} data( .last( | number(2) for if range( include meta < > ~ ** .__class__ loop self"
                )
            ),
            _one(SECTION),
            readers.read_opened,
            {**_BOOK, **_manifest_of("jinja: true\n"), "source/other.md": _TEXT},
        ),
        Kind(
            "section",
            seeds.sections,
            _MARKDOWN,
            _section_files,
            None,
            {**_BOOK, MANIFEST: batch_manifest.encode(), "source/glossary.yaml": seeds.GLOSSARY},
            reads=1.0,
            writes=0.5,
            despite_errors=True,
            batch=_BATCH,
        ),
        Kind(
            "chart",
            seeds.charts,
            mutations.one_of(_TEXTUAL(*seeds.CHART_WORDS), mutations.of_csv, mutations.of_csv),
            _chart_files,
            readers.read_chart,
            {**_BOOK, **_manifest_of("")},
        ),
        Kind(
            "data",
            lambda: seeds.found("**/*.csv", largest=3000),
            mutations.one_of(mutations.of_csv, _TEXTUAL()),
            lambda sources: _chart_files([b"type=bar x=x y=y\n" + sources[0]]),
            readers.read_data,
            {**_BOOK, **_manifest_of("")},
        ),
        Kind(
            "glossary",
            lambda: [seeds.GLOSSARY, *seeds.found("**/glossary.yaml", largest=3000)],
            mutations.one_of(
                _TEXTUAL(), mutations.of_yaml(*seeds.words("term definition key plural sort abbreviation"))
            ),
            _one("source/glossary.yaml"),
            readers.read_glossary,
            {**_BOOK, **_manifest_of("glossary: glossary.yaml\n"), **section},
        ),
        Kind(
            "bibtex",
            lambda: [seeds.BIB, *seeds.found("**/*.bib", largest=3000)],
            _TEXTUAL(*seeds.BIB_WORDS),
            _one("source/refs.bib"),
            readers.read_bibliography,
            {**_manifest_of("bibliography: refs.bib\n"), SECTION: _CITING},
            reads=0.2,
        ),
        Kind(
            "sources",
            lambda: [
                b"references:\n- id: knuth\n  type: book\n  title: A\n  author: [{family: Knuth, given: D}]\n"
                b"  issued: {date-parts: [[1984, 1]]}\n",
                *seeds.found("**/more-sources.yaml"),
            ],
            mutations.one_of(
                _TEXTUAL(),
                mutations.of_yaml(
                    *seeds.words("id type title author family given issued date-parts literal raw season URL")
                ),
            ),
            _one("source/refs.yaml"),
            readers.read_bibliography,
            {**_manifest_of("bibliography: refs.yaml\n"), SECTION: _CITING},
            reads=0.2,
        ),
        Kind(
            "style",
            lambda: [seeds.CSL, *seeds.found("**/*.csl")],
            mutations.one_of(mutations.of_xml(*seeds.CSL_WORDS), _TEXTUAL(*seeds.CSL_WORDS)),
            _one("source/a.csl"),
            readers.read_style,
            {**_BOOK, **_manifest_of("bibliography: refs.bib\ncsl: a.csl\n"), SECTION: _CITING},
            reads=0.05,
        ),
        Kind(
            "theme",
            lambda: [
                seeds.THEME,
                *[path.read_bytes() for path in sorted((get_templates_folder() / "themes").glob("*.yaml"))],
                *seeds.found("**/themes/*.yaml"),
            ],
            mutations.one_of(
                _TEXTUAL(),
                mutations.of_yaml(*seeds.words("colours print type size leading serif sans series")),
            ),
            _one("source/mine.yaml"),
            readers.read_theme,
            {**_BOOK, **_manifest_of("theme: mine.yaml\n"), SECTION: _DECK_TEXT},
        ),
        Kind(
            "catalogue",
            lambda: [seeds.CATALOGUE, *seeds.found("**/catalog.yaml")],
            mutations.one_of(
                _TEXTUAL(),
                mutations.of_yaml(
                    *seeds.words("titles path name settings defaults shared limits editions of from")
                ),
            ),
            _one("catalog.yaml"),
            readers.read_catalogue,
            {"rows.csv": _CSV, "a/source/book.yaml": _HEAD.encode(), "a/source/one.md": _TEXT},
            reads=0.0,
        ),
        Kind(
            "svg",
            lambda: [seeds.SVG, *seeds.found("**/*.svg")],
            mutations.one_of(
                mutations.of_xml(*seeds.SVG_WORDS),
                mutations.of_xml(*seeds.SVG_WORDS),
                _TEXTUAL(*seeds.SVG_WORDS),
                mutations.of_bytes,
            ),
            _one("source/a.svg"),
            partial(readers.read_picture, "a.svg"),
            {**_manifest_of(""), SECTION: b"# One\n\n![A drawing](a.svg)\n"},
        ),
        *(
            Kind(
                ending,
                lambda pictures=pictures, ending=ending: pictures[ending],
                mutations.of_bytes,
                _one(f"source/a.{ending}"),
                partial(readers.read_picture, f"a.{ending}"),
                {**_manifest_of(""), SECTION: f"# One\n\n![A picture](a.{ending})\n".encode()},
            )
            for ending in pictures
        ),
        *(
            Kind(
                language,
                drawing,
                _TEXTUAL(*seeds.words(words)),
                partial(_diagram, language),
                partial(readers.read_diagram, language),
                _manifest_of(""),
            )
            for language, drawing, words in _DIAGRAMS
        ),
        Kind(
            "font",
            lambda: [own_font("Mine"), own_font("Mine", cff=True), own_font("Mine", variable=True)],
            mutations.of_font,
            _one("source/mine.ttf"),
            readers.read_theme,
            {
                **_BOOK,
                **_manifest_of("theme: mine.yaml\n"),
                SECTION: _TEXT,
                "source/mine.yaml": b"serif: Mine\nfonts: [{family: Mine, file: mine.ttf}]\n",
            },
            reads=0.1,
        ),
        Kind(
            "deck",
            lambda: [(Path(pptx.__file__).parent / "templates/default.pptx").read_bytes()],
            mutations.of_archive(
                mutations.one_of(mutations.of_xml(*seeds.DECK_WORDS), _TEXTUAL(*seeds.DECK_WORDS))
            ),
            _one("source/a.pptx"),
            readers.read_deck,
            {**_BOOK, **_manifest_of("format: {pptx: {template: a.pptx}}\n"), SECTION: _DECK_TEXT},
            reads=0.08,
            writes=1.0,
            output="pptx",
        ),
        Kind(
            "template",
            lambda: [path.read_bytes() for path in sorted((get_templates_folder() / "epub").glob("*.j2"))],
            _TEXTUAL(
                *seeds.words(
                    "{{ }} {% %} for if endif endfor include block < > & | xml book chapter url( @import"
                )
            ),
            _one("templates/epub/style.css.j2"),
            None,
            {**_BOOK, **_manifest_of(""), SECTION: _TEXT},
            reads=1.0,
            writes=1.0,
        ),
    ]


KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _kinds()}
