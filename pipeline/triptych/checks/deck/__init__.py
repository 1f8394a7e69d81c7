"""Check decks: `check_deck` runs in each build, `examination` in ``triptych check``."""

from triptych.checks.deck.integrity import check_deck

__all__ = ["check_deck"]
