"""What ``init`` wrote, or what kept it from writing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from leadroute.insight.profile import LeadProfile
from leadroute.show.console import Terminal
from leadroute.show.diagnostics import counted


def show_first_project(terminal: Terminal, folder: str, written: Sequence[str], leads: LeadProfile | None) -> None:
    """The files on stdout; on stderr what was learned from the leads, and what to do next."""
    for path in written:
        terminal.show(path if folder == "." else f"{folder}/{path}")
    if leads is not None:
        terminal.say(_learned(leads))
        if leads.repeats:
            terminal.say(f"`{leads.id}` names the leads, but {leads.repeats:,} of {leads.rows:,} rows have none or share one: see leads.id")
    go = "" if folder == "." else f"cd {folder}; "
    terminal.say(f"next: {go}leadroute validate, then put your people into roster.yaml")


def show_in_the_way(terminal: Terminal, folder: str, files: Sequence[str]) -> None:
    """Why nothing was written."""
    terminal.warn(f"error: nothing written, since `{folder}` already has {counted(len(files), 'file')} of these names")
    for file in files:
        terminal.warn(f"   {file}")
    terminal.warn("   help: name another folder: leadroute init routing")


def _learned(leads: LeadProfile) -> str:
    kinds = Counter(field.type.value for field in leads.fields)
    types = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common())
    return f"{counted(leads.rows, 'lead')}, {counted(len(leads.fields), 'field')}: {types}"
