"""Test that only results signed with the user's key are accepted."""

from __future__ import annotations

import multiprocessing
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from triptych.engine.processes.pool import BackgroundWorker
from triptych.engine.store import signing
from triptych.engine.store.signing import clear_signing_key, get_signing_key, sign_content, verify_content


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the data folder of a user without a key."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    clear_signing_key()
    yield tmp_path / "data"
    clear_signing_key()


def key_of_another_process() -> bytes:
    clear_signing_key()
    return get_signing_key().secret


def test_signed_content_is_verified(home: Path) -> None:
    assert verify_content("ast/1", sign_content("ast/1", b"data")) == b"data"


@pytest.mark.parametrize("stored", [b"", b"x", b"data", b"\0" * 32, b"\0" * 36])
def test_unsigned_content_is_rejected(home: Path, stored: bytes) -> None:
    assert verify_content("ast/1", stored) is None


def test_a_signature_is_for_one_name(home: Path) -> None:
    assert verify_content("ast/2", sign_content("ast/1", b"data")) is None


def test_a_signature_is_for_each_byte(home: Path) -> None:
    stored = bytearray(sign_content("ast/1", b"data"))
    for place in range(len(stored)):
        stored[place] ^= 1
        assert verify_content("ast/1", bytes(stored)) is None
        stored[place] ^= 1


def test_another_key_signs_otherwise(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = sign_content("ast/1", b"data")
    monkeypatch.setenv(signing.KEY_VARIABLE, "a key that machines share")
    clear_signing_key()
    assert verify_content("ast/1", stored) is None


class TestTheKey:
    def test_key_is_created_once_and_private(self, home: Path) -> None:
        first = key_of_another_process()
        file = home / "triptych/cache.key"
        assert first == key_of_another_process() == file.read_bytes()
        assert len(first) == 32
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        assert list(file.parent.iterdir()) == [file]

    def test_key_is_the_same_for_concurrent_processes(self, home: Path) -> None:
        with multiprocessing.get_context("fork").Pool(4) as pool:
            keys = pool.map(_key, range(16), chunksize=1)
        assert set(keys) == {(home / "triptych/cache.key").read_bytes()}

    @pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
    def test_invalid_key_is_replaced(self, home: Path, content: bytes) -> None:
        key_of_another_process()
        (home / "triptych/cache.key").write_bytes(content)
        assert len(key_of_another_process()) == 32
        assert key_of_another_process() == (home / "triptych/cache.key").read_bytes()

    @pytest.mark.parametrize("mode", [0o644, 0o640, 0o620, 0o602])
    def test_key_readable_by_others_is_replaced(self, home: Path, mode: int) -> None:
        before = key_of_another_process()
        (home / "triptych/cache.key").chmod(mode)
        assert key_of_another_process() != before
        assert stat.S_IMODE((home / "triptych/cache.key").stat().st_mode) == 0o600

    def test_key_is_in_the_home_folder_without_a_data_folder(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.platform", "linux")
        monkeypatch.setenv("HOME", str(home))
        for other in ("", "relative/folder"):  # invalid values are ignored according to the specification
            monkeypatch.setenv("XDG_DATA_HOME", other)
            key = key_of_another_process()
            assert (home / ".local/share/triptych/cache.key").read_bytes() == key
        monkeypatch.setattr("sys.platform", "darwin")
        key = key_of_another_process()
        assert (home / "Library/Application Support/triptych/cache.key").read_bytes() == key

    def test_environment_key_comes_first_and_is_not_stored(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(signing.KEY_VARIABLE, "a key that machines share")
        item = key_of_another_process()
        monkeypatch.setenv(signing.KEY_VARIABLE, " a key that machines share\n")
        assert key_of_another_process() == item
        monkeypatch.setenv(signing.KEY_VARIABLE, "another key that machines share")
        assert key_of_another_process() != item
        assert not home.exists()

    @pytest.mark.parametrize("place", ["", "triptych", "triptych/cache.key"])
    def test_unstorable_key_lasts_for_one_run(self, home: Path, place: str) -> None:
        wrong = home / place
        wrong.parent.mkdir(parents=True, exist_ok=True)
        if place.endswith(".key"):
            (wrong / "full").mkdir(parents=True)
        else:
            wrong.write_text("a file")
        key = get_signing_key()
        assert len(key.secret) == 32
        assert key.problem.startswith(f"{home / 'triptych/cache.key'}: ")
        assert get_signing_key() is key
        assert key_of_another_process() != key.secret

    def test_without_a_home_folder_is_one_of_this_run(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def homeless() -> Path:
            raise RuntimeError("no home folder")

        monkeypatch.setenv("XDG_DATA_HOME", "")
        monkeypatch.setattr(Path, "home", homeless)
        assert get_signing_key().problem == "no home folder"

    def test_is_in_no_traceback(self, home: Path) -> None:
        assert repr(get_signing_key().secret) not in repr(get_signing_key())

    @pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks processes up in /proc")
    def test_key_is_passed_to_child_processes_but_hidden(self, home: Path) -> None:
        (home / "triptych").parent.mkdir(parents=True)
        (home / "triptych").write_text("a file")  # so that no process can read the key
        companion = BackgroundWorker()
        try:
            theirs, line, environment = companion.run_job(_told)
        finally:
            companion.stop()
        assert theirs.secret == get_signing_key().secret
        assert theirs.inherited and not get_signing_key().inherited
        for shown in (line, environment):
            assert theirs.secret not in shown
            assert theirs.secret.hex().encode() not in shown


def _key(number: int) -> bytes:
    clear_signing_key()
    return get_signing_key().secret


def _told() -> tuple[signing.SigningKey, bytes, bytes]:
    own = Path("/proc") / str(os.getpid())
    return get_signing_key(), (own / "cmdline").read_bytes(), (own / "environ").read_bytes()
