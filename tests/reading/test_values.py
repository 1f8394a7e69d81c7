"""Test expressions in prose: values of data files, and nothing else."""

from __future__ import annotations

import time

import pytest

from tests.conftest import MakeProject
from triptych.data.data_file import DataError
from triptych.data.folder import DataFolder
from triptych.diagnostics import Diagnostic
from triptych.reading.values import ValueRenderer, format_number
from triptych.settings.values import DEFAULT_LIMITS, ReadingLimits

CSV = "year,output\n2023,1000.5\n2024,\n2025,2500.25\n"


@pytest.fixture
def render(make_project: MakeProject):
    renderer = ValueRenderer(DataFolder(make_project({"source/data/solar.csv": CSV})))

    def render_text(text: str) -> tuple[str, list[Diagnostic]]:
        filled = renderer.render("source/section.md", text)
        return filled.text, filled.findings

    return render_text


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("data('solar.csv').first('output')", "1000.5"),
        ("data('solar.csv').last('output')", "2500.25"),
        ("data('solar.csv').at(2023, 'output')", "1000.5"),
        ("data('solar.csv').at('2023', 'output')", "1000.5"),
        ("data('solar.csv').total('output')", "3500.75"),
        ("data('solar.csv').where('year', '2025').first('output')", "2500.25"),
        ("data('data/solar.csv').first('year')", "2023"),
        ("data('solar.csv').last('output') | number", "2,500.25"),
        ("data('solar.csv').last('output') | number(0)", "2,500"),
        ("-1234 | number", "\u22121,234"),
        ("1 + 1", "2"),
    ],
)
def test_an_expression_is_filled_in(render, expression: str, expected: str) -> None:
    assert render(f"A {{{{ {expression} }}}} b.\n") == (f"A {expected} b.\n", [])


def test_the_hint_on_a_file_outside_the_data_folder_names_a_path_that_works(
    make_project: MakeProject,
) -> None:
    renderer = ValueRenderer(DataFolder(make_project({"source/solar.csv": CSV})))
    (finding,) = renderer.render("source/section.md", "{{ data('solar.csv').first('year') }}").findings
    assert finding.hint == 'did you mean "./solar.csv"?'
    followed = renderer.render("source/section.md", "{{ data('./solar.csv').first('year') }}")
    assert (followed.text, followed.findings) == ("2023", [])


def test_text_without_expressions_is_unchanged(render) -> None:
    text = "Text with { braces } and % signs.\n\n\n"
    assert render(text) == (text, [])


def test_raw_text_is_kept(render) -> None:
    assert render("{% raw %}{{ x }}{% endraw %}")[0] == "{{ x }}"


@pytest.mark.parametrize(
    "expression",
    [
        "''.__class__",
        "''.__class__.__mro__[1].__subclasses__()",
        "data.__globals__",
        "data('solar.csv')._file",
        "data('solar.csv').__init__.__globals__",
        "data('solar.csv')['_file']",
        "data('solar.csv')|attr('_file')",
        "''|attr('__class__')",
        "'{0.__class__}'.format('')",
        "'{a.__class__}'.format_map({'a': ''})",
        "lipsum.__globals__",
        "cycler.__init__.__globals__.os",
        "self._TemplateReference__context",
        "joiner.__init__.__globals__['os'].popen('id')",
        "data",
        "data ~ ''",
        "data('solar.csv')",
        "[data('solar.csv')]",
        "data('solar.csv').last",
        "data('solar.csv') | string",
        "data('solar.csv') | number",
        "range",
        "range(3)",
        "range(3) | string",
        "'%s' | format(data)",
        "[1] | map('string')",
        "[data] | map('string') | list",
        "self",
    ],
)
def test_sandbox_escapes_are_rejected(render, expression: str) -> None:
    text = f"A {{{{ {expression} }}}} b.\n"
    result, findings = render(text)
    assert [finding.code for finding in findings] == ["TPL001"]
    assert result == text


@pytest.mark.parametrize(
    "text",
    [
        "{{ open('/etc/passwd') }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% extends 'x' %}",
        "{{ data('../../../etc/passwd') }}",
        "{{ data('/etc/passwd') }}",
    ],
)
def test_other_files_are_out_of_reach(render, text: str) -> None:
    _, findings = render(text)
    assert [finding.code for finding in findings] == ["TPL001"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ range(10 ** 9) | list }}",
        "{% for a in range(10 ** 9) %}x{% endfor %}",
        "{{ range(10 ** 12) | sum }}",
    ],
)
def test_endless_ranges_are_rejected(render, text: str) -> None:
    assert [finding.code for finding in render(text)[1]] == ["TPL001"]


