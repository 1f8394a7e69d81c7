"""Test that the commands and outputs shown in the README are correct."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pptx import Presentation

from tests.cli.conftest import Run
from tests.conftest import write_files

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
LONGEST = 8000  # characters: the README can be read in a minute
PROJECT = {
    "source/book.yaml": (
        "book: {title: Report, author: Ada, date: 2026-01-31, chapters: [solar.md]}\n"
        "lang: en-GB\nbibliography: references.bib\n"
    ),
    "source/references.bib": "@book{iea2025, author = {Ada}, title = {Energy}, year = {2025}}\n",
    "source/data/solar.csv": "year,GW\n2017,130\n2019,205\n2021,307\n2023,610\n2025,1200\n",
}


def block(language: str) -> str:
    result = re.search(rf"```{language}\n(.*?)```", README, re.S)
    assert result is not None
    return result[1]


def test_the_readme_is_short_and_its_files_exist() -> None:
    assert len(README) <= LONGEST
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


@pytest.mark.e2e
def test_the_few_lines_become_a_figure_and_a_slide(tmp_path: Path, run: Run) -> None:
    source = block("markdown")
    assert len(source.splitlines()) <= 10
    write_files(tmp_path, {**PROJECT, "source/solar.md": source})
    result = run("build", tmp_path)
    assert result.exit_code == 0, result.output
    assert "warning" not in result.output
    slides = Presentation(str(tmp_path / "build/report.pptx")).slides
    charted = [slide for slide in slides if any(shape.has_chart for shape in slide.shapes)]
    (title,) = re.findall(r'slide-title="(.*?)"', source)
    assert [slide.shapes.title.text_frame.text for slide in charted] == [title]


def test_readme_error_matches_that_of_a_missing_column(tmp_path: Path, run: Run) -> None:
    data = PROJECT["source/data/solar.csv"].replace("GW", "MW")
    write_files(tmp_path, {**PROJECT, "source/data/solar.csv": data, "source/solar.md": block("markdown")})
    result = run("build", tmp_path)
    assert result.exit_code == 1
    assert block("text").strip() in result.output.replace(f"{tmp_path}/", "")
