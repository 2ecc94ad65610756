"""Who got what, and who was entitled to it: from the ledger for any time, or from a routed file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from leadroute.model.clock import DAY, HOUR, MINUTE, Clock, day, day_span
from leadroute.model.codes import diagnostic
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.workflows.ledger_opening import LedgerOptions, opened
from leadroute.workflows.opening import open_project
from leadroute.workflows.refusal import CannotRunError
from leadroute.workflows.standing import clock_of

if TYPE_CHECKING:
    from leadroute.insight.report import Report
    from leadroute.insight.summary import Became, Summary
    from leadroute.ledger.records import Totals

DECIDING = frozenset({"route", "reroute"})
"""Kinds of batches that decide leads; the others change the record."""
_AGO = re.compile(r"([0-9]{1,6})([mhdw])")
_DATE = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}")
_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}


@frozen
class ReportOptions:
    """What is asked: a routed file, or else the ledger from ``since`` to ``until``; ``pool`` and ``rep`` narrow what is told."""

    ledger: LedgerOptions
    file: str | None = None
    since: str | None = None
    until: str | None = None
    pool: str | None = None
    rep: str | None = None


def report(options: ReportOptions) -> Report:
    """Count what was decided, and compare it with what each rep was entitled to.

    Raises:
        CannotRunError: The project or the ledger cannot be used; a bound, pool or rep is none.
        LeadFileError: The routed file cannot be read.
    """
    if options.file is not None:
        return _of_file(options.file, options)
    with opened(options.ledger, write=False) as use:
        since = _bound(options.since, use.clock)
        until = _bound(options.until, use.clock, end=True)
        found = _of_ledger(use.project, use.clock, use.state, use.ledger.totals(since, until), since, until)
        return _narrowed(found, use.project, options)


def _of_ledger(project: Project, clock: Clock, state: str, totals: Totals, since: int | None, until: int | None) -> Report:
    from leadroute.insight.entitlement import entitlement
    from leadroute.insight.report import Report
    from leadroute.insight.summary import Became

    ids = [rep.id for rep in project.reps]
    members = {name: [ids[member] for member in pool.members] for name, pool in project.pools.items()}
    decisive = tuple(batch for batch in totals.batches if batch.kind in DECIDING)
    became = (Became(one.outcome, one.rule, one.pool, one.queue, one.rep, one.leads) for one in totals.totals)
    return Report(
        source=state,
        timezone=project.timezone,
        since=since,
        until=until,
        summary=_summed(project, clock, became),
        given_back=sum(one.back for one in totals.totals),
        pools=entitlement(totals, members, [] if project.score is None else [name for name, _ in project.score.tiers]),
        batches=decisive,
        actions=tuple(batch for batch in totals.batches if batch not in decisive),
        adjusted=totals.adjusted,
    )


def _of_file(path: str, options: ReportOptions) -> Report:
    from leadroute.insight.report import Report
    from leadroute.insight.summary import Became
    from leadroute.leads.opening import open_file
    from leadroute.leads.routed import routed

    asked = options.ledger
    project = open_project(asked.start, asked.project, rules=asked.rules, roster=asked.roster)
    clock = clock_of(project, asked.at)
    with open_file(path) as file:
        became = [Became(outcome or "", rule, pool, queue, rep, leads) for (outcome, rule, pool, queue, rep), leads in routed(file).items()]
    return _narrowed(Report(path, project.timezone, None, None, _summed(project, clock, became)), project, options)


def _summed(project: Project, clock: Clock, became: Iterable[Became]) -> Summary:
    from leadroute.insight.summary import summary
    from leadroute.routing.router import in_force

    return summary(
        became,
        rules=[rule.id for rule in project.rules],
        in_force=[rule.id for rule in in_force(project, clock)],
        queues=list(project.queues),
        pools=list(project.pools),
    )


def _bound(text: str | None, clock: Clock, *, end: bool = False) -> int | None:
    """The instant of a bound: so long ago, or a timestamp, or a date on the routing clock: its start, as an ``end`` that of the next."""
    from leadroute import values

    if text is None:
        return None
    ago = _AGO.fullmatch(text.strip())
    if ago is not None:
        return clock.now - int(ago[1]) * _UNITS[ago[2]]
    at = values.instant(text, clock.timezone)
    if at is None:
        said = f"`{text}` is no time span, date or timestamp"
        raise CannotRunError(diagnostic("bad-instant", said, help="such as 30d, 2026-11-23 or 2026-11-23T10:01"))
    bare = _DATE.fullmatch(text.strip()) is not None
    return day_span(day(at, clock.timezone), clock.timezone)[1] if bare and end else at


def _narrowed(found: Report, project: Project, options: ReportOptions) -> Report:
    """The report about one pool, or one rep."""
    from leadroute.project.findings import listed, suggestion

    pools, people = found.pools, found.summary.people
    if options.pool is not None:
        known = [*project.pools, *(pool for pool in people if pool and pool not in project.pools)]
        if options.pool not in known:
            help_ = suggestion(options.pool, known, f"the pools are {listed(known)}")
            raise CannotRunError(diagnostic("unknown-pool", f"no pool is named `{options.pool}`", help=help_))
        pools = None if pools is None else tuple(one for one in pools if one.pool == options.pool)
        people = {pool: reps for pool, reps in people.items() if pool == options.pool}
    if options.rep is not None:
        ids = [rep.id for rep in project.reps]
        gone = {rep for reps in found.summary.people.values() for rep in reps} - set(ids)
        if options.rep not in ids and options.rep not in gone:
            help_ = suggestion(options.rep, ids, f"the roster has {listed(ids)}")
            raise CannotRunError(diagnostic("unknown-rep", f"no rep is `{options.rep}`", help=help_))
        pools = (
            None if pools is None else tuple(replace(one, reps=tuple(rep for rep in one.reps if rep.rep == options.rep)) for one in pools)
        )
        pools = None if pools is None else tuple(one for one in pools if one.reps)
        people = {pool: {rep: leads for rep, leads in reps.items() if rep == options.rep} for pool, reps in people.items()}
        people = {pool: reps for pool, reps in people.items() if reps}
    return replace(found, pools=pools, pool=options.pool, rep=options.rep, summary=replace(found.summary, people=people))
