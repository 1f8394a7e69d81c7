"""Compare pages of the same text set by Triptych, by LuaLaTeX and by Typst.

The entry point is ``__main__.py``.
"""
