"""Store cached results in signed files: keys, journals, limits on size, and serialisation.

Begin with ``engine/tasks.py``, which lists all cached results.
"""
