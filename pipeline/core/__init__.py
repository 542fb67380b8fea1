"""The pure part of the house: bytes and values in, values out; no clock, socket, file or database."""
