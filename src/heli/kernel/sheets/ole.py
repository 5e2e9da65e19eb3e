"""The streams of an old Office file (OLE compound document), found without trusting its tables."""

from __future__ import annotations

import struct
from collections.abc import Iterator

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST = 0xFFFFFFFA
"""Numbers from here on are marks, not sectors."""


class OleError(ValueError):
    """The file's tables lead nowhere."""


class Ole:
    """An old Office file's streams by name.

    Raises ``OleError`` when a table points outside of the file or in a circle.
    """

    def __init__(self, data: bytes) -> None:
        if not data.startswith(MAGIC) or len(data) < 512:
            raise OleError("no such file")
        self.data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift > shift:
            raise OleError("size of sectors")
        self.size, self.mini_size = 1 << shift, 1 << mini_shift
        self.count = len(data) // self.size
        first_directory, _sign, self.cutoff, first_mini = struct.unpack_from("<IIII", data, 48)
        self.fat = self._table()
        self.streams = dict(self._directory(self._chain(first_directory)))
        self.mini_fat = _numbers(self._chain(first_mini))
        self.mini = self._chain(self.streams[""][0]) if "" in self.streams else b""

    def _sector(self, number: int) -> bytes:
        return self.data[(number + 1) * self.size : (number + 2) * self.size]

    def _table(self) -> list[int]:
        """Which sector follows which; the list of the table's own sectors may go on in sectors too."""
        next_list, _lists = struct.unpack_from("<II", self.data, 68)
        numbers = list(struct.unpack_from("<109I", self.data, 76))
        for _turn in range(self.count):
            if next_list >= _LAST:
                break
            more = _numbers(self._sector(next_list))
            if not more:
                break
            numbers += more[:-1]
            next_list = more[-1]
        sectors = [number for number in numbers[: self.count] if number < _LAST]
        return [number for sector in sectors for number in _numbers(self._sector(sector))][: self.count + 1]

    def _chain(self, first: int) -> bytes:
        pieces: list[bytes] = []
        number = first
        while number < _LAST:
            if number >= len(self.fat) or len(pieces) > self.count:
                raise OleError("a chain of sectors")
            pieces.append(self._sector(number))
            number = self.fat[number]
        return b"".join(pieces)

    def _directory(self, data: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
        """Streams by name with first sector and length; the root, which holds the small ones, has no name."""
        for at in range(0, len(data) - 127, 128):
            length, kind = struct.unpack_from("<HB", data, at + 64)
            first, size = struct.unpack_from("<II", data, at + 116)
            if kind == 5:
                yield "", (first, size)
            elif kind == 2 and 2 <= length <= 64:
                yield data[at : at + length - 2].decode("utf-16-le", "replace"), (first, size)

    def stream(self, name: str) -> bytes:
        """A stream's bytes. Raises ``KeyError`` when there is none of that name."""
        first, size = self.streams[name]
        if size >= self.cutoff:
            return self._chain(first)[:size]
        pieces: list[bytes] = []
        number = first
        while number < _LAST:
            if number >= len(self.mini_fat) or len(pieces) > len(self.mini_fat):
                raise OleError("a chain of small sectors")
            pieces.append(self.mini[number * self.mini_size : (number + 1) * self.mini_size])
            number = self.mini_fat[number]
        return b"".join(pieces)[:size]


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))
