"""Test running a page: the effect of each kind of comment, and the failure of wrong claims."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.guide.pages import PageImage, parse_page
from tests.guide.running import run_page
from triptych.engine.cache import Cache

RunText = Callable[[str], list[str]]
CHART = "year,value\n2024,1\n2025,2\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "page"
    path.mkdir()
    return path


@pytest.fixture
def failures_of(folder: Path, shared_cache: Cache) -> RunText:
    return lambda text: run_page(parse_page("p.md", text), folder, shared_cache)


def test_file_can_be_written_appended_and_changed(failures_of: RunText, folder: Path) -> None:
    text = (
        "<!-- file: a/b.md -->\n```markdown\none\ntwo\n```\n\n"
        "<!-- append: a/b.md -->\n```markdown\nthree\n```\n\n"
        "<!-- replace in: a/b.md -->\n```diff\n one\n-two\n+2\n```\n\n"
        "<!-- shows: a/b.md -->\n```markdown\none\n…\nth…\n```\n"
    )
    assert failures_of(text) == []
    assert (folder / "a/b.md").read_text() == "one\n2\n\nthree\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<!-- append: a.md -->\n```markdown\nx\n```\n", "No such file"),
        ("<!-- replace in: a.md -->\n```diff\n-x\n+y\n```\n", "No such file"),
        ("<!-- shows: a.md -->\n```markdown\nx\n```\n", "No such file"),
        ("<!-- file: ../a.md -->\n```markdown\nx\n```\n", "../a.md is outside the folder of the page"),
        ("<!-- result: a.md exists -->\n", "a.md does not exist"),
        ('<!-- result: a.pdf contains "x" -->\n', "a.pdf does not exist"),
        ("<!-- copy: images/nothing.png to a.png -->\n", "No such file"),
        ("<!-- tested in: tests/test_nothing.py -->\n", "there is no test tests/test_nothing.py"),
    ],
)
def test_a_missing_file_fails(failures_of: RunText, text: str, message: str) -> None:
    (failure,) = failures_of(text)
    assert failure.startswith("p.md:")
    assert message in failure


FILE = "<!-- file: a.md -->\n```markdown\none\none\ntwo\n```\n\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<!-- shows: a.md -->\n```markdown\none\nthree\n```\n", "a.md is not what the page shows"),
        (
            "<!-- replace in: a.md -->\n```diff\n-one\n+1\n```\n",
            "a.md contains these lines 2 times, not once",
        ),
        (
            "<!-- replace in: a.md -->\n```diff\n-three\n+3\n```\n",
            "a.md contains these lines 0 times, not once",
        ),
        ("<!-- replace in: a.md -->\n```diff\none\n```\n", "each line of a diff begins with -, + or a space"),
        ('<!-- result: a.md contains "three" -->\n', "is not true; the text is:\none one two"),
        ('<!-- result: a.md does not contain "two" -->\n', "is not true"),
        ("<!-- result: a.md does not exist -->\n", "a.md exists"),
        ("<!-- result: a.md contains two -->\n", "write the text in double quotes"),
        ("<!-- result: a.md looks good -->\n", "cannot be read"),
        ("<!-- result: a.md has 3 pages -->\n", '"has 3 pages" cannot be read for a.md'),
        ('<!-- result: slide 2 of a.md contains "x" -->\n', "a.md has no slide"),
    ],
)
def test_a_claim_about_a_file_that_is_not_true_fails(failures_of: RunText, text: str, message: str) -> None:
    (failure,) = failures_of(FILE + text)
    assert failure.startswith("p.md:")
    assert message in failure


def console(*lines: str, comment: str = "") -> str:
    text = "\n".join(lines)
    return f"{comment}\n```console\n{text}\n```\n"


def test_commands_run_in_the_folder_of_the_page_one_after_the_other(failures_of: RunText) -> None:
    lines = ["$ mkdir a", "$ cd a", "$ triptych --version", "triptych, version …", "$ cd ..", "$ ls", "a"]
    assert failures_of(console(*lines)) == []


def test_a_command_that_should_fail_must_fail(failures_of: RunText) -> None:
    lines = ["$ triptych build", "…", "  hint: pass the folder that contains …", "…"]
    assert failures_of(console(*lines, comment="<!-- fails: 1 -->")) == []
    (failure,) = failures_of(console("$ triptych --version", comment="<!-- fails: 1 -->"))
    assert "p.md:3: `triptych --version` ended with exit code 0, not 1" in failure


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["$ triptych --version", "version 0"], "p.md:3: `triptych --version` printed something else"),
        (["$ mkdir a", "$ triptych build a"], "p.md:4: `triptych build a` ended with exit code 1, not 0"),
        (["$ make"], 'needs the comment "not run: reason"'),
        (["$ ls | cat"], '"|" is not supported'),
        (["$ ls > a"], '">" is not supported'),
        (["$ cd nowhere"], "`cd nowhere`: no such folder"),
        (["$ cd .."], "`cd ..`: no such folder"),
        (["no command"], "is not a command such as"),
    ],
)
def test_command_with_another_result_fails(failures_of: RunText, lines: list[str], message: str) -> None:
    (failure,) = failures_of(console(*lines))
    assert message in failure


def test_a_hidden_command_runs(failures_of: RunText, folder: Path) -> None:
    assert failures_of("<!-- run: triptych new my-report -->\n") == []
    assert (folder / "my-report/source/book.yaml").is_file()


def test_a_block_that_is_not_run_is_skipped(failures_of: RunText) -> None:
    assert failures_of(console("$ quarto render", comment="<!-- not run: it is another program -->")) == []


def yaml(text: str, *comments: str) -> str:
    marks = "".join(f"<!-- {comment} -->\n" for comment in comments)
    return f"{marks}```yaml\n{text}\n```\n"


@pytest.mark.parametrize(
    "text",
    [
        yaml("lang: de"),
        yaml("book:\n  subtitle: Hello"),
        yaml("book:\n  title: Mine\n  chapters: [one.md, two.md]"),
        yaml("langg: de", "finding: MAN001"),
        yaml("talks:\n  board: {minutes: 10, slides: [fig-nowhere]}", "finding: MAN011"),
        yaml("extends: house\ncolours: {accent: 1f6f5c}", "theme"),
        yaml("colour: {accent: 1f6f5c}", "theme", "finding: THM001"),
        yaml("title: A chapter\nrole: abstract", "front matter"),
        yaml("titel: A chapter", "front matter", "finding: SEC002"),
        yaml("- term: ISBN\n  definition: A number.", "glossary"),
        yaml("- trem: ISBN", "glossary", "finding: GLO002"),
        yaml("titles: [one, two]\ndefaults: {lang: de}", "catalogue"),
        yaml("output-dir: build", "catalogue"),
        yaml("titels: [one, two]", "catalogue", "finding: MAN001"),
        yaml("defaults: {langg: de}", "catalogue", "finding: MAN001"),
    ],
)
def test_yaml_is_checked_against_its_schema(failures_of: RunText, text: str) -> None:
    assert failures_of(text) == []
    wrong = text.replace("finding: ", "finding: ONX001, ")
    assert len(failures_of(wrong if "finding" in text else f"<!-- finding: ONX001 -->\n{text}")) == 1


def test_a_mistake_in_yaml_fails_at_its_line(failures_of: RunText) -> None:
    (failure,) = failures_of(yaml("lang: de\nlangg: de"))
    assert failure.startswith(
        "p.md:2: expected nothing to be reported, but it was:\nsource/book.yaml:2:1: error"
    )


def test_markdown_reports_just_the_finding_that_the_page_names(failures_of: RunText) -> None:
    text = "<!-- finding: {} -->\n```markdown\nSee @fig-nothing.\n```\n"
    assert failures_of(text.format("REF001")) == []
    (failure,) = failures_of(text.format("REF002"))
    assert "expected REF002 to be reported, but it was:\nsource/snippet-1.md:1:5: error[REF001]" in failure
    sound = text.replace("See @fig-nothing.", "All is well.").format("REF001")
    assert "expected REF001 to be reported, but it was:\nnothing" in failures_of(sound)[0]


SNIPPETS = (
    "<!-- file: my-report/source/data/c.csv -->\n```csv\nyear,value\n2024,1\n2025,2\n```\n\n"
    "<!-- for snippets -->\n```yaml\nlang: de\n```\n\n"
    '```markdown\n# First\n\nText.\n```\n\n```markdown\n::: {#fig-c .chart type="line" data="data/c.csv" x="year" y="value" '
    'fig-alt="From 1 in 2024 to 2 in 2025."}\nValues grow\n:::\n\nSee @fig-c.\n```\n\n'
)


def test_snippets_become_one_book_with_the_files_of_the_page(folder: Path, shared_cache: Cache) -> None:
    drawing: list[tuple[str, bool]] = []

    def draw(image: PageImage, place: Path) -> None:
        drawing.append((image.picture, (place / "snippets.pdf").is_file()))

    text = SNIPPETS + (
        '<!-- result: snippets.pdf contains "Abbildung 2.1", "Values grow" -->\n'
        '<!-- result: chapter snippet-2 of snippets.epub contains "Abbildung 2.1" -->\n'
        '<!-- result: snippets.pptx contains "Values grow" -->\n'
        "<!-- result: snippets.epub has 2 chapters -->\n"
        "<!-- result: snippets.epub has 3 chapters -->\n\n"
        "<!-- picture: page 2 of snippets.pdf -->\n![A page](a.png)\n"
    )
    failures = run_page(parse_page("p.md", text), folder, shared_cache, draw)
    assert len(failures) == 1
    assert failures[0].endswith("snippets.epub has 2 chapters, not 3")
    assert drawing == [("page 2 of snippets.pdf", True)]


def test_a_finding_in_a_snippet_fails_at_its_line_of_the_page(failures_of: RunText) -> None:
    (failure,) = failures_of("Text.\n\n```markdown\n# One\n\nSee @fig-nothing.\n```\n")
    assert failure.startswith("p.md:6: in the book of snippets: source/snippet-1.md:3:5: error[REF001]")
