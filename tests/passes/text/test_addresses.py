"""Test that URLs as people write them become valid URLs."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook
from triptych.passes.cross_references import make_valid_url


@pytest.mark.parametrize(
    ("written", "allowed"),
    [
        ("https://x.org/a.go#L170-#L195", "https://x.org/a.go#L170-%23L195"),
        ("https://x.org/a b|c?d=[e]", "https://x.org/a%20b%7Cc?d=%5Be%5D"),
        ("https://x.org/100%/a%20b", "https://x.org/100%25/a%20b"),
        ("https://x.org/中文#节", "https://x.org/中文#节"),
        ("https://例子.cn", "https://例子.cn"),
        ("http://[::1]:80/a", "http://[::1]:80/a"),
        ("http://localhost:8080/", "http://localhost:8080/"),
        ("mailto:a@b.org", "mailto:a@b.org"),
        ("tel:+1-2", "tel:+1-2"),
        ("http://%5B::1%5D/a", "http://[::1]/a"),
        ("http://<host>/a", "http://%3Chost%3E/a"),
        ("http://...", None),
        ("http://，这个", None),
        ("http://a b/", None),
        ("http://x.org:port/", None),
        ("https://", None),
    ],
)
def test_addresses(written: str, allowed: str | None) -> None:
    assert make_valid_url(written) == allowed


def test_an_address_without_a_host_is_reported(read_book_of: ReadBook) -> None:
    _, (finding,) = read_book_of("See [x](http://x.org:port/a).\n")
    assert (finding.code, finding.span.line if finding.span else 0) == ("REF002", 4)
