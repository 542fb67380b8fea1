"""Content-Encoding undone piece by piece, with a bound on every layer: a bomb is met at its first megabytes."""

from __future__ import annotations

import zlib

GZIP_MAGIC = b"\x1f\x8b"
PLAIN_CODINGS = frozenset({"", "identity", "none"})  # "none" is sent by servers that mean identity
GZIP_CODINGS = frozenset({"gzip", "x-gzip"})  # RFC 9110, 8.4.1.3
MAX_LAYERS = 4  # three were met in bombs, never more than two in earnest
PIECE_BYTES = 1 << 16  # between two layers, so that neither holds what the other has not asked for


class UnknownCoding(Exception):
    """The server used a coding that was not asked for; the message is its name."""


class Damaged(Exception):
    """The packed bytes are broken or end too early; the message ends "the body ..."."""


class Unpacking:
    """One body on its way in: ``feed`` it as it comes, ``finish`` it, then ``body`` is whole.

    ``content_encoding`` is the header, possibly a list ("gzip, gzip"); ``limit_bytes`` bounds what each layer may
    give. ``full`` is True once the bound is passed: ``body`` is then cut at it and further bytes are dropped. A body
    that is labelled gzip but plain is taken as plain, and one that is gzip without a label (``sitemap.xml.gz``) is
    unpacked: nobody in the house has a use for packed bytes. Raises UnknownCoding.
    """

    def __init__(self, content_encoding: str, limit_bytes: int) -> None:
        codings = [coding.strip().lower() for coding in content_encoding.split(",")]
        packed = [coding for coding in reversed(codings) if coding not in PLAIN_CODINGS]
        unknown = [coding for coding in packed if coding not in GZIP_CODINGS and coding != "deflate"]
        if unknown or len(packed) > MAX_LAYERS:
            raise UnknownCoding(unknown[0] if unknown else f"{len(packed)} layers of gzip")
        self._layers = [_Layer(coding == "deflate", limit_bytes) for coding in packed] + [_Layer(False, limit_bytes)]
        self._limit_bytes = limit_bytes
        self._pieces: list[bytes] = []
        self._length = 0

    @property
    def full(self) -> bool:
        return self._length > self._limit_bytes or any(layer.full for layer in self._layers)

    @property
    def body(self) -> bytes:
        return b"".join(self._pieces)[: self._limit_bytes]

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes from the wire. Raises Damaged."""
        self._pass_on(0, chunk)

    def finish(self) -> None:
        """Tell that nothing more comes. Raises Damaged where a packed stream is not at its end."""
        for place, layer in enumerate(self._layers):
            held_back = layer.finish()
            if held_back:
                self._pass_on(place + 1, held_back)

    def _pass_on(self, place: int, data: bytes) -> None:
        if place == len(self._layers):
            self._pieces.append(data)
            self._length += len(data)
            return
        layer = self._layers[place]
        piece = layer.first(data)
        while piece:
            self._pass_on(place + 1, piece)
            if self.full:
                return
            piece = layer.next()


class _Layer:
    """One coding: decides by the first two bytes whether there is anything to undo at all."""

    def __init__(self, deflate: bool, limit_bytes: int) -> None:
        self._deflate = deflate
        self._limit_bytes = limit_bytes
        self._head = b""
        self._decided = False
        self._inflater: zlib._Decompress | None = None
        self._waiting = b""
        self._owes = False
        self._given = 0

    @property
    def full(self) -> bool:
        return self._given > self._limit_bytes

    def first(self, data: bytes) -> bytes:
        """Take ``data`` and give the first piece that comes of it; b"" where that is nothing."""
        if not self._decided:
            data = self._head + data
            if len(data) < len(GZIP_MAGIC):
                self._head = data
                return b""
            self._decide(data)
        if self._inflater is None:
            return data
        self._waiting += data
        return self.next()

    def next(self) -> bytes:
        """The next piece of what has been taken, at most PIECE_BYTES; b"" where more must come first."""
        while self._inflater is not None and (self._waiting or self._owes):
            if self._inflater.eof and not self._begin_next_member():
                return b""
            try:
                piece = self._inflater.decompress(self._waiting, PIECE_BYTES)
            except zlib.error as error:
                raise Damaged(f"holds broken packed bytes ({error})") from error
            self._waiting = self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail
            # zlib may have swallowed all input and still hold the end of a long repetition.
            self._owes = len(piece) == PIECE_BYTES and not self._inflater.eof
            if piece:
                self._given += len(piece)
                return piece
        return b""

    def finish(self) -> bytes:
        """What was held back while undecided. Raises Damaged where the stream is not at its end."""
        if self._inflater is not None and not self._inflater.eof:
            raise Damaged("ends before its packed bytes do")
        return b"" if self._decided else self._head

    def _begin_next_member(self) -> bool:
        """A gzip file may be several in a row (RFC 1952, 2.2); anything else behind its end is padding."""
        if not self._deflate and self._waiting == GZIP_MAGIC[:1]:
            return False  # the other half of the mark may be on its way
        if self._deflate or not self._waiting.startswith(GZIP_MAGIC):
            self._waiting = b""
            return False
        self._inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        return True

    def _decide(self, head: bytes) -> None:
        self._decided = True
        if head.startswith(GZIP_MAGIC):
            self._inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        elif self._deflate:
            # "deflate" means zlib's wrapping (RFC 9110, 8.4.1.2); some servers send it bare. The wrapping is known by
            # its method 8 and its check bits (RFC 1950, 2.2).
            wrapped = head[0] & 0x0F == 8 and (head[0] << 8 | head[1]) % 31 == 0
            self._inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
