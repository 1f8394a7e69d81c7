"""The book for print: XHTML → pages → PDF."""
