"""Test that admonitions of site generators become callouts."""

from __future__ import annotations

import pytest

from triptych_import.book import Draft
from triptych_import.containers import convert_fenced_admonitions, convert_site_admonitions


def read(text: str) -> str:
    """Return the text without the empty lines that are inserted around fences."""
    return "\n".join(
        line
        for line in convert_site_admonitions(Draft.from_text("a.md", text)).text.split("\n")
        if line.strip()
    )


NOTE = "::: {.callout-note}\nText.\n:::"
TITLED = '::: {.callout-tip title="A title"}\nText.\n:::'


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("!!! note\n\n    Text.\n", NOTE),
        ('??? tip "A title"\n    Text.\n', TITLED),
        ("!!! note\n\tText.\n", NOTE),
        ("!!! note\n\n    Text.\n\nBehind it.\n\n    Code\n", f"{NOTE}\nBehind it.\n    Code"),
        ("!!! note\n\n\tText.\n\n\t\tCode\n", "::: {.callout-note}\nText.\n    Code\n:::"),
        (":::note\nText.\n:::\n", NOTE),
        (":::tip[A title]\nText.\n:::\n", TITLED),
        ("::: tip A title\nText.\n:::\n", TITLED),
        ('{% hint style="info" %}\nText.\n{% endhint %}\n', NOTE),
        ("{{% notice note %}}\nText.\n{{% /notice %}}\n", NOTE),
        ('=== "Python"\n\n    Text.\n', "**Python**\nText."),
        ("{% highlight go %}\nx\n{% endhighlight %}\n", "```go\nx\n```"),
        ("> [!info] A title\n> Text.\n", "> [!NOTE]\n> **A title**\n>\n> Text."),
        ("??? tip\n    Text.\n\nNext.\n", "::: {.callout-tip}\nText.\n:::\nNext."),
        (
            '!!! danger inline end "A \\"b\\""\n\n    Text.\n',
            '::: {.callout-caution title="A \\\\\\"b\\\\\\""}\nText.\n:::',
        ),
        ("!!! mystery\n\n    Text.\n", '::: {.callout-note title="Mystery"}\nText.\n:::'),
        ("!!! note\n\n  Text.\n", "::: {.callout-note}\n:::\n  Text."),  # not indented enough
        ("- !!! note\n", "- !!! note"),
        ('{% hint style="danger" %}\nText.\n{% endhint %}\n', "::: {.callout-caution}\nText.\n:::"),
        ("{% endhint %}\nText.\n", "Text."),
        (
            '{{< details title="A title" >}}\nText.\n{{< /details >}}\n',
            '::: {.callout-note title="A title"}\nText.\n:::',
        ),
        ("{{< other >}}\nText.\n", "{{< other >}}\nText."),
        ("> [!warning]-\n> Text.\n", "> [!WARNING]\n> Text."),
        ("> [!EXAMPLE]\n> Text.\n", "> [!NOTE]\n> **Example**\n>\n> Text."),
        ("!!! abstract\n    Text.\n", '::: {.callout-note title="Abstract"}\nText.\n:::'),
        ("> [!bug] A title\n> Text.\n", "> [!CAUTION]\n> **A title**\n>\n> Text."),
        (
            ":::: tip\n::: note\nText.\n:::\n::::\n",
            "::: {.callout-tip}\n::: {.callout-note}\nText.\n:::\n::::",
        ),
        (":::details More\nText.\n:::\n", "::: details\n**More**\nText.\n:::"),
        ("  ::: code-group\n  Text.\n  :::\n", "  ::: code-group\n  Text.\n  :::"),
        (":::callout-tip\nText.\n:::\n", ":::callout-tip\nText.\n:::"),
        (":::other Title\nText.\n:::\n", ":::other Title\nText.\n:::"),
        (
            '{% tabs %}\n{% tab title="Linux" %}\nText.\n{% endtab %}\n{% tab %}\nMore.\n{% endtabs %}\n',
            "**Linux**\nText.\nMore.",
        ),
        ("{% highlight ruby linenos -%}\nx\n{%- endhighlight %}\n", "```ruby\nx\n```"),
        ("{{< highlight go >}}\nx\n{{< /highlight >}}\n", "```go\nx\n```"),
        ("{% if x %}\nText.\n", "{% if x %}\nText."),
        ("[TOC]\n", ""),
        ("<!-- toc -->\n- [A](#a)\n<!-- tocstop -->\n", ""),
    ],
)
def test_marks_become_divs(written: str, expected: str) -> None:
    assert read(written) == expected


