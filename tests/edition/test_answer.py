"""Test that the thirty numbers that support the answer cite the body that issued them."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.edition.amounts import missing
from tests.edition.conftest import name_of
from tests.edition.ledger import answers, entries, grades
from tests.edition.texts import stated
from triptych.model.book import Chapter

FROM_THE_ISSUER = 20  # of thirty: the number available in stored public material; the aim is all

# Hosts of copies for machines, mobile devices or staff, and of redirects.
_NO_PUBLIC_HOST = re.compile(
    r"^(?:amp|m|mobile|uat|qa|stage|staging|preview|dev|test|prod|origin|cache|webcache)\.|\.$|:\d"
    r"|^(?:bit\.ly|t\.co|goo\.gl|ow\.ly|buff\.ly|is\.gd|tinyurl\.com|lnkd\.in|dlvr\.it|trib\.al|amzn\.to)$"
    r"|^(?:web\.archive\.org|archive\.(?:is|ph|today))$|^[\d.]+$"
)
_NO_PUBLIC_PATH = re.compile(r"(?:^|[/_.-])amp(?:/|\.html)?$|share_amp|/amp/")
# Tracking parameters of URLs.
_NO_PUBLIC_QUERY = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|ref|chid|rss|source|share|v|amp|from|spm|replytocom)$"
)


def report(wrong: list[str]) -> None:
    assert not wrong, "\n".join(wrong)


def test_there_are_thirty_facts_each_named_once() -> None:
    assert len(answers()) == 30
    counter = Counter((item.number, item.chapter, item.key) for item in answers())
    assert [use for use, times in counter.items() if times > 1] == []


@pytest.mark.e2e
def test_each_fact_is_in_its_chapter_with_its_source(chapters: list[Chapter]) -> None:
    """Test that each number and its source are in the same paragraph, note, table or chart of the chapter."""
    known = {name_of(chapter): list(stated(chapter)) for chapter in chapters}
    wrong = []
    for item in answers():
        blocks = known.get(item.chapter, [])
        text = [keys for numbers, keys in blocks if not missing([item.amount], numbers)]
        if not text:
            wrong.append(f"source/{item.chapter}.md does not say {item.number}: {item.what}")
        elif not any(item.key in keys for keys in text):
            wrong.append(f"source/{item.chapter}.md says {item.number} without {item.key}: {item.what}")
    report(wrong)


def test_facts_come_from_the_issuing_bodies() -> None:
    known = grades()
    report(
        [
            f"answer.csv: {item.number}, {item.key} is of grade {known.get(item.key)}, not {item.grade}"
            for item in answers()
            if known.get(item.key) != item.grade
        ]
    )
    assert sum(item.grade == "A" for item in answers()) >= FROM_THE_ISSUER


def test_sources_have_access_dates() -> None:
    result = {entry.key: "urldate" in entry.fields for entry in entries()}
    report(
        [
            f"references.bib: {key} has no urldate"
            for key in sorted({a.key for a in answers()})
            if not result[key]
        ]
    )


def test_urls_are_those_of_public_pages() -> None:
    wrong = []
    for entry in entries():
        if not (address := urlsplit(entry.fields.get("url", ""))).netloc:
            continue  # a document without this field
        names = [name for name, _ in parse_qsl(address.query, keep_blank_values=True)]
        if (
            _NO_PUBLIC_HOST.search(address.netloc)
            or _NO_PUBLIC_PATH.search(address.path)
            or any(_NO_PUBLIC_QUERY.match(name) for name in names)
        ):
            wrong.append(f"references.bib:{entry.line}: {entry.key}: {address.geturl()}")
    report(wrong)


def test_addresses_are_secure_where_the_site_is() -> None:
    addresses = [(entry, urlsplit(entry.fields.get("url", ""))) for entry in entries()]
    secure = {_site(item.netloc) for _, item in addresses if item.scheme == "https"}
    report(
        [
            f"references.bib:{entry.line}: {entry.key}: {item.geturl()} (others of its site begin with https)"
            for entry, item in addresses
            if item.scheme != "https" and _site(item.netloc) in secure
        ]
    )


def _site(host: str) -> str:
    return host.removeprefix("www.")
