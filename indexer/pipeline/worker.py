"""A process that reads pages: ``python -m indexer.pipeline.worker``, frames in, frames out.

Frames are MessagePack texts. The first frame in is the site and is
answered with an empty frame; every other frame in is a page and is answered with its outcome. The
process ends when its input does, so it never outlives the run that started it.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from typing import BinaryIO

import msgspec

from ..site import Site
from ..sources.page import Page
from .frames import read_frame, write_frame
from .reading import read_page

# A page is at most 10 MB; a parsed tree of such a page takes several hundred. What needs more is
# not worth the machine's other work, and fails as one page instead of bringing the kernel's killer.
MEMORY_BYTES = 2 * 1024**3


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer pages until there are no more."""
    head = read_frame(requests)
    if head is None:
        return
    site = msgspec.msgpack.decode(head, type=Site)
    write_frame(answers, b"")
    decode = msgspec.msgpack.Decoder(Page).decode
    encode = msgspec.msgpack.Encoder().encode
    while (frame := read_frame(requests)) is not None:
        write_frame(answers, encode(read_page(decode(frame), site)))


def main() -> None:
    """Serve standard input and output, with bounded memory, deaf to the terminal's Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Answers have the real standard output to themselves: whatever prints, prints to the error output.
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr
    try:
        serve(sys.stdin.buffer, answers)
    except BrokenPipeError:
        # The run that asked is gone; there is nobody left to tell. Not even Python at exit may try.
        os._exit(0)


if __name__ == "__main__":
    main()
