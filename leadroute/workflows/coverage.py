"""What tests have reached: rules, fallback steps, tests in conditions, gates. The engine's own objects say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from leadroute.language.recorder import BOTH, FAILED, HELD, Recorder
from leadroute.model.examples import Coverage, Covered
from leadroute.model.frozen import record
from leadroute.model.together import TOGETHER

if TYPE_CHECKING:
    from leadroute.model.columns import LeadBatch, Mask
    from leadroute.model.condition import Condition, Test
    from leadroute.model.decisions import Decisions
    from leadroute.model.project import Project
    from leadroute.model.rules import Pool, Step
    from leadroute.model.span import Span
    from leadroute.routing.router import Router
    from leadroute.routing.stopped import Stop


@record
class Reached:
    """What tests have reached so far.

    Ids of rules, the places of fallback steps, what each test in a condition was seen to say (see ``Recorder``), and gates that stopped
    somebody.
    """

    rules: set[str] = field(default_factory=set)
    steps: set[Span] = field(default_factory=set)
    seen: dict[int, int] = field(default_factory=dict)
    gates: set[Stop] = field(default_factory=set)

    def copy(self) -> Reached:
        """The same, to go on from."""
        return Reached(set(self.rules), set(self.steps), dict(self.seen), set(self.gates))

    def add(self, other: Reached) -> None:
        """Count what was reached elsewhere, too."""
        self.rules |= other.rules
        self.steps |= other.steps
        self.gates |= other.gates
        for one, bits in other.seen.items():
            self.seen[one] = self.seen.get(one, 0) | bits

    def aims(self) -> frozenset[object]:
        """Everything that was reached, to tell whether a test reaches more."""
        said = ((one, bit) for one, bits in self.seen.items() for bit in (HELD, FAILED) if bits & bit)
        return frozenset([*self.rules, *self.steps, *said, *self.gates])


def fallbacks(project: Project) -> Iterator[Step]:
    """The fallback steps of rules that are not disabled, of pools and of the project."""
    for rule in project.rules:
        if rule.enabled:
            yield from rule.assign.otherwise
    for pool in project.pools.values():
        yield from pool.otherwise
    yield from project.default


def note_asked(router: Router, batch: LeadBatch, kept: Mapping[int, int], reached: Reached) -> None:
    """Note what the rules said to the leads of a block.

    ``kept`` has, by lead, the position of the rule in force that kept it, past the end where none did: later ones were not asked.
    """
    import numpy as np

    from leadroute.language.references import tests

    here = {lead - batch.start: at for lead, at in kept.items() if batch.start <= lead < batch.start + batch.size}
    rows = np.array(list(here), np.int64)
    last = np.array(list(here.values()), np.int64)
    recorder = Recorder(router.clock, reached.seen)
    for at, rule in enumerate(router.rules):
        asked = rows[last >= at]
        if len(asked) == 0:
            break
        if rule.when is not None and any(reached.seen.get(id(test)) != BOTH for test in tests(rule.when)):
            recorder.mask(rule.when, batch, asked)


def note_decided(router: Router, decisions: Decisions, wanted: Mask, reached: Reached) -> dict[int, int]:
    """Note which rules kept a lead or let one go on, which steps were tried, and which gates stopped somebody.

    Returns by lead the position of the rule in force that kept it, past the end where none did; without those that no rule was asked of.
    """
    from leadroute.routing.stopped import stops

    desk = router.desk
    kept: dict[int, int] = {}
    met: set[tuple[int, int, int]] = set()
    for row in wanted.nonzero()[0].tolist():
        found = decisions[row]
        if found.reason in TOGETHER:
            continue  # no rule was asked
        code = int(router.codes[row])
        kept[row] = len(router.rules)
        for at in router.sorter.cases[code].rules:
            reached.rules.add(router.rules[at].id)
            if router.rules[at].id == found.rule:
                kept[row] = at
                break
        chain, number, eligible = router.chains[code], int(decisions.verdict[row]), int(decisions.eligible[row])
        if chain is not None and desk is not None and (code, number, eligible) not in met:
            met.add((code, number, eligible))
            who = desk.ends.signatures.things[eligible] if eligible >= 0 else ()
            reached.gates.update(stops(chain, desk, decisions.verdicts[number], who))
    for chain in router.chains:
        if chain is not None:
            reached.steps.update(step.span for step in chain.steps if step.span is not None)
    return kept


def coverage(project: Project, reached: Reached) -> Coverage:
    """What of a project was reached, and what was not."""
    rules = [rule for rule in project.rules if rule.enabled]
    steps = {step.span: step for step in fallbacks(project) if step.span is not None}
    lacking = [(f"{words} was {told}", span) for test, words, span in asked_of(project) if (told := unseen(reached.seen.get(id(test), 0)))]
    asked = sum(1 for _ in asked_of(project))
    gates = list(gates_of(project))
    return Coverage(
        _covered(len(rules), [(rule.id, rule.span) for rule in rules if rule.id not in reached.rules]),
        _covered(len(steps), [(_step(step), span) for span, step in steps.items() if span not in reached.steps]),
        _covered(asked, lacking),
        _covered(len(gates), [(words, span) for stop, words, span in gates if stop not in reached.gates]),
    )


def _step(step: Step) -> str:
    """``step pool mid_market_na``."""
    target = step.target
    name = "" if target is None else f" ${target.ref}" if target.ref is not None else f" {target.name}"
    return f"step {step.kind.value}{name}"


def unseen(bits: int) -> str:
    """What a test was not seen to say, in words; empty where it said both."""
    return {0: "never asked", HELD: "never false", FAILED: "never true"}.get(bits, "")


def _covered(total: int, missed: list[tuple[str, Span | None]]) -> Covered:
    return Covered(total - len(missed), total, tuple(missed))


def conditions_of(project: Project) -> Iterator[Condition]:
    """The conditions over leads that decide: of derived fields, of the score, of rules that are not disabled."""
    from leadroute.model.derive import Cases

    for step in project.derive:
        if isinstance(step, Cases):
            yield from (when for when, _ in step.cases)
    if project.score is not None:
        yield from (points.when for points in project.score.points)
    yield from (rule.when for rule in project.rules if rule.enabled and rule.when is not None)


def asked_of(project: Project) -> Iterator[tuple[Test, str, Span | None]]:
    """The tests in conditions, each with what it asks in words, and its place."""
    from leadroute.language.references import tests
    from leadroute.language.words import written

    for condition in conditions_of(project):
        yield from ((test, written(test), test.span) for test in tests(condition))


def gates_of(project: Project) -> Iterator[tuple[Stop, str, Span | None]]:
    """The gates that can stop somebody: each requirement, and availability and limits of each pool that leads may be sent to."""
    steps = [step for step in fallbacks(project) if step.require]
    asked = [(f"rule {rule.id}", rule.assign.require) for rule in project.rules if rule.enabled and rule.assign.require]
    asked += [(_step(step), step.require or ()) for step in steps]
    for where, ladder in asked:
        for number, rung in enumerate(ladder, 1):
            nth = f", rung {number}" if len(ladder) > 1 else ""
            yield ("require", id(rung)), f"require of {where}{nth} stopped nobody", rung.span
    for pool in _pools(project):
        yield ("availability", pool.name), f"availability in pool {pool.name} stopped nobody", pool.span
        limits = [pool.limits, *(project.reps[at].limits for at in pool.members)]
        if any(one.open is not None or one.within for one in limits):
            yield ("limits", pool.name), f"limits in pool {pool.name} stopped nobody", pool.span


def _pools(project: Project) -> list[Pool]:
    """The pools that somebody sends leads to, by name or (then any pool) by a field."""
    from leadroute.model.rules import TargetKind

    targets = [rule.assign.target for rule in project.rules if rule.enabled]
    targets += [step.target for step in fallbacks(project) if step.target is not None]
    named = [target for target in targets if target.kind is TargetKind.POOL]
    anywhere = any(target.ref is not None for target in named)
    names = {target.name for target in named}
    return [pool for pool in project.pools.values() if pool.members and (anywhere or pool.name in names)]
