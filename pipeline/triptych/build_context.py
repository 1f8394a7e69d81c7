"""What every writer works with: the project's files, templates, theme, words, and drawings made once.

What draws is loaded where something is drawn: after an edit most drawings are there.
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
from triptych.engine.processes.pool import Inline, NamedJob
from triptych.engine.store.program import digest
from triptych.engine.tasks import CHART, COVER, FORMULA, OUTLINED, PICTURE, RASTER, Task
from triptych.languages.labels import Labels, load_labels
from triptych.media.formulas.formulas import select_formula_faces
from triptych.media.output_pictures import SIDE, SVG, Prepared, fit_logo, make_plate, prepare_picture
from triptych.media.picture_sizes import PictureRoom, displayed_size
from triptych.model.book import Book, Metadata
from triptych.model.landscape import landscape_nodes
from triptych.model.nodes import Chart, Image, Picture
from triptych.model.walk import book_nodes, chapter_nodes
from triptych.project import Project
from triptych.theme.files import read_theme
from triptych.theme.templating import load_page_templates
from triptych.theme.theme import Theme, theme_key

if TYPE_CHECKING:
    from triptych.media.formulas.formulas import Drawing, Formula


class Pictures(Mapping[Picture, Prepared]):
    """The pictures of a book as an output takes them. Others are at work on them: whoever asks for one waits.

    ``keys_of`` tells them apart by what they become, before they are there.
    """

    def __init__(self, coming: Mapping[Picture, tuple[str, Callable[[], Prepared]]]) -> None:
        self._coming = coming
        self._there: dict[Picture, Prepared] = {}
        self.keys_of: Mapping[Picture, str] = {picture: key for picture, (key, _) in coming.items()}

    def __getitem__(self, picture: Picture) -> Prepared:
        if picture not in self._there:
            self._there[picture] = self._coming[picture][1]()
        return self._there[picture]

    def __iter__(self) -> Iterator[Picture]:
        return iter(self._coming)

    def __len__(self) -> int:
        return len(self._coming)


@dataclass(frozen=True, slots=True)
class BuildContext:
    """The tools of one build. ``executor`` leads to other processes, ``drawings`` are charts that they are
    drawing, by their keys.
    """

    labels: Labels
    theme: Theme
    templates: jinja2.Environment
    read: Callable[[str], bytes]
    cache: Cache
    executor: Executor = field(default_factory=Inline)
    drawings: dict[str, Future[bytes]] = field(default_factory=dict)

    @property
    def memory(self) -> Memory:
        """Results of earlier builds."""
        return self.cache.memory

    @classmethod
    def for_book(
        cls, project: Project, book: Book, cache: Cache, executor: Executor | None = None
    ) -> BuildContext:
        """The tools for a book, with the project's own templates before the built-in ones."""
        theme, _ = read_theme(project, book.theme)
        templates = load_page_templates(project.own_templates())
        return cls(
            load_labels(book.metadata.language),
            theme,
            templates,
            project.read_bytes,
            cache,
            executor or Inline(),
        )

    def begin_drawings(self, book: Book) -> None:
        """Have the book's charts drawn elsewhere while this process goes on."""
        for chapter in book.chapters:
            for node in chapter_nodes(chapter, Chart):
                if self.cache.get(task := self._drawing(node)) is None:
                    job = NamedJob(f'the chart "{node.attr.id}"', draw_into_cache)
                    self.drawings[task.key] = self.executor.submit(job, node, self.theme, self.cache, task)

    def draw(self, chart: Chart) -> bytes:
        """A chart's SVG; the same chart is drawn once for all outputs."""
        task = self._drawing(chart)
        if task.key in self.drawings:
            return self.drawings[task.key].result()
        return self.cache.get_or_make(task, lambda: _draw_chart(chart, self.theme))

    def draw_outlined(self, chart: Chart) -> bytes:
        """A chart's SVG with outlines for its text, for outputs whose drawings know no faces of ours."""
        return self.outline(self.draw(chart), chart)

    def draw_narrow(self, chart: Chart) -> bytes:
        """A chart's SVG for small screens."""
        task = self._drawing(chart, room="narrow")

        def draw() -> bytes:
            from triptych.charts.drawing import draw_narrow

            return draw_narrow(chart, self.theme)

        return self.cache.get_or_make(task, draw)

    def outline(self, svg: bytes, chart: Chart) -> bytes:
        """A drawing of a chart with outlines for its text."""
        task = Task.of(OUTLINED, chart.attr.id, drawing=svg, theme=theme_key(self.theme))

        def outline() -> bytes:
            from triptych.media.svg_text import outline_drawing

            return outline_drawing(svg, self.theme)

        return self.cache.get_or_make(task, outline)

    def draw_formulas(
        self, formulas: list[Formula], measure: float | None = None
    ) -> dict[Formula, Drawing | None]:
        """The drawings of formulas, all that are new in one run; ``measure`` is the width of text in em."""
        from triptych.media.formulas.formulas import Drawing, draw_formulas

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
            return [drawing.packed() if drawing else b"" for drawing in drawn]

        drawings = self.cache.get_or_make_all_as(tasks, draw, Drawing.unpacked)
        return dict(zip(formulas, drawings, strict=True))

    def draw_cover(self, metadata: Metadata) -> bytes:
        """The cover of a book that brings no picture for it, as a PNG."""
        from triptych.media.covers import cover_for, draw_cover

        cover = cover_for(metadata, self.labels)
        task = Task.of(COVER, metadata.title, theme=theme_key(self.theme), cover=repr(cover))
        return self.cache.get_or_make(task, lambda: draw_cover(cover, self.theme))

    def rasterise(self, svg: bytes, width: int, height: int, *, white: bool = False) -> bytes | None:
        """An SVG as a PNG of that many pixels, or None where it cannot be drawn."""
        size = f"{width} {height}"
        task = Task.of(RASTER, digest(svg)[:8], drawing=svg, size=size, ground=str(white))

        def draw() -> bytes:
            from triptych.media.svg_rendering import rasterise

            return rasterise(svg, width, height, white=white) or b""

        return self.cache.get_or_make(task, draw) or None

    def prepare_pictures(self, book: Book, room: PictureRoom) -> Pictures:
        """All pictures of a book as an output with this room takes them, each at its largest there.

        They are prepared elsewhere while this process goes on, and waited for when they are asked for.

        ``book`` is that of the output. Covers and openers fill the room.
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
                width, _ = displayed_size(node.picture, node.attr, own)
                widths[node.picture] = max(width, widths.get(node.picture, 0))
        return Pictures({picture: self._picture(picture, width, room) for picture, width in widths.items()})

    def prepare_logo(self, logo: Picture, room: PictureRoom) -> Prepared:
        """A book's logo as it is for a room; a drawing may be asked for as dots, which have no ground."""
        if room.in_dots and logo.media_type == SVG:
            width, height = (round(side * room.dpi / 96) for side in fit_logo(logo, SIDE, SIDE))
            if drawn := self.rasterise(self.read(logo.path), width, height):
                return Prepared(drawn, "image/png")
        _, prepared = self._picture(logo, min(SIDE, room.wide), room)
        return prepared()

    def choose_logo_plate(self, logo: Picture, ground: str, *others: str) -> str:
        """The colour to lay behind a book's logo on a ground, "" where none is needed."""
        png = frozenset(("image/png",))
        room = PictureRoom(width=SIDE, wide=SIDE, height=SIDE, dpi=96, media_types=png, in_dots=True)
        return make_plate(self.prepare_logo(logo, room).data, ground, others)

    def _picture(
        self, picture: Picture, width: float, room: PictureRoom
    ) -> tuple[str, Callable[[], Prepared]]:
        """The key of a picture shown ``width`` CSS pixels wide, and the picture as soon as it is there: it is
        prepared once for each content and size, elsewhere.

        The key stands in outputs, as a name: it is the same whichever program prepares the picture.
        """
        data = picture.drawing or self.read(picture.path)
        look = theme_key(self.theme) if picture.media_type == SVG else ""
        key = digest("picture", data, repr(picture.page), repr(width), _serialise_room(room), look)
        task = Task.of(PICTURE, picture.path or "drawing", key=key)
        stored = self.cache.read_as(task, Prepared.unpacked)
        if stored is not None:
            return key, lambda: stored
        making = NamedJob(f"the picture {picture.path}", prepare_picture)
        job = self.executor.submit(making, data, picture, width, room, self.theme)

        def prepared() -> Prepared:
            made = job.result()
            self.cache.put(task, made.packed())
            return made

        return key, prepared

    def _drawing(self, chart: Chart, room: str = "") -> Task[bytes]:
        return Task.of(CHART, chart.attr.id, theme=theme_key(self.theme), chart=repr(chart), room=room)


@lru_cache(maxsize=64)
def _serialise_room(room: PictureRoom) -> str:
    """Write a room, and that of landscape pages in it, as part of a key.

    Keys name pictures in the PDF, so the text does not depend on what the class is called. Sets are sorted.
    """
    plain = replace(room, media_types=frozenset(), landscape=None)
    values = ", ".join(f"{one.name}={getattr(plain, one.name)!r}" for one in fields(plain))
    landscape = _serialise_room(room.landscape) if room.landscape else ""
    return f"Room({values}){sorted(room.media_types)!r}{landscape}"


def draw_into_cache(chart: Chart, theme: Theme, cache: Cache, task: Task[bytes]) -> bytes:
    """Draw a chart and remember the drawing."""
    drawing = _draw_chart(chart, theme)
    cache.put(task, drawing)
    return drawing


def _draw_chart(chart: Chart, theme: Theme) -> bytes:
    from triptych.charts.drawing import draw_chart

    return draw_chart(chart, theme)
