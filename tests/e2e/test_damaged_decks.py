"""What our lint and openxml-audit notice of decks that are damaged on purpose, each and together."""

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
    """Whether openxml-audit says something."""
    path = folder / "deck.pptx"
    path.write_bytes(packed(parts))
    return openxml_audit(path) != []


def test_nothing_is_said_of_the_sound_deck(sound: Parts, tmp_path: Path) -> None:
    assert not audited(sound, tmp_path)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_the_audit_notices_what_it_is_known_to(damage: Damage, sound: Parts, tmp_path: Path) -> None:
    assert audited(damage.inflict(sound), tmp_path) is damage.audited


def test_nearly_all_is_noticed() -> None:
    assert len(DAMAGES) == 27
    assert sum(bool(damage.rules) or damage.audited for damage in DAMAGES) >= 25
    assert sum(bool(damage.rules) for damage in DAMAGES) > sum(damage.audited for damage in DAMAGES)
