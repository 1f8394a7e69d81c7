"""Test which values templates of a project receive, and that nothing else can be accessed."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from enum import Enum
from functools import partial
from pathlib import Path, PurePath
from types import FunctionType, MappingProxyType, MethodType, NoneType
from typing import Any

import jinja2
import pytest
from jinja2.exceptions import SecurityError, UndefinedError
from markupsafe import Markup

from tests.conftest import tiny_png, write_files
from triptych.engine.cache import Cache
from triptych.folders import get_templates_folder
from triptych.model.nodes import Text
from triptych.press import press
from triptych.project import Project
from triptych.request import BuildOutcome, BuildRequest
from triptych.template_views import (
    accepts_objects,
    get_template_names,
    is_template_function,
    template_view,
)
from triptych.theme.sandbox import check_value, get_allowed_attributes
from triptych.theme.templating import describe_template_error, list_replaceable_templates, load_page_templates

EVERYTHING = Path(__file__).parents[2] / "books" / "everything"
PRINTED = """
book:
  title: The light
  author: Mary Keeper
  publisher: Long Point Press
  logo: mark.png
  date: 2026-01-31
  blurb: A book about a lighthouse.
  series: Lights
  chapters: [a.md]
lang: {lang}
format:
  pdf: {{print-service: kdp, paper: cream, page-size: 6x9, isbn: 978-3-16-148410-0}}
  epub: {{}}
