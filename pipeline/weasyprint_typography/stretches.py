"""Lay out only those stretches (runs of pages) of a document whose blocks have changed.

A stretch is a run of pages between two clean breaks. At a clean break, a page ends between two blocks, and no
lines, footnotes or floats are carried over to the next page. The layout of a stretch depends on the state at
its start, on its own blocks, and on the following blocks that were tried on its last page. If none of these
has changed, the pages are reused. If the last page of the document has too few lines, the preceding pages are
laid out again, one line longer or shorter.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from math import ceil
from typing import Any
from xml.etree import ElementTree

from weasyprint_typography import floats
from weasyprint_typography.columns import can_balance_columns
from weasyprint_typography.floats import set_block_listener
from weasyprint_typography.make_up import temporary_page_lengths
from weasyprint_typography.page_boxes import (
    NamedString,
    get_box_classes,
    get_line_height,
    measure_side_shifts,
)
from weasyprint_typography.preparation import LANDSCAPE

_TRUNK = frozenset(("body", "section"))  # elements that contain the blocks of a document
_LISTS = frozenset(("ul", "ol"))  # long lists contain blocks as well
_MIN_LONG_LIST = 40  # items: more than fit on a page
_POSITIONS = frozenset(("static", "relative", "absolute"))  # for boxes on the page of their source
_END = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of pages between two clean breaks.

    ``start`` and ``end`` are WeasyPrint's layout states before the first page and after the last page;
    ``end`` is "" at the end of the document. ``first_block`` is the index of the first block, and
    ``last_block`` that of the last block on which the layout depends. ``last_page_lines`` is the result of
    ``count_last_lines`` for the last page of the document; it is None in all other stretches, and if the
    document has only one or two pages. ``is_side_dependent`` is True if other page lengths would be tried for
    a document that begins on the opposite side of a spread.
    """

    start: str
    end: str
    first_block: int
    last_block: int
    page_count: int
    last_page_lines: int | None = None
    is_side_dependent: bool = False


@dataclass(frozen=True, slots=True)
class DocumentLayout:
    """The layout of a document, from which unchanged stretches can be reused.

    ``block_digests`` contains a digest of each block, and ``input_digest`` is a digest of everything else
    that affects the layout. ``page_sizes`` are the sizes of the first page and of its page area.
    """

    input_digest: str
    block_digests: tuple[str, ...]
    page_sizes: tuple[tuple[float, float], tuple[float, float]]
    stretches: tuple[Stretch, ...]

    @property
    def is_side_dependent(self) -> bool:
        """Whether the last pages may break differently if the document starts on the opposite page side."""
        return any(stretch.is_side_dependent for stretch in self.stretches)

    def stretches_for(self, input_digest: str, block_digests: Sequence[str]) -> dict[str, Stretch]:
        """Return the stretches that can be reused for a document with these digests, by start state.

        Return an empty dict if ``input_digest`` or the number of blocks has changed.
        """
        if (self.input_digest, len(self.block_digests)) != (input_digest, len(block_digests)):
            return {}
        changed_blocks = [n for n, block in enumerate(block_digests) if block != self.block_digests[n]]
        return {
            stretch.start: stretch
            for stretch in self.stretches
            if not any(stretch.first_block <= n <= stretch.last_block for n in changed_blocks)
        }


@dataclass(frozen=True, slots=True)
class LaidOutStretch:
    """A stretch with its laid-out pages, or without pages if the stretch is reused.

    ``strings`` contains the named strings set on each page, without their values at the start of the page.
    ``side_shifts`` is the result of ``measure_side_shifts`` for the pages.
    """

    stretch: Stretch
    pages: Sequence[Any] = ()
    strings: Sequence[tuple[NamedString, ...]] = ()
    side_shifts: Sequence[float | None] = ()


