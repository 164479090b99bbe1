"""From articles to segment files: analysing, inverting, merging."""
