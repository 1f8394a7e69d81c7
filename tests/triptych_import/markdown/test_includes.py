"""Test mdBook's includes and code blocks."""

from __future__ import annotations

import pytest

from triptych_import.book import Draft
from triptych_import.shortcodes import clean_code_blocks, expand_includes

CODE = "one\n// ANCHOR: a\ntwo\n// ANCHOR: b\nthree\n// ANCHOR_END: b\n// ANCHOR_END: a\nfour\n"


def read(name: str) -> str | None:
    return {"src/x.rs": CODE, "src/y.md": "Y {{#include x.rs:1}}"}.get(name)


@pytest.mark.parametrize(
    ("argument", "text"),
    [
        ("include x.rs:1", "one"),
        ("include x.rs:7:8", "// ANCHOR_END: a\nfour"),
        ("include x.rs::1", "one"),
        ("include x.rs:8:", "four"),
        ("include x.rs:a", "two\nthree"),
        ("rustdoc_include x.rs:b", "three"),
        ("include y.md", "Y one"),
        ("title Another", ""),
    ],
)
def test_parts_of_files(argument: str, text: str) -> None:
    assert expand_includes(Draft.from_text("src/a.md", f"{{{{#{argument}}}}}"), read).text == text


def test_a_playground_is_code() -> None:
    text = expand_includes(Draft.from_text("src/a.md", "{{#playground x.rs:1 editable}}"), read).text
    assert text == "```rust\none\n```"


def test_missing_file_is_reported() -> None:
    draft = expand_includes(Draft.from_text("src/a.md", "x\n{{#include ../gone.rs}}"), read)
    findings = list(draft.findings)
    assert "gone" in draft.text
    assert [(f.path, f.line) for f in findings] == [("src/a.md", 2)]


def test_an_escaped_directive_is_text() -> None:
    assert expand_includes(Draft.from_text("a.md", "\\{{#include x}}"), read).text == "{{#include x}}"


def test_hidden_lines_and_flags_go() -> None:
    text = (
        "```rust,ignore,should_panic\n# use x;\n#[derive(A)]\n#\nlet a;\n## b\n```\n\n```sh\n# stays\n```\n"
    )
    assert clean_code_blocks(Draft.from_text("a.md", text)).text == (
        "```rust\n#[derive(A)]\nlet a;\n# b\n```\n\n```sh\n# stays\n```\n"
    )


def test_unsupported_preprocessor_line_is_removed() -> None:
    draft = expand_includes(Draft.from_text("a.md", "A.\n\n{{%segment outline}}\n\nSee {{#ref x}}.\n"), read)
    findings = draft.findings
    assert draft.text == "A.\n\n\n\nSee {{#ref x}}.\n"
    assert [finding.action for finding in findings] == ["omitted", "kept as literal text"]
