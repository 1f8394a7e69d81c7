"""Test that changes update the outputs, and that errors leave the last valid ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.preview.conftest import MANIFEST, PROJECT, Preview, previewed

CHAPTER = "EPUB/text/section.xhtml"


def chapter(preview: Preview) -> str:
    ebook = preview.shared.state.ebook
    return ebook.files[CHAPTER][1].decode() if ebook else ""


def test_changed_paragraph_is_displayed(preview: Preview) -> None:
    assert "Some text." in chapter(preview)
    preview.write("Other words.\n")
    preview.until(lambda: "Other words." in chapter(preview))


def test_build_folder_contains_the_displayed_outputs(preview: Preview) -> None:
    preview.write("Other words.\n")
    preview.until(lambda: "Other words." in chapter(preview))
    path = preview.root / "build/a-book.epub"
    preview.until(lambda: path.read_bytes() == preview.shared.state.outputs["epub"].data)


def test_error_is_shown_and_the_last_good_output_kept(preview: Preview) -> None:
    before = preview.shared.state.outputs["epub"]
    preview.write("See @fig-gone.\n")
    preview.until(lambda: preview.shared.state.has_failed)
    assert [finding.code for finding in preview.shared.state.diagnostics] == ["REF001"]
    assert [finding.code for finding in preview.told.findings] == ["REF001"]
    assert preview.shared.state.outputs["epub"] == before


def test_a_mended_mistake_is_forgotten(preview: Preview) -> None:
    preview.write("See @fig-gone.\n")
    preview.until(lambda: preview.shared.state.has_failed)
    preview.write("Mended.\n")
    preview.until(lambda: "Mended." in chapter(preview))
    assert not preview.shared.state.diagnostics
    assert not preview.shared.state.has_failed


def test_warning_is_displayed_with_the_new_output(preview: Preview) -> None:
    preview.write("Words.\n\n#### Deep\n")
    preview.until(lambda: "Words." in chapter(preview))
    assert [finding.code for finding in preview.shared.state.diagnostics] == ["ACC002"]
    assert not preview.shared.state.has_failed


def test_manifest_can_break_and_recover(preview: Preview) -> None:
    (preview.root / "source/book.yaml").unlink()
    preview.until(lambda: preview.shared.state.has_failed)
    assert [finding.code for finding in preview.shared.state.diagnostics] == ["MAN003"]
    preview.write(MANIFEST.replace("A book", "Another book"), "source/book.yaml")
    preview.until(lambda: preview.shared.state.title == "Another book")


def test_a_file_that_was_missing_is_noticed_outside_the_source_folder(preview: Preview) -> None:
    preview.write("Words.\n\n{{< include ../more/part.md >}}\n")
    preview.until(lambda: preview.shared.state.has_failed)
    preview.write("What was missing.\n", "more/part.md")
    preview.until(lambda: "What was missing." in chapter(preview))


def test_new_project_template_is_noticed(preview: Preview) -> None:
    preview.write("p { color: teal; }\n", "templates/epub/style.css.j2")
    preview.until(lambda: b"teal" in preview.shared.state.ebook.files["EPUB/style.css"][1])


def test_a_template_that_fails_is_a_finding(preview: Preview) -> None:
    preview.write("{{ nothing }}\n", "templates/epub/style.css.j2")
    preview.until(lambda: preview.shared.state.has_failed)
    assert [finding.code for finding in preview.shared.state.diagnostics] == ["TPL002"]


def test_file_saved_without_changes_rebuilds_nothing(preview: Preview) -> None:
    preview.write(PROJECT["source/section.md"])
    preview.write("A file that nobody reads.\n", "source/notes.txt")
    preview.write("Last words.\n")
    preview.until(lambda: "Last words." in chapter(preview))
    assert len(preview.told.outputs) == 2


def test_a_change_during_a_build_makes_one_more(preview: Preview) -> None:
    for number in range(8):
        preview.write(f"Version {number}.\n")
    preview.until(lambda: "Version 7." in chapter(preview))


def test_a_folder_in_place_of_an_output_is_reported_and_the_next_change_is_built(tmp_path: Path) -> None:
    root = write_files(tmp_path / "project", {**PROJECT, "build/a-book.epub/keep": "a folder in the way"})
    with previewed(root) as preview:
        preview.until(lambda: preview.shared.state.has_failed)
        assert [finding.code for finding in preview.shared.state.diagnostics] == ["SEC005"]
        (root / "build/a-book.epub/keep").unlink()
        (root / "build/a-book.epub").rmdir()
        preview.write("Other words.\n")
        preview.until(lambda: (root / "build/a-book.epub").is_file())
        preview.until(lambda: not preview.shared.state.has_failed)


def test_a_project_without_a_manifest_waits_for_one(tmp_path: Path) -> None:
    with previewed(tmp_path) as preview:
        preview.until(lambda: preview.shared.state.has_failed)
        write_files(tmp_path, PROJECT)
        preview.until(lambda: "epub" in preview.shared.state.outputs)


def test_print_and_deck_are_built_too(tmp_path: Path) -> None:
    root = write_files(
        tmp_path / "project",
        {
            **PROJECT,
            "source/book.yaml": MANIFEST.replace("format:", "format:\n  pdf: default\n  pptx: default"),
        },
    )
    with previewed(root, formats=None) as preview:
        preview.until(
            lambda: len(preview.shared.state.outputs) == 3 and not preview.shared.state.running_stages
        )
        names = sorted(output.name for output in preview.told.outputs)
        assert names == ["a-book.epub", "a-book.pdf", "a-book.pptx"]
        assert preview.shared.state.slides[0].title == "A book"
        assert preview.get("/outputs/a-book.pdf")[2][:5] == b"%PDF-"
        preview.until(lambda: len(list((root / "build").glob("a-book.*"))) == 3)


def test_onix_record_is_not_displayed(tmp_path: Path) -> None:
    manifest = MANIFEST.replace("format:", "format:\n  onix: default")
    root = write_files(tmp_path / "project", {**PROJECT, "source/book.yaml": manifest})
    with previewed(root, formats=None) as preview:
        preview.until(lambda: (root / "build/a-book.epub").is_file())
        assert [*preview.shared.state.outputs] == ["epub"]
        assert "pdf" not in preview.shared.state.outputs


def test_a_change_in_print_is_found_on_its_page(tmp_path: Path) -> None:
    manifest = MANIFEST.replace("epub: {embed-fonts: false}", "pdf: default")
    root = write_files(tmp_path / "project", {**PROJECT, "source/book.yaml": manifest})
    with previewed(root, formats=None) as preview:
        preview.until(lambda: "pdf" in preview.shared.state.outputs)
        before = preview.shared.state.pages
        preview.write("---\ntitle: A section\n---\nOther quite remarkable text.\n")
        preview.until(lambda: preview.shared.state.pages != before)
        place = json.loads(preview.text("/changes/pdf"))
        assert place["page"] == len(preview.shared.state.pages) == preview.shared.state.changed_page
        assert [0 < side < 1 for side in place["box"]] == [True] * 4
        digest = preview.shared.state.pages[-1].digest
        assert preview.get(f"/pages/{digest}@2.png")[2].startswith(b"\x89PNG")
        assert preview.get(f"/pages/{digest[::-1]}@2.png")[0] == 404


def test_edited_output_is_kept_and_reported(preview: Preview) -> None:
    path = preview.root / "build/a-book.epub"
    preview.until(path.is_file)
    path.write_bytes(path.read_bytes() + b"a remark")
    preview.write("Other words.\n")
    preview.until(lambda: (preview.root / "build/a-book.edited-1.epub").is_file())
    preview.until(lambda: [finding.code for finding in preview.told.findings] == ["OUT001"])
    assert "a-book.edited-1.epub" in preview.text("/panels/findings")


@pytest.mark.parametrize("formats", [("epub",), None])
def test_preview_can_be_stopped_during_a_build(tmp_path: Path, formats: tuple[str, ...] | None) -> None:
    text = "\n\n".join(f"Paragraph {number} with a few words." for number in range(3000))
    with previewed(
        write_files(tmp_path / "project", {**PROJECT, "source/section.md": text}), formats
    ) as preview:
        preview.until(lambda: bool(preview.shared.state.running_stages))
    assert not preview.told.reasons
