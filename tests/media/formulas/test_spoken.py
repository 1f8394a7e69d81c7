"""Test that formulas are spoken unambiguously."""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path
from time import process_time
from unicodedata import category, name

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Golden
from tests.media.formulas.conftest import MathmlOf
from triptych.languages.word_tables import load_formula_words
from triptych.media.formulas import spoken
from triptych.media.formulas.letter_forms import find_letter_variants
from triptych.media.formulas.spoken import speak_formula

LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl", "zh", "ja"]

ENGLISH = {
    # signs
    "E = mc^2": "cap E equals m c squared",
    r"a \pm b \ne c": "a plus or minus b is not equal to c",
    r"30^\circ + 5\%": "30 degrees plus 5 percent",
    r"\Delta x \ll \hbar\omega": "cap delta x is much less than h bar omega",
    r"x \in \mathbb{R} \setminus \mathbb{Q}": "x in the real numbers set minus the rational numbers",
    r"\mathcal{L} \mathfrak{g} \mathbb{P} \mathbf{v}": "script cap L fraktur g double-struck cap P bold v",
    r"\forall x \exists y : x < y": "for all x there exists y such that x is less than y",
    r"A \cup B \subseteq C \implies \neg p": "cap A union cap B is a subset of or equal to cap C implies not p",
    r"f \colon A \to B": "f from cap A to cap B",
    "n! / 2": "n factorial divided by 2",
    r"x \sim \textsf{normal}(\textsf{0}, \mathtt{s})": "x is distributed as normal of open paren 0 comma monospace s close paren",
    r"\text{speed} = 5\,\text{m/s}": "speed equals 5 m/s",
    r"\exists! x : x > 0": "there exists exactly one x such that x is greater than 0",
    r"\neg A \vdash A \to \bot": "not cap A proves cap A goes to bottom",
    r"a \bot b \perp c": "a is perpendicular to b is perpendicular to c",
    r"v_\perp + v_\parallel": "v sub perp plus v sub parallel",
    r"x \not\equiv y \bmod m": "x is not congruent to y modulo m",
    r"x \not\equiv y \equiv z": "x is not identical to y is identical to z",
    r"X_1 \times X_2 \times \cdots \times X_n": "cap X sub 1 cross cap X sub 2 cross dot dot dot cross cap X sub n",
    r"n_1 \times \cdots \times n_k": "n sub 1 times dot dot dot times n sub k",
    r"1\text{–}5": "1 to 5",
    # scripts
    "x^{n+1} + x^n": "x to the power n plus 1 end power plus x to the n",
    "e^{-x}": "e to the minus x",
    "x_i^2 + x_{i+1}^3": "x sub i squared plus x sub i plus 1 end sub cubed",
    "f'(x) = f''": "f prime of x equals f double prime",
    "x^* y^+": "x star y superscript plus",
    "f_n{}^{*}.": "f sub n star.",
    "x_n{}^{i}": "x sub n superscript i",
    r"\begin{gathered} a \\ f_n{}^{*}. \end{gathered}": "2 lines, line 1: a; line 2: f sub n star",
    r"\{[(x)]\}, \{(0, 0)\}": "open brace open bracket open paren x close paren close bracket close brace comma the set open paren 0 comma 0 close paren end set",
    "(a+b)^2": "open paren a plus b close paren squared",
    "{a+b}^2": "quantity a plus b end quantity squared",
    r"\mathrm{H_2O + SO_4^{2-}}": "cap H sub 2 cap O plus cap S cap O sub 4 superscript 2 minus",
    r"{}^{14}_{6}\mathrm{C}": "presubscript 6 presuperscript 14 cap C",
    # fractions
    r"\frac12 + \frac{a}{b}": "one half plus a over b",
    r"\frac{x+1}{2}": "fraction x plus 1 over 2 end fraction",
    r"\frac{1}{1+\frac{1}{x+1}}": "fraction 1 over 1 plus fraction 1 over x plus 1 end fraction end fraction",
    r"\frac{dy}{dx} = \frac{\partial^2 f}{\partial x^2}": "d y over d x equals partial squared f over partial x squared",
    r"\sqrt2 + \sqrt{a+b}": "square root of 2 plus square root of a plus b end root",
    r"\sqrt[3]{x} \sqrt[n]{y} \sqrt[n+1]{z}": "cube root of x n-th root of y root with index n plus 1 of z end root",
    r"\binom{n}{k} + \binom{n+1}{k}": "n choose k plus binomial n plus 1 choose k end binomial",
    # bounds
    r"\sum_{i=1}^{n} a_i": "the sum from i equals 1 to n of a sub i",
    r"\prod_{p} p": "the product over p of p",
    r"\int_0^\infty f\,dx": "the integral from 0 to infinity of f d x",
    r"\iint_D g": "the double integral over cap D of g",
    r"\int f": "the integral of f",
    r"\lim_{x \to 0} \frac{\sin x}{x}": "the limit as x approaches 0 of fraction sine x over x end fraction",
    r"\max_{i} a_i": "the maximum over i of a sub i",
    r"\log_2 n + \ln x": "log base 2 of n plus natural log x",
    r"\log_2(n)": "log base 2 of open paren n close paren",
    r"\log_2(n + 1)": "log base 2 of open paren n plus 1 close paren",
    r"\sin^2\theta + \cos(2x)": "sine squared theta plus cosine of open paren 2 x close paren",
    r"\varlimsup_{n \to \infty} a_n": "the limit superior as n approaches infinity of a sub n",
    # numbers and units
    r"9{.}81 + 1\,000\,000": "9.81 plus 1000000",
    r"\num{6.62607015e-34}": "6.62607015 times 10 to the minus 34",
    r"5\,\mathrm{km/h} + 2\,\mathrm{mol}^{-1}": "5 km per h plus 2 mol to the minus 1",
    r"\mathrm{NaCl}, \mathrm{Na^+Cl^-}": "NaCl comma Na superscript plus Cl superscript minus",
    # brackets
    "f(x) = g(x, y)": "f of x equals g of open paren x comma y close paren",
    "|x| + |a-b|": "absolute value of x plus absolute value of a minus b end absolute value",
    r"\lVert v \rVert \lfloor y \rfloor \lceil z+1 \rceil": "norm of v floor of y ceiling of z plus 1 end ceiling",
    "s() + ()": "s open paren close paren plus open paren close paren",
    "P(A|B)": "cap P of open paren cap A given cap B close paren",
    r"\{x \mid x > 0\}": "the set of all x such that x is greater than 0 end set",
    r"\{1, 2\}": "the set 1 comma 2 end set",
    r"\{f, g\} = h": "open brace f comma g close brace equals h",
    r"A = \{f, g\}": "cap A equals the set f comma g end set",
    r"\{a, b\} \subset \{a, b, c\}": "the set a comma b end set is a subset of the set a comma b comma c end set",
    r"\max\{a, b\}": "maximum of the set a comma b end set",
    "[0, 1)": "open bracket 0 comma 1 close paren",
    # marks
    r"\hat a \bar x \tilde y \vec v \dot q \ddot q": "a hat x bar y tilde vector v q overdot q double dot",
    r"\overline{ab}": "quantity a b end quantity overline",
    r"\overbrace{a+b}^{n}": "overbrace a plus b labelled n end overbrace",
    r"\underbracket{a+b}_{n} \overbracket{c}": "underbracket a plus b labelled n end underbracket overbracket c end overbracket",
    r"\overset{\circ}{K} \mathring{K}": "cap K ring cap K ring",
    r"\mathop{\mathrm{arg\,min}}_x f + \operatorname*{ess\,sup}_x f": "the arg min over x of f plus the ess sup over x of f",
    r"a \xrightarrow{f} b \overset{!}{=} c": "a goes to with f above b equals with exclamation mark above c",
    r"\cancel{(a)}^2 + \cancelto{1}{(b)}": "crossed out open paren a close paren end crossed out squared plus cancelled open paren b close paren to 1 end cancelled",
    r"\ang{12;3;4}": "12 degrees 3 minutes 4 seconds",
    "48^\\circ 8' 14'' + f'": "48 degrees 8 minutes 14 seconds plus f prime",
    r"\varinjlim_i A + \varprojlim A": "the injective limit over i of cap A plus projective limit cap A",
    r"\cancel{xy} \boxed{z}": "crossed out x y end crossed out box around z end box",
    # tables
    r"\begin{align*} a &= |b| && \text{by definition} \\ &= c & d &= e \end{align*}": "2 lines, line 1: a equals absolute value of b, by definition; line 2: equals c, d equals e",
    r"\begin{alignat*}{2} 2x & + {} & y & = 8 \\ x & - {} & y & = 7 \end{alignat*}": "2 lines, line 1: 2 x plus y equals 8; line 2: x minus y equals 7",
    r"\begin{pmatrix} 1 & 0 \\ a & \end{pmatrix}": "2 by 2 matrix, row 1: 1, 0; row 2: a, blank; end matrix",
    r"\begin{pmatrix} a & \cdots & b \end{pmatrix}": "matrix, row 1: a, dot dot dot, b; end matrix",
    r"\begin{vmatrix} a & \cdots \\ \vdots & \ddots \end{vmatrix}": "determinant of the matrix, row 1: a, dot dot dot; row 2: vertical ellipsis, diagonal ellipsis; end determinant",
    r"\begin{vmatrix} a & b \\ c & d \end{vmatrix}": "determinant of the 2 by 2 matrix, row 1: a, b; row 2: c, d; end determinant",
    r"f(x) = \begin{cases} 1 & x > 0 \\ 0 & \text{else} \end{cases}": "f of x equals 2 cases, case 1: 1, when x is greater than 0; case 2: 0, else; end cases",
    r"\begin{aligned} a &= b \\ &= c \end{aligned}": "2 lines, line 1: a equals b; line 2: equals c",
}

