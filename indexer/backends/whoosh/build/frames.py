"""The frames of a segment that is being made: compressed batch by batch, in memory or in its file already."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..codec.container import ContainerWriter
from ..codec.stored import SAMPLED_BYTES, WORTHWHILE_BYTES, Compressor, train

STORE: Final = "store.frames"
HELD_BYTES: Final = 8 << 20  # of frames kept in memory; of what is larger, the file is begun with them


def offsets_of(sizes: npt.NDArray[np.uint32]) -> npt.NDArray[Any]:
    """Where each of some runs of bytes begins, and the last one ends, in the narrowest type."""
    ends = np.cumsum(sizes, dtype=np.uint64)
    wide = len(ends) > 0 and int(ends[-1]) >> 32
    return np.concatenate((np.zeros(1, np.uint64), ends)).astype(np.uint64 if wide else np.uint32)


class Frames:
    """Compresses what is stored of documents, in their order.

    ``dictionary`` compresses it; without one, one is made from the first documents. What does not fit into
    a few megabytes goes to the segment's file at once, which then begins with the frames.
    """

    def __init__(self, path: Path, dictionary: bytes = b"") -> None:
        self.dictionary = dictionary
        self._path = path
        self._sizes = array("I")
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._file: ContainerWriter | None = None
        self._is_begun = False
        self._compressor = Compressor(dictionary) if dictionary else None
        self._samples: list[bytes] = []
        self._sampled = 0

    def __len__(self) -> int:
        return len(self._sizes)

    def put(self, contents: Sequence[bytes]) -> None:
        """Take the contents of the next frames."""
        if self._compressor is not None:
            self._keep(self._compressor.compress_all(contents))
            return
        self._samples += contents
        self._sampled += sum(map(len, contents))
        if self._sampled >= SAMPLED_BYTES:
            self._keep(self._first())

    def finish(self) -> None:
        """Compress what is still waiting for a dictionary."""
        if self._compressor is None:
            self._keep(self._first())

    def write(self) -> ContainerWriter:
        """The segment's file with the frames as its first array. It may be asked for again as long as it
        was not begun.

        Raises:
            OSError: there is no room for it, or was none when it was begun.
        """
        if self._is_begun and self._file is None:
            raise OSError(f"{self._path}: what was to be written is gone")
        writer, self._file = self._file or self._begin(), None
        self._pour(writer)
        return writer

    @property
    def offsets(self) -> npt.NDArray[Any]:
        """Where each frame begins, and the last one ends."""
        return offsets_of(np.frombuffer(self._sizes, np.uint32))

    def abandon(self) -> None:
        """Close the file, if it was begun; it is left for whoever sweeps."""
        if self._file is not None:
            self._file.abandon()
            self._file = None

    def _first(self) -> list[bytes]:
        """The frames of the first documents, once there is a dictionary."""
        if self._sampled > WORTHWHILE_BYTES:
            self.dictionary = train(self._samples)
        self._compressor = Compressor(self.dictionary)
        samples, self._samples = self._samples, []
        return self._compressor.compress_all(samples)

    def _keep(self, frames: Sequence[bytes]) -> None:
        self._held += frames
        self._sizes.extend(map(len, frames))
        self._held_bytes += sum(map(len, frames))
        if self._held_bytes > HELD_BYTES:
            self._is_begun = True
            self._file = self._file or self._begin()
            self._pour(self._file)
            self._held, self._held_bytes = [], 0

    def _begin(self) -> ContainerWriter:
        writer = ContainerWriter(self._path)
        writer.begin(STORE, np.uint8)
        return writer

    def _pour(self, writer: ContainerWriter) -> None:
        try:
            writer.go_on(np.frombuffer(b"".join(self._held), np.uint8))
        except BaseException:
            self._file = None
            writer.abandon()
            raise
