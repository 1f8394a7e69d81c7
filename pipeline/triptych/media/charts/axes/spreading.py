"""Labels moved apart along a line, each as near to its place as the others allow."""

from __future__ import annotations

from collections.abc import Sequence


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Centres for labels of some sizes that do not overlap, between two ends where they fit there.

    Neighbours that would overlap are joined and put where they are off by the least squares (the pooling of
    adjacent violators); the order of the wanted places is kept.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    # A block: the indices in it, the sum of what its start should be by each, and its size.
    blocks: list[tuple[list[int], float, float]] = []
    for index in order:
        blocks.append(([index], wanted[index] - sizes[index] / 2, sizes[index]))
        while len(blocks) > 1 and _start(blocks[-2], low, high) + blocks[-2][2] > _start(
            blocks[-1], low, high
        ):
            members, starts, size = blocks.pop()
            others, other_starts, other_size = blocks.pop()
            blocks.append(
                (others + members, other_starts + starts - len(members) * other_size, other_size + size)
            )
    centres: dict[int, float] = {}
    for block in blocks:
        at = _start(block, low, high)
        for index in block[0]:
            centres[index] = at + sizes[index] / 2
            at += sizes[index]
    return [centres[index] for index in range(len(wanted))]


def rows(words: Sequence[tuple[float, float]], lines: Sequence[float], gap: float) -> list[int]:
    """For words with a line down from each, from left to right: the row of each, counted from below.

    Words in a row do not overlap, and no line from a higher row goes through words of a lower one. So the
    last is placed first: the words of one before it that reach over its line stand higher.
    """
    placed: dict[int, int] = {}
    for index in reversed(range(len(words))):
        start, end = words[index]
        row = 0
        for other in sorted(placed, key=placed.__getitem__):
            near = words[other][0] < end + gap and start < words[other][1] + gap
            crossed = start - gap < lines[other] < end + gap
            if (near and placed[other] == row) or (crossed and placed[other] >= row):
                row = placed[other] + 1
        placed[index] = row
    return [placed[index] for index in range(len(words))]


def _start(block: tuple[list[int], float, float], low: float, high: float) -> float:
    members, starts, size = block
    return max(low, min(starts / len(members), high - size))
