"""Articles to index: sources, parsing, catalog and the index itself."""
