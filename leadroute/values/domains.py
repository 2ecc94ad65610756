"""Internet domains: the host of whatever was typed, and the part of it that somebody registered."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from leadroute.language.text import compared

_SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//")
_PORT = re.compile(r":[0-9]*$")
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?|_[\w-]*[^\W_])(?:\.(?:[^\W_](?:[\w-]*[^\W_])?))+")
_ADDRESS_V4 = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
LONGEST = 2048


def host(text: str) -> str | None:
    """The host of a domain or URL in lower case, without ``www.``, user, port, path and final dot; ``None`` if there is none.

    A host has a dot. An e-mail address is no domain (``registrable_domain`` reads those).
    """
    bare = compared(text)
    if len(bare) > LONGEST:
        return None
    scheme = _SCHEME.match(bare)
    if scheme is not None:
        bare = bare[scheme.end() :]
    for mark in "/?#":
        bare = bare.partition(mark)[0]
    if scheme is not None:
        bare = bare.rpartition("@")[2]
    bare = _PORT.sub("", bare).removesuffix(".")
    shorter = bare.removeprefix("www.")
    if "." in shorter:
        bare = shorter
    return bare if len(bare) <= 253 and _HOST.fullmatch(bare) is not None else None


@lru_cache(maxsize=100_000)
def registrable_domain(text: str) -> str | None:
    """The registrable domain (public suffix list) of an e-mail address, URL or host; the host itself where there is none.

    ``jane@mail.acme.co.uk`` and ``https://shop.acme.co.uk/x`` give ``acme.co.uk``.
    """
    where = text.rpartition("@")[2] if "://" not in text else text
    name = host(where)
    if name is None or _ADDRESS_V4.fullmatch(name) is not None:
        return name
    found: str | None = _suffixes().privatesuffix(name)
    return found or name


@cache
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
