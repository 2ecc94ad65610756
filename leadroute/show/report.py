"""The report on who got what, and who was entitled to it: for people, as a page, and for programs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from leadroute.insight.entitlement import PoolEntitlement, RepEntitlement, Share
from leadroute.insight.report import Report
from leadroute.ledger.records import Adjusted, Batch
from leadroute.model.clock import local
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.rules import MILLION
from leadroute.show.console import Terminal, visible
from leadroute.show.diagnostics import as_json as diagnostic_json
from leadroute.show.diagnostics import counted
from leadroute.show.ledger import moment
from leadroute.show.machine import document
from leadroute.show.tables import table
from leadroute.show.words import amount

MOST_REPS = 12
"""Reps of a pool that are listed; of larger pools those furthest from their share, unless all are asked for."""
MOST_ACTIONS = 20
_GATES = {"limits": "at a limit", "require": "not qualified", "weight 0": "of weight 0"}
"""Gates in words; reasons of availability are words already."""


def show_report(terminal: Terminal, found: Report) -> None:
    """Print a report to stdout: the answer first; about one rep in sentences."""
    for line in _head(found):
        terminal.show_line(line, 2)
    if found.rep is not None:
        for line in _of_rep(found, found.rep):
            terminal.show_line(line, 2)
        return
    if found.pools:
        terminal.show("")
        terminal.show(table(*_shares(found.pools, everybody=terminal.verbose)))
        terminal.show("")
        for pool in found.pools:
            terminal.show_line(_fairness(pool), 2)
        tiers = [row for pool in found.pools for row in _tiers(pool)] if terminal.verbose or found.pool is not None else []
        if tiers:
            terminal.show("")
            terminal.show(table(["pool", "score tier", "rep", "leads#", "entitled#", "off#"], tiers))
    others = {pool: reps for pool, reps in found.summary.people.items() if found.pools is None or not pool}
    if others:
        terminal.show("")
        terminal.show(table(["pool", "rep", "leads#", "share#"], _people(others)))
    if found.pool is None:
        terminal.show("")
        for line in (*_use(found), *_audit(found)):
            terminal.show_line(line, 2)


def as_markdown(found: Report) -> str:
    """The report as a page."""
    lines = [f"# {_cell(_title(found))}", "", *(_cell(line.strip()) for line in list(_head(found))[1:])]
    if found.rep is not None:
        lines.extend(["", *(f"- {_cell(line.strip())}" for line in _of_rep(found, found.rep))])
        return "\n".join(lines) + "\n"
    if found.pools:
        lines.extend(
            ["", *_page(*_shares(found.pools, everybody=True, repeat=True)), "", *(f"- {_cell(_fairness(pool))}" for pool in found.pools)]
        )
        tiers = [row for pool in found.pools for row in _tiers(pool, repeat=True)]
        if tiers:
            lines.extend(["", *_page(["pool", "score tier", "rep", "leads#", "entitled#", "off#"], tiers)])
    others = {pool: reps for pool, reps in found.summary.people.items() if found.pools is None or not pool}
    if others:
        lines.extend(["", *_page(["pool", "rep", "leads#", "share#"], _people(others, repeat=True))])
    if found.pool is None:
        lines.extend(["", *(f"- {_cell(line.strip())}" for line in (*_use(found), *_audit(found)))])
    return "\n".join(lines) + "\n"


def as_json(found: Report | None, diagnostics: Sequence[Diagnostic] = ()) -> str:
    """One object; without a report its parts are ``null``, and ``diagnostics`` say why. Entitlements are rounded to six places."""
    told = "source since until batches leads given_back outcomes rules unreached queues people pools audit"
    parts: dict[str, Any] = dict.fromkeys(told.split())
    if found is not None:
        summed = found.summary
        parts = {
            "source": found.source,
            "since": _instant(found.since, found.timezone),
            "until": _instant(found.until, found.timezone),
            "batches": None if found.pools is None else [batch.name for batch in found.batches],
            "leads": summed.leads,
            "given_back": None if found.pools is None else found.given_back,
            "outcomes": dict(summed.outcomes),
            "rules": dict(summed.rules),
            "unreached": list(summed.unreached),
            "queues": dict(summed.queues),
            "people": [
                {"pool": pool or None, "rep": rep, "leads": leads} for pool, reps in summed.people.items() for rep, leads in reps.items()
            ],
            "pools": None if found.pools is None else [_pool_json(pool) for pool in found.pools],
            "audit": None if found.pools is None else [_action_json(batch, found) for batch in found.actions],
        }
    return document({**parts, "diagnostics": [diagnostic_json(one) for one in diagnostics]})


def _title(found: Report) -> str:
    since, until = (None if at is None else moment(at, found.timezone) for at in (found.since, found.until))
    span = f", {since or 'the first batch'} to {until or 'now'}" if since or until else ""
    return f"{found.source}{span}" if found.pools is not None else found.source


def _head(found: Report) -> Iterator[str]:
    yield _title(found)
    named = [f"{count:,} {name}" for name, count in found.summary.outcomes.items() if count]
    within = "" if found.pools is None else f" in {len(found.batches):,} batch{'' if len(found.batches) == 1 else 'es'}"
    yield f"{counted(found.summary.leads, 'lead')}{within}" + (f": {', '.join(named)}" if named else "")
    if found.given_back:
        counts = "it counts" if found.given_back == 1 else "they count"
        yield f"  {counted(found.given_back, 'turn')} given back later: {counts} for nobody's share"


def _shares(pools: Sequence[PoolEntitlement], *, everybody: bool, repeat: bool = False) -> tuple[list[str], list[list[str]]]:
    """The table of shares, its headers and its rows; effort has columns where it says something else than the leads do."""
    by_effort = any(rep.share.effort != rep.share.leads * MILLION for pool in pools for rep in pool.reps)
    headers = ["pool", "rep", "leads#", "entitled#", "off#", *(["effort#", "entitled#"] if by_effort else []), "eligible#", "passed over"]
    return headers, [row for pool in pools for row in _rows(pool, by_effort=by_effort, everybody=everybody, repeat=repeat)]


def _rows(pool: PoolEntitlement, *, by_effort: bool, everybody: bool, repeat: bool) -> Iterator[list[str]]:
    reps = list(pool.reps)
    if not everybody and len(reps) > MOST_REPS:
        furthest = sorted(reps, key=lambda rep: -abs(rep.share.off))[: MOST_REPS - 1]
        reps = [rep for rep in reps if rep in furthest]
    for at, one in enumerate(reps):
        share = one.share
        figures = [f"{share.leads:,}", figure(share.entitled), _signed(share.off)]
        efforts = [amount(share.effort), figure(share.entitled_effort / MILLION)] if by_effort else []
        yield [pool.pool if at == 0 or repeat else "", one.rep, *figures, *efforts, f"{one.eligible:,}", _passed(one)]
    if len(reps) < len(pool.reps):
        yield ["", f"{len(pool.reps) - len(reps)} others, all nearer", *[""] * (7 if by_effort else 5)]


def _passed(rep: RepEntitlement) -> str:
    return f"{sum(leads for _, leads in rep.passed):,}: {_reasons(rep)}" if len(rep.passed) > 1 else _reasons(rep)


def _reasons(rep: RepEntitlement) -> str:
    return ", ".join(f"{leads:,} {_GATES.get(reason, reason)}" for reason, leads in rep.passed)


def _fairness(pool: PoolEntitlement) -> str:
    most = pool.most_off
    if most is None or pool.jain is None:
        return f"{pool.pool}: nobody was entitled to a lead"
    off = f"most off {most.rep} by {_signed(most.share.off)} of {figure(most.share.entitled)}" if most.share.off else "nobody is off"
    return f"{pool.pool}: {counted(pool.share.leads, 'lead')}, Jain's index {pool.jain:.4f}, {off}"


def _tiers(pool: PoolEntitlement, *, repeat: bool = False) -> Iterator[list[str]]:
    by_tier: defaultdict[str, list[tuple[str, Share]]] = defaultdict(list)
    for rep in pool.reps:
        for tier, share in rep.tiers:
            by_tier[tier].append((rep.rep, share))
    first = True
    for tier, shares in by_tier.items():
        for at, (name, share) in enumerate(shares):
            named = pool.pool if first or repeat else ""
            yield [named, tier if at == 0 or repeat else "", name, f"{share.leads:,}", figure(share.entitled), _signed(share.off)]
            first = False


def _people(people: Mapping[str, Mapping[str, int]], *, repeat: bool = False) -> Iterator[list[str]]:
    for pool, reps in people.items():
        whole = sum(reps.values())
        for at, (rep, leads) in enumerate(reps.items()):
            name = pool or "(no turn: by name, or kept together)"
            yield [name if at == 0 or repeat else "", rep, f"{leads:,}", f"{leads / whole:.0%}".replace("%", " %")]


def _use(found: Report) -> Iterator[str]:
    summed = found.summary
    if summed.rules:
        yield f"by rule: {', '.join(f'{rule} {leads:,}' for rule, leads in summed.rules.items())}"
    if summed.unreached and summed.leads:
        yield f"rules nobody reached: {', '.join(summed.unreached)}"
    if summed.queues:
        yield f"by queue: {', '.join(f'{queue} {leads:,}' for queue, leads in summed.queues.items())}"


def _audit(found: Report) -> Iterator[str]:
    """What was done to the record, the newest last."""
    if found.pools is None:
        return
    if not found.actions:
        yield "nothing was undone, adjusted or closed"
        return
    yield f"done to the record: {len(found.actions):,} batch{'' if len(found.actions) == 1 else 'es'}"
    for batch in found.actions[-MOST_ACTIONS:]:
        yield f"  {moment(batch.at, found.timezone)}  {batch.name}  {', '.join(_done(batch, found.adjusted))}"
    if len(found.actions) > MOST_ACTIONS:
        yield f"  and {len(found.actions) - MOST_ACTIONS} earlier ones (leadroute ledger show -v)"


def _done(batch: Batch, adjusted: Sequence[Adjusted]) -> Iterator[str]:
    about = f" of {batch.undoes}" if batch.undoes is not None else ""
    leads = f" ({counted(batch.leads, 'lead')})" if batch.leads else ""
    yield f"{batch.kind}{about}{leads}"
    for one in adjusted:
        if one.batch == batch.name:
            yield f"{one.rep} {'+' if one.turns > 0 else ''}{amount(one.turns)} turns in {one.rotation}{f' {one.cell}' if one.cell else ''}"
    if batch.undone_by is not None:
        yield f"undone by {batch.undone_by}"
    if batch.why:
        yield batch.why


def _of_rep(found: Report, rep: str) -> Iterator[str]:
    """Whether one rep got their share, in sentences."""
    if found.pools is None:
        for name, reps in found.summary.people.items():
            where = f"from pool {name}" if name else "by name, or kept together with an earlier one"
            yield f"{rep} got {counted(reps[rep], 'lead')} {where}"
        if not found.summary.people:
            yield f"{rep} got no lead"
        return
    for pool in found.pools:
        for one in pool.reps:
            yield from _answer(pool, one)
    outside = found.summary.people.get("", {}).get(rep, 0)
    if outside:
        yield f"{rep} got {counted(outside, 'lead')} outside of any turn: by name, or kept together with an earlier one"
    if not found.pools and not outside:
        yield f"{rep} was in no pool that handed out a lead, and got none"


def _answer(pool: PoolEntitlement, one: RepEntitlement) -> Iterator[str]:
    share = one.share
    start = f"pool {pool.pool}: {one.rep} was eligible for {one.eligible:,} of {counted(pool.share.leads, 'lead')}"
    off = f"{figure(abs(share.off))} {'more' if share.off > 0 else 'fewer'} than the share" if share.off else "exactly the share"
    part = f" ({figure(abs(share.off) / share.entitled * 100)} %)" if share.off and share.entitled else ""
    yield f"{start} and entitled to {figure(share.entitled)} by weight, and got {share.leads:,}: {off}{part}" if one.eligible else start
    if share.effort != share.leads * MILLION:
        yield f"  by effort: entitled to {figure(share.entitled_effort / MILLION)}, got {amount(share.effort)}"
    for tier, of_tier in one.tiers:
        yield f"  {tier} leads: entitled to {figure(of_tier.entitled)}, got {of_tier.leads:,}"
    times = sum(leads for _, leads in one.passed)
    yield f"  passed over {times:,} {'time' if times == 1 else 'times'}: {_reasons(one)}" if times else "  never passed over"


def figure(value: Fraction) -> str:
    """An exact number in tenths, rounded half up; hundredths where it is below 10 and tenths would be off."""
    places = 10 if value >= 10 or (value * 10).denominator == 1 else 100
    tenths = (2 * places * value.numerator + value.denominator) // (2 * value.denominator)
    whole, rest = divmod(tenths, places)
    return f"{whole:,}.{rest:0{len(str(places)) - 1}d}".rstrip("0").rstrip(".") if rest else f"{whole:,}"


def _signed(value: Fraction) -> str:
    text = figure(abs(value))
    return text if text == "0" else f"{'+' if value > 0 else '-'}{text}"


def _page(headers: Sequence[str], rows: Sequence[Sequence[str]] | Iterator[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header.removesuffix('#') for header in headers)} |"
    yield f"|{'|'.join('---:' if header.endswith('#') else '---' for header in headers)}|"
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def _cell(text: str) -> str:
    return visible(text).replace("|", "\\|").replace("<", "&lt;")


def _instant(at: int | None, timezone: str) -> str | None:
    return None if at is None else local(at, timezone).isoformat()


def _exact(value: Fraction) -> int | float:
    """A number as JSON has it: whole where it is."""
    return value.numerator if value.denominator == 1 else round(float(value), 6)


def _share_json(share: Share) -> dict[str, int | float]:
    return {
        "leads": share.leads,
        "entitled": _exact(share.entitled),
        "off": _exact(share.off),
        "effort": _exact(Fraction(share.effort, MILLION)),
        "entitled_effort": _exact(share.entitled_effort / MILLION),
    }


def _pool_json(pool: PoolEntitlement) -> dict[str, Any]:
    return {
        "pool": pool.pool,
        **_share_json(pool.share),
        "jain": pool.jain,
        "most_off": None if pool.most_off is None else pool.most_off.rep,
        "reps": [
            {
                "rep": one.rep,
                **_share_json(one.share),
                "eligible": one.eligible,
                "tiers": {tier: _share_json(share) for tier, share in one.tiers},
                "passed_over": dict(one.passed),
            }
            for one in pool.reps
        ],
    }


def _action_json(batch: Batch, found: Report) -> dict[str, Any]:
    return {
        "batch": batch.name,
        "at": _instant(batch.at, found.timezone),
        "kind": batch.kind,
        "leads": batch.leads,
        "why": batch.why,
        "undoes": batch.undoes,
        "undone_by": batch.undone_by,
        "adjusted": [
            {"rep": one.rep, "rotation": one.rotation, "cell": one.cell, "turns": _exact(Fraction(one.turns, MILLION))}
            for one in found.adjusted
            if one.batch == batch.name
        ],
    }
