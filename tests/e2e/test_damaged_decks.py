"""Test which faults in damaged decks our lint and openxml-audit find, alone and together."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks.deck.conftest import Parts, packed, sound_deck
from tests.checks.deck.damages import DAMAGES, Damage

from .validators import openxml_audit

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="session")
def sound() -> Parts:
    return sound_deck()


def audited(parts: Parts, folder: Path) -> bool:
    """Return whether openxml-audit reports a finding."""
    path = folder / "deck.pptx"
    path.write_bytes(packed(parts))
    return openxml_audit(path) != []


def test_valid_deck_has_no_violation(sound: Parts, tmp_path: Path) -> None:
    assert not audited(sound, tmp_path)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_audit_finds_its_known_violations(damage: Damage, sound: Parts, tmp_path: Path) -> None:
    assert audited(damage.inflict(sound), tmp_path) is damage.audited


def test_nearly_all_is_noticed() -> None:
    assert len(DAMAGES) == 27
    assert sum(bool(damage.rules) or damage.audited for damage in DAMAGES) >= 25
    assert sum(bool(damage.rules) for damage in DAMAGES) > sum(damage.audited for damage in DAMAGES)
