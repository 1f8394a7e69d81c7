"""Test templates: project templates take precedence, values are escaped, and the sandbox is closed."""

from __future__ import annotations

import re
import time
from pathlib import Path

import jinja2
import pytest
from jinja2.sandbox import SecurityError
from markupsafe import Markup

from tests.conftest import write_files
from triptych.folders import get_templates_folder
from triptych.languages.labels import load_labels
from triptych.theme.templating import (
    describe_template_error,
    find_template_line,
    has_project_templates,
    load_page_templates,
)
from triptych.theme.theme import load_theme

BUILT_IN = sorted(
    path.relative_to(get_templates_folder()).as_posix()
    for path in get_templates_folder().rglob("*.j2")
    if "new" not in path.relative_to(get_templates_folder()).parts
)


def rendered(folder: Path, template: str, name: str = "page.xhtml.j2", **values: object) -> str:
    return load_page_templates(write_files(folder, {name: template})).get_template(name).render(**values)


class TestOverrides:
    def test_project_template_precedes_the_built_in_one(self, tmp_path: Path) -> None:
        assert rendered(tmp_path, "mine", "epub/imprint.xhtml.j2") == "mine"

    def test_other_templates_are_built_in(self, tmp_path: Path) -> None:
        write_files(tmp_path, {"epub/imprint.xhtml.j2": "mine"})
        template = load_page_templates(tmp_path).get_template("epub/part.xhtml.j2")
        assert template.filename == str(get_templates_folder() / "epub/part.xhtml.j2")

    def test_an_override_may_extend_a_built_in_template(self, tmp_path: Path) -> None:
        text = "{% extends 'epub/page.xhtml.j2' %}{% block content %}<p>mine</p>{% endblock %}"
        meta = {"language": "en"}
        page = rendered(
            tmp_path, text, "epub/imprint.xhtml.j2", meta=meta, labels=load_labels("en"), vertical=False
        )
        assert "<p>mine</p>" in page
        assert "<html" in page

    def test_override_may_include_the_built_in_template(self, tmp_path: Path) -> None:
        text = "{% include 'built-in/epub/container.xml.j2' %}<!-- mine -->"
        page = rendered(tmp_path, text, "epub/container.xml.j2")
        built_in = (get_templates_folder() / "epub/container.xml.j2").read_text("utf-8")
        assert page == f"{built_in}<!-- mine -->"

    def test_missing_folder_is_ignored(self, tmp_path: Path) -> None:
        assert load_page_templates(tmp_path / "gone").get_template("epub/page.xhtml.j2")

    def test_added_and_removed_overrides_are_noticed(self, tmp_path: Path) -> None:
        name = "epub/imprint.xhtml.j2"
        assert load_page_templates(tmp_path).get_template(name).filename == str(get_templates_folder() / name)
        assert rendered(tmp_path, "mine", name) == "mine"
        (tmp_path / name).unlink()
        assert load_page_templates(tmp_path).get_template(name).filename == str(get_templates_folder() / name)

    @pytest.mark.parametrize("name", ["../secret.j2", "/etc/hostname", "epub/../../secret.j2"])
    def test_a_template_out_of_the_folders_is_not_found(self, tmp_path: Path, name: str) -> None:
        write_files(tmp_path, {"secret.j2": "secret"})
        write_files(tmp_path, {"templates/a.j2": f"{{% include '{name}' %}}"})
        with pytest.raises(jinja2.TemplateNotFound):
            load_page_templates(tmp_path / "templates").get_template("a.j2").render()


class TestSandbox:
    @pytest.mark.parametrize(
        "expression",
        [
            "''.__class__",
            "''['__class__']",
            "''|attr('__class__')",
            "self.__init__",
            "theme.__class__.__mro__",
            "labels.__dict__",
            "theme.face.__globals__",
            "().__class__.__base__.__subclasses__()",
            "'{0.__class__}'.format(theme)",
            "(namespace|attr('__init__')).__globals__",
            "cycler.__init__.__globals__",
        ],
    )
    def test_python_internals_are_not_accessible(self, tmp_path: Path, expression: str) -> None:
        with pytest.raises((SecurityError, jinja2.UndefinedError)):
            rendered(tmp_path, f"{{{{ {expression} ~ '' }}}}", theme=load_theme(), labels=load_labels("en"))

    @pytest.mark.parametrize(
        "change", ["items.append(1)", "items.clear()", "table.update({'a': 2})", "table.pop('a')"]
    )
    def test_template_values_cannot_be_changed(self, tmp_path: Path, change: str) -> None:
        items, table = [0], {"a": 1}
        with pytest.raises(SecurityError):
            rendered(tmp_path, f"{{{{ {change} }}}}", items=items, table=table)
        assert (items, table) == ([0], {"a": 1})

    def test_a_name_that_is_missing_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(jinja2.UndefinedError, match="nope"):
            rendered(tmp_path, "{{ nope }}")


