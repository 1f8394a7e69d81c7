"""Test that unknown shortcodes are replaced by their visible content, and included texts are imported."""

from __future__ import annotations

import pytest

from triptych_import.book import Draft, SectionFile, SourceText
from triptych_import.shortcodes import ShortcodeValues, replace_shortcodes, resolve_includes

VALUES = ShortcodeValues(meta={"title": "T", "deep": {"er": 5}, "list": [1]}, variables={"v": "V"})


def read(text: str) -> tuple[str, list[str]]:
    draft = replace_shortcodes(Draft.from_text("a.md", text), VALUES)
    findings = list(draft.findings)
    return draft.text, [f"{item.line}:{item.column} {item.message}; {item.action}" for item in findings]


@pytest.mark.parametrize(
    ("written", "expected", "told"),
    [
        ("{{< include a.md >}} {{< pagebreak >}}", "{{< include a.md >}} {{< pagebreak >}}", []),
        ("{{% pagebreak %}}", "", ["1:1 unsupported shortcode pagebreak; omitted"]),
        ("`{{< x >}}` and {{{< x >}}}", "`{{< x >}}` and {{{< x >}}}", []),
        ("a {{< meta title >}}, {{< meta 'deep.er' >}}", "a T, 5", []),
        ("{{< var v >}}", "V", []),
        ("{{< meta list >}}", "", ['1:1 undefined metadata key "list"; omitted']),
        ("{{< meta deep >}}", "", ['1:1 undefined metadata key "deep"; omitted']),
        ("a\n\nb {{< var gone >}}", "a\n\nb ", ['3:3 undefined variable "gone"; omitted']),
        ("{{< kbd Ctrl-C >}}", "<kbd>Ctrl-C</kbd>", []),
        ("{{< kbd >}}", "", ["1:1 unsupported shortcode kbd; omitted"]),
        ('[x]({{< ref "b.md" >}}) [y]({{% relref c.md %}})', "[x](b.md) [y](c.md)", []),
        ("{{< box >}}In{{< /box >}}", "In", ["1:1 unsupported shortcode box; omitted"]),
        ("{{< figure src=a.png caption='One' alt=\"Two\" >}}", '![One](a.png){fig-alt="Two"}', ["1:1 unsupported shortcode figure; replaced by an image"]),
        ("{{< figure src=a.png title=One />}}", '![One](a.png){fig-alt="One"}', ["1:1 unsupported shortcode figure; replaced by an image"]),
        ("{{< figure alt=x >}}", "", ["1:1 unsupported shortcode figure; omitted"]),
        ("{{< youtube abc >}}", "<https://www.youtube.com/watch?v=abc>", ["1:1 unsupported shortcode youtube; replaced by a link"]),
        ("{{< vimeo id=1 >}}", "<https://vimeo.com/1>", ["1:1 unsupported shortcode vimeo; replaced by a link"]),
        ("{{< vimeo >}}", "", ["1:1 unsupported shortcode vimeo; omitted"]),
        ("{{< video https://x.org/v.mp4 >}}", "<https://x.org/v.mp4>", ["1:1 unsupported shortcode video; replaced by a link"]),
        ('{{< video https://x.org/v title="The film" >}}', "[The film](https://x.org/v)", ["1:1 unsupported shortcode video; replaced by a link"]),
        ("{{< tab title=One >}}", "One", ["1:1 unsupported shortcode tab; replaced by a link"]),
    ],
)  # fmt: skip
def test_shortcode_is_replaced_by_its_output(written: str, expected: str, told: list[str]) -> None:
    assert read(written) == (expected, told)


def included(texts: dict[str, str], *chapters: str) -> tuple[dict[str, str], list[str]]:
    """Return the texts of chapters and of their includes; ``PREPARED`` marks texts that were prepared."""

    def prepare(draft: Draft, chapter: str) -> Draft:
        text = draft.text.replace("PREPARED", f"for {chapter}")
        return Draft.from_text(draft.path, text).apply_edits((), [draft.make_finding(0, "seen", "so")])

    section_files = [
        SectionFile(path=path, source_texts=(SourceText(draft=Draft.from_text(path, texts[path])),))
        for path in chapters
    ]
    sections = resolve_includes(section_files, texts.get, prepare)
    findings = [
        finding for section in sections for piece in section.source_texts for finding in piece.draft.findings
    ]
    assert [section.path for section in sections[: len(chapters)]] == list(chapters)
    assert [section.is_included for section in sections] == [n >= len(chapters) for n in range(len(sections))]
    return {section.path: section.source_texts[0].draft.text for section in sections}, [
        str(item) for item in findings
    ]


def asks(name: str) -> str:
    return f"{{{{< include {name} >}}}}\n"


def test_included_text_is_found_next_to_the_file_chapter_or_root() -> None:
    texts = {
        "in/a.md": asks("parts/_b.md") + asks("/top.md"),
        "in/parts/_b.md": "PREPARED\n" + asks("_c.md") + asks("_d.md"),
        "in/parts/_c.md": "C\n",
        "in/_d.md": "D\n",
        "top.md": "Top\n",
    }
    made, result = included(texts, "in/a.md")
    assert made["in/a.md"] == asks("parts/_b.md") + asks("../top.md")
    assert made["in/parts/_b.md"] == "for in/a.md\n" + asks("_c.md") + asks("../_d.md")
    assert set(made) == set(texts)
    assert len(result) == 4 and all("seen" in item for item in result)


def test_missing_outside_or_recursive_includes_are_omitted() -> None:
    texts = {
        "a.md": asks("gone.md") + asks("../up.md") + asks("_b.md"),
        "_b.md": "B\n" + asks("a.md"),
        "../up.md": "U",
    }
    made, result = included(texts, "a.md")
    assert made == {"a.md": "\n\n" + asks("_b.md"), "_b.md": "B\n\n"}
    assert [item.partition(" note: ")[2] for item in result if "seen" not in item] == [
        'included file "gone.md" is missing or not UTF-8; omitted',
        'included file "../up.md" is missing or not UTF-8; omitted',
        '"a.md" includes itself; omitted',
    ]


def test_included_text_with_ids_is_copied_under_new_names() -> None:
    texts = {
        "a.md": asks("_b.md") * 2 + asks("_c.md") * 2,
        "_b.md": "# B\n",
        "_c.md": "Plain\n",
        "c.md": asks("_b.md"),
    }
    result, _ = included(texts, "a.md", "c.md")
    assert result["a.md"] == asks("_b.md") + asks("_b-2.md") + asks("_c.md") * 2
    assert result["c.md"] == asks("_b-3.md")
    assert [path for path in result if path.startswith("_")] == ["_b.md", "_b-2.md", "_c.md", "_b-3.md"]