def lay_out_stretches(
    html: Any, root: Any, context: Any, input_digest: str = "", earlier_layout: DocumentLayout | None = None
) -> tuple[list[LaidOutStretch], DocumentLayout | None, Mapping[Any, int]]:
    """Lay out the boxes of a document, and reuse the stretches of ``earlier_layout`` that are still valid.

    ``input_digest`` identifies all inputs that are not in the boxes. Return the stretches, the new layout,
    and a mapping from the elements that contain blocks to numbers. The new layout is None if its stretches
    cannot be reused.
    """
    from weasyprint import layout

    blocks = _DocumentBlocks(root, context)
    if not blocks.are_independent:
        pages, strings, moved_positions = _lay_out_pages(html, root, context)
        return (
            [LaidOutStretch(Stretch("", _END, 0, 0, len(pages)), pages, strings, moved_positions)],
            None,
            blocks.containers,
        )
    input_digest, marks = _hash(input_digest, *blocks.skeleton), tuple(blocks.compute_digests())
    kept_stretches = earlier_layout.stretches_for(input_digest, marks) if earlier_layout else {}
    sizes: Any = earlier_layout.page_sizes if earlier_layout and kept_stretches else None
    pieces: list[LaidOutStretch] = []
    notes = list(context.footnotes)
    layout.initialize_page_maker(context, root)
    start = _write_state(context, 0)
    while start != _END:
        if stretch := kept_stretches.get(start):
            pieces.append(LaidOutStretch(stretch))
        else:
            pieces += _PageRun(blocks, context, kept_stretches, start).lay_out(html, root, sizes)
            page_sizes = context.style_for.initial_page_sizes
            sizes = tuple(page_sizes["box"]), tuple(page_sizes["area"])
        start = pieces[-1].stretch.end
    pieces = _fill_last_page(pieces, _LastPagesLayout(blocks, context, html, root, sizes, notes))
    stretches = tuple(piece.stretch for piece in pieces)
    return pieces, DocumentLayout(input_digest, marks, sizes, stretches), blocks.containers


@dataclass(frozen=True, slots=True)
class _LastPagesLayout:
    """Lays out the last pages of a document again; ``footnotes`` are those of the whole document."""

    blocks: _DocumentBlocks
    context: Any
    html: Any
    root: Any
    sizes: Any
    footnotes: list[Any]

    def lay_out_from(self, start: str, extra_lines: Mapping[int, int]) -> LaidOutStretch:
        """Lay out the document from a start state to its end, and return the pages as one stretch.

        ``extra_lines`` maps 0-based page indices to numbers of extra lines, which may be negative.
        """
        self.context.footnotes[:] = self.footnotes
        with temporary_page_lengths(self.context, extra_lines):
            run = _PageRun(self.blocks, self.context, {}, start)
            pieces = list(run.lay_out(self.html, self.root, self.sizes))
        stretches = [piece.stretch for piece in pieces]
        last = max(stretch.last_block for stretch in stretches)
        count = sum(stretch.page_count for stretch in stretches)
        return LaidOutStretch(
            Stretch(start, _END, stretches[0].first_block, last, count, stretches[-1].last_page_lines),
            [page for piece in pieces for page in piece.pages],
            [strings for piece in pieces for strings in piece.strings],
            [move for piece in pieces for move in piece.side_shifts],
        )


def _fill_last_page(stretches: list[LaidOutStretch], last_pages: _LastPagesLayout) -> list[LaidOutStretch]:
    """Lay out the last pages with other lengths if that fills or avoids a last page with too few lines.

    Return all stretches. The pages that are laid out again form one stretch, since they depend on the end of
    the document.
    """
    lines = stretches[-1].stretch.last_page_lines
    if lines is None:
        return stretches
    count = sum(piece.stretch.page_count for piece in stretches)
    index, _, _, is_right, _ = ast.literal_eval(stretches[-1].stretch.start)
    opens = is_right == (last_pages.root.style["direction"] == "rtl")
    first_opens = index % 2 == (0 if opens else 1)
    plans, others = (
        list(iter_page_length_plans(count, lines, first_opens_page))
        for first_opens_page in (first_opens, not first_opens)
    )
    one_sided = plans != others
    for plan in plans:
        kept_stretches, page_count = list(stretches), count
        while page_count > min(plan):
            page_count -= kept_stretches.pop().stretch.page_count
        other = last_pages.lay_out_from(stretches[len(kept_stretches)].stretch.start, plan)
        if is_better_plan(count, page_count + other.stretch.page_count, other.stretch.last_page_lines, plan):
            return [
                *kept_stretches,
                replace(other, stretch=replace(other.stretch, is_side_dependent=one_sided)),
            ]
    return [
        *stretches[:-1],
        replace(stretches[-1], stretch=replace(stretches[-1].stretch, is_side_dependent=one_sided)),
    ]


