"""Namespaces and types of relationships of presentations (ECMA-376, transitional), as lxml writes them."""

from __future__ import annotations

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R = f"{{{OFFICE}}}"
P14 = "{http://schemas.microsoft.com/office/powerpoint/2010/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
ADEC = "{http://schemas.microsoft.com/office/drawing/2017/decorative}"

PRESENTATION = "ppt/presentation.xml"
TYPES = "[Content_Types].xml"
