"""Catalogues of titles and ONIX records for retailers."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, NOTE, WARNING, Code

CODES = {
    "CAT001": Code(
        severity=ERROR,
        summary="catalogue file cannot be read",
        explanation=(
            "The catalogue is not valid YAML, is not a mapping with the key `titles`, is not UTF-8, or is "
            "larger than 16 MB. Nothing is built, because the list of titles is unknown."
        ),
        bad=("- handbook\n- standards/*"),
        good=("titles:\n  - handbook\n  - standards/*"),
    ),
    "CAT002": Code(
        severity=ERROR,
        summary="catalogue lists no titles, or a title folder does not exist",
        explanation=(
            "An entry under `titles:` matches no folder with a manifest, is outside the catalogue folder, or "
            "the list is empty. Paths are relative to the catalogue folder. In patterns, `**` must be a "
            "complete path component."
        ),
        bad=("titles:\n  - standards**"),
        good=("titles:\n  - standards/**/*"),
    ),
    "CAT003": Code(
        severity=ERROR,
        summary="two titles in the catalogue have the same name",
        explanation=(
            "The name of a title is the folder of its outputs, so two titles with one name would "
            "overwrite each other. The name is the path of the folder, or `name`; editions from a CSV "
            "file add the column `name` or the first column. Set a different `name`, or remove the "
            "duplicate."
        ),
        bad=("titles:\n  - folder: handbook\n  - folder: handbook\n    profiles: [teacher]"),
        good=(
            "titles:\n"
            "  - folder: handbook\n"
            "  - folder: handbook\n"
            "    name: handbook-teachers\n"
            "    profiles: [teacher]"
        ),
    ),
    "CAT004": Code(
        severity=ERROR,
        summary="editions CSV file is invalid",
        explanation=(
            "The file that `merge` names has one row per edition. It does not exist, cannot be parsed, "
            "has a column without a name or two with the same name, has a row with too few or too many "
            "cells, or has an invalid language tag in the column `language`. The title is not built, so "
            "that no reader gets a wrong edition."
        ),
        bad=("name,language\nAda,de_CH"),
        good=("name,language\nAda,de-CH"),
    ),
    "CAT005": Code(
        severity=ERROR,
        summary="build of a title exceeded its time or memory limit, or crashed",
        explanation=(
            "Each title is built in its own process, with a limit on memory and time. The process "
            "exceeded a limit or ended unexpectedly, a new process tried the title again, and that one "
            "ended too. Other titles are not affected. The log shows the last step; raise the limits if "
            "the title is large."
        ),
        bad="limits: {memory: 500MB, time: 20s}",
        good="limits: {memory: 4GB, time: 30m}",
    ),
    "CAT006": Code(
        severity=ERROR,
        summary="a file belonging to a title cannot be read or written",
        explanation=(
            "A file or folder of the title is missing, is not readable for the user who runs the build, "
            "or is a symbolic link where the build writes. Only this title fails. Correct the "
            "permissions, or remove the link."
        ),
        bad=("chmod 000 handbook/source/book.yaml\ntriptych catalog build"),
        good=("chmod 644 handbook/source/book.yaml\ntriptych catalog build"),
    ),
    "CAT007": Code(
        severity=WARNING,
        summary="cross-references to another title show outdated numbers",
        explanation=(
            "The title refers to figures, tables or sections of another title, and their numbers have "
            "changed since this title was built. This happens when two titles refer to each other, so "
            "that neither can be built first. Run the build again; only the affected titles are rebuilt."
        ),
        bad="triptych catalog build",
        good=("triptych catalog build\ntriptych catalog build   # rebuilds the affected titles"),
    ),
    "CAT008": Code(
        severity=ERROR,
        summary="shared catalogue folder does not exist",
        explanation=(
            "A folder under `shared:` or `templates:` was not found, or is outside the catalogue "
            "folder. Paths are relative to the catalogue folder. Titles would be built without their shared "
            "images, data or templates, so nothing is built."
        ),
        bad=("titles: [handbook]\nshared: [../images]"),
        good=("titles: [handbook]\nshared: [images]"),
    ),
    "ONX001": Code(
        severity=NOTE,
        rule="missing-onix-metadata",
        summary="metadata required by retailers is missing",
        explanation=(
            "Retailers require an ISBN, a publisher, a date, a description, an author and a Thema or BISAC "
            "subject to list a book. The ONIX record is valid without them, but retailers may reject the "
            "book. Ignore the finding if the book is not sold."
        ),
        bad=("book:\n  title: Harbours\n  author: Ada Byron"),
        good=(
            "book:\n"
            "  title: Harbours\n"
            "  author: Ada Byron\n"
            "  publisher: Quay Press\n"
            "  isbn: 978-3-16-148410-0"
        ),
    ),
    "ONX002": Code(
        severity=ERROR,
        summary="ONIX record contains no products",
        explanation=(
            "An ONIX record describes the PDF and the EPUB as products for sale. Neither is an "
            "output of this book, or the PDF is only a handout. Add one of them to the outputs, or remove "
            "`onix`."
        ),
        bad=("format:\n  pptx: default\n  onix: default"),
        good=("format:\n  epub: default\n  onix: default"),
    ),
}