def _has_blocks(box: Any, *, in_columns: bool) -> bool:
    """Return whether the children of a box are blocks. ``in_columns`` is True inside a multi-column list."""
    if box.element_tag in _TRUNK:
        return True
    if type(box) is not get_box_classes().BlockBox:
        return False
    if in_columns:
        return (box.element_tag == "div" or box.element_tag in _LISTS) and box.is_in_normal_flow()
    if _has_columns(box):
        items = sum(descendant.element_tag == "li" for descendant in box.descendants())
        return items >= _MIN_LONG_LIST and can_balance_columns(box)
    return box.element_tag in _LISTS and len(box.children) >= _MIN_LONG_LIST


def _has_columns(box: Any) -> bool:
    return (box.style["column_count"], box.style["column_width"]) != ("auto", "auto")


class _DocumentBlocks:
    """The blocks of a document in order, and a mapping from the elements that contain blocks to numbers.

    Blocks are the children of the body, of sections and of long lists, except nested sections and long lists,
    whose own children are blocks. In a list in balanced columns, such as an index, blocks are the items and
    the headings between them. ``are_independent`` is False if the text contains page counters or target
    counters, or if boxes are not on the page of their source; stretches then cannot be reused.
    """

    def __init__(self, root: Any, context: Any) -> None:
        self._boxes: list[Any] = []
        self._starts: dict[tuple[int, ...], int] = {}
        self._numbers: dict[Any, int] = {}
        self.containers: dict[Any, int] = {}
        self.skeleton: list[str] = [_write_attributes(root.element)]
        self._add_blocks(root, ())
        self.are_independent = not context.target_collector.counter_lookup_items and all(
            box.style["position"] in _POSITIONS for box in root.descendants()
        )

    def __len__(self) -> int:
        return len(self._boxes)

    def _add_blocks(self, container: Any, path: tuple[int, ...], *, in_columns: bool = False) -> None:
        self._starts[path] = len(self)
        self.containers[container.element] = len(self.containers) + 1
        for index, box in enumerate(container.children):
            box_path = (*path, index)
            self.skeleton.append(f"{len(box_path)} {box.element_tag} {_write_attributes(box.element)}")
            if _has_blocks(box, in_columns=in_columns) and box.element is not container.element:
                is_trunk = box.element_tag in _TRUNK
                self._add_blocks(box, box_path, in_columns=not is_trunk and (in_columns or _has_columns(box)))
            else:
                self._starts[box_path] = self._numbers[box] = len(self)
                self._boxes.append(box)

    def compute_digests(self) -> Iterator[str]:
        """Yield a digest of each block's source and text, including generated text."""
        for box in self._boxes:
            words = "\0".join(
                descendant.text for descendant in box.descendants() if hasattr(descendant, "text")
            )
            yield _hash(ElementTree.tostring(box.element), words)

    def index_of(self, box: Any) -> int:
        """Return the index of a block, or -1 if ``box`` is not a block."""
        return self._numbers.get(box, -1)

    def get_first_index(self, state: str) -> int:
        """Return the index of the first block on a page that begins in a layout state."""
        path = _convert_to_path(ast.literal_eval(state)[1])
        return self._starts[path or ()]

    def find_state_before_page(self, context: Any, index: int) -> str | None:
        """Return WeasyPrint's state before page ``index``, or None if no clean break precedes that page."""
        path = _convert_to_path(context.page_maker[index][0])
        if path not in self._starts or context.reported_footnotes or context.broken_out_of_flow:
            return None
        if floats.has_pending_floats(context, index + 1):
            return None
        return _write_state(context, index)


