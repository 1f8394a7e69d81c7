"""Checks of finished decks: `check_deck` for builds, `examination` and `placing` for ``triptych check``."""

from triptych.checks.deck.integrity import check_deck

__all__ = ["check_deck"]
