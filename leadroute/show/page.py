"""A result as a page of a few kinds of blocks, which is text for a terminal, Markdown for a comment, or a part of an HTML page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from leadroute.model.frozen import frozen
from leadroute.show.console import Terminal, visible
from leadroute.show.tables import NUMBERS, table


@frozen
class Heading:
    """What the blocks after it are about."""

    text: str


@frozen
class Line:
    """One sentence."""

    text: str


Item = str | tuple[str, Sequence["Item"]]
"""A line of a list, or one with what belongs to it."""


@frozen
class Items:
    """A list; what belongs to an item follows it, one step deeper."""

    items: Sequence[Item]


@frozen
class Grid:
    """A table; a header that ends in ``#`` stands over numbers."""

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]


@frozen
class Folded:
    """Blocks that are shown when somebody asks for them, where that is possible."""

    title: str
    blocks: Sequence[Block]


_REFERENCE = re.compile(r"((?<!\w)@(?=\w)|(?<!&)#(?=\d))")
"""The sign before a name or number that GitHub would look up."""
Block = Heading | Line | Items | Grid | Folded
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1a1a1a;background:#fff}"
    "table{border-collapse:collapse;margin:1rem 0}th,td{border-bottom:1px solid #ddd;padding:.3rem .6rem;text-align:left;"
    "vertical-align:top}h2{font-size:1.1rem;margin-top:2rem}@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}"
    "th,td{border-color:#444}}"
)


def show_page(terminal: Terminal, blocks: Iterable[Block]) -> None:
    """Print a page to stdout."""
    before: Block | None = None
    for block in blocks:
        if before is not None and not isinstance(before, Heading) and not (isinstance(before, Line) and isinstance(block, Line)):
            terminal.show("")
        before = block
        if isinstance(block, Folded):
            show_page(terminal, [Heading(block.title), *block.blocks])
        elif isinstance(block, Heading | Line):
            terminal.show_line(block.text, 2)
        elif isinstance(block, Grid):
            terminal.show(table(block.headers, block.rows))
        else:
            for depth, text in _flat(block.items):
                terminal.show_line(f"{'  ' * (depth + 1)}{text}", 2 * depth + 4)


def _flat(items: Sequence[Item], depth: int = 0) -> Iterator[tuple[int, str]]:
    """Each item with how deep it stands."""
    for item in items:
        text, more = (item, ()) if isinstance(item, str) else item
        yield depth, text
        yield from _flat(more, depth + 1)


def page_markdown(blocks: Iterable[Block]) -> str:
    """A page as Markdown."""
    return "\n".join(line for block in blocks for line in (*_marked(block), ""))


def _marked(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"## {_plain(block.text)}"
    elif isinstance(block, Line):
        yield _plain(block.text)
    elif isinstance(block, Folded):
        yield f"<details><summary>{_safe(block.title)}</summary>"
        yield ""
        yield from page_markdown(block.blocks).splitlines()
        yield "</details>"
    elif isinstance(block, Items):
        yield from (f"{'  ' * depth}- {_plain(text)}" for depth, text in _flat(block.items))
    else:
        yield f"| {' | '.join(_plain(header.removesuffix(NUMBERS)) for header in block.headers)} |"
        yield f"|{'|'.join('---:' if header.endswith(NUMBERS) else '---' for header in block.headers)}|"
        for row in block.rows:
            yield f"| {' | '.join(map(_plain, row))} |"


def _plain(text: str) -> str:
    """A text that Markdown shows as it is."""
    safe = visible(text).replace("\n", " ").replace("\\", "\\\\").replace("&", "&amp;")
    for sign in "`*_[]|~":
        safe = safe.replace(sign, f"\\{sign}")
    # Two dollars may hold a formula, as those of two fields do. Nobody is notified, and no issue linked: GitHub looks for their names in
    # what is shown, so that an entity alone would not keep it from that.
    safe = safe.replace("<", "&lt;").replace("$", "&#36;")
    return _REFERENCE.sub("\\1&#8203;", safe)


def whole_page(title: str, blocks: Iterable[Block]) -> str:
    """A page as a file of its own, which loads nothing from elsewhere."""
    head = f'<meta charset="utf-8"><title>{_safe(title)}</title><style>{_STYLE}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n{page_html(blocks)}</body></html>\n'


def page_html(blocks: Iterable[Block]) -> str:
    """A page as a part of an HTML page, of elements without style."""
    return "".join(f"{line}\n" for block in blocks for line in _tagged(block))


def _tagged(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"<h2>{_safe(block.text)}</h2>"
    elif isinstance(block, Line):
        yield f"<p>{_safe(block.text)}</p>"
    elif isinstance(block, Folded):
        yield f"<details><summary>{_safe(block.title)}</summary>"
        yield page_html(block.blocks).rstrip()
        yield "</details>"
    elif isinstance(block, Items):
        yield "<ul>"
        yield from map(_tagged_item, block.items)
        yield "</ul>"
    else:
        yield "<table>"
        yield f"<thead><tr>{_each('th', [header.removesuffix(NUMBERS) for header in block.headers])}</tr></thead>"
        yield "<tbody>"
        yield from (f"<tr>{_each('td', row)}</tr>" for row in block.rows)
        yield "</tbody>"
        yield "</table>"


def _tagged_item(item: Item) -> str:
    text, more = (item, ()) if isinstance(item, str) else item
    under = f"<ul>{''.join(map(_tagged_item, more))}</ul>" if more else ""
    return f"<li>{_safe(text)}{under}</li>"


def _each(tag: str, texts: Iterable[str]) -> str:
    return "".join(f"<{tag}>{_safe(text)}</{tag}>" for text in texts)


def _safe(text: str) -> str:
    return escape(visible(text))
