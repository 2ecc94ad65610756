"""What the roster makes of the rules: leads nobody qualifies for, reps who get nothing, what rests on one person, who is there when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from leadroute.model.clock import DAY, WEEKDAYS
from leadroute.model.condition import Test
from leadroute.model.frozen import frozen
from leadroute.model.rules import Availability, AvailabilityKind, Rule
from leadroute.proofs.findings import Findings, listed
from leadroute.proofs.formula import FALSE, TRUE, Literal
from leadroute.proofs.hours import Unstaffed, spoken, unstaffed
from leadroute.proofs.partition import Numbers, Texts
from leadroute.proofs.prover import Prover
from leadroute.proofs.scale import Stretch
from leadroute.proofs.staff import Route, Staff, Try, asks, lacking
from leadroute.proofs.witness import Replayed


@frozen
class Way:
    """A rule that some lead reaches, and one of its routes."""

    at: int
    rule: Rule
    route: Route


def ways(prover: Prover, staff: Staff, alive: frozenset[int]) -> list[Way]:
    """The routes of the rules that some lead reaches."""
    rules = prover.rules[0]
    return [Way(at, rules[at], route) for at in sorted(alive) for route in staff.routes(rules[at]) if route.when != FALSE]


def holes(prover: Prover, staff: Staff, found: Sequence[Way], findings: Findings) -> None:
    """Leads that reach a rule and for which no rep could ever qualify.

    A warning where they fall to the project's default and the project itself names what they ask for; advice where the rule or its pool
    says where they go then, or only a value that nothing names asks for it.
    """
    open_ways: dict[str, list[tuple[Way, list[Literal], bool]]] = {}
    for way in found:
        if way.route.lets_go or not any(one.rungs and one.pool is not None for one in way.route.tries):
            continue
        if not way.route.by_default and not findings.advice:
            continue
        goal = staff.unqualified(way.route)
        if FALSE in goal:
            continue
        named = _known(prover, [test for one in way.route.tries for test in asks(one.rungs)])
        whole = [*prover.reaching(way.at), *goal]
        known = prover.solver.holds([prover.space.concrete, *whole, *named]) is True
        if known or findings.advice:
            open_ways.setdefault(way.rule.id, []).append((way, [*whole, *named] if known else whole, known))
    while open_ways:  # a way of each rule at a time, until a lead of it is found
        asked = [ways.pop(0) for ways in open_ways.values()]
        answers = prover.ask_all([(goal, partial(_nobody, staff, way)) for way, goal, _ in asked])
        for (way, _, known), answer in zip(asked, answers, strict=True):
            if answer.exists and answer.witness is not None:
                open_ways[way.rule.id].clear()
                where = f"wait in the queue `{way.route.queue}`" if way.route.queue is not None else "are held"
                findings.add(
                    "roster-hole",
                    f"some leads of `{way.rule.id}` ask for what no rep it tries can offer; they {where}",
                    way.rule.span,
                    severity=None if known and way.route.by_default else "info",
                    help="add a last rung that somebody always fulfils, or say under `otherwise` where such leads go",
                    related=[(f"tried without success: {_tried(one)}", findings.span_of(one.pool)) for one in way.route.tries],
                    witness=answer.witness,
                    rule=way.rule.id,
                    pool=way.rule.assign.target.name,
                    about=(),
                )
            elif answer.exists is None and (known or findings.every):
                findings.undecided(f"whether somebody qualifies for every lead of `{way.rule.id}`", answer.why)
        open_ways = {rule: ways for rule, ways in open_ways.items() if ways}


def _nobody(staff: Staff, way: Way, routed: Replayed) -> bool:
    """Whether a rule took a lead for which no rep whom it tries could ever qualify, so that nobody got it."""
    return routed.rule == way.rule.id and lacking(way.route, staff, routed) and routed.decision.rep is None


def _known(prover: Prover, tests: Sequence[Test]) -> list[Literal]:
    """The lead's fields that requirements read have values that the project names."""
    names = {name for test in tests for name in (test.subject.part_ref, *(operand.ref for operand in test.operands)) if name is not None}
    found: list[Literal] = []
    for name in sorted(names):
        partition = prover.space.partition(name)
        found.append(partition.present)
        if isinstance(partition, Texts):
            found.append(-partition.unnamed)
    return found


def _tried(one: Try) -> str:
    if one.pool is not None:
        return f"pool `{one.pool}`"
    if one.named != FALSE:
        return "the rep whom a field names"
    return "named reps" if one.ref is None else f"who stands in for the rep whom `{one.ref}` names"


def idle(prover: Prover, staff: Staff, found: Sequence[Way], findings: Findings) -> None:
    """Active reps to whom no rule, step or default can give a lead, nor ``respond_within`` when others do not answer.

    Whom a rule serves that no lead reaches, that rule's finding covers.
    """
    project = findings.project
    reached = {way.at for way in found}
    dead = (rule for at, rule in enumerate(prover.rules[0]) if at not in reached)
    served: set[int] = {member for step in project.default if step.target is not None for member in _members(step.target.name, staff)}
    served.update(member for rule in dead for route in staff.routes(rule) for one in route.tries for member in one.members)
    named = any(one.named != FALSE for way in found for one in way.route.tries)
    tries = [(way, one) for way in found for one in way.route.tries]
    later = {way.at: (way, staff.unanswered(way.rule)) for way in found}
    tries += [(way, one) for way, route in later.values() if route is not None for one in route.tries]
    for way, one in tries:
        if way.route.when == TRUE and one.chosen == TRUE and not served.issuperset(one.members):
            served.update(staff.sure(one))
    for at, rep in enumerate(project.reps):
        if not rep.active or rep.weight == 0 or at in served:
            continue
        asked = ((way, one) for way, one in tries if at in one.members)
        if any(
            prover.solver.holds([*prover.coming(way.at), way.route.when, one.chosen, staff.meets(one.rungs, rep)]) is not False
            for way, one in asked
        ):
            continue
        findings.add(
            "idle-rep",
            f"`{rep.id}` is active and never gets a lead" + (" but those that name them" if named else ""),
            rep.span,
            severity="info" if named else None,
            help="put them into a pool that a rule uses, or say `active: false`",
            rep=rep.id,
        )


