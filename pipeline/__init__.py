"""Dateline: a newswire that knows where each story came from."""

__version__ = "0.1.0"
