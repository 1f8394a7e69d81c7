"""Section files, included files, templates and expressions."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, WARNING, Code

CODES = {
    "SEC001": Code(
        severity=ERROR,
        summary="section file does not exist",
        explanation=(
            "A file under `chapters:` or `appendices:` in `book.yaml` was not found. Paths are "
            "relative to the folder that contains `book.yaml`. The chapter would be missing from "
            "all outputs, so the build stops."
        ),
        bad=("book:\n  title: A book\n  chapters:\n    - introduction.md\n    - reslts.md"),
        good=("book:\n  title: A book\n  chapters:\n    - introduction.md\n    - results.md"),
    ),
    "SEC002": Code(
        severity=ERROR,
        summary="front matter is invalid",
        explanation=(
            "The YAML block at the start of a section file cannot be parsed, has an unknown key, or "
            "has a value of the wrong type. Front matter sets the title, id, language and slides of "
            "the chapter. A misspelt key would otherwise be ignored without notice."
        ),
        bad="title: One: two",
        good='title: "One: two"',
    ),
    "SEC003": Code(
        severity=ERROR,
        summary="file is not UTF-8 text",
        explanation=(
            "The file has bytes that are not valid UTF-8, or it is not a text file at all. The message "
            "names the encoding that the file probably has. Letters with accents and typographic "
            "quotation marks would otherwise be printed wrongly."
        ),
        bad=("$ file --mime-encoding chapter.md\nchapter.md: iso-8859-1"),
        good=(
            "$ iconv -f WINDOWS-1252 -t UTF-8 chapter.md > new.md && mv new.md chapter.md\n"
            "$ file --mime-encoding chapter.md\n"
            "chapter.md: utf-8"
        ),
    ),
    "SEC004": Code(
        severity=ERROR,
        summary="section or table is too large or cannot be parsed",
        explanation=(
            "Pandoc could not read the section, or the section exceeds a limit: its length, the depth "
            "of its nesting, its pieces of markup, the cells of a table, or the time and memory for "
            "reading. The limits keep a mistake or a malicious file from blocking a build. Some of "
            "them can be raised under `limits:` in `book.yaml`."
        ),
        bad="\\newcommand{\\a}{\\a}",
        good="\\newcommand{\\a}{\\alpha}",
    ),
    "SEC005": Code(
        severity=ERROR,
        summary="path is outside the project",
        explanation=(
            "A path is absolute, goes up out of the project folder with `..`, has backslashes, or "
            "follows a symbolic link to a place outside. Triptych reads only files within the project "
            "folder, so that a build cannot pick up private files of the machine. Copy the file into "
            "the project and use a relative path with forward slashes."
        ),
        bad="![A map of the coast](../../coast.png)",
        good="![A map of the coast](coast.png)",
    ),
    "SEC006": Code(
        severity=WARNING,
        summary="unsupported HTML or LaTeX was omitted",
        explanation=(
            "An HTML tag, a LaTeX environment or another raw construct has no equivalent in the "
            "outputs and was omitted. Text inside an inline HTML tag is kept. Write the content in "
            "Markdown, or describe it in words."
        ),
        bad="Press <button>Go</button> now.",
        good="Press **Go** now.",
    ),
    "SEC007": Code(
        severity=WARNING,
        summary="section is listed twice",
        explanation=(
            "The same file is listed more than once under `chapters:` or `appendices:`. Only its first "
            "entry is used, because ids must be unique in the book. If the chapter should appear at "
            "the later place, remove the first entry."
        ),
        bad=("book:\n  title: A book\n  chapters:\n    - section.md\n    - section.md"),
        good=("book:\n  title: A book\n  chapters:\n    - section.md"),
    ),
    "SEC008": Code(
        severity=ERROR,
        summary="unresolved merge conflict in a Markdown file",
        explanation=(
            "Git could not merge two versions of the file, and left both in it between lines that start "
            "with `<<<<<<<`, `=======` and `>>>>>>>`. The book would contain both versions and the markers. "
            "Markers inside code blocks are allowed."
        ),
        bad="<<<<<<< HEAD\nOne version.\n=======\nAnother version.\n>>>>>>> branch",
        good="One version.",
    ),
    "INC001": Code(
        severity=ERROR,
        summary="included file is missing, recursive or too large",
        explanation=(
            "The file of an `include` shortcode does not exist, includes itself directly or through "
            "other files, or makes the section too long. Paths are relative to the including file or "
            "to the folder that contains `book.yaml`. The text would be missing from the book, so the build "
            "stops."
        ),
        bad="{{< include parst.md >}}",
        good="{{< include part.md >}}",
    ),
    "INC002": Code(
        severity=ERROR,
        summary="shortcode is unknown or refers to an undefined value",
        explanation=(
            "A shortcode has an unknown name, or a `var` or `meta` shortcode refers to a value that "
            "`book.yaml` does not have. `var` reads the keys under `variables:`; `meta` reads the "
            "other settings, those under `book:` included. The text would have a gap where the value "
            "belongs."
        ),
        bad="Version {{< var versoin >}} of the report.",
        good="Version {{< var version >}} of the report.",
    ),
    "TPL001": Code(
        severity=ERROR,
        summary="expression in a section is invalid or raised an error",
        explanation=(
            "A Jinja expression in a section has a syntax error, refers to an undefined name, reads a "
            "data file that does not exist, or exceeds the limits for expressions. Expressions are "
            "evaluated only with `jinja: true` in `book.yaml`. The section keeps its expressions "
            "unevaluated, so the build stops."
        ),
        bad="{{ data('gnoe.csv').last('output') }}",
        good="{{ data('gone.csv').last('output') }}",
    ),
    "TPL002": Code(
        severity=ERROR,
        summary="project template is invalid or raised an error",
        explanation=(
            "A Jinja template in the `templates/` folder of the project has a syntax error, refers to "
            "an undefined name, or exceeds the limits for templates. The message has the place in the "
            "template. Compare the template with the built-in one that it replaces."
        ),
        bad=('{# templates/print/title-page.xhtml.j2 #}\n<p class="book-title">{{ meta.titel }}</p>'),
        good=('{# templates/print/title-page.xhtml.j2 #}\n<p class="book-title">{{ meta.title }}</p>'),
    ),
    "TPL003": Code(
        severity=WARNING,
        summary="file in `templates/` has no effect",
        explanation=(
            "No template, theme or font setting uses this file in the `templates/` folder. A template "
            "is used if it has the path and name of the built-in template that it replaces, or if "
            "another template includes it. The usual cause is a misspelt file name; delete the file if "
            "it is a left-over."
        ),
        bad=("templates/\n  print/\n    titel-page.xhtml.j2"),
        good=("templates/\n  print/\n    title-page.xhtml.j2"),
    ),
}
