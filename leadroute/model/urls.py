"""The URL of a ledger, and how it may be shown: without its password."""

from __future__ import annotations

import re

_USER = re.compile(r"(://[^:@/?#]*):.*@", re.DOTALL)
"""Up to the last ``@``: a password that was not percent-encoded may hold any of the characters that end one."""

_NO_HOST = re.compile(r"(://[^:@/?#\[\]]*):(?!\d+(?:[/?#]|$))[^@]*$", re.DOTALL)
"""What stands where a port would, and is none: somebody forgot the host."""

_KEY = re.compile(r"([?&][^=&]*(?:pass|secret|token)[^=&]*=)[^&]*", re.IGNORECASE)


def masked(url: str) -> str:
    """The text with ``***`` in the place of passwords; what is no URL comes back as it is."""
    if "://" not in url:
        return url
    return _KEY.sub(r"\1***", _NO_HOST.sub(r"\1:***", _USER.sub(r"\1:***@", url)))


def is_postgres(url: str) -> bool:
    """Whether a URL names a PostgreSQL database."""
    return url.partition("://")[0].lower() in {"postgresql", "postgresql+psycopg", "postgres"}
