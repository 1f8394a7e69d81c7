"""Provide language rules and labels: tags, writing direction, numbers, dates, sentences and hyphenation.

Functions take BCP 47 language tags. The entry points are ``language_tags.py`` and ``labels.py``.
"""
