"""The account of one lead, told by the very objects that decide: nothing here re-implements a match, a gate or a pick.

The batch is replayed to the lead's place; then each try is described from the state before it, and made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from leadroute.language.words import Said, of_lead, of_rep, seen, shown, written
from leadroute.model.columns import LeadBatch, Mask
from leadroute.model.condition import Condition
from leadroute.model.decisions import Decision
from leadroute.model.fields import FieldType
from leadroute.model.rules import MILLION, PickKind
from leadroute.model.standings import EventKind
from leadroute.model.trace import KeptTrace, RepTrace, RuleTrace, RungTrace, TermTrace, Trace, TryTrace
from leadroute.routing.chain import Chain, End, PoolTry, RepTry
from leadroute.routing.desk import Desk
from leadroute.routing.room import limit_words
from leadroute.routing.router import Router
from leadroute.routing.seats import Seats
from leadroute.routing.together import Following

WAITS = "waits, having taken one of the pool's last leads"
"""Of a rep who catches up."""


HAD_IT = "had it, and did not answer in time"
"""Of a rep to whom a lead does not go again."""


def explain(router: Router, batch: LeadBatch, lead: int, wanted: Mask, name: str, *, called: Callable[[int], str] = str) -> Trace:
    """The account of the lead at position ``lead`` of all leads taken in; ``batch`` is the block that holds it.

    ``wanted`` marks the leads that the run decides, ``name`` is how the lead is called, ``called`` gives the id of any other, by its
    position. Changes the router's tally.
    """
    fits = [-1] * len(wanted)
    desk, chains = router.open(fits, watched=True)
    served = router.served(wanted)
    place = int(np.flatnonzero(served == lead)[0])
    router.place(served, chains, np.empty(len(wanted), np.int64), stop=place)
    case = router.sorter.cases[router.codes[lead]]
    following = router.keeper.following(lead) if router.keeper is not None else None
    kept = None if following is None else _kept(router, batch, lead - batch.start, following, called)
    tries: tuple[TryTrace, ...] = ()
    if router.keeper is not None and kept is not None and kept.decided:
        end = router.keeper.attempt(lead)
    else:
        tries, end = _tries(chains.of(case), lead, desk)
    rep, verdict = desk.ends.rep(end), desk.ends.verdict(end)
    decision = Decision(
        outcome=verdict.outcome,
        reason=verdict.reason,
        why=verdict.why,
        rep=router.tally.ids[rep] if rep >= 0 else None,
        queue=verdict.queue,
        rule=verdict.rule,
        pool=verdict.pool,
        fit=fits[lead] if desk.ends.way(end).fits else None,
        batch=None,
    )
    row = lead - batch.start
    values = tuple((field, seen(batch, field, row)) for field in router.project.fields if field in batch.columns)
    return Trace(
        name,
        decision,
        values,
        tuple(_rules(router, batch, row, case.rules, verdict.rule, done=kept is not None and kept.decided)),
        tries,
        place + 1,
        len(served),
        tuple(router.tally.ids),
        kept,
    )


def _kept(router: Router, batch: LeadBatch, row: int, found: Following, called: Callable[[int], str]) -> KeptTrace:
    """Whom a lead follows, by names."""
    ids, known = router.tally.ids, router.precedents
    number = -1 - found.followed
    if found.followed >= 0 or known is None:
        lead, batch_name, rep = called(found.followed), None, ids[found.rep]
    else:
        lead, batch_name, rep = known.leads[number], known.batches[known.batch[number]], known.reps[known.rep[number]]
    then = "kept" if found.away is None else "backup" if found.taker >= 0 else "waits" if found.waits else "reassigned"
    asked = tuple((ids[backup], reason) for backup, reason in found.backups)
    field = router.keys[found.key].field
    value = seen(batch, field, row) or ""
    return KeptTrace(field, value, lead, batch_name, rep, found.away, asked, then if found.freed is None else "freed", found.freed)


def last_counts(chain: Chain, lead: int, desk: Desk) -> tuple[str, dict[str, int], int] | None:
    """Why nobody took a lead: the last pool tried, its reps by first failing gate on the last rung, and the pool's size.

    The counts add up to the size. ``None`` when no pool was tried. Loads only grow while a batch is decided, so this holds after it, too.
    """
    tries = [attempt for attempt in chain.tries if isinstance(attempt, PoolTry)]
    if not tries:
        return None
    last = tries[-1]
    rung = _rung(last, *last.rungs[-1], lead, desk, chain)
    return last.pool.name, rung.counts, len(rung.reps)


def _rules(
    router: Router, batch: LeadBatch, row: int, chain: tuple[int, ...], kept: str | None, *, done: bool = False
) -> Iterator[RuleTrace]:
    """Every rule; with ``done`` none of them was asked."""
    held = {router.rules[at].id for at in chain}
    forced = {rule.id for rule in router.rules}
    for rule in router.project.rules:
        if done:
            yield RuleTrace(rule.id, "not_reached", "")
        elif rule.id not in forced:
            yield RuleTrace(rule.id, "off", "disabled" if not rule.enabled else "not in force on this date")
        else:
            said = Said(True, "always") if rule.when is None else of_lead(rule.when, batch, row, router.evaluator)
            if rule.id in held:
                done = rule.id == kept
                yield RuleTrace(rule.id, "took" if done else "let_go", said.words)
            else:
                yield RuleTrace(rule.id, "no", said.words, said.missing)


def _tries(chain: Chain, lead: int, desk: Desk) -> tuple[tuple[TryTrace, ...], int]:
    """Describe and make each try until one takes the lead: the accounts, and how it ended."""
    told: list[TryTrace] = []
    for at, attempt in enumerate((*chain.tries, *chain.further())):
        told.extend(TryTrace("nobody", words, took=False) for before, words in chain.passed if before == at)
        if isinstance(attempt, End):
            end = attempt.attempt(lead)
            queue = attempt.verdict.queue
            told.append(TryTrace("hold" if queue is None else "queue", queue or "", took=True))
            return tuple(told), end
        if isinstance(attempt, RepTry):
            rung = RungTrace(" or ".join(written(rung) for rung in attempt.rungs), (_person(attempt, lead, desk, chain),))
            end = attempt.attempt(lead)
            name = desk.tally.ids[attempt.rep]
            told.append(TryTrace("rep", name, took=end >= 0, rung=int(end >= 0), rungs=(_chosen(rung, name) if end >= 0 else rung,)))
        else:
            attempt.gate.try_pool()
            rungs = []
            decided = 0
            for number, (require, seats) in enumerate(attempt.rungs, 1):
                rungs.append(_rung(attempt, require, seats, lead, desk, chain))
                if rungs[-1].passing:
                    decided = number
                    break
            end = attempt.attempt(lead)
            if end >= 0:
                rungs[-1] = _chosen(rungs[-1], desk.tally.ids[desk.ends.rep(end)])
            told.append(TryTrace("pool", attempt.pool.name, end >= 0, attempt.rungs[0][1].kind.value, decided, tuple(rungs)))
        if end >= 0:
            return tuple(told), end
    raise AssertionError("a chain ends in a queue")


def _chosen(rung: RungTrace, rep: str) -> RungTrace:
    return RungTrace(rung.require, tuple(replace(one, chosen=True) if one.rep == rep else one for one in rung.reps))


def _rung(attempt: PoolTry, require: Condition | None, seats: Seats, lead: int, desk: Desk, chain: Chain) -> RungTrace:
    """Every rep of the pool on one rung: the first gate that stops them, or how they stand for the pick."""
    tally = desk.tally
    passing = seats.passing(lead)
    runners = seats.soonest(passing)
    cost = seats.cost if seats.costs is None else seats.costs[lead]
    left = seats.narrowed(runners) if runners else []
    catching, raised = attempt.gate.turns.catching, _raised(attempt)
    owing = catching.owing(attempt.cell) if catching is not None else {}
    waiting = catching.waiting(attempt.cell, catching.recent(attempt.pool.name)) if catching is not None else ()
    left = [rep for rep in left if rep not in waiting] or left
    weights = [seats.weights[rep] for rep in left]
    share = Fraction(sum(seats.turns[rep] for rep in left), sum(weights)) if left else Fraction(0)
    reps: list[RepTrace] = []
    for rep in attempt.pool.members:
        name = tally.ids[rep]
        said = None if require is None else of_rep(require, desk.project.reps[rep], chain.case.values, desk.clock)
        if said is not None and not said.holds:
            reps.append(RepTrace(name, "require", said.words))
        elif _had(rep, chain):
            reps.append(RepTrace(name, "require", HAD_IT))
        elif rep in attempt.gate.reasons:
            reps.append(RepTrace(name, "availability", attempt.gate.reasons[rep]))
        elif rep not in passing:
            reps.append(RepTrace(name, "limits", limit_words(seats, rep, lead)))
        else:
            weight = seats.weights[rep]
            level, deadline = Fraction(seats.turns[rep], weight), Fraction(seats.turns[rep] + cost, weight)
            fits = seats.kind is PickKind.BEST_FIT
            reps.append(
                RepTrace(
                    name,
                    None,
                    "others work sooner" if rep not in runners else WAITS if rep in waiting and rep not in left else "",
                    fit=seats.fit(rep) if fits else None,
                    terms=tuple(_terms(attempt, rep, desk, chain)) if fits else (),
                    load=shown(tally.load[rep] / MILLION, FieldType.NUMBER),
                    level=decimal(level),
                    due=rep in left and level <= share,
                    deadline=decimal(deadline),
                    makes_up=_turns(catching.left(attempt.cell, rep)) if catching is not None and rep in owing else "",
                    raised=_turns(raised[name]),
                    left=rep in left,
                )
            )
    return RungTrace("" if require is None else written(require), tuple(reps))


def _raised(attempt: PoolTry) -> Counter[str]:
    """By rep, the turns (millionths) that returns have added in this batch in the cell of a try."""
    found: Counter[str] = Counter()
    for event in attempt.gate.turns.events:
        if event.kind is EventKind.RETURNED and event.cell == attempt.cell and event.rep is not None:
            found[event.rep] += event.turns
    return found


def _turns(millionths: int) -> str:
    """Turns as a decimal; empty for none."""
    return decimal(Fraction(millionths, MILLION)) if millionths else ""


def _had(rep: int, chain: Chain) -> bool:
    unanswered = chain.case.unanswered
    return unanswered is not None and rep in unanswered.had


def _terms(attempt: PoolTry, rep: int, desk: Desk, chain: Chain) -> Iterator[TermTrace]:
    for term in attempt.taken.assign.prefer:
        applies = term.when is None or id(term.when) in chain.case.terms
        yield TermTrace(term.text, decimal(desk.term_value(rep, term, chain.case.values)), decimal(term.weight), applies)


def _person(attempt: RepTry, lead: int, desk: Desk, chain: Chain) -> RepTrace:
    """A named person: the first gate that stops them."""
    tally = desk.tally
    name = tally.ids[attempt.rep]
    said = [of_rep(rung, desk.project.reps[attempt.rep], chain.case.values, desk.clock) for rung in attempt.rungs]
    if said and not any(one.holds for one in said):
        return RepTrace(name, "require", said[-1].words)
    if _had(attempt.rep, chain):
        return RepTrace(name, "require", HAD_IT)
    reason = desk.presence(attempt.rep, attempt.availability).reason
    if reason is not None or attempt.seats is None:
        return RepTrace(name, "availability", reason or "")
    seats = attempt.seats
    if not seats.passing(lead):
        return RepTrace(name, "limits", limit_words(seats, attempt.rep, lead))
    return RepTrace(name, None, "", load=shown(tally.load[attempt.rep] / MILLION, FieldType.NUMBER))


def decimal(value: Fraction) -> str:
    """A fraction as a decimal of at most six places, exact where it fits, else rounded."""
    text = f"{float(value):.6f}".rstrip("0").rstrip(".")
    return text or "0"
