"""Provide writers with the project's files, templates, theme, labels and drawings.

Charts, formulas, covers and images are drawn once for all outputs and cached. The drawing modules are
imported only if a drawing is not cached, since most edits change few drawings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import jinja2

from triptych.engine.cache import Cache
from triptych.engine.memory import Memory
from triptych.engine.processes.pool import InlineExecutor, NamedJob
from triptych.engine.store.program import digest
from triptych.engine.tasks import CHART, COVER, FORMULA, OUTLINED, PICTURE, RASTER, Task
from triptych.languages.labels import Labels, load_labels
from triptych.media.formulas.formulas import select_formula_faces
from triptych.media.output_pictures import (
    SIDE,
    SVG,
    PreparedPicture,
    choose_logo_background,
    fit_logo,
    prepare_picture,
)
from triptych.media.picture_sizes import PictureTarget, compute_displayed_size
from triptych.model.book import Book, Metadata
from triptych.model.landscape import landscape_nodes
from triptych.model.nodes import Chart, Image, Picture
from triptych.model.walk import book_nodes, chapter_nodes
from triptych.project import Project
from triptych.theme.files import read_theme
from triptych.theme.templating import load_page_templates
from triptych.theme.theme import Theme, make_theme_key

if TYPE_CHECKING:
    from triptych.media.formulas.formulas import Formula, FormulaDrawing


class Pictures(Mapping[Picture, PreparedPicture]):
    """The images of a book, prepared for one output by worker processes. A lookup waits for the image.

    ``keys_of`` maps each picture to its key, which is known before the image is ready.
    """

    def __init__(self, pending: Mapping[Picture, tuple[str, Callable[[], PreparedPicture]]]) -> None:
        self._pending = pending
        self._ready: dict[Picture, PreparedPicture] = {}
        self.keys_of: Mapping[Picture, str] = {picture: key for picture, (key, _) in pending.items()}

    def __getitem__(self, picture: Picture) -> PreparedPicture:
        if picture not in self._ready:
            self._ready[picture] = self._pending[picture][1]()
        return self._ready[picture]

    def __iter__(self) -> Iterator[Picture]:
        return iter(self._pending)

    def __len__(self) -> int:
        return len(self._pending)


@dataclass(frozen=True, slots=True)
class BuildContext:
    """The files, templates, theme, cache and executor for writing one book.

    ``read`` returns the bytes of a file in the project. ``executor`` runs jobs in worker processes.
    ``drawings`` maps the task keys of charts to the futures of their SVG.
    """

    labels: Labels
    theme: Theme
    templates: jinja2.Environment
    read: Callable[[str], bytes]
    cache: Cache
    executor: Executor = field(default_factory=InlineExecutor)
    drawings: dict[str, Future[bytes]] = field(default_factory=dict)

    @property
    def memory(self) -> Memory:
        """Return the cache's memory, which keeps results of earlier builds."""
        return self.cache.memory

    @classmethod
    def for_book(
        cls, project: Project, book: Book, cache: Cache, executor: Executor | None = None
    ) -> BuildContext:
        """Return the build context of a book. The project's templates replace built-in ones."""
        theme, _ = read_theme(project, book.theme)
        templates = load_page_templates(project.own_templates())
        return cls(
            load_labels(book.metadata.language),
            theme,
            templates,
            project.read_bytes,
            cache,
            executor or InlineExecutor(),
        )

    def begin_drawings(self, book: Book) -> None:
        """Start drawing the book's charts in worker processes."""
        for chapter in book.chapters:
            for node in chapter_nodes(chapter, Chart):
                if self.cache.get(task := self._make_chart_task(node)) is None:
                    job = NamedJob(f'the chart "{node.attr.id}"', draw_into_cache)
                    self.drawings[task.key] = self.executor.submit(job, node, self.theme, self.cache, task)

    def draw(self, chart: Chart) -> bytes:
        """Return the SVG of a chart, which is drawn once for all outputs."""
        task = self._make_chart_task(chart)
        if task.key in self.drawings:
            return self.drawings[task.key].result()
        return self.cache.get_or_make(task, lambda: _draw_chart(chart, self.theme))

    def draw_outlined(self, chart: Chart) -> bytes:
        """Return the SVG of a chart with its text as outlines, for outputs without chart fonts."""
        return self.outline(self.draw(chart), chart)

    def draw_narrow(self, chart: Chart) -> bytes:
        """Return the SVG of a chart for small screens."""
        task = self._make_chart_task(chart, room="narrow")

        def draw() -> bytes:
            from triptych.charts.drawing import draw_narrow

            return draw_narrow(chart, self.theme)

        return self.cache.get_or_make(task, draw)

    def outline(self, svg: bytes, chart: Chart) -> bytes:
        """Return ``svg``, a drawing of ``chart``, with its text converted to outlines."""
        task = Task.of(OUTLINED, chart.attr.id, drawing=svg, theme=make_theme_key(self.theme))

        def outline() -> bytes:
            from triptych.media.svg_text import outline_drawing

            return outline_drawing(svg, self.theme)

        return self.cache.get_or_make(task, outline)

    def draw_formulas(
        self, formulas: list[Formula], measure: float | None = None
    ) -> dict[Formula, FormulaDrawing | None]:
        """Map each formula to its drawing, or to None if it cannot be drawn.

        All formulas that are not cached are drawn in one call. ``measure`` is the width of a text line in em.
        """
        from triptych.media.formulas.formulas import FormulaDrawing, draw_formulas

        faces = select_formula_faces(self.theme)
        tasks = [
            Task.of(
                FORMULA,
                digest(formula.mathml)[:8],
                faces=repr(faces),
                formula=repr(formula),
                measure=repr(measure) if formula.display else "",
            )
            for formula in formulas
        ]

        def draw(missing: list[int]) -> list[bytes]:
            drawn = draw_formulas([formulas[place] for place in missing], faces, measure)
            return [drawing.to_bytes() if drawing else b"" for drawing in drawn]

        drawings = self.cache.get_or_make_all_as(tasks, draw, FormulaDrawing.from_bytes)
        return dict(zip(formulas, drawings, strict=True))

    def draw_cover(self, metadata: Metadata) -> bytes:
        """Return a generated cover as a PNG, for a book without a cover image."""
        from triptych.media.covers import draw_cover, make_cover_text

        cover = make_cover_text(metadata, self.labels)
        task = Task.of(COVER, metadata.title, theme=make_theme_key(self.theme), cover=repr(cover))
        return self.cache.get_or_make(task, lambda: draw_cover(cover, self.theme))

    def rasterise(self, svg: bytes, width: int, height: int, *, white: bool = False) -> bytes | None:
        """Render an SVG as a PNG of ``width`` by ``height`` pixels; return None if it cannot be rendered.

        The PNG has a transparent background unless ``white`` is set.
        """
        size = f"{width} {height}"
        task = Task.of(RASTER, digest(svg)[:8], drawing=svg, size=size, ground=str(white))

        def draw() -> bytes:
            from triptych.media.svg_rendering import rasterise

            return rasterise(svg, width, height, white=white) or b""

        return self.cache.get_or_make(task, draw) or None

    def prepare_pictures(self, book: Book, room: PictureTarget) -> Pictures:
        """Return all images of a book for an output, each at the largest size at which that output shows it.

        ``book`` is the book as the output shows it. ``room`` has the available width, height and resolution;
        covers and chapter openers are ``room.wide`` CSS pixels wide. Worker processes prepare the images.
        """
        widths: dict[Picture, float] = {}
        if cover := book.metadata.cover:
            widths[cover] = room.wide
        if logo := book.metadata.logo:
            widths[logo] = min(SIDE, room.wide)
        widths |= dict.fromkeys(book.template_pictures.values(), room.wide)
        openers = (image for chapter in book.chapters for image in chapter.openers)
        widths |= {image.picture: room.wide for image in openers if image.picture}
        turned = {id(node) for chapter in book.chapters for node in landscape_nodes(chapter.blocks)}
        for node in book_nodes(book, Image):
            if node.picture:
                own = (room.landscape or room) if id(node) in turned else room
                width, _ = compute_displayed_size(node.picture, node.attr, own)
                widths[node.picture] = max(width, widths.get(node.picture, 0))
        return Pictures(
            {picture: self._prepare_picture(picture, width, room) for picture, width in widths.items()}
        )

    def prepare_logo(self, logo: Picture, room: PictureTarget) -> PreparedPicture:
        """Return a book's logo for an output, as a PNG if ``room`` requires raster images."""
        if room.in_dots and logo.media_type == SVG:
            width, height = (round(side * room.dpi / 96) for side in fit_logo(logo, SIDE, SIDE))
            if drawn := self.rasterise(self.read(logo.path), width, height):
                return PreparedPicture(drawn, "image/png")
        _, prepared = self._prepare_picture(logo, min(SIDE, room.wide), room)
        return prepared()

    def choose_logo_plate(self, logo: Picture, background: str, *others: str) -> str:
        """Return the colour of a plate that makes a logo legible on a background, or "" if it needs no plate.

        ``others`` are the colours to choose from.
        """
        png = frozenset(("image/png",))
        room = PictureTarget(width=SIDE, wide=SIDE, height=SIDE, dpi=96, media_types=png, in_dots=True)
        return choose_logo_background(self.prepare_logo(logo, room).data, background, others)

    def _prepare_picture(
        self, picture: Picture, width: float, room: PictureTarget
    ) -> tuple[str, Callable[[], PreparedPicture]]:
        """Return the key of an image shown ``width`` CSS pixels wide, and a function that returns the image.

        A worker process prepares the image unless it is cached. The key is part of names in outputs and,
        unlike the keys of tasks, does not depend on the version of the program.
        """
        data = picture.drawing or self.read(picture.path)
        look = make_theme_key(self.theme) if picture.media_type == SVG else ""
        key = digest("picture", data, repr(picture.page), repr(width), _serialise_room(room), look)
        task = Task.of(PICTURE, picture.path or "drawing", key=key)
        stored = self.cache.read_as(task, PreparedPicture.from_bytes)
        if stored is not None:
            return key, lambda: stored
        making = NamedJob(f"the picture {picture.path}", prepare_picture)
        job = self.executor.submit(making, data, picture, width, room, self.theme)

        def prepared() -> PreparedPicture:
            made = job.result()
            self.cache.put(task, made.to_bytes())
            return made

        return key, prepared

    def _make_chart_task(self, chart: Chart, room: str = "") -> Task[bytes]:
        return Task.of(CHART, chart.attr.id, theme=make_theme_key(self.theme), chart=repr(chart), room=room)


@lru_cache(maxsize=64)
def _serialise_room(room: PictureTarget) -> str:
    """Serialise a ``PictureTarget`` as text for the key of an image.

    The text does not contain the class name, since the keys name images in the PDF. Sets are sorted.
    """
    plain = replace(room, media_types=frozenset(), landscape=None)
    values = ", ".join(f"{one.name}={getattr(plain, one.name)!r}" for one in fields(plain))
    landscape = _serialise_room(room.landscape) if room.landscape else ""
    return f"Room({values}){sorted(room.media_types)!r}{landscape}"


def draw_into_cache(chart: Chart, theme: Theme, cache: Cache, task: Task[bytes]) -> bytes:
    """Draw a chart, store its SVG in the cache and return the SVG."""
    drawing = _draw_chart(chart, theme)
    cache.put(task, drawing)
    return drawing


def _draw_chart(chart: Chart, theme: Theme) -> bytes:
    from triptych.charts.drawing import draw_chart

    return draw_chart(chart, theme)
