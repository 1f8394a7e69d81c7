"""A cache that machines share: results at an address, such as ``s3://bucket/triptych``, behind a folder here.

What the folder lacks is fetched and kept in it; what is made here is put there too. Any address that fsspec
knows will do, with its package for that kind of place. Objects are whole or marked as torn, so that many may
write at once; where nothing answers, a build goes on as with no such cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any


class NoSuchPlace(OSError):
    """An address that fsspec cannot open."""


@dataclass(frozen=True, slots=True)
class Far:
    """The results at an address."""

    address: str

    def get(self, name: str) -> bytes | None:
        """What is stored under a name, None where there is nothing or nothing answers."""
        files, root = _opened(self.address)
        try:
            data: bytes = files.cat_file(f"{root}/{name}")
        except Exception:
            return None
        return data

    def put(self, name: str, data: bytes) -> None:
        """Store something under a name, where that can be done."""
        files, root = _opened(self.address)
        try:
            files.makedirs(f"{root}/{name}".rpartition("/")[0], exist_ok=True)
            files.pipe_file(f"{root}/{name}", data)
        except Exception:
            return

    def open(self) -> None:
        """See whether the address can be used. Raises ``NoSuchPlace``, or ImportError without fsspec."""
        try:
            files, root = _opened(self.address)
            files.makedirs(root, exist_ok=True)
        except ImportError:
            raise
        except Exception as error:
            raise NoSuchPlace(0, str(error) or type(error).__name__, self.address) from error


@cache
def _opened(address: str) -> tuple[Any, str]:
    """The file system of an address and the folder in it, once in a process."""
    from fsspec.core import url_to_fs

    files, root = url_to_fs(address)
    return files, str(root).rstrip("/")
