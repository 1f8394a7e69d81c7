"""Extend python-pptx for writing decks.

``exports.py`` re-exports its public names. ``package.py`` extends its internal classes and replaces slow
functions, and ``chart_data.py`` extends its chart workbooks.
"""
