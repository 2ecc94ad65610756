"""What a change does to some leads, and why each that moves does: for people, as a page, and for programs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from leadroute.insight.cause import LIMITS, NOT_MEMBER, REQUIRE, Cause, Found, Why
from leadroute.insight.moved import Change, Group, Measured, Move, RepChange, Way
from leadroute.model.decisions import Decision
from leadroute.show.diagnostics import counted
from leadroute.show.page import Block, Grid, Heading, Items, Line
from leadroute.show.trace import place_json

MOST_WENT = 4
"""From whom to whom leads of a group went: so many pairs are named."""
MOST_REPS = 5
"""Reps that are named for one reason."""
MOST_CHANGED = 20
"""Reps whose leads change that stand in the table, unless all are asked for."""
MOST_GROUPS = 20
"""Groups of one cause that are listed, unless all are asked for."""
CAUSES = {
    Cause.RULE: "by rule",
    Cause.PERSON: "by person",
    Cause.LIMIT: "limit filled or freed by other leads",
    Cause.TOGETHER: "kept together with a lead that moved",
    Cause.TURN: "only the turn shifted",
}
_RULE = {
    "read": "the row is invalid, or repeats another, in one of the two alone",
    "step": "the rule tries another pool, rep or queue",
    "pick": "another pick",
    "prefer": "other preferences",
    "turns": "another turn order",
    "keep_together": "kept together otherwise",
}
_PERSON = {
    "weight": "another weight",
    "load": "another load",
    "fit": "fits otherwise",
    "hours": "next works at another time",
    "backup": "another backup",
}
_GATES = {REQUIRE: "not qualified", LIMITS: "at a limit", NOT_MEMBER: "not in the pool"}


class Detail(StrEnum):
    """How much is told: the counts, the real causes with examples, or every lead that moves."""

    SUMMARY = "summary"
    NORMAL = "normal"
    FULL = "full"


def blocks(found: Measured, detail: Detail = Detail.NORMAL) -> Iterator[Block]:
    """The page: who gets what, real causes one by one, and as counts alone what only follows from them."""
    yield Heading(f"measured on {counted(found.leads, 'lead')}")
    yield Line(_answer(found))
    for cause in Cause:
        if cause.own and found.causes[cause]:
            yield Line(f"{CAUSES[cause]}: {counted(found.causes[cause], 'lead')}")
            if detail is not Detail.SUMMARY:
                yield _listed([group for group in found.groups if group.found.cause is cause], whole=detail is Detail.FULL)
    after = [f"{CAUSES[cause]} {found.causes[cause]:,}" for cause in Cause if not cause.own and found.causes[cause]]
    if after:
        yield Line(f"only since other leads moved: {counted(found.moved - found.own, 'lead')} ({', '.join(after)})")
    if found.reordered:
        yield Line("the leads are served in another order")
    changed = [rep for rep in found.reps if rep.before != rep.after]
    shown = found.reps if detail is Detail.FULL else _most(changed)
    if shown:
        yield _people(found, shown)
    if len(shown) < len(changed):
        yield Line(f"{counted(len(changed) - len(shown), 'other rep')} whose leads change less (--detail full)")
    if found.moved and detail is not Detail.FULL and len(changed) < len(found.reps):
        yield Line(f"as many leads as before: {counted(len(found.reps) - len(changed), 'rep')}")
    if detail is Detail.SUMMARY:
        return
    for what, changes in (("outcome", found.outcomes), ("rule", found.rules), ("pool", found.pools), ("queue", found.queues)):
        rows = [change for change in changes if detail is Detail.FULL or change.before != change.after]
        if rows:
            yield Grid([what, "before#", "after#", "change#"], [_row(change) for change in rows])
    if detail is Detail.FULL and found.moved:
        yield Heading("every lead that moves")
        yield Items([_moved(move) for move in found.moves])


def as_value(found: Measured | None, detail: Detail = Detail.NORMAL) -> dict[str, Any] | None:
    """The same for programs; ``None`` when nothing was measured. ``moved_leads`` is ``null`` unless every lead is asked for."""
    if found is None:
        return None
    return {
        "leads": found.leads,
        "moved": found.moved,
        "same": found.same,
        "otherwise": found.otherwise,
        "reordered": found.reordered,
        "causes": {cause.value: leads for cause, leads in found.causes.items()},
        "outcomes": [_change_json("outcome", change) for change in found.outcomes],
        "rules": [_change_json("rule", change) for change in found.rules],
        "pools": [_change_json("pool", change) for change in found.pools],
        "queues": [_change_json("queue", change) for change in found.queues],
        "reps": [
            {"rep": rep.rep, "before": rep.before, "after": rep.after, "net": {cause.value: net for cause, net in rep.net.items()}}
            for rep in found.reps
        ],
        "groups": [
            {
                **_found_json(group.found),
                "words": _words(group),
                "old": _way_json(group.old),
                "new": _way_json(group.new),
                "leads": group.leads,
                "went": [{"from": old, "to": new, "leads": leads} for old, new, leads in group.went],
                "examples": list(group.examples),
            }
            for group in found.groups
        ],
        "moved_leads": None if detail is not Detail.FULL else [_move_json(move) for move in found.moves],
    }


def _answer(found: Measured) -> str:
    otherwise = f"; {found.otherwise:,} {'is' if found.otherwise == 1 else 'are'} taken by another rule or pool" if found.otherwise else ""
    if not found.moved:
        return f"none moves{otherwise}"
    return f"{found.moved:,} {'moves' if found.moved == 1 else 'move'}, {found.same:,} {'stays' if found.same == 1 else 'stay'}{otherwise}"


def _listed(groups: Sequence[Group], *, whole: bool) -> Items:
    listed = groups if whole else groups[:MOST_GROUPS]
    items: list[tuple[str, Sequence[str]]] = [(_title(group), (_words(group), _examples(group))) for group in listed]
    if len(listed) < len(groups):
        rest = groups[len(listed) :]
        items.append((f"{counted(sum(group.leads for group in rest), 'lead')} in {len(rest):,} smaller groups", ()))
    return Items(items)


def _title(group: Group) -> str:
    old, new = _way(group.old), _way(group.new)
    return f"{old}: {counted(group.leads, 'lead')}" if old == new else f"{old} -> {new}: {counted(group.leads, 'lead')}"


def _examples(group: Group) -> str:
    went = [f"{old} -> {new} {leads:,}" for old, new, leads in group.went[:MOST_WENT]]
    rest = sum(leads for _, _, leads in group.went[MOST_WENT:])
    more = ", …" if group.leads > len(group.examples) else ""
    return f"{', '.join(went)}{f', otherwise {rest:,}' if rest else ''} ({', '.join(group.examples)}{more})"


def _way(way: Way) -> str:
    rule = f"rule {way.rule}" if way.rule is not None else "no rule"
    place = f"pool {way.pool}" if way.pool is not None else f"queue {way.queue}" if way.queue is not None else way.outcome.value
    return way.outcome.value if way.rule is None and way.queue is None and way.pool is None else f"{rule}, {place}"


def _words(group: Group) -> str:
    """Why the leads of a group moved, as a sentence."""
    found = group.found
    if found.cause is Cause.RULE:
        what = found.whys[0].what
        if what != "rule":
            return _RULE[what]
        return "no rule takes them any more" if group.new.rule is None else "another rule takes them"
    if found.cause is not Cause.PERSON or not found.whys:
        return _people_words(found) if found.whys else CAUSES[found.cause]
    gained, lost = ({why.rep for why in found.whys if why.gains is gains} for gains in (True, False))
    to = sum(leads for _, new, leads in group.went if new in gained)
    had = sum(leads for old, _, leads in group.went if old in lost)
    parts = [
        f"{to:,} {'goes' if to == 1 else 'go'} to {_these(gained)}" if to else "",
        f"{had:,} {'was' if had == 1 else 'were'} with {_these(lost)}" if had else "",
    ]
    counts = ", ".join(part for part in parts if part)
    return _people_words(found) + (f" ({counts})" if counts else "")


def _these(reps: Collection[str]) -> str:
    return next(iter(reps)) if len(reps) == 1 else "them"


def _people_words(found: Found) -> str:
    by_reason: dict[tuple[str, bool | None], list[str]] = {}
    for why in found.whys:
        by_reason.setdefault((why.what, why.gains), []).append(why.rep)
    return "; ".join(_reason(what, gains, reps, others=found.cause is Cause.LIMIT) for (what, gains), reps in by_reason.items())


def _reason(what: str, gains: bool | None, reps: Sequence[str], *, others: bool) -> str:
    named = ", ".join(reps[:MOST_REPS]) + (f" and {len(reps) - MOST_REPS:,} more" if len(reps) > MOST_REPS else "")
    if gains is None:
        return f"{named}: {_PERSON[what]}"
    if others:
        return (
            f"{named} {'has' if len(reps) == 1 else 'have'} room that other leads took before"
            if gains
            else f"other leads fill the limits of {named}"
        )
    return f"{named} can take them now, before {_GATES.get(what, what)}" if gains else f"{named} cannot any more: {_GATES.get(what, what)}"


def _most(reps: Sequence[RepChange]) -> Sequence[RepChange]:
    """Those whose leads change most, in the order given."""
    most = sorted(range(len(reps)), key=lambda at: -abs(reps[at].after - reps[at].before))[:MOST_CHANGED]
    return [reps[at] for at in sorted(most)]


def _people(found: Measured, reps: Iterable[RepChange]) -> Grid:
    """Every rep's leads, and by what they changed: a column for each cause that there is, what follows from others in one."""
    columns = [(CAUSES[cause], [cause]) for cause in Cause if cause.own and found.causes[cause]]
    after = [cause for cause in Cause if not cause.own and found.causes[cause]]
    if after:
        columns.append(("by others", after))
    if len(columns) == 1:
        columns = []  # it would say the same as the change
    headers = ["rep", "before#", "after#", "change#", *(f"{title}#" for title, _ in columns)]
    rows = [
        [
            rep.rep,
            f"{rep.before:,}",
            f"{rep.after:,}",
            _signed(rep.after - rep.before),
            *(_signed(sum(rep.net[cause] for cause in causes)) for _, causes in columns),
        ]
        for rep in reps
    ]
    return Grid(headers, rows)


