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
from triptych.engine.store.program_digest import compute_digest
from triptych.engine.tasks import CHART, COVER, FORMULA, OUTLINED_CHART, PICTURE, RASTERISED_DRAWING, Task
from triptych.languages.labels import Labels, load_labels
from triptych.media.formulas.formulas import select_formula_fonts
from triptych.media.output_pictures import (
    MAX_LOGO_SIDE,
    SVG_MEDIA_TYPE,
    PreparedPicture,
    choose_logo_background,
    fit_logo,
    prepare_picture,
)
from triptych.media.picture_sizes import PictureTarget, compute_displayed_size
from triptych.model.book import Book, Metadata
from triptych.model.landscape import iter_landscape_nodes
from triptych.model.nodes import Chart, Image, Picture
from triptych.model.walk import book_nodes, chapter_nodes
from triptych.project import Project
from triptych.theme.templating import load_page_templates
from triptych.theme.theme import Theme, make_theme_key
from triptych.theme.theme_reader import read_theme

if TYPE_CHECKING:
    from triptych.media.formulas.formulas import Formula, FormulaDrawing


class PreparedPictures(Mapping[Picture, PreparedPicture]):
    """The images of a book, prepared for one output by worker processes. A lookup waits for its image.

    ``picture_keys`` maps each picture to the key of its prepared image. The keys are known before the images
    are ready.
    """

    def __init__(self, pending: Mapping[Picture, tuple[str, Callable[[], PreparedPicture]]]) -> None:
        self._pending = pending
        self._ready: dict[Picture, PreparedPicture] = {}
        self.picture_keys: Mapping[Picture, str] = {picture: key for picture, (key, _) in pending.items()}

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

    ``read_file`` returns the content of a file in the project. ``executor`` runs jobs in worker processes.
    ``chart_drawings`` maps the task key of each chart to the future of its SVG.
    """

    labels: Labels
    theme: Theme
    templates: jinja2.Environment
    read_file: Callable[[str], bytes]
    cache: Cache
    executor: Executor = field(default_factory=InlineExecutor)
    chart_drawings: dict[str, Future[bytes]] = field(default_factory=dict)

    @property
    def memory(self) -> Memory:
        """The cache's memory, which keeps results of earlier builds."""
        return self.cache.memory

    @classmethod
    def for_book(
        cls, project: Project, book: Book, cache: Cache, executor: Executor | None = None
    ) -> BuildContext:
        """Return the build context of a book. Templates of the project replace built-in ones."""
        theme, _ = read_theme(project, book.theme)
        templates = load_page_templates(project.find_templates_folder())
        return cls(
            load_labels(book.metadata.language),
            theme,
            templates,
            project.read_bytes,
            cache,
            executor or InlineExecutor(),
        )

    def begin_chart_drawings(self, book: Book) -> None:
        """Start drawing the book's charts in worker processes."""
        for chapter in book.chapters:
            for node in chapter_nodes(chapter, Chart):
                if self.cache.get(task := self._make_chart_task(node)) is None:
                    job = NamedJob(f'the chart "{node.attr.id}"', draw_chart_into_cache)
                    self.chart_drawings[task.key] = self.executor.submit(
                        job, node, self.theme, self.cache, task
                    )

    def draw_chart(self, chart: Chart) -> bytes:
        """Return the SVG of a chart. It is drawn once for all outputs."""
        task = self._make_chart_task(chart)
        if task.key in self.chart_drawings:
            return self.chart_drawings[task.key].result()
        return self.cache.get_or_make(task, lambda: _draw_chart(chart, self.theme))

    def draw_outlined_chart(self, chart: Chart) -> bytes:
        """Return a chart's SVG with its text as outlines, for outputs without chart fonts."""
        return self.outline_chart(self.draw_chart(chart), chart)

    def draw_narrow_chart(self, chart: Chart) -> bytes:
        """Return the SVG of a chart for small screens."""
        task = self._make_chart_task(chart, variant="narrow")

        def draw() -> bytes:
            from triptych.charts.drawing import draw_narrow_chart

            return draw_narrow_chart(chart, self.theme)

        return self.cache.get_or_make(task, draw)

    def outline_chart(self, svg: bytes, chart: Chart) -> bytes:
        """Convert the text in a chart's SVG to outlines."""
        task = Task.for_step(OUTLINED_CHART, chart.attr.id, drawing=svg, theme=make_theme_key(self.theme))

        def outline() -> bytes:
            from triptych.media.svg_text import outline_drawing

            return outline_drawing(svg, self.theme)

        return self.cache.get_or_make(task, outline)

    def draw_formulas(
        self, formulas: list[Formula], measure: float | None = None, *, with_svg: bool = False
    ) -> dict[Formula, FormulaDrawing | None]:
        """Map each formula to its drawing, or to None if it cannot be drawn.

        All formulas that are not cached are drawn in one call. ``measure`` is the width of a text line in em.
        If ``with_svg`` is set, the drawings are also SVG with outlines.
        """
        from triptych.media.formulas.formulas import FormulaDrawing, add_svg, draw_formulas

        faces = select_formula_fonts(self.theme)
        tasks = [
            Task.for_step(
                FORMULA,
                compute_digest(formula.mathml)[:8],
                faces=repr(faces),
                formula=repr(formula),
                measure=repr(measure) if formula.display else "",
            )
            for formula in formulas
        ]

        def draw(missing: list[int]) -> list[bytes]:
            drawings = draw_formulas([formulas[place] for place in missing], faces, measure)
            return [drawing.to_bytes() if drawing else b"" for drawing in drawings]

        drawings = self.cache.get_or_make_all_unpacked(tasks, draw, FormulaDrawing.from_bytes)
        if with_svg:
            drawings = [drawing and add_svg(drawing, faces) for drawing in drawings]
        return dict(zip(formulas, drawings, strict=True))

    def draw_cover(self, metadata: Metadata) -> bytes:
        """Return a generated cover as a PNG, for a book without a cover image."""
        from triptych.media.covers import draw_cover, make_cover_text

        cover = make_cover_text(metadata, self.labels)
        task = Task.for_step(COVER, metadata.title, theme=make_theme_key(self.theme), cover=repr(cover))
        return self.cache.get_or_make(task, lambda: draw_cover(cover, self.theme))

    def rasterise(
        self, svg: bytes, width: int, height: int, *, white_background: bool = False
    ) -> bytes | None:
        """Render an SVG as a PNG of ``width`` by ``height`` pixels; return None if this is impossible.

        If ``white_background`` is true, the background of the PNG is white, and otherwise transparent.
        """
        size = f"{width} {height}"
        task = Task.for_step(
            RASTERISED_DRAWING, compute_digest(svg)[:8], drawing=svg, size=size, ground=str(white_background)
        )

        def draw() -> bytes:
            from triptych.media.svg_rendering import rasterise_svg

            return rasterise_svg(svg, width, height, on_white=white_background) or b""

        return self.cache.get_or_make(task, draw) or None

    def prepare_pictures(self, book: Book, target: PictureTarget) -> PreparedPictures:
        """Prepare all images of a book for an output in worker processes.

        Each image is prepared for the largest size at which the output shows it. ``book`` is the book as this
        output shows it. Covers and chapter openers are ``target.wide`` CSS pixels wide.
        """
        widths: dict[Picture, float] = {}
        if cover := book.metadata.cover:
            widths[cover] = target.wide
        if logo := book.metadata.logo:
            widths[logo] = min(MAX_LOGO_SIDE, target.wide)
        widths |= dict.fromkeys(book.template_pictures.values(), target.wide)
        openers = (image for chapter in book.chapters for image in chapter.opener_images)
        widths |= {image.picture: target.wide for image in openers if image.picture}
        landscape_ids = {
            id(node) for chapter in book.chapters for node in iter_landscape_nodes(chapter.blocks)
        }
        for node in book_nodes(book, Image):
            if node.picture:
                picture_target = (target.landscape or target) if id(node) in landscape_ids else target
                width, _ = compute_displayed_size(node.picture, node.attr, picture_target)
                widths[node.picture] = max(width, widths.get(node.picture, 0))
        return PreparedPictures(
            {picture: self._prepare_picture(picture, width, target) for picture, width in widths.items()}
        )

    def prepare_logo(self, logo: Picture, target: PictureTarget) -> PreparedPicture:
        """Return a book's logo prepared for an output, as a PNG if the output requires raster images."""
        if target.in_dots and logo.media_type == SVG_MEDIA_TYPE:
            width, height = (
                round(side * target.dpi / 96) for side in fit_logo(logo, MAX_LOGO_SIDE, MAX_LOGO_SIDE)
            )
            if drawing := self.rasterise(self.read_file(logo.path), width, height):
                return PreparedPicture(drawing, "image/png")
        _, get_result = self._prepare_picture(logo, min(MAX_LOGO_SIDE, target.wide), target)
        return get_result()

    def choose_logo_plate(self, logo: Picture, background: str, *candidates: str) -> str:
        """Return the colour of a plate that makes a logo legible on a background.

        It is one of the ``candidates``, or "" if the logo needs no plate.
        """
        png = frozenset(("image/png",))
        target = PictureTarget(
            width=MAX_LOGO_SIDE,
            wide=MAX_LOGO_SIDE,
            height=MAX_LOGO_SIDE,
            dpi=96,
            media_types=png,
            in_dots=True,
        )
        return choose_logo_background(self.prepare_logo(logo, target).data, background, candidates)

    def _prepare_picture(
        self, picture: Picture, width: float, target: PictureTarget
    ) -> tuple[str, Callable[[], PreparedPicture]]:
        """Return the key of an image shown ``width`` CSS pixels wide, and a function that returns the image.

        A worker process prepares the image unless it is cached. The key is part of names in outputs and,
        unlike the keys of tasks, does not depend on the version of the program.
        """
        data = picture.drawing or self.read_file(picture.path)
        theme_key = make_theme_key(self.theme) if picture.media_type == SVG_MEDIA_TYPE else ""
        key = compute_digest(
            "picture", data, repr(picture.page), repr(width), _serialise_target(target), theme_key
        )
        task = Task.for_step(PICTURE, picture.path or "drawing", key=key)
        stored = self.cache.get_unpacked_copy(task, PreparedPicture.from_bytes)
        if stored is not None:
            return key, lambda: stored
        making = NamedJob(f"the picture {picture.path}", prepare_picture)
        job = self.executor.submit(making, data, picture, width, target, self.theme)

        def finish_picture() -> PreparedPicture:
            prepared_picture = job.result()
            self.cache.put(task, prepared_picture.to_bytes())
            return prepared_picture

        return key, finish_picture

    def _make_chart_task(self, chart: Chart, variant: str = "") -> Task[bytes]:
        # The chart's position in the source does not affect the drawing.
        inputs = repr(replace(chart, span=None))
        return Task.for_step(
            CHART, chart.attr.id, theme=make_theme_key(self.theme), chart=inputs, room=variant
        )


@lru_cache(maxsize=64)
def _serialise_target(target: PictureTarget) -> str:
    """Serialise a ``PictureTarget`` as text for the key of an image.

    The text omits the class name, since the keys name images in the PDF. Sets are sorted.
    """
    plain = replace(target, media_types=frozenset(), landscape=None)
    values = ", ".join(f"{field.name}={getattr(plain, field.name)!r}" for field in fields(plain))
    landscape = _serialise_target(target.landscape) if target.landscape else ""
    return f"Room({values}){sorted(target.media_types)!r}{landscape}"


def draw_chart_into_cache(chart: Chart, theme: Theme, cache: Cache, task: Task[bytes]) -> bytes:
    """Draw a chart, store its SVG in the cache and return the SVG."""
    drawing = _draw_chart(chart, theme)
    cache.put(task, drawing)
    return drawing


def _draw_chart(chart: Chart, theme: Theme) -> bytes:
    from triptych.charts.drawing import draw_chart

    return draw_chart(chart, theme)
