"""Golden pages: HTML in, the article as JSON out. ``python -m tests.golden`` writes the JSON anew."""
