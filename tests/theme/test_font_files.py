"""Test the fonts of a project: which files are usable, and the messages on others."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject
from tests.own_fonts import own_font
from triptych.diagnostics import Diagnostic
from triptych.theme.font_files import find_missing_styles
from triptych.theme.theme import FontFace, Theme, load_theme
from triptych.theme.theme_reader import read_theme

PATH = "source/themes/mine.yaml"
REGULAR = "- {family: Brand Serif, file: fonts/Brand-Regular.ttf}"
FOUR = {
    f"source/fonts/Brand-{name}.ttf": own_font(weight=weight, italic=italic)
    for name, weight, italic in (
        ("Regular", 400, False),
        ("Italic", 400, True),
        ("Bold", 700, False),
        ("BoldItalic", 700, True),
    )
}


@pytest.fixture
def read(make_project: MakeProject):
    def read_theme_of(faces: str, files: dict[str, bytes] | None = None) -> tuple[Theme, list[Diagnostic]]:
        text = f"families: {{serif: Brand Serif}}\nfonts:\n  {faces}\n"
        return read_theme(make_project({PATH: text, **(files or FOUR)}), "themes/mine.yaml")

    return read_theme_of


def entries(*names: str) -> str:
    return "\n  ".join(f"- {{family: Brand Serif, file: fonts/Brand-{name}.ttf}}" for name in names)


def test_weight_and_slope_are_read_from_the_files(read) -> None:
    theme, result = read(entries("Regular", "Italic", "Bold", "BoldItalic"))
    assert result == []
    rows = [(face.weight, face.italic) for face in theme.faces if face.project_file]
    assert rows == [(400, False), (400, True), (700, False), (700, True)]
    assert (
        theme.select_face("Brand Serif", bold=True, italic=True).file == "source/fonts/Brand-BoldItalic.ttf"
    )
    assert theme.families("serif") == ("Brand Serif", "EB Garamond")
    assert theme.families("sans") == ("Work Sans",)


@pytest.mark.parametrize(
    "place", ["source/themes/fonts/a.ttf", "source/fonts/a.ttf", "templates/fonts/a.ttf"]
)
def test_font_files_are_found_next_to_the_theme_manifest_or_templates(read, place: str) -> None:
    theme, findings = read("- {family: Brand Serif, file: fonts/a.ttf}", {place: own_font()})
    assert [problem.code for problem in findings] == ["FNT003"]
    assert theme.faces[0].file == place


def test_theme_may_assign_another_weight_to_a_file(read) -> None:
    theme, _ = read("- {family: Brand Serif, file: fonts/Brand-Regular.ttf, weight: 300, italic: true}")
    assert (theme.faces[0].weight, theme.faces[0].italic) == (300, True)


def test_variable_font_has_the_requested_weights(read) -> None:
    files = {"source/fonts/Brand.ttf": own_font(variable=True)}
    entry = "- {family: Brand Serif, file: fonts/Brand.ttf"
    theme, _ = read(entry + "}", files)
    assert [face.weight for face in theme.faces if face.project_file] == [400, 600, 700]
    theme, _ = read(entry + ", weight: 300}", files)
    assert [face.weight for face in theme.faces if face.project_file] == [300]
    _, (problem,) = read(entry + ", weight: 900}", files)
    assert (problem.code, problem.hint) == ("FNT002", "use a weight from 300 to 700")


def test_missing_styles_of_a_family_are_reported(read) -> None:
    _, (problem,) = read(REGULAR)
    assert (problem.code, str(problem.span)) == ("FNT003", f"{PATH}:2:1")
    assert "no bold, italic or bold italic face" in problem.message


def test_theme_without_italics_needs_none(make_project: MakeProject) -> None:
    text = f"extends: large-print\nfamilies: {{sans: Brand Serif}}\nfonts:\n  {entries('Regular', 'Bold')}\n"
    _, result = read_theme(make_project({PATH: text, **FOUR}), "themes/mine.yaml")
    assert result == []


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no font at all", "cannot be read: "),
        (own_font()[:3000], "cannot be read: "),
        (b"ttcf" + bytes(80), "is a font collection"),
        (b"wOF2" + bytes(80), "is a web font"),
        (own_font(licence=0x0002), "does not permit embedding"),
        (own_font(licence=0x0200), "permits embedding of bitmaps only"),
        (own_font("Other Serif"), 'contains the family "Other Serif"'),
        (own_font(characters=""), "contains no characters"),
        (b"", "cannot be read: "),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_used_is_named_with_the_reason(read, data: bytes, reason: str) -> None:
    theme, (problem,) = read(REGULAR, {"source/fonts/Brand-Regular.ttf": data})
    assert (problem.code, str(problem.span)) == ("FNT002", f"{PATH}:3:33")
    assert problem.message.startswith(f'font file "fonts/Brand-Regular.ttf" {reason}')
    assert problem.hint
    assert theme is load_theme("house")


@pytest.mark.parametrize("licence", [0x0000, 0x0004, 0x0008, 0x0006, 0x0100])
def test_embeddable_licence_is_accepted(read, licence: int) -> None:
    theme, _ = read(REGULAR, {"source/fonts/Brand-Regular.ttf": own_font(licence=licence)})
    assert theme.faces[0].project_file is not None
    assert theme.faces[0].project_file.forbids_subsetting is (licence == 0x0100)


@pytest.mark.parametrize(
    ("entry", "code", "said"),
    [
        ("- {family: Brand Serif, file: fonts/None.ttf}", "FNT002", "does not exist"),
        ("- {family: Brand Serif, file: ../../../Brand.ttf}", "SEC005", "is outside the project folder"),
        ("- {family: Brand Serif, file: /fonts/Brand.ttf}", "SEC005", "must be relative"),
        (f"{REGULAR}\n  {REGULAR}", "FNT002", "has the same family, weight and style as another font file"),
        ("- {family: Brand Serif}", "THM001", 'this entry in `fonts` has no "file" key'),
        ("- {family: Brand Serif, file: a.ttf, wieght: 700}", "THM001", "unknown theme key"),
        ("- {family: Brand Serif, file: a.ttf, weight: bold}", "THM001", "is not a font weight"),
        ("- {family: Brand Serif, file: a.ttf, italic: perhaps}", "THM001", "italic"),
        ("- Brand Serif", "THM001", "must be a mapping with the keys `family` and `file`"),
        ("Brand Serif", "THM001", '"fonts" must be a list'),
    ],
)
def test_misnamed_font_is_reported_at_its_position(read, entry: str, code: str, said: str) -> None:
    _, findings = read(entry)
    problem = next(problem for problem in findings if problem.code == code and said in problem.message)
    assert problem.span is not None
    assert problem.span.line >= 2


def test_a_file_that_changes_makes_another_theme(read) -> None:
    first, _ = read(REGULAR)
    repeated, _ = read(REGULAR)
    other, _ = read(REGULAR, {"source/fonts/Brand-Regular.ttf": own_font(characters="abc")})
    assert [face.name for face in first.faces] == [face.name for face in repeated.faces]
    assert first.faces[0].name != other.faces[0].name


STYLE_FACES = {
    style: FontFace(family="Brand", file=f"{style}.ttf", weight=weight, italic=italic)
    for style, weight, italic in (
        ("regular", 400, False),
        ("bold", 700, False),
        ("italic", 400, True),
        ("bold italic", 700, True),
    )
}


@pytest.mark.parametrize("missing", STYLE_FACES)
def test_the_only_missing_style_of_a_family_is_named(missing: str) -> None:
    faces = [face for style, face in STYLE_FACES.items() if style != missing]
    ((family, message),) = find_missing_styles(faces, ["Brand"], needs_italics=True)
    assert family == "Brand"
    assert message == f'font family "Brand" has no {missing} face; using the closest available face'


@pytest.mark.parametrize("only", STYLE_FACES)
def test_a_family_with_one_face_misses_the_three_other_styles(only: str) -> None:
    ((_, message),) = find_missing_styles([STYLE_FACES[only]], ["Brand"], needs_italics=True)
    first, second, third = (style for style in STYLE_FACES if style != only)
    assert f"has no {first}, {second} or {third} face" in message


def test_a_family_with_all_four_styles_misses_none() -> None:
    assert list(find_missing_styles(STYLE_FACES.values(), ["Brand"], needs_italics=True)) == []


@pytest.mark.parametrize(("weight", "missing"), [(500, "bold"), (599, "bold"), (600, "regular")])
def test_semi_bold_is_the_lightest_weight_that_counts_as_bold(weight: int, missing: str) -> None:
    face = FontFace(family="Brand", file="a.ttf", weight=weight)
    ((_, message),) = find_missing_styles([face], ["Brand"], needs_italics=False)
    assert f"has no {missing} face" in message


def test_missing_styles_are_reported_after_a_family_without_project_files() -> None:
    faces = [FontFace(family=family, file="a.ttf") for family in ("Brand", "Other")]
    families = ["Work Sans", "Brand", "Fira Mono", "Other", "Brand"]
    missing_styles = find_missing_styles(faces, families, needs_italics=False)
    assert [family for family, _ in missing_styles] == ["Brand", "Other"]


def test_each_unusable_file_is_reported_at_its_entry(read) -> None:
    files = ("../../../a.ttf", "fonts/None.ttf", "/a.ttf", "fonts/Nothing.ttf")
    _, findings = read("\n  ".join(f"- {{family: Brand Serif, file: {name}}}" for name in files))
    reported = [(problem.code, problem.span and problem.span.line) for problem in findings]
    assert reported == [("SEC005", 3), ("FNT002", 4), ("SEC005", 5), ("FNT002", 6)]


def test_each_file_with_the_style_of_another_is_reported_at_its_entry(read) -> None:
    _, findings = read(entries("Regular", "Regular", "Bold", "Bold"))
    reported = [(problem.code, problem.span and problem.span.line) for problem in findings]
    assert reported == [("FNT002", 4), ("FNT002", 6)]


@pytest.mark.parametrize("weight", [300, 700])
def test_the_ends_of_the_weight_axis_may_be_used(read, weight: int) -> None:
    files = {"source/fonts/Brand.ttf": own_font(variable=True)}
    theme, _ = read(f"- {{family: Brand Serif, file: fonts/Brand.ttf, weight: {weight}}}", files)
    assert [face.weight for face in theme.faces if face.project_file] == [weight]


@pytest.mark.parametrize("weight", [200, 800])
def test_weight_outside_the_axis_is_rejected(read, weight: int) -> None:
    files = {"source/fonts/Brand.ttf": own_font(variable=True)}
    _, (problem,) = read(f"- {{family: Brand Serif, file: fonts/Brand.ttf, weight: {weight}}}", files)
    assert problem.message.endswith(f"does not provide the weight {weight}")