@pytest.mark.parametrize("name", ["tojson", "wordwrap"])
def test_the_hint_names_the_filters_of_jinja_that_are_not_available(render, name: str) -> None:
    _, (finding,) = render(f"{{{{ 'a' | {name} }}}}")
    assert finding.message == f'unknown filter "{name}"'
    assert finding.hint is not None and name in finding.hint


def test_oversized_result_is_rejected(render) -> None:
    """Test that the output size is limited: one line could give 100 MB, and fill the memory."""
    result, findings = render("{{ 'a' * 10 ** 8 }}")
    assert [finding.code for finding in findings] == ["TPL001"]
    assert len(result) < 1000


@pytest.mark.parametrize(
    "text",
    [
        "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a ~ a ~ a ~ a %}" * 40,
        "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a + a %}" * 40,
        "{% set a = [1] %}" + "{% set a = [a, a] %}" * 60 + "{{ a }}",
        "{% set a = 'b' %}" + "{% set a = {'x': a, 'y': a} %}" * 60 + "{{ a | string }}",
        "{% set a, b = [1], [1] %}" + "{% set a, b = (a, a), (b, b) %}" * 60 + "{{ a == b }}",
        "{{ [1] | batch(10 ** 9, 'x') | list }}",
        "{{ [1] | slice(10 ** 9) | list }}",
        "{{ ('a' * 1000) | replace('a', 'b' * 10000) }}",
        "{{ ('a' * 1000).replace('a', 'b' * 10000) }}",
        "{{ ('a' * 100000).join('b' * 1000) }}",
        "{{ range(100000) | join('a' * 10000) }}",
        "{{ ['a'] * 1000 | map('replace', 'a', 'b' * 900000) | list }}",
        "{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}",
        "{% for a in [1] * 1000 %}{% for b in [1] * 1000 %}{% endfor %}{% endfor %}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
        "{{ (10 ** 60) ** 64 }}",
        "{% set n = 10 ** 60 %}" + "{% set n = n * n %}" * 30 + "{{ n }}",
        "{{ (1).to_bytes(10 ** 10, 'big') }}",
        "{{ 1 | number(10 ** 9) }}",
        "{{ [[1] * 1000] * 900 | sum(start=[]) }}",
        "{{ ('<' * 500000) | striptags }}",
        "{{ 1 | round(10 ** 9, 'floor') }}",
        "{% set x %}{% for a in range(90000) %}" + "a" * 9000 + "{% endfor %}{% endset %}",
        "{% set l = [1] * 90000 %}{% for a in l %}{% for b in l if false %}{% endfor %}{% endfor %}",
        "{% set l = 'a' * 900000 %}{% for a in range(90000) %}{{ 'b' in l }}{% endfor %}",
        "{% set l = 'a' * 900000 %}{% for a in range(90000) %}{{ l.count('b') }}{% endfor %}",
        "{% set l = 'a' * 900000 %}{% for a in range(90000) %}{% set m = l[1:] %}{% endfor %}",
        "{{ '((((' }}" + "{{ nothing }}" * 200_000,
        "{% set a = 'f' * 250000 %}{{ (a ~ a) | int(base=16) ** 64 }}",
        "{% set a = ('f' * 250000) | int(base=16) %}{% for i in range(9000) %}{% set b = a % 7 %}{% endfor %}",
        "{{ 0x" + "f" * 250_000 + " ** 64 }}",
        "{{ " + "9" * 5000 + " }}",
        "{% set r = range(50000) %}{% for i in range(12000) %}{{ r | sum }}{% endfor %}",
        "{% set r = range(50000) | list %}" + "{{ r | sum }}" * 12_000,
        "{{ [{'a': 1}] * 40000 | sort(attribute='" + "a," * 400_000 + "a') | length }}",
        "{% macro m() %}{{ varargs | length }}{% endmacro %}{% set x = [1] * 90000 %}"
        "{% for i in range(90000) %}{{ m(*x) }}{% endfor %}",
        "".join(f"{{% set d{n} = [" + "{'a': {}}," * 3000 + "] %}" for n in range(70)),
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{{ 1" + " - 1" * 20_000 + " }}",
    ],
)
def test_exponential_growth_is_rejected_at_once(render, text: str) -> None:
    start = time.process_time()
    result, findings = render(text)
    assert [finding.code for finding in findings] == ["TPL001"]
    assert result == text
    assert time.process_time() - start < 60


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("\n\n{{ 1 }} {{ 0x" + "f" * 800 + " }}", "the number is too large", (3, 9)),
        ("\n\n{{ " + "9" * 5000 + " }}", "the number is too large", (3, 1)),
        ("\n{{ ('1' * 500) | int }}", "the number is too large", (2, 1)),
        ("\n{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "the expressions are nested too deeply", None),
    ],
)
def test_a_number_beyond_measure_is_reported_in_its_line(render, text: str, message: str, place) -> None:
    (finding,) = render(text)[1]
    assert finding.message == message
    assert place in (None, (finding.span.line, finding.span.column))


