"""Edit a project at random, like an author: words, paragraphs, headings, data, settings."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

Edit: TypeAlias = Callable[[random.Random, Path], str]  # changes files and returns a description

_WORDS = "one more sentence about wind and weather that stands here for a while".split()


def _sections(project: Path) -> list[Path]:
    return sorted((project / "source").rglob("*.md"))


def _is_plain(block: str) -> bool:
    return bool(re.match(r"[A-Z][a-z]", block)) and "\n:" not in block


def _in_plain_blocks(
    rng: random.Random, project: Path, change: Callable[[list[str], list[int]], None], least: int = 1
) -> str:
    """Change the blocks of a section, given the indices of plain paragraphs; return the section's name."""
    path = rng.choice(_sections(project))
    blocks = re.split(r"\n{2,}", path.read_text("utf-8"))
    places = [place for place, block in enumerate(blocks) if _is_plain(block)]
    if len(places) >= least:
        change(blocks, places)
        path.write_text("\n\n".join(blocks), "utf-8")
    return path.name


def add_sentence(rng: random.Random, project: Path) -> str:
    def add(blocks: list[str], places: list[int]) -> None:
        place = rng.choice(places)
        blocks[place] += f" And {' '.join(rng.choices(_WORDS, k=rng.randint(3, 30)))}."

    return f"a sentence more in {_in_plain_blocks(rng, project, add)}"


def drop_word(rng: random.Random, project: Path) -> str:
    path = rng.choice(_sections(project))
    text = path.read_text("utf-8")
    words = list(re.finditer(r"(?<= )[a-z]{4,}(?= )", text))
    if words:
        word = rng.choice(words)
        path.write_text(text[: word.start()] + text[word.end() :].lstrip(" "), "utf-8")
    return f"a word less in {path.name}"


def add_paragraphs(rng: random.Random, project: Path) -> str:
    def add(blocks: list[str], places: list[int]) -> None:
        words = " ".join(rng.choices(_WORDS, k=60)).capitalize()
        blocks.insert(rng.choice(places), "\n\n".join([f"{words}."] * rng.randint(1, 8)))

    return f"paragraphs more in {_in_plain_blocks(rng, project, add)}"


def drop_paragraph(rng: random.Random, project: Path) -> str:
    def drop(blocks: list[str], places: list[int]) -> None:
        del blocks[rng.choice(places)]

    return f"a paragraph less in {_in_plain_blocks(rng, project, drop, least=2)}"


def swap_paragraphs(rng: random.Random, project: Path) -> str:
    def swap(blocks: list[str], places: list[int]) -> None:
        item, other = rng.sample(places, 2)
        blocks[item], blocks[other] = blocks[other], blocks[item]

    return f"two paragraphs changed places in {_in_plain_blocks(rng, project, swap, least=2)}"


def add_section(rng: random.Random, project: Path) -> str:
    path = rng.choice(_sections(project))
    name = rng.randrange(10**6)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n\n## Section {name} {{#sec-new-{name}}}\n\nIt has a note[^n{name}] and says little.\n")
        file.write(f"\n[^n{name}]: As notes do.\n")
    return f"a section more in {path.name}"


def change_number(rng: random.Random, project: Path) -> str:
    path = rng.choice(sorted((project / "source").rglob("*.csv")))
    text = path.read_text("utf-8")
    numbers = list(re.finditer(r"(?<=[,;])\d+(?=[,;\n])", text))
    if numbers:
        number = rng.choice(numbers)
        new = str(int(number.group()) + rng.randint(1, 3))
        path.write_text(text[: number.start()] + new + text[number.end() :], "utf-8")
    return f"a number in {path.name}"


def change_title(rng: random.Random, project: Path) -> str:
    path = rng.choice(_sections(project))
    text = path.read_text("utf-8")
    headings = list(re.finditer(r"(?m)^#+ [A-Z][^\n{]*[a-z]", text))
    if headings:
        end = rng.choice(headings).end()
        path.write_text(f"{text[:end]} again{text[end:]}", "utf-8")
    return f"a heading in {path.name}"


EDITS: tuple[Edit, ...] = (
    add_sentence,
    add_sentence,
    drop_word,
    add_paragraphs,
    drop_paragraph,
    swap_paragraphs,
    add_section,
    change_number,
    change_title,
)
