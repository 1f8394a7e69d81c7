"""Test that extracted text equals the source, whatever glyphs shaping produces."""

from __future__ import annotations

import re
import subprocess
import zlib
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.writers.print.quires import bound, painted, read_face, texts
from weasyprint_typography.actual_text import find_misread_glyphs
from weasyprint_typography.measuring import RunGlyphs

# By font: vowels before their consonant, stacks, letters of several glyphs, and letters with marks.
WORDS = {
    "NotoSerifDevanagari": "अधिकारों की हिन्दी शक्ति क्षमता राष्ट्रीय प्रौद्योगिकी र्क पूर्ति निर्माण है।",
    "NotoSerifBengali": "অধিকার মর্যাদা বুদ্ধি তাঁদের ভ্রাতৃত্বসুলভ কোন কৌশল শ্রী",
    "NotoSerifTamil": "அவர்கள் பிறக்கின்றனர் உரிமைகளிலும் கொடி பௌர்ணமி ஸ்ரீ",
    "NotoSerifTelugu": "ప్రతిపత్తిస్వత్వముల స్వతంత్రులును క్షమించు",
    "NotoSerifMalayalam": "മനുഷ്യരെല്ലാവരും സ്വാതന്ത്ര്യത്തോടുംകൂടി കൊടി",
    "NotoSerifThai": "น้ำ ที่ ปี่ ญู่ กำลัง เกียรติศักดิ์",
    "NotoSerifKhmer": "មនុស្សទាំងអស់ កើតមក មានសេរីភាព",
    "NotoNaskhArabic": "تُرى أحرارًا متساوين الكرامة عقلاً لا المستشفى بسم الله",
    "NotoSansArabic": "تُرى أحرارًا سؤال إلا كلا بلا لا عقلاً لا الإسلام لأنه الله",
    "NotoSerifHebrew": "שלום הכוח האור",
    "EBGaramond": "office affluent waffles fjord naïve",
}
RTL = ("NotoNaskhArabic", "NotoSansArabic", "NotoSerifHebrew")


def file_of(face: str, words: str) -> bytes:
    """Return a PDF with these words."""
    folder = "" if face == "EBGaramond" else "scripts/"
    css = f"@font-face {{ font-family: F; src: url(font:{folder}{face}-Regular.ttf) }} p {{ font-family: F }}"
    way = " dir='rtl'" if face in RTL else ""
    return bound(painted(f"<p{way}>{words}</p>", css))


@pytest.mark.parametrize("face", WORDS)
def test_text_is_extracted_as_written(face: str, tmp_path: Path) -> None:
    data = file_of(face, WORDS[face])
    assert texts(data)[0].split() == WORDS[face].split()
    (tmp_path / "a.pdf").write_bytes(data)
    shown = subprocess.run(["pdftotext", "a.pdf", "-"], cwd=tmp_path, capture_output=True, check=True)
    assert re.sub("[\u202a-\u202e]", "", shown.stdout.decode()).split() == WORDS[face].split()


@pytest.mark.parametrize("words", ["بسم الله", "בְּרֵאשִׁית בָּרָא אֱלֹהִים", "می‌خواهم کتاب‌ها"])
def test_right_to_left_letters_have_separate_actual_text(words: str) -> None:
    """Test right-to-left letters, ligatures and marks: each is extracted on its own, in visual order."""
    face = "NotoSerifHebrew" if "א" in words else "NotoNaskhArabic"
    css = f"@font-face {{ font-family: F; src: url(font:scripts/{face}-Regular.ttf) }} p {{ font-family: F }}"
    quire = painted(f"<p dir='rtl'>{words}</p>", css)
    content = zlib.decompress(quire.pages[0].content)
    (glyphs,) = quire.fonts.values()
    text, is_said = "", False
    for span, end, shown in re.findall(rb"ActualText<FEFF(\w+)>|(EMC)|(\[.*?\] TJ)", content):
        if span:
            text += bytes.fromhex(span.decode()).decode("utf-16-be")
        is_said = bool(span) or (is_said and not end)
        for code in re.findall(rb"<([0-9a-f]+)>", shown) if not is_said else ():
            text += "".join(glyphs.texts[int(code[n : n + 4], 16)] for n in range(0, len(code), 4))
    assert text[::-1] == words


@pytest.mark.parametrize("words", ["كلا", "كلا نص", "عقلاً لا", "الله"])
def test_ligature_at_a_word_end_is_extracted_in_order(words: str) -> None:
    """Test a ligature at the end of a word: PDFium does not reverse text that begins with an ActualText."""
    assert texts(file_of("NotoSansArabic", words))[0].split() == words.split()


def test_readable_glyphs_have_no_actual_text() -> None:
    words = WORDS["EBGaramond"]
    assert b"ActualText" not in zlib.decompress(painted(f"<p>{words}</p>").pages[0].content)


@pytest.mark.parametrize("space", ["\u00a0", "\u2002", "\u2003", "\u2009", "\u202f"])
def test_fixed_width_spaces_have_no_actual_text(space: str) -> None:
    """Test fixed-width spaces, which get no ActualText: fonts may use the glyph of the space for them."""
    quire = painted(f"<p>Figure 2.1{space}Output and costs</p>", "p { font-family: Sans }")
    assert b"ActualText" not in zlib.decompress(quire.pages[0].content)
    assert texts(bound(quire))[0].split() == ["Figure", "2.1", "Output", "and", "costs"]


def run(numbers: list[int], clusters: list[int]) -> RunGlyphs:
    return RunGlyphs(numbers, [500] * len(numbers), [0] * len(numbers), [0] * len(numbers), clusters)


def test_actual_text_covers_whole_words() -> None:
    """Test that a word with a vowel before its consonant has one ActualText, and no other word has."""
    data = read_face("scripts/NotoSerifDevanagari-Regular.ttf")
    import uharfbuzz as hb

    font = hb.Font(hb.Face(data))
    vowel, consonant, space = (font.get_nominal_glyph(ord(letter)) for letter in "\u093f\u0927 ")
    simple_namespace = SimpleNamespace(to_unicode={}, file_content=data)
    text = "ध धि ध".encode()
    glyphs = run([consonant, space, vowel, consonant, space, consonant], [0, 3, 4, 4, 10, 11])
    assert find_misread_glyphs(simple_namespace, glyphs, text, rtl=False) == [(2, 5, "धि ")]
    assert simple_namespace.to_unicode == {consonant: "ध", space: " ", vowel: "\u093f"}


def test_glyph_with_two_characters_is_read_as_the_requested_one() -> None:
    """Test a glyph of two characters: it is extracted as the one that is searched for.

    A font may use Latin glyphs for Greek; the script that occurs first in the book must not matter.
    """
    data = read_face("EBGaramond-Regular.ttf")
    import uharfbuzz as hb

    letter = hb.Font(hb.Face(data)).get_nominal_glyph(ord("A"))
    simple_namespace = SimpleNamespace(to_unicode={}, file_content=data)
    assert find_misread_glyphs(simple_namespace, run([letter], [0]), "Α".encode(), rtl=False) == [(0, 1, "Α")]
    assert find_misread_glyphs(simple_namespace, run([letter], [0]), b"A", rtl=False) == ()
