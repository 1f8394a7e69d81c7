"""Read CSV files into columns of text and numbers, and files that listings include."""
