"""Store cached results in signed files.

Begin with ``engine/tasks.py``, which lists all cached results.
"""
