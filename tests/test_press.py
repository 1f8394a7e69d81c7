"""Test whole builds: order of stages, equal bytes with one or several processes, all outputs or none."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MakeProject, tiny_png, write_files
from triptych import session, stages
from triptych.cli.create import create_project
from triptych.engine.cache import Cache
from triptych.engine.processes import pool
from triptych.engine.store.journal import explain_build
from triptych.engine.temporary_files import get_temporary_folder
from triptych.folders import get_templates_folder
from triptych.formats import BOOK_FORMATS
from triptych.media import output_pictures as pictures
from triptych.media.raster_images import UnusablePictureError
from triptych.model.nodes import CodeBlock
from triptych.model.walk import plain_text
from triptych.outputs import OUTPUTS
from triptych.press import press
from triptych.project import Project
from triptych.request import BuildOutcome, BuildRequest
from triptych.session import BuildSession
from triptych.stages import prepare_outputs, read_project, read_source
from triptych.theme.templating import list_replaceable_templates
from triptych.theme.theme import load_theme
from triptych.writers.deck.template.built_in_template import build_template
from triptych.writers.print import typesetting

EPUB_ONLY = {
    "source/book.yaml": "book:\n  title: A book\n  lang: en\n  chapters: [section.md]\nformat:\n  epub:\n    embed-fonts: false\n",
    "source/section.md": "Text.\n",
}


def new_project(root: Path) -> Project:
    """Return the project that ``triptych new`` writes."""
    create_project(root)
    return Project(root, environ={})


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[BuildOutcome, list[str]]:
    """Return all outputs, built in one process, and the stages reported."""
    folder = tmp_path_factory.mktemp("alone")
    stages: list[str] = []
    outcome = press(new_project(folder / "p"), BuildRequest(output_folder=folder / "out"), stages.append)
    return outcome, stages


def bytes_of(outcome: BuildOutcome) -> dict[str, bytes]:
    return {str(name): path.read_bytes() for name, path in outcome.outputs.items()}


def test_stages_are_reported_in_order(alone: tuple[BuildOutcome, list[str]]) -> None:
    assert alone[1] == ["reading", "pdf", "epub", "pptx", "checking", "publishing"]


def test_all_outputs_are_built_in_manifest_order(alone: tuple[BuildOutcome, list[str]]) -> None:
    outcome, _ = alone
    assert outcome.has_outputs
    assert outcome.diagnostics == []
    assert tuple(outcome.outputs) == BOOK_FORMATS
    assert [path.name for path in outcome.outputs.values()] == [
        "my-report.pdf",
        "my-report.epub",
        "my-report.pptx",
    ]


@pytest.mark.e2e
@pytest.mark.parametrize("jobs", [2, 3])
def test_several_processes_produce_the_same_bytes(
    alone: tuple[BuildOutcome, list[str]], tmp_path: Path, jobs: int
) -> None:
    stages: list[str] = []
    request = BuildRequest(output_folder=tmp_path / "out", jobs=jobs)
    outcome = press(new_project(tmp_path / "p"), request, stages.append)
    assert bytes_of(outcome) == bytes_of(alone[0])
    assert stages == alone[1]


def test_a_cache_changes_no_byte(alone: tuple[BuildOutcome, list[str]], tmp_path: Path) -> None:
    project = new_project(tmp_path / "p")
    request = BuildRequest(output_folder=tmp_path / "out", cache_folder=tmp_path / "cache")
    cold, warm = bytes_of(press(project, request)), bytes_of(press(project, request))
    assert cold == warm == bytes_of(alone[0])


@pytest.mark.e2e
def test_output_resources_are_prepared_from_the_draft_of_a_first_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = new_project(tmp_path / "p")
    request = BuildRequest(output_folder=tmp_path / "out", cache_folder=tmp_path / "cache", jobs=3)
    cache = Cache(request.cache_folder, tmp_path / "journal")
    emitted: dict[str, Any] = {}
    read_source(project, request, cache, emitted.__setitem__)
    opening, draft = emitted["opening"].book, emitted["draft"].book
    assert (opening.chapters, opening.metadata, opening.theme) == ((), draft.metadata, draft.theme)
    assert len(draft.chapters) == 2
    assert draft.chapters[0].blocks == ()
    assert emitted["workers"] == (0, 1)
    prepare_outputs(emitted["draft"])
    steps = {entry.step for entry in explain_build(tmp_path / "journal", tmp_path / "none") if entry.has_run}
    assert {"cover", "template"} <= steps
    monkeypatch.setattr(OUTPUTS["epub"], "prepare_resources", lambda job: 1 / 0)
    prepare_outputs(emitted["draft"])  # the step that needs it reports the error
    press(project, request)
    emitted.clear()
    read_source(project, request, cache, emitted.__setitem__)
    assert emitted == {}  # it is in the cache


@pytest.mark.e2e
def test_disabled_cache_changes_no_byte(
    alone: tuple[BuildOutcome, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Test a cache that loses all results, as if its folder were cleared repeatedly during the build."""
    monkeypatch.setattr(Cache, "_read_file", lambda cache, task: None)
    request = BuildRequest(output_folder=tmp_path / "out", cache_folder=tmp_path / "cache", jobs=2)
    outcome = press(new_project(tmp_path / "p"), request)
    assert outcome.diagnostics == alone[0].diagnostics
    assert bytes_of(outcome) == bytes_of(alone[0])


