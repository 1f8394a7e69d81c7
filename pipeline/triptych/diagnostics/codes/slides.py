"""Slides, PowerPoint templates and content that an output leaves out."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, NOTE, WARNING, Code

CODES = {
    "DEK001": Code(
        severity=ERROR,
        summary="content does not fit on a slide",
        explanation=(
            "A slide that you wrote or marked with `.slide` has more content than fits at a readable size, "
            "and it cannot continue on another slide: a table is too wide, a title too long, or `overflow` "
            "is `error`. The deck is not written. Other content is reduced and reported as DEK002 instead."
        ),
        bad='::: {.slide title="Results" overflow=error}\nTen long paragraphs …\n:::',
        good='::: {.slide title="Results" overflow=split}\nTen long paragraphs …\n:::',
    ),
    "DEK002": Code(
        severity=WARNING,
        summary="content was omitted from a slide",
        explanation=(
            "Content that Triptych chose for a slide does not fit there, or a link or the notes page has no "
            "place. The build went on with less: a caption instead of a table, the first words of a title, "
            "a summary in the speaker notes. Nothing is missing from the book. Shorten the content if the "
            "slide should show all of it."
        ),
        bad="| Country | 2018 | 2019 | 2020 | 2021 | 2022 | 2023 | 2024 | 2025 | Source and method |",
        good="| Country | 2018 | 2025 |",
    ),
    "DEK003": Code(
        severity=WARNING,
        summary="no slide shows a chart, figure or table from a long chapter",
        explanation=(
            "A numbered chapter has more than 300 words, about two minutes of talk, but the deck shows none "
            "of its charts, figures, tables, formulas or listings, and no slide that you wrote. The "
            "audience would look at a title all that time. Add something to look at, or leave the chapter "
            "out of the talk with `slides: {mode: none}` in its front matter."
        ),
        bad="# Method\n\nThree hundred words of prose …",
        good=(
            "# Method\n"
            "\n"
            '::: {.slide title="We asked 2,000 people"}\n'
            "![The five regions](regions.png)\n"
            ":::\n"
            "\n"
            "Three hundred words of prose …"
        ),
    ),
    "DEK004": Code(
        severity=WARNING,
        summary="slide has no content to show",
        explanation=(
            "A slide of your own has a title but nothing below it, big numbers or a timeline have no "
            "definition list, or the `slides` of a talk name something that has no slide. The audience "
            "would see an almost empty slide, or miss what you wanted to show. A slide with a `background- "
            "image` or a `layout` needs no other content."
        ),
        bad='::: {.slide title="Sales doubled"}\n:::',
        good='::: {.slide title="Sales doubled"}\n- 20 million in 2024\n- 40 million in 2025\n:::',
    ),
    "DEK005": Code(
        severity=NOTE,
        summary="slides were hidden to fit the length of the talk",
        explanation=(
            "The talk has fewer `minutes` than its slides need at half a minute each. Optional slides "
            "were hidden, the least important ones first; they stay in the deck for questions. Mark content "
            "with `.slide` to keep it visible, or allow more time."
        ),
        bad="talk: {minutes: 10}",
        good="talk: {minutes: 20}",
    ),
    "DEK006": Code(
        severity=WARNING,
        summary="speaker notes are too long or too short for the talk",
        explanation=(
            "Reading the speaker notes aloud takes more than the `minutes` of the talk or less than 60% of "
            "them, or the required slides need more time. The time is the number of words divided "
            "by `pace`, 130 words a minute by default. `triptych inspect --talks` shows the minutes of each "
            "slide."
        ),
        bad="talk: {minutes: 10}",
        good="talk: {minutes: 15}",
    ),
    "DEK007": Code(
        severity=WARNING,
        summary="text or formula on a slide is too small",
        explanation=(
            "Text of less than 14 pt, or a formula of less than 12 pt, cannot be read from the last row; a "
            "title that is smaller than the others looks like a mistake. The content was made smaller to "
            "fit. Source lines and hidden slides are not checked."
        ),
        bad=(
            '::: {.slide title="Why the price of solar power fell by nine tenths in only ten years, and '
            'what follows from it"}'
        ),
        good='::: {.slide title="Solar power costs a tenth of what it did"}',
    ),
    "DEK008": Code(
        severity=NOTE,
        summary="slides were omitted to meet `max-slides`",
        explanation=(
            "The book has content for more slides than `max-slides` allows (200 by default). Hidden slides "
            "were omitted first, then those of the least importance; their content is in the book only. "
            "Mark required content with `.slide`, or raise the limit."
        ),
        bad="format:\n  pptx: {max-slides: 20}",
        good="format:\n  pptx: {max-slides: 60}",
    ),
    "DTP001": Code(
        severity=ERROR,
        summary="PowerPoint template cannot be used",
        explanation=(
            "The file under `template` is missing, damaged, encrypted or not a presentation, it has macros "
            "or links to other files, or none of its layouts has room for a title and content. No deck is "
            "written. Most damaged files can be repaired by opening and saving them in PowerPoint as .pptx "
            "or .potx."
        ),
        bad="template: brand.pptx",
        good="template: brand.potx",
    ),
    "DTP002": Code(
        severity=ERROR,
        summary="PowerPoint template has no layout with this name",
        explanation=(
            "The manifest or a slide names a layout that the template does not have, or one without the "
            "placeholders that the slide needs. Names of layouts must match exactly, including their "
            "language. `triptych template inspect` lists the layouts and their placeholders."
        ),
        bad="layouts: {bullets: Titel mit Inhalt, chart: Diagramm}",
        good="layouts: {bullets: Titel und Inhalt, chart: Titel und Inhalt}",
    ),
    "DTP003": Code(
        severity=WARNING,
        summary="PowerPoint template has no layout for a kind of slide; another layout was used",
        explanation=(
            "The template has no layout of the type, name or placeholders that this kind of slide needs, so "
            "another one was used, or one was added to the master. The slides are complete but may not look "
            "as your organisation intends. Choose a layout under `layouts`, or add one to the template."
        ),
        bad="format:\n  pptx: {template: brand.potx}",
        good="format:\n  pptx: {template: brand.potx, layouts: {quote: Zitat}}",
    ),
    "DTP004": Code(
        severity=WARNING,
        summary="text contrast on a template layout is too low",
        explanation=(
            "The text colour of a layout cannot be read on its background, often because the background is "
            "a picture. The build used another colour of the theme or put a panel behind the text. To keep "
            "the look of the template, put a plain shape behind the placeholder there, or choose another "
            "layout."
        ),
        bad="layouts: {title: Cover with photo}",
        good="layouts: {title: Cover}",
    ),
    "PAR001": Code(
        severity=WARNING,
        summary="block is missing from one or more outputs",
        explanation=(
            "`triptych check` compares the source with the output files. A block of the source is in none "
            "of the outputs that the message names, although nothing in the source hides it there. If this "
            "is intended, say so with a class such as `.book-only` or with `.content-hidden`; otherwise "
            "rebuild the file."
        ),
        bad="::: {.callout-note}\nPrices are in euros of 2025.\n:::",
        good="::: {.callout-note .book-only}\nPrices are in euros of 2025.\n:::",
    ),
}
