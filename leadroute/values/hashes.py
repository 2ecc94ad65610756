"""Stable hashes of texts: the same lead falls into the same part today and next week."""

from __future__ import annotations

from hashlib import sha256


def bucket(text: str, into: int) -> int:
    """The stable hash: first 8 bytes, big-endian, of the SHA-256 of the UTF-8 text, modulo ``into``."""
    return int.from_bytes(sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big") % into
