"""The account of one lead: as a tree for people, as JSON, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from rich.cells import cell_len

from leadroute.model.decisions import Decision, Outcome
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.rules import BILLION
from leadroute.model.together import TOGETHER
from leadroute.model.trace import KeptTrace, RepTrace, RungTrace, Trace, TryTrace
from leadroute.show.diagnostics import as_json as diagnostic_json

MARKS = {"took": "✓", "let_go": "→", "no": "✗", "off": "-"}
BUILT_IN = ("now.", "arrived.", "local.", "previous.")
_DULL = re.compile(r"@|^\+?[\d()/ -]{7,}$|^\d{4}-\d\d-\d\d")
"""Addresses, numbers to call and dates: in ``-v`` and JSON, but no way to know a lead again."""
_WORD = re.compile(r"[^\W\d_]")


def lines(
    trace: Trace, *, recorded: Decision | None = None, changed: tuple[str, ...] = (), verbose: bool = False, width: int = 80
) -> Iterator[tuple[str, int]]:
    """The account for people, line by line, each with how far its continuation is set in.

    ``width`` is that of the terminal, in cells. ``recorded`` is what the ledger holds of a lead decided before. When something
    ``changed`` since then, or the lead would go elsewhere, that comes first, and what would be decided now is told after it.
    """
    differs = recorded is not None and (changed != () or replace(recorded, batch=None) != trace.decision)
    if recorded is not None and differs:
        yield f"{trace.lead}   ->   {ended(recorded)}", 2
        yield f"  {recorded.why}", 4
        yield f"  recorded in batch {recorded.batch}", 4
        since = f"since then {' and '.join(changed)}" if changed else "decided anew it comes out differently"
        yield f"  {since}; that batch would now decide:", 4
        yield "", 0
    head, end = _head(trace), f"->   {ended(trace.decision)}"
    if cell_len(head) + 3 + cell_len(end) <= width:
        yield f"{head}   {end}", 2
    else:
        yield head, 2
        yield f"  {end}", 7
    yield f"  {trace.decision.why}", 4
    cause = trace.first_missing
    if cause is not None:
        yield f"  a missing value first stopped rule {cause.rule}: {cause.words}", 4
    if recorded is not None and not differs:
        yield f"  recorded in batch {recorded.batch}", 4
    if trace.of > 1:
        yield f"  served {trace.position:,} of {trace.of:,}", 4
    missing = [name for name, value in trace.values if value is None]
    unread = {name: f"`{text}` cannot be read" for name, text in trace.unread}
    if verbose:
        longest = max((cell_len(name) for name, _ in trace.values), default=0)
        for name, value in trace.values:
            words = f"(missing: {unread[name]})" if name in unread else "(missing)" if value is None else value
            yield f"  {_padded(name, longest)}  {words}", min(longest + 4, 36)
    elif missing:
        yield f"  missing: {', '.join(f'{name} ({unread[name]})' if name in unread else name for name in missing)}", 4
    if trace.kept is not None:
        yield f" {kept_words(trace.kept)}", 3
    yield from _rules(trace)
    for attempt in trace.tries:
        yield from _try(attempt)
    later = sum(rule.status == "not_reached" for rule in trace.rules)
    if later:
        yield f"  not reached: {later} {'rule' if later == 1 else 'rules'}", 4


def _head(trace: Trace) -> str:
    """The lead in a few words: ``L-1042  Banco Sol, fintech, employees 2,400, score 85 (hot)``; a number by its name."""
    known = {name: value for name, value in trace.values if value is not None and not name.startswith(BUILT_IN) and value != trace.lead}
    score, tier = known.pop("score", None), known.pop("tier", None)
    told: list[str] = []
    for name, value in known.items():
        if value == "false" or _DULL.search(value):
            continue
        words = name if value == "true" else value if _WORD.search(value) else f"{name} {value}"
        if words not in told:
            told.append(words)
    head = _first(told)
    rank = f"score {score} ({tier})" if score is not None and tier is not None else ""
    return f"{trace.lead}  {', '.join(part for part in (head, rank) if part)}".rstrip()


def ended(decision: Decision) -> str:
    """How a lead ended, in a few words: ``sarah, by rule fintech-enterprise``."""
    by = f", by rule {decision.rule}" if decision.rule is not None else ""
    if decision.reason in TOGETHER:
        by = ", kept together"
    if decision.outcome is Outcome.ASSIGNED:
        return f"{decision.rep}{by}"
    if decision.outcome is Outcome.QUEUED:
        return f"queue {decision.queue}{by}"
    return f"{decision.outcome.value}{by}"


def kept_words(kept: KeptTrace) -> str:
    """With which lead a lead is kept together, by which key, and what came of it."""
    when = f"in batch {kept.batch}" if kept.batch is not None else "in this batch"
    said = f"shares {kept.key} `{kept.value}` with lead {kept.lead}, which went to {kept.rep} {when}"
    if kept.then == "freed":
        return f"{said}; but rule {kept.rule} says `keep_together: false`"
    if kept.away is None:
        return f"{said}: {kept.rep} takes it"
    asked = "".join(f", backup {rep} {f'is {reason}' if reason is not None else 'can'}" for rep, reason in kept.asked)
    then = {"backup": f"{kept.asked[-1][0]} takes it" if kept.asked else "", "waits": "it waits for them", "reassigned": "the rules decide"}
    return f"{said}; {kept.rep} is {kept.away}{asked}: {then[kept.then]}"


def passed_over(trace: Trace, name: str) -> Iterator[str]:
    """Why one rep did not get the lead, or why one rule did not take it; nothing when neither is called so."""
    kept = trace.kept if trace.kept is not None and trace.kept.decided else None
    for rule in trace.rules:
        if rule.rule == name:
            words = {
                "took": "it took the lead",
                "let_go": "it held, and let the lead go on",
                "not_reached": "not reached, "
                + ("the lead was kept together before any rule" if kept else f"rule {trace.decision.rule} kept the lead before"),
            }
            yield f"rule {name}: {words.get(rule.status, rule.words)}" + (
                " (missing)" if rule.missing and "missing" not in rule.words else ""
            )
    tried = False
    for attempt in trace.tries:
        for number, rung in enumerate(attempt.rungs, 1):
            for rep in rung.reps:
                if rep.rep != name:
                    continue
                tried = True
                where = f"pool {attempt.name}" if attempt.kind == "pool" else "named"
                where += f", rung {number}" if len(attempt.rungs) > 1 else ""
                yield f"rep {name}, {where}: {_why_not(rep, rung, attempt)}"
    if kept is not None and name in trace.reps:
        yield f"rep {name}: " + ("takes it; it " if name == trace.decision.rep else "") + kept_words(kept)
    elif not tried and any(rep == name for rep in trace.reps):
        pools = [attempt.name for attempt in trace.tries if attempt.kind == "pool"]
        yield f"rep {name}: " + (f"not in {_pools(pools)}" if pools else f"no pool was tried; the lead went to {ended(trace.decision)}")


def _pools(names: list[str]) -> str:
    return f"pool {names[0]}, the only one tried" if len(names) == 1 else f"the pools that were tried: {', '.join(names)}"


def as_json(
    trace: Trace, *, recorded: Decision | None = None, changed: tuple[str, ...] = (), why_not: list[str] | None = None
) -> dict[str, Any]:
    """The account for programs; ``why_not`` is the answer to the question of one rep or rule."""
    return {
        "lead": trace.lead,
        "decision": decision_json(trace.decision),
        "recorded": None if recorded is None else decision_json(recorded),
        "changed": list(changed),
        "position": trace.position,
        "of": trace.of,
        "values": dict(trace.values),
        "unread": dict(trace.unread),
        "kept_together": None if trace.kept is None else asdict(trace.kept),
        "rules": [asdict(rule) for rule in trace.rules],
        "tries": [_try_json(attempt) for attempt in trace.tries],
        "why_not": why_not,
        "diagnostics": [],
    }


def _try_json(attempt: TryTrace) -> dict[str, Any]:
    """A try with fits as everywhere in JSON: from 0 to 1."""
    found = asdict(attempt)
    for rung in found["rungs"]:
        for rep in rung["reps"]:
            rep["fit"] = None if rep["fit"] is None else rep["fit"] / BILLION
    return found


def nothing_as_json(diagnostics: Sequence[Diagnostic]) -> dict[str, Any]:
    """The same shape when there is no account: what stood in the way is in ``diagnostics``."""
    return {
        "lead": None,
        "decision": None,
        "recorded": None,
        "changed": [],
        "position": None,
        "of": None,
        "values": {},
        "unread": {},
        "kept_together": None,
        "rules": [],
        "tries": [],
        "why_not": None,
        "diagnostics": [diagnostic_json(found) for found in diagnostics],
    }


def decision_json(decision: Decision) -> dict[str, Any]:
    """A decision with the keys that ``route`` writes."""
    return place_json(decision) | {"fit": None if decision.fit is None else decision.fit / BILLION, "batch": decision.batch}


def place_json(decision: Decision) -> dict[str, Any]:
    """Where a lead goes and why, with the keys that ``route`` writes."""
    return {
        "outcome": decision.outcome.value,
        "rep": decision.rep,
        "queue": decision.queue,
        "rule": decision.rule,
        "pool": decision.pool,
        "reason": decision.reason,
        "why": decision.why,
    }


def as_markdown(trace: Trace, *, recorded: Decision | None = None, changed: tuple[str, ...] = ()) -> str:
    """The account as a page."""
    found = [f"## {_cell(trace.lead)}: {_cell(ended(recorded or trace.decision))}", "", _cell((recorded or trace.decision).why), ""]
    if recorded is not None and changed:
        found.extend([f"Recorded in batch {recorded.batch}; since then {' and '.join(changed)}. Now: {_cell(ended(trace.decision))}.", ""])
    if trace.unread:
        cells = ", ".join(f"{name} `{text}`" for name, text in trace.unread)
        found.extend([f"Cells that cannot be read, so that these are missing: {_cell(cells)}.", ""])
    if trace.kept is not None:
        found.extend([_cell(kept_words(trace.kept)) + ".", ""])
    found.extend(["| | rule | why |", "|---|---|---|"])
    found.extend(
        f"| {MARKS.get(rule.status, '')} | {_cell(rule.rule)} | {_cell(rule.words)} |"
        for rule in trace.rules
        if rule.status != "not_reached"
    )
    for attempt in trace.tries:
        found.extend(["", f"### {_heading(attempt)}"])
        for number, rung in enumerate(attempt.rungs, 1):
            if rung.require:
                found.extend(["", f"Rung {number}: {_cell(rung.require)}"])
            found.extend(["", "| rep | gate | why | load | level | fit |", "|---|---|---|---:|---:|---:|"])
            found.extend(_row(rep) for rep in rung.reps)
    return "\n".join(found) + "\n"


def _row(rep: RepTrace) -> str:
    name = f"**{_cell(rep.rep)}**" if rep.chosen else _cell(rep.rep)
    why = ", ".join([*filter(None, [rep.words]), *_back(rep)])
    return f"| {name} | {rep.gate or 'passes'} | {_cell(why)} | {rep.load} | {rep.level} | {_fit(rep.fit)} |"


def _rules(trace: Trace) -> Iterator[tuple[str, int]]:
    reached = [rule for rule in trace.rules if rule.status != "not_reached"]
    width = max((cell_len(rule.rule) for rule in reached), default=0)
    digits = len(str(len(reached)))
    for number, rule in enumerate(reached, 1):
        yield f" {number:>{digits}} {MARKS[rule.status]} {_padded(rule.rule, width)}   {rule.words}".rstrip(), min(digits + width + 7, 36)


def _heading(attempt: TryTrace) -> str:
    if attempt.kind == "pool":
        rung = attempt.rungs[attempt.rung - 1] if attempt.rung else attempt.rungs[-1]
        return f"pool {attempt.name}: {rung.passing} of {len(rung.reps)} can take it"
    if attempt.kind == "rep":
        return f"rep {attempt.name}: {'takes it' if attempt.took else 'cannot take it'}"
    if attempt.kind == "nobody":
        return attempt.name
    return f"queue {attempt.name}" if attempt.kind == "queue" else "held for a later run"


def _try(attempt: TryTrace) -> Iterator[tuple[str, int]]:
    yield f"   {_heading(attempt)}", 5
    for number, rung in enumerate(attempt.rungs, 1):
        if len(attempt.rungs) > 1:
            yield f"     rung {number}   {rung.require or 'no requirement'}: {rung.passing} of {len(rung.reps)}", 14
        yield from _stopped(rung)
        passing = [rep for rep in rung.reps if rep.gate is None]
        if passing and attempt.kind == "pool":
            yield from _picked(passing, attempt)


def _stopped(rung: RungTrace) -> Iterator[tuple[str, int]]:
    for gate in ("require", "availability", "limits"):
        reps = [rep for rep in rung.reps if rep.gate == gate]
        if reps:
            by_words: dict[str, list[str]] = {}
            for rep in reps:
                by_words.setdefault(rep.words, []).append(rep.rep)
            told = "; ".join(f"{', '.join(names)}: {words}" for words, names in by_words.items())
            yield f"     {len(reps):>3} {gate:<13} {told}", 23


def _picked(passing: list[RepTrace], attempt: TryTrace) -> Iterator[tuple[str, int]]:
    """Who passed, as a table: in the order of the turn those whom the pick left to it, then the others and why not."""
    order = sorted((rep for rep in passing if rep.left), key=lambda rep: (not rep.chosen, not rep.due, float(rep.deadline)))
    order.extend(rep for rep in passing if not rep.left)
    columns: list[tuple[str, list[str]]] = []
    if attempt.pick == "best_fit":
        columns.append(("fit", [_fit(rep.fit) for rep in order]))
    if attempt.pick == "least_loaded":
        columns.append(("load", [rep.load for rep in order]))
    columns.append(("turns/weight", [rep.level for rep in order]))
    columns.append(("with this lead", [rep.deadline for rep in order]))
    widths = [max(map(len, (title, *cells))) for title, cells in columns]
    name = max(len(attempt.pick), *(cell_len(rep.rep) for rep in order))
    titles = "".join(f"  {title:>{width}}" for (title, _), width in zip(columns, widths, strict=True))
    yield f"     {attempt.pick:<{name}}{titles}", 7
    best = max((rep.fit or 0 for rep in passing), default=0)
    for at, rep in enumerate(order):
        numbers = "".join(f"  {cells[at]:>{width}}" for (_, cells), width in zip(columns, widths, strict=True))
        note = ", ".join([("due" if rep.due else "ahead of the fair share") if rep.left else _not_left(rep, best), *_back(rep)])
        yield f"     {_padded(rep.rep, name)}{numbers}  {note}{'  <- takes it' if rep.chosen else ''}".rstrip(), 7
        terms = [f"{term.term} {term.value} x{term.weight}" for term in rep.terms if term.applies]
        if attempt.pick == "best_fit":
            yield f"       {'; '.join(terms) if terms else 'no preference applies'}", 9


def _back(rep: RepTrace) -> Iterator[str]:
    """What a return has changed for a rep."""
    if rep.raised:
        yield f"back, raised by {_count(rep.raised)}"
    if rep.makes_up:
        yield f"makes up {_count(rep.makes_up)}"


def _count(turns: str) -> str:
    return f"{turns} {'turn' if turns == '1' else 'turns'}"


def _not_left(rep: RepTrace, best: int) -> str:
    """Why the pick did not leave somebody to the turn."""
    if rep.words:
        return rep.words
    return "carries more" if rep.fit is None else f"{_fit(best - rep.fit)} below the best"


def _why_not(rep: RepTrace, rung: RungTrace, attempt: TryTrace) -> str:
    if rep.chosen:
        return "takes it"
    if rep.gate is not None:
        return f"stopped by {rep.gate}: {rep.words}"
    chosen = next((one for one in rung.reps if one.chosen), None)
    if chosen is None:
        return "passes every gate"
    if not rep.left:
        if rep.fit is not None and chosen.fit is not None:
            best = max(one.fit or 0 for one in rung.reps)
            return f"fit {_fit(rep.fit)} is {_fit(best - rep.fit)} below the best"
        return ", ".join([rep.words, *_back(rep)]) if rep.words else f"load {rep.load} against {chosen.load} of {chosen.rep}"
    if not rep.due:
        return f"level {rep.level} is ahead of the fair share; {chosen.rep} is at {chosen.level}"
    return f"level {rep.level}, {rep.deadline} with this lead; {chosen.rep} is next at {chosen.level}, {chosen.deadline} with it"


def _padded(text: str, width: int) -> str:
    """The text with blanks to a width in cells."""
    return text + " " * (width - cell_len(text))


def _fit(fit: int | None) -> str:
    return "" if fit is None else f"{fit / BILLION:.4f}"


def _first(told: list[str], most: int = 100) -> str:
    """As many of the values as are told in passing."""
    line = ""
    for words in told:
        longer = f"{line}, {words}" if line else words
        if cell_len(longer) > most:
            return f"{line}, …" if line else f"{words[:most]}…"
        line = longer
    return line


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