class _PageRun:
    """Lays out pages from the state ``start`` to the next stretch in ``reusable``, or to the end."""

    def __init__(
        self, blocks: _DocumentBlocks, context: Any, reusable: Mapping[str, Stretch], start: str
    ) -> None:
        self._blocks, self._context, self._reusable = blocks, context, reusable
        self._start, self._first, self._last = start, blocks.get_first_index(start), 0
        self._count = 0
        self._stretches: list[Stretch] = []

    def lay_out(self, html: Any, root: Any, sizes: Any) -> Iterator[LaidOutStretch]:
        """Lay out the pages and yield their stretches in order."""
        if sizes:
            context_sizes = self._context.style_for.initial_page_sizes
            context_sizes["box"], context_sizes["area"] = sizes
        set_block_listener(self._context, self._record_block)
        self._context.page_maker = _read_state(self._start)
        self._context.page_footnotes.clear()
        with _replace_in_layout(initialize_page_maker=lambda *_: None, make_all_pages=self._make_pages):
            pages, strings, moved_positions = _lay_out_pages(html, root, self._context)
        done = 0
        for stretch in self._stretches:
            end = done + stretch.page_count
            yield LaidOutStretch(stretch, pages[done:end], strings[done:end], moved_positions[done:end])
            done = end

    def _record_block(self, box: Any) -> None:
        self._last = max(self._last, self._blocks.index_of(box))

    def _make_pages(self, context: Any, root: Any, html: Any, pages: Any) -> Iterator[Any]:
        """Yield pages like WeasyPrint's ``make_all_pages``, up to the start of a reusable stretch."""
        from weasyprint.layout.page import remake_page

        context.rendered_notes = []
        index = len(context.page_maker) - 1
        end: str | None = None
        while end is None or not (end == _END or end in self._reusable):
            context.page_maker[index][-1]["content_changed"] = False
            page, resume_at = remake_page(index, context, root, html)
            yield page
            index, self._count = index + 1, self._count + 1
            is_last = resume_at is None and not context.reported_footnotes
            end = _END if is_last else self._blocks.find_state_before_page(context, index)
            if end is not None:
                self._close_stretch(end, count_last_lines(page) if is_last and index > 2 else None)
        context.page_maker[index][-1]["content_changed"] = False
        context.broken_out_of_flow.clear()
        context.reported_footnotes.clear()

    def _close_stretch(self, end: str, last_page_lines: int | None) -> None:
        next_one = len(self._blocks) - 1 if end == _END else self._blocks.get_first_index(end)
        last = max(self._last, next_one)
        self._stretches.append(Stretch(self._start, end, self._first, last, self._count, last_page_lines))
        self._start, self._first, self._last, self._count = end, next_one, next_one, 0


def _lay_out_pages(
    html: Any, root: Any, context: Any
) -> tuple[list[Any], list[tuple[NamedString, ...]], list[float | None]]:
    """Lay out pages without margin boxes.

    Return the pages, the named strings set on each page, and the result of ``measure_side_shifts``.
    """
    from weasyprint import layout
    from weasyprint.document import Page

    context.string_set.clear()
    with _replace_in_layout(make_margin_boxes=lambda *_: ()):
        pages = [Page(box) for box in layout.layout_document(html, root, context)]
    strings = [
        _collect_page_strings(context.string_set, n, page._page_box) for n, page in enumerate(pages, 1)
    ]
    return pages, strings, measure_side_shifts(pages, html, context)


def _collect_page_strings(
    store: Mapping[str, Mapping[int, list[str]]], page: int, box: Any
) -> tuple[NamedString, ...]:
    """Return the named strings set on a page (CSS GCPM 3, 1.1).

    ``page`` is the 1-based number of the page, and ``box`` is its box.
    """
    starting: set[str] = set()
    while box.children:
        box = box.children[0]
        assigned = box.style["string_set"]
        starting |= {name for name, _ in assigned} if assigned != "none" else set()
    values = {name: tuple(pages[page]) for name, pages in store.items() if page in pages}
    return tuple(
        NamedString(name, None, values.get(name, ()), name in starting)
        for name in sorted({*values, *starting})
    )


def _hash(*parts: str | bytes) -> str:
    """Return the SHA-256 digest of ``parts`` in order, each prefixed with its length."""
    result = sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        result.update(len(data).to_bytes(8, "big"))
        result.update(data)
    return result.hexdigest()


def _write_state(context: Any, index: int) -> str:
    """Return WeasyPrint's layout state before page ``index`` as a string, which ``_read_state`` parses.

    Sets are sorted, so that equal states give equal strings.
    """
    resume_at, next_page, is_right, (quotes, counters, scopes, groups), _ = context.page_maker[index]
    sets = [sorted(names) for names in scopes]
    return repr((index, resume_at, next_page, is_right, (quotes, counters, sets, groups)))


def _read_state(state: str) -> list[Any]:
    """Return a WeasyPrint ``page_maker`` list for ``state``, with empty entries for the preceding pages."""
    index, resume_at, next_page, is_right, page_state = ast.literal_eval(state)
    quotes, counters, scopes, groups = page_state
    state_of_page = (quotes, counters, [set(names) for names in scopes], groups)
    empty: Any = ([0], {}, [set()], [])
    before = [(None, next_page, True, empty, _make_remake_state()) for _ in range(index)]
    return [*before, (resume_at, next_page, is_right, state_of_page, _make_remake_state())]


