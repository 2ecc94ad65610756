"""The reference: leads routed one at a time, written for obviousness from the language page alone."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from tests.reference import fields
from tests.reference import standings as kept
from tests.reference.conditions import Clock, Lead, equal, holds, lead_side
from tests.reference.roster import Rep, at_work, build, business_hours, rep_side, roster_rows
from tests.reference.standings import Charge, Decision, Record, Standings, Turn
from tests.reference.timeoff import Days, Span, days_off, lead_days, lead_zone, span
from tests.reference.turns import Rotation, policies
from tests.reference.values import BILLIONTH, MILLIONTH, Cell, FieldType, compared, half_up, number

ALL_CHARGES = ("turn", "limits", "load")


@dataclass
class Documents:
    """A project as parsed, every scalar its text; `tables` are the texts of the other files beside it."""

    project: dict[str, Any]
    rules: list[dict[str, Any]]
    derive: dict[str, Any]
    score: dict[str, Any] | None
    rotations: dict[str, Any]
    pools: dict[str, Any]
    reps: list[dict[str, Any]]
    teams: Mapping[str, Any]
    tables: dict[str, str]


def parse(text: str) -> Any:
    """YAML with every scalar as its text."""
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506


def load(folder: Path) -> Documents:
    """Reads a project folder."""
    project = parse((folder / "leadroute.yaml").read_text("utf-8"))
    found = Documents(project, [], {}, None, {}, {}, [], {}, {})
    names = project.get("rules") or sorted(path.name for path in folder.glob("*.yaml"))
    for name in names:
        document = parse((folder / name).read_text("utf-8"))
        found.rules += document.get("rules") or []
        found.derive |= document.get("derive") or {}
        found.score = document.get("score") or found.score
        found.rotations |= document.get("rotations") or {}
        found.pools |= document.get("pools") or {}
    roster = project.get("roster", "roster.yaml")
    found.reps, found.teams = roster_rows((folder / roster).read_text("utf-8"), roster.endswith(".csv"), parse)
    for path in folder.iterdir():
        if path.suffix in (".csv", ".txt", ".ics"):
            found.tables[path.name] = path.read_text("utf-8")
    return found


def read_leads(text: str) -> list[dict[str, str]]:
    """The rows of a CSV lead file."""
    return list(csv.DictReader(io.StringIO(text)))


class Next(Exception):  # noqa: N818
    """The chain said `next_rule`."""


Waiting = tuple[int, str, dict[str, Cell | None]]


class Batch:
    """One batch: a project, a roster and a clock; `standings` goes from lead to lead and is changed in place."""

    def __init__(self, documents: Documents, at: datetime, standings: Standings, options: Sequence[str] = ()) -> None:
        self.documents = documents
        self.options = options
        self.leads = documents.project["leads"]
        self.clock = Clock(at.astimezone(UTC), ZoneInfo(documents.project.get("timezone", "UTC")))
        self.today: date = at.astimezone(self.clock.zone).date()
        self.standings = standings
        self.reps, self.kinds = build(documents.reps, documents.project, documents.tables)
        self.limits = {rep.id: kept.limits(rep.limits) for rep in self.reps}
        of_pools = [limit for pool in documents.pools.values() for limit in kept.limits(pool.get("limits"))]
        self.known = frozenset(limit.says() for limit in [*sum(self.limits.values(), of_pools)] if not limit.plain())
        self.rest_days = days_off((documents.project.get("business_hours") or {}).get("holidays"), documents.tables)
        self.by_id = {rep.id: rep for rep in self.reps}
        self.types = fields.field_types(self.leads)
        for name in ("now", "arrived", "local"):
            self.types |= {f"{name}.{part}": FieldType(kind) for part, kind in fields.BUILT_IN.items()}
        self.types |= {"previous.rep": FieldType("string"), "previous.count": FieldType("integer")}
        fields.derived_types(documents.derive, self.types)
        self.types |= {"score": FieldType("number"), "tier": FieldType("string")}

    def begin(self) -> None:
        """Load figures that changed replace what came before; rotations in use meet the new roster."""
        self.standings.batches += 1
        for rep in self.reps:
            seen = self.standings.figures.get(rep.id)
            if seen is None or seen[0] != rep.load:
                self.standings.figures[rep.id] = (rep.load, self.standings.batches)
        for key, rotation in self.standings.rotations.items():
            rotation.other = self.cost_else(key)
            rotation.start_batch(self.rotation_members(key), self.clock.now, self.standings.batches)

    # Reading the leads

    def route(self, rows: Sequence[Mapping[str, str]], strict: bool = False) -> list[Decision]:
        """Every row's decision, in the order of the file."""
        answers: list[Decision | None] = [None] * len(rows)
        seen: set[str] = set()
        waiting: list[Waiting] = []
        for place, row in enumerate(rows):
            cells, unread, lacking = fields.read_row(self.leads, row, self.clock)
            name = cells[self.leads["id"]]
            if name is None or lacking or (strict and unread):
                answers[place] = Decision("invalid")
            elif name.text in seen:
                answers[place] = Decision("duplicate")
            else:
                seen.add(name.text)
                before = self.standings.decided.get(name.text)
                if before is not None and self.stays(before):
                    answers[place] = before.decision
                else:
                    waiting.append((place, name.text, self.complete(cells, before)))
        self.anew = {one: self.standings.decided.pop(one) for _, one, _ in waiting if one in self.standings.decided}
        # What is made up is measured before and after: a turn that is given back is none that was not taken.
        for rotation in self.standings.rotations.values():
            rotation.settle()
        for record in self.anew.values():
            self.standings.give_back(record)
        for rotation in self.standings.rotations.values():
            rotation.measure()
        if waiting:
            self.begin()
        for place, one, complete in self.served(waiting):
            answers[place] = self.settle(one, complete)
        assert all(answer is not None for answer in answers)
        return [answer for answer in answers if answer is not None]

    def stays(self, before: Record) -> bool:
        """Whether a lead keeps an earlier decision."""
        if "--again" in self.options or before.decision.outcome == "held":
            return False
        return before.decision.outcome == "assigned" or "--retry-queued" not in self.options

    def settle(self, name: str, cells: Lead) -> Decision:
        """Decides a lead and records it."""
        before = self.anew.get(name)
        self.standings.decisions += 1
        self.record = Record(Decision("held"), self.clock.now, self.standings.decisions, cells)
        self.record.times = 1 if before is None else before.times + 1
        self.record.keys = tuple(self.together_by())
        self.record.decision = self.decide(cells)
        self.record.rep = self.record.decision.rep or (None if before is None else before.rep)
        self.standings.decided[name] = self.record
        return self.record.decision

    def complete(self, cells: dict[str, Cell | None], before: Record | None = None) -> dict[str, Cell | None]:
        """A lead's cells with the built-in, derived and scored ones."""
        hours = business_hours(self.documents.project)
        cells |= fields.instant_cells("now", self.clock.now, self.clock.zone, hours, self.rest_days)
        arrived = cells.get(self.leads.get("arrived", ""))
        cells |= fields.instant_cells("arrived", None if arrived is None else arrived.value, self.clock.zone, hours, self.rest_days)
        own, country, state = (cells.get(field) for field in ("timezone", "country", "state"))
        zone = lead_zone(own.text if own else None, country.value if country else None, state.value if state else None)
        cells |= fields.instant_cells("local", None, self.clock.zone, hours, self.rest_days)
        if zone is not None:
            days = lead_days(zone, country.value if country else None, state.value if state else None)
            rests = (self.documents.project.get("business_hours") or {}).get("holidays") is not None
            cells |= fields.instant_cells("local", self.clock.now, zone, hours, days if rests and days is not None else Days())
            holiday = None if days is None else days.has(self.clock.now.astimezone(zone).date())
            cells["local.holiday"] = None if holiday is None else Cell("boolean", holiday, str(holiday))
        rep = before.rep if before is not None else None
        cells["previous.rep"] = None if rep is None else Cell("string", compared(rep), rep)
        times = 0 if before is None else before.times
        cells["previous.count"] = Cell("integer", Fraction(times), str(times))
        fields.derive_cells(self.documents.derive, self.documents.tables, self.types, cells, self.clock)
        if self.documents.score:
            fields.score_cells(self.documents.score, self.types, cells, self.clock)
        return cells

    def served(self, waiting: list[Waiting]) -> list[Waiting]:
        """The leads in the order of `leads.order`, missing last, then file order."""
        order = self.leads.get("order") or []
        for term in reversed([order] if isinstance(order, str) else order):
            down, name = term.startswith("-"), term.lstrip("-")
            there = [lead for lead in waiting if lead[2].get(name) is not None]
            missing = [lead for lead in waiting if lead[2].get(name) is None]
            keyed = [(self.order_key(name, lead[2]), lead) for lead in there]
            if name == "tier":
                down = not down
            # A stable sort keeps file order among equals, `reverse` too.
            keyed.sort(key=lambda pair: pair[0], reverse=down)
            waiting = [lead for _, lead in keyed] + missing
        return waiting

    def order_key(self, name: str, cells: Lead) -> Any:
        """What a lead is ordered by: a tier by its least score."""
        cell = cells[name]
        assert cell is not None
        if name == "tier":
            assert self.documents.score is not None
            return next(Fraction(least) for tier, least in self.documents.score["tiers"].items() if compared(tier) == cell.value)
        return cell.value

    # One lead

    def decide(self, lead: Lead) -> Decision:
        """Kept together before all rules; else the first rule that holds, and after `next_rule` it is as if it had not held."""
        fitting = (rule for rule in self.documents.rules if self.in_force(rule) and self.takes(rule, lead))
        rule = next(fitting, None)
        if rule is None or rule.get("keep_together") != "false":
            together = self.keep_together(lead)
            if together is not None:
                return together
        while rule is not None:
            try:
                return self.follow(rule["id"], rule["assign"], lead)
            except Next:
                rule = next(fitting, None)
        return self.follow(None, {}, lead)

    def in_force(self, rule: Mapping[str, Any]) -> bool:
        """Whether a rule is on, and within its dates."""
        if "from" in rule and self.today < date.fromisoformat(rule["from"]):
            return False
        if "to" in rule and self.today > date.fromisoformat(rule["to"]):
            return False
        return rule.get("enabled", "true") != "false"

    def takes(self, rule: Mapping[str, Any], lead: Lead) -> bool:
        """Whether a rule's `when` holds."""
        return holds(rule.get("when") or {}, lead_side(self.types, lead), lead, self.clock)

    def keep_together(self, lead: Lead) -> Decision | None:
        """The rep of the newest lead that shares the first key that any shares; None: on to the rules."""
        spec = self.documents.project.get("keep_together")
        partner = None if spec is None else self.partner(spec, lead)
        if spec is None or partner is None:
            return None
        rep = next((one for one in self.reps if one.id == partner), None)
        if rep is None:
            return None
        unavailable = spec.get("when_unavailable", "reassign")
        asked = [rep, *self.backups(rep)] if unavailable == "backup" else [rep]
        for one in asked:
            if at_work(one, "not_away", self.clock)[0] is None:
                self.charge(one, None, {}, Fraction(1), lead)
                return Decision("assigned", one.id)
        return Decision("held") if unavailable == "wait" else None

    def together_by(self) -> list[str]:
        """The fields that keep leads together, in their order."""
        by = (self.documents.project.get("keep_together") or {}).get("by") or []
        return [by] if isinstance(by, str) else by

    def partner(self, spec: Mapping[str, Any], lead: Lead) -> str | None:
        """The id of the rep who has the newest lead that shares a key."""
        for name in self.together_by():
            cell = lead.get(name)
            if cell is None:
                continue
            found = [
                record
                for record in self.standings.decided.values()
                if record.decision.outcome == "assigned"
                and name in record.keys
                and (other := record.lead.get(name)) is not None
                and equal(cell, other, self.clock)
                and not kept.expired(record.at, self.clock.now, spec.get("for"))
            ]
            if found:
                return max(found, key=lambda record: record.number).decision.rep
        return None

    def follow(self, rule: str | None, assign: Mapping[str, Any], lead: Lead) -> Decision:
        """The rule's target, its `otherwise`, its own pool's, then the default."""
        steps: list[Any] = [{target: assign[target]} for target in ("pool", "rep", "queue") if target in assign]
        steps += assign.get("otherwise") or []
        own_pool = self.find_pool(assign["pool"], lead) if "pool" in assign else None
        if own_pool is not None:
            steps += self.documents.pools[own_pool].get("otherwise") or []
        default = self.documents.project.get("default", {"queue": "unassigned"})
        steps += default if isinstance(default, list) else [default]

        last_rep: Rep | None = None
        for step in steps:
            decision: Decision | None = None
            if step == "next_rule":
                raise Next
            if step == "hold":
                return Decision("held", rule=rule)
            if step == "backup":
                decision = self.try_backups(rule, last_rep, assign, lead)
            elif step == "manager":
                decision = self.try_rep(rule, self.manager_of(last_rep), assign, {}, lead)
            elif "queue" in step:
                return Decision("queued", queue=step["queue"], rule=rule)
            elif "rep" in step:
                rep = self.find_rep(step["rep"], lead)
                last_rep = rep or last_rep
                decision = self.try_rep(rule, rep, assign, step, lead)
            else:
                pool = self.find_pool(step["pool"], lead)
                if pool is not None:
                    decision = self.try_pool(rule, pool, assign, step, lead)
            if decision is not None:
                return decision
        raise AssertionError("the default ends in a queue")

    def find_pool(self, raw: str, lead: Lead) -> str | None:
        """The pool that a name or a `$field` names."""
        text = self.named(raw, lead)
        return next((name for name in self.documents.pools if text is not None and compared(name) == compared(text)), None)

    def find_rep(self, raw: str, lead: Lead) -> Rep | None:
        """The rep that an id names, else an e-mail, else a name that only one has."""
        text = self.named(raw, lead)
        if text is None:
            return None
        wanted = compared(text)
        for rep in self.reps:
            if compared(rep.id) == wanted:
                return rep
        for known in (lambda rep: rep.email, lambda rep: rep.name):
            found = [rep for rep in self.reps if compared(known(rep) or "") == wanted]
            if len(found) == 1:
                return found[0]
        return None

    def named(self, raw: str, lead: Lead) -> str | None:
        """A literal name, or the text of a `$field`."""
        if raw.startswith("$") and not raw.startswith("$$"):
            cell = lead[raw[1:]]
            return None if cell is None else cell.text
        return raw

    def manager_of(self, rep: Rep | None) -> Rep | None:
        """The rep's manager, else the team's."""
        if rep is None:
            return None
        name = rep.manager or (self.documents.teams.get(rep.team or "") or {}).get("manager")
        return None if name is None else next((one for one in self.reps if compared(one.id) == compared(name)), None)

    def backups(self, rep: Rep | None) -> list[Rep]:
        """The rep's backup, then that one's, each once."""
        found: list[Rep] = []
        start = rep
        while rep is not None and rep.backup is not None:
            name = rep.backup
            rep = next((one for one in self.reps if compared(one.id) == compared(name)), None)
            if rep is None or rep in found or rep is start:
                break
            found.append(rep)
        return found

    def try_backups(self, rule: str | None, rep: Rep | None, assign: Mapping[str, Any], lead: Lead) -> Decision | None:
        """The backups in turn, until somebody can take it."""
        for one in self.backups(rep):
            decision = self.try_rep(rule, one, assign, {}, lead)
            if decision is not None:
                return decision
        return None

    # The gates

    def rungs(self, assign: Mapping[str, Any], step: Mapping[str, Any]) -> list[Any]:
        """The ladder of requirements: the step's, else the rule's, else anyone."""
        raw = step["require"] if "require" in step else assign.get("require") or {}
        return raw if isinstance(raw, list) and raw else [raw or {}]

    def availability(self, assign: Mapping[str, Any], step: Mapping[str, Any]) -> Any:
        """The availability that the step asks, else the rule."""
        return step.get("availability") or assign.get("availability") or "not_away"

    def fits(self, rep: Rep, rung: Any, lead: Lead) -> bool:
        """The first gate."""
        return holds(rung, rep_side(rep, self.kinds), lead, self.clock)

    def effort(self, assign: Mapping[str, Any], lead: Lead) -> Fraction:
        """How much of a rep's capacity the lead takes."""
        value = self.amount(assign.get("effort", "1"), lead)
        return Fraction(1) if value is None or value < 0 else half_up(value, MILLIONTH)

    def amount(self, raw: str, lead: Lead) -> Fraction | None:
        """A literal number, or the one in a `$field`."""
        if raw.startswith("$"):
            cell = lead[raw[1:]]
            return None if cell is None else Fraction(cell.value)
        return number(raw)

    def handed_out(self, rep: Rep, pool: str | None) -> Fraction:
        """The effort charged to the rep on top of the roster's figure, by one pool or at all."""
        return kept.carried(rep, pool, self.standings, self.documents.project.get("load") == "roster")

    def load_of(self, rep: Rep) -> Fraction:
        """The roster's figure and what was charged since."""
        return rep.load + self.handed_out(rep, None)

    def room(self, limits: Sequence[kept.Limit], rep: Rep, pool: str | None, effort: Fraction, lead: Lead | None) -> bool:
        """The third gate: whether no limit would be passed; without a lead only limits that count all leads alike are asked."""
        load = self.load_of(rep) if pool is None else self.handed_out(rep, pool)
        for limit in limits:
            if lead is None and not limit.plain():
                continue
            if lead is not None and not limit.concerns(lead, self.types, self.clock):
                continue
            if limit.per == "open":
                if load + effort > limit.most:
                    return False
            else:
                more = Fraction(1) if lead is None else limit.amount(lead)
                if kept.counted(limit, rep, pool, self.standings, self.clock.now) + more > limit.most:
                    return False
        return True

    def within_own(self, rep: Rep, effort: Fraction, lead: Lead | None) -> bool:
        """The rep's own limits."""
        return self.room(self.limits[rep.id], rep, None, effort, lead)

    def within_pool(self, rep: Rep, pool: str, effort: Fraction, lead: Lead | None) -> bool:
        """The pool's limits for each rep."""
        return self.room(kept.limits(self.documents.pools[pool].get("limits")), rep, pool, effort, lead)

    # Trying one person

    def try_rep(self, rule: str | None, rep: Rep | None, assign: Mapping[str, Any], step: Mapping[str, Any], lead: Lead) -> Decision | None:
        """The same three gates for one person."""
        if rep is None:
            return None
        effort = self.effort(assign, lead)
        ladder = self.rungs(assign, step)
        rung = next((index for index, one in enumerate(ladder) if self.fits(rep, one, lead)), None)
        off, _ = at_work(rep, self.availability(assign, step), self.clock)
        if rung is None or off is not None or not self.within_own(rep, effort, lead):
            return None
        self.charge(rep, None, assign, effort, lead)
        turn_in = assign.get("turn_in")
        if turn_in and "turn" in assign.get("charge", ALL_CHARGES):
            self.charge_turn(rep, turn_in, lead)
        return Decision("assigned", rep.id, rule=rule, rung=rung + 1, eligible=(rep.id,))

    def charge(self, rep: Rep, pool: str | None, assign: Mapping[str, Any], effort: Fraction, lead: Lead) -> None:
        """Limits and load, unless `charge` omits them."""
        charges = assign.get("charge", ALL_CHARGES)
        effort = effort if "load" in charges else Fraction(0)
        charge = Charge(
            self.clock.now, self.standings.batches, rep.id, pool, effort, "limits" in charges, lead, self.types, self.clock, self.known
        )
        self.standings.charges.setdefault(rep.id, []).append(charge)
        self.record.charges.append(charge)

    # Rotations

    def rotation_key(self, pool: str) -> tuple[str, str]:
        """The declared rotation of a pool, or its own."""
        declared = self.documents.pools[pool].get("turns")
        return ("declared", declared) if declared else ("own", pool)

    def rotation_pools(self, key: tuple[str, str]) -> list[str]:
        """The pools that take turns in a rotation."""
        return [pool for pool in self.documents.pools if self.rotation_key(pool) == key]

    def members(self, pool: str) -> list[Rep]:
        """A pool's reps in roster order: who fits `who`, active or not; without `who` all active ones."""
        who = self.documents.pools[pool].get("who")
        if not who:
            return [rep for rep in self.reps if rep.active]
        return [rep for rep in self.reps if holds(who, rep_side(rep, self.kinds), {}, self.clock)]

    def weight_in(self, rep: Rep, key: tuple[str, str]) -> Fraction:
        """The rep's effective weight in a rotation."""
        own = self.spec(key).get("weights") or {}
        named = next((Fraction(weight) for name, weight in own.items() if compared(name) == compared(rep.id)), None)
        return rep.weight_on(self.today, named)

    def spec(self, key: tuple[str, str]) -> Mapping[str, Any]:
        """A rotation's declaration."""
        return (self.documents.rotations.get(key[1]) or {}) if key[0] == "declared" else {}

    def rotation_members(self, key: tuple[str, str]) -> dict[str, Fraction]:
        """The weights of all reps of a rotation's pools."""
        names = {rep.id for pool in self.rotation_pools(key) for rep in self.members(pool)}
        return {rep.id: self.weight_in(rep, key) for rep in self.reps if rep.id in names}

    def cell_of(self, key: tuple[str, str], lead: Lead) -> Any:
        """The value of the rotation's `by`, missing being one of its own."""
        by = self.spec(key).get("by")
        if by is None:
            return None
        cell = lead[by]
        return ("missing",) if cell is None else ("value", cell.value)

    def cost(self, key: tuple[str, str], lead: Lead) -> Fraction:
        """What a turn costs, in whole millionths."""
        spec = self.spec(key).get("cost")
        other = self.cost_else(key)
        if spec is None:
            return other
        value = self.amount(spec["of"], lead)
        rounded = None if value is None else half_up(value, MILLIONTH)
        return other if rounded is None or rounded <= 0 else rounded

    def cost_else(self, key: tuple[str, str]) -> Fraction:
        """What a turn costs where nothing else is said."""
        spec = self.spec(key).get("cost") or {}
        return half_up(Fraction(spec.get("else", "1")), MILLIONTH)

    def rotation(self, key: tuple[str, str], cell: Any) -> Rotation:
        """The rotation's standings, brought into use."""
        rotation = self.standings.rotations.setdefault(key, Rotation(self.cost_else(key), self.standings.batches))
        rotation.use(cell, self.rotation_members(key))
        return rotation

    def charge_turn(self, rep: Rep, pool: str, lead: Lead) -> None:
        """A turn in a pool's rotation for a rep who was tried by name; who is not in it has none to be charged."""
        key = self.rotation_key(pool)
        if rep.id in self.rotation_members(key):
            self.take_turn(rep, key, self.cell_of(key, lead), self.cost(key, lead))

    def take_turn(self, rep: Rep, key: tuple[str, str], cell: Any, cost: Fraction) -> None:
        """Charges a turn and notes it, so that it can be given back."""
        rotation = self.rotation(key, cell)
        rotation.charge(cell, rep.id, cost)
        self.record.turns.append(Turn(key, cell, rep.id, cost, self.standings.batches, rotation.weights.get(rep.id, Fraction(1))))

    # Trying a pool

    def try_pool(self, rule: str | None, pool: str, assign: Mapping[str, Any], step: Mapping[str, Any], lead: Lead) -> Decision | None:
        """The whole ladder in one pool: the gates, the pick, the turn, the charge."""
        members = self.members(pool)
        key = self.rotation_key(pool)
        cell = self.cell_of(key, lead)
        rotation = self.rotation(key, cell)
        availability = self.availability(assign, step)
        effort = self.effort(assign, lead)
        weights = {rep.id: self.weight_in(rep, key) for rep in members}
        work = {rep.id: self.at_work_in(pool, rep, weights[rep.id], availability) for rep in members}
        available = [rep for rep in members if work[rep.id][0] is None]
        if availability != "ignore":
            self.note_absence(rotation, key, pool, members, {name: why for name, (why, _) in work.items()})
        room = [rep for rep in available if self.within_own(rep, effort, lead) and self.within_pool(rep, pool, effort, lead)]
        for rung, require in enumerate(self.rungs(assign, step), start=1):
            eligible = [rep for rep in room if self.fits(rep, require, lead)]
            if not eligible:
                continue
            soonest = min((moment for rep in eligible if (moment := work[rep.id][1]) is not None), default=None)
            left = [rep for rep in eligible if work[rep.id][1] == soonest]
            left, fits = self.pick(pool, assign, step, left, weights, lead)
            cost = self.cost(key, lead)
            handed_out = self.standings.handed_out.setdefault(pool, [])
            chosen = self.by_id[rotation.next(cell, rotation.paced(cell, [rep.id for rep in left], handed_out), weights, cost)]
            handed_out.append(chosen.id)
            if "turn" in assign.get("charge", ALL_CHARGES):
                self.take_turn(chosen, key, cell, cost)
            self.charge(chosen, pool, assign, effort, lead)
            names = tuple(rep.id for rep in eligible)
            return Decision("assigned", chosen.id, None, rule, pool, fits.get(chosen.id), rung, names)
        return None

    def at_work_in(self, pool: str, rep: Rep, weight: Fraction, availability: Any) -> tuple[str | None, datetime | None]:
        """Why a rep fails availability in a pool (None: passes), and from when they work."""
        why, soonest = at_work(rep, availability, self.clock, self.shifts(pool, rep))
        return ("weight" if why is None and weight == 0 else why), soonest

    def shifts(self, pool: str, rep: Rep) -> list[Span] | None:
        """A rep's shifts in a pool that has some."""
        found = self.documents.pools[pool].get("shifts")
        if not found:
            return None
        mine = [shift for shift in found if any(compared(name) == compared(rep.id) for name in shift["reps"])]
        return [span(shift["from"], shift["to"], self.clock.zone) for shift in mine]

    def note_absence(
        self, rotation: Rotation, key: tuple[str, str], pool: str, members: Sequence[Rep], work: Mapping[str, str | None]
    ) -> None:
        """Who fails availability, or a limit at effort 1, is absent from the rotation; the others are back."""
        shared = len(self.rotation_pools(key)) > 1
        one = Fraction(1)
        why = dict(work)
        for rep in members:
            if why[rep.id] is None and not (self.within_own(rep, one, None) and (shared or self.within_pool(rep, pool, one, None))):
                why[rep.id] = "limit"
        away = {rep.id: reason for rep in members if (reason := why[rep.id]) is not None}
        absence = policies(self.documents.pools[pool].get("absence"))
        rotation.change(away, [rep.id for rep in members if why[rep.id] is None], absence, self.clock.now)

    def pick(
        self,
        pool: str,
        assign: Mapping[str, Any],
        step: Mapping[str, Any],
        reps: list[Rep],
        weights: Mapping[str, Fraction],
        lead: Lead,
    ) -> tuple[list[Rep], dict[str, Fraction]]:
        """Whom the pick leaves to the turn, and the fits that it compared."""
        raw = step.get("pick") or assign.get("pick") or self.documents.pools[pool].get("pick") or "round_robin"
        name, options = (raw, {}) if isinstance(raw, str) else next(iter(raw.items()))
        if name == "round_robin":
            return reps, {}
        if name == "least_loaded":
            levels = {rep.id: self.load_of(rep) / weights[rep.id] for rep in reps}
            return [rep for rep in reps if levels[rep.id] == min(levels.values())], {}
        assert name == "best_fit"
        margin = Fraction((options or {}).get("margin", "0"))
        fits = {rep.id: self.fit(rep, assign.get("prefer") or [], lead) for rep in reps}
        best = max(fits.values())
        return [rep for rep in reps if best - fits[rep.id] <= margin], fits

    def fit(self, rep: Rep, prefer: Sequence[Mapping[str, Any]], lead: Lead) -> Fraction:
        """sum(weight x value) / sum(weight) over the terms whose `when` holds, in whole billionths."""
        total = weights = Fraction(0)
        for term in prefer:
            if not holds(term.get("when") or {}, lead_side(self.types, lead), lead, self.clock):
                continue
            weight = Fraction(term.get("weight", "1"))
            weights += weight
            total += weight * self.worth(rep, term, lead)
        return half_up(total / weights, BILLIONTH) if weights else Fraction(0)

    def worth(self, rep: Rep, term: Mapping[str, Any], lead: Lead) -> Fraction:
        """The value of one term, from 0 to 1."""
        if "match" in term:
            return Fraction(int(self.fits(rep, term["match"], lead)))
        if "scale" in term:
            cell = rep_side(rep, self.kinds).cell(term["scale"], lead)
            return Fraction(0) if cell is None else min(max(cell.value / Fraction(term["best"]), Fraction(0)), Fraction(1))
        most = kept.open_limit(self.limits[rep.id])
        if most is None:
            return Fraction(1)
        return Fraction(0) if most == 0 else min(max(1 - self.load_of(rep) / most, Fraction(0)), Fraction(1))


def route(
    documents: Documents,
    rows: Sequence[Mapping[str, str]],
    at: datetime,
    standings: Standings | None = None,
    options: Sequence[str] = (),
) -> list[Decision]:
    """Routes a batch; `standings` (new when None) is carried from batch to batch, `options` are those of the command."""
    return Batch(documents, at, standings if standings is not None else Standings(), options).route(rows)
