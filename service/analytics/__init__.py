"""What visitors look for and do not find, counted so that no reader can be found in it.

:mod:`.recorder` takes what was asked off the request path, :mod:`.folding` makes one intent of the keys a
visitor pressed, :mod:`.keeping` counts intents in the store, and :mod:`.reports` reads them.
"""
