"""Run builds in separate processes with their own folder for temporary files."""

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

SOON = 2.0  # seconds after which nothing of a finished build may be left


@dataclass(frozen=True, slots=True)
class Place:
    """A project, and a folder for temporary files; ``mark`` is in the environment of all its processes."""

    project: Path
    temporary: Path
    mark: str = field(default_factory=lambda: f"mark-{uuid.uuid4()}")

    def start(self, *arguments: str, jobs: int = 2, **environ: str) -> subprocess.Popen[str]:
        """Start a build."""
        return self.run("build", str(self.project), "--jobs", str(jobs), *arguments, **environ)

    def run(self, *words: str, **environ: str) -> subprocess.Popen[str]:
        """Start a command in its own process group."""
        return subprocess.Popen(
            [sys.executable, "-m", "triptych", *words],
            env={**os.environ, "TMPDIR": str(self.temporary), "MARK": self.mark, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def processes(self) -> list[int]:
        """Return the processes of its builds, which have its mark or work in its folder."""
        result = []
        for entry in Path("/proc").iterdir():
            try:
                marks = (entry / "environ").read_bytes(), (entry / "cmdline").read_bytes()
                alive = (
                    entry.name.isdigit() and "Z" not in (entry / "stat").read_text().rpartition(")")[2][:3]
                )
            except OSError:
                continue
            if alive and (self.mark.encode() in marks[0] or str(self.temporary).encode() in marks[1]):
                result.append(int(entry.name))
        return result

    def are_gone(self) -> bool:
        """Return whether all of them end soon."""
        end = time.monotonic() + SOON
        while self.processes():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def wait_for_workers(self, build: subprocess.Popen[str]) -> None:
        """Wait until a build has child processes."""
        while len(self.processes()) < 3:
            assert build.poll() is None, build.communicate()
            time.sleep(0.02)

    def files_in_build(self) -> set[str]:
        """Return the files in the output folder, except the cache."""
        folder = self.project / "build"
        return {path.name for path in folder.iterdir()} - {".cache"} if folder.is_dir() else set()

    def outputs(self) -> Mapping[str, str]:
        """Return the digests of the outputs by name."""
        return {
            name: hashlib.sha256((self.project / "build" / name).read_bytes()).hexdigest()
            for name in sorted(self.files_in_build())
        }

    def litter(self) -> list[str]:
        """Return the files that a build has left behind: temporary and partially written files."""
        left = [*self.temporary.iterdir(), *(self.project / "build").glob(".new-*")]
        left += [path for path in (self.project / "build/.cache").rglob(".*") if path.is_file()]
        return sorted(map(str, left))