# The same formula in all languages.
FORMULA = r"\sum_{i=1}^{n} \frac{x_i^2 + \alpha}{2} \le \sqrt{a+b}"
WORDS = {
    "en": "the sum from i equals 1 to n of fraction x sub i squared plus alpha over 2 end fraction is less than or equal to square root of a plus b end root",
    "de": "Summe von i gleich 1 bis n von Bruch x Index i Quadrat plus alpha durch 2 Ende Bruch kleiner oder gleich Wurzel aus a plus b Ende Wurzel",
    "fr": "somme de i égale 1 à n de fraction x indice i au carré plus alpha sur 2 fin fraction inférieur ou égal à racine carrée de a plus b fin racine",
    "es": "suma desde i igual a 1 hasta n de fracción x sub i al cuadrado más alfa sobre 2 fin fracción menor o igual que raíz cuadrada de a más b fin raíz",
    "it": "sommatoria da i uguale a 1 a n di frazione x pedice i al quadrato più alfa fratto 2 fine frazione minore o uguale a radice quadrata di a più b fine radice",
    "pt": "soma de i igual a 1 até n de fração x índice i ao quadrado mais alfa sobre 2 fim fração menor ou igual a raiz quadrada de a mais b fim raiz",
    "nl": "som van i is gelijk aan 1 tot n van breuk x index i kwadraat plus alfa over 2 einde breuk is kleiner dan of gelijk aan wortel van a plus b einde wortel",
    "zh": "求和 从 i 等于 1 到 n 对 分式 分子 x 下标 i 的平方 加 阿尔法 分母 2 分式结束 小于等于 根号 a 加 b 根号结束",
    "ja": "総和 i イコール 1 から n まで 分数 分子 x 下付き i の二乗 プラス アルファ 分母 2 分数終わり 小なりイコール ルート a プラス b ルート終わり",
}


