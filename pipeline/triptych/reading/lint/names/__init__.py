"""Names that nothing has, or that stand twice: classes, ids, notes, references.

Enters: ``Draft``. Leaves: findings.
Begin with ``names.py``; ``vocabulary.py`` holds the names that there are.
"""
