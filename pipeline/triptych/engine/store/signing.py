"""Sign cached files, so that only files written by this user are read back.

An untrusted project may contain a ``build/.cache`` with manipulated files. Each cached file therefore ends
with a keyed digest (HMAC-SHA-256, RFC 2104) of its name and content. The key is random and stored in the
user's data folder. Machines that share a cache set the key in ``TRIPTYCH_CACHE_KEY``.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from triptych.folders import get_user_folder

KEY_VARIABLE = "TRIPTYCH_CACHE_KEY"
MIN_KEY_LENGTH = 16  # minimum number of characters of a key in the environment

_FILE = "triptych/cache.key"
_SIZE = 32  # bytes of a key, and of a signature


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A signing key. ``problem`` is the reason why it could not be saved, or "" if it was saved.

    An ``inherited`` key was received from the parent process.
    """

    secret: bytes = field(repr=False)
    problem: str = ""
    inherited: bool = False


_key: SigningKey | None = None


def get_signing_key() -> SigningKey:
    """Return this process's signing key: from its parent, the environment or the user's data folder.

    If the data folder is not writable, return a random key that is valid only for this run.
    """
    global _key
    _key = _key or _load_environment_key() or _load_user_key()
    return _key


def inherit_signing_key(key: SigningKey) -> None:
    """Use the signing key of the parent process."""
    global _key
    _key = replace(key, inherited=True)


def clear_signing_key() -> None:
    """Discard this process's signing key. The next call of ``get_signing_key`` loads it again."""
    global _key
    _key = None


def sign_content(name: str, content: bytes) -> bytes:
    """Return the content of the file ``name`` with its signature appended."""
    return content + _compute_signature(name, content)


def verify_content(name: str, signed_content: bytes) -> bytes | None:
    """Return the content of a file, or None if it was not signed under this name with this key."""
    content, signature = signed_content[:-_SIZE], signed_content[-_SIZE:]
    return content if hmac.compare_digest(signature, _compute_signature(name, content)) else None


def sign_line(name: str, text: str) -> str:
    """Return a line of text, prefixed with its signature."""
    return f"{_compute_signature(name, text.encode()).hex()} {text}"


def verify_line(name: str, line: str) -> str:
    """Return the text of a signed line without the signature.

    Raise ValueError if the signature is invalid.
    """
    signature, _, text = line.partition(" ")
    if not hmac.compare_digest(signature.encode(), _compute_signature(name, text.encode()).hex().encode()):
        raise ValueError("invalid signature")
    return text


def _compute_signature(name: str, content: bytes) -> bytes:
    """Return the signature of a file. It includes the name, so that files cannot be swapped."""
    return hmac.digest(hmac.digest(get_signing_key().secret, name.encode(), "sha256"), content, "sha256")


def _load_environment_key() -> SigningKey | None:
    text = os.environ.get(KEY_VARIABLE, "").strip()
    return SigningKey(hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()) if text else None


def _load_user_key() -> SigningKey:
    try:
        file = (
            get_user_folder("XDG_DATA_HOME", mac="Library/Application Support", other=".local/share") / _FILE
        )
    except RuntimeError as error:
        return SigningKey(os.urandom(_SIZE), str(error))
    try:
        with suppress(FileNotFoundError):
            if secret := _read_key(file):
                return SigningKey(secret)
        _create_key(file)
        if secret := _read_key(file):
            return SigningKey(secret)
        problem = "the file is readable by other users"
    except OSError as error:
        problem = error.strerror or str(error)
    return SigningKey(os.urandom(_SIZE), f"{file}: {problem}")


def _read_key(file: Path) -> bytes:
    """Return the key in a file, or b"" if other users can access the file or its size is wrong."""
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        status = os.fstat(descriptor)
        is_others = hasattr(os, "geteuid") and (status.st_uid != os.geteuid() or status.st_mode & 0o077)
        if is_others or not stat.S_ISREG(status.st_mode) or status.st_size != _SIZE:
            return b""
        return os.read(descriptor, _SIZE)
    finally:
        os.close(descriptor)


def _create_key(file: Path) -> None:
    """Write a new random key atomically. If several processes do this at once, the first key is kept."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.urandom(8).hex()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as key_file:
            key_file.write(os.urandom(_SIZE))
        try:
            os.link(temporary, file)
        except OSError:  # the file exists, or the file system has no hard links
            if not (file.is_file() and _read_key(file)):
                temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
