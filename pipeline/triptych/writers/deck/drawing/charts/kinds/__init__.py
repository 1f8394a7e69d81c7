"""Native charts of kinds that PowerPoint does not know, made of those that it does.

Enters: a chart and its frame. Leaves: ``OwnForm``, the type and workbook of the native chart and how it is
styled. Begin with ``own_form.py``.
"""
