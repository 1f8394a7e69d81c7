"""Names that nothing has, or that stand twice: classes, ids, notes, references.

Enters: ``Draft``. Leaves: findings, a rule a module.
Begin with ``names.py``; ``vocabulary.py`` holds the names that there are.
"""