@pytest.mark.e2e
def test_copies_of_all_templates_change_no_byte(
    alone: tuple[BuildOutcome, list[str]], tmp_path: Path
) -> None:
    """Test that copies of all templates in the project give the same bytes, though they are sandboxed."""
    project = new_project(tmp_path / "p")
    for name in list_replaceable_templates():
        copy = project.root / "templates" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((get_templates_folder() / name).read_bytes())
    assert bytes_of(press(project, BuildRequest(output_folder=tmp_path / "out"))) == bytes_of(alone[0])


def test_only_requested_formats_are_built(make_project: MakeProject, tmp_path: Path) -> None:
    stages: list[str] = []
    project = make_project(
        {**EPUB_ONLY, "source/book.yaml": "book:\n  title: A book\n  lang: en\n  chapters: [section.md]\n"}
    )
    outcome = press(project, BuildRequest(output_folder=tmp_path / "out", formats=("epub",)), stages.append)
    assert stages == ["reading", "epub", "checking", "publishing"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a-book.epub"]
    assert outcome.outputs == {"epub": tmp_path / "out/a-book.epub"}


def test_format_not_in_the_manifest_can_be_requested(make_project: MakeProject, tmp_path: Path) -> None:
    outcome = press(make_project(EPUB_ONLY), BuildRequest(output_folder=tmp_path, formats=("pptx",)))
    assert list(outcome.outputs) == ["pptx"]


@pytest.mark.parametrize("formats", ["  docx: default\n", "  pdf: {page-size: b5}\n  epub: {fonts: 1}\n"])
def test_unknown_formats_and_options_end_the_run_after_reading(
    make_project: MakeProject, tmp_path: Path, formats: str
) -> None:
    stages: list[str] = []
    files = {
        **EPUB_ONLY,
        "source/book.yaml": f"book:\n  title: A book\n  lang: en\n  chapters: [section.md]\nformat:\n{formats}",
    }
    outcome = press(make_project(files), BuildRequest(output_folder=tmp_path / "out"), stages.append)
    assert not outcome.has_outputs
    assert {finding.code for finding in outcome.diagnostics} <= {"MAN001", "MAN002"}
    assert stages == ["reading"]
    assert not (tmp_path / "out").exists()


def test_manifest_without_outputs_is_an_error(make_project: MakeProject, tmp_path: Path) -> None:
    files = {
        **EPUB_ONLY,
        "source/book.yaml": "book:\n  title: A\n  lang: en\n  chapters: [section.md]\nformat:\n  pdf: false\n",
    }
    outcome = press(make_project(files), BuildRequest(output_folder=tmp_path / "out"))
    assert not outcome.has_outputs
    (problem,) = outcome.diagnostics
    assert problem.code == "MAN008"
    assert problem.hint == (
        "write `format: {pdf: default, epub: default, pptx: default}` with the outputs that you need"
    )


def test_a_book_without_chapters_is_an_error_and_no_crash(make_project: MakeProject, tmp_path: Path) -> None:
    files = {"source/book.yaml": "book:\n  title: A\n  lang: en\n  chapters: []\nformat:\n  epub: default\n"}
    outcome = press(make_project(files), BuildRequest(output_folder=tmp_path / "out"))
    assert outcome.has_outputs or outcome.diagnostics


def test_findings_of_a_writer_stop_the_run_too(make_project: MakeProject, tmp_path: Path) -> None:
    """Test that errors of a writer stop the build, such as a picture removed after reading the source."""
    project = make_project(
        {**EPUB_ONLY, "source/section.md": "![A](dot.png)\n", "source/dot.png": tiny_png()}
    )

    def meddle(stage: str) -> None:
        if stage == "epub":
            (project.root / "source/dot.png").unlink()

    try:
        outcome = press(project, BuildRequest(output_folder=tmp_path / "out"), meddle)
        assert not outcome.has_outputs
    except FileNotFoundError:  # the command line reports it with the file's name
        pass
    assert not (tmp_path / "out").exists()


def test_warnings_are_returned_with_outputs_and_stop_a_strict_run(
    make_project: MakeProject, tmp_path: Path
) -> None:
    project = make_project({**EPUB_ONLY, "source/section.md": "#### Deep\n"})
    outcome = press(project, BuildRequest(output_folder=tmp_path / "out"))
    assert outcome.has_outputs
    assert [finding.code for finding in outcome.diagnostics] == ["ACC002"]
    strict = press(project, BuildRequest(output_folder=tmp_path / "strict", strict=True))
    assert not strict.has_outputs
    assert [finding.code for finding in strict.diagnostics] == ["ACC002"]
    assert not (tmp_path / "strict").exists()


def test_ids_and_values_go_together(make_project: MakeProject, tmp_path: Path) -> None:
    """Test ids together with expressions: with ``jinja: true``, ``{#id}`` is not a template comment."""
    files = {
        **EPUB_ONLY,
        "source/book.yaml": EPUB_ONLY["source/book.yaml"] + "jinja: true\n",
        "source/section.md": '## One {#sec-one}\n\n{{ data("d.csv").last("y") }} in @sec-one.\n\n## Two {#sec-two}\n',
        "source/data/d.csv": "x,y\n1,2\n",
    }
    outcome = press(make_project(files), BuildRequest(output_folder=tmp_path / "out"))
    assert [str(finding) for finding in outcome.diagnostics] == []
    assert outcome.has_outputs


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ slide('poster', 'A') }}", 'slide() has no layout "poster"'),
        ("{{ slide('title', 'A', colour='red') }}", "colour"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ meta.title + 1 }}", "concatenate"),
    ],
)
def test_template_failure_is_reported_with_its_position(
    make_project: MakeProject, tmp_path: Path, template: str, said: str
) -> None:
    project = make_project({**EPUB_ONLY, "templates/deck/storyboard.j2": f"\n{template}\n"})
    outcome = press(project, BuildRequest(output_folder=tmp_path / "out", formats=("pptx",)))
    (finding,) = outcome.diagnostics
    assert (finding.code, str(finding.span)) == ("TPL002", "templates/deck/storyboard.j2:2:1")
    assert said in finding.message


