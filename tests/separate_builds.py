"""Builds in processes of their own, with a folder for temporary files in which nobody else works."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SOON = 2.0  # seconds after which nothing of a build that has ended may be left


@dataclass(frozen=True, slots=True)
class Place:
    """A project, and a folder for temporary files; ``mark`` is in the environment of all its processes."""

    project: Path
    temporary: Path
    mark: str = field(default_factory=lambda: f"mark-{uuid.uuid4()}")

    def start(self, *arguments: str, jobs: int = 2, **environ: str) -> subprocess.Popen[str]:
        """Begin a build."""
        return self.run("build", str(self.project), "--jobs", str(jobs), *arguments, **environ)

    def run(self, *words: str, **environ: str) -> subprocess.Popen[str]:
        """Begin a command, in a group of processes of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "triptych", *words],
            env={**os.environ, "TMPDIR": str(self.temporary), "MARK": self.mark, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def processes(self) -> list[int]:
        """The processes of its builds: they have its mark, or work in its folder."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                marks = (entry / "environ").read_bytes(), (entry / "cmdline").read_bytes()
                alive = (
                    entry.name.isdigit() and "Z" not in (entry / "stat").read_text().rpartition(")")[2][:3]
                )
            except OSError:
                continue
            if alive and (self.mark.encode() in marks[0] or str(self.temporary).encode() in marks[1]):
                found.append(int(entry.name))
        return found

    def are_gone(self) -> bool:
        """Whether there are none any more soon."""
        end = time.monotonic() + SOON
        while self.processes():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def wait_for_workers(self, build: subprocess.Popen[str]) -> None:
        """Wait until a build has processes beside it."""
        while len(self.processes()) < 3:
            assert build.poll() is None, build.communicate()
            time.sleep(0.02)

    def files_in_build(self) -> set[str]:
        """What lies in the folder of outputs, apart from the cache."""
        folder = self.project / "build"
        return {path.name for path in folder.iterdir()} - {".cache"} if folder.is_dir() else set()

    def outputs(self) -> Mapping[str, str]:
        """The digests of what lies there, by names."""
        return {
            name: hashlib.sha256((self.project / "build" / name).read_bytes()).hexdigest()
            for name in sorted(self.files_in_build())
        }

    def litter(self) -> list[str]:
        """What a build has left that belongs to nobody: temporary files, and files that are half-written."""
        left = [*self.temporary.iterdir(), *(self.project / "build").glob(".new-*")]
        left += [path for path in (self.project / "build/.cache").rglob(".*") if path.is_file()]
        return sorted(map(str, left))
