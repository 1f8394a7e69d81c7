"""Test that archives are reproducible, and that their content can be read."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest

from triptych.engine import archives
from triptych.engine.archives import Member, build_archive
from triptych.engine.memory import Memory
from triptych.engine.output_digests import DIGEST_PLACEHOLDER, has_valid_digest

WHEN = dt.datetime(2026, 11, 29, 1, 2, 4)
TEXT, PICTURE = b"words and words and words " * 9, bytes(range(256))


def packed(modified: dt.datetime = WHEN) -> bytes:
    members = [
        ("z.xml", Member.from_content("z.xml", TEXT)),
        ("a.PNG", Member.from_content("a.PNG", PICTURE)),
    ]
    return build_archive(members, modified, "seal.txt", DIGEST_PLACEHOLDER.encode())


def test_files_are_in_order_with_date_and_seal() -> None:
    with zipfile.ZipFile(io.BytesIO(packed())) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["z.xml", "a.PNG", "seal.txt"]
        assert (archive.read("z.xml"), archive.read("a.PNG")) == (TEXT, PICTURE)
        text, picture, _ = archive.infolist()
        assert text.date_time == (2026, 11, 29, 1, 2, 4)
        assert text.compress_size < len(TEXT)
        assert picture.compress_type == zipfile.ZIP_STORED
    assert has_valid_digest(packed())


def test_archive_dates_do_not_depend_on_the_time_zone() -> None:
    zone = dt.timezone(dt.timedelta(hours=5))
    assert packed(WHEN.replace(tzinfo=dt.UTC).astimezone(zone)) == packed()


def test_a_file_may_be_stored_whatever_its_name() -> None:
    with zipfile.ZipFile(
        io.BytesIO(build_archive([("mimetype", Member.make_stored(TEXT))], WHEN))
    ) as archive:
        assert archive.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
        assert archive.read("mimetype") == TEXT


def test_a_file_is_compressed_once_for_many_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = Memory()
    Member.from_content("z.xml", TEXT, memory)
    memory.begin_build()
    monkeypatch.setattr(archives.zlib, "compressobj", lambda *how: pytest.fail("once more"))
    with pytest.raises(pytest.fail.Exception):
        Member.from_content("other.xml", b"other words", memory)
    assert Member.from_content("renamed.xml", bytes(bytearray(TEXT)), memory).size == len(TEXT)