@pytest.mark.parametrize("tex", ENGLISH)
def test_a_formula_in_english(tex: str, mathml_of: MathmlOf) -> None:
    assert speak_formula(mathml_of([f"$${tex}$$"])[0], "en") == ENGLISH[tex]


def test_a_box_with_an_alignment_point_is_spoken_as_one_box(mathml_of: MathmlOf) -> None:
    (mathml,) = mathml_of([r"$$\begin{aligned} \Aboxed{a &= b} \\ c &= d \end{aligned}$$"])
    assert "line 1: box around a equals b end box; line 2" in speak_formula(mathml, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_formula_in_each_language(language: str, mathml_of: MathmlOf) -> None:
    assert speak_formula(mathml_of([f"$${FORMULA}$$"])[0], language) == WORDS[language]


@pytest.mark.parametrize(
    ("language", "tex", "words"),
    [
        ("de", r"4{,}9 \times 10^{-3}", "4,9 mal 10 hoch minus 3"),
        ("de", r"\frac{dy}{dx}", "d y nach d x"),
        ("fr", r"\log_2 n", "logarithme en base 2 de n"),
        ("it", r"\lim_{x \to 0^+} x", "limite per x che tende a 0 da destra di x"),
        ("zh", r"50\% \cdot 2", "百分之 50 乘以 2"),
        ("zh", r"\frac{\partial f}{\partial x}", "偏 f 比 偏 x"),
        ("ja", r"x \sim p(y)", "x の従う分布は p の y"),
    ],
)
def test_words_and_their_order_are_those_of_the_language(
    language: str, tex: str, words: str, mathml_of: MathmlOf
) -> None:
    assert speak_formula(mathml_of([f"$${tex}$$"])[0], language) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\frac{a+1}{b}", r"a+\frac{1}{b}"),
        ("x^{n+1}", "x^n+1"),
        ("x_{i+1}", "x_i+1"),
        (r"\sqrt{a+b}", r"\sqrt{a}+b"),
        (r"\sqrt{x^2}", r"{\sqrt{x}}^2"),
        ("e^{-x^2}", "{e^{-x}}^2"),
        (r"\hat{x_1}", r"\hat{x}_1"),
        ("|a|+b", "|a+b|"),
        (r"\sin(x)y", r"\sin(xy)"),
        ("a_{ij}", "a_i j"),
        (r"\genfrac{}{}{2pt}{}{a}{b}", r"\frac{a}{b}"),
        (r"\begin{aligned} \Aboxed{a &= b} \end{aligned}", r"\begin{aligned} a &= b \end{aligned}"),
    ],
)
def test_different_formulas_have_different_speech(one: str, other: str, mathml_of: MathmlOf) -> None:
    both = mathml_of([f"$${one}$$", f"$${other}$$"])
    for language in LANGUAGES:
        first, second = (speak_formula(mathml, language) for mathml in both)
        assert first != second


