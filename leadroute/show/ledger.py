"""The ledger for people: batches, standings, the history of a lead, and what was done to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadroute.insight.carried import Carried, Order
from leadroute.ledger.records import Batch, Chapter, Difference, Happened, Moved, Noted, Undone
from leadroute.model.clock import local
from leadroute.show.console import Terminal
from leadroute.show.diagnostics import counted
from leadroute.show.distribution import use_words
from leadroute.show.tables import table
from leadroute.show.words import amount

NEWEST = 20
"""Batches that are listed unless all are asked for."""


def show_moved(terminal: Terminal, what: Moved, source: str, target: str) -> None:
    """Say, to stderr, what went from where to where: stdout may be what was written."""
    terminal.say(f"{_batches(what.batches)}, {counted(what.decisions, 'decision')}, {counted(what.rows, 'row')}: {source} -> {target}")


def show_batches(terminal: Terminal, batches: Sequence[Batch], timezone: str) -> None:
    """Print the list of batches to stdout, the newest last."""
    listed = batches if terminal.verbose else batches[-NEWEST:]
    rows = [[batch.name, moment(batch.at, timezone), batch.kind, *_counts(batch), _note(batch)] for batch in listed]
    if rows:
        terminal.show(table(["batch", "at", "what", "leads#", "decided#", "note"], rows))
    else:
        terminal.show("no batches yet")
    if len(listed) < len(batches):
        terminal.say(f"{_batches(len(batches) - len(listed), 'earlier ')} (-v lists them all)")


def show_standings(terminal: Terminal, found: Carried, timezone: str) -> None:
    """Print who carries what, then each turn order, to stdout."""
    loads = [
        [one.rep, amount(one.load), "-" if one.open is None else amount(one.open), ", ".join(map(use_words, one.limits))]
        for one in found.loads
    ]
    limited = 4 if any(one.limits for one in found.loads) else 3
    terminal.show(table(["rep", "load#", "open#", "limits"][:limited], [row[:limited] for row in loads]))
    for order in found.orders:
        terminal.show("")
        terminal.show(_title(order))
        rows = [
            [
                one.rep,
                amount(one.turns),
                amount(one.weight),
                level(one.turns, one.weight),
                _place(one.absent, one.since, one.member, one.next, timezone),
            ]
            for one in order.places
        ]
        terminal.show(table(["rep", "turns#", "weight#", "level#", ""], rows))


def show_history(terminal: Terminal, lead: str, history: Sequence[Chapter], timezone: str) -> None:
    """Print what became of a lead to stdout, the oldest first."""
    terminal.show(lead)
    for chapter in history:
        terminal.show_line(f"  {moment(chapter.at, timezone)}  {chapter.batch:<14} {', '.join(_told(chapter))}", 6)


def show_undone(terminal: Terminal, done: Undone) -> None:
    """Say what was taken back."""
    leads = counted(done.leads, "lead")
    words = {
        "adjust": "the turns are what they were",
        "close": f"the load of {leads} counts again",
        "answered": f"{leads} {'is' if done.leads == 1 else 'are'} not answered",
    }
    run = f"its {leads} {'is' if done.leads == 1 else 'are'} what they were, turns, limits and load are given back"
    answer = words.get(done.kind, run)
    terminal.show(f"{done.target} is undone: {answer}   batch {done.batch}")
    if done.along:
        terminal.show(f"  {counted(done.along, 'later decision')} went along")


def show_adjusted(terminal: Terminal, rep: str, pool: str, moved: Sequence[tuple[str | None, int, int]], batch: str | None) -> None:
    """Say who was moved: of each value of the rotation the turns that were added and those that the rep has now."""
    if batch is None:
        terminal.show(f"{rep} is next in pool {pool} already")
        return
    places = [
        f"{'+' if added > 0 else ''}{amount(added)} turns, {amount(now)} now{f' ({cell})' if cell is not None else ''}"
        for cell, added, now in moved
    ]
    terminal.show(f"{rep} in pool {pool}: {'; '.join(places)}   batch {batch}")


def show_noted(terminal: Terminal, found: Noted, done: str) -> None:
    """Say how many leads were noted; ``done`` is ``closed`` or ``answered``."""
    more = [
        f"{number:,} {words}"
        for number, words in ((found.before, f"{done} before"), (found.unassigned, "that nobody has"), (found.unknown, "unknown"))
        if number
    ]
    batch = f"   batch {found.batch}" if found.batch is not None else ""
    answer = ", ".join([f"{counted(found.fresh, 'lead')} {done}", *more])
    terminal.show(f"{answer}{batch}")


def show_checked(terminal: Terminal, differences: Sequence[Difference], batches: int) -> None:
    """Print what differs to stdout, or say that nothing does."""
    if differences:
        rows = [[one.what, one.where, one.recorded, one.rebuilt] for one in differences]
        terminal.show(table(["what", "where", "recorded", "rebuilt"], rows))
        terminal.show(f"{counted(len(differences), 'difference')} in {_batches(batches)}")
    else:
        terminal.show(f"{_batches(batches)}: standings are what decisions and events give")


def moment(at: int, timezone: str) -> str:
    """An instant on the routing clock, to the minute."""
    return f"{local(at, timezone):%Y-%m-%d %H:%M}"


def level(turns: int, weight: int) -> str:
    """Turns by weight, in hundredths rounded down."""
    whole, rest = divmod(turns * 100 // weight, 100)
    return f"{whole}.{rest:02}"


def _batches(number: int, which: str = "") -> str:
    return f"{number:,} {which}batch{'' if number == 1 else 'es'}"


def _counts(batch: Batch) -> list[str]:
    return [f"{batch.leads:,}" if batch.leads else "", f"{batch.decided:,}" if batch.kind == "route" else ""]


def _note(batch: Batch) -> str:
    parts = [f"of {batch.undoes}"] if batch.undoes is not None else []
    if batch.undone_by is not None:
        parts.append(f"undone by {batch.undone_by}")
    if batch.why:
        parts.append(batch.why)
    return "; ".join(parts)


def _title(order: Order) -> str:
    used = f"turns in pool{'s' if len(order.pools) > 1 else ''} {', '.join(order.pools)}" if order.pools else f"turns in {order.rotation}"
    if order.by is None and order.cell is None:
        return used
    return f"{used}, {order.by or 'value'} {order.cell if order.cell is not None else 'missing'}"


def _place(absent: str | None, since: int | None, member: bool, first: bool, timezone: str) -> str:
    if absent == "left" or not member:
        return f"left {moment(since, timezone)}" if since is not None else "left"
    if absent is not None and since is not None:
        return f"absent since {moment(since, timezone)}{f': {absent}' if absent else ''}"
    return "next" if first else ""


def _told(chapter: Chapter) -> Iterator[str]:
    """A chapter in words."""
    if chapter.decision is not None:
        made = chapter.decision
        where = f" to {made.rep}" if made.rep is not None else f" in {made.queue}" if made.queue is not None else ""
        yield f"{made.outcome.value}{where}"
        yield made.why
        if chapter.follows is not None:
            yield f"kept together with {chapter.follows}"
        if chapter.cost:
            cell = f" {chapter.cell}" if chapter.cell is not None else ""
            yield f"{amount(chapter.cost)} of turn in {chapter.rotation}{cell}"
        if chapter.effort:
            yield f"{amount(chapter.effort)} of load"
        return
    parts = {"turn": "turn", "load": "load", "counted": "place in the limits"}
    words = {
        Happened.UNDONE: f"the decision of {chapter.of} was undone",
        Happened.GIVEN_BACK: f"of {chapter.of} given back: {', '.join(parts[part] for part in chapter.parts)}",
        Happened.CLOSED: "closed",
        Happened.ANSWERED: "answered",
    }
    yield words.get(chapter.what, chapter.what.value)
    if chapter.undone_by is not None:
        yield f"undone by {chapter.undone_by}"
    if chapter.why:
        yield chapter.why