@pytest.mark.parametrize(
    ("name", "template", "said"),
    [
        ("page.xhtml.j2", "{% extends 'epub/page.xhtml.j2' %}", "too deeply"),
        ("style.css.j2", "{% include 'epub/style.css.j2' %}", "too deeply"),
        ("style.css.j2", b"a\xff", "codec can't decode"),
        ("page.xhtml.j2", "<html><body><p></body></html>", "not well-formed"),
        ("title-page.xhtml.j2", "<p>\x01</p>", "not well-formed"),
    ],
)
def test_templates_without_a_page_are_reported(
    make_project: MakeProject, tmp_path: Path, name: str, template: str | bytes, said: str
) -> None:
    project = make_project({**EPUB_ONLY, f"templates/epub/{name}": template})
    diagnostics = press(project, BuildRequest(output_folder=tmp_path / "out")).diagnostics
    (finding,) = [item for item in diagnostics if item.code == "TPL002"]
    assert str(finding.span) == f"templates/epub/{name}:1:1"
    assert said in finding.message


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", " java\nscript:a()", "file:///etc/passwd", "//a.b", "data:a"]
)
def test_template_links_may_point_only_to_the_web(
    make_project: MakeProject, tmp_path: Path, target: str
) -> None:
    name = "templates/print/imprint.xhtml.j2"
    page = '<?xml version="1.0" encoding="UTF-8"?><section>\n<p><a href="{}">a</a></p></section>'
    files = {**EPUB_ONLY, name: page.format(target)}
    outcome = press(make_project(files), BuildRequest(output_folder=tmp_path / "out", formats=("pdf",)))
    (finding,) = [diagnostic for diagnostic in outcome.diagnostics if diagnostic.code == "TPL002"]
    place = "templates/print/front.xhtml.j2:1:1" if "\n" in target else f"{name}:2:1"  # it is not on any line
    assert str(finding.span) == place
    assert "use http, https" in finding.message and not outcome.has_outputs