def test_annotations_and_invisible_content_are_not_read() -> None:
    mathml = (
        "<math><semantics><mrow><mi>a</mi><mo>\u2062</mo><mphantom><mi>q</mi></mphantom><mi>b</mi></mrow>"
        "<annotation>q</annotation></semantics></math>"
    )
    assert speak_formula(mathml, "en") == "a b"


def test_scripts_before_a_letter() -> None:
    mathml = "<mmultiscripts><mi>X</mi><mn>1</mn><mn>2</mn><mprescripts/><mn>3</mn><mn>4</mn></mmultiscripts>"
    assert speak_formula(mathml, "en") == "presubscript 3 presuperscript 4 cap X sub 1 squared"


def test_sign_without_a_word_is_read_by_its_unicode_name() -> None:
    mathml = "<mrow><mi>a</mi><mo>⪿</mo><mi>b</mi></mrow>"
    assert speak_formula(mathml, "en") == "a sign subset with plus sign below b"
    assert speak_formula(mathml, "de") == "a Zeichen subset with plus sign below b"


def make_table(*rows: str, **attributes: str) -> str:
    """Return a table of letters."""
    cells = ("".join(f"<mtd><mi>{letter}</mi></mtd>" for letter in row) for row in rows)
    settings = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<mtable{settings}>{''.join(f'<mtr>{row}</mtr>' for row in cells)}</mtable>"


def test_rules_in_a_matrix_are_spoken() -> None:
    table = make_table("abc", "xyz", columnlines="none solid", rowlines="solid")
    mathml = f"<math><mrow><mo>(</mo>{table}<mo>)</mo></mrow></math>"
    assert speak_formula(mathml, "en") == (
        "2 by 3 matrix, row 1: a, b, vertical bar, c; horizontal line; row 2: x, y, vertical bar, z; end matrix"
    )


def test_columns_of_a_wide_cell_and_its_rules_are_spoken(mathml_of: MathmlOf) -> None:
    (mathml,) = mathml_of([r"$$\begin{array}{c|cc} \multicolumn{2}{c|}{a} & b \\ 1 & 2 & 3 \end{array}$$"])
    assert speak_formula(mathml, "en") == (
        "2 by 3 table, row 1: columns 1 to 2: a, vertical bar, column 3: b; "
        "row 2: column 1: 1, vertical bar, column 2: 2, column 3: 3; end table"
    )


def test_units_and_cancelled_terms_are_spoken() -> None:
    assert speak_formula("<mrow><mn>20</mn><mtext>°C</mtext></mrow>", "en") == "20 degrees C"
    cancelled = '<msup><menclose notation="northeastarrow"><mi>x</mi></menclose><mn>0</mn></msup>'
    assert speak_formula(cancelled, "en") == "cancelled x to 0 end cancelled"


