"""Wrap labels, and move overlapping labels apart."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence

MeasureWidth = Callable[[str], float]

_USUAL_WORD_LENGTH = 64  # characters; few words are longer


def wrap_label(text: str, width: float, measure: MeasureWidth) -> list[str]:
    """Wrap text into lines up to ``width`` wide. Only words wider than a line are broken."""
    lines: list[str] = []
    line = ""
    for word in _break_long_words(text, width, measure):
        longer = f"{line} {word}" if line else word
        if line and measure(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def measure_longest_word(text: str, measure: MeasureWidth) -> float:
    """Return the width of the widest word in a text."""
    return max((measure(word) for word in text.split()), default=0.0)


def _break_long_words(text: str, width: float, measure: MeasureWidth) -> list[str]:
    pieces = []
    for word in text.split():
        while word:
            end = _count_fitting_characters(word, width, measure)
            pieces.append(word[:end])
            word = word[end:]
    return pieces or [""]


def _count_fitting_characters(word: str, width: float, measure: MeasureWidth) -> int:
    """Return the number of leading characters of ``word`` that fit in ``width``, which is at least 1.

    Only the start of a very long word is measured, so that the time does not grow with the word's length.
    """
    length = min(len(word), _USUAL_WORD_LENGTH)
    while measure(word[:length]) <= width:
        if length == len(word):
            return length
        length = min(2 * length, len(word))
    return max(1, bisect_right(range(1, length), width, key=lambda n: measure(word[:n])))


def spread_labels(
    preferred_centres: Sequence[float], sizes: Sequence[float], low: float, high: float
) -> list[float]:
    """Return the centres of labels along an axis, moved apart so that labels do not overlap.

    The labels stay between ``low`` and ``high`` if they fit there, and keep the order of their preferred
    centres. Overlapping labels are moved with the minimum sum of squared distances (pool-adjacent-violators
    algorithm).
    """
    order = sorted(range(len(preferred_centres)), key=lambda index: preferred_centres[index])
    # A block of labels: their indices, the sum of their preferred start positions, and their total size.
    blocks: list[tuple[list[int], float, float]] = []
    for index in order:
        blocks.append(([index], preferred_centres[index] - sizes[index] / 2, sizes[index]))
        while len(blocks) > 1 and _find_block_start(blocks[-2], low, high) + blocks[-2][
            2
        ] > _find_block_start(blocks[-1], low, high):
            members, start_sum, size = blocks.pop()
            others, other_starts, other_size = blocks.pop()
            blocks.append(
                (others + members, other_starts + start_sum - len(members) * other_size, other_size + size)
            )
    centres: dict[int, float] = {}
    for block in blocks:
        start = _find_block_start(block, low, high)
        for index in block[0]:
            centres[index] = start + sizes[index] / 2
            start += sizes[index]
    return [centres[index] for index in range(len(preferred_centres))]


def assign_text_rows(
    extents: Sequence[tuple[float, float]], line_positions: Sequence[float], gap: float
) -> list[int]:
    """Return the row of each annotation's text above a plot. Row 0 is next to the plot.

    ``extents`` has the left and right end of each text, and ``line_positions`` the x position of each line
    from the text down to the plot. Texts in a row do not overlap, and no line crosses the text of a lower
    row. The last annotation is placed first.
    """
    rows_by_index: dict[int, int] = {}
    for index in reversed(range(len(extents))):
        start, end = extents[index]
        row = 0
        for other in sorted(rows_by_index, key=rows_by_index.__getitem__):
            is_near = extents[other][0] < end + gap and start < extents[other][1] + gap
            crossed = start - gap < line_positions[other] < end + gap
            if (is_near and rows_by_index[other] == row) or (crossed and rows_by_index[other] >= row):
                row = rows_by_index[other] + 1
        rows_by_index[index] = row
    return [rows_by_index[index] for index in range(len(extents))]


def _find_block_start(block: tuple[list[int], float, float], low: float, high: float) -> float:
    members, start_sum, size = block
    return max(low, min(start_sum / len(members), high - size))
