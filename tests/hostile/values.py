"""Define expressions in prose (`jinja: true`) that loop, double or need too much memory."""

from __future__ import annotations

from pathlib import Path

from tests.hostile.small_project import Case, small_project


def _value(name: str, body: str, csv: str = "a,b\n1,2\n") -> Case:
    def write(folder: Path) -> None:
        small_project(folder, body, manifest="jinja: true\n", files={"source/data/a.csv": csv})

    return Case(name, "values", write)


_DOUBLED = "{% set n = namespace(x='ab') %}{% for i in range(40) %}{% set n.x = n.x SIGN n.x %}{% endfor %}{{ n.x|length }}"
_LINES = "".join("{% set x = x SIGN x %}" for _ in range(40))
_LOOPS = "".join(
    f"{{% for {c} in 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' %}}"
    for c in "abcdefgh"
)

_LARGE = "a,b\n" + "".join(f"{n},x\n" for n in range(290_000))

VALUES = [
    _value("value-doubled-plus", "{% set x = 'ab' %}" + _LINES.replace("SIGN", "+")),
    _value("value-doubled-tilde", "{% set x = 'ab' %}" + _LINES.replace("SIGN", "~")),
    _value("value-doubled-in-loop", _DOUBLED.replace("SIGN", "~")),
    _value("value-lists-doubled", "{% set x = [1] %}" + _LINES.replace("SIGN", "+")),
    _value(
        "value-joined",
        "{% set x = ['aaaaaaaaaa'] * 10000 %}" + "{% set x = [x|join] * 10000 %}" * 4 + "{{ x|join|length }}",
    ),
    _value("value-lists-repeated", "{% set x = [1] * 10000 %}" + "{% set x = [x] * 10000 %}" * 3 + "{{ x }}"),
    _value(
        "value-replaced",
        "{% set x = 'aaaaaaaaaa' %}" + "{% set x = x|replace('a', x) %}" * 8 + "{{ x|length }}",
    ),
    _value(
        "value-replaced-by-method",
        "{% set x = 'aaaaaaaaaa' %}" + "{% set x = x.replace('a', x) %}" * 8 + "{{ x|length }}",
    ),
    _value(
        "value-joined-by-method",
        "{% set x = 'aaaaaaaaaa' %}" + "{% set x = x.join(x) %}" * 8 + "{{ x|length }}",
    ),
    _value("value-batch", "{{ [1]|batch(300000000, 'x')|list|length }}"),
    _value("value-slice", "{{ [1]|slice(300000000)|list|length }}"),
    _value("value-slice-filled", "{{ 'ab'|slice(300000000, 'aaaaaaaaaaaaaa')|list }}"),
    _value("value-loops", _LOOPS + "{{ a }}" + "{% endfor %}" * 8),
    _value("value-loops-silent", _LOOPS + "{% if a == 'b' %}x{% endif %}" + "{% endfor %}" * 8),
    _value(
        "value-loops-of-lists",
        "{% for i in [1] * 10000 %}{% for j in [1] * 10000 %}{% for k in [1] * 10000 %}{% endfor %}{% endfor %}{% endfor %}",
    ),
    _value("value-range", "{{ range(1000000000000)|list|length }}"),
    _value(
        "value-range-summed", "{% for i in range(99999) %}{% for j in [1] * 10000 %}{% endfor %}{% endfor %}"
    ),
    _value("value-loop-recursive", "{% for i in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}"),
    _value("value-macro-recursive", "{% macro a() %}{{ a() }}{{ a() }}{% endmacro %}{{ a() }}"),
    _value(
        "value-macro-tree",
        "{% macro a(n) %}{% if n %}{{ a(n - 1) }}{{ a(n - 1) }}{% endif %}{% endmacro %}{{ a(60) }}",
    ),
    _value("value-power", "{% set x = 9 ** 9 %}" + "{% set x = x * x %}" * 40 + "{{ x }}"),
    _value("value-power-of-power", "{{ (2 ** 64) ** 64 }} {{ 999999999 ** 64 ** 1 }}"),
    _value("value-shown-number", "{% set x = 9 ** 9 %}" + "{% set x = x * x %}" * 14 + "{{ x }}"),
    _value("value-power-float", "{{ 1e308 * 10 }} {{ 10.0 ** 64 * 1e300 }} {{ (1e308 * 10) | number }}"),
    _value("value-striptags", "{{ (['<a>' * 10000] * 100)|join|striptags|length }}"),
    _value("value-striptags-comments", "{{ (['<!---->' * 10000] * 100)|join|striptags|length }}"),
    _value("value-striptags-open", "{{ (['<a' * 10000] * 100)|join|striptags|length }}"),
    _value(
        "value-title", "{% set x = 'a-' * 10000 %}{% for i in range(9999) %}{% set y = x|title %}{% endfor %}"
    ),
    _value("value-truncate", "{{ 'a'|truncate(length='x') }}"),
    _value("value-filter-wrongly", "{{ 5|batch }} "),
    _value("value-filter-wrongly-2", "{{ 'a'|number(1, 2, 3, 4) }}"),
    _value("value-filter-wrongly-3", "{{ [1, 'a']|sort }} {{ 1|map('x') }}"),
    _value("value-filter-unknown", "{{ 1|map('nothing')|list }}"),
    _value("value-number-places", "{{ 1|number(1000000000) }}"),
    _value("value-number-negative", "{{ 1|number(-5) }} {{ 1|number('x') }}"),
    _value("value-number-exponent", "{{ '1e999'|number }} {{ '1e308'|number(2) }}"),
    _value("value-number-exponent-large", "{{ '1e999999999'|number }}"),
    _value(
        "value-number-30-digits", "{{ '123456789012345678901234567890.5'|number }} {{ (10 ** 40)|number }}"
    ),
    _value("value-number-not", "{{ 'nan'|number }} {{ 'inf'|number }} {{ '-Infinity'|number(2) }}"),
    _value("value-int-long", "{% set x = '9' * 10000 %}{{ (x ~ x)|int }}"),
    _value("value-round", "{{ 1.5|round(1000000000) }} {{ 10|round(-1000000000, 'floor') }}"),
    _value("value-of-data", "{{ data('a.csv').total('a') }}", "a,b\n1e999,2\n" + "9" * 400 + ",1\n"),
    _value("value-of-data-28-digits", "{{ data('a.csv').last('a')|number }}", "a,b\n" + "9" * 40 + ".5,2\n"),
    _value("value-of-data-outside", "{{ data('../../outside/secret.md') }}"),
    _value("value-of-data-nul", "{{ data('a\\0b') }}"),
    _value("value-attributes", "{{ ''.__class__.__mro__ }} {{ data.__globals__ }}"),
    _value("value-parentheses", "{{ " + "(" * 500 + "1" + ")" * 500 + " }}"),
    _value("value-parentheses-many", "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}"),
    _value("value-sum-long", "{{ " + "1 + " * 20_000 + "1 }}"),
    _value("value-ifs-nested", "{% if 1 %}" * 300 + "a" + "{% endif %}" * 300),
    _value("value-fors-nested", "{% for a in [1] %}" * 60 + "a" + "{% endfor %}" * 60),
    _value("value-tags-many", "{{ 1 }}" * 100_000),
    _value("value-open-tags", "{{ " * 50_000),
    _value("value-failures-many", "{{ 1 }}" * 3_000 + "{{ x }}" + "{{ [1]*10000 }}" * 30),
    _value("value-controls", "{{ '\\x01\\0\\ufffe\\ud800' }}"),
    _value("value-include", "{% include '../../outside/secret.md' %}{% import 'one.md' as x %}"),
    _value("value-format", "{{ '%999999999d' % 1 }} {{ '{:>999999999}'.format(1) }}"),
    _value(
        "value-cartesian",
        "{% set x = range(9000)|list %}{{ x|map('string')|map('replace', '1', x|join)|list|length }}",
    ),
    _value(
        "value-wordcount",
        "{% set x = 'a b ' * 10000 %}{% for i in [1] * 10000 %}{% set y = x|wordcount %}{% endfor %}",
    ),
    _value(
        "value-sorted",
        "{% set x = range(90000)|list %}{% for i in [1] * 10000 %}{% set y = x|sort(reverse=true) %}{% endfor %}",
    ),
    _value("value-int-of-base", "{% set a = 'f' * 250000 %}{{ ((a ~ a)|int(base=16)) ** 64 }}"),
    _value(
        "value-modulo",
        "{% set a = ('f' * 250000)|int(base=16) %}{% for i in range(9000) %}{% set b = a % 7 %}{% endfor %}",
    ),
    _value("value-literal-of-base", "{{ 0x" + "f" * 250_000 + " ** 64 }}"),
    _value("value-sums", "{% set r = range(50000) %}{% for i in range(12000) %}{{ r|sum }}{% endfor %}"),
    _value(
        "value-data-totals",
        "{% set d = data('a.csv') %}{% for i in range(3000) %}{{ d.total('a') }}{% endfor %}",
        _LARGE,
    ),
    _value(
        "value-data-chain",
        "{% set d = data('a.csv') %}" + "{% set d = d.where('b', 'x') %}" * 3000 + "{{ d.last('a') }}",
        _LARGE,
    ),
    _value("value-data-missing", "{{ 1 }} {{ data('a.csv').where('a', 'qqqqqqq') }}", _LARGE),
    _value("value-data-printed", "{{ ([data('a.csv')] * 90000)|string }}", _LARGE),
    _value("value-attributes-long", "{{ [{'a': 1}] * 40000|sort(attribute='" + "a," * 400_000 + "a') }}"),
    _value(
        "value-loop-body-long",
        "{% for i in range(90000) %}" + "{% set x = loop.index %}" * 3_000 + "{% endfor %}",
    ),
    _value(
        "value-arguments-many",
        "{% macro m() %}{{ varargs|length }}{% endmacro %}{% set x = [1] * 90000 %}{% for i in range(90000) %}{{ m(*x) }}{% endfor %}",
    ),
    _value("value-code-long", "".join(f"{{% set d{n} = [" + "{'a': {}}," * 3000 + "] %}" for n in range(70))),
    _value("value-lorem", "{{ lipsum(n=1000000) }} {{ cycler }} {{ self }}"),
]
