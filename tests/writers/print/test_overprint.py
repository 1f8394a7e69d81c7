"""Test that black text overprints its background, and that other content knocks it out."""

from __future__ import annotations

import pytest

from triptych.writers.print.painting import overprint_black

BLACK, RED = "/DeviceCMYK cs\n0 0 0 1 scn", "/DeviceCMYK cs\n0 1 1 0 scn"
TEXT = "BT\n<01> Tj\nET"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"{BLACK}\n{TEXT}", f"{BLACK}\n/kover gs\n{TEXT}"),
        (f"{RED}\n{TEXT}", f"{RED}\n{TEXT}"),
        # The setting stays until content other than black text.
        (f"{BLACK}\n{TEXT}\n{TEXT}", f"{BLACK}\n/kover gs\n{TEXT}\n{TEXT}"),
        (f"{BLACK}\n{TEXT}\n{RED}\n{TEXT}", f"{BLACK}\n/kover gs\n{TEXT}\n{RED}\n/kout gs\n{TEXT}"),
        (f"{BLACK}\n{TEXT}\n0 0 9 9 re\nf", f"{BLACK}\n/kover gs\n{TEXT}\n0 0 9 9 re\n/kout gs\nf"),
        (f"{BLACK}\n{TEXT}\n/i1 Do", f"{BLACK}\n/kover gs\n{TEXT}\n/kout gs\n/i1 Do"),
        # Restored graphics states include the colour and the overprint setting.
        (f"q\n{BLACK}\n{TEXT}\nQ\n0 0 9 9 re\nf", f"q\n{BLACK}\n/kover gs\n{TEXT}\nQ\n0 0 9 9 re\nf"),
        (f"{BLACK}\nq\n{RED}\nQ\n{TEXT}", f"{BLACK}\nq\n{RED}\nQ\n/kover gs\n{TEXT}"),
        (f"/DeviceGray cs\n0 0 0 1 scn\n{TEXT}", f"/DeviceGray cs\n0 0 0 1 scn\n{TEXT}"),
    ],
)
def test_overprint_settings(content: str, expected: str) -> None:
    assert overprint_black(content.encode()).decode() == expected
