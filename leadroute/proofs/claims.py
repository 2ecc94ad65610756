"""Properties: what somebody claims of every possible lead, proved, or refuted by a lead that was routed so.

A rule's chain gives the ways in which its leads may end, whoever is there and has room just then: every rep who could get one, and the
queue at the end. A property holds where no lead that it is about can end in a way that speaks against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from leadroute import values
from leadroute.language.operators import OPERATORS
from leadroute.language.references import borrowed, references, tests
from leadroute.language.scalar import lead_holds, rep_holds
from leadroute.language.text import compared
from leadroute.model.clock import DAY, Clock, local
from leadroute.model.decisions import Decision, Outcome
from leadroute.model.examples import Claim, RepState, Settled, Status
from leadroute.model.frozen import frozen
from leadroute.model.limits import NO_LIMITS
from leadroute.model.previous import Previous
from leadroute.model.project import Project
from leadroute.model.roster import Rep
from leadroute.model.rules import Rule, StepKind, TargetKind
from leadroute.people.working import next_working
from leadroute.proofs.formula import FALSE, TRUE, Budget, Literal
from leadroute.proofs.prover import Prover
from leadroute.proofs.space import LeadSpace
from leadroute.proofs.staff import Route, Staff, Try, survey_staff
from leadroute.proofs.witness import AT, PREVIOUS, Replayed
from leadroute.routing.circumstances import staged
from leadroute.routing.targets import Directory

_FOLLOWS = "a lead that shares `{keys}` with an earlier one follows it before any rule that does not say `keep_together: false`"
_GOES_ON = "when nobody answers a lead of `{rule}` in time, its `then` steps or the default could send it elsewhere"
_SOON = 21 * DAY
"""Who does not work for so long is hardly ever there."""
_OTHERWISE = "leads that could refute it were routed otherwise"


@frozen
class _End:
    """One way in which leads may end: those for which ``when`` holds, with a decision's names; ``rep`` is a position in the roster."""

    when: Literal
    rule: str | None
    outcome: Outcome
    rep: int | None = None
    pool: str | None = None
    queue: str | None = None


def settle(project: Project, claims: Sequence[Claim], budget: Budget) -> Iterator[Settled]:
    """Decide claims, one after the other."""

    def prepare(space: LeadSpace) -> None:
        survey_staff(space)
        for claim in claims:
            if claim.rep is not None:
                space.survey.people(0, claim.rep, project.reps)
        survey_names(space)

    also = [(0, claim.given) for claim in claims if claim.given is not None]
    asked = _Asked(Prover(project, budget=budget, also=also, prepare=prepare))
    for claim in claims:
        yield asked.settle(claim)


def survey_names(space: LeadSpace) -> None:
    """Tell a space by what names the fields call reps that name them in rules and steps."""
    project = space.projects[0]
    for name in _naming_reps(project):
        space.survey.named(0, name, (text for rep in project.reps for text in (rep.id, rep.email, rep.name) if text))


def _naming_reps(project: Project) -> list[str]:
    """The fields that name reps in rules and steps."""
    targets = [rule.assign.target for rule in project.rules]
    steps = [step for rule in project.rules for step in rule.assign.otherwise]
    steps += [step for pool in project.pools.values() for step in pool.otherwise] + list(project.default)
    targets += [step.target for step in steps if step.target is not None]
    return list(dict.fromkeys(one.ref for one in targets if one.kind is TargetKind.REP and one.ref is not None))


