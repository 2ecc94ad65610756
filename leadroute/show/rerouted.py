"""What ``reroute`` did, for people on stderr."""

from __future__ import annotations

from leadroute.show.console import Terminal
from leadroute.show.diagnostics import counted


def show_rerouted(
    terminal: Terminal,
    *,
    waiting: int,
    on: int,
    reminded: int,
    retried: int,
    released: int,
    answered: int,
    batch: str | None,
    state: str,
    output: str,
    seconds: float,
) -> None:
    """The answer first: how many leads wait, and what was done about them (see ``workflows.reroute.Rerouted``)."""
    parts = [f"{on:,} went on, not answered in time"] if on else []
    if reminded:
        parts.append(counted(reminded, "reminder"))
    if retried:
        parts.append(f"{retried:,} held tried again, {released:,} of them held no longer")
    aside = f"{seconds:.2f} s{f', batch {batch}' if batch is not None else ''}"
    terminal.say_line(f"{counted(waiting, 'waiting lead')}: {'; '.join(parts) or 'nothing is due'}   {aside}", 2)
    if answered:
        terminal.say(f"  {counted(answered, 'new answer')} noted before")
    where = "stdout" if output == "-" else output
    terminal.say(f"  {where}, ledger {state}" if batch is not None else f"  {where}; nothing is recorded")