@pytest.mark.parametrize(
    "template",
    [
        "{" * 3000,
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{% for a in [1] %}" * 30 + "{% endfor %}" * 30,
    ],
    ids=["braces", "brackets", "loops"],
)
def test_template_nested_too_deeply_is_reported(
    make_project: MakeProject, tmp_path: Path, template: str
) -> None:
    project = make_project({**EPUB_ONLY, "templates/epub/style.css.j2": template})
    outcome = press(project, BuildRequest(output_folder=tmp_path / "out"))
    (finding,) = outcome.diagnostics
    assert (finding.code, str(finding.span)) == ("TPL002", "templates/epub/style.css.j2:1:1")
    assert finding.message == "the template is nested too deeply"


def test_code_ends_at_a_bare_fence_and_expressions_in_it_are_literal(make_project: MakeProject) -> None:
    code = "```\n```python\n{{< var x >}}\n```\n\nIt is {{< var x >}}.\n"
    manifest = EPUB_ONLY["source/book.yaml"] + "variables:\n  x: seven\n"
    _, book, _ = read_project(
        make_project({"source/book.yaml": manifest, "source/section.md": code}), Cache(None)
    )
    assert book is not None
    listing, paragraph = book.chapters[0].blocks
    assert isinstance(listing, CodeBlock)
    assert listing.text == "```python\n{{< var x >}}"
    assert plain_text(paragraph.content) == "It is seven."


@pytest.mark.parametrize(
    ("jobs", "stage"),
    [(1, "pdf"), *(pytest.param(2, stage, marks=pytest.mark.e2e) for stage in ("reading", "pdf"))],
)
def test_a_folder_of_temporary_files_that_is_removed_meanwhile_is_a_finding_or_does_no_harm(
    make_project: MakeProject, tmp_path: Path, capfd: pytest.CaptureFixture[str], jobs: int, stage: str
) -> None:
    def clear_away(name: str) -> None:
        while name == stage and folder.exists():  # a worker may write into it while it is removed
            shutil.rmtree(folder, ignore_errors=True)

    folder, project = get_temporary_folder(), make_project(EPUB_ONLY)
    request = BuildRequest(output_folder=tmp_path / "out", jobs=jobs, formats=("pdf",))
    outcome = press(project, request, clear_away)
    if not outcome.has_outputs:
        (finding,) = outcome.diagnostics
        assert finding.code == "ENV002" and str(folder) in finding.message
    err = capfd.readouterr().err.splitlines()
    assert [line for line in err if not line.startswith("Fontconfig")] == []  # its file was removed too
    repeated = press(project, request)
    assert repeated.has_outputs and repeated.diagnostics == []


