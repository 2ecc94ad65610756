"""What is tried for a case, in order: pools, people, queues. A chain is worked out once and serves every lead of its case."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, MutableSequence, Sequence, Set
from dataclasses import dataclass, field, replace

from leadroute.model.condition import Condition
from leadroute.model.decisions import Outcome, Verdict
from leadroute.model.frozen import record
from leadroute.model.rules import Assign, Availability, Pick, PickKind, Pool, Rule, Step, StepKind, Target, TargetKind
from leadroute.routing.cases import Case, Travel
from leadroute.routing.charge import Charge
from leadroute.routing.desk import Desk, PoolGate, cost_travel, effort_of
from leadroute.routing.ends import NO_SIGNATURE, NOBODY, REP_BITS, Ends, Way
from leadroute.routing.paced import paced
from leadroute.routing.seats import Seats
from leadroute.routing.tally import Tally
from leadroute.routing.turns import Turns

NO_RULE = Assign(Target(TargetKind.QUEUE))
"""What goes along to the default's steps for a lead that no rule took: no requirement, the default availability."""


@dataclass(slots=True)
class End:
    """A queue, or holding: always takes the lead."""

    verdict: Verdict
    end: int

    def attempt(self, lead: int) -> int:
        """The one way it can end."""
        del lead
        return self.end

    def open_to(self, lead: int) -> int:
        """Nobody has to be able to take it."""
        del lead
        return NO_SIGNATURE


@dataclass(slots=True)
class Taken:
    """What happens to a lead once somebody is found; common to pools and people.

    ``base`` is the part of the lead's end that is the same for all (see ``ends``). ``turn`` are the turns to charge, by position, with
    the rotation's ``deadlines`` and ``factors`` (see ``Turns``); ``watched`` says that loads and counts can decide something in this
    batch, so that they are kept up lead by lead (else they are added up at the end).
    """

    tally: Tally
    ends: Ends
    base: int
    assign: Assign
    cost: int
    costs: Sequence[int] | None
    turn: list[int] | None
    deadlines: list[int] | None
    factors: list[int]
    watched: bool

    @property
    def verdict(self) -> Verdict:
        """The verdict of leads that are taken."""
        return self.ends.verdict(self.base)

    @property
    def alike(self) -> bool:
        """Whether every lead charges a turn at one cost, limits and load."""
        return self.turn is not None and self.costs is None and self.assign.charge_load and self.assign.charge_limits

    def by(self, rep: int, seats: Seats, lead: int) -> int:
        """Charge the lead to a rep, and say how it ended."""
        signature = seats.signature if seats.signature >= 0 else seats.sign(self.ends, lead)
        if self.turn is not None:
            cost = self.cost if self.costs is None else self.costs[lead]
            self.turn[rep] += cost
            if self.deadlines is not None:
                self.deadlines[rep] += cost * self.factors[rep]
        if self.watched:
            effort = seats.effort
            self.tally.charge(
                rep,
                seats.efforts[lead] if effort is None else effort,
                seats.pool,
                loaded=self.assign.charge_load,
                counted=self.assign.charge_limits,
            )
            if seats.caps and self.assign.charge_limits:
                self.tally.take(rep, seats.caps.get(rep, ()), lead)
        return self.base + signature + rep

    def signature(self, seats: Seats, lead: int) -> int:
        """The number of the set of those who are eligible for a lead."""
        return (seats.signature if seats.signature >= 0 else seats.sign(self.ends, lead)) >> REP_BITS