class TestBounds:
    @pytest.mark.parametrize(
        "template",
        [
            "{% for a in range(99999) %}" * 3 + "x" + "{% endfor %}" * 3,
            "{% set x = 'ab' %}" + "{% set x = x ~ x %}" * 40,
            "{% set x = 'ab' %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 40,
            "{% set x = ['ab'] %}" + "{% set x = x + x %}" * 40,
            "{% for a in range(200000) %}" + "a" * 100_000 + "{% endfor %}",
            "{{ '%999999999d' | format(1) }}",
            "{{ '%*d' | format(999999999, 1) }}",
            "{{ [1] | batch(10 ** 9, 'x') | list }}",
            "{{ [1] | slice(10 ** 9) | list }}",
            "{{ ('<' * 500000) | striptags }}",
            "{{ 1 | round(10 ** 9, 'ceil') }}",
            "{{ range(10 ** 30) }}",
        ],
    )
    def test_project_template_has_time_and_memory_limits(self, tmp_path: Path, template: str) -> None:
        start = time.process_time()
        with pytest.raises(SecurityError) as failed:
            rendered(tmp_path, template)
        assert time.process_time() - start < 30
        problem = describe_template_error(failed.value)
        assert problem is not None and problem.span is not None
        assert problem.span.line == 1 and str(problem.span.path).endswith("page.xhtml.j2")

    @pytest.mark.parametrize(
        "numbers",
        [
            "-(10 ** 29), 10 ** 29",
            "10 ** 29, -(10 ** 29), -1",
            "-500000, 500001",
            "0, 10 ** 29, 10",
        ],
    )
    def test_oversized_range_is_rejected(self, tmp_path: Path, numbers: str) -> None:
        with pytest.raises(SecurityError, match="the range has more than"):
            rendered(tmp_path, f"{{{{ range({numbers}) | length }}}}")

    @pytest.mark.parametrize(
        ("numbers", "listed"),
        [
            ("10 ** 12, 10 ** 12 + 3", "[1000000000000, 1000000000001, 1000000000002]"),
            ("-(10 ** 12), 2 - 10 ** 12", "[-1000000000000, -999999999999]"),
            ("0, 10 ** 12, 10 ** 12 // 2", "[0, 500000000000]"),
            ("5, 5", "[]"),
        ],
    )
    def test_a_short_range_of_large_numbers_is_listed(
        self, tmp_path: Path, numbers: str, listed: str
    ) -> None:
        assert rendered(tmp_path, f"{{{{ range({numbers}) | list }}}}") == listed

    @pytest.mark.parametrize(
        ("template", "message"),
        [
            (
                "{% for i in range(140000) %}{% include 'epub/container.xml.j2' %}{% endfor %}",
                "300,000 steps",
            ),
            (
                "{% for i in range(900) %}{% filter xml %}{{ '<' * 900000 }}{% endfilter %}{% endfor %}",
                "too large",
            ),
            ("{{ 0x" + "f" * 5000 + " }}", "the number is too large"),
            ("{{ " + "9" * 5000 + " }}", "the number is too large"),
            ("{{ (('f' * 9000000) | int(base=16)) ** 64 }}", "the number is too large"),
        ],
    )
    def test_includes_and_loops_of_a_template_are_limited(
        self, tmp_path: Path, template: str, message: str
    ) -> None:
        write_files(tmp_path / "templates", {"epub/style.css.j2": f"\n{template}"})
        start = time.process_time()
        with pytest.raises(jinja2.TemplateError) as failed:
            load_page_templates(tmp_path / "templates").get_template("epub/style.css.j2").render()
        assert time.process_time() - start < 20
        problem = describe_template_error(failed.value)
        assert problem is not None and problem.span is not None
        assert (problem.span.path, problem.span.line) == ("templates/epub/style.css.j2", 2)
        assert message in problem.message

    def test_templates_that_include_each_other_end_too(self, tmp_path: Path) -> None:
        parts = {f"{n}.css.j2": f"{{% include '{n + 1}.css.j2' %}}" * 10 for n in range(9)}
        folder = write_files(tmp_path, {**parts, "9.css.j2": "a" * 1000})
        with pytest.raises(SecurityError):
            load_page_templates(folder).get_template("0.css.j2").render()

    def test_limits_are_reset_for_each_template(self, tmp_path: Path) -> None:
        template = "{% for a in range(99999) %}{% endfor %}{{ '%03d' | format(7000) }}"
        assert [rendered(tmp_path, template) for _ in range(5)] == ["7000"] * 5

    @pytest.mark.parametrize(
        "expression",
        [
            "[html, '&'] | join('<')",
            "[{'a': '&'}, {'a': html}] | join(', ', attribute='a')",
            "html ~ '&'",
            "html.join(['&', '<'])",
            "'aba' | replace('a', html)",
            "'&' if '&' in 'a&' else html",
            "html[:2] ~ [1, 2][1:]",
        ],
    )
    def test_markup_is_not_escaped_as_in_jinja(self, tmp_path: Path, expression: str) -> None:
        template, html = f"{{{{ {expression} }}}}", Markup("<b/>")
        expected = jinja2.Environment(autoescape=True).from_string(template).render(html=html)
        assert rendered(tmp_path, template, html=html) == expected

    def test_unknown_filter_is_reported(self, tmp_path: Path) -> None:
        with pytest.raises(TypeError) as failed:
            rendered(tmp_path, "{{ 1 | batch }}")
        problem = describe_template_error(failed.value)
        assert problem is not None and problem.code == "TPL002"


