"""Frames on a pipe: the length in eight bytes, then as many bytes."""

from __future__ import annotations

from typing import IO

LENGTH_BYTES = 8


def write_frame(stream: IO[bytes], content: bytes) -> None:
    """Send a frame."""
    stream.write(len(content).to_bytes(LENGTH_BYTES, "big") + content)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """Wait for a frame; ``None`` at the end of the stream."""
    head = stream.read(LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        return None
    length = int.from_bytes(head, "big")
    content = stream.read(length)
    return content if len(content) == length else None
