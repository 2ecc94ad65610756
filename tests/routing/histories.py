"""Random histories of one rotation: batches on days that follow one another, between which people, rules and weights change."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from leadroute.model.clock import DAY, MINUTE, Clock
from leadroute.model.columns import CodedColumn, Column, LeadBatch, NumberColumn, Vocabulary
from leadroute.model.fields import Field, FieldType
from leadroute.model.limits import DAILY, NO_LIMITS, Limit, Limits
from leadroute.model.project import Project
from leadroute.model.roster import Away, Hours, Ramp, Rep
from leadroute.model.rules import (
    KEEP_PLACE,
    MILLION,
    Assign,
    Availability,
    AvailabilityKind,
    CatchUp,
    Pick,
    PickKind,
    Pool,
    ReturnPolicy,
    Rotation,
    Rule,
    Step,
    StepKind,
    Target,
    TargetKind,
)
from leadroute.model.standings import RotationStanding, StandingEvent, Standings
from leadroute.routing.router import Router

FIRST_DAY = 20_780
"""2026-11-23, a Monday."""
ROTATION = Rotation("r")
NOT_AWAY = Availability()
WORKING = Availability(AvailabilityKind.WORKING)
ROUND_ROBIN = Pick()


@dataclass(frozen=True)
class Lead:
    """A lead: the pool that it is sent to, the value that splits the turns, and what a turn costs (``None``: the cost's ``else``)."""

    pool: str = "p"
    by: str | None = None
    cost: float | None = None


@dataclass(frozen=True, repr=False)
class Stage:
    """One batch: the roster, the members of each pool by id, the rotation, and the leads, on a day counted from the first."""

    day: int
    reps: tuple[Rep, ...]
    leads: tuple[Lead, ...]
    pools: dict[str, tuple[str, ...]]
    limits: dict[str, Limits] = field(default_factory=dict)
    rotation: Rotation = ROTATION
    availability: Availability = NOT_AWAY
    pick: Pick = ROUND_ROBIN

    def __repr__(self) -> str:
        """Short enough to be read when a test fails."""
        people = " ".join(
            f"{one.id}{f'x{one.weight / MILLION:g}' if one.weight != MILLION else ''}{'~' if one.ramp else ''}{'' if one.active else '!'}"
            f"{'-' if one.away else ''}{'@' if one.hours else ''}{''.join(f'<{limit.most // MILLION}' for limit in one.limits.plain)}"
            for one in self.reps
        )
        leads = " ".join(f"{lead.pool}{lead.by or ''}{lead.cost or ''}" for lead in self.leads)
        turns = self.rotation
        absence = turns.absence if turns.absence != KEEP_PLACE else ""
        how = f"{self.pools} {self.limits or ''} {self.pick.kind.value} {self.availability.kind.value}"
        return f"day {self.day}: {people}; {how}; {turns.by} {turns.cost_of} {dict(turns.weights) or ''} {absence}: {leads}\n"

    def _repr_pretty_(self, printer: object, cycle: bool) -> None:
        del cycle
        printer.text(repr(self))  # type: ignore[attr-defined]

    @property
    def clock(self) -> Clock:
        """Ten in the morning."""
        return Clock((FIRST_DAY + self.day) * DAY + 10 * 60 * MINUTE, "UTC")

    def project(self) -> Project:
        """The project as it stands on that day."""
        at = {rep.id: place for place, rep in enumerate(self.reps)}
        pools = {
            name: Pool(
                name, tuple(sorted(at[rep] for rep in members if rep in at)), "r", pick=self.pick, limits=self.limits.get(name, NO_LIMITS)
            )
            for name, members in self.pools.items()
        }
        rule = Rule("all", None, Assign(Target(TargetKind.POOL, ref="pool"), availability=self.availability))
        fields = {"pool": Field("pool", FieldType.STRING), "by": Field("by", FieldType.STRING), "cost": Field("cost", FieldType.NUMBER)}
        return Project(
            path="leadroute.yaml",
            name="",
            timezone="UTC",
            id_field="id",
            arrived_field=None,
            order=(),
            missing=frozenset(),
            fields=fields,
            attributes={},
            derive=(),
            score=None,
            rotations={"r": replace(self.rotation, shared=len(pools) > 1)},
            pools=pools,
            queues={},
            rules=(rule,),
            reps=self.reps,
            default=(Step(StepKind.QUEUE, Target(TargetKind.QUEUE, "unassigned")),),
            business_hours=None,
            state="none",
            digest="",
        )

    def batch(self) -> LeadBatch:
        """The leads as columns."""
        size = len(self.leads)
        costs = np.array([lead.cost or 0 for lead in self.leads], np.float64)
        columns: dict[str, Column] = {
            "pool": _texts([lead.pool for lead in self.leads]),
            "by": _texts([lead.by for lead in self.leads]),
            "cost": NumberColumn(FieldType.NUMBER, costs, np.array([lead.cost is None for lead in self.leads], np.bool_)),
        }
        return LeadBatch(0, size, pa.array([f"L{at}" for at in range(size)]), np.zeros(size, np.bool_), columns)


@dataclass(frozen=True)
class Decided:
    """A batch as it was decided: who took each lead (``None``: it waits) and who could have, and the rotation before and after."""

    stage: Stage
    taken: tuple[str | None, ...]
    eligible: tuple[tuple[str, ...], ...]
    charged: Counter[tuple[str, str | None, str]]
    before: RotationStanding
    after: RotationStanding
    events: tuple[StandingEvent, ...]
    router: Router


@dataclass(frozen=True)
class History:
    """Some batches."""

    stages: tuple[Stage, ...]

    def batches(self) -> Iterator[Decided]:
        """Decide each batch from where the one before left everybody."""
        standings = Standings()
        for stage in self.stages:
            decided, standings = decide(stage, standings)
            yield decided


def decide(stage: Stage, standings: Standings) -> tuple[Decided, Standings]:
    """Decide a batch; what it leaves to the next day."""
    before = copy.deepcopy(standings.rotations.get("r", RotationStanding()))
    router = Router(stage.project(), standings, stage.clock)
    router.match(stage.batch())
    decisions = router.decide(np.ones(len(stage.leads), np.bool_))
    after = router.standings()
    taken = tuple(decisions.reps[rep] if rep >= 0 else None for rep in decisions.rep.tolist())
    charged: Counter[tuple[str, str | None, str]] = Counter()
    for rep, place, cost in zip(taken, decisions.place.tolist(), decisions.cost.tolist(), strict=True):
        if rep is not None and place >= 0:
            charged[(*decisions.places[place], rep)] += cost
    eligible = tuple(decisions.signatures[at] if at >= 0 else () for at in decisions.eligible.tolist())
    found = Decided(stage, taken, eligible, charged, before, after.rotations.get("r", RotationStanding()), tuple(after.events), router)
    after.used, after.events = {}, []
    return found, after


def rep(name: str, **settings: object) -> Rep:
    """A rep."""
    return replace(Rep(name, name, ""), **settings)  # type: ignore[arg-type]


def off(first: int, last: int) -> Away:
    """Leave on some days, both included."""
    return Away((FIRST_DAY + first) * DAY, (FIRST_DAY + last + 1) * DAY, "pto")


NEVER = Hours(())
CATCH_UPS = st.builds(
    CatchUp,
    most=st.sampled_from([None, 0, MILLION, 2_500_000, 5 * MILLION]),
    within=st.sampled_from([None, None, DAY // 2, 2 * DAY, 14 * DAY]),
    every=st.sampled_from([1, 1, 2, 2, 3, 5]),
)
POLICIES = st.one_of(
    st.just(KEEP_PLACE),
    CATCH_UPS.map(lambda one: ReturnPolicy(one, one, one)),
    st.builds(ReturnPolicy, *[st.one_of(st.none(), CATCH_UPS)] * 3),
)


def daily(most: int) -> Limits:
    """So many leads a day."""
    return Limits(within=(Limit(most * MILLION, DAILY),))


WEIGHTS = st.sampled_from([MILLION] * 4 + [2 * MILLION, 3 * MILLION, 333_333, 0])


@st.composite
def histories(
    draw: st.DrawFn, *, equal: bool = False, policies: st.SearchStrategy[ReturnPolicy] = POLICIES, plain: bool = False, steady: bool = False
) -> History:
    """Any history of up to six people.

    ``equal``: everybody has weight 1. ``plain``: one pool of everybody, one turn order, a turn costs 1. ``steady``: one is always there.
    """
    by = None if plain else draw(st.sampled_from([None, None, "by"]))
    cost_of = None if plain else draw(st.sampled_from([None, None, "cost"]))
    pools = ("p",) if plain else draw(st.sampled_from([("p",), ("p", "q")]))
    stages, day, policy = [], 0, draw(policies)
    for _ in range(draw(st.integers(1, 6))):
        day += draw(st.sampled_from([1, 1, 1, 3, 20]))
        policy = draw(st.one_of(st.just(policy), policies))
        names = draw(st.permutations("abcdef"))[: draw(st.integers(2, 6))]
        reps = tuple(_someone(draw, name, day, equal=equal) for name in names)
        if steady:
            names, reps = [*names, "z"], (*reps, rep("z"))
        members = {pool: tuple(names) if plain or pool == "p" else tuple(draw(st.sets(st.sampled_from("abcdef")))) for pool in pools}
        limits = {} if plain else {pool: draw(st.sampled_from([NO_LIMITS, NO_LIMITS, daily(2)])) for pool in pools}
        weights = () if equal else tuple(draw(st.dictionaries(st.sampled_from(names), WEIGHTS, max_size=2)).items())
        rotation = Rotation("r", by=by, cost=MILLION if plain else 2 * MILLION, cost_of=cost_of, weights=weights, absence=policy)
        lead = st.builds(
            Lead,
            pool=st.sampled_from(pools),
            by=st.sampled_from([None, "hot"]) if by else st.none(),
            cost=st.sampled_from([None, 1.0, 0.5, 7.0]) if cost_of else st.none(),
        )
        leads = draw(st.lists(lead, max_size=24))
        availability = draw(st.sampled_from([NOT_AWAY, NOT_AWAY, WORKING]))
        pick = ROUND_ROBIN if plain else draw(st.sampled_from([ROUND_ROBIN, ROUND_ROBIN, Pick(PickKind.LEAST_LOADED)]))
        stages.append(Stage(day, reps, tuple(leads), members, limits, rotation, availability, pick))
    return History(tuple(stages))


def _someone(draw: st.DrawFn, name: str, day: int, *, equal: bool) -> Rep:
    """A rep as of a day: there, on leave, outside hours, or with a limit for the day."""
    what = draw(st.sampled_from(["", "", "", "", "leave", "hours", "limit", "inactive"]))
    weight = MILLION if equal else draw(WEIGHTS)
    ramp = None if equal else draw(st.sampled_from([None, None, Ramp(FIRST_DAY, FIRST_DAY + 30, Fraction(1, 4))]))
    return rep(
        name,
        weight=weight,
        ramp=ramp,
        active=what != "inactive",
        away=(off(day, day),) if what == "leave" else (),
        hours=NEVER if what == "hours" else None,
        limits=daily(draw(st.integers(1, 4))) if what == "limit" else NO_LIMITS,
    )


def _texts(values: list[str | None]) -> CodedColumn:
    vocabulary = Vocabulary()
    codes = [-1 if value is None else vocabulary.code(value, value) for value in values]
    return CodedColumn(FieldType.STRING, np.array(codes, np.int32), vocabulary)