def _members(pool: str | None, staff: Staff) -> tuple[int, ...]:
    return staff.project.pools[pool].members if pool is not None and pool in staff.project.pools else ()


def single(found: Sequence[Way], findings: Findings) -> None:
    """Values that leads ask for and one rep of a pool alone has: a day of leave, and nobody qualifies."""
    told: set[tuple[str, str]] = set()
    for way in found:
        for one in way.route.tries:
            for test in asks(one.rungs[-1:]):  # what an earlier rung asks, a later one may let go
                name = test.subject.name
                if one.pool is None or (one.pool, name) in told:
                    continue
                told.add((one.pool, name))
                holders = _holders(one, name, findings)
                alone = {value: reps[0] for value, reps in holders.items() if len(reps) == 1}
                if len(one.members) > 1 and alone:
                    shown = [f"`{value}` on `{rep}`" for value, rep in list(alone.items())[:4]]
                    more = f" and {len(alone) - 4} more" if len(alone) > 4 else ""
                    findings.add(
                        "single-person",
                        f"in pool `{one.pool}` some of `{name}` rest on one person: {', '.join(shown)}{more}",
                        findings.span_of(one.pool) or way.rule.span,
                        help="find a second one, or a fallback for the days when they are away",
                        rule=way.rule.id,
                        pool=one.pool,
                        about=(name, *alone),
                    )


def _holders(one: Try, name: str, findings: Findings) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for member in one.members:
        rep = findings.project.reps[member]
        has = rep.attributes.get(name)
        for value in has if isinstance(has, tuple | Mapping) else () if has is None else (has,):
            found.setdefault(str(value), []).append(rep.id)
    return found


def unattended(prover: Prover, found: Sequence[Way], findings: Findings) -> None:
    """Pools of which nobody works at some hour, for rules that ask. A warning in business hours where nothing else is tried."""
    told: set[tuple[str, AvailabilityKind]] = set()
    known: dict[tuple[str, Availability], list[Unstaffed]] = {}
    for way in found:
        for at, one in enumerate(way.route.tries):
            kind = one.availability.kind
            if one.pool is None or kind not in (AvailabilityKind.WORKING, AvailabilityKind.WITHIN) or (one.pool, kind) in told:
                continue
            if (one.pool, one.availability) not in known:
                known[one.pool, one.availability] = unstaffed(findings.project, one.pool, one.availability)
            gaps = [gap for gap in known[one.pool, one.availability] if _reached(prover, way, gap)]
            if not gaps:
                continue
            told.add((one.pool, kind))
            inside = [gap for gap in gaps if gap.in_hours]
            last = at == len(way.route.tries) - 1
            worst = (inside or gaps)[0]
            when = "in business hours" if inside else "outside business hours"
            others = len(inside or gaps) - 1
            more = f", and at {others} more times" if others else ""
            findings.add(
                "unattended-pool",
                f"nobody in pool `{one.pool}` works {spoken(worst)}{more}, {when}, and `{way.rule.id}` asks who does",
                findings.span_of(one.pool) or way.rule.span,
                severity=None if inside and last and way.route.by_default else "info",
                help="add hours, or a step under `otherwise` for that time",
                rule=way.rule.id,
                pool=one.pool,
                about=(kind.value,),
            )


def _reached(prover: Prover, way: Way, gap: Unstaffed) -> bool:
    """Whether leads come to a rule at some instant of a stretch of the week, by what rules ask of day and hour."""
    space = prover.space
    days, times, office = (space.partitions.get(space.survey.key(0, f"now.{fact}")) for fact in ("weekday", "time", "business_hours"))
    start = gap.start
    while start < gap.end:
        midnight = (start // DAY + 1) * DAY
        goal = [*prover.reaching(way.at), way.route.when]
        if days is not None:
            goal.append(days.at(WEEKDAYS[start // DAY % 7]))
        if isinstance(times, Numbers):
            there = Stretch(start % DAY, (min(gap.end, midnight) - 1) % DAY)
            goal.append(times.fixed.where([stretch.meets(there) is not None for stretch in times.fixed.stretches]))
        if office is not None and not gap.in_hours:  # in business hours there may be a holiday
            goal.append(office.at(value=False))
        if prover.solver.holds(goal) is not False:
            return True
        start = midnight
    return False


def open_ends(found: Sequence[Way], findings: Findings) -> None:
    """Rules with people to try and no end of their own: when nobody can take it, the lead is left to the default."""
    seen: dict[str | None, list[Rule]] = {}
    for way in found:
        if way.route.by_default and way.route.tries and way.rule not in seen.setdefault(way.route.queue, []):
            seen[way.route.queue].append(way.rule)
    for queue, rules in seen.items():
        where = f"the default queue `{queue}`" if queue is not None else "the default"
        findings.add(
            "open-end",
            f"when nobody can take them, leads of {listed(rules)} are left to {where}",
            rules[0].span,
            help="end `otherwise` with a queue that somebody looks at, or with `hold`",
            related=[(f"`{rule.id}`", rule.span) for rule in rules[1:6]],
            rule=rules[0].id if len(rules) == 1 else None,
            about=tuple(rule.id for rule in rules),
        )