"""
Contexts = list[tuple[str, dict[str, Any]]]


def own_copies(folder: Path) -> Path:
    """Copy all replaceable templates into a project, so that they are rendered as untrusted ones."""
    for name in list_replaceable_templates():
        target = folder / "templates" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(get_templates_folder() / name, target)
    return folder


@dataclass(frozen=True)
class Built:
    folder: Path
    outcome: BuildOutcome
    contexts: Contexts


def build(folder: Path, cache: Cache) -> Built:
    """Build in this process, and record the values that each template receives."""
    contexts: Contexts = []
    render = jinja2.Template.render

    def recorded(template: jinja2.Template, *args: Any, **named: Any) -> str:
        contexts.append((template.name or "", dict(*args, **named)))
        return render(template, *args, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jinja2.Template, "render", recorded)
        request = BuildRequest(output_folder=folder / "build", cache_folder=cache.folder)
        outcome = press(Project(folder, environ={}), request)
    return Built(folder, outcome, contexts)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory, shared_cache: Cache) -> Built:
    folder = tmp_path_factory.mktemp("own") / "project"
    shutil.copytree(EVERYTHING / "source", folder / "source")
    return build(own_copies(folder), shared_cache)


@pytest.fixture(scope="module", params=["en", "zh-Hans"])
def printed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shared_cache: Cache
) -> Built:
    folder = tmp_path_factory.mktemp("printed") / "project"
    text = "# One\n\n" + "Words on a page of their own.\n\n{{< pagebreak >}}\n\n" * 84 + "The last words.\n"
    files = {
        "source/book.yaml": PRINTED.format(lang=request.param),
        "source/a.md": text,
        "source/mark.png": tiny_png(),
    }
    return build(own_copies(write_files(folder, files)), shared_cache)


PLAIN = (str, int, float, NoneType, dt.date)
OPENED = (Markup, list, tuple, dict, MappingProxyType)


def strange(value: Any, place: str, seen: set[int]) -> Iterator[str]:
    """Return values that templates must not have, among all that they can access."""
    if id(value) in seen:
        return
    seen.add(id(value))
    names = get_template_names(type(value))
    if isinstance(value, PurePath | bytes | set | frozenset):
        yield f"{place}: {type(value)}"
    elif names is not None:
        for name in sorted(name for name in names if not name.startswith("_")):
            result = getattr(value, name)
            if isinstance(result, MethodType):
                assert result.__self__ is value
            else:
                yield from strange(result, f"{place}.{name}", seen)
    elif isinstance(value, PLAIN) and type(value) in (*PLAIN, bool, dt.datetime, Markup):
        pass
    elif isinstance(value, Enum):
        yield from strange(value.value, f"{place}.value", seen)
    elif isinstance(value, dict | MappingProxyType):
        for key, item in value.items():
            yield from strange(key, f"{place} key", seen)
            yield from strange(item, f"{place}[{key!r}]", seen)
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from strange(item, f"{place}[{number}]", seen)
    elif isinstance(value, FunctionType | partial):
        if not is_template_function(value):
            yield f"{place}: {value!r} is not declared as a function for templates"
    elif is_dataclass(value) and value.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        assert get_allowed_attributes(value) == frozenset(), place  # passed on unchanged
    else:
        yield f"{place}: {type(value)}"


@pytest.mark.e2e
class TestWhatReachesTemplates:
    def test_everything_book_builds_with_project_templates(self, everything: Built) -> None:
        assert everything.outcome.diagnostics == []
        assert {name for name, _ in everything.contexts} >= {
            "print/book.css.j2",
            "print/body.xhtml.j2",
            "print/front.xhtml.j2",
            "print/back.xhtml.j2",
            "epub/chapter.xhtml.j2",
            "epub/style.css.j2",
            "epub/package.opf.j2",
            "epub/nav.xhtml.j2",
            "epub/toc.ncx.j2",
            "deck/storyboard.j2",
        }

    def test_template_values_are_plain_or_declared(self, everything: Built) -> None:
        results = [item for name, given in everything.contexts for item in strange(given, name, set())]
        assert results == []

    def test_cover_and_logo_values_are_plain_or_declared(self, printed: Built) -> None:
        assert printed.outcome.has_outputs, printed.outcome.diagnostics
        assert {"print/wrap.xhtml.j2", "print/wrap.css.j2"} <= {name for name, _ in printed.contexts}
        results = [item for name, given in printed.contexts for item in strange(given, name, set())]
        assert results == []

    def test_walk_finds_undeclared_values(self) -> None:
        @template_view()
        @dataclass(frozen=True)
        class View:
            name: str
            place: object

        wrong = [Path("a"), b"", {1}, open, object(), lambda: 0, View("a", Path("b")), (x for x in "a")]
        for value in wrong:
            assert list(strange({"x": [value]}, "page", set())), value
        right = ["a", 1, 1.5, True, None, dt.date(2026, 1, 1), View("a", "b"), Text(text="a"), {"a": ["b"]}]
        assert list(strange(right, "page", set())) == []

    def test_project_templates_produce_the_bytes_of_built_in_ones(
        self, everything: Built, tmp_path: Path, shared_cache: Cache
    ) -> None:
        shutil.copytree(EVERYTHING / "source", tmp_path / "source")
        plain = build(tmp_path, shared_cache)
        assert sorted(plain.outcome.digests.values()) == sorted(everything.outcome.digests.values())


# Templates that try to escape from the sandbox, by method.
ESCAPES = {
    "paths": """
        {{ (theme.faces | first).path }}
        {{ (theme.faces | first).path.parent.joinpath("F/x").write_text("p") }}
        {{ (theme.faces | first)["path"] }}
        {{ (theme.faces | first) | attr("path") }}
        {{ theme.faces | map(attribute="path") | list }}
        {{ theme.faces | map(attribute="path.parent") | first }}
        {{ theme.faces | sum(attribute="path", start="") }}
        {{ theme.faces | groupby("path") | list }}
        {{ theme.faces | sort(attribute="path") | first | attr("family") }}
        {{ theme.faces | unique(attribute="path") | list | length }}
        {{ theme.faces | selectattr("path") | list | length }}
        {{ theme.faces | rejectattr("path.exists") | list | length }}
        {{ theme.faces | join(",", attribute="path") }}
        {{ theme.faces | max(attribute="path") }}
        {{ (theme.faces | first).own.folder }}
        {{ (theme.faces | first).file }}
        {{ meta.cover.path.__class__ }}
        {{ meta.cover.drawing }}
        {{ book.theme }}
        {{ document.pictures }}
        {{ pages._book }}
    """,
    "attributes of Python": """
        {{ "".__class__ }}
        {{ ""["__class__"] }}
        {{ "" | attr("__class__") }}
        {{ "" | attr("__cl" ~ "ass__") }}
        {{ [""] | map(attribute="__class__") | list }}
        {{ [] | attr("__len__") }}
        {{ {}.__class__.__mro__ }}
        {{ (1).__class__ }}
        {{ (1.5).fromhex }}
        {{ (1).to_bytes(1000000000, "big") }}
        {{ none.__class__ }}
        {{ true.from_bytes }}
        {{ ().__class__.__base__.__subclasses__() }}
        {{ theme.__class__.__init__.__globals__ }}
        {{ theme.__dict__ }}
        {{ theme.__template_names__ }}
        {{ theme.face("Source Serif") }}
        {{ theme.families.__func__ }}
        {{ theme.families.__self__ }}
        {{ theme.families.__globals__ }}
        {{ labels.words }}
        {{ labels.patterns }}
        {{ labels.__getitem__("cover") }}
        {{ labels.named.__code__ }}
        {{ slide.__globals__ }}
        {{ slide.__closure__ }}
        {{ slide.__wrapped__ }}
        {{ column.__globals__ }}
        {{ paint.func }}
        {{ paint.keywords }}
        {{ paint.__reduce__() }}
        {{ document.book }}
        {{ document.writer }}
        {{ document.render }}
        {{ document.output.formulas }}
        {{ pages.body }}
        {{ pages.addresses.sources }}
        {{ page.room }}
        {{ page.adjust_for_service }}
    """,
    "dates and enums": """
        {{ meta.date.__reduce__() }}
        {{ meta.date.today() }}
        {{ meta.date.fromtimestamp(0) }}
        {{ meta.modified.now() }}
        {{ meta.modified.astimezone() }}
        {{ meta.modified.tzinfo }}
        {{ meta.date.replace(year=1) }}
        {{ meta.date.strftime("%999999999d") }}
        {{ meta.date.strftime("%_9999999Y") }}
        {{ meta.date.__format__("%999999999d") }}
        {{ meta.date.max }}
        {{ (chapters | first).evidence[0].layout.__class__ }}
        {{ (chapters | first).evidence[0].layout.__members__ }}
        {{ (chapters | first).evidence[0].layout._member_map_ }}
        {{ (chapters | first).evidence[0].body }}
        {{ (chapters | first).evidence[0].span }}
    """,
    "Jinja's own objects": """
        {{ self._TemplateReference__context }}
        {{ self.__init__.__globals__ }}
        {{ self | attr("_TemplateReference__context") }}
        {{ namespace.__init__ }}
        {{ namespace(a=1)._Namespace__attrs }}
        {{ cycler.__init__.__globals__ }}
        {{ cycler("a").items }}
        {{ joiner().sep }}
        {{ dict.__base__ }}
        {{ dict.mro() }}
        {{ dict.fromkeys([1]) }}
        {{ range.__self__ }}
        {{ range.__func__ }}
        {% for a in [1] %}{{ loop._iterable }}{% endfor %}
        {% for a in [1] %}{{ loop._recurse }}{% endfor %}
        {% for a in [1] %}{{ loop.__init__.__globals__ }}{% endfor %}
        {% macro m() %}{% endmacro %}{{ m._func }}
        {% macro m() %}{% endmacro %}{{ m._environment }}
        {% macro m() %}{% endmacro %}{{ m.__call__.__globals__ }}
        {% macro m() %}{{ caller._func }}{% endmacro %}{% call m() %}{% endcall %}
        {% macro m() %}{{ caller.__init__ }}{% endmacro %}{% call m() %}{% endcall %}
        {% macro m() %}{{ varargs.__class__ }}{{ kwargs.pop("a") }}{% endmacro %}{{ m(1, a=2) }}
        {% import "x.css.j2" as m %}{{ m._body_stream }}
        {% import "x.css.j2" as m %}{{ m.__dict__ }}
        {% block b %}{{ super }}{% endblock %}{{ self.b._stack }}
        {% set ns = namespace() %}{% set ns.__class__ = 1 %}{{ ns.__class__ }}
        {% set ns = namespace() %}{% set ns.__template_function__ = true %}{{ ns() }}
        {{ nothing.__class__ }}
        {{ (nothing | default(theme)).__class__ }}
        {{ (theme.faces | map(attribute="family")).gi_frame }}
        {{ (theme.faces | map("upper")).gi_code }}
        {{ ([1] | batch(1)).gi_frame.f_back }}
        {{ [1] | map("attr", "__class__") | list }}
        {{ [theme] | map("attr", "faces") | map("first") | map("attr", "path") | list }}
        {{ [slide] | map("string") | list }}
        {{ {"f": slide}.f.__globals__ }}
        {{ [slide][0].__globals__ }}
        {{ {"f": slide} | items | list }}
        {{ {"f": theme.faces}.pop("f") }}
        {{ [1].append(2) }}
    """,
    "text that formats itself": """
        {{ "{0.__class__}".format(theme) }}
        {{ "{a.__init__.__globals__}".format_map({"a": theme}) }}
        {{ ("{0.__class__}" | safe).format(theme) }}
        {{ "%s" | format(theme) }}
        {{ "%r" | format(slide) }}
        {{ "%(a)s" | format(a=slide) }}
        {{ "%s" % slide }}
        {{ ("%s" | safe) % slide }}
        {{ "a".translate({97: slide}) }}
        {{ "a".encode() }}
        {{ "a".maketrans("a", "b") }}
        {{ "a".zfill(1000000000) }}
        {{ ("" | safe).join([slide]) }}
        {{ ("a" | safe).replace("a", slide) }}
        {{ ("a" | safe).escape(slide) }}
        {{ ("a" | safe).__html_format__("x") }}
        {{ "a" | replace("a", slide) }}
        {{ labels.titled(slide, "a") }}
        {{ labels.titled(theme.faces, "a") }}
        {{ labels.titled(theme.families, "a") }}
        {{ labels.listed([slide]) }}
        {{ labels.named("figure", range(3)) }}
        {{ "{}" ~ slide }}
        {{ "%(a)99999999d" | format(a=1) }}
        {{ "%(a(b)c)99999999d" | format(**{"a(b)c": 1}) }}
        {{ labels.dated(none) }}
        {{ labels.dated("x") }}
        {{ theme.families("__doc__") }}
        {{ theme.families("faces") }}
    """,
    "values that show where they lie in memory": """
        {{ slide }}
        {{ theme }}
        {{ theme.faces }}
        {{ [theme.faces[0]] }}
        {{ theme.families }}
        {{ paint }}
        {{ range }}
        {{ range(3) }}
        {{ range(3) | string }}
        {{ range(3) ~ "" }}
        {{ dict }}
        {{ namespace(a=1) }}
        {{ cycler(1) }}
        {{ joiner }}
        {{ self }}
        {{ {"a": slide} }}
        {{ {slide: 1} }}
        {{ {}.items() }}
        {{ {}.keys() | string }}
        {{ theme.faces | map("upper") }}
        {{ theme.faces | map(attribute="family") | string }}
        {{ [1, 2] | reverse }}
        {{ [1, 2] | batch(1) }}
        {{ [[1, 2] | reverse] }}
        {{ slide | upper }}
        {{ slide | trim }}
        {{ slide | length }}
        {{ slide | e }}
        {{ slide | forceescape }}
        {{ slide | safe }}
        {{ slide | xml }}
        {{ slide | css }}
        {{ slide | linked }}
        {{ slide | urlencode }}
        {{ slide | title }}
        {{ slide | wordcount }}
        {{ [slide] | join }}
        {{ [slide] | map("e") | join }}
        {{ [slide] | string }}
        {{ {"a": [slide]} | urlencode }}
        {% set x %}{{ slide }}{% endset %}{{ x }}
        {% filter upper %}{{ slide }}{% endfilter %}
        {% macro m() %}{% endmacro %}{{ m }}
        {% macro m() %}{{ caller }}{% endmacro %}{% call m() %}{% endcall %}
        {% for a in [1] %}{{ loop }}{% endfor %}
        {% for a in [1] %}{{ loop.cycle }}{% endfor %}
        {% block b %}{% endblock %}{{ self.b }}
        {{ "a".upper }}
        {% set chapter_name = slide %}{% include "epub/chapter.xhtml.j2" %}
        {% set cover = slide %}{% include "epub/cover.xhtml.j2" %}
        {% set labels = {"imprint": slide} %}{% include "epub/imprint.xhtml.j2" %}
        {% set wrap = {"spine_turn": slide, "spine_type": 1} %}{% include "print/wrap.xhtml.j2" %}
    """,
    "files and programs": """
        {% include "../secret.j2" %}
        {% include "../source/book.yaml" %}
        {% include "/etc/hostname" %}
        {% include "epub/../../source/book.yaml" %}
        {% include ["../a", "../../b"] %}
        {% import "../source/a.md" as m %}
        {% extends "../../../etc/passwd" %}
        {% include theme %}
        {% include slide %}
        {{ open("/etc/passwd") }}
        {{ __import__("os") }}
        {{ import_module("os") }}
        {{ config }}
        {{ request }}
        {{ get_flashed_messages.__globals__ }}
        {{ lipsum.__globals__ }}
        {{ url_for.__globals__ }}
        {{ cycler.next.__globals__.os.popen("id") }}
        {{ x.__init__.__builtins__ }}
        {{ (theme.faces | first)() }}
        {{ theme() }}
        {{ "a"() }}
        {{ dict(a=slide).a.__call__ }}
    """,
}
# Functions called with unsuitable arguments: an error, or nothing of the arguments.
MISUSES = """
        {{ paint(slide) }}
        {{ paint(theme) }}
        {{ paint(range(3)) }}
        {{ column(slide) }}
        {{ column([slide]) }}
        {{ column(theme) }}
        {{ document.inlines(slide) }}
        {{ document.inlines([slide]) }}
        {{ document.inlines([theme]) }}
        {{ document.inlines(["<script/>"]) }}
        {{ document.blocks([slide]) }}
        {{ document.blocks([meta.cover]) }}
        {{ document.blocks(["a"]) }}
        {{ document.called(theme) }}
        {{ document.untitled(slide) }}
        {{ document.opens_part(meta) }}
        {{ document.chapters_of(meta) }}
        {{ document.number_column(slide) }}
        {{ document.output.page(slide) }}
        {{ document.output.page(theme) }}
        {{ pages.title([slide]) }}
        {{ pages.title(["a"]) }}
        {{ pages.title([theme]) }}
        {{ pages.ordinal(theme) }}
        {{ (chapters | first).start_of(slide) }}
        {{ slide("title", slide) }}
        {{ slide(slide, "a") }}
        {{ slide("title", "a", kicker=theme) }}
        {{ slide("title", "a", notes=[theme]) }}
        {{ slide("bullets", "a", points=[slide]) }}
        {{ slide("bullets", "a", links=[theme]) }}
        {{ slide("chart", "a", evidence=theme) }}
        {{ slide("nothing", "a") }}
        {{ slide("title", "a", other=1) }}
        {{ slide("title") }}
