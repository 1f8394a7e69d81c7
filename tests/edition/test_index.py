"""Test that the index refers to all passages on a subject or name that readers look up."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from lxml import etree

from tests.e2e.conftest import build_edition
from tests.e2e.named_pages import Printed
from tests.edition.conftest import name_of
from tests.edition.data import written
from tests.edition.texts import prose
from tests.once import Shelf
from triptych.checks.wordings import normalise_text
from triptych.engine.cache import Cache
from triptych.model import nodes
from triptych.model.book import Chapter
from triptych.model.walk import chapter_nodes, plain_text

# The most important index entries; each has a main locator.
MAIN = """5G; Alibaba; Alipay; artificial intelligence; AstraZeneca; Australian Strategic Policy Institute; Baidu; batteries
BGI; BIOSECURE Act; BYD; CATL; chips; City Brain; coal; DeepSeek; e-commerce; export controls; facial recognition
Huawei; industrial robots; International Energy Agency; JD.com; mobile payment; Nature Index; Nvidia; overcapacity
patent families; polysilicon; privacy; smart cities; solar power; surveillance; Tencent; WeChat Pay; wind power
World Intellectual Property Organization; Xinjiang; ZTE"""

# Names that occur everywhere, and those that are also common words: not each chapter with them is indexed.
COMMON = {
    "Beijing",
    "Class 1",
    "European Union",
    "Germany",
    "Internet of Things",
    "Japan",
    "Shanghai",
    "Shenzhen",
    "State Council",
    "United Kingdom",
    "United States",
}


MOST_PLACES = 6  # for an entry without subentries, since readers have to try each of them

# Words on indexed pages that stand for the words of the entry.
TELLS = """5G > subscriptions: connections
Australian Strategic Policy Institute > on critical technologies: 64 technologies; 74 technologies; fields that ASPI follows
Australian Strategic Policy Institute > on police DNA databases: DNA profiles
Australian Strategic Policy Institute > on quantum technology and space: quantum computing
BGI > on American lists: Entity List; listed suppliers
BIOSECURE Act: companies of concern; bans do not apply at once
China Photovoltaic Industry Association: Association expects
DNA databases of the police: DNA profiles
DeepSeek > ban in Italy: stop processing
Emerging Technology Observatory: ETO
European Union > Huawei and ZTE: high-risk suppliers; EU members exclude Huawei
Food and Drug Administration: American regulator
Huawei > annual report: Huawei’s full report
Huawei > excluded from 5G networks: no specific evidence; British 5G networks; end of 2026
International Procurement Instrument: large European tenders; large public tenders; large public contracts
MERICS: Mercator Institute
McDowell, Jonathan: McDowell
Ministry of Industry and Information Technology > on 5G: MIIT’s own
Ministry of Science and Technology: science ministry
Moon, samples from: far side of the Moon
National Healthcare Security Administration: oversees the state insurance
National Medical Products Administration > approval of drugs: NMPA’s next yearly report
SNE Research: SNE
Smart City Index: IMD
United Kingdom: British 5G networks; Britain; UK July 2020
United States > AI investment: money
United States > limits on Chinese drugs and biotechnology: opponents in Washington
United States > limits on genetic data: Americans’ genetic data
Xinjiang > American ban on goods from: American law that bans imports
Xinjiang > police surveillance: data platform of the police
artificial intelligence > investment: private money
artificial intelligence: AI
batteries > as rival to solar power: three fields stand apart, batteries; batteries come first; batteries for their research; Batteries, solar power and wind power stand apart
biopharmaceuticals: FDA; trials
biotechnology: Biotech Act
cancer > drugs against: lung-cancer
capacity of power stations: capacity
chips > Chinese barriers to foreign: buy at home; only Chinese chips
clinical trials: trial
competition law: platforms; price
critical technologies: 64 technologies; 74 technologies
data, for training: web pages on which
e-commerce: Taobao; pay by phone
electricity, sources of: of the year’s electricity
export controls: restrict; to export; allow some sales; American law
express parcels: number of parcels
first-in-class drugs: first of their kind; first-in-class
foreign parts, dependence on: parts made abroad; key parts
foreign-invested firms: foreign firms
gene editing: edited the genes
generics: abnormally low bids
genetic data, limits on exchange of: genetic data; biomedical databases
genetic diversity: genetically diverse
genomics: genome; genes
health insurance: state insurance
health spending: trillion yuan on health
labels on AI content: labels
licensing of drugs: licences; rights to drugs
limits that recur: overcapacity; lack of originality
medical devices: equipment; stents; tenders
mortality of infants and mothers: death rates
open models: anyone may download
output, as a yardstick: Output is what
overcapacity: about 50%; half used; too many factories
papers > as a yardstick: papers
patents > as a yardstick: patent
payments, upfront and milestone: due at signing; upfront
price war > in electric cars: in batteries and cars a price war
privacy: face scan
provinces, solar power by: Shandong
quantum technology: quantum
renewable energy: solar; wind power; Goldwind
restrictions on trade and joint work: limits
revenue, slower than volume: outruns income; volume
robotaxis > accidents: fail at times
satellites: satellites
scoreboard: the first count is often; stricter
smart cities: cities
solar power > as China’s leading technology: solar
solar power > losses: a joint loss
solar power > manufacture: solar factories
solar power: solar
space flight: orbit; rocket
subsidies: state guidance funds; paid heavily; subsidised
technology transfer: hand over technology
training of models, cost of: training run
use, as a yardstick: Use is what
value-added tax, refunds of: value-added tax
visitors from abroad, payment by: visitors
volume-based procurement: round of bidding
wind power: Goldwind
yardsticks of leadership: yardsticks; papers; filings"""
_SMALL = frozenset("and as by for from in of on that the to with".split())
_X = "{http://www.w3.org/1999/xhtml}"
_ENTRY, _LIST, _LINK, _SEE = (f"{_X}{name}" for name in ("li", "ul", "a", "i"))


@pytest.fixture(scope="module")
def marks(chapters: list[Chapter]) -> list[tuple[str, nodes.IndexMark]]:
    """Return the index marks of the chapters with the given names."""
    return [
        (name_of(chapter), node)
        for chapter in chapters
        for node in chapter_nodes(chapter)
        if isinstance(node, nodes.IndexMark)
    ]


def entry_of(mark: nodes.IndexMark) -> str:
    return plain_text(mark.path[0].content)


def report(wrong: list[str]) -> None:
    assert not wrong, "\n".join(wrong)


def test_main_index_terms_have_a_principal_locator(marks: list[tuple[str, nodes.IndexMark]]) -> None:
    wrong = []
    for name in re.split(r";\s*|\n", MAIN):
        places = [mark for _, mark in marks if entry_of(mark) == name and not mark.see]
        if not places:
            wrong.append(f"{name} is not in the index")
        elif not any(mark.is_principal for mark in places):
            wrong.append(f"{name} has no chief place: {{.index .main}} or |textbf")
    report(wrong)


@pytest.mark.e2e
def test_name_is_indexed_in_each_chapter_that_mentions_it(
    marks: list[tuple[str, nodes.IndexMark]], chapters: list[Chapter]
) -> None:
    """Test that names of firms, authorities, laws and places are indexed in each chapter that discusses them.

    These are all entries that begin with a capital letter, including their short forms.
    """
    places: dict[str, set[str]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    for where, mark in marks:
        entry = mark.see[0] if mark.see else entry_of(mark)
        if len(mark.path) == 1:
            names[entry].add(entry_of(mark))
        if not mark.see:
            places[entry].add(where)
    wrong = []
    for entry in sorted(places):
        if not entry[:1].isupper() or entry in COMMON:
            continue
        spoken = "|".join(re.escape(name) for name in sorted(names[entry] | {entry}, key=len, reverse=True))
        written_as = re.compile(rf"(?<![\w-])(?:{spoken})(?![\w-])".replace(r"\ ", r"\s+"))
        for chapter in chapters:
            if name_of(chapter) not in places[entry] and written_as.search(prose(chapter)):
                wrong.append(f"{chapter.source}:{line_of(written_as, chapter)}: {entry} is not in the index")
    report(wrong)


def line_of(pattern: re.Pattern[str], chapter: Chapter) -> int:
    """Return the line of a chapter's source in which a name first occurs."""
    text = written(chapter)
    match = pattern.search(text)
    return text.count("\n", 0, match.start()) + 1 if match else 0


