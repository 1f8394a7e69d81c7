"""Test that presentations are checked before they are opened, and rejected with a reason."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Mapping

import pytest
from pptx import Presentation

from triptych.media import template_checks
from triptych.media.template_checks import (
    convert_to_presentation,
    find_rejection_reasons,
    list_layout_names,
    read_slide_size,
)
from triptych.theme.theme import load_theme
from triptych.writers.deck.template.built_in_template import LAYOUTS, build_template

MASTER = "ppt/slideMasters/_rels/slideMaster1.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(build_template(load_theme()))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(contents: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w", method) as archive:
            for name, content in contents.items():
                archive.writestr(name, content)
        return buffer.getvalue()


def with_relation(kind: str, target: str, *, external: bool = True) -> bytes:
    mode = ' TargetMode="External"' if external else ""
    relation = f'<Relationship Id="rId99" Type="{OFFICE}/{kind}" Target="{target}"{mode}/></Relationships>'
    contents = parts()
    contents[MASTER] = contents[MASTER].replace(b"</Relationships>", relation.encode())
    return packed(contents)


def with_type(kind: str) -> bytes:
    contents = parts()
    types = contents["[Content_Types].xml"]
    contents["[Content_Types].xml"] = types.replace(
        b"</Types>", f'<Default Extension="bin" ContentType="{kind}"/></Types>'.encode()
    )
    return packed(contents)


def said(data: bytes) -> str:
    [refusal] = find_rejection_reasons(data)
    return refusal.message


def test_valid_presentation_is_accepted() -> None:
    assert find_rejection_reasons(packed(parts())) == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a PowerPoint file"),
        (b"PK\x03\x04 and no more", "not a PowerPoint file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "encrypted, or a .ppt"),
        (packed({"a.txt": b"x"}), "ZIP archive, not a PowerPoint"),
        (packed({"mimetype": b"x", "content.xml": b"<x/>"}), "OpenDocument"),
    ],
)
def test_file_that_is_not_a_presentation_is_reported(data: bytes, words: str) -> None:
    assert words in said(data)


def test_other_office_document_is_rejected() -> None:
    contents = parts()
    types = contents["[Content_Types].xml"]
    contents["[Content_Types].xml"] = types.replace(
        b"presentationml.presentation.main", b"wordprocessingml.document.main"
    )
    assert "not a presentation" in said(packed(contents))


class TestTheArchive:
    @pytest.mark.parametrize(
        "name", ["../evil.xml", "/evil.xml", "ppt\\evil.xml", "c:evil.xml", "ppt/%2e%2e/x.xml"]
    )
    def test_part_names_that_point_outside_are_rejected(self, name: str) -> None:
        assert "points outside the file" in said(packed({**parts(), name: b"<x/>"}))

    def test_names_that_differ_by_case_only_are_one_name(self) -> None:
        assert "twice" in said(packed({**parts(), "PPT/presentation.xml": b"<x/>"}))

    def test_encrypted_parts_are_rejected(self) -> None:
        data = bytearray(packed(parts()))
        entry = data.rindex(b"PK\x01\x02")
        data[entry + 8 : entry + 10] = struct.pack("<H", 1)  # the flags of the last entry
        assert "encrypted" in said(bytes(data))

    def test_bomb_is_rejected_by_its_compression_ratio(self) -> None:
        assert "times its compressed size" in said(
            packed({**parts(), "ppt/media/image1.png": bytes(4 << 20)})
        )

    def test_oversized_template_is_rejected(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(template_checks, "MAX_TOTAL_SIZE", 1000)
        assert "exceeds the size limit" in said(packed(parts()))

    def test_too_many_parts_are_rejected(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(template_checks, "MAX_PARTS", 10)
        assert "the limit is 10" in said(packed(parts()))

    def test_other_compression_methods_are_rejected(self) -> None:
        assert (
            "unsupported compression" in find_rejection_reasons(packed(parts(), zipfile.ZIP_BZIP2))[0].message
        )


class TestTheParts:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_entities_are_rejected_in_every_encoding(self, encoding: str) -> None:
        text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
        assert "declares XML entities" in said(packed({**parts(), "ppt/x.xml": text.encode(encoding)}))

    def test_malformed_xml_is_rejected(self) -> None:
        assert "not well-formed" in said(packed({**parts(), "ppt/x.xml": b"<x>"}))

    @pytest.mark.parametrize(
        ("part", "old", "new"),
        [
            (MASTER, b"package/2006/relationships", b"package/2006/else"),
            (MASTER, b" Id=", b" Name="),
            (MASTER, b"<Relationship ", b"<Relation "),
            ("[Content_Types].xml", b" ContentType=", b" Content="),
            ("[Content_Types].xml", b"package/2006/content-types", b""),
        ],
    )
    def test_incomplete_package_lists_are_rejected(self, part: str, old: bytes, new: bytes) -> None:
        contents = parts()
        assert old in contents[part]
        assert part in said(packed({**contents, part: contents[part].replace(old, new)}))

    @pytest.mark.parametrize(
        "kind",
        [
            "application/vnd.ms-office.vbaProject",
            "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
            "application/vnd.ms-office.activeX+xml",
            "application/vnd.openxmlformats-officedocument.oleObject",
        ],
    )
    def test_executable_content_is_rejected(self, kind: str) -> None:
        assert kind in said(with_type(kind))

    def test_action_that_starts_a_program_is_rejected(self) -> None:
        content = b'<x action="ppaction://program?file=calc.exe"/>'
        assert "starts a program" in said(packed({**parts(), "ppt/x.xml": content}))


class TestRelationships:
    @pytest.mark.parametrize("target", ["https://a.example/", "http://a.example/", "mailto:a@b.example"])
    def test_hyperlinks_are_accepted(self, target: str) -> None:
        assert find_rejection_reasons(with_relation("hyperlink", target)) == []

    @pytest.mark.parametrize(
        ("kind", "target"),
        [
            ("image", "https://a.example/pixel.png"),
            ("image", "\\\\host\\share\\x.png"),
            ("attachedTemplate", "file:///etc/x.potx"),
            ("hyperlink", "file:///etc/passwd"),
            ("hyperlink", "javascript:alert(1)"),
        ],
    )
    def test_other_external_targets_are_rejected(self, kind: str, target: str) -> None:
        assert "links to the external" in said(with_relation(kind, target))

    def test_embedded_objects_are_rejected(self) -> None:
        assert "an embedded object" in said(with_relation("oleObject", "../media/x.bin", external=False))

    def test_target_outside_the_file_is_rejected(self) -> None:
        assert "points outside the file" in said(with_relation("image", "../../../x.png", external=False))

    def test_missing_target_is_rejected(self) -> None:
        assert "points to the missing part" in said(with_relation("image", "../media/x.png", external=False))


def test_layouts_are_named_without_opening_the_presentation() -> None:
    assert list_layout_names(packed(parts()))[:2] == ["Title Slide", "Section Header"]


def test_slide_size_is_read_in_points() -> None:
    assert read_slide_size(packed(parts())) == (960, 540)


def test_template_becomes_a_presentation_by_its_content_type() -> None:
    contents = parts()
    types = contents["[Content_Types].xml"]
    contents["[Content_Types].xml"] = types.replace(b"presentation.main", b"template.main")
    template = packed(contents)
    with pytest.raises(ValueError, match="not a PowerPoint file"):
        Presentation(io.BytesIO(template))
    assert len(Presentation(io.BytesIO(convert_to_presentation(template))).slide_layouts) == len(LAYOUTS)
    assert convert_to_presentation(packed(parts())) == packed(parts())


def test_unreadable_part_is_rejected_by_name() -> None:
    contents = parts()
    name = "ppt/presentation.xml"
    contents[name] = re.sub(rb'(<p:sldSz )cx="\d+"', rb'\1cx="wide"', contents[name])
    assert said(packed(contents)).endswith(f'(in the part "{name}")')
    contents = parts()
    name = "ppt/slideLayouts/_rels/slideLayout2.xml.rels"
    contents[name] = contents[name].replace(b"slideMasters/slideMaster1", b"slideLayouts/slideLayout2")
    assert "not a valid slideMaster" in said(packed(contents))
    contents = parts()
    contents[name] = re.sub(rb'Type="[^"]*/slideMaster"', b'Type="slideMaster"', contents[name])
    assert "does not refer to a slideMaster" in find_rejection_reasons(packed(contents))[0].message


def test_parts_have_their_declared_content_type() -> None:
    contents = parts()
    contents["[Content_Types].xml"] = contents["[Content_Types].xml"].replace(
        b"tableStyles+xml", b"tableStyles+-"
    )
    assert 'the part "ppt/tableStyles.xml" is a tableStyles' in said(packed(contents))


def test_part_name_without_a_leading_slash_is_not_declared() -> None:
    contents = parts()
    content = contents["[Content_Types].xml"]
    contents["[Content_Types].xml"] = content.replace(b'"/ppt/tableStyles.xml', b'"-ppt/tableStyles.xml')
    assert 'the part "ppt/tableStyles.xml" is a tableStyles' in said(packed(contents))


@pytest.mark.parametrize("part", ["slideMasters/slideMaster1", "slideLayouts/slideLayout2"])
def test_master_or_layout_without_shapes_is_rejected(part: str) -> None:
    contents = parts()
    contents[f"ppt/{part}.xml"] = re.sub(
        rb"<p:cSld\b.*</p:cSld>", b"", contents[f"ppt/{part}.xml"], flags=re.S
    )
    assert "has no shape tree" in find_rejection_reasons(packed(contents))[0].message
