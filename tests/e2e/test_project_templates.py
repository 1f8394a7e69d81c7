"""Test that each project template builds without findings in all formats, and that talks keep to time.

Formats are A4 and Letter pages, and light and dark decks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from click.testing import CliRunner, Result
from ruamel.yaml import YAML

from tests.conftest import Golden
from tests.once import Shelf
from triptych.checks.deck.fill import MIN_FILL, measure_deck_fill
from triptych.cli import main
from triptych.cli.create import create_project, list_project_templates
from triptych.engine.cache import Cache
from triptych.folders import get_templates_folder
from triptych.project import MANIFEST

pytestmark = pytest.mark.e2e

PAGE_SIZES = {"a4": "light", "letter": "dark"}  # and the colour scheme of the deck built with it

THIN_SPINE = "PRS004"  # a note that any paperback of a short book gets


def invoke(command: str, project: Path, *options: str) -> Result:
    jobs = () if command == "inspect" else ("--jobs", "1")
    return CliRunner().invoke(main, [command, str(project), *options, *jobs], prog_name="triptych")


def cached_in(cache: Cache) -> tuple[str, str]:
    """Return options of a build with the cache of the run, which contains sections of other builds."""
    return "--cache-dir", str(cache.folder)


def read_manifest(project: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = YAML().load(project / MANIFEST)
    return manifest


def set_format(project: Path, page_size: str, color_scheme: str) -> None:
    """Set the page size of the book, unless the template sets it, and the colour scheme of the deck."""
    manifest = read_manifest(project)
    for name, key, value in (("pdf", "page-size", page_size), ("pptx", "color-scheme", color_scheme)):
        options = manifest["format"].get(name)
        options = dict(options) if isinstance(options, Mapping) else {}
        manifest["format"][name] = {key: value, **options} if name == "pdf" else {**options, key: value}
    YAML().dump(manifest, project / MANIFEST)


@pytest.fixture(params=list_project_templates())
def project(request: pytest.FixtureRequest, shelf: Shelf, shared_cache: Cache) -> Path:
    """Return a project of each template with its three outputs. Tests must not change it."""

    def make(folder: Path) -> Path:
        create_project(folder / "project", request.param)
        result = invoke("build", folder / "project", "--strict", *cached_in(shared_cache))
        assert (result.exit_code, result.stderr) == (0, "")
        return folder / "project"

    return shelf.once(f"template-{request.param}", make)


def test_the_outputs_pass_the_validators(project: Path) -> None:
    result = invoke("check", project, "--strict")
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "No findings."), result.output


def test_slides_fill_their_body_frames(project: Path) -> None:
    decks = [path.read_bytes() for path in sorted((project / "build").glob("*.pptx"))]
    assert decks
    for deck in decks:  # of the book, and of other talks if they were built before
        fills = measure_deck_fill(deck).values()
        is_novel = project.parent.name == "template-novel"  # its slides are headings and quotations
        assert is_novel if not fills else median(fills) >= 0.7 and min(fills) >= MIN_FILL


def has_page_size(template: str) -> bool:
    """Return whether the manifest of a template sets the page size, which is then equal in all builds."""
    options = read_manifest(get_templates_folder() / "new" / template)["format"].get("pdf")
    return isinstance(options, Mapping) and "page-size" in options


@pytest.mark.parametrize(
    ("template", "page_size"),
    [
        (template, page_size)
        for template in list_project_templates()
        for page_size, colors in PAGE_SIZES.items()
        if not (has_page_size(template) and colors == "light")  # the format in which the fixture is built
    ],
)
def test_other_pages_and_colours_build_without_findings(
    template: str, page_size: str, tmp_path: Path, shared_cache: Cache
) -> None:
    create_project(tmp_path, template)
    set_format(tmp_path, page_size, PAGE_SIZES[page_size])
    result = invoke("build", tmp_path, "--to", "pdf,pptx", "--strict", *cached_in(shared_cache))
    assert (result.exit_code, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("template", "profile"),
    [
        (template, profile)
        for template in list_project_templates()
        for profile in read_manifest(get_templates_folder() / "new" / template).get("profiles", {})
    ],
)
def test_profiles_build_without_findings(
    template: str, profile: str, tmp_path: Path, shared_cache: Cache
) -> None:
    create_project(tmp_path, template)
    result = invoke("build", tmp_path, "--profile", profile, "--strict", *cached_in(shared_cache))
    codes = set(re.findall(r"[a-z]+\[([A-Z]+\d+)\]", result.stderr))
    assert (result.exit_code, codes - {THIN_SPINE}) == (0, set()), result.stderr


def test_talks_keep_to_time(project: Path, golden: Golden, shared_cache: Cache) -> None:
    """Test the length of talks, whose slides are listed in a golden file to make changes visible."""
    manifest = read_manifest(project)
    allowed = {"": manifest.get("talk", {}).get("minutes")}
    for name, talk in manifest.get("talks", {}).items():
        allowed[name] = talk.get("minutes")
        result = invoke(
            "build", project, "--to", "pptx", "--talk", name, "--strict", *cached_in(shared_cache)
        )
        assert (result.exit_code, result.stderr) == (0, ""), name
    talks = json.loads(invoke("inspect", project, "--talks", "--format", "json").stdout)["talks"]
    assert set(talks) == set(allowed)
    lines: list[str] = []
    for name, talk in talks.items():
        minutes = allowed[name]
        assert minutes is None or 0.6 * minutes <= talk["minutes"] <= minutes, name
        lines += [f"# {name or 'talk'}", *(slide["title"] for slide in talk["slides"]), ""]
    golden(f"project-templates/{project.parent.name.removeprefix('template-')}.txt", "\n".join(lines))
