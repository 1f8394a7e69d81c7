"""The thirty numbers that carry the answer: each stands beside its source, which is the body that issued it."""

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

FROM_THE_ISSUER = 20  # of thirty: as many as could be reached in stored public material; the aim is all

# Hosts that hold a copy for machines, small screens or the publisher's own eyes, and such as hide where they lead.
_NO_PUBLIC_HOST = re.compile(
    r"^(?:amp|m|mobile|uat|qa|stage|staging|preview|dev|test|prod|origin|cache|webcache)\.|\.$|:\d"
    r"|^(?:bit\.ly|t\.co|goo\.gl|ow\.ly|buff\.ly|is\.gd|tinyurl\.com|lnkd\.in|dlvr\.it|trib\.al|amzn\.to)$"
    r"|^(?:web\.archive\.org|archive\.(?:is|ph|today))$|^[\d.]+$"
)
_NO_PUBLIC_PATH = re.compile(r"(?:^|[/_.-])amp(?:/|\.html)?$|share_amp|/amp/")
# What a reader's way to a page leaves in its address.
_NO_PUBLIC_QUERY = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|ref|chid|rss|source|share|v|amp|from|spm|replytocom)$"
)


def report(wrong: list[str]) -> None:
    assert not wrong, "\n".join(wrong)


def test_they_are_thirty_and_each_is_named_once() -> None:
    assert len(answers()) == 30
    named = Counter((one.number, one.chapter, one.key) for one in answers())
    assert [use for use, times in named.items() if times > 1] == []


@pytest.mark.e2e
def test_each_stands_in_its_chapter_beside_its_source(chapters: list[Chapter]) -> None:
    """In one paragraph, note, table or chart."""
    known = {name_of(chapter): list(stated(chapter)) for chapter in chapters}
    wrong = []
    for one in answers():
        blocks = known.get(one.chapter, [])
        said = [keys for numbers, keys in blocks if not missing([one.amount], numbers)]
        if not said:
            wrong.append(f"source/{one.chapter}.md does not say {one.number}: {one.what}")
        elif not any(one.key in keys for keys in said):
            wrong.append(f"source/{one.chapter}.md says {one.number} without {one.key}: {one.what}")
    report(wrong)


def test_they_come_from_the_bodies_that_issued_them() -> None:
    known = grades()
    report(
        [
            f"answer.csv: {one.number}, {one.key} is of grade {known.get(one.key)}, not {one.grade}"
            for one in answers()
            if known.get(one.key) != one.grade
        ]
    )
    assert sum(one.grade == "A" for one in answers()) >= FROM_THE_ISSUER


def test_their_sources_say_when_they_were_read() -> None:
    read = {entry.key: "urldate" in entry.fields for entry in entries()}
    report(
        [
            f"references.bib: {key} has no urldate"
            for key in sorted({a.key for a in answers()})
            if not read[key]
        ]
    )


def test_addresses_are_those_of_public_pages() -> None:
    wrong = []
    for entry in entries():
        if not (address := urlsplit(entry.fields.get("url", ""))).netloc:
            continue  # a document that has none
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
    secure = {_site(one.netloc) for _, one in addresses if one.scheme == "https"}
    report(
        [
            f"references.bib:{entry.line}: {entry.key}: {one.geturl()} (others of its site begin with https)"
            for entry, one in addresses
            if one.scheme != "https" and _site(one.netloc) in secure
        ]
    )


def _site(host: str) -> str:
    return host.removeprefix("www.")