def test_slow_expressions_are_stopped_by_time(make_project: MakeProject) -> None:
    """Test the time limit of expressions: each step is slow, since a loop can repeat a whole section."""
    limits = ReadingLimits.model_construct(**{**DEFAULT_LIMITS.model_dump(), "section_time": 0.2})
    renderer = ValueRenderer(DataFolder(make_project({}), limits=limits))
    text = "\n{% for i in range(90000) %}" + "{% set x = loop.index %}" * 3000 + "{% endfor %}"
    start = time.process_time()
    (finding,) = renderer.render("source/section.md", text).findings
    assert finding.message == "expressions take more than 0.2 s of CPU time"
    assert "section-time" in (finding.hint or "")
    assert finding.span.line == 2
    assert time.process_time() - start < 10


def test_a_value_of_a_large_file_is_computed_once(make_project: MakeProject) -> None:
    rows = "".join(f"{n},{n % 7}\n" for n in range(20_000))
    renderer = ValueRenderer(DataFolder(make_project({"source/data/a.csv": f"a,b\n{rows}"})))
    text = (
        "{% set d = data('a.csv') %}{% for i in range(9000) %}{{ d.total('b') }}{{ d.first('b') }}"
        "{{ d.last('b') }}{{ d.at(19999, 'b') }}{{ d.where('b', '6').last('a') }};{% endfor %}"
    )
    start = time.process_time()
    filled = renderer.render("source/section.md", text)
    assert filled.findings == []
    last = 19_999 % 7
    assert filled.text == f"{float(sum(n % 7 for n in range(20_000)))}0{last}{last}19998;" * 9000
    assert time.process_time() - start < 30


def test_rows_of_data_files_count_as_steps(make_project: MakeProject) -> None:
    rows = "1,x\n" * 20_000
    renderer = ValueRenderer(DataFolder(make_project({"source/data/a.csv": f"a,b\n{rows}"})))
    text = "{% set d = data('a.csv') %}" + "{% set d = d.where('b', 'x') %}" * 900 + "{{ d.last('b') }}"
    (finding,) = renderer.render("source/section.md", text).findings
    assert finding.message == "loops and expressions take more than 100,000 steps"


def test_memory_of_expressions_is_limited(render, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = iter(range(0, 10**15, 10**8))
    monkeypatch.setattr("triptych.theme.sandbox._measure_memory", lambda: next(sizes))
    (finding,) = render("{% for i in range(900) %}{{ i }}{% endfor %}")[1]
    assert finding.message == "expressions need more than 500 MB of memory"
    assert finding.hint == "build smaller texts and lists"


def test_adjacent_delimiters_take_linear_time(render) -> None:
    before = time.process_time()
    render("{{ a" + "- " * 300 + "b }}")
    assert time.process_time() - before < 2


def test_unclosed_tags_take_linear_time(render) -> None:
    text = "{{ 1 }}" + "{{ " * 200_000
    start = time.process_time()
    assert render(text)[1]
    assert time.process_time() - start < 30


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ [1, 2, 3] | sum }}", "6"),
        ("{{ [{'n': 1}, {'n': 2}] | sum(attribute='n') }}", "3"),
        ("{{ ['a', 'b'] | join(', ') }} {{ '-'.join(['a', 'b']) }}", "a, b a-b"),
        ("{{ 'abab' | replace('b', 'c') }} {{ 'abab'.replace('b', 'c') }}", "acac acac"),
        ("{{ 1 ~ '-' ~ 2 }}", "1-2"),
        (
            "{% for a, b in [(1, 2), (3, 4)] %}{{ a + b }}{% if not loop.last %};{% endif %}{% endfor %}",
            "3;7",
        ),
        ("{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(1) }}{{ m('b') }}", "<1><b>"),
        ("{{ {'a': 1}['a'] }} {{ [1, 2, 3][1:] | length }}", "1 2"),
        ("{{ ['b', 'a'] | sort | first | upper }} {{ 7 // 2 }} {{ 2 ** 10 }}", "A 3 1024"),
        ("{{ [1, 2, 3] | select('odd') | map('string') | join('+') }}", "1+3"),
    ],
)
def test_ordinary_expressions_match_jinja(render, text: str, expected: str) -> None:
    assert render(text) == (expected, [])


def test_chain_of_powers_is_rejected_at_once(render) -> None:
    start = time.monotonic()
    _, findings = render("{{ 10 ** (3 * 10 ** 6) }}")
    assert [finding.code for finding in findings] == ["TPL001"]
    assert time.monotonic() - start < 0.5


