"""The account of one lead: as a tree for people, as JSON, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from leadroute.model.decisions import BILLION, Decision, Outcome
from leadroute.model.trace import RepTrace, RungTrace, Trace, TryTrace

MARKS = {"took": "✓", "let_go": "→", "no": "✗", "off": "-"}
BUILT_IN = ("now.", "arrived.")


def lines(trace: Trace, *, recorded: Decision | None = None, changed: tuple[str, ...] = (), verbose: bool = False) -> Iterator[str]:
    """The account for people, line by line.

    ``recorded`` is what the ledger holds of a lead decided before, ``changed`` what is different since: shown first.
    """
    if recorded is not None:
        yield f"{trace.lead}   {ended(recorded)}, recorded in batch {recorded.batch}"
        yield f"  {recorded.why}"
        if changed:
            yield f"  since then {' and '.join(changed)}: what follows is what would be decided now"
            yield ""
    told = (value for name, value in trace.values if value is not None and not name.startswith(BUILT_IN))
    head = ", ".join(value for value in told if value != trace.lead)
    if recorded is None or changed:
        yield f"{trace.lead}  {_short(head)}   ->   {ended(trace.decision)}"
        yield f"  {trace.decision.why}"
    if trace.of > 1:
        yield f"  served {trace.position:,} of {trace.of:,}"
    missing = [name for name, value in trace.values if value is None]
    if verbose:
        width = max((len(name) for name, _ in trace.values), default=0)
        yield from (f"  {name:<{width}}  {'(missing)' if value is None else value}" for name, value in trace.values)
    elif missing:
        yield f"  missing: {', '.join(missing)}"
    yield from _rules(trace)
    for attempt in trace.tries:
        yield from _try(attempt)
    later = sum(rule.status == "not_reached" for rule in trace.rules)
    if later:
        yield f"  not reached: {later} {'rule' if later == 1 else 'rules'}"


def ended(decision: Decision) -> str:
    """How a lead ended, in a few words: ``sarah, by rule fintech-enterprise``."""
    by = f", by rule {decision.rule}" if decision.rule is not None else ""
    if decision.outcome is Outcome.ASSIGNED:
        return f"{decision.rep}{by}"
    if decision.outcome is Outcome.QUEUED:
        return f"queue {decision.queue}{by}"
    return f"{decision.outcome.value}{by}"


def passed_over(trace: Trace, name: str) -> Iterator[str]:
    """Why one rep did not get the lead, or why one rule did not take it; nothing when neither is called so."""
    for rule in trace.rules:
        if rule.rule == name:
            words = {
                "took": "it took the lead",
                "let_go": "it held, and let the lead go on",
                "not_reached": "an earlier rule kept the lead",
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
    if not tried and any(rep == name for rep in trace.reps):
        yield f"rep {name}: in none of the pools that were tried"


def as_json(trace: Trace, *, recorded: Decision | None = None, changed: tuple[str, ...] = ()) -> dict[str, Any]:
    """The account for programs."""
    return {
        "lead": trace.lead,
        "decision": decision_json(trace.decision),
        "recorded": None if recorded is None else decision_json(recorded),
        "changed": list(changed),
        "position": trace.position,
        "of": trace.of,
        "values": dict(trace.values),
        "rules": [asdict(rule) for rule in trace.rules],
        "tries": [asdict(attempt) for attempt in trace.tries],
    }


def decision_json(decision: Decision) -> dict[str, Any]:
    """A decision with the keys that ``route`` writes."""
    return {
        "outcome": decision.outcome.value,
        "rep": decision.rep,
        "queue": decision.queue,
        "rule": decision.rule,
        "pool": decision.pool,
        "reason": decision.reason,
        "why": decision.why,
        "fit": None if decision.fit is None else decision.fit / BILLION,
        "batch": decision.batch,
    }


def as_markdown(trace: Trace, *, recorded: Decision | None = None, changed: tuple[str, ...] = ()) -> str:
    """The account as a page."""
    found = [f"## {_cell(trace.lead)}: {_cell(ended(recorded or trace.decision))}", "", _cell((recorded or trace.decision).why), ""]
    if recorded is not None and changed:
        found.extend([f"Recorded in batch {recorded.batch}; since then {' and '.join(changed)}. Now: {_cell(ended(trace.decision))}.", ""])
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
    return f"| {name} | {rep.gate or 'passes'} | {_cell(rep.words)} | {rep.load} | {rep.level} | {_fit(rep.fit)} |"


def _rules(trace: Trace) -> Iterator[str]:
    reached = [rule for rule in trace.rules if rule.status != "not_reached"]
    width = max((len(rule.rule) for rule in reached), default=0)
    digits = len(str(len(reached)))
    for number, rule in enumerate(reached, 1):
        yield f" {number:>{digits}} {MARKS[rule.status]} {rule.rule:<{width}}   {rule.words}".rstrip()


def _heading(attempt: TryTrace) -> str:
    if attempt.kind == "pool":
        rung = attempt.rungs[attempt.rung - 1] if attempt.rung else attempt.rungs[-1]
        return f"pool {attempt.name}: {rung.passing} of {len(rung.reps)} can take it"
    if attempt.kind == "rep":
        return f"rep {attempt.name}: {'takes it' if attempt.took else 'cannot take it'}"
    if attempt.kind == "nobody":
        return attempt.name
    return f"queue {attempt.name}" if attempt.kind == "queue" else "held for a later run"


def _try(attempt: TryTrace) -> Iterator[str]:
    yield f"   {_heading(attempt)}"
    for number, rung in enumerate(attempt.rungs, 1):
        if len(attempt.rungs) > 1:
            yield f"     rung {number}   {rung.require or 'no requirement'}: {rung.passing} of {len(rung.reps)}"
        yield from _stopped(rung)
        passing = [rep for rep in rung.reps if rep.gate is None]
        if passing and attempt.kind == "pool":
            yield from _picked(passing, attempt)


def _stopped(rung: RungTrace) -> Iterator[str]:
    for gate in ("require", "availability", "limits"):
        reps = [rep for rep in rung.reps if rep.gate == gate]
        if reps:
            by_words: dict[str, list[str]] = {}
            for rep in reps:
                by_words.setdefault(rep.words, []).append(rep.rep)
            told = "; ".join(f"{', '.join(names)}: {words}" for words, names in by_words.items())
            yield f"     {len(reps):>3} {gate:<13} {told}"


def _picked(passing: list[RepTrace], attempt: TryTrace) -> Iterator[str]:
    fits = any(rep.fit is not None for rep in passing)
    width = max(len(rep.rep) for rep in passing)
    best = max((rep.fit or 0 for rep in passing), default=0)
    order = sorted((rep for rep in passing if rep.left), key=lambda rep: (not rep.chosen, not rep.due, float(rep.deadline), 0))
    order.extend(rep for rep in passing if not rep.left)
    yield f"     {attempt.pick}: turns taken / weight, who is due, and the order in which they are served"
    for rep in order:
        turn = ("due" if rep.due else "ahead of the share") if rep.left else (rep.words or "not left by the pick")
        told = f"       {rep.rep:<{width}}  level {rep.level}, with this lead {rep.deadline}, {turn}"
        if fits and rep.fit is not None:
            below = best - rep.fit
            told += f"; fit {_fit(rep.fit)}" + (f", {_fit(below)} below the best" if below else ", the best")
        if attempt.pick == "least_loaded":
            told += f"; load {rep.load}"
        yield told + ("   <- takes it" if rep.chosen else "")
        if fits:
            terms = [f"{term.term} {term.value} x{term.weight}" for term in rep.terms if term.applies]
            yield f"       {'':<{width}}    {', '.join(terms) if terms else 'no preference applies'}"


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
        return rep.words or f"load {rep.load} against {chosen.load} of {chosen.rep}"
    if not rep.due:
        return f"level {rep.level} is ahead of the fair share; {chosen.rep} is at {chosen.level}"
    return f"level {rep.level}, {rep.deadline} with this lead; {chosen.rep} is next at {chosen.level}, {chosen.deadline} with it"


def _fit(fit: int | None) -> str:
    return "" if fit is None else f"{fit / BILLION:.4f}"


def _short(text: str, most: int = 120) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
