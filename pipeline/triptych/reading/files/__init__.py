"""Files that a project names: pictures, diagrams, templates of its own.

Enters: paths. Leaves: what is in them, measured and vetted, or a finding.
Begin with ``pictures.py``.
"""
