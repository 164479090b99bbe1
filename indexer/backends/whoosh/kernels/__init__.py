"""Compiled loops over a segment's arrays. None of them makes a Python object, all of them release the GIL."""
