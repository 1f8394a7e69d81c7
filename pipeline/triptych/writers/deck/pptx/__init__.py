"""Extend python-pptx for writing decks.

``exports.py`` re-exports public names. ``package.py`` extends internal classes and replaces slow functions,
and ``chart_data.py`` extends chart workbooks.
"""