@pytest.mark.parametrize(
    "text",
    [
        "{{ nothing }}",
        "{{ 4 + }}",
        "{% if %}",
        "{{ 1 / 0 }}",
        "{{ 'x' | number }}",
        "{{ '' | number }}",
        "{{ 'x' | nofilter }}",
        "{{ data('gone.csv') }}",
        "{{ data('solar.csv').last('nothing') }}",
        "{{ data('solar.csv').at(1999, 'output') }}",
        "{{ data() }}",
        "{{ data(1) }}",
        "{{ none | number }}",
        "{{ [] | number }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ data('solar.csv').where('year', '2024').last('output') }}",
        "{{ 'a' | int('x') + [] }}",
    ],
)
def test_each_failure_is_a_finding_and_leaves_the_text(render, text: str) -> None:
    result, findings = render(text)
    assert [finding.code for finding in findings] == ["TPL001"]
    assert result == text


@pytest.mark.parametrize("text", ["One.\n\nTwo {{ 1 + 1 and\nthree.\n", "One.\n\nTwo {% if 1\nthree.\n"])
def test_unclosed_expression_is_reported_at_its_start(render, text: str) -> None:
    _, (finding,) = render(text)
    assert (finding.message, finding.span.line, finding.span.column) == ("the expression is not closed", 3, 5)


def test_the_line_is_that_of_the_expression(render) -> None:
    _, result = render("one\n\n{{ 1 + 1 }}\n{{ nothing }}\n")
    assert result[0].span.line == 4


def test_the_line_is_that_of_the_expression_in_a_loop(render) -> None:
    _, result = render("one\n{% for i in [1] %}\n{{ nothing }}\n{% endfor %}\n")
    assert result[0].span.line == 3


def test_line_count_is_unchanged_by_values(render) -> None:
    text = "one\n\n{{ 1 }}\n\nlast\n"
    assert render(text)[0].count("\n") == text.count("\n")


def test_statements_keep_following_positions(make_project: MakeProject) -> None:
    """Test that statements do not change the line numbers of later findings."""
    text = "{% set x = [1, 2] %}\n{% for i in x %}\nline {{ i }}\n{% endfor %}\nlast\n"
    filled = ValueRenderer(DataFolder(make_project({}))).render("source/section.md", text)
    assert filled.lines is not None
    place = filled.text.splitlines().index("last")
    assert filled.lines[place] == text.splitlines().index("last") + 1


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("1234.50", None, "1,234.50"),
        (1234.5, None, "1,234.5"),
        (1000.0, None, "1,000"),
        ("-1.25", 1, "\u22121.3"),
        (0.1 + 0.2, 2, "0.30"),
    ],
)
def test_numbers_keep_the_decimal_places_of_the_source(
    value: str | float, places: int | None, expected: str
) -> None:
    assert format_number(value, places) == expected


def test_empty_value_is_not_a_number() -> None:
    with pytest.raises(DataError):
        format_number("")


@pytest.mark.parametrize(
    "expression",
    [
        "'{:100000000}'.format(1)",
        "'{:100000000}'.format(1) | length",
        "'{:>{n}}'.format('a', n=10 ** 8)",
        "'%100000000d' % 1",
    ],
)
def test_oversized_format_result_is_rejected(render, expression: str) -> None:
    result, findings = render(f"{{{{ {expression} }}}}")
    assert [finding.code for finding in findings] == ["TPL001"]
    assert len(result) < 1000


def test_numbers_use_the_format_of_the_language() -> None:
    assert format_number("1234567.5", language="de") == "1.234.567,5"


def test_data_format_can_be_set_in_the_call(make_project: MakeProject) -> None:
    folder = DataFolder(make_project({"source/data/anteil.csv": "Jahr;Anteil\n2024;1,5\n2025;0,25\n"}))
    file = 'data("anteil.csv", delimiter=";", decimal=",")'
    text = f"{{{{ {file}.last('Anteil') | number }}}}, {{{{ {file}.total('Anteil') | number }}}}"
    assert ValueRenderer(folder, "de").render("source/section.md", text).text == "0,25, 1,75"
    assert not folder.findings


def test_guessed_data_format_is_reported_once(make_project: MakeProject) -> None:
    folder = DataFolder(make_project({"source/data/anteil.csv": "Jahr;Anteil\n2024;1,5\n2025;0,25\n"}))
    renderer = ValueRenderer(folder, "de")
    for _ in range(2):
        assert renderer.render("source/a.md", "{{ data('anteil.csv').at(2024, 'Anteil') }}").text == "1.5"
    assert [finding.code for finding in folder.findings] == ["DAT004"]
