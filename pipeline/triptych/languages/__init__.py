"""Language rules and labels: tags, writing direction, numbers, dates, sentences and hyphenation.

Every function takes a BCP 47 language tag. Begin with ``language_tags.py`` and ``labels.py``.
"""
