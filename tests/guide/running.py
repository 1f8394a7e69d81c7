"""Run a page of the guide in an empty folder: write its files, run its commands, build its snippets."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.guide.console import Console, Mismatch, commands_in, matches
from tests.guide.contents import SOURCE
from tests.guide.outputs import Untrue, check_result
from tests.guide.pages import Block, Comment, Page, PageImage
from tests.guide.snippets import NAME, Snippets, describe
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache

REPOSITORY = Path(__file__).parents[2]
_SNIPPET = re.compile(r"source/snippet-(\d+)\.md:(\d+)")
_OF_SNIPPETS = re.compile(rf"(?:^|\s){NAME}\.(?:pdf|epub|pptx)\b")

DrawPicture = Callable[[PageImage, Path], None]
"""Draws an image of a page; the folder is the one to which the paths in its comment are relative."""


def run_page(page: Page, folder: Path, cache: Cache, draw: DrawPicture | None = None) -> list[str]:
    """Run all blocks of a page in order, and return the errors with their positions."""
    return _Run(page, folder, cache, draw).run()


class _Run:
    def __init__(self, page: Page, folder: Path, cache: Cache, draw: DrawPicture | None) -> None:
        self._page = page
        self._folder = folder
        self._console = Console(folder)
        self._snippets = Snippets(folder, cache)
        self._draw = draw
        self._failures: list[str] = []
        self._covered = False

    def run(self) -> list[str]:
        """Run the page, and finally build the book of snippets."""
        later: list[Comment | PageImage] = []
        for step in self._page.steps:
            text = step.value if isinstance(step, Comment) else getattr(step, "picture", "")
            if isinstance(text, str) and _OF_SNIPPETS.search(text):
                later.append(step)
            else:
                self._try(step, self._folder)
        if self._page.snippets() and not self._covered and not self._build_snippets():
            return self._failures  # the files of the remaining steps do not exist
        for step in later:
            self._try(step, self._snippets.root / "build")
        return self._failures

    def _fail(self, line: int, message: str) -> None:
        self._failures.append(f"{self._page.place(line)}: {message}")

    def _try(self, step: Block | Comment | PageImage, folder: Path) -> None:
        try:
            if isinstance(step, Block):
                if not self._covered:
                    self._run_block(step)
            elif isinstance(step, Comment):
                self._run_comment(step, folder)
            elif step.picture and self._draw is not None:
                self._draw(step, folder)
        except (Mismatch, Untrue, UnicodeDecodeError, OSError) as error:
            self._fail(step.line, str(error))

    def _run_comment(self, comment: Comment, folder: Path) -> None:
        match comment.key:
            case "result":
                check_result(comment.value, folder)
            case "copy":
                source, _, target = comment.value.partition(" to ")
                path = self._path(target)
                path.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(SOURCE / source, path)
            case "run":
                for command in commands_in(f"$ {comment.value}"):
                    self._console.run(command)
            case "tested in":
                self._covered = True
                _check_is_test(comment.value)

    def _run_block(self, block: Block) -> None:
        if block.value("not run") is not None:
            return
        if (path := block.value("tested in")) is not None:
            _check_is_test(path)
            return
        output = self._write(block)
        if block.language == "console":
            self._run_console(block)
        elif block.language == "yaml" and not output:
            self._check_yaml(block)
        elif block.language == "markdown" and not output and block.comments:
            self._compare(block, self._snippets.findings(block))

    def _write(self, block: Block) -> bool:
        """Write files as comments say, and return whether there was such a comment."""
        if (name := block.value("file")) is not None:
            path = self._path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")
        elif (name := block.value("append")) is not None:
            path = self._path(name)
            before = path.read_text("utf-8")
            path.write_text(
                f"{before.rstrip()}\n\n{block.text}" if _is_prose(path) else before + block.text, "utf-8"
            )
        elif (name := block.value("replace in")) is not None:
            path = self._path(name)
            path.write_text(_replaced(path.read_text("utf-8"), block.text, name), "utf-8")
        elif (name := block.value("shows")) is not None:
            text = self._path(name).read_text("utf-8")
            if not matches(block.text, text):
                raise Mismatch(f"{name} is not what the page shows; it is:\n{text}")
        else:
            return False
        return True

    def _path(self, name: str) -> Path:
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise Mismatch(f"{name} is outside the folder of the page")
        return path

    def _run_console(self, block: Block) -> None:
        commands = list(commands_in(block.text))
        for number, command in enumerate(commands, 1):
            code = int(block.value("fails") or 0) if number == len(commands) else 0
            try:
                self._console.run(command, code)
            except Mismatch as error:
                self._fail(block.line + command.line, str(error))

    def _check_yaml(self, block: Block) -> None:
        self._compare(block, self._snippets.findings_in_yaml(block))
        if block.value("for snippets") is not None:
            self._snippets.add_settings(block)

    def _compare(self, block: Block, found: Sequence[Diagnostic]) -> None:
        """Compare the codes of findings with those in the comment; without a comment, none are allowed."""
        expected = sorted(code.strip() for code in (block.value("finding") or "").split(",") if code.strip())
        if expected != sorted({finding.code for finding in found}):
            names = ", ".join(expected) or "nothing"
            reported = "\n".join(map(describe, found)) or "nothing"
            self._fail(block.line, f"expected {names} to be reported, but it was:\n{reported}")

    def _build_snippets(self) -> bool:
        """Build the book of snippets, and return whether there were no findings."""
        blocks = self._page.snippets()
        result = self._snippets.build(blocks)
        for finding in result:
            text = describe(finding)
            line = blocks[0].line
            if place := _SNIPPET.search(text):
                line = blocks[int(place[1]) - 1].line + int(place[2]) - 1
            self._fail(line, f"in the book of snippets: {text}")
        return not result


def _check_is_test(path: str) -> None:
    if not (REPOSITORY / path).is_file() or not path.startswith("tests/"):
        raise Mismatch(f"there is no test {path}")


def _is_prose(path: Path) -> bool:
    return path.suffix == ".md"


def _replaced(text: str, diff: str, name: str) -> str:
    """Replace the ``-`` lines of a diff by its ``+`` lines; lines that begin with @@ separate hunks."""
    for hunk in re.split(r"^@@.*\n", diff, flags=re.MULTILINE):
        lines = [line for line in hunk.split("\n") if line]
        if not lines:
            continue
        if any(line[0] not in "-+ " for line in lines):
            raise Mismatch("each line of a diff begins with -, + or a space")
        before = "".join(f"{line[1:]}\n" for line in lines if line[0] in "- ")
        after = "".join(f"{line[1:]}\n" for line in lines if line[0] in "+ ")
        if before not in text or f"{text}\n".count(before) != 1:
            raise Mismatch(f"{name} contains these lines {text.count(before)} times, not once:\n{before}")
        text = text.replace(before, after)
    return text