def test_a_box_in_a_box() -> None:
    inner = '!!! note\n\n    Text.\n\n    ??? tip "A title"\n\n        Text.\n'
    assert read(inner) == f"::: {{.callout-note}}\nText.\n{TITLED}\n:::"


@pytest.mark.parametrize(
    "text",
    ["```\n!!! note\n    x\n:::tip\n[TOC]\n```", "::: {.callout-note}\nText.\n:::", "> [!NOTE]\n> Text."],
)
def test_code_and_pandoc_markup_are_unchanged(text: str) -> None:
    assert read(text) == text


def test_lines_keep_their_places() -> None:
    draft = convert_site_admonitions(Draft.from_text("a.md", "one\n\n!!! note\n\n    two\n\nthree\n"))
    assert [draft.make_finding(draft.text.index(word), "", "").line for word in ("one", "two", "three")] == [
        1,
        5,
        7,
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("```admonish\nText.\n```", "::: {.callout-note}\nText.\n:::"),
        ('``` admonish info title="A title"\nText.\n```', TITLED.replace("tip", "note")),
        ('~~~admonish tip "A title"\nText.\n~~~', TITLED),
        ('```admonish type="tip" title="A title" collapsible=true\nText.\n```', TITLED),
        ('```admonish title="A title", type="tip"\nText.\n```', TITLED),
        (r'```admonish tip title="\"A\" title"' + "\nText.\n```", TITLED.replace("A title", r"\"A\" title")),
        (
            "- Item:\n\n  ```admonish bug\n  Text.\n  ```",
            '- Item:\n  ::: {.callout-caution title="Bug"}\n  Text.\n  :::',
        ),
        ("> ```admonish tip\n> Text.\n> ```", ">\n> ::: {.callout-tip}\n>\n> Text.\n>\n> :::\n>"),
        ("```admonish tip\nText.", "::: {.callout-tip}\nText.\n:::"),
        (
            "````admonish tip\nOne.\n```admonish\n*Two.*\n```\n```sh\nls\n```\n````",
            "::: {.callout-tip}\nOne.\n::: {.callout-note}\n*Two.*\n:::\n```sh\nls\n```\n:::",
        ),
        ("```admonished\nText.\n```", "```admonished\nText.\n```"),
        ("```{important}\nText.\n```", "::: {.callout-important}\nText.\n:::"),
        ("```{tip} A title\n:name: x\n:class: y\nText.\n```", TITLED),
        ("~~~{admonition} A title\n:class: tip\n\nText.\n~~~", TITLED),
        (
            "````{tip} A title\n```{note}\nText.\n```\n````",
            f"{TITLED[:-9]}::: {{.callout-note}}\nText.\n:::\n:::",
        ),
        ("```{python}\nx\n```", "```{python}\nx\n```"),
    ],
)
def test_listing_style_admonitions_are_converted(written: str, expected: str) -> None:
    text = convert_fenced_admonitions(Draft.from_text("a.md", written)).text
    assert "\n".join(line.rstrip() for line in text.split("\n") if line.strip()) == expected


def test_myst_colon_admonitions_are_converted() -> None:
    assert read(":::{tip} A title\n:class: x\nText.\n:::\n").split("\n") == TITLED.split("\n")
    assert read("::: {.note}\nText.\n:::\n") == "::: {.note}\nText.\n:::"
