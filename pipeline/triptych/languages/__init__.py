"""Language rules and labels: tags, writing direction, numbers, dates, sentences and hyphenation.

Functions take BCP 47 language tags. Start with ``language_tags.py`` and ``labels.py``.
"""
