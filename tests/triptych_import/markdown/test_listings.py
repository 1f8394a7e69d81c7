"""Test that file names and captions around listings become captions."""

from __future__ import annotations

import pytest

from triptych_import.book import Draft
from triptych_import.formats.mdbook import add_listing_captions

NAME = '<span class="filename">Filename: a.rs</span>'
CAPTION = '<span class="caption">Listing 1-2: Words</span>'


def read(text: str) -> str:
    return add_listing_captions(Draft.from_text("a.md", text)).text


@pytest.mark.parametrize(
    ("around", "caption"),
    [
        (f"{NAME}\n\nCODE\n", "a.rs"),
        (f"CODE\n\n{CAPTION}\n", "Listing 1-2: Words"),
        (f"{NAME}\n\nCODE\n\n{CAPTION}\n", "Listing 1-2: a.rs: Words"),
    ],
)
def test_text_around_a_listing_becomes_its_caption(around: str, caption: str) -> None:
    text = read(around.replace("CODE", "```rust\nx\n```"))
    assert text.strip() == f'```{{.rust lst-cap="{caption}"}}\nx\n```'


def test_a_backtick_in_a_caption_leaves_the_listing_one() -> None:
    tag = '<Listing number="1-2" caption="The modules `a` and `b">'
    text = read(f"{tag}\n\n```rust\nx\n```\n\n</Listing>\n")
    assert text.strip().startswith('```{.rust lst-cap="Listing 1-2: The modules a and &grave;b"}\nx\n```')


def test_caption_belongs_to_the_preceding_listing() -> None:
    text = read(f"```\none\n```\n\n```\ntwo\n```\n\n{CAPTION}\n")
    assert text.strip() == '```\none\n```\n\n```{.text lst-cap="Listing 1-2: Words"}\ntwo\n```'


@pytest.mark.parametrize("code", ["```rust {.x}\nx\n```", "> ```rust\n> x\n> ```"])
def test_listing_with_attributes_or_in_a_quotation_is_unchanged(code: str) -> None:
    text = f"{NAME}\n\n{code}\n"
    assert read(text) == text


def test_the_name_and_the_caption_of_a_listing_in_a_quotation_are_words_there() -> None:
    text = '> <Listing number="1-2" file-name="a.rs" caption="Words">\n>\n> ```rust\n> x\n> ```\n>\n> </Listing>\n'
    assert read(text) == "> `a.rs`\n>\n> ```rust\n> x\n> ```\n>\n> Listing 1-2: Words\n"


def test_a_listing_as_fenced_divs() -> None:
    text = '::: {.listing #listing-1-1 data-file="m.rs"}\n\n[Filename: m.rs]{.filename}\n\n\n```rust\nx\n```\n\n\n::: caption\nListing 1-1: A `b`\n:::\n\n:::\n\n\nMore.\n'
    draft = add_listing_captions(Draft.from_text("a.md", text))
    assert draft.text.split() == [
        "```{.rust",
        'lst-cap="Listing',
        "1-1:",
        "m.rs:",
        "A",
        'b"}',
        "x",
        "```",
        "More.",
    ]
