"""The world's door: a Request goes out, a Reply or a FetchError comes back, and nobody else dials."""
