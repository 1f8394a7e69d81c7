"""Test that formulas of the e-book are MathML Core, and can be broken into lines."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from triptych.media.formulas.alphabets import find_variant
from triptych.media.xml_parsing import MATHML, get_local_name
from triptych.writers.epub.mathml_core import write_core_mathml

CORE = frozenset(
    "math mi mn mo ms mspace mtext mrow mfrac msqrt mroot mstyle merror mpadded mphantom msub msup msubsup "
    "munder mover munderover mmultiscripts mprescripts mtable mtr mtd".split()
)
# The attributes of MathML 3 that MathML Core lacks.
NOT_CORE = frozenset(
    "notation columnalign rowalign columnlines rowlines frame columnspacing rowspacing open close separators "
    "bevelled numalign selection actiontype linebreak fence separator mathsize mathcolor mathbackground".split()
)


def convert(content: str, *, display: bool = False, numbered: bool = False) -> etree._Element:
    mathml = f'<math xmlns="{MATHML.strip("{}")}"><semantics>{content}</semantics></math>'
    root = etree.fromstring(write_core_mathml(mathml, "spoken", display=display, numbered=numbered))
    for element in root.iter():
        assert get_local_name(element) in CORE
        assert NOT_CORE.isdisjoint(element.attrib)
        assert element.get("mathvariant") in (None, "normal")
    return root


def write(content: str, *, display: bool = False) -> str:
    text = etree.tostring(convert(content, display=display), encoding="unicode")
    return re.sub(r"^<math[^>]*>|</math>$", "", text)


def make_row(count: int) -> str:
    terms = "".join(f"<mo>+</mo><msub><mi>a</mi><mn>{number}</mn></msub>" for number in range(2, count + 1))
    return f"<mrow><mi>x</mi><mo>=</mo><msub><mi>a</mi><mn>1</mn></msub>{terms}</mrow>"


def test_text_alternative_is_the_first_attribute() -> None:
    mathml = f'<math xmlns="{MATHML.strip("{}")}" display="inline"><mi>x</mi></math>'
    assert write_core_mathml(mathml, 'x "y"', display=False).startswith(
        '<math alttext="x &quot;y&quot;" xmlns'
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('<menclose notation="box"><mi>x</mi></menclose>', '<mrow class="box"><mi>x</mi></mrow>'),
        (
            '<menclose notation="updiagonalstrike downdiagonalstrike"><mi>x</mi></menclose>',
            '<mrow class="strike-up strike-down struck"><mi>x</mi></mrow>',
        ),
        ('<menclose notation="northeastarrow"><mi>x</mi></menclose>', '<mrow class="strike-up arrow struck"><mi>x</mi></mrow>'),
        (
            '<mfrac numalign="left"><mn>1</mn><mrow><mn>2</mn><mi>x</mi></mrow></mfrac>',
            '<mfrac class="small"><mrow><mpadded width="0" lspace="0"><mn>1</mn></mpadded><mpadded height="0" depth="0">'
            "<mphantom><mrow><mn>2</mn><mi>x</mi></mrow></mphantom></mpadded></mrow><mrow><mn>2</mn><mi>x</mi></mrow></mfrac>",
        ),
        ('<menclose notation="top right"><mi>x</mi></menclose>', '<mrow class="rule-top rule-right"><mi>x</mi></mrow>'),
        ('<menclose notation="radical"><mi>x</mi></menclose>', "<msqrt><mi>x</mi></msqrt>"),
        (
            '<mfenced open="[" separators=";,"><mi>x</mi><mi>y</mi><mi>z</mi><mi>u</mi></mfenced>',
            '<mrow><mo form="prefix" stretchy="true">[</mo><mi>x</mi><mo form="infix">;</mo><mi>y</mi>'
            '<mo form="infix">,</mo><mi>z</mi><mo form="infix">,</mo><mi>u</mi>'
            '<mo form="postfix" stretchy="true">)</mo></mrow>',
        ),
        ('<maction actiontype="toggle" selection="2"><mi>x</mi><mi>y</mi></maction>', "<mrow><mi>y</mi></mrow>"),
        (
            '<mrow><mo stretchy="true" form="prefix">]</mo><mi>x</mi><mo stretchy="true" form="postfix">)</mo></mrow>',
            '<mrow><mo stretchy="true" form="prefix" lspace="0" rspace="0">]</mo><mi>x</mi><mo stretchy="true" form="postfix">)</mo></mrow>',
        ),
        ('<mspace width="-0.167em"/>', '<mspace style="margin-left:-0.167em"/>'),
        ('<mpadded width="+2em" height="1em"><mi>x</mi></mpadded>', '<mpadded height="1em"><mi>x</mi></mpadded>'),
        ('<mi mathvariant="bold">v</mi>', "<mi>𝐯</mi>"),
        ('<mi mathvariant="script">L</mi>', "<mi>ℒ</mi>"),
        ('<mtext mathvariant="bold">𝐆𝐫öß𝐞</mtext>', '<mtext class="bold">Größe</mtext>'),
        ("<mi>∇</mi>", '<mi mathvariant="normal">∇</mi>'),
        ('<unknown><mi>x</mi></unknown>', "<mrow><mi>x</mi></mrow>"),
    ],
)  # fmt: skip
def test_elements_outside_mathml_core_are_replaced(content: str, expected: str) -> None:
    assert write(content) == expected


def test_variants_include_letters_that_unicode_had_before() -> None:
    assert "".join(find_variant(item, "italic") for item in "ahϵ∂Γ+") == "𝑎ℎ𝜖𝜕𝛤+"
    assert find_variant("C", "fraktur") == "ℭ" and find_variant("1", "double-struck") == "𝟙"


def test_table_rules_and_alignment_become_cell_classes() -> None:
    rows = "<mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd><mtd><mn>3</mn></mtd></mtr>" * 3
    table = convert(
        f'<mtable columnalign="left center right" columnlines="none solid" rowlines="none solid" frame="solid">{rows}'
        "</mtable>"
    )[0]
    assert table.get("class") == "box"
    classes = [[cell.get("class", "") for cell in row] for row in table]
    assert classes[:2] == [["to-left", "", "to-right rule-left"]] * 2
    assert classes[2] == ["to-left rule-top", "rule-top", "to-right rule-left rule-top"]


def test_aligned_rows_are_in_display_style() -> None:
    cells = (
        '<mtd columnalign="right" style="text-align: right; padding-right: 0"><mi>x</mi></mtd>'
        '<mtd columnalign="left" style="text-align: left; padding-left: 0"><mo>=</mo>'
        "<mfrac><mn>1</mn><mn>2</mn></mfrac></mtd>"
    )
    table = convert(f"<mtable><mtr>{cells}</mtr></mtable>", display=True)[0]
    assert (table.get("class"), table.get("displaystyle")) == ("aligned", "true")
    assert table.find(f".//{MATHML}mfrac").get("class") is None
    matrix = '<mrow><mo form="prefix" stretchy="true">(</mo><mtable><mtr><mtd><mfrac><mn>1</mn><mn>2</mn></mfrac></mtd></mtr></mtable></mrow>'
    assert convert(matrix, display=True).find(f".//{MATHML}mfrac").get("class") == "small"


def test_the_label_of_a_row_is_its_last_cell() -> None:
    row = "<mlabeledtr><mtd><mtext>(1)</mtext></mtd><mtd><mi>x</mi></mtd></mlabeledtr>"
    cells = convert(f"<mtable>{row}</mtable>")[0][0]
    assert [("".join(cell.itertext()), cell.get("class")) for cell in cells] == [("x", None), ("(1)", "tag")]


def test_accents_grow_over_more_than_one_letter_only() -> None:
    def accent(base: str, sign: str) -> tuple[str, str]:
        mover = convert(f'<mover>{base}<mo accent="true">{sign}</mo></mover>')[0]
        assert mover.get("accent") == "true" and mover[1].get("accent") is None
        return mover[1].text, mover[1].get("stretchy")

    letters = "<mrow><mi>A</mi><mi>B</mi></mrow>"
    assert [accent(letters, sign) for sign in "\u0302\u0303¯→"] == [
        ("\u0302", "true"), ("˜", "true"), ("‾", "true"), ("\u20d7", "true"),
    ]  # fmt: skip
    assert [accent("<mi>A</mi>", sign) for sign in "\u0302\u0303‾→"] == [
        ("\u0302", "false"), ("\u0303", "false"), ("¯", "false"), ("\u20d7", "false"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "spaces"),
    [
        ("LOG <mi>x</mi>", "log⁡_x"),
        ("<mn>2</mn> LOG <mi>x</mi>", "2_log⁡_x"),
        ('LOG <mo form="prefix">(</mo><mi>x</mi>', "log⁡(x"),
        ("<mo>=</mo> LOG LOG <mi>x</mi>", "=log⁡_log⁡_x"),
        ("<msup>LOG<mn>2</mn></msup><mi>x</mi>", "log2⁡_x"),
        ("<munder><mi>lim</mi><mi>n</mi></munder><mi>x</mi>", "limn⁡_x"),
        ("<mi>x</mi><mo>=</mo>LOG", "x=log"),
    ],
)
def test_names_of_operators_have_thin_spaces(row: str, spaces: str) -> None:
    name = "<mrow><mi>log</mi><mo>\N{FUNCTION APPLICATION}</mo></mrow>"
    text = ""
    for element in convert(f"<mrow>{row.replace('LOG', name)}</mrow>").iter():
        assert get_local_name(element) != "mspace" or element.get("width") == "0.1667em"
        text += "_" if get_local_name(element) == "mspace" else (element.text or "").strip()
        text += "_" if element.get("rspace") else ""
    assert text == spaces


@pytest.mark.parametrize(
    ("row", "spaces"),
    [
        ("<mi>x</mi><mo>=</mo><mi>y</mi>", "x=y"),
        ("<mi>x</mi><mo>⟂</mo><mspace width='-0.1em'/><mo>⟂</mo><mi>y</mi>", "x⟂)(⟂y"),
        ("<mi>x</mi><mo>:</mo><mo>=</mo><mi>y</mi>", "x[:)(=y"),
        ("<mi>x</mi><mo>=</mo><mo>∑</mo><mi>y</mi>", "x=(∑y"),
        ("<mi>x</mi><mo>∑</mo><mi>y</mi>", "x∑y"),
        ("<mi>x</mi><msub><mo>∬</mo><mi>D</mi></msub><mo>,</mo>", "x∬)D,"),
        ("<mo>∀</mo><mi>x</mi><mo>:</mo><mo>¬</mo><mi>y</mi>", "(∀)x:(¬)y"),
        ('<mi>x</mi><mo form="infix" stretchy="true">|</mo><mi>y</mi>', "x(|)y"),
        (
            "<msup><mi>x</mi><mrow><mi>i</mi><mo>+</mo><mi>j</mi><mo>,</mo><mi>k</mi></mrow></msup>",
            "xi(+)j(,)k",
        ),
    ],
)
def test_operators_have_the_spaces_of_tex(row: str, spaces: str) -> None:
    signs = {("lspace", "0"): "(", ("rspace", "0"): ")", ("lspace", "0.2778em"): "["}
    text = ""
    for element in convert(f"<mrow>{row}</mrow>").iter():
        before, after = (signs.get((name, element.get(name)), "") for name in ("lspace", "rspace"))
        text += before + (element.text or "") + after
    assert text == spaces


def test_operator_at_the_edge_of_a_coloured_part_is_binary() -> None:
    coloured = '<mstyle mathcolor="#000000"><mo>+</mo><mi>c</mi></mstyle>'
    for before, form in (("<mi>x</mi>", "infix"), ("", None)):
        assert (
            convert(f"<mrow>{before}{coloured}<mi>y</mi></mrow>").find(f".//{MATHML}mo").get("form") == form
        )


@pytest.mark.parametrize(
    ("cell", "spaces"),
    [
        ("<mrow/><mo>+</mo><mrow/>", "mspace:0.2222em mo mspace:0.2222em"),
        ("<mo>=</mo><mrow/>", "mspace:0.2778em mo mspace:0.2778em"),
        ("<mrow/><mo>+</mo><mi>y</mi>", "mrow mo mi"),
    ],
)
def test_an_operator_alone_in_a_cell_keeps_its_spaces(cell: str, spaces: str) -> None:
    style = 'columnalign="left" style="text-align: left; padding-left: 0"'
    first = '<mtd columnalign="right" style="text-align: right; padding-right: 0"><mi>x</mi></mtd>'
    table = convert(f"<mtable><mtr>{first}<mtd {style}>{cell}</mtd></mtr></mtable>", display=True)[0]
    parts = [":".join(filter(None, (get_local_name(part), part.get("width")))) for part in table[0][1]]
    assert " ".join(parts) == spaces


def test_fences_are_not_relations() -> None:
    row = '<mrow><mo form="prefix" stretchy="true">∣</mo><mi>x</mi><mo form="postfix" stretchy="true">∥</mo></mrow>'
    assert "".join(convert(row).itertext()) == "|x‖"
    assert "".join(convert("<mrow><mi>x</mi><mo>∣</mo><mi>y</mi></mrow>").itertext()) == "x∣y"


def test_large_bar_with_scripts_is_in_a_row() -> None:
    bar = '<mo form="prefix" stretchy="true" minsize="240%">|</mo>'
    (base, _) = convert(f"<msub>{bar}<mi>x</mi></msub>")[0]
    assert [get_local_name(part) for part in base] == ["mo", "mspace"]


def test_adjacent_italic_letters_are_a_word() -> None:
    letters = "".join(f"<mi>{letter}</mi>" for letter in "𝑑ℎ𝑓")
    assert (
        write(f"<mrow>{letters}<mi>x</mi></mrow>")
        == '<mrow><mtext class="italic">dhf</mtext><mi>x</mi></mrow>'
    )


def test_content_without_width_is_moved_by_the_style_sheet() -> None:
    padded = convert('<mpadded width="0" lspace="-0.5width"><mi>x</mi></mpadded>')[0]
    assert dict(padded.attrib) == {"width": "0"} and padded[0].get("class") == "centred-overlap"


@pytest.mark.parametrize(
    ("align", "shift"), [("baseline 1", "-0.725em"), ("baseline -1", "0.725em"), ("axis", None)]
)
def test_row_on_the_baseline_moves_its_table(align: str, shift: str | None) -> None:
    rows = "<mtr><mtd><mi>x</mi></mtd></mtr>" * 2
    element = convert(f'<mrow><mi>a</mi><mtable align="{align}">{rows}</mtable></mrow>')[0][1]
    assert element.get("voffset") == shift
    assert get_local_name(element) == ("mpadded" if shift else "mtable")


def test_wide_check_stretches() -> None:
    base = "<mrow><mi>A</mi><mi>B</mi></mrow>"
    mark = convert(f'<mover>{base}<mo accent="true">ˇ</mo></mover>')[0][1]
    assert (mark.text, mark.get("stretchy")) == ("\u030c", "true")


def test_double_rules_are_on_one_side_of_a_cell() -> None:
    rows = "<mtr><mtd/><mtd/></mtr>" * 2
    table = convert(f'<mtable columnlines="solid" rowlines="double">{rows}</mtable>')[0]
    assert table[1][1].get("class") == "rule-left rule-top double-top"


def test_scripts_before_a_letter_are_prescripts() -> None:
    row = '<mrow><msubsup><mrow></mrow><mn>6</mn><mn>14</mn></msubsup><msup><mi mathvariant="normal">C</mi><mo>+</mo></msup></mrow>'
    parts = [get_local_name(part) for part in convert(row)[0]]
    assert parts == ["mi", "mrow", "mo", "mprescripts", "mn", "mn"]
    after = "<mrow><mi>A</mi><msup><mrow></mrow><mi>T</mi></msup><mi>B</mi></mrow>"
    assert [get_local_name(part) for part in convert(after)[0]] == ["mi", "msup", "mi"]


def test_fractions_in_text_are_small_and_those_of_a_display_are_not() -> None:
    fraction = "<mfrac><mi>a</mi><mfrac><mi>b</mi><mi>c</mi></mfrac></mfrac>"
    for display, expected in ((False, ["small", "small"]), (True, [None, "small"])):
        result = convert(fraction, display=display).iter(f"{MATHML}mfrac")
        assert [item.get("class") for item in result] == expected
    small = convert(f'<mstyle displaystyle="false" scriptlevel="1">{fraction}</mstyle>', display=True)[0]
    assert small.get("class") == "script" and small.get("scriptlevel") is None


def test_colours_are_mixed_with_the_text_colour_of_the_reader() -> None:
    style = convert('<mstyle mathcolor="#ff0000"><mi>x</mi></mstyle>')[0].get("style")
    assert re.fullmatch(
        r"-webkit-text-fill-color:color-mix\(in srgb, currentColor [1-9]\d?%, #ff0000\)", style
    )
    fraction = "<mfrac><mi>a</mi><msqrt><mi>b</mi></msqrt></mfrac>"
    bar = convert(f'<mstyle mathcolor="#ff0000"><mi>x</mi>{fraction}</mstyle>')[0][1]
    assert re.fullmatch(
        r"color:color-mix\(in srgb, var\(--text\) [1-9]\d?%, #ff0000\);-webkit-text-fill-color:currentColor",
        bar.get("style"),
    )
    assert bar[1].get("style") is None
    assert convert('<mstyle mathbackground="yellow"><mi>x</mi></mstyle>')[0].get("style") == (
        "background-color:#ffff00;color:#000000;-webkit-text-fill-color:#000000;padding-block:.3em"
    )


def list_pieces(root: etree._Element) -> list[str]:
    return ["".join(piece.itertext()) for piece in root.iter() if piece.get("class") == "piece"]


def test_long_formulas_are_divided_at_their_operators() -> None:
    displayed, inline = convert(make_row(20), display=True), convert(make_row(4))
    assert displayed.get("class") == inline.get("class") == "long"
    assert list_pieces(displayed)[:3] == ["x", "=a1", "+a2"]
    assert list_pieces(inline) == ["x=", "a1+", "a2+", "a3+", "a4"]
    assert displayed[1][0].get("form") == inline[0][1].get("form") == "infix"
    assert (
        list_pieces(convert(make_row(3), display=True))
        == list_pieces(convert("<mrow><mi>x</mi></mrow>"))
        == []
    )


def test_brackets_are_split_only_if_too_wide() -> None:
    def bracket(count: int) -> str:
        return f'<mo form="prefix" stretchy="false">(</mo>{make_row(count)[6:-7]}<mo form="postfix" stretchy="false">)</mo>'

    short = convert(f"<mrow><mi>y</mi><mo>=</mo>{bracket(3)}<mo>+</mo>{bracket(4)}</mrow>", display=True)
    assert list_pieces(short) == ["y", "=(x=a1+a2+a3)", "+(x=a1+a2+a3+a4)"]
    assert len(list_pieces(convert(f"<mrow><mi>y</mi><mo>=</mo>{bracket(30)}</mrow>", display=True))) > 20
    grown = bracket(30).replace('"false"', '"true"')
    root = convert(f"<mrow><mi>y</mi><mo>=</mo>{grown}</mrow>", display=True)
    assert root.get("class") == "long wide" and float(root.get("style").removeprefix("--ems:")) > 40


def test_wide_aligned_rows_are_stacked_on_narrow_pages() -> None:
    cells = (
        '<mtd columnalign="right" style="text-align: right; padding-right: 0"><mi>x</mi></mtd>'
        f'<mtd columnalign="left" style="text-align: left; padding-left: 0">{make_row(8)[15:-7]}</mtd>'
    )
    root = convert(f"<mtable><mtr>{cells}</mtr><mtr><mtd/><mtd/></mtr><mtr/></mtable>", display=True)
    assert re.fullmatch(r"stacked below-\d+", root.get("class"))
    assert list_pieces(root)[:3] == ["x", "=a1", "+a2"]


TEXT = (
    '<mrow><mspace width="0.333em"/><mtext> is an element of </mtext><mspace width="0.333em"/></mrow><mi>B</mi>'
    "<mtext>, where all of them are positive</mtext>"
)


@pytest.mark.parametrize("display", [False, True])
def test_long_text_is_divided_at_its_words(display: bool) -> None:
    assert list_pieces(convert(f"<mrow><mi>x</mi><mrow>{TEXT}</mrow></mrow>", display=display)) == [
        "x\u00a0", "is\u00a0", "an\u00a0", "element\u00a0", "of\u00a0", "B,\u00a0", "where\u00a0", "all\u00a0",
        "of\u00a0", "them\u00a0", "are\u00a0", "positive",
    ]  # fmt: skip
    assert list_pieces(convert("<mrow><mi>x</mi><mtext>for all</mtext></mrow>", display=display)) == []


def test_text_between_rows_is_divided_at_its_words_and_has_no_width() -> None:
    rows = (
        "<mtr><mtd><mi>x</mi></mtd><mtd><mo>=</mo><mi>y</mi></mtd></mtr>",
        f'<mtr><mtd columnspan="2"><mrow class="intertext"><mrow>{TEXT}</mrow></mrow></mtd></mtr>',
    )
    root = convert(
        f'<mtable displaystyle="true" columnspacing="0" columnalign="right left">{"".join(rows)}</mtable>',
        display=True,
    )
    assert root.get("class") is None
    (text,) = root.iterfind(".//*[@class='intertext']")
    assert all(piece.get("class") == "piece" for piece in text)
    assert list_pieces(text)[-3:] == ["them\u00a0", "are\u00a0", "positive"]


def test_operator_beside_text_only_keeps_its_spaces() -> None:
    formula = f"{make_row(8)}<mo>=</mo><mtext>speed</mtext><mo>+</mo><mtext>cost</mtext>"
    root = convert(f"<mrow>{formula}</mrow>", display=True)
    pieces = [piece for piece in root if piece[0].tag == f"{MATHML}mo" and piece[1].tag == f"{MATHML}mtext"]
    assert [piece[-1].tag for piece in pieces] == [f"{MATHML}mi"] * 2
    assert write("<mrow><mo>=</mo><mi>x</mi><mtext>cost</mtext></mrow>").count("<mi") == 1


def test_large_arrows_are_centred_on_the_axis() -> None:
    assert 'symmetric="true"' in write('<mrow><mo minsize="180%" stretchy="true">↓</mo><mi>g</mi></mrow>')
    assert "symmetric" not in write("<mrow><mo>↓</mo><mi>g</mi></mrow>")


def test_corners_have_no_space_inside() -> None:
    row = write('<mrow><mo form="prefix">⌜</mo><mi>p</mi><mo form="postfix">⌝</mo></mrow>')
    assert row.count('lspace="0" rspace="0"') == 2


def test_equations_side_by_side_have_a_space_where_they_are_stacked() -> None:
    def count(columns: str, spacing: str) -> int:
        row = "".join(f"<mtd>{cell}</mtd>" for cell in columns.split())
        table = f'<mtable columnspacing="{spacing}" columnalign="right left right left">'
        root = convert(f"{table}<mtr>{row}</mtr></mtable>", display=True)
        return sum(element.text == "\u2003" for element in root.iter())

    cells = f"<mi>x</mi> <mo>=</mo>{make_row(20)} <mi>y</mi> <mtext>{'long' * 20}</mtext>"
    assert (count(cells, "0"), count(cells, "0em"), count(" ".join(cells.split(" ")[:2]), "0")) == (1, 0, 0)


def test_numerators_at_the_side_are_copied_once_per_level() -> None:
    fraction = "<mi>x</mi>"
    for _ in range(12):
        fraction = f'<mfrac numalign="right"><mn>1</mn><mrow><mn>20</mn>{fraction}</mrow></mfrac>'
    assert len(list(convert(fraction).iter())) < 2000


def test_enlarged_operators_have_a_colour_of_their_own() -> None:
    root = convert('<mstyle mathcolor="#ff0000"><mo>∫</mo><mi>x</mi><mo>+</mo></mstyle>')
    assert [(part.get("style") or "").startswith("color:") for part in root[0]] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("script", "expected"), [("<mo>′</mo>", "prime"), ("<mo>″</mo>", "prime"), ("<mo>+</mo>", None)]
)
def test_primes_are_marked(script: str, expected: str | None) -> None:
    assert convert(f"<msup><mi>f</mi>{script}</msup>")[0][1].get("class") == expected


def test_asterisk_is_the_operator() -> None:
    assert "<mo>∗</mo>" in write("<msup><mi>x</mi><mo>*</mo></msup>")


def test_square_is_an_operand() -> None:
    assert '<mo lspace="0" rspace="0">□</mo>' in write("<mo>□</mo><mi>A</mi>")