"""
ATTEMPTS = [
    pytest.param(line.strip(), id=f"{way}: {line.strip()}")
    for way, lines in ESCAPES.items()
    for line in lines.strip().splitlines()
]
REFUSALS = (jinja2.TemplateError, TypeError, ValueError, OSError)


@pytest.fixture(scope="module")
def handed(everything: Built) -> Mapping[str, Any]:
    """Return all values that real templates received."""
    chapters = {"chapters": [item for _, given in everything.contexts for item in given.get("chapters", ())]}
    return {**{key: value for _, given in everything.contexts for key, value in given.items()}, **chapters}


def render_own(folder: Path, template: str, values: Mapping[str, Any]) -> str:
    write_files(folder, {"secret.j2": "secret", "source/book.yaml": "secret", "source/a.md": "secret"})
    files = {"a.css.j2": f"{{# one #}}\n{template}", "x.css.j2": "{% macro m() %}{% endmacro %}"}
    environment = load_page_templates(write_files(folder / "templates", files))
    return environment.get_template("a.css.j2").render(values)


class TestEscapes:
    def test_there_are_many(self) -> None:
        assert len(ATTEMPTS) > 200

    @pytest.mark.parametrize("template", ATTEMPTS)
    def test_no_expression_escapes_the_sandbox(
        self, tmp_path: Path, handed: Mapping[str, Any], template: str
    ) -> None:
        before = {path for path in tmp_path.rglob("*")}
        with pytest.raises(REFUSALS) as failed:
            render_own(tmp_path, template, handed)
        result = {path.name for path in tmp_path.rglob("*")} - {path.name for path in before}
        assert result <= {"templates", "a.css.j2", "x.css.j2", "secret.j2", "source", "book.yaml", "a.md"}
        problem = describe_template_error(failed.value)
        assert problem is not None and problem.code == "TPL002"
        assert not re.search(r"0x[0-9a-f]{6}", problem.message)
        if not isinstance(failed.value, jinja2.TemplateNotFound | jinja2.TemplateSyntaxError):
            assert problem.span is not None and (problem.span.line, problem.span.path) == (
                2,
                "templates/a.css.j2",
            )

    @pytest.mark.parametrize("kind", [dict, MappingProxyType])
    def test_mappings_are_printed_if_all_their_values_can_be(self, tmp_path: Path, kind: Any) -> None:
        assert "5" in render_own(tmp_path, "{{ one }}", {"one": kind({"a": [5]})})
        with pytest.raises(SecurityError):
            render_own(tmp_path, "{{ one }}", {"one": kind({"a": [check_value]})})

    @pytest.mark.parametrize("template", [line.strip() for line in MISUSES.strip().splitlines()])
    def test_functions_accept_their_intended_values(
        self, tmp_path: Path, handed: Mapping[str, Any], template: str
    ) -> None:
        try:
            text = render_own(tmp_path, template, handed).strip()
            assert text in ("", "False", "True", "&lt;script/&gt;"), text
        except Exception as error:
            problem = describe_template_error(error)
            assert problem is not None and problem.span is not None and problem.span.line == 2
            text = problem.message
        assert not re.search(r"0x[0-9a-f]{6}|<script", text)

    @pytest.mark.parametrize(
        ("template", "text"),
        [
            ("{{ theme.faces | map(attribute='family') | unique | first }}", "EB Garamond"),
            ("{{ (theme.faces | first).path is defined }}", "False"),
            ("{{ (theme.faces | first).path | default('none') }}", "none"),
            ("{{ meta.title | upper }}", "EVERYTHING IN ITS PLACE"),
            ("{{ meta.date.year }} {{ meta.date.strftime('%d.%m.%Y') }}", "2026 31.01.2026"),
            ("{{ labels['contents'] }}{{ labels.colon }}", "Contents: "),
            ("{{ range(3) | list }} {{ range(3) | join }}", "[0, 1, 2] 012"),
            ("{{ {'a': 1}.items() | list }} {{ {'a': 1} | items | first }}", "[('a', 1)] ('a', 1)"),
            ("{% for a in 'ab' %}{{ loop.index }}{{ loop.cycle('x', 'y') }}{% endfor %}", "1x2y"),
            ("{% set ns = namespace(n=1) %}{% set ns.n = ns.n + 1 %}{{ ns.n }}", "2"),
            ("{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.current }}", "aba"),
            ("{% set j = joiner('-') %}{{ j() }}a{{ j() }}b", "a-b"),
            ("{% macro m(a) %}<{{ a }}{{ caller() }}>{% endmacro %}{% call m(1) %}x{% endcall %}", "<1x>"),
            ("{% import 'x.css.j2' as x %}{{ x.m() }}.{{ x }}", "."),
            ("{{ 'a,b'.split(',') | last }} {{ '%.2f' | format(1.5) }}", "b 1.50"),
            ("{% for g in [{'a': 1, 'b': 2}] | groupby('a') %}{{ g.grouper }}{{ g.list }}{% endfor %}", None),
        ],
    )
    def test_usual_template_expressions_work(
        self, tmp_path: Path, handed: Mapping[str, Any], template: str, text: str | None
    ) -> None:
        result = render_own(tmp_path, template, handed).strip("\n")
        assert text is None or result == text

    def test_a_misspelt_attribute_is_corrected(self, tmp_path: Path, handed: Mapping[str, Any]) -> None:
        with pytest.raises(UndefinedError) as failed:
            render_own(tmp_path, "{{ (theme.faces | first).wieght + 1 }}", handed)
        assert (
            str(failed.value) == 'a value of type FontFace has no attribute `wieght`; did you mean "weight"'
        )

    def test_message_names_the_value_and_alternatives(
        self, tmp_path: Path, handed: Mapping[str, Any]
    ) -> None:
        with pytest.raises(SecurityError) as failed:
            render_own(tmp_path, "{{ (theme.faces | first).path }}", handed)
        message = (
            "access to attribute `path` of FontFace is not allowed; use one of family, italic, name, weight"
        )
        assert str(failed.value) == message

    def test_objects_go_only_to_functions_that_are_declared(self, tmp_path: Path) -> None:
        @template_view("say", "take", fields=False)
        @dataclass(frozen=True)
        class Helper:
            def say(self, value: object) -> str:
                return f"{value}"

            @accepts_objects
            def take(self, value: Text) -> str:
                return value.text

        values = {"helper": Helper(), "node": Text(text="words"), "function": lambda: "x"}
        assert (
            render_own(tmp_path, "{{ helper.take(node) }}{{ helper.say('a') }}", values).strip() == "wordsa"
        )
        for template in ("{{ helper.say(node) }}", "{{ node.text }}", "{{ function() }}", "{{ node }}"):
            with pytest.raises(SecurityError):
                render_own(tmp_path, template, values)