class _Asked:
    """A prover that is asked about claims."""

    def __init__(self, prover: Prover) -> None:
        self.prover = prover
        self.project = prover.projects[0]
        self.staff = Staff(prover.space)
        self.directory = Directory(self.project)
        self.rules = prover.rules[0]

    def settle(self, claim: Claim) -> Settled:
        """Prove a claim, or refute it with a lead."""
        formula = self.prover.space.formula
        given = self.prover.space.literal(claim.given)
        left_open: str | None = None
        for reach, ends in self._ways():
            against = [(end, formula.all_of([end.when, self._against(claim, end)])) for end in ends]
            against = [(end, literal) for end, literal in against if literal != FALSE]
            goal = [given, *reach, formula.any_of(literal for _, literal in against)]
            answer = self.prover.ask(goal, lambda routed: _is_about(claim, routed))
            if answer.exists is False:
                continue
            if answer.exists is None:
                left_open = left_open or answer.why
                continue
            for _, literal in against:
                answer = self.prover.ask([given, *reach, literal], lambda routed: _is_about(claim, routed))
                if answer.exists and answer.witness is not None:
                    found = self._refuted(claim, answer.witness.lead, [end for end, _ in against])
                    if found is not None:
                        return found
                elif answer.exists is None:
                    left_open = left_open or answer.why
            left_open = left_open or _OTHERWISE
        if left_open is None and self._may_follow(claim, given):
            keys = self.project.keep_together.by if self.project.keep_together is not None else ()
            left_open = _FOLLOWS.format(keys="` or `".join(keys))
        if left_open is None:
            left_open = self._may_go_on(claim, given)
        if left_open is not None:
            return Settled(claim, Status.UNDECIDED, left_open)
        nothing = self._about_nothing(claim, given)
        return Settled(claim, Status.PROVED if nothing is None else Status.ABOUT_NOTHING, nothing or "")

    def _about_nothing(self, claim: Claim, given: Literal) -> str | None:
        """Why a claim holds whatever the rules say; ``None`` where it says something about them."""
        if self.prover.ask([given], lambda routed: _is_about(claim, routed)).exists is False:
            return "no lead can be what `given` says"
        if claim.rep is not None and all(self.staff.fulfils(claim.rep, rep) == FALSE for rep in self.project.reps):
            return "no rep of the roster is what `rep` says"
        return None

    def _ways(self) -> Iterator[tuple[list[Literal], list[_End]]]:
        """For each chain what holds of the leads that come to it, at least, and how they may end."""
        for rule, reach in self._coming():
            for route in self.staff.routes(rule):
                if route.when != FALSE:
                    yield [*reach, route.when], list(self._ends(route, rule.id, rule))
        yield self.prover.passed(len(self.rules)), list(self._ends(self.staff.unmatched(), None, None))

    def _coming(self) -> Iterator[tuple[Rule, list[Literal]]]:
        """For each rule what holds of the leads that come to it and that it takes, at least."""
        for at, rule in enumerate(self.rules):
            yield rule, self.prover.coming(at)

    def _ends(self, route: Route, name: str | None, rule: Rule | None) -> Iterator[_End]:
        for one in route.tries:
            if one.pool is not None or one.ref is None:
                yield from (_End(literal, name, Outcome.ASSIGNED, rep, one.pool) for rep, literal in self.staff.could(one))
            elif not one.members:  # who stands in for them comes with them
                yield from (_End(literal, name, Outcome.ASSIGNED, rep) for rep, literal in self._named(one, rule))
        if not route.lets_go:
            yield _End(TRUE, name, Outcome.HELD if route.queue is None else Outcome.QUEUED, queue=route.queue)

    def _named(self, one: Try, rule: Rule | None) -> Iterator[tuple[int, Literal]]:
        """Whom a field may name, where they fulfil what is asked, and where a later step may ask for them, their backups and manager."""
        formula, partition, reps = self.prover.space.formula, self.prover.space.partition(one.ref or ""), self.project.reps
        others = self._asks_others(rule)
        for at, rep in enumerate(reps):
            texts = {compared(text) for text in (rep.id, rep.email, rep.name) if text and self.directory.rep(text) == at}
            names = formula.any_of(partition.at(text) for text in sorted(texts))
            found = [(at, formula.all_of([names, self.staff.meets(one.rungs, rep)]))]
            if others:
                people = [*self.staff.backups(at), rep.manager]
                found += [(other, names) for other in people if other is not None]
            yield from ((other, literal) for other, literal in found if literal != FALSE and reps[other].active)

    def _asks_others(self, rule: Rule | None) -> bool:
        """Whether a step that asks for a backup or manager may follow."""
        steps = [*(rule.assign.otherwise if rule is not None else ()), *self.project.default]
        steps += [step for pool in self.project.pools.values() for step in pool.otherwise]
        return any(step.kind in (StepKind.BACKUP, StepKind.MANAGER) for step in steps)

    def _against(self, claim: Claim, end: _End) -> Literal:
        """The literal that a lead that ends so speaks against a claim."""
        formula = self.prover.space.formula
        rep = None if end.rep is None else self.project.reps[end.rep]
        fits = [TRUE if fit else FALSE for fit in _fits(claim, end.rule, end.pool, end.queue, end.outcome, rep is not None)]
        if claim.rep is not None:
            fits.append((FALSE if claim.never else TRUE) if rep is None else self.staff.fulfils(claim.rep, rep))
        return formula.all_of(fits) if claim.never else formula.any_of(-fit for fit in fits)

    def _may_follow(self, claim: Claim, given: Literal) -> bool:
        """Whether some lead could be given, unseen by any rule, to whoever has an earlier one, or wait for them, against the claim."""
        if self.project.keep_together is None:
            return False
        formula = self.prover.space.formula
        ends = [_End(TRUE, None, Outcome.ASSIGNED, at) for at, rep in enumerate(self.project.reps) if rep.active]
        against = formula.any_of(self._against(claim, end) for end in [*ends, _End(TRUE, None, Outcome.HELD)])
        starts = [self.prover.reaching(at) for at, rule in enumerate(self.rules) if rule.keep_together]
        return any(self.prover.solver.holds([given, against, *start]) is not False for start in [*starts, self.prover.left_over()])

    def _may_go_on(self, claim: Claim, given: Literal) -> str | None:
        """Why some lead could end against the claim once nobody has answered it; ``None`` where none could."""
        formula = self.prover.space.formula
        for rule, reach in self._coming():
            route = self.staff.unanswered(rule)
            if route is not None:
                against = formula.any_of(formula.all_of([end.when, self._against(claim, end)]) for end in self._ends(route, rule.id, rule))
                if self.prover.solver.holds([given, *reach, against]) is not False:
                    return _GOES_ON.format(rule=rule.id)
        return None

    def _refuted(self, claim: Claim, lead: Mapping[str, str], ends: Sequence[_End]) -> Settled | None:
        """Route a lead while different people are there, until it ends against the claim."""
        reps = self.project.reps
        for left in dict.fromkeys([-1, *(end.rep for end in ends)]):
            away = () if left == -1 else tuple(at for at, rep in enumerate(reps) if at != left and rep.active)
            for told in (lead, *self._when_working(lead, left)):
                decision = self._decided(claim, told, away)
                if decision is not None:
                    return Settled(claim, Status.REFUTED, "", told, tuple(reps[at].id for at in away), _told(decision))
        return None

    def _when_working(self, lead: Mapping[str, str], rep: int | None) -> Iterator[Mapping[str, str]]:
        """A lead whose instant does not matter to the rules, at one at which a rep works."""
        if rep is not None and rep >= 0 and AT not in lead:
            start = next_working(self.project.reps[rep], self.prover.space.clock.now, _SOON)
            if start is not None:
                yield {**lead, AT: local(start, self.project.timezone).isoformat()}

    def _decided(self, claim: Claim, lead: Mapping[str, str], away: Sequence[int]) -> Decision | None:
        """What the engine decides while some are away or full, where that is against the claim."""
        from leadroute.leads.reader import lead_of
        from leadroute.leads.typed import typed_lead
        from leadroute.routing.router import Router

        at = lead.get(AT)
        now = values.instant(at, self.project.timezone) if at is not None else None
        clock = Clock(self.prover.space.clock.now if now is None else now, self.project.timezone)
        states = {one: RepState(away=True, full=self.project.reps[one].limits != NO_LIMITS) for one in away}
        project, standings = staged(self.project, states, clock)
        router = Router(project, standings, clock)
        fields = router.fields | (references(claim.given) if claim.given is not None else frozenset())
        fields |= borrowed(claim.rep) if claim.rep is not None else frozenset()
        rep, count = lead.get(PREVIOUS[0], ""), int(lead.get(PREVIOUS[1]) or 0)
        previous = Previous((rep,), np.array([0 if rep else -1], np.int32), np.array([count], np.int64))
        texts = {name: text for name, text in lead.items() if name != AT and name not in PREVIOUS}
        batch = typed_lead(
            project,
            clock,
            texts,
            fields=fields,
            texts_of=router.texts | _by_text(claim),
            evaluator=router.evaluator,
            previous=lambda _: previous,
        )
        if claim.given is not None and not router.evaluator.mask(claim.given, batch)[0]:
            return None
        router.match(batch)
        decision = router.decide(np.ones(1, np.bool_))[0]
        taker = next((one for one in project.reps if one.id == decision.rep), None)
        return decision if _breaks(claim, decision, taker, Replayed(lead_of(batch, 0), None, clock, lambda: decision)) else None


