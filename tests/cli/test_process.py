"""Test the program as a separate process, as a shell or a script runs it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.conftest import write_files
from triptych.engine.extras import Extra, get_install_command

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
# Python refuses to import a module that is None in sys.modules, as if it were not installed.
WITHOUT = """
import importlib.metadata, sys
missing = sys.argv.pop(1).split()
sys.modules.update(dict.fromkeys(missing))
of_name = importlib.metadata.Distribution.from_name

def from_name(name):
    if name in missing:
        raise importlib.metadata.PackageNotFoundError(name)
    return of_name(name)

importlib.metadata.Distribution.from_name = from_name
"""
START = "from triptych.cli import main\nmain(prog_name='triptych')\n"


def triptych(*arguments: str | Path, without: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the program; ``without`` names modules and packages that are missing."""
    program = ["-c", WITHOUT + START, without] if without else ["-m", "triptych"]
    return subprocess.run(
        [sys.executable, *program, *map(str, arguments)],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_0_when_all_is_well(minimal: Path) -> None:
    result = triptych("build", minimal, "--jobs", "1")
    assert (result.returncode, result.stderr) == (0, "")
    assert re.search(r"a-book\.epub  \d+ kB\n$", result.stdout)


def test_1_when_the_source_has_errors(broken: Path) -> None:
    result = triptych("build", broken, "--jobs", "1")
    assert result.returncode == 1
    assert result.stdout == "Nothing was written: found 2 errors and 1 warning.\n"
    # The path is relative to the current folder, whichever that is.
    place = result.stderr.splitlines()[0].partition(":")[0]
    assert Path(place).resolve() == (broken / "source/other.md").resolve()
    assert result.stderr.splitlines()[0].startswith(f"{place}:1:10: error[REF002]: ")


def test_2_for_usage_errors(minimal: Path) -> None:
    result = triptych("build", minimal, "--to", "docx")
    assert (result.returncode, result.stdout) == (2, "")


@pytest.mark.parametrize("command", ["build", "check"])
@pytest.mark.parametrize("module", ["pypandoc", "lxml", "jinja2", "rich", "pydantic"])
def test_3_when_a_library_is_missing(minimal: Path, command: str, module: str) -> None:
    result = triptych(command, minimal, without=module)
    assert result.returncode == 3, result.stderr
    assert "Traceback" not in result.stderr
    assert result.stderr.startswith("error[ENV009]: ")
    assert "triptych doctor" in result.stderr or f"pip install {module}-binary" in result.stderr


def test_3_when_the_layout_engine_is_missing(minimal: Path) -> None:
    result = triptych("build", minimal, "--to", "pdf", "--jobs", "1", without="weasyprint")
    assert result.returncode == 3
    assert "weasyprint" in result.stderr
    assert not (minimal / "build/a-book.pdf").exists()


CJK = "pylopdf_fonts_zh_cn pylopdf_fonts_zh_tw pylopdf_fonts_jp pylopdf_fonts_ko manimgx_fonts_cjk"


@pytest.mark.parametrize(
    ("text", "modules", "extra", "place"),
    [
        ("Some words.\n\nA word: 中文.\n", CJK, "cjk", "source/section.md:5:9"),
        ("Some words.\n\n한국어\n", CJK, "cjk", "source/section.md:5:1"),
        ("Some words.\n\nHere $x^2$, and $y$.\n", "typst", "formulas", "source/section.md:5:7"),
        ("$$y = 1$$\n", "typst", "formulas", "source/section.md:3:3"),
        ("Words.\n\n```dot\ndigraph { a -> b }\n```\n", "graphviz-pure", "graphviz", "source/section.md:6:1"),
    ],
)
def test_3_when_an_extra_is_missing(minimal: Path, text: str, modules: str, extra: Extra, place: str) -> None:
    write_files(minimal, {"source/section.md": f"# A\n\n{text}"})
    result = triptych("build", minimal, "--to", "pdf", "--jobs", "1", without=modules)
    assert result.returncode == 3, result.stderr
    assert f"{place}: error[ENV003]: " in result.stderr
    assert result.stdout == "Nothing was written: found 1 error.\n"
    assert get_install_command(extra) in result.stderr
    assert "Traceback" not in result.stderr
    assert not (minimal / "build/a-book.pdf").exists()


EXTRAS = f"{CJK} pypinyin numpy py3langid page merman typst graphviz-pure"
CHART = '::: {.chart data=data.csv x=year y=n type=line fig-alt="It grows"}\nGrowth\n:::\n'


def test_an_english_report_needs_no_extra(minimal: Path) -> None:
    text = "# A\n\nWords, *and* a picture.\n\n![A square](a.svg)\n\n- `code`\n\n| a | b |\n|---|--:|\n| c | 2 |\n"
    square = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
    write_files(
        minimal,
        {
            "source/section.md": f"{text}\n{CHART}",
            "source/a.svg": square,
            "source/data.csv": "year,n\n2024,1\n2025,2\n",
        },
    )
    result = triptych("build", minimal, "--jobs", "1", without=EXTRAS)
    assert (result.returncode, result.stderr) == (0, "")
    with zipfile.ZipFile(minimal / "build/a-book.epub") as book:
        assert any(name.endswith("cover.png") for name in book.namelist())


@pytest.mark.parametrize(("store", "code"), [("", 0), ("kindle", 3)])
def test_formula_images_are_drawn_only_for_shops_that_need_them(minimal: Path, store: str, code: int) -> None:
    """Test that formulas of an e-book are drawings for one shop only, and MathML for all others."""
    write_files(minimal, {"source/section.md": "# A\n\nHere $x^2$.\n"})
    manifest = minimal / "source/book.yaml"
    manifest.write_text(re.sub(r"embed-fonts: \w+", f"store: '{store}'", manifest.read_text()))
    result = triptych("build", minimal, "--to", "epub", "--jobs", "1", without="typst")
    assert result.returncode == code, result.stderr
    assert ("error[ENV003]" in result.stderr) is bool(code)


@pytest.mark.parametrize(
    ("text", "more", "place"),
    [
        ("字[能]{.index}。\n", "", "source/section.md:3:3"),
        ("字。\n", "glossary: glossary.yaml\n", "source/glossary.yaml:1:"),
    ],
)
def test_pinyin_order_needs_its_package(minimal: Path, text: str, more: str, place: str) -> None:
    terms = "- {term: 太阳能, definition: 光。}\n"
    write_files(minimal, {"source/section.md": f"# 章\n\n{text}", "source/glossary.yaml": terms})
    manifest = minimal / "source/book.yaml"
    manifest.write_text(f"{manifest.read_text()}\n{more}".replace("lang: en", "lang: zh"))
    result = triptych("build", minimal, "--to", "epub", "--jobs", "1", without="pypinyin")
    assert result.returncode == 3, result.stdout + result.stderr
    assert f"{place}" in result.stderr and "error[ENV003]" in result.stderr
    assert get_install_command("cjk") in result.stderr


def test_an_e_book_in_chinese_only_warns_of_fonts(minimal: Path) -> None:
    write_files(minimal, {"source/section.md": "# A\n\n中文\n"})
    result = triptych("build", minimal, "--to", "epub", "--jobs", "1", without=CJK)
    assert result.returncode == 0
    assert "warning[FNT001]" in result.stderr and get_install_command("cjk") in result.stderr


@pytest.mark.parametrize("command", ["build", "check"])
def test_3_when_pandoc_is_missing(minimal: Path, command: str) -> None:
    """Test exit code 3 if pandoc is missing, as after an installation without it."""
    write_files(minimal, {"packages/pypandoc/__init__.py": ""})
    result = triptych(command, minimal, PYTHONPATH=str(minimal / "packages"))
    assert result.returncode == 3, result.stderr
    assert "Traceback" not in result.stderr
    assert "pip install pypandoc-binary" in result.stderr


@pytest.mark.parametrize("module", ["pydantic", "rich rich.console", "ruamel.yaml", "weasyprint", "pypandoc"])
def test_the_doctor_examines_where_libraries_are_missing(module: str) -> None:
    """Test that ``doctor`` runs if libraries are missing, which is when users need it."""
    result = triptych("doctor", without=module)
    assert "Traceback" not in result.stderr
    assert "pandoc" in result.stdout


def test_the_doctor_finds_every_dependency_of_the_project() -> None:
    result = triptych("doctor", "--format", "json")
    assert result.returncode == 0, result.stdout + result.stderr
    results = {finding["name"].lower(): finding for finding in json.loads(result.stdout)}
    expected = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    for requirement in expected:
        name = re.split(r"[^\w.-]", requirement)[0].lower()
        assert re.sub(r"[._]", "-", name) in {re.sub(r"[._]", "-", key) for key in results}
    assert all(finding["usable"] for finding in results.values() if finding["required"])


@pytest.mark.parametrize("date", ["2150-01-01", "0001-01-01"])
def test_date_outside_the_zip_range_is_reported(minimal: Path, date: str) -> None:
    """Test that dates outside 1980 to 2107, the range of zip archives, do not crash a build."""
    path = minimal / "source/book.yaml"
    path.write_text(path.read_text().replace("  chapters", f"  date: {date}\n  chapters"))
    assert "Traceback" not in triptych("build", minimal, "--jobs", "1").stderr


@pytest.mark.parametrize("seconds", ["9999999999", "-1", "99999999999999"])
def test_instant_outside_the_zip_range_is_reported(minimal: Path, seconds: str) -> None:
    result = triptych("build", minimal, "--jobs", "1", SOURCE_DATE_EPOCH=seconds)
    assert "Traceback" not in result.stderr


def test_json_has_an_end_event_for_every_outcome(tmp_path: Path, minimal: Path) -> None:
    """Test that JSON events always include the end event, even if a folder cannot be created."""
    write_files(tmp_path, {"a-file": "x"})
    result = triptych("build", minimal, "--output-dir", tmp_path / "a-file" / "out", "--format", "json")
    assert result.returncode == 3
    assert json.loads(result.stdout.splitlines()[-1])["event"] == "failed"