def _row(change: Change) -> list[str]:
    return [change.name or "(none)", f"{change.before:,}", f"{change.after:,}", _signed(change.after - change.before)]


def _signed(number: int) -> str:
    return f"{number:+,}" if number else "0"


def _moved(move: Move) -> tuple[str, tuple[str, ...]]:
    why = _people_words(move.found) if move.found.whys and move.found.cause is not Cause.RULE else ""
    cause = f"{CAUSES[move.found.cause]}{f': {why}' if why else ''}"
    return f"{move.lead}: {_place(move.old)} -> {_place(move.new)}, {cause}", (f"before: {move.old.why}", f"after: {move.new.why}")


def _place(decision: Decision) -> str:
    return decision.rep or decision.queue or decision.outcome.value


def _change_json(what: str, change: Change) -> dict[str, Any]:
    return {what: change.name or None, "before": change.before, "after": change.after}


def _found_json(found: Found) -> dict[str, Any]:
    return {"cause": found.cause.value, "why": [_why_json(why) for why in found.whys]}


def _why_json(why: Why) -> dict[str, Any]:
    return {"what": why.what, "rep": why.rep or None, "gains": why.gains}


def _way_json(way: Way) -> dict[str, Any]:
    return {"outcome": way.outcome.value, "rule": way.rule, "pool": way.pool, "queue": way.queue}


def _move_json(move: Move) -> dict[str, Any]:
    return {"lead": move.lead, **_found_json(move.found), "old": place_json(move.old), "new": place_json(move.new)}