class TestEscaping:
    @pytest.mark.parametrize("ending", ["xhtml", "xml", "opf", "ncx", "html"])
    @pytest.mark.parametrize("suffix", ["", ".j2"])
    def test_values_in_xml_are_escaped(self, tmp_path: Path, ending: str, suffix: str) -> None:
        text = rendered(tmp_path, "{{ value }}", f"a.{ending}{suffix}", value="<b>&'\"")
        assert text == "&lt;b&gt;&amp;&#39;&#34;"

    def test_values_in_style_sheets_are_not(self, tmp_path: Path) -> None:
        assert rendered(tmp_path, "{{ value }}", "a.css.j2", value='"A"') == '"A"'

    def test_generated_markup_is_inserted_unchanged(self, tmp_path: Path) -> None:
        assert rendered(tmp_path, "{{ value | xml }}", value="<b>x</b>") == "<b>x</b>"
        assert rendered(tmp_path, "{{ value | xml }}", value=Markup("<b>x</b>")) == "<b>x</b>"


@pytest.mark.parametrize("name", BUILT_IN)
def test_each_built_in_template_parses(name: str) -> None:
    assert load_page_templates().parse((get_templates_folder() / name).read_text("utf-8"))


@pytest.mark.parametrize(
    ("words", "linked"),
    [
        ("© A & B", "© A &amp; B"),
        ("by: https://a.org/by/4.0/", "by: L(https://a.org/by/4.0/)"),
        (
            "see http://a.b/?x=1&y=2. And https://c.d, too",
            "see L(http://a.b/?x=1&amp;y=2). And L(https://c.d), too",
        ),
        ("http:// alone", "http:// alone"),
        ('<b title="https://a.b">', "&lt;b title=&#34;L(https://a.b)&#34;&gt;"),
    ],
)
def test_addresses_in_plain_words_are_links(words: str, linked: str) -> None:
    template = load_page_templates().from_string(
        "{% autoescape true %}{{ words | linked }}{% endautoescape %}"
    )
    link = r'<a href="\1\2" class="address"><span>\1</span>\2</a>'
    expected = re.sub(r"L\((https?://[^/)]+)(.*?)\)", link, linked)
    assert template.render(words=words) == expected


def test_a_text_is_found_in_the_first_template_of_a_folder(tmp_path: Path) -> None:
    files = {"print/b.css.j2": "x\n", "print/c.css.j2": "a\nb x\nx\n", "epub/a.css.j2": "y\n"}
    templates = load_page_templates(write_files(tmp_path, files))
    assert find_template_line(templates, "print", "b x") == ("print/c.css.j2", 2)
    assert find_template_line(templates, "print", "x") == ("print/b.css.j2", 1)
    assert find_template_line(templates, "print", "y") is None


def test_a_project_has_templates_if_it_has_their_folder(tmp_path: Path) -> None:
    assert not has_project_templates(tmp_path)
    assert has_project_templates(write_files(tmp_path, {"templates/print/a.css.j2": ""}))
    assert not has_project_templates(get_templates_folder().parent)
