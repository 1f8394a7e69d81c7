"""Write the document model as XHTML for print and EPUB, with the same ids, numbers and labels."""
