"""Reading one step ahead: while a block is worked on, the next one is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The same items in the same order, the next one being made in a thread of its own while the last one is used.

    What making an item raises is raised in its place.
    """
    from concurrent.futures import ThreadPoolExecutor

    iterator, over = iter(items), object()
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, iterator, over)
        while (item := coming.result()) is not over:
            coming = thread.submit(next, iterator, over)
            yield item  # type: ignore[misc]  # whatever is not the end is an item
