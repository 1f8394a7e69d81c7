"""Likely mistakes in Markdown."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, NOTE, WARNING, Code

CODES = {
    "LNT001": Code(
        severity=WARNING,
        rule="unclosed-div",
        summary="fenced div or HTML div is not closed",
        explanation=(
            "A div that starts with `:::` or `<div>` has no end, so pandoc closes it where the file, the "
            "list or the block quote ends. Everything in between gets the formatting of the div, so the "
            "rest of a chapter can end up in a callout or on a slide. Close the div with a line of three "
            "or more colons, or with `</div>`."
        ),
        bad="::: {.callout-note}\nA note.\n\nThe rest of the chapter.",
        good="::: {.callout-note}\nA note.\n:::\n\nThe rest of the chapter.",
    ),
    "LNT002": Code(
        severity=WARNING,
        rule="div-as-text",
        summary="unrecognised div fence is printed literally",
        explanation=(
            "A line that starts with `:::` opens or closes a div only if the rest of the line is a class "
            "or attributes in braces, and if no paragraph is directly above. Other lines are printed with "
            "their colons, and the content loses its class. Common causes are a value without quotation "
            "marks, content on the same line, and one closing line too many."
        ),
        bad="::: {.callout-note title=A b}",
        good='::: {.callout-note title="A b"}',
    ),
    "LNT003": Code(
        severity=ERROR,
        rule="undefined-footnote",
        summary="footnote reference has no definition",
        explanation=(
            "The text refers to a footnote that the same file does not define, so readers see the label "
            "in its brackets. Footnote labels are valid within one file. Check the spelling of the label, "
            "the colon after the label in the definition, and the blank line before the definition."
        ),
        bad="A sentence.[^frist] Another.[^first]\n\n[^first]: A note.",
        good="A sentence.[^first] Another.[^first]\n\n[^first]: A note.",
    ),
    "LNT004": Code(
        severity=WARNING,
        rule="unused-footnote",
        summary="footnote definition is never referenced",
        explanation=(
            "A footnote is defined, but the file does not refer to it. Its text does not appear in any "
            "output. Add the reference, or delete the definition."
        ),
        bad="A sentence.\n\n[^first]: A note.",
        good="A sentence.[^first]\n\n[^first]: A note.",
    ),
    "LNT005": Code(
        severity=WARNING,
        rule="duplicate-definition",
        summary="footnote or link reference is defined twice",
        explanation=(
            "Two footnotes or two link references in a file have the same label. Pandoc uses the last "
            "definition for all references and silently drops the others. Give each definition its own "
            "label."
        ),
        bad="A sentence.[^first]\n\n[^first]: A note.\n\n[^first]: Another.",
        good="A sentence.[^first] One more.[^second]\n\n[^first]: A note.\n\n[^second]: Another.",
    ),
    "LNT006": Code(
        severity=WARNING,
        rule="unknown-class",
        summary="class is unknown or misspelt",
        explanation=(
            "The name of a class is unknown, but similar to a known one, such as `calout-note` to "
            "`callout-note`. Without the class, the block looks like ordinary text. A callout of an "
            "unknown type and columns outside a `columns` div are reported as well. Other unknown names "
            "are treated as classes of your own and are not reported."
        ),
        bad="::: {.calout-note}",
        good="::: {.callout-note}",
    ),
    "LNT007": Code(
        severity=WARNING,
        rule="unknown-attribute",
        summary="unknown attribute or attribute value",
        explanation=(
            "An attribute has no effect because its name is misspelt, its value is invalid, or its "
            "quotation marks are typographic or do not match. The element is formatted as if the "
            "attribute were missing. An image width from 1 to 100 without a unit is reported too: it "
            "means pixels, but is usually meant as a percentage. Unknown names that are not similar to a "
            "known one are treated as attributes of your own and are not reported."
        ),
        bad='::: {.callout-note titel="Costs"}',
        good='::: {.callout-note title="Costs"}',
    ),
    "LNT008": Code(
        severity=WARNING,
        rule="id-without-prefix",
        summary="id has no cross-reference prefix such as fig-",
        explanation=(
            "As in Quarto, the prefix of an id gives the type of its element: `fig-`, `tbl-`, `sec-`, "
            "`eq-` or `lst-`. Without the prefix, the id is only a link target: the element gets no "
            "number, and cross-references cannot find it. Ids such as `fig:x`, as used in LaTeX and "
            "pandoc-crossref, are reported on all elements, other ids only on figures, tables and "
            "formulas."
        ),
        bad="## Section {#sec:one}",
        good="## Section {#sec-one}",
    ),
    "LNT009": Code(
        severity=WARNING,
        rule="missing-blank-line",
        summary="list, block quote or table has no blank line before it",
        explanation=(
            "In pandoc's Markdown, a list, a block quote or a table can only start after a blank line. "
            "Without one, its lines become part of the paragraph above, with their markers in the text. "
            "GitHub and many editors show such a list as a list, so the mistake is easy to miss. A single "
            "line that starts with a dash is not reported, since it may be part of a sentence."
        ),
        bad="Three things:\n- one\n- two\n- three",
        good="Three things:\n\n- one\n- two\n- three",
    ),
    "LNT010": Code(
        severity=WARNING,
        rule="list-indent",
        summary="list item is not indented enough to be nested",
        explanation=(
            "A nested item must be indented as far as the text of the item above: three spaces after `1. "
            "`, two after `- `. With less indentation the item ends the list above, or becomes an item of "
            "that list."
        ),
        bad="1. One\n  - under it\n2. Two",
        good="1. One\n   - under it\n2. Two",
    ),
    "LNT011": Code(
        severity=WARNING,
        rule="prose-as-code",
        summary="indented prose is printed as a code block",
        explanation=(
            "Markdown treats lines that are indented by four spaces or a tab as a code block. The "
            "indented text reads like a sentence or a list, so it is probably not code. If it is code, "
            "put it between lines of three backticks; then this rule ignores it."
        ),
        bad="    This paragraph is indented by four spaces but is not code.",
        good="This paragraph is indented by four spaces but is not code.",
    ),
    "LNT012": Code(
        severity=WARNING,
        rule="ragged-table",
        summary="table row and header have different numbers of cells",
        explanation=(
            "The line below the header row sets the number of columns. Rows with fewer cells are filled "
            "with empty cells, and cells beyond the last column are dropped from all outputs. A pipe "
            "inside a cell counts as a border unless it is written as `\\|`. In grid tables, pipes that "
            "are not aligned with the border are reported."
        ),
        bad="| A | B | C |\n|---|---|---|\n| 1 | 2 |\n| 1 | 2 | 3 | 4 |",
        good="| A | B | C |\n|---|---|---|\n| 1 | 2 |   |\n| 1 | 2 | 3 |",
    ),
    "LNT013": Code(
        severity=WARNING,
        rule="code-not-run",
        summary="code cell is not executed",
        explanation=(
            "Triptych runs no code. A cell that Quarto or knitr would run is printed as a listing, or "
            "omitted if its options hide the code; its results are missing. A query of an Obsidian "
            "plugin is printed as code. Import a Quarto project with `triptych import` to use stored "
            "results, or write the language without braces to print a listing."
        ),
        bad="```{r}\n#| label: fig-plot\nplot(1)\n```\n\n```{python, echo=FALSE}\nprint(1)\n```",
        good="```r\nplot(1)\n```\n\n```python\nprint(1)\n```",
    ),
    "LNT014": Code(
        severity=WARNING,
        rule="latex-as-text",
        summary="unsupported LaTeX command is printed literally",
        explanation=(
            "The three outputs are made from Markdown, and LaTeX commands outside formulas have no "
            "meaning in an EPUB or a deck. The command is printed as text, with its backslash. Use the "
            "Markdown equivalent, or put the command between backticks if the text is about the command "
            "itself."
        ),
        bad="A \\textbf{bold} word, \\LaTeX, and",
        good="A **bold** word, LaTeX, and",
    ),
    "LNT015": Code(
        severity=WARNING,
        rule="formula-delimiters",
        summary="formula has missing or misplaced delimiters",
        explanation=(
            "No space may follow the opening dollar sign of a formula, and the closing one must not "
            "follow a space or precede a digit. Otherwise the formula is printed as TeX source. The "
            "delimiters `\\(…\\)` and `\\[…\\]` are not supported. Text between two amounts in dollars that "
            "would become a formula is reported as well. Write `\\$` for a literal dollar sign."
        ),
        bad="The formula $ a_1 = b $ is here.",
        good="The formula $a_1 = b$ is here.",
    ),
    "LNT016": Code(
        severity=WARNING,
        rule="attributes-as-text",
        summary="unrecognised attributes in braces are printed literally",
        explanation=(
            "Attributes must follow their element directly, without a space, and be separated by spaces; "
            "values with spaces need quotation marks. One mistake turns the whole brace into text, so "
            "that its id, class and width are lost. The message gives the reason if it is known, and the "
            "hint shows the corrected attributes."
        ),
        bad="A [word](https://example.org) {.external} of text.",
        good="A [word](https://example.org){.external} of text.",
    ),
    "LNT017": Code(
        severity=NOTE,
        rule="unlisted-file",
        summary="Markdown file is not listed in book.yaml",
        explanation=(
            "A Markdown file in the source folder is neither listed in `book.yaml` nor included in "
            "another file, so it does not appear in any output. An `exclude:` pattern that matches no "
            "file is reported as well. Names that start with an underscore, files such as README.md, and "
            "files that a pattern in `exclude:` matches are ignored."
        ),
        bad="chapters: [section.md]",
        good="chapters: [section.md, forgotten.md]",
    ),
    "LNT018": Code(
        severity=WARNING,
        rule="unsupported-container",
        summary="div class works only on web pages",
        explanation=(
            "Tabs, sidebars and input panels need a browser. In a book and on slides their content "
            "appears in the text, one part after another. Ignore the warning if you publish the same "
            "source as a website and the order of the parts is right in print."
        ),
        bad="::: {.panel-tabset}\n## One\n\nText.\n\n## Two\n\nText.\n:::",
        good="## One\n\nText.\n\n## Two\n\nText.",
    ),
    "LNT019": Code(
        severity=WARNING,
        rule="multiple-titles",
        summary="chapter has more than one title",
        explanation=(
            "A file is one chapter with one title: the `title` of its front matter, or its only level-1 "
            "heading. A second title becomes a section, and all other headings of the chapter move down "
            "one level with it. Use level 2 for sections, or split the file."
        ),
        bad="---\ntitle: Energy\n---\n\n# Renewable energy",
        good="# Renewable energy",
    ),
    "LNT020": Code(
        severity=WARNING,
        rule="unclosed-code-block",
        summary="code block is not closed",
        explanation=(
            "A code block that starts with three or more backticks or tildes has no end. Pandoc then does "
            "not read it as code: the lines are printed as ordinary text, and Markdown in them takes "
            "effect. The closing line must have at least as many marks as the opening line, and nothing "
            "after them."
        ),
        bad="```python\nprint(1)\n\nThe rest of the chapter.",
        good="```python\nprint(1)\n```\n\nThe rest of the chapter.",
    ),
    "LNT021": Code(
        severity=WARNING,
        rule="heading-as-text",
        summary="unrecognised heading syntax is printed literally",
        explanation=(
            "A heading needs a space after its number signs and a blank line before it. Headings in the "
            "syntax of AsciiDoc, MediaWiki or Typst are not supported. As text, the heading is missing "
            "from the table of contents, the navigation and the deck."
        ),
        bad="##Section one",
        good="## Section one",
    ),
    "LNT022": Code(
        severity=WARNING,
        rule="shortcode-as-text",
        summary="unrecognised shortcode or expression is printed literally",
        explanation=(
            "The text contains the delimiters of a shortcode that is not closed or belongs to another "
            "tool, or an expression in double braces although expressions are disabled. Readers see the "
            "source. Set `jinja: true` in book.yaml to use expressions in the text, and put code that "
            "shows such braces between backticks."
        ),
        bad="{{< pagebreak }}",
        good="{{< pagebreak >}}",
    ),
    "LNT023": Code(
        severity=WARNING,
        rule="pandoc-warning",
        summary="pandoc reported a warning",
        explanation=(
            "Pandoc, which parses the Markdown, reported a problem for which there is no rule here. The "
            "message is pandoc's own. In lists and block quotes pandoc counts lines from their start, so "
            "the position can be too early."
        ),
        bad="\\newcommand{\\a}{b}\n\\newcommand{\\a}{c}",
        good="\\newcommand{\\a}{b}\n\\renewcommand{\\a}{c}",
    ),
    "LNT024": Code(
        severity=WARNING,
        rule="link-as-text",
        summary="unrecognised link or image syntax is printed literally",
        explanation=(
            "A link needs its text in square brackets directly followed by the URL in parentheses. With a "
            "space between them, with swapped brackets or without the closing parenthesis, readers see "
            "the source instead of a link or an image."
        ),
        bad="A [link] (https://example.org) here.",
        good="A [link](https://example.org) here.",
    ),
    "LNT025": Code(
        severity=WARNING,
        rule="overflow",
        summary="content extends beyond the text area in print",
        explanation=(
            "Each build measures the pages of the output PDF. Text, an image or a formula extends "
            "beyond the text area, or beyond its column or table cell. The content is still on the page, "
            "but it runs into the margin or into its neighbour. Typical causes are rows of tall images "
            "with long captions and words that are longer than their column."
        ),
        bad=(
            "::: {layout-ncol=6}\n"
            "![The lighthouse before its restoration in 1928](lighthouse.png)\n"
            "\n"
            "![The lighthouse after its restoration](restored.png)\n"
            ":::"
        ),
        good=(
            "::: {layout-ncol=2}\n"
            "![The lighthouse before its restoration in 1928](lighthouse.png)\n"
            "\n"
            "![The lighthouse after its restoration](restored.png)\n"
            ":::"
        ),
    ),
    "LNT026": Code(
        severity=WARNING,
        rule="emphasis-as-text",
        summary="unrecognised bold markup is printed literally",
        explanation=(
            "Two asterisks start bold text only if no space follows, and end it only if no space precedes "
            "them. Otherwise readers see the asterisks. Next to Chinese, Japanese and Korean characters, "
            "punctuation at the edge of the bold text has the same effect. Write `\\*\\*` if the asterisks "
            "are meant."
        ),
        bad="A **bold word that goes on.",
        good="A **bold** word that goes on.",
    ),
    "LNT027": Code(
        severity=WARNING,
        rule="reference-as-text",
        summary="unrecognised citation or cross-reference is printed literally",
        explanation=(
            "A cross-reference is written as `@fig-x`, a citation as `[@key]`, and several citations are "
            "separated by semicolons. References in another spelling are printed as they are, or attached "
            "to the wrong source. Escape the first character with a backslash if it is not meant as a "
            "reference."
        ),
        bad="The costs are in @sec:results.",
        good="The costs are in @sec-results.",
    ),
    "LNT028": Code(
        severity=WARNING,
        rule="list-as-text",
        summary="items of an unrecognised list run together in one paragraph",
        explanation=(
            "Every line of the paragraph starts with a list marker, but without the space that Markdown "
            "requires, or with a bullet character such as • in place of a hyphen. The items are joined to "
            "one paragraph. Single lines of this kind are not reported."
        ),
        bad="-one\n-two\n-three",
        good="- one\n- two\n- three",
    ),
    "LNT029": Code(
        severity=WARNING,
        rule="table-as-text",
        summary="rows of an unrecognised table are printed literally",
        explanation=(
            "A pipe table needs a header row, a line of hyphens such as `|---|---|` directly below, and "
            "no blank line between its rows. Otherwise the rows are printed with their pipes. Cells that "
            "are separated by tabs, as copied from a spreadsheet, become one paragraph."
        ),
        bad="| A | B |\n| 1 | 2 |",
        good="| A | B |\n|---|---|\n| 1 | 2 |",
    ),
    "LNT030": Code(
        severity=WARNING,
        rule="unsupported-markup",
        summary="unsupported markup from another tool is printed literally",
        explanation=(
            "The text contains syntax of a wiki, of Obsidian, MkDocs or reStructuredText, of CriticMarkup "
            "or of a template engine. Pandoc's Markdown does not support this syntax, so it is printed as "
            "written. The hint gives the equivalent; put the markup between backticks if the text is about "
            "the markup itself."
        ),
        bad="!!! note\n    Inside.",
        good="::: {.callout-note}\nInside.\n:::",
    ),
    "LNT031": Code(
        severity=WARNING,
        rule="code-as-text",
        summary="unrecognised code markup is printed as ordinary text",
        explanation=(
            "Code must be between two backticks, or between two lines of three backticks. A missing "
            "backtick, acute accents or quotation marks leave it as ordinary text, in which Markdown "
            "characters take effect. Write a backslash before a literal backtick."
        ),
        bad="Call `print(x) first.",
        good="Call `print(x)` first.",
    ),
    "LNT032": Code(
        severity=WARNING,
        rule="repeated-label",
        summary="label or number is printed twice",
        explanation=(
            "Cross-references, captions of figures with an id and titles of chapters get their label and "
            'number automatically. If the text contains them as well, readers see "Figure Figure 3" or '
            '"Chapter 3: Chapter 3". Add `{.unnumbered}` to a title that has its own number.'
        ),
        bad="See table @tbl-a.",
        good="See @tbl-a.",
    ),
    "LNT033": Code(
        severity=WARNING,
        rule="invalid-condition",
        summary="condition is missing or names an unknown format or profile",
        explanation=(
            "Content with a condition is shown or hidden depending on the output format or the profile. A "
            "misspelt name never matches: content under `when-` then appears nowhere, content under "
            "`unless-` everywhere. Without any condition, `content-visible` has no effect. Formats of "
            "Quarto and pandoc that are not built here, such as html, are accepted."
        ),
        bad='::: {.content-visible when-format="pfd"}',
        good='::: {.content-visible when-format="pdf"}',
    ),
    "LNT034": Code(
        severity=WARNING,
        rule="unclosed-markup",
        summary="unrecognised comment or inline footnote is printed literally",
        explanation=(
            "A comment needs two hyphens on both sides, and an inline footnote its caret before the "
            "bracket and its closing bracket in the same paragraph. Otherwise the text is printed, even "
            "if it was not meant for readers. Write a backslash before the first character if it is meant "
            "literally."
        ),
        bad="Text.^[A short footnote.",
        good="Text.^[A short footnote.]",
    ),
    "LNT035": Code(
        severity=WARNING,
        rule="front-matter-as-text",
        summary="unrecognised front matter is printed in the chapter",
        explanation=(
            "Front matter is YAML between two lines of three hyphens, and the first of them must be the "
            "first line of the file. After a blank line, in TOML or with other delimiters it is printed "
            "at the start of the chapter, and its title and other settings have no effect."
        ),
        bad='+++\ntitle = "Title"\n+++',
        good="---\ntitle: Title\n---",
    ),
    "LNT036": Code(
        severity=NOTE,
        rule="repeated-unit",
        summary="every number in a column repeats the same unit",
        explanation=(
            "Each number in a column is followed by the same unit. Written once in the header, the unit "
            "makes room for the numbers, which are then easier to compare. Columns with fewer than three "
            "numbers are not reported."
        ),
        bad="| Name | Share |\n|---|---|\n| One | 1% |\n| Two | 2.5% |\n| Three | 3% |",
        good="| Name | Share (%) |\n|---|---|\n| One | 1 |\n| Two | 2.5 |\n| Three | 3 |",
    ),
    "LNT037": Code(
        severity=WARNING,
        rule="special-space",
        summary="non-ASCII space where Markdown needs a regular space",
        explanation=(
            "A no-break space or another non-ASCII space follows the marker of a heading, a list item, a "
            "div or a code block, or separates attributes. It looks like a regular space but does not "
            "count as one, so the heading or list is printed as text and attributes run together. Such "
            "spaces come from word processors and from Option-space on a Mac. In the example, the "
            "character after `##` is a no-break space."
        ),
        bad="##\u00a0Costs",
        good="## Costs",
    ),
    "LNT038": Code(
        severity=WARNING,
        rule="placeholder",
        summary="placeholder text is left in the source",
        explanation=(
            "A paragraph starts with a word such as TODO or FIXME, or the text contains a bracketed "
            "remark such as `[TBD]` or filler text. It would be published as it is. Remarks inside comments "
            "are ignored."
        ),
        bad="TODO: add the size of the sample.",
        good="The sample has 1,200 households.",
    ),
    "LNT039": Code(
        severity=WARNING,
        rule="misread-encoding",
        summary="characters were decoded with the wrong encoding",
        explanation=(
            "A character that was saved as UTF-8 was opened as Windows-1252, which turns an é into `Ã©`. "
            "The damage is in the file itself: usually the text was copied from a program that guessed "
            "the encoding. Only the first such character in a file is reported, so check the whole file."
        ),
        bad="The cafÃ© is open.",
        good="The café is open.",
    ),
    "LNT040": Code(
        severity=WARNING,
        rule="prose-as-list",
        summary="paragraph is parsed as a numbered list",
        explanation=(
            "A paragraph that starts with a number and a full stop or a parenthesis is an item of a "
            "numbered list. If the number is above 31 and the list has no other item, the number is "
            "probably a year or an amount. Put a backslash before the full stop or the parenthesis to "
            "keep the paragraph."
        ),
        bad="1986. A great year.",
        good="1986\\. A great year.",
    ),
    "LNT041": Code(
        severity=WARNING,
        rule="curly-quotes",
        summary="YAML value is in typographic quotes",
        explanation=(
            "A value in the manifest, in front matter or in a theme file starts and ends with "
            "typographic quotes such as “ and ”. YAML only recognises straight quotes, so the "
            "typographic ones are part of the value and are printed. Word processors and messengers often "
            "replace straight quotes. If the quotes are intended, enclose the whole value in straight "
            "single quotes."
        ),
        bad="title: “Results”",
        good='title: "Results"',
    ),
}
