"""Import books in the Acme format, which is Markdown under another name."""

from triptych_import import Importer
from triptych_import.formats import markdown_file

ACME = Importer(
    "Acme", "an Acme file (`.acme`)", lambda path: path.suffix == ".acme", markdown_file.read_book
)
