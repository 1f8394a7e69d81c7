"""Accessibility issues in the source."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, WARNING, Code

CODES = {
    "ACC001": Code(
        severity=WARNING,
        summary="image or chart has no alt text",
        explanation=(
            "Screen readers read the alt text in place of the image; without it their users miss the "
            "content. Describe what the image shows with `fig-alt`; a caption counts as the alt text "
            "of an image, but not of a chart. Mark an image that only decorates with `{.decorative}`, "
            "so that screen readers skip it."
        ),
        bad="![](dot.png) marks the spot.",
        good="![A grey dot](dot.png) marks the spot.",
    ),
    "ACC002": Code(
        severity=WARNING,
        summary="heading level is skipped",
        explanation=(
            "A heading is more than one level below the preceding heading. Screen reader users "
            "navigate by heading levels, and a gap suggests that a section is missing. The table of "
            "contents and the deck are built from the same levels."
        ),
        bad=("## Two\n\n#### Four"),
        good=("## Two\n\n### Four"),
    ),
    "ACC003": Code(
        severity=WARNING,
        summary="table has no header row",
        explanation=(
            "No cell of the table is a header. Screen readers announce the header with each cell, so "
            "that users know what a value means. Put the names of the columns into the first row, "
            "above the delimiter line."
        ),
        bad=("------ ------\nIron   Fe\nGold   Au\n------ ------"),
        good=("Metal  Symbol\n------ ------\nIron   Fe\nGold   Au"),
    ),
    "ACC004": Code(
        severity=WARNING,
        summary="table column has an empty header cell",
        explanation=(
            "A column has content but no name in the header row. Screen readers announce the header "
            "with each cell of the column. The first column may have an empty header cell, because it "
            "usually names the rows."
        ),
        bad="| | Symbol | |",
        good="| | Symbol | Number |",
    ),
    "ACC005": Code(
        severity=WARNING,
        summary="text identifies a part of a figure by colour alone",
        explanation=(
            "The text refers to a part of a figure, chart or table by its colour and gives no other "
            "clue. Readers with a colour vision deficiency, or with a black-and-white print, cannot "
            "tell which part is meant (WCAG 1.4.1). Also identify the part by its label, position or pattern."
        ),
        bad="As the red line shows, output grows.",
        good="As the red line (sun) shows, output grows.",
    ),
    "ACC006": Code(
        severity=WARNING,
        summary="text or cells are distinguished by colour alone",
        explanation=(
            "A span or table cell is set apart by its colour and nothing else. Readers who do not see "
            "the colour miss the meaning (WCAG 1.4.1), and the outputs do not show colours of single "
            "cells. Use words or emphasis instead."
        ),
        bad="Fields in [this look]{.red} must be filled in.",
        good="Fields in *italics* must be filled in.",
    ),
    "ACC007": Code(
        severity=WARNING,
        summary="link text does not describe its target",
        explanation=(
            'The link text is a phrase such as "here" or "read more", or a long URL. Screen reader '
            "users often go through a list of links without the text around them (WCAG 2.4.4). Use "
            "words that name the target."
        ),
        bad="The data are [here](https://example.org/report).",
        good="The data are in the [annual report](https://example.org/report).",
    ),
    "ACC008": Code(
        severity=WARNING,
        summary="links with the same text have different targets",
        explanation=(
            "Two links in one section read alike but go to different places. In a list of links they "
            "cannot be distinguished. Make the text of at least one of them more specific."
        ),
        bad=(
            "See the [report](https://example.org/a) of March and the [report](https://example.org/b) "
            "of June."
        ),
        good=("See the [March report](https://example.org/a) and the [June report](https://example.org/b)."),
    ),
    "ACC009": Code(
        severity=WARNING,
        summary="language of the book is not set",
        explanation=(
            "`book.yaml` has no `lang:`, so English is used. The language decides on hyphenation, "
            'quotation marks, labels such as "Figure", sorting of the index, and the voice of screen '
            "readers. Set it even if the book is in English."
        ),
        bad=("book:\n  title: A book\n  chapters: [section.md]"),
        good=("book:\n  title: A book\n  chapters: [section.md]\nlang: en-GB"),
    ),
    "ACC010": Code(
        severity=ERROR,
        summary="language is not a valid BCP 47 tag",
        explanation=(
            "A language must be given as a tag such as `en`, `en-GB` or `pt-BR`, not as a word or with "
            "an underscore. Hyphenation, quotation marks and screen readers depend on it. The check "
            "covers `book.yaml`, front matter, and `lang=` on spans and blocks."
        ),
        bad="lang: english",
        good="lang: en",
    ),
    "ACC011": Code(
        severity=WARNING,
        summary="text is not written in the script of its declared language",
        explanation=(
            "Most letters of the text are in a script that its language is not written in, such as "
            "Cyrillic in an English book. Screen readers would pronounce the text with the wrong "
            "voice, and hyphenation would be wrong. Mark the language of the text with `lang`."
        ),
        bad="Выходила на берег Катюша, на высокий берег на крутой.",
        good="[Выходила на берег Катюша, на высокий берег на крутой.]{lang=ru}",
    ),
    "ACC012": Code(
        severity=WARNING,
        summary="alt text does not describe the image",
        explanation=(
            'The alt text is a file name, repeats the caption, or starts with words such as "Image '
            'of". Screen readers announce images by themselves and read the caption too, so such a '
            "text adds nothing. Describe what is visible, or what the image shows that matters to the "
            "text."
        ),
        bad='![A dot](dot.png){fig-alt="dot.png"}',
        good='![A dot](dot.png){fig-alt="A grey dot on white paper"}',
    ),
    "ACC013": Code(
        severity=WARNING,
        summary="alt text is too long",
        explanation=(
            "The alt text has more than 350 characters. Screen readers read an alt text in one go, and "
            "users cannot pause or skim it. Put the main message into a sentence or two, and details "
            "into the text or into `fig-desc`."
        ),
        bad=(
            "A line chart of three lines. The first line starts at ten in January and rises to thirty "
            "in June. The second line starts at twenty in January, falls to fifteen in March and rises "
            "to twenty-five in June. The third line stays at five from January to June. The chart has "
            "a grid of thin grey lines, a legend at the top right, and a small note about the source "
            "at the bottom left."
        ),
        good="A line chart: output rises from ten to thirty between January and June.",
    ),
    "ACC014": Code(
        severity=WARNING,
        summary="heading is empty",
        explanation=(
            "A heading has no text. Screen reader users navigate by headings, and an empty one appears "
            "as a blank line in the table of contents. Write the heading, or remove its number signs."
        ),
        bad=("##\n\nMore text."),
        good=("## Background\n\nMore text."),
    ),
    "ACC015": Code(
        severity=WARNING,
        summary="two sections of a chapter have the same heading",
        explanation=(
            "Two main sections of a chapter have the same heading. In a table of contents or a list of "
            "headings they cannot be distinguished. Headings at deeper levels may repeat."
        ),
        bad=("## Results\n\nD."),
        good=("## Results of the second trial\n\nD."),
    ),
    "ACC016": Code(
        severity=WARNING,
        summary="accessibility issues contradict the declared conformance",
        explanation=(
            "`accessibility: conforms-to:` in `book.yaml` declares a WCAG level, but this check found "
            "accessibility problems in the source. Retailers show the declaration to readers who "
            "depend on it, and false claims can have legal consequences. Fix the findings, or remove "
            "`conforms-to`."
        ),
        bad=("# One\n\n#### Three levels further down"),
        good=("# One\n\n## The next level"),
    ),
    "ACC017": Code(
        severity=WARNING,
        summary="pull quote does not match the text of its chapter",
        explanation=(
            "A pull quote repeats words of the chapter in large type, so the deck and screen readers "
            "omit it. This one has words that the chapter does not contain, which those readers "
            "would miss. Use a block quote or an epigraph for words that appear only once."
        ),
        bad="A filing shows merit.",
        good="A filing shows effort rather than worth.",
    ),
}