def test_long_passages_are_ranges(marks: list[tuple[str, nodes.IndexMark]]) -> None:
    """Test that the main passage on a subject is longer than a page."""
    ranges = {entry_of(mark) for _, mark in marks if mark.extent is not nodes.Extent.PLACE}
    assert len(ranges) >= 8, (
        f"ranges, \\index{{x|(}} … \\index{{x|)}}, have only: {', '.join(sorted(ranges))}"
    )


@pytest.mark.e2e
def test_each_indexed_page_mentions_its_entry(shelf: Shelf, shared_cache: Cache) -> None:
    """Test each page in the printed index: its text contains the entry; for ranges, all pages do."""
    built = build_edition(shelf, shared_cache)
    output, entries = Printed(built.outputs["pdf"]), list(printed_index(built.outputs["epub"]))
    called = other_names(entries)
    wrong, count = [], 0
    for path, pages, _ in entries:
        for place in pages:
            first, _, last = place.partition("–")
            for number in range(output.labels.index(first), output.labels.index(last or first) + 1):
                count += 1
                if not tells(output.on([number]), path, called):
                    wrong.append(f"{output.labels[number]} says nothing of {' > '.join(path)}")
    assert count > 700
    report(wrong)


@pytest.mark.e2e
def test_entry_has_distinct_pages_and_at_most_six_before_division(shelf: Shelf, shared_cache: Cache) -> None:
    built = build_edition(shelf, shared_cache)
    wrong = []
    for path, pages, _ in printed_index(built.outputs["epub"]):
        named = [name for place in pages for name in ends(place)]
        if len(pages) > MOST_PLACES:
            wrong.append(f"{' > '.join(path)} has {len(pages)} places: it needs sub-entries")
        wrong += [
            f"{' > '.join(path)} names {item} and {other}"
            for at, item in enumerate(named)
            for other in named[at + 1 :]
            if item[0] <= other[1] and other[0] <= item[1]
        ]
    report(wrong)


