"""Read CSV files as columns of text and numbers, and text files for listings."""