def test_picture_that_fails_late_is_reported_where_it_is_used(
    make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise UnusablePictureError("it takes too much memory")

    monkeypatch.setattr(pictures, "_prepare_rgb_picture", fail)
    files = {
        **EPUB_ONLY,
        "source/section.md": '# A\n\n![B](a.png){fig-alt="C"}\n',
        "source/a.png": tiny_png(),
    }
    outcome = press(make_project(files), BuildRequest(output_folder=tmp_path / "out"))
    assert [str(finding) for finding in outcome.diagnostics if finding.code == "IMG003"] == [
        "source/section.md:3:6: error[IMG003]: this image cannot be used: it takes too much memory"
    ]


@pytest.mark.e2e
@pytest.mark.skipif(os.name != "posix", reason="what is done in a forked process is known here")
@pytest.mark.parametrize(("tries", "code"), [(2, "ENV004"), (1, "ENV005")])
def test_killed_process_is_reported_with_its_activity_and_retried(
    make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tries: int, code: str
) -> None:
    project, here, write = make_project(EPUB_ONLY), os.getpid(), stages.write_format
    request = BuildRequest(output_folder=tmp_path / "out", jobs=2, formats=("epub", "pptx"))
    expected = bytes_of(press(project, request)) if code == "ENV004" else {}

    def killed(*args: object, **how: object) -> object:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return write(*args, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(stages, "write_format", killed)  # forked processes inherit it, spawned ones do not
    monkeypatch.setattr(pool, "_MAX_ATTEMPTS", tries)
    monkeypatch.setattr(session, "make_executor", lambda jobs, **how: pool.Pool(jobs, "fork"))
    with BuildSession(2) as two:
        outcome = press(project, request, session=two)
    assert [finding.code for finding in outcome.diagnostics][-1:] == [code]
    assert str(outcome.diagnostics[-1]).splitlines()[0].endswith(": the deck")
    assert bytes_of(outcome) == expected


@pytest.mark.e2e
@pytest.mark.skipif(os.name != "posix", reason="what is done in a forked process is known here")
def test_a_fault_of_the_layout_engine_in_a_process_costs_a_note_and_no_page(
    make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = "book:\n  title: A book\n  lang: en\n  chapters: [section.md]\nformat:\n  pdf: default\n"
    project, here, set_alone = (
        make_project({**EPUB_ONLY, "source/book.yaml": manifest}),
        os.getpid(),
        typesetting._lay_out_and_cache,
    )
    expected = bytes_of(press(project, BuildRequest(output_folder=tmp_path / "alone")))

    def faulty(*args: object) -> object:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGSEGV)
        return set_alone(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(
        typesetting, "_lay_out_and_cache", faulty
    )  # forked processes inherit it, spawned ones do not
    monkeypatch.setattr(session, "make_executor", lambda jobs, **how: pool.Pool(jobs, "fork"))
    with BuildSession(2) as two:
        outcome = press(project, BuildRequest(output_folder=tmp_path / "out"), session=two)
    assert {finding.code for finding in outcome.diagnostics} == {"ENV004"}
    assert any("pages of the PDF" in str(finding) for finding in outcome.diagnostics)
    assert bytes_of(outcome) == expected


def test_deck_violation_of_a_template_is_reported_at_the_template(tmp_path: Path) -> None:
    """Test that errors in a deck caused by its template are reported at the template.

    Checks and repairs of templates ignore the order of elements.
    """
    template = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(build_template(load_theme(), "en"))) as before,
        zipfile.ZipFile(template, "w") as after,
    ):
        for name in before.namelist():
            data = before.read(name)
            if name == "ppt/slideLayouts/slideLayout1.xml":
                data = re.sub(
                    rb"(<p:cSld.*</p:cSld>)\s*(<p:clrMapOvr>.*?</p:clrMapOvr>)",
                    rb"\2\1",
                    data,
                    count=1,
                    flags=re.S,
                )
            after.writestr(name, data)
    files = {
        "source/book.yaml": "book:\n  title: A\n  lang: en\n  chapters: [a.md]\nformat:\n  pptx:\n    template: t.pptx\n",
        "source/a.md": "# A\n\nText.\n",
    }
    root = write_files(tmp_path / "p", files)
    (root / "source" / "t.pptx").write_bytes(template.getvalue())
    outcome = press(Project(root, environ={}), BuildRequest(output_folder=tmp_path / "out"))
    assert not outcome.has_outputs
    (finding,) = (diagnostic for diagnostic in outcome.diagnostics if diagnostic.code == "CHK001")
    assert str(finding.span) == "source/book.yaml:7:15"
    assert "slideLayout1.xml" in finding.message