@dataclass(slots=True)
class PoolTry:
    """A pool: its ladder rung by rung, each over all gates.

    ``attempt(lead)``: the first rung that somebody passes decides; ``fits[lead]`` is set when best_fit chose. ``cell`` is the
    ``by`` value of the turn order. ``charge`` is what each of these leads charges, where that is the same for all (see ``hand_out``).
    """

    pool: Pool
    gate: PoolGate
    rungs: list[tuple[Condition | None, Seats]]
    taken: Taken
    fits: MutableSequence[int]
    cell: str | None = None
    charge: Charge | None = None
    attempt: Callable[[int], int] = field(init=False)

    def __post_init__(self) -> None:
        """Who makes up turns is waited for: another way to hand out, and not one for all alike."""
        self.attempt = self._attempt
        if self.gate.turns.catching is not None:
            self.attempt, self.charge = paced(self, self.gate.turns.catching, self._attempt), None

    def first_seats(self) -> Seats:
        """The first rung on which somebody has room: loads only grow while a batch is decided, so that the others before it are over."""
        return next((seats for _, seats in self.rungs if seats.live), self.rungs[0][1])

    @property
    def verdict(self) -> Verdict:
        """The verdict of leads that the pool hands out."""
        return self.taken.verdict

    def rung_of(self, eligible: Set[int]) -> int:
        """The rung that gave a lead to one of those who were eligible for it."""
        # They passed the limits: an earlier rung that lets one of them through would have decided.
        return next(at for at, (_, seats) in enumerate(self.rungs) if not eligible.isdisjoint(seats.candidates))

    def open_to(self, lead: int) -> int | None:
        """The number of the set of those who could take a lead now, on the first rung that somebody passes; nothing changes."""
        for _, seats in self.rungs:
            if seats.passing(lead):
                return self.taken.signature(seats, lead)
        return None

    def _attempt(self, lead: int) -> int:
        gate = self.gate
        if gate.seen != gate.turns.version:
            gate.try_pool()
        for _, seats in self.rungs:
            rep = seats.choose(lead)
            if rep >= 0:
                if seats.fits:
                    self.fits[lead] = seats.last_fit
                return self.taken.by(rep, seats, lead)
        return -1


@dataclass(slots=True)
class RepTry:
    """One named person: a rule's rep, a backup, a manager. ``seats`` is ``None`` when require or availability stop them."""

    rep: int
    rungs: Sequence[Condition]
    availability: Availability
    seats: Seats | None
    taken: Taken

    @property
    def verdict(self) -> Verdict:
        """The verdict of leads that the person takes."""
        return self.taken.verdict

    def open_to(self, lead: int) -> int | None:
        """The number of the set that is the person, when the limits let them take it now; nothing changes."""
        return self.taken.signature(self.seats, lead) if self.seats is not None and self.seats.passing(lead) else None

    def attempt(self, lead: int) -> int:
        """The person takes it when the limits let them."""
        if self.seats is None or self.seats.choose(lead) < 0:
            return -1
        return self.taken.by(self.rep, self.seats, lead)


Try = PoolTry | RepTry | End
"""One attempt to place a lead: ``attempt(lead)`` charges and gives how it ended, or -1 when nobody can take it."""


