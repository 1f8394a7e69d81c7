"""Pages beside pages: the same text set by Triptych, by LuaLaTeX and by Typst, measured on the finished PDFs.

Begin with ``__main__.py``.
"""
