"""List the steps of a build in order, from the source to the published outputs.

Each step's function is in ``stages.py``. It receives the values named in ``needs``, and later steps receive
its result under the step's name. ``engine/scheduler.py`` runs the steps, and ``session.py`` keeps processes
and results between builds.
"""

from __future__ import annotations

from contextlib import nullcontext

from triptych.engine.scheduler import Observer, Step, ignore_result
from triptych.formats import FORMATS
from triptych.project import Project
from triptych.request import BuildOutcome, BuildRequest, Progress
from triptych.session import BuildSession
from triptych.stages import (
    PdfPageNumbers,
    collect_findings,
    list_outputs,
    load_layout_engine,
    load_writers,
    prepare_outputs,
    publish_outputs,
    read_source,
    write_output,
)

STEPS = (
    # Loading the layout engine takes as long as reading a book.
    Step("load the layout engine", load_layout_engine, needs=("request", "cache"), early=True),
    # Manifest, sections and data become one resolved book. ``opening`` is emitted before it has chapters, and
    # ``draft`` before cross-references are resolved.
    Step("manuscript", read_source, needs=("project", "request", "cache", "emit"), stage="reading"),
    # In a first build, images are resized and fonts subset while the book is still being read.
    Step("prepare images and fonts", prepare_outputs, needs=("opening",), early=True),
    Step("prepare more images", prepare_outputs, needs=("draft",), early=True),
    Step("load the writers", load_writers, needs=("draft",), for_each="workers", early=True),
    Step("outputs", list_outputs, needs=("manuscript", "request")),
    # Each output is written, compared with the book and checked. The PDF comes first: other outputs contain
    # its page numbers, and start with those of the last build.
    Step(
        "written",
        write_output,
        needs=("manuscript", "executor", "emit"),
        for_each="outputs",
        late_value=PdfPageNumbers(),
        label=lambda name: FORMATS[name].label,
    ),
    # If any output has errors, all files of the last build are kept.
    Step("findings", collect_findings, needs=("manuscript", "request", "written"), stage="checking"),
    Step(
        "outcome",
        publish_outputs,
        needs=("manuscript", "request", "written", "findings"),
        stage="publishing",
    ),
)


def press(
    project: Project,
    request: BuildRequest,
    progress: Progress = lambda stage: None,
    session: BuildSession | None = None,
    observe: Observer = ignore_result,
) -> BuildOutcome:
    """Build a project and return the outcome. If there are errors, the outputs of the last build are kept.

    ``progress`` receives the name of each stage when it starts, and ``observe`` the result of each step. If
    ``session`` is None, a session is opened for this build.
    """
    with nullcontext(session) if session else BuildSession(request.jobs) as build_session:
        return build_session.build(STEPS, project, request, progress, observe)