class Chain:
    """The tries of a case, in order; the last always takes the lead.

    They are made when first reached, since most leads never get beyond the first: ``tries`` are those made so far, ``steps`` what they
    were made from. ``passed`` holds the steps that named nobody: how many tries came before, and the sentence.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.tries: list[Try] = []
        self.passed: list[tuple[int, str]] = []
        self.steps: list[Step] = []
        self.rest: Iterator[Try] = iter(())

    def first(self) -> Try:
        """The first try, made now."""
        if not self.tries:
            next(self.further())
        return self.tries[0]

    def place(self, lead: int) -> int:
        """Place a lead, and say how it ended (see ``ends``)."""
        for attempt in self.all():
            end = attempt.attempt(lead)
            if end >= 0:
                return end
        raise AssertionError("a chain ends in a queue")

    def ending(self, verdict: Verdict) -> int:
        """The place of the try that leads of this verdict end at."""
        return next(at for at, tried in enumerate(self.tries) if tried.verdict == verdict)

    def all(self) -> Iterator[Try]:
        """All tries in order, those that are not made yet made as they come."""
        yield from self.tries
        yield from self.further()

    def further(self) -> Iterator[Try]:
        """The tries after those made so far, each made now."""
        for attempt in self.rest:
            self.tries.append(attempt)
            yield attempt


class Chains:
    """Makes the chain of each case."""

    def __init__(self, desk: Desk, rules: Sequence[Rule], fits: MutableSequence[int]) -> None:
        self.desk = desk
        self._rules = rules
        self.fits = fits

    def of(self, case: Case) -> Chain:
        """The chain of a case: each rule's target and steps, its own pool's steps, and at last the default."""
        chain = Chain(case)
        chain.rest = _Route(self.desk, self.fits, case, chain).tries([self._rules[at] for at in case.rules])
        return chain


@record
class _Plan:
    """What a step means that tries a pool, for all cases that come to it on the same way; ``payer`` is where a turn is paid, if any is."""

    gate: PoolGate
    require: Sequence[Condition | None]
    pick: Pick
    effort: Travel | int
    verdict: Verdict
    payer: Turns | None


class _Route:
    """Makes one chain: walks through the steps and keeps in mind who was named last and what has been tried."""

    def __init__(self, desk: Desk, fits: MutableSequence[int], case: Case, chain: Chain) -> None:
        self._desk = desk
        self._fits = fits
        self._case = case
        self._chain = chain
        self._unanswered = case.unanswered
        self._set_out(None)

    def tries(self, rules: Sequence[Rule]) -> Iterator[Try]:
        """Each rule's tries until one keeps the lead for good, else the default's."""
        if self._unanswered is not None and self._unanswered.over:
            self._set_out(rules[0])
            yield from self._then()
            return
        for rule in rules:
            self._set_out(rule)
            if (yield from self._follow(rule)):
                return
        self._set_out(None)
        yield from self._default()

    def _set_out(self, rule: Rule | None) -> None:
        self._rule = rule
        self._assign = NO_RULE if rule is None else rule.assign
        self._person: int | None = None
        self._tried: list[str] = []
        if self._unanswered is not None and rule is not None:
            if self._unanswered.last >= 0:
                self._person = self._unanswered.last
            respond = rule.respond
            tries = respond.tries if respond is not None and self._unanswered.over else None
            self._tried.append(
                "nobody answered in time" if tries is None else f"nobody answered in {tries} {'try' if tries == 1 else 'tries'}"
            )

    def _then(self) -> Iterator[Try]:
        """What becomes of a lead that nobody answered: the rule's ``then`` steps, and at last the default."""
        respond = self._rule.respond if self._rule is not None else None
        for step in respond.then if respond is not None else ():
            if (yield from self._step(step, first=False)):
                return
        yield from self._default()

    def _follow(self, rule: Rule) -> Generator[Try, None, bool]:
        """A rule's target and steps, its own pool's steps, the default; ``False`` when the lead goes on to the next rule."""
        target = rule.assign.target
        pool = self._pool(target) if target.kind is TargetKind.POOL else None

        def made() -> list[Step]:
            return [Step(StepKind(target.kind.value), target), *rule.assign.otherwise, *(() if pool is None else pool.otherwise)]

        for at, step in enumerate(self._desk.same(("steps", id(rule), None if pool is None else pool.name), made)):
            if step.kind is StepKind.NEXT_RULE:
                self._chain.steps.append(step)
                return False
            if (yield from self._step(step, first=at == 0)):
                return True
        yield from self._default() if self._unanswered is None else self._then()
        return True

    def _default(self) -> Iterator[Try]:
        for step in self._desk.project.default:
            if (yield from self._step(step, first=False, default=True)):
                return

    def _step(self, step: Step, *, first: bool, default: bool = False) -> Generator[Try, None, bool]:
        """One step's tries; whether it always takes the lead."""
        self._chain.steps.append(step)
        late = ("no_rule" if self._rule is None else "default") if default else None
        if step.kind is StepKind.QUEUE:
            name = step.target.name if step.target is not None else None
            yield self._end(Outcome.QUEUED, late or ("queue" if first else "fallback_queue"), queue=name)
            return True
        if step.kind is StepKind.HOLD:
            yield self._end(Outcome.HELD, late or "hold")
            return True
        if step.kind is StepKind.POOL and step.target is not None:
            pool = self._pool(step.target)
            if pool is None:
                self._pass(step.target, "pool")
            else:
                yield self._try_pool(pool, step, late or ("pool" if first else "fallback_pool"))
        elif step.kind is StepKind.REP and step.target is not None:
            rep = self._rep(step.target)
            if rep is None:
                self._pass(step.target, "rep")
            else:
                self._person = rep
                words = f"the rep named by {step.target.ref}" if step.target.ref else f"rep {step.target.name}"
                yield self._try_rep(rep, step, late or ("rep" if first else "fallback_rep"), words)
        elif step.kind is StepKind.BACKUP and self._person is not None:
            for at, rep in enumerate(self._desk.backups(self._person)):
                yield self._try_rep(rep, step, late or "backup", "the backup" + "'s backup" * at)
        elif step.kind is StepKind.MANAGER and self._person is not None:
            manager = self._desk.project.reps[self._person].manager
            if manager is not None:
                yield self._try_rep(manager, step, late or "manager", "the manager")
        return False

    def _pool(self, target: Target) -> Pool | None:
        name: str | None = target.name
        if target.ref is not None:
            value = self._case.values.get(target.ref)
            name = None if value is None else self._desk.directory.pool(str(value))
        return None if name is None else self._desk.project.pools[name]

    def _rep(self, target: Target) -> int | None:
        text: object = target.name
        if target.ref is not None:
            text = self._case.values.get(target.ref)
        return None if text is None else self._desk.directory.rep(str(text))

    def _pass(self, target: Target, kind: str) -> None:
        """A ``$field`` that names nobody."""
        missing = self._case.values.get(target.ref or "") is None
        words = f"{target.ref} is missing" if missing else f"{target.ref} names no {kind}"
        self._tried.append(words)
        self._chain.passed.append((len(self._chain.tries), words))

    def _end(self, outcome: Outcome, reason: str, *, queue: str | None = None) -> End:
        end = f"it waits in queue {queue}" if queue is not None else "it is held for a later run"
        verdict = replace(self._verdict(outcome, reason, end), queue=queue)
        ends = self._desk.ends
        return End(verdict, ends.base(Way(ends.verdicts.number(verdict))) + (NO_SIGNATURE << REP_BITS) + NOBODY)

    def _try_pool(self, pool: Pool, step: Step, reason: str) -> PoolTry:
        desk, assign, values = self._desk, self._assign, self._case.values
        rule = None if self._rule is None else self._rule.id
        key = ("plan", rule, id(step), pool.name, reason, self._unanswered is None, *self._tried)
        plan = desk.same(key, lambda: self._plan(pool, step, reason))
        gate, effort, fitting = plan.gate, plan.effort, plan.pick.kind is PickKind.BEST_FIT
        terms = [term for term in assign.prefer if term.when is None or id(term.when) in self._case.terms] if fitting else []
        cell = cell_key(self._case, gate.turns.rotation.by)
        rungs: list[tuple[Condition | None, Seats]] = []
        for rung in plan.require:
            candidates = desk.candidates(gate, rung, values)
            if self._unanswered is not None:
                candidates = tuple(rep for rep in candidates if rep not in self._unanswered.had)
            fits = desk.fits(gate, candidates, terms, values) if fitting else None
            rungs.append((rung, desk.pool_seats(gate, candidates, plan.pick, cell, effort, fits, self._case.terms)))
        self._tried.append(f"nobody in pool {pool.name} could take it")

        def made() -> PoolTry:
            taken = desk.same(("taken", id(plan), cell), lambda: self._taken(plan.verdict, effort, plan.payer, fits=fitting))
            charge = None
            if taken.alike and isinstance(effort, int) and not desk.tally.ahead and not any(seats.caps for _, seats in rungs):
                charge = desk.same(("charge", id(gate), cell, effort), lambda: Charge(gate, desk.tally.pools[pool.name], cell, effort))
            return PoolTry(pool, gate, rungs, taken, self._fits, cell, charge)

        return desk.same(("try", id(plan), cell, *(id(seats) for _, seats in rungs)), made)

    def _plan(self, pool: Pool, step: Step, reason: str) -> _Plan:
        desk, assign = self._desk, self._assign
        gate = desk.gate(pool, step.availability or assign.availability)
        return _Plan(
            gate,
            (assign.require if step.require is None else step.require) or (None,),
            step.pick or assign.pick or pool.pick,
            effort_of(assign.effort),
            self._verdict(Outcome.ASSIGNED, reason, f"pool {pool.name} handed it out", pool.name),
            gate.turns if assign.charge_turn else None,
        )

    def _try_rep(self, rep: int, step: Step, reason: str, words: str) -> RepTry:
        desk, assign = self._desk, self._assign
        require = assign.require if step.require is None else step.require
        availability = step.availability or assign.availability
        effort = effort_of(assign.effort)
        fulfilled = not require or any(desk.meets(rep, rung, self._case.values) for rung in require)
        fulfilled &= self._unanswered is None or rep not in self._unanswered.had
        present = desk.presence(rep, availability).reason is None
        seats = desk.single_seat(rep, effort, self._case.terms) if fulfilled and present else None
        verdict = self._verdict(Outcome.ASSIGNED, reason, f"{words} took it")
        taken = self._taken(verdict, effort, self._turn_in(rep))
        self._tried.append(f"{words} could not take it")
        return RepTry(rep, require, availability, seats, taken)

    def _taken(self, verdict: Verdict, effort: Travel | int, turns: Turns | None, *, fits: bool = False) -> Taken:
        """What happens to the leads of a try; ``turns`` is the rotation in which a turn is paid, if any is."""
        desk, assign = self._desk, self._assign
        travels = list(desk.travels)
        travel = None if turns is None else cost_travel(turns.rotation)
        cost = 0 if turns is None else turns.rotation.cost
        key = None if turns is None else cell_key(self._case, turns.rotation.by)
        way = Way(
            verdict=desk.ends.verdicts.number(verdict),
            effort=0 if not assign.charge_load else effort if isinstance(effort, int) else -1,
            effort_of=travels.index(effort) if assign.charge_load and isinstance(effort, Travel) else -1,
            cost=cost if travel is None else -1,
            cost_of=-1 if travel is None else travels.index(travel),
            place=-1 if turns is None else desk.ends.places.number((turns.rotation.key, key)),
            counted=assign.charge_limits,
            fits=fits,
        )
        return Taken(
            tally=desk.tally,
            ends=desk.ends,
            base=desk.ends.base(way),
            assign=assign,
            cost=cost,
            costs=None if travel is None else desk.travels[travel],
            turn=None if turns is None else turns.cell(key),
            deadlines=None if turns is None else turns.deadlines.get(key),
            factors=[] if turns is None else turns.factors,
            watched=desk.watched,
        )

    def _turn_in(self, rep: int) -> Turns | None:
        """The rotation in which a named person pays a turn, with ``turn_in``: that pool's, when they are in it."""
        name = self._assign.turn_in
        if name is None or not self._assign.charge_turn:
            return None
        turns = self._desk.tally.turns[self._desk.project.pools[name].rotation]
        return turns if rep in turns.members else None

    def _verdict(self, outcome: Outcome, reason: str, end: str, pool: str | None = None) -> Verdict:
        """The verdict with its sentence: the rule, what was tried in vain, and how it ended."""
        rule = self._rule.id if self._rule is not None else None
        start = f"rule {rule}" if rule is not None else "no rule took it"
        if self._unanswered is not None and outcome is Outcome.ASSIGNED:
            reason = "rerouted"
        path = [*self._tried, end]
        return Verdict(
            outcome, reason, f"{start}: {', '.join(path[:-1])}, so {path[-1]}" if len(path) > 1 else f"{start}: {end}", rule, pool
        )


def cell_key(case: Case, by: str | None) -> str | None:
    """The turn order's ``by`` value for a case, as text; ``None`` without ``by`` or where it is missing."""
    value = None if by is None else case.values.get(by)
    return None if value is None else str(value)
