"""The same text for pandoc: what it reads, and its own command for each output."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

import pypandoc

from benchmarks.measuring import Run, measure
from benchmarks.workplace import Workplace
from triptych.manifest import Manifest, PartEntry
from triptych.project import MANIFEST, OutputFormat, Project
from triptych.reading.front_matter import Section, split


@dataclass(frozen=True, slots=True)
class Conversions:
    """Texts written once, before any clock runs, and converted as often as asked."""

    place: Workplace
    folder: Path
    options: tuple[str | Path, ...]

    @classmethod
    def prepare(cls, place: Workplace) -> Conversions:
        """Write each section with its front matter turned into Markdown, and the manifest's metadata."""
        project, manifest = Project(place.project), place.manifest
        folder = place.project.with_name("pandoc")
        folder.mkdir()
        texts: list[Path] = []
        origins: list[Path] = []
        for number, path in enumerate(_sections(project, manifest)):
            section, _ = split(path, project.read_text(path))
            texts.append(folder / f"{number:03}.md")
            texts[-1].write_text(_markdown(section), "utf-8")
            origins.append((place.project / path).parent)
        source = (place.project / MANIFEST).parent
        metadata = folder / "metadata.json"
        metadata.write_text(json.dumps(_metadata(manifest)), "utf-8")
        options: list[str | Path] = [*texts, "--from=markdown", "--file-scope", "--citeproc"]
        options += ["--metadata-file", metadata]
        options += [f"--resource-path={':'.join(map(str, dict.fromkeys([source, *origins])))}"]
        options += [f"--bibliography={source / name}" for name in manifest.bibliography]
        options += [f"--csl={source / manifest.csl}"] if manifest.csl else []
        return cls(place, folder, tuple(options))

    def convert(self, name: OutputFormat) -> Run:
        """Let pandoc make one output."""
        output = self.folder / f"book.{name}"
        output.unlink(missing_ok=True)
        command = [pypandoc.get_pandoc_path(), *self.options, *_target(name), "--output", output]
        return measure(command, folder=self.folder, environ=self.place.environ)


def _markdown(section: Section) -> str:
    """What Triptych prints of a section, front matter included, as plain Markdown."""
    front = section.front_matter
    attributes = " ".join([f"#{front.id}"] * bool(front.id) + [".unnumbered"] * front.unnumbered)
    heading = f"# {front.title} {{{attributes}}}" if attributes else f"# {front.title}"
    takeaways = "\n".join(f"- {takeaway}" for takeaway in front.takeaways)
    parts = (heading if front.title else "", front.summary, takeaways, section.body.strip("\n"))
    return "\n\n".join(filter(None, parts)) + "\n"


def _target(name: OutputFormat) -> list[str]:
    match name:
        case "pdf":
            book = ["--variable=documentclass:book", "--top-level-division=chapter", "--toc"]
            return ["--pdf-engine=xelatex", *book]
        case "epub":
            return ["--to=epub3", "--toc"]
        case "pptx":
            return ["--to=pptx"]
        case _:
            assert_never(name)


def _sections(project: Project, manifest: Manifest) -> Iterator[str]:
    """The project-relative paths of the sections, in order."""
    listed = [p for c in manifest.book.chapters for p in (c.chapters if isinstance(c, PartEntry) else (c,))]
    for path in (*listed, *manifest.book.appendices):
        located = project.locate(path)
        if located is not None:
            yield located


def _metadata(manifest: Manifest) -> dict[str, object]:
    book = manifest.book
    metadata = {
        "title": book.title,
        "subtitle": book.subtitle,
        "author": [person.name for person in book.author],
        "date": book.date.isoformat() if book.date else "",
        "lang": manifest.language,
        "rights": book.rights,
        "publisher": book.publisher,
        "description": book.description,
    }
    return {key: value for key, value in metadata.items() if value}