def _make_remake_state() -> dict[str, Any]:
    """Return WeasyPrint's ``remake_state`` for a page that need not be laid out again."""
    return {"content_changed": False, "pages_wanted": False, "anchors": [], "content_lookups": []}


def _convert_to_path(resume_at: Any) -> tuple[int, ...] | None:
    """Return ``resume_at`` as a path of child indices, or None if a box is split at several positions."""
    path: list[int] = []
    while resume_at is not None:
        if len(resume_at) != 1:
            return None
        ((index, resume_at),) = resume_at.items()
        path.append(index)
    return tuple(path)


def _write_attributes(element: Any) -> str:
    return "" if element is None else repr(sorted(element.items()))


@contextmanager
def _replace_in_layout(**functions: Callable[..., Any]) -> Iterator[None]:
    """Temporarily replace functions in the module ``weasyprint.layout``."""
    from weasyprint import layout

    originals = {name: getattr(layout, name) for name in functions}
    vars(layout).update(functions)
    try:
        yield
    finally:
        vars(layout).update(originals)


MIN_LAST_LINES = 5  # lines that a last page should have
_MIN_LAST_LINES_BESIDE_FLOATS = 3  # lines of text that a last page with floats should have
_MAX_CHANGED_PAGES = 6  # pages that may be longer or shorter


def count_last_lines(page: Any) -> int | None:
    """Return the number of lines on a document's last page if there are too few, else None.

    A page with nothing but floats has 0 lines. Return None as well for landscape pages, and for pages with
    images, columns, or floats between text.
    """
    if page.page_type.name == LANDSCAPE:
        return None
    section = page
    while section.children and section.element_tag != "section":
        section = section.children[0]
    blocks = [box for box in section.children if box.is_in_normal_flow() and box.height]
    if not blocks or section.element_tag != "section":
        return None
    if all(_is_float(block) for block in blocks):
        return 0
    if any(_is_float(block) or _has_images_or_columns(block) for block in blocks):
        return None
    end = blocks[-1].border_box_y() + blocks[-1].border_height()
    lines = ceil((end - section.content_box_y()) / get_line_height(section) - 0.05)
    return lines if lines < MIN_LAST_LINES else None


def _is_float(block: Any) -> bool:
    return block.element is not None and (
        block.element_tag == "figure" or block.element.get("data-float") == ""
    )


def _has_images_or_columns(block: Any) -> bool:
    """Return whether a block contains images or columns."""
    return any(isinstance(box, get_box_classes().ReplacedBox) or box.is_column for box in block.descendants())


def iter_page_length_plans(
    page_count: int, last_page_lines: int, first_opens_spread: bool
) -> Iterator[Mapping[int, int]]:
    """Yield plans to change the lengths of some pages so that the last page is filled or avoided.

    A plan maps 0-based page indices to numbers of extra lines, which may be negative. The first and the last
    page keep their lengths. ``last_page_lines`` is the result of ``count_last_lines``. ``first_opens_spread``
    is True if the first page opens a spread: a left page, or a right page in right-to-left books.
    """
    if last_page_lines:
        yield from _plan_last_pages(page_count, last_page_lines, 1, first_opens_spread)
    yield from _plan_last_pages(
        page_count,
        MIN_LAST_LINES - last_page_lines if last_page_lines else _MIN_LAST_LINES_BESIDE_FLOATS,
        -1,
        first_opens_spread,
    )


def _plan_last_pages(
    page_count: int, change_count: int, line_change: int, first_opens_spread: bool
) -> Iterator[Mapping[int, int]]:
    first = page_count - 1 - change_count
    if first % 2 == (1 if first_opens_spread else 0):  # the facing page precedes it
        first -= 1
    first = max(first, 1)
    if change_count <= page_count - 1 - first <= _MAX_CHANGED_PAGES:
        yield dict.fromkeys(range(first, page_count - 1), line_change)


def is_better_plan(
    old_count: int, new_count: int, last_page_lines: int | None, plan: Mapping[int, int]
) -> bool:
    """Return whether ``plan`` has improved the last page.

    ``old_count`` and ``new_count`` are the page counts without and with the plan. ``last_page_lines`` is the
    result of ``count_last_lines`` with the plan.
    """
    if max(plan.values()) > 0:
        return new_count < old_count and last_page_lines is None
    return new_count == old_count and last_page_lines is None
