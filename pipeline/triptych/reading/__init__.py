"""Reading: section files, data and bibliography become the document model."""
