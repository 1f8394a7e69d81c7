"""Store cached results in signed files.

For a list of all cached results, see ``engine/tasks.py``.
"""
