"""Write the model as XHTML for print and EPUB, with the same ids, numbers and words in both."""