def _fits(
    claim: Claim,
    rule: str | None,
    pool: str | None,
    queue: str | None,
    outcome: Outcome,
    assigned: bool,
) -> list[bool]:
    """For each name of a claim whether a decision has one of those meant; a pool is asked of leads that somebody gets."""
    found = {"rule": rule, "pool": pool, "queue": queue, "outcome": outcome.value}
    return [(not claim.never) if name == "pool" and not assigned else found[name] in meant for name, meant in claim.names.items()]


def _breaks(claim: Claim, decision: Decision, rep: Rep | None, routed: Replayed) -> bool:
    """Whether a decision is against a claim."""
    fits = _fits(claim, decision.rule, decision.pool, decision.queue, decision.outcome, rep is not None)
    if claim.rep is not None:
        fits.append(not claim.never if rep is None else rep_holds(claim.rep, rep, routed.values, routed.clock))
    return all(fits) if claim.never else not all(fits)


def _is_about(claim: Claim, routed: Replayed) -> bool:
    """Whether a claim is about a lead. Who is there when it ends against the claim is found out once the lead is known."""
    return claim.given is None or lead_holds(claim.given, routed.values, routed.clock)


def _by_text(claim: Claim) -> frozenset[str]:
    """The fields whose very text a claim looks at."""
    found = tests(claim.given) if claim.given is not None else ()
    return frozenset(test.subject.name for test in found if OPERATORS[test.op].on_text)


def _told(decision: Decision) -> str:
    """Where a lead goes, as a clause."""
    by = f"by rule `{decision.rule}`" if decision.rule is not None else "by no rule"
    if decision.rep is not None:
        return f"a lead goes to `{decision.rep}`, {by}"
    return f"a lead waits in queue `{decision.queue}`, {by}" if decision.queue is not None else f"a lead is held, {by}"
