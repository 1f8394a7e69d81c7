"""Rules and words of languages: tags, direction, labels, numbers and dates.

Takes a language tag, returns ``Labels`` and rules. Begin with ``language_tags.py`` and ``labels.py``.
"""