def ends(place: str) -> list[tuple[int, int]]:
    """Return the first and last page of a locator in arabic numerals."""
    first, _, last = place.partition("–")
    return [(int(first), int(last or first))] if first.isdecimal() else []


def printed_index(epub: Path) -> Iterator[tuple[tuple[str, ...], list[str], list[str]]]:
    """Return the entries with their paths, locators, and the entries to which they refer instead."""
    with zipfile.ZipFile(epub) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("index.xhtml"))
        root = etree.fromstring(archive.read(name))
    for entry in root.iter(_ENTRY):
        lines = [entry, *(item for item in entry.iterancestors(_ENTRY))][::-1]
        own = [item for item in entry.iter(_LINK) if next(item.iterancestors(_ENTRY)) is entry]
        pages = ["".join(item.itertext()) for item in own if item.get("class") == "locator"]
        others = ["".join(item.itertext()) for item in own if item.get("class") != "locator"]
        yield tuple(map(called_in, lines)), pages, others


def called_in(line: etree._Element) -> str:
    """Return the name of an entry, before its locators and subentries."""
    words = line.text or ""
    for part in line:
        if part.tag in (_LIST, _SEE, f"{_X}strong") or part.get("class") == "locator":
            break
        words += "".join(part.itertext()) + (part.tail or "")
    return words.strip().rstrip(",.")


def other_names(entries: Sequence[tuple[tuple[str, ...], list[str], list[str]]]) -> dict[str, set[str]]:
    """Return words that stand for entries: cross-references without locators, and those of the table."""
    names: dict[str, set[str]] = defaultdict(set)
    for path, pages, others in entries:
        for other in () if pages else others:
            names[other].add(path[-1])
    for line in TELLS.splitlines():
        entry, _, words = line.partition(": ")
        names[entry].update(words.split("; "))
    return names


def tells(text: str, path: tuple[str, ...], called: dict[str, set[str]]) -> bool:
    """Return whether the letters of a page contain all words of an entry, or another name of it."""
    name = re.sub(r" \(.*\)", "", path[-1])
    stems = [stem(word) for word in re.findall(r"[\w’.-]+", name) if word not in _SMALL]
    if all(item in text for item in stems):
        return True
    others = called[" > ".join((*path[:-1], name))] | called[path[-1]]
    return any(normalise_text(other) in text for other in others)


def stem(word: str) -> str:
    """Return a word without its ending: both "studies" and "study" become "stud"."""
    return normalise_text(word if len(word) < 5 or word[:1].isupper() else word[:-2])
