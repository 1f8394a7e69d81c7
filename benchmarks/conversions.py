"""Convert the same text with pandoc: prepare its input, and run a command for each output."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, assert_never

from benchmarks.measuring import Run, measure
from benchmarks.workplace import Workplace
from triptych.engine.processes.programs import find_pandoc
from triptych.formats import OutputFormat
from triptych.project import MANIFEST, Project
from triptych.reading.sections import SectionFile, split_section
from triptych.settings.manifest import Manifest

Engine: TypeAlias = Literal["xelatex", "typst"]
ENGINES: tuple[Engine, ...] = ("xelatex", "typst")  # the PDF engines of pandoc

# Pandoc runs this program as `typst compile IN OUT`. It calls the compiler in the Python package.
_TYPST = """#!{python}
import sys, typst
typst.compile(sys.argv[2], output=sys.argv[3], root="/")
"""


@dataclass(frozen=True, slots=True)
class Conversions:
    """Texts that are written before the measurement, and converted repeatedly."""

    place: Workplace
    folder: Path
    options: tuple[str | Path, ...]

    @classmethod
    def prepare(cls, place: Workplace) -> Conversions:
        """Write each section with its front matter converted to Markdown, and the manifest's metadata."""
        manifest = place.manifest
        folder = place.project.with_name("pandoc")
        folder.mkdir()
        metadata = folder / "metadata.json"
        metadata.write_text(json.dumps(_metadata(manifest)), "utf-8")
        typst = folder / "typst"
        typst.write_text(_TYPST.format(python=sys.executable), "utf-8")
        typst.chmod(0o755)
        source = (place.project / MANIFEST).parent
        sections = place.sections()
        origins = [source, *((place.project / path).parent for path in sections)]
        options: list[str | Path] = [folder / _name(number) for number in range(len(sections))]
        options += ["--from=markdown", "--file-scope", "--citeproc", "--metadata-file", metadata]
        options += [f"--resource-path={':'.join(map(str, dict.fromkeys(origins)))}"]
        options += [f"--bibliography={source / name}" for name in manifest.bibliography]
        options += [f"--csl={source / manifest.csl}"] if manifest.csl else []
        conversions = cls(place, folder, tuple(options))
        conversions.take_text()
        return conversions

    def take_text(self) -> None:
        """Write the current sections of the project."""
        project = Project(self.place.project)
        for number, path in enumerate(self.place.sections()):
            section, _ = split_section(path, project.read_text(path))
            (self.folder / _name(number)).write_text(_markdown(section), "utf-8")

    def convert(self, name: OutputFormat, engine: Engine = "xelatex") -> Run:
        """Convert the text to one format with pandoc, a PDF with the given engine."""
        output = self.folder / f"book.{name}"
        output.unlink(missing_ok=True)
        target = self._target(name, engine)
        command = [find_pandoc(), *self.options, *target, "--output", output]
        return measure(command, folder=self.folder, environ=self.place.environ)

    def _target(self, name: OutputFormat, engine: Engine) -> list[str]:
        match name:
            case "pdf" if engine == "typst":
                return [f"--pdf-engine={self.folder / 'typst'}", "--toc"]
            case "pdf":
                book = ["--variable=documentclass:book", "--top-level-division=chapter", "--toc"]
                return ["--pdf-engine=xelatex", *book]
            case "epub":
                return ["--to=epub3", "--toc"]
            case "pptx":
                return ["--to=pptx"]
            case _:
                assert_never(name)


def _name(number: int) -> str:
    return f"{number:03}.md"


def _markdown(section: SectionFile) -> str:
    """Return the content of a section that Triptych prints, including front matter, as plain Markdown."""
    front = section.front_matter
    attributes = " ".join([f"#{front.id}"] * bool(front.id) + [".unnumbered"] * front.unnumbered)
    heading = f"# {front.title} {{{attributes}}}" if attributes else f"# {front.title}"
    takeaways = "\n".join(f"- {takeaway}" for takeaway in front.takeaways)
    parts = (heading if front.title else "", front.summary, takeaways, section.body.strip("\n"))
    return "\n\n".join(filter(None, parts)) + "\n"


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
