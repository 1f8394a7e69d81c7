"""Built-in templates stay compiled beside their sources, as Python's own modules do.

Compiling them takes a second or so of CPU. What a project brings is compiled each time: its bytecode has no
place among the program's files, and none in the cache either, where nothing is that can run.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

from jinja2.bccache import Bucket, FileSystemBytecodeCache

from triptych.folders import templates_folder


class CompiledTemplates(FileSystemBytecodeCache):
    """The bytecode of the built-in templates, in ``__pycache__`` of their folder.

    Jinja itself tells its own versions, those of Python and those of a template's text, but not which kind of
    environment compiled it: a ``sandboxed`` one makes other code. Its name changes with that code.
    """

    def __init__(self, *, sandboxed: bool = False) -> None:
        kind = "shown" if sandboxed else "plain"
        super().__init__(str(templates_folder() / "__pycache__"), f"%s.{kind}.{sys.implementation.cache_tag}")

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """A name for the bytecode; "" for a template that is not ours."""
        ours = filename is not None and Path(filename).is_relative_to(templates_folder())
        return super().get_cache_key(name, filename) if ours else ""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read it where it is there; what cannot be read is compiled again."""
        with suppress(OSError):
            if bucket.key:
                super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write it, where Python writes its own and the folder lets us."""
        if bucket.key and not sys.dont_write_bytecode:
            with suppress(OSError):
                Path(self.directory).mkdir(exist_ok=True)
                super().dump_bytecode(bucket)