def test_upright_letter_is_called_upright_only_if_it_is_also_italic(mathml_of: MathmlOf) -> None:
    one, unit, italic = mathml_of([r"$\textrm{I}(x)$", r"$5\,\text{m} + m$", "$I$"])
    assert speak_formula(one, "en", find_letter_variants([one, unit])) == "cap I of x"
    forms = find_letter_variants([one, unit, italic])
    assert speak_formula(one, "en", forms) == "upright cap I of x"
    assert speak_formula(italic, "en", forms) == "cap I"
    assert speak_formula(unit, "en", forms) == "5 m plus m"


def test_text_between_lines_has_no_line_number() -> None:
    intertext = '<mtr><mtd><mrow class="intertext"><mtext>and so</mtext></mrow></mtd></mtr>'
    mathml = make_table("a", "b").replace("</mtr><mtr>", f"</mtr>{intertext}<mtr>")
    assert speak_formula(f"<math>{mathml}</math>", "en") == "2 lines, line 1: a; and so; line 2: b"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_symbol_of_tex_and_amssymb_has_words(language: str, mathml_of: MathmlOf) -> None:
    commands = Path(__file__).with_name("tex-symbols.txt").read_text("utf-8").split()
    formulas = mathml_of([rf"$\{command}$" for command in commands])
    assert len(commands) > 400
    words = load_formula_words(language)
    assert words is not None
    unspoken = []
    for command, mathml in zip(commands, formulas, strict=True):
        (symbol,) = re.findall(r"<m[io][^>]*>([^<]+)<", mathml)[:1]
        fallback = words.format_pattern("sign", name=name(unescape(symbol)[0]).lower())
        if speak_formula(mathml, language) in ("", symbol, fallback):
            unspoken.append(command)
    assert unspoken == []


BLOCKS = [
    (0x21, 0xFF), (0x370, 0x3FF), (0x2010, 0x205E), (0x2100, 0x214F), (0x2190, 0x23FF), (0x2500, 0x26FF),
    (0x27C0, 0x2BFF), (0x3008, 0x301B), (0x1D400, 0x1D7FF), (0x1EE00, 0x1EEFF),
]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_symbol_is_left_as_a_sign(language: str) -> None:
    characters = [chr(code) for first, last in BLOCKS for code in range(first, last + 1)]
    symbols = [
        character
        for character in characters
        if category(character)[0] in "SP" or "MATHEMATICAL" in name(character, "")
    ]
    assert len(symbols) > 3000
    unspoken = []
    for symbol in symbols:
        tag = "mi" if symbol.isalnum() else "mo"
        text = speak_formula(f"<math><{tag}>{escape(symbol)}</{tag}></math>", language)
        if symbol in text or not re.search(r"\w", text):
            unspoken.append(symbol)
    assert unspoken == []


