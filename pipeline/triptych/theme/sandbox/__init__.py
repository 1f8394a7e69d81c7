"""Untrusted Jinja templates: what they can use (``template_values``), and how much (``bounded_templates``).

Enters a template of a project or the text of a section; leaves text, or ``SecurityError``. Begin at
``BoundedEnvironment``.
"""
