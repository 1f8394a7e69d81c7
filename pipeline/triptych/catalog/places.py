"""Where what belongs to a catalogue lies, in its folder of outputs."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from triptych.catalog.titles import Catalog
from triptych.project import TEMPLATES, is_link

_RECORDS = ".catalog"  # the folder, among the outputs, of what a run needs and nobody reads


def records_of(catalog: Catalog) -> Path:
    """The folder of what a run keeps for the next."""
    return catalog.output_folder / _RECORDS


def outputs_of(catalog: Catalog, name: str) -> Path:
    """The folder of a title's outputs."""
    return catalog.output_folder / name


def numbers_file(catalog: Catalog, name: str) -> Path:
    """The file of a title's numbers, beside its outputs."""
    return outputs_of(catalog, name) / f"{PurePosixPath(name).name}.refs.json"


def log_of(catalog: Catalog, name: str) -> Path:
    """The file of what a title's process says."""
    return records_of(catalog) / "logs" / f"{name}.log"


def project_of(catalog: Catalog, name: str) -> Path:
    """The folder in which a title is put together."""
    return records_of(catalog) / "projects" / name / "project"


def link_in_the_way(catalog: Catalog, name: str) -> Path | None:
    """Return the first link in the place of a folder or a log that a run writes for a title, or None.

    A catalogue may come from someone else: nothing is written or removed where such a link leads.
    """
    project = project_of(catalog, name)
    ends = (outputs_of(catalog, name), log_of(catalog, name), project / "source", project / TEMPLATES)
    for end in ends:
        for place in (end, *end.parents):
            if place == catalog.output_folder:
                break
            if is_link(place):
                return place
    return None
