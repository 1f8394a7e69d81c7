"""Black text is printed over its ground; areas and text in other inks leave it free."""

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
        # Once is enough for what follows, and what is no black text ends it.
        (f"{BLACK}\n{TEXT}\n{TEXT}", f"{BLACK}\n/kover gs\n{TEXT}\n{TEXT}"),
        (f"{BLACK}\n{TEXT}\n{RED}\n{TEXT}", f"{BLACK}\n/kover gs\n{TEXT}\n{RED}\n/kout gs\n{TEXT}"),
        (f"{BLACK}\n{TEXT}\n0 0 9 9 re\nf", f"{BLACK}\n/kover gs\n{TEXT}\n0 0 9 9 re\n/kout gs\nf"),
        (f"{BLACK}\n{TEXT}\n/i1 Do", f"{BLACK}\n/kover gs\n{TEXT}\n/kout gs\n/i1 Do"),
        # Saved states come back, with the colour and with what is printed over.
        (f"q\n{BLACK}\n{TEXT}\nQ\n0 0 9 9 re\nf", f"q\n{BLACK}\n/kover gs\n{TEXT}\nQ\n0 0 9 9 re\nf"),
        (f"{BLACK}\nq\n{RED}\nQ\n{TEXT}", f"{BLACK}\nq\n{RED}\nQ\n/kover gs\n{TEXT}"),
        (f"/DeviceGray cs\n0 0 0 1 scn\n{TEXT}", f"/DeviceGray cs\n0 0 0 1 scn\n{TEXT}"),
    ],
)
def test_what_is_printed_over(content: str, expected: str) -> None:
    assert overprint_black(content.encode()).decode() == expected
