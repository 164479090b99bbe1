"""``python -m service``: the same as the command ``broadsheet``."""

from __future__ import annotations

from .cli import main

main()
