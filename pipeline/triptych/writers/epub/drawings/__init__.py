"""Charts, diagrams and formulas as an e-book shows them: drawings in the page, on paper, or in dots.

Begin with ``in_page.py``.
"""
