"""Formulas are read out in words that no other formula has."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.media.formulas.conftest import MathmlOf
from triptych.media.formulas.spoken import speak_formula

LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl", "zh", "ja"]

ENGLISH = {
    # signs
    "E = mc^2": "E equals m c squared",
    r"a \pm b \ne c": "a plus or minus b is not equal to c",
    r"30^\circ + 5\%": "30 degrees plus 5 percent",
    r"\Delta x \ll \hbar\omega": "capital delta x is much less than h bar omega",
    r"x \in \mathbb{R} \setminus \mathbb{Q}": "x in the real numbers set minus the rational numbers",
    r"\mathcal{L} \mathfrak{g} \mathbb{P} \mathbf{v}": "script L fraktur g double-struck P bold v",
    r"\forall x \exists y : x < y": "for all x there exists y such that x is less than y",
    r"A \cup B \subseteq C \implies \neg p": "A union B is a subset of or equal to C implies not p",
    r"f \colon A \to B": "f colon A goes to B",
    "n! / 2": "n factorial divided by 2",
    r"x \sim \textsf{normal}(\textsf{0}, \mathtt{s})": "x is similar to normal open paren 0 comma s close paren",
    r"\text{speed} = 5\,\text{m/s}": "speed equals 5 m/s",
    # scripts
    "x^{n+1} + x^n": "x to the power of n plus 1 end power plus x to the power of n",
    "e^{-x}": "e to the power of minus x",
    "x_i^2 + x_{i+1}^3": "x sub i squared plus x sub i plus 1 end sub cubed",
    "f'(x) = f''": "f prime of x equals f double prime",
    "x^* y^+": "x star y superscript plus",
    "(a+b)^2": "open paren a plus b close paren squared",
    "{a+b}^2": "quantity a plus b end quantity squared",
    r"\mathrm{H_2O + SO_4^{2-}}": "H sub 2 O plus S O sub 4 superscript 2 minus",
    r"{}^{14}_{6}\mathrm{C}": "sub 6 superscript 14 C",
    # fractions and roots
    r"\frac12 + \frac{a}{b}": "one half plus a over b",
    r"\frac{x+1}{2}": "fraction x plus 1 over 2 end fraction",
    r"\frac{1}{1+\frac{1}{x+1}}": "fraction 1 over 1 plus fraction 1 over x plus 1 end fraction end fraction",
    r"\frac{dy}{dx} = \frac{\partial^2 f}{\partial x^2}": "d y over d x equals partial squared f over partial x squared",
    r"\sqrt2 + \sqrt{a+b}": "square root of 2 plus square root of a plus b end root",
    r"\sqrt[3]{x} \sqrt[n]{y} \sqrt[n+1]{z}": "cube root of x n-th root of y root with index n plus 1 of z end root",
    r"\binom{n}{k} + \binom{n+1}{k}": "n choose k plus binomial n plus 1 choose k end binomial",
    # bounds
    r"\sum_{i=1}^{n} a_i": "sum from i equals 1 to n of a sub i",
    r"\prod_{p} p": "product over p of p",
    r"\int_0^\infty f\,dx": "integral from 0 to infinity of f d x",
    r"\iint_D g": "double integral over D of g",
    r"\int f": "integral of f",
    r"\lim_{x \to 0} \frac{\sin x}{x}": "limit as x approaches 0 of fraction sine x over x end fraction",
    r"\max_{i} a_i": "maximum over i of a sub i",
    r"\log_2 n + \ln x": "log base 2 of n plus natural log x",
    r"\log_2(n)": "log base 2 of n",
    r"\log_2(n + 1)": "log base 2 of open paren n plus 1 close paren",
    r"\sin^2\theta + \cos(2x)": "sine squared theta plus cosine of open paren 2 x close paren",
    # brackets
    "f(x) = g(x, y)": "f of x equals g of open paren x comma y close paren",
    "|x| + |a-b|": "absolute value of x plus absolute value of a minus b end absolute value",
    r"\lVert v \rVert \lfloor y \rfloor \lceil z+1 \rceil": "norm of v floor of y ceiling of z plus 1 end ceiling",
    "P(A|B)": "P of open paren A given B close paren",
    r"\{x \mid x > 0\}": "the set of all x such that x is greater than 0 end set",
    r"\{1, 2\}": "the set 1 comma 2 end set",
    "[0, 1)": "open bracket 0 comma 1 close paren",
    # marks
    r"\hat a \bar x \tilde y \vec v \dot q \ddot q": "a hat x bar y tilde vector v q dot q double dot",
    r"\overline{ab}": "quantity a b end quantity bar",
    r"\overbrace{a+b}^{n}": "overbrace a plus b labelled n end overbrace",
    r"a \xrightarrow{f} b \overset{!}{=} c": "a goes to with f above b equals with exclamation mark above c",
    r"\cancel{xy} \boxed{z}": "crossed out x y end crossed out box around z end box",
    # tables
    r"\begin{pmatrix} 1 & 0 \\ a & \end{pmatrix}": "2 by 2 matrix, row 1: 1, 0; row 2: a, blank; end matrix",
    r"\begin{vmatrix} a & b \\ c & d \end{vmatrix}": "determinant of the 2 by 2 matrix, row 1: a, b; row 2: c, d; "
    "end determinant",
    r"f(x) = \begin{cases} 1 & x > 0 \\ 0 & \text{else} \end{cases}": "f of x equals cases: 1, x is greater than 0; 0, else; end cases",
    r"\begin{aligned} a &= b \\ &= c \end{aligned}": "a equals b; equals c",
}

# The same formula in all languages.
FORMULA = r"\sum_{i=1}^{n} \frac{x_i^2 + \alpha}{2} \le \sqrt{a+b}"
WORDS = {
    "en": "sum from i equals 1 to n of fraction x sub i squared plus alpha over 2 end fraction "
    "is less than or equal to square root of a plus b end root",
    "de": "Summe von i gleich 1 bis n von Bruch x Index i Quadrat plus alpha durch 2 Ende Bruch "
    "kleiner oder gleich Wurzel aus a plus b Ende Wurzel",
    "fr": "somme de i égale 1 à n de fraction x indice i au carré plus alpha sur 2 fin fraction "
    "inférieur ou égal à racine carrée de a plus b fin racine",
    "es": "suma desde i igual a 1 hasta n de fracción x sub i al cuadrado más alfa sobre 2 fin fracción "
    "menor o igual que raíz cuadrada de a más b fin raíz",
    "it": "sommatoria da i uguale a 1 a n di frazione x pedice i al quadrato più alfa fratto 2 fine frazione "
    "minore o uguale a radice quadrata di a più b fine radice",
    "pt": "soma de i igual a 1 até n de fração x índice i ao quadrado mais alfa sobre 2 fim fração "
    "menor ou igual a raiz quadrada de a mais b fim raiz",
    "nl": "som van i is gelijk aan 1 tot n van breuk x index i kwadraat plus alfa over 2 einde breuk "
    "is kleiner dan of gelijk aan wortel van a plus b einde wortel",
    "zh": "求和 从 i 等于 1 到 n 对 分式 分子 x 下标 i 的平方 加 阿尔法 分母 2 分式结束 "
    "小于等于 根号 a 加 b 根号结束",
    "ja": "総和 i イコール 1 から n まで 分数 分子 x 下付き i の二乗 プラス アルファ 分母 2 分数終わり "
    "小なりイコール ルート a プラス b ルート終わり",
}


@pytest.mark.parametrize("tex", ENGLISH)
def test_a_formula_in_english(tex: str, mathml_of: MathmlOf) -> None:
    assert speak_formula(mathml_of([f"$${tex}$$"])[0], "en") == ENGLISH[tex]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_formula_in_each_language(language: str, mathml_of: MathmlOf) -> None:
    assert speak_formula(mathml_of([f"$${FORMULA}$$"])[0], language) == WORDS[language]


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
    ],
)
def test_formulas_that_differ_sound_different(one: str, other: str, mathml_of: MathmlOf) -> None:
    both = mathml_of([f"$${one}$$", f"$${other}$$"])
    for language in LANGUAGES:
        first, second = (speak_formula(mathml, language) for mathml in both)
        assert first != second


def test_annotations_and_what_is_not_seen_are_not_read() -> None:
    mathml = (
        "<math><semantics><mrow><mi>a</mi><mo>\u2062</mo><mphantom><mi>q</mi></mphantom><mi>b</mi></mrow>"
        "<annotation>q</annotation></semantics></math>"
    )
    assert speak_formula(mathml, "en") == "a b"


def test_scripts_before_a_letter() -> None:
    mathml = "<mmultiscripts><mi>X</mi><mn>1</mn><mn>2</mn><mprescripts/><mn>3</mn><mn>4</mn></mmultiscripts>"
    assert speak_formula(mathml, "en") == "sub 3 superscript 4 X sub 1 squared"


def test_a_sign_without_a_word_stands_as_it_is() -> None:
    assert speak_formula("<mrow><mi>a</mi><mo>⋚</mo><mi>b</mi></mrow>", "en") == "a ⋚ b"


def test_a_language_without_words_has_no_reading() -> None:
    assert speak_formula("<mi>x</mi>", "hu") == ""


# Letters that are no word of any language above.
NAMES = "QWKRFM"
TOKENS = st.one_of(
    st.sampled_from(NAMES).map("<mi>{}</mi>".format),
    st.integers(0, 99).map("<mn>{}</mn>".format),
    st.sampled_from("+−=≤∈→|‖()[]{}⌊⌋,:!∑∫∘′*⟨").map(lambda sign: f"<mo>{sign.replace('<', '&lt;')}</mo>"),
    st.sampled_from(["sin", "lim", "argmax"]).map("<mi>{}</mi>".format),
    st.sampled_from(["<mtext>if Q</mtext>", "<mspace/>", "<mrow/>", "<mo>\u2061</mo>", "<mi>𝒙</mi>"]),
)


def elements(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    row = st.lists(inner, max_size=5).map(lambda parts: f"<mrow>{''.join(parts)}</mrow>")
    two = st.tuples(st.sampled_from(["mfrac", "msub", "msup", "munder", "mover", "mroot"]), inner, inner)
    three = st.tuples(st.sampled_from(["msubsup", "munderover"]), inner, inner, inner)
    one = st.tuples(st.sampled_from(["msqrt", "mstyle", "menclose", "mfenced"]), inner)
    table = st.lists(st.lists(inner, max_size=3), max_size=3).map(
        lambda rows: (
            "<mrow><mo>(</mo><mtable>"
            + "".join(f"<mtr>{''.join(f'<mtd>{cell}</mtd>' for cell in row)}</mtr>" for row in rows)
            + "</mtable><mo>)</mo></mrow>"
        )
    )
    built = st.one_of(two, three, one).map(lambda parts: f"<{parts[0]}>{''.join(parts[1:])}</{parts[0]}>")
    return st.one_of(row, built, table)


MATHML = st.recursive(TOKENS, elements, max_leaves=20).map(lambda inner: f"<math>{inner}</math>")


@given(mathml=MATHML, language=st.sampled_from(LANGUAGES))
def test_no_name_and_no_number_is_lost(mathml: str, language: str) -> None:
    words = speak_formula(mathml, language)
    for name in NAMES:
        said = re.findall(rf"(?<![^\W_]){name}(?![^\W_])", words)
        assert len(said) == len(re.findall(rf"[ >]{name}<", mathml))
    if re.search("<m[ino]>[^\u2061]", mathml):
        assert words


@given(mathml=MATHML)
def test_what_begins_ends(mathml: str) -> None:
    words = speak_formula(mathml, "en")
    for kind in ("quantity", "fraction", "stack", "binomial"):
        assert len(re.findall(rf"\b{kind}\b", words)) == 2 * len(re.findall(rf"\bend {kind}\b", words))
    for kind, beginning in (
        ("root", r"(?<!end )root\b"),
        ("power", "to the power"),
        ("sub", r"(?<!end )sub\b"),
    ):
        depth = 0
        for said in re.finditer(rf"end {kind}\b|{beginning}", words):
            depth += -1 if said.group().startswith("end") else 1
            assert depth >= 0
