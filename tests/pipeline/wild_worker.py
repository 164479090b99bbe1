"""A page-reading process that does what pages say: dies, hangs, prints, or reads them after all."""

from __future__ import annotations

import os
import signal
import sys
import time

from indexer.pipeline import worker
from indexer.pipeline.reading import Outcome, read_page
from indexer.site import Site
from indexer.sources import Page


def obey(page: Page, site: Site) -> Outcome:
    if b"KILL" in page.data:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"EXIT" in page.data:
        os._exit(3)
    if b"HANG" in page.data:
        time.sleep(600)
    if b"PRINT" in page.data:
        sys.stdout.write("a parser that prints")
    return read_page(page, site)


if __name__ == "__main__":
    worker.read_page = obey
    if "broken" in sys.argv:
        sys.exit(1)
    worker.main()
