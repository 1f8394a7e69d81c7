"""What commands print: findings with their lines, what is under way, a talk slide by slide.

Enters: diagnostics and results. Leaves: lines on the terminal, or JSON.
Begin with ``report.py``.
"""
