"""What is made once: a ``Task`` names a step and all that decides its result, which the cache keeps.

In come steps and their inputs, out come results of the same bytes whether they were made or remembered.
Begin with ``steps.py``, which lists all that is remembered.
"""
