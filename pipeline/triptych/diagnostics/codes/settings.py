"""The manifest and the theme."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, WARNING, Code

CODES = {
    "MAN001": Code(
        severity=ERROR,
        summary="unknown key in the manifest",
        explanation=(
            "The manifest contains a key that Triptych does not know. The usual cause is a misspelt "
            "key, a key under the wrong section, or a key of another tool. An unknown key is an error, "
            "because the setting would otherwise be ignored without notice. `triptych schema` prints "
            "all keys for editors that complete them."
        ),
        bad="  subtitel: Two",
        good="  subtitle: Two",
    ),
    "MAN002": Code(
        severity=ERROR,
        summary="invalid value in the manifest",
        explanation=(
            "A key of the manifest has a value of the wrong type, outside its limits, or one that "
            "contradicts another setting; profiles are checked even if the build does not use them. The "
            "message names the key and the values that it allows. Text that contains a colon followed by "
            "a space, or starts with a special character, needs quotation marks."
        ),
        bad="    page-size: a3",
        good="    page-size: {width: 297mm, height: 420mm}",
    ),
    "MAN003": Code(
        severity=ERROR,
        summary="manifest does not exist",
        explanation=(
            "The project folder does not contain `source/book.yaml`, so there is nothing to build. The "
            "usual cause is running Triptych in the wrong folder. Run it in the project folder or pass "
            "that folder as an argument; `triptych new` creates a project with a manifest."
        ),
        bad="triptych build my-report/source",
        good="triptych build my-report",
    ),
    "MAN004": Code(
        severity=ERROR,
        summary="manifest is not valid YAML",
        explanation=(
            "The manifest cannot be parsed, or is not a mapping of keys to values. Common causes are "
            "tabs, wrong indentation, an unquoted value with a colon, a bracket that is not closed and "
            "a key that appears twice. Line and column show where parsing failed; the cause can be a "
            "line earlier."
        ),
        bad="  title: A book\n  title: Another",
        good="  title: A book\n  subtitle: Another",
    ),
    "MAN005": Code(
        severity=ERROR,
        summary="required key is missing from the manifest",
        explanation=(
            "A mapping of the manifest does not have a required key. A book requires a title and at least "
            "one chapter or appendix; a part requires chapters; a page size requires a width and a "
            "height."
        ),
        bad="  chapters: [section.md]",
        good="  title: A book\n  chapters: [section.md]",
    ),
    "MAN006": Code(
        severity=ERROR,
        summary="date is invalid",
        explanation=(
            "The publication date is not written as year-month-day, or the day does not exist. Triptych "
            "writes the date in the language of the book, and stores it in the files for readers and "
            "retailers. Omit the key if the date is not known yet."
        ),
        bad="  date: 2026-02-30",
        good="  date: 2026-02-28",
    ),
    "MAN007": Code(
        severity=ERROR,
        summary="unknown profile or talk",
        explanation=(
            "The command line requests a profile or a talk that the manifest does not define. Profiles "
            "are defined under `profiles:`, talks under `talks:`. The profiles kindle, handout, script, "
            "kdp and ingramspark are built in."
        ),
        bad="triptych build --profile pint",
        good="triptych build --profile print",
    ),
    "MAN008": Code(
        severity=ERROR,
        summary="no output format is enabled",
        explanation=(
            "The manifest disables all outputs under `format:`, so there is nothing to build. Without "
            "`format:` Triptych builds PDF, EPUB and PowerPoint; with it, only the formats that it "
            "lists."
        ),
        bad="format: {pdf: false}",
        good="format: {pdf: default}",
    ),
    "MAN010": Code(
        severity=WARNING,
        summary="several authors in one string",
        explanation=(
            "An author's name contains a word such as “and”, or a semicolon, between two full names. "
            "Libraries and retailers would list both people as one author. Write a list with one item "
            "per person. Ignore the warning if it is the name of one person or organisation."
        ),
        bad="  author: Ada Lovelace and Charles Babbage",
        good="  author: [Ada Lovelace, Charles Babbage]",
    ),
    "MAN011": Code(
        severity=ERROR,
        summary="talk refers to an unknown chapter or slide",
        explanation=(
            "A talk lists a chapter or slide that the book does not have, an element without a slide, "
            "or the same slide twice. Chapters are listed by file name or id. Slides are listed by the "
            "id of a slide, chart, table, figure, listing or formula in a chapter or appendix."
        ),
        bad="chapters: [solr], slides: [sld-panel, sld-panels, sld-panels, sld-hello]",
        good="chapters: [solar], slides: [sld-panels]",
    ),
    "MAN012": Code(
        severity=ERROR,
        summary="untrusted project raises resource limits",
        explanation=(
            "The manifest raises limits on memory, time or size under `limits:`, but the command treats "
            "the project as untrusted. A project from an unknown author must not be able to use up the "
            "resources of the machine. Trust the project on the command line if you know its authors."
        ),
        bad="triptych build --limits strict",
        good="triptych build --limits trusted",
    ),
    "THM001": Code(
        severity=ERROR,
        summary="invalid theme",
        explanation=(
            "The manifest names a theme that does not exist, or the theme file has an unknown key or an "
            "invalid value. `triptych schema --theme` prints all keys for editors that complete them. "
            "Colours need quotation marks, because YAML reads an unquoted `#` as the start of a "
            "comment."
        ),
        bad="  paragrafs: space",
        good="  paragraphs: space",
    ),
    "THM002": Code(
        severity=WARNING,
        summary="theme colours have insufficient contrast",
        explanation=(
            "A text colour of the theme has a contrast below 4.5:1 on a background, or a chart colour "
            "below 3:1. Readers with low vision cannot read such text or see such bars. These are the "
            "limits of WCAG level AA. Make the colour darker on light backgrounds, or lighter on dark "
            "ones."
        ),
        bad='  accent: "#e07a5f"',
        good='  accent: "#a8321f"',
    ),
    "THM003": Code(
        severity=WARNING,
        summary="logo has insufficient contrast against the page background",
        explanation=(
            "The theme prints the logo on every page, but the logo is too light to be visible on the "
            "page background. Triptych prints it on the title page only. Use a darker logo, or remove "
            "`running-logo` from the theme."
        ),
        bad="logo: images/logo-white.svg",
        good="logo: images/logo.svg",
    ),
}