def spoken_formulas(mathml_of: MathmlOf) -> dict[str, str]:
    """Return the TeX of the formulas of ``spoken-formulas.txt`` with their MathML."""
    formulas = Path(__file__).with_name("spoken-formulas.txt").read_text("utf-8").splitlines()
    assert len(formulas) == len(set(formulas)) > 300
    return dict(zip(formulas, mathml_of([f"$${tex}$$" for tex in formulas]), strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_hundred_formulas_have_distinct_speech(language: str, mathml_of: MathmlOf) -> None:
    """Test that spoken formulas differ by more than capital letters and hyphens, which cannot be heard."""
    heard: dict[str, str] = {}
    alike = []
    for tex, mathml in spoken_formulas(mathml_of).items():
        sound = speak_formula(mathml, language).casefold().replace("-", " ")
        alike += [(heard[sound], tex, sound)] if sound in heard else []
        heard[sound] = tex
    assert alike == []


def test_three_hundred_formulas_match_their_recorded_speech(mathml_of: MathmlOf, golden: Golden) -> None:
    """Compare spoken formulas with the golden file.

    Read the changed lines aloud before you update it: could you write down the formula?
    """
    lines = [
        f"{tex}\n  {speak_formula(mathml, 'en')}\n" for tex, mathml in spoken_formulas(mathml_of).items()
    ]
    golden("spoken-formulas.txt", "".join(lines))


def test_language_without_words_has_no_speech() -> None:
    assert speak_formula("<mi>x</mi>", "hu") == ""


# Letters that are not a word in any language above.
NAMES = "QWKRFM"
TOKENS = st.one_of(
    st.sampled_from(NAMES).map("<mi>{}</mi>".format),
    st.integers(0, 99).map("<mn>{}</mn>".format),
    st.sampled_from("+−=≤∈→|‖()[]{}⌊⌋,:!∑∫∘′*⟨/%⟂∀↓×").map(
        lambda sign: f"<mo>{sign.replace('<', '&lt;')}</mo>"
    ),
    st.sampled_from(["sin", "lim", "argmax", "d"]).map("<mi>{}</mi>".format),
    st.sampled_from("msT").map('<mi mathvariant="normal">{}</mi>'.format),
    st.sampled_from(["<mtext>if Q</mtext>", "<mspace/>", "<mrow/>", "<mo>\u2061</mo>", "<mi>𝒙</mi>"]),
)


def elements(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    row = st.lists(inner, max_size=5).map(lambda parts: f"<mrow>{''.join(parts)}</mrow>")
    two = st.tuples(st.sampled_from(["mfrac", "msub", "msup", "munder", "mover", "mroot"]), inner, inner)
    three = st.tuples(st.sampled_from(["msubsup", "munderover"]), inner, inner, inner)
    item = st.tuples(st.sampled_from(["msqrt", "mstyle", "menclose", "mfenced"]), inner)
    table = st.lists(st.lists(inner, max_size=3), max_size=3).map(
        lambda rows: (
            "<mrow><mo>(</mo><mtable>"
            + "".join(f"<mtr>{''.join(f'<mtd>{cell}</mtd>' for cell in row)}</mtr>" for row in rows)
            + "</mtable><mo>)</mo></mrow>"
        )
    )
    built = st.one_of(two, three, item).map(lambda parts: f"<{parts[0]}>{''.join(parts[1:])}</{parts[0]}>")
    return st.one_of(row, built, table)


MATHML = st.recursive(TOKENS, elements, max_leaves=20).map(lambda inner: f"<math>{inner}</math>")


@given(mathml=MATHML, language=st.sampled_from(LANGUAGES))
def test_no_name_or_number_is_lost_in_speech(mathml: str, language: str) -> None:
    words = speak_formula(mathml, language)
    for letter in NAMES:
        matches = re.findall(rf"(?<![^\W_]){letter}(?![^\W_])", words)
        assert len(matches) == len(re.findall(rf"[ >]{letter}<", mathml))
    if re.search("<m[ino]>[^\u2061]", mathml):
        assert words


@given(mathml=MATHML)
def test_spoken_groups_are_closed(mathml: str) -> None:
    words = speak_formula(mathml, "en")
    for kind in ("quantity", "fraction", "stack", "binomial"):
        assert len(re.findall(rf"\b{kind}\b", words)) == 2 * len(re.findall(rf"\bend {kind}\b", words))
    for kind, beginning in (
        ("root", r"(?<!end )root\b"),
        ("power", "to the power"),
        ("sub", r"(?<!end )sub\b"),
    ):
        depth = 0
        for text in re.finditer(rf"end {kind}\b|{beginning}", words):
            depth += -1 if text.group().startswith("end") else 1
            assert depth >= 0


@pytest.mark.parametrize("end", ["}", "}_{a}"])
def test_nested_braces_are_read_once(end: str, mathml_of: MathmlOf, monkeypatch: pytest.MonkeyPatch) -> None:
    braces = r"\underbrace{" * 12 + "x" + end * 12
    (mathml,) = mathml_of([f"$${braces}$$"])
    visited: list[object] = []
    speak = spoken._Speaker.speak_element
    monkeypatch.setattr(
        spoken._Speaker,
        "speak_element",
        lambda self, element: (visited.append(element), speak(self, element))[1],
    )
    speak_formula(mathml, "en")
    assert len(visited) == len(set(visited)) > 12


@pytest.mark.parametrize(
    "part",
    [
        "<mi>a</mi><mo>∣</mo>",
        "<mi>a</mi><mo>×</mo>",
        "<mi>a</mi><mo>≡</mo>",
        "<mi>a</mi><mo>:</mo>",
        "<mo>(</mo>",
        '<mo form="prefix">|</mo><mo form="prefix">‖</mo>',
    ],
)
def test_long_rows_are_spoken_in_linear_time(part: str) -> None:
    """A row of 2,000 parts took up to a minute."""
    started = process_time()
    speak_formula(f"<math><mrow>{part * 2000}</mrow></math>", "en")
    assert process_time() - started < 2
