"""Compiles every kernel there is: ``python -m indexer.analysis.compile_kernels``."""

from __future__ import annotations

from importlib import import_module

from .compiled import alone, is_complete, kernel_modules, mark_complete


def main() -> None:
    """Compile what is not yet kept, and note that all of it is."""
    with alone():
        if is_complete():
            return
        for name in kernel_modules():
            import_module(name)  # which compiles the kernels in it
        mark_complete()


if __name__ == "__main__":
    main()
