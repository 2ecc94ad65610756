"""What differs between two projects, in words: outcomes of leads, settings, people, rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.model.rules import Rule
from leadroute.model.urls import masked
from leadroute.proofs.compared import Change
from leadroute.proofs.difference import Cell, Undecided, Way
from leadroute.proofs.shared import meaning
from leadroute.proofs.stages import Stop
from leadroute.show import resolved, words

NOTHING = "none"


@frozen
class Detail:
    """One key of what differs, before and after; ``None`` where that has no words of its own."""

    key: str
    old: str | None
    new: str | None

    @property
    def sentence(self) -> str:
        """``limits: 8 a day -> 10 a day``; without a key where the title says it."""
        said = (
            "is worked out otherwise"
            if self.old is None and self.new is None
            else "differs"
            if self.old == self.new
            else f"{self.old or NOTHING} -> {self.new or NOTHING}"
        )
        return f"{self.key}: {said}" if self.key else said


@frozen
class Told:
    """A change in words: ``title`` names it, ``said`` tells it."""

    change: Change
    title: str
    details: tuple[Detail, ...]

    @property
    def said(self) -> str:
        """``gains kim; limits: 8 a day -> 10 a day``."""
        change = self.change
        parts = [f"gains {', '.join(change.gained)}"] if change.gained else []
        parts += [f"loses {', '.join(change.lost)}"] if change.lost else []
        if change.how in ("added", "removed"):
            parts.append({"added": "is new", "removed": "is gone"}[change.how])
        elif change.how == "renamed":
            parts.append(f"is now called {change.now}")
        elif change.how == "moved":
            parts.append("stands elsewhere")
        parts += [detail.sentence for detail in self.details]
        parts += [f"goes by {', '.join(change.fields)}, which means something else now"] if change.fields else []
        return "; ".join(parts) or "is worked out otherwise"


def outcomes(cell: Cell | Way | Undecided, old: Project, new: Project) -> tuple[str, str]:
    """Where leads went and where they go: where that is the same place, with what differs about it."""
    if cell.old is None or cell.new is None:
        return "somewhere", "somewhere else"
    one, other = _place(cell.old, old), _place(cell.new, new)
    mine, theirs = cell.old.rule, cell.new.rule
    if one != other or mine is None or theirs is None:
        return one, other
    keys = [key for key in _RULE if key in _OUTCOME and meaning(_attribute(mine, key)) != meaning(_attribute(theirs, key))]
    first, second = (", ".join(f"{_short(key)}: {_RULE[key](rule) or NOTHING}" for key in keys) for rule in (mine, theirs))
    return (f"{one} ({first})", f"{other} ({second})") if keys else (one, other)


def at(stop: Stop) -> str:
    """``rule web``, ``no rule``."""
    return f"rule {stop.rule.id}" if stop.rule is not None else "no rule"


def which(way: Way) -> str:
    """The leads that go a way, of those that no rule before takes: ``employees is from 500 to 999``."""
    if way.region is None:
        return "no few fields tell which"
    asked = "; ".join(f"{part.field} {part.words}" for part in way.region.parts) or "every lead"
    return asked if way.region.whole else f"{asked}; among others"


def lead(witness: Mapping[str, str]) -> str:
    """``employees=500 country=DE``."""
    return " ".join(f"{name}={value}" for name, value in witness.items()) or "any lead"


def told(changes: Sequence[Change], old: Project, new: Project) -> list[Told]:
    """Changes in words."""
    views = _View(old), _View(new)
    found: list[Told] = []
    for change in changes:
        of = _WORDS[change.part]
        whole = change.part in _WHOLE and change.how == "changed" and not change.fields
        keys = {"": ""} if whole else {key: _short(key) for key in change.keys}
        details = tuple(Detail(name, *(of(view, change.name, key) for view in views)) for key, name in keys.items())
        found.append(Told(change, _title(change), details))
    return found


_WHOLE = frozenset({"setting", "field", "attribute"})
"""Parts that are told as a whole."""


class _View:
    """A project, with its reps and pools in words."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @cached_property
    def _roster(self) -> resolved.RosterView:
        return resolved.roster(self.project)

    @cached_property
    def reps(self) -> Mapping[str, resolved.RepView]:
        return {one.id: one for one in self._roster.reps}

    @cached_property
    def pools(self) -> Mapping[str, resolved.PoolView]:
        return {one.name: one for one in self._roster.pools}

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.project.rules}

    @cached_property
    def fields(self) -> Mapping[str, resolved.FieldView]:
        return {one.name: one for one in resolved.fields(self.project).fields}


def _title(change: Change) -> str:
    if change.part == "turns":
        own = change.name.removeprefix("pool:")
        return f"turns of pool {own}" if own != change.name else f"rotation {change.name}"
    return f"{change.part} {_short(change.name) if change.part == 'setting' else change.name}"


def _place(stop: Stop, project: Project) -> str:
    if stop.rule is not None:
        return words.target(stop.rule.assign.target)
    return f"the default ({'; '.join(words.step(step) for step in project.default)})" if stop.ends else "nowhere else"


def _short(key: str) -> str:
    """A key as a person would write it."""
    key = key.removeprefix("assign.")
    return _NAMES.get(key, key.replace("_", " "))


_NAMES = {
    "id_field": "leads.id",
    "arrived_field": "leads.arrived",
    "missing": "leads.missing",
    "order": "order",
    "fresh_load": "load",
    "start": "from",
    "end": "to",
    "cost_of": "cost",
    "charge_turn": "charge turn",
}


def _attribute(rule: Rule, key: str) -> object:
    return getattr(rule.assign, key.removeprefix("assign.")) if key.startswith("assign.") else getattr(rule, key)


def _truth(value: bool) -> str:
    return "yes" if value else "no"


_RULE: Mapping[str, Callable[[Rule], str | None]] = {
    "when": lambda rule: words.condition(rule.when),
    "enabled": lambda rule: _truth(rule.enabled),
    "start": lambda rule: None if rule.start is None else words.day(rule.start),
    "end": lambda rule: None if rule.end is None else words.day(rule.end),
    "assign.target": lambda rule: words.target(rule.assign.target),
    "assign.require": lambda rule: " or else ".join(words.condition(rung) for rung in rule.assign.require),
    "assign.prefer": lambda rule: "; ".join(resolved.term(term) for term in rule.assign.prefer),
    "assign.pick": lambda rule: "the pool's" if rule.assign.pick is None else words.pick(rule.assign.pick),
    "assign.availability": lambda rule: words.availability(rule.assign.availability),
    "assign.effort": lambda rule: (
        None if rule.assign.effort is None else f"${rule.assign.effort.ref}" if rule.assign.effort.ref else rule.assign.effort.text
    ),
    "assign.charge_turn": lambda rule: _truth(rule.assign.charge_turn),
    "assign.charge_limits": lambda rule: _truth(rule.assign.charge_limits),
    "assign.charge_load": lambda rule: _truth(rule.assign.charge_load),
    "assign.otherwise": lambda rule: "; ".join(words.step(step) for step in rule.assign.otherwise),
    "assign.turn_in": lambda rule: rule.assign.turn_in,
    "respond": lambda rule: None if rule.respond is None else words.response(rule.respond),
    "keep_together": lambda rule: _truth(rule.keep_together),
    "about": lambda rule: rule.about,
    "owner": lambda rule: rule.owner,
}
_OUTCOME = frozenset(key for key in _RULE if key.startswith("assign.")) | {"respond", "keep_together"}


def _of_rule(view: _View, name: str, key: str) -> str | None:
    rule = view.rules.get(name)
    return _RULE[key](rule) if rule is not None and key in _RULE else None


def _of_pool(view: _View, name: str, key: str) -> str | None:
    pool = view.pools.get(name)
    if pool is None:
        return None
    return {
        "who": pool.who,
        "pick": pool.pick,
        "limits": pool.limits or "none",
        "otherwise": "; ".join(words.step(step) for step in view.project.pools[name].otherwise),
        "shifts": "; ".join(pool.shifts) or "all the time",
        "rotation": pool.rotation,
        "order": ", ".join(pool.reps),
    }.get(key)


def _of_turns(view: _View, name: str, key: str) -> str | None:
    rotation = view.project.rotations.get(name)
    if rotation is None:
        return None
    cost = words.amount(rotation.cost)
    return {
        "by": rotation.by,
        "cost": cost,
        "cost_of": f"${rotation.cost_of}, else {cost}" if rotation.cost_of is not None else cost,
        "weights": ", ".join(f"{rep} {words.amount(weight)}" for rep, weight in rotation.weights),
        "absence": words.absence(rotation.absence),
        "pools": ", ".join(sorted(pool.name for pool in view.project.pools.values() if pool.rotation == name)),
    }.get(key)


def _of_rep(view: _View, name: str, key: str) -> str | None:
    found = view.reps.get(name)
    if found is None:
        return None
    value = getattr(found, key, None) if key != "attributes" else None
    if value is None:
        return found.attributes.get(key)
    if isinstance(value, bool):
        return _truth(value)
    return "; ".join(value) if isinstance(value, list) else str(value)


def _of_setting(view: _View, name: str, key: str) -> str | None:
    del key
    project = view.project
    holidays = project.holidays.name if project.holidays is not None else None
    found: Mapping[str, Callable[[], str | None]] = {
        "timezone": lambda: project.timezone,
        "business_hours": lambda: words.hours(project.business_hours),
        "holidays": lambda: holidays,
        "id_field": lambda: project.id_field,
        "arrived_field": lambda: project.arrived_field,
        "missing": lambda: ", ".join(sorted(project.missing - {""})),
        "order": lambda: "; ".join(words.order(one) for one in project.order) or "as in the file",
        "keep_together": lambda: words.keep_together(project.keep_together),
        "default": lambda: "; ".join(words.step(step) for step in project.default),
        "fresh_load": lambda: "roster" if project.fresh_load else "roster and ledger",
        "state": lambda: masked(project.state),
        "roster order": lambda: ", ".join(rep.id for rep in project.reps),
        "name": lambda: project.name,
    }
    return found[name]() if name in found else None


def _of_field(view: _View, name: str, key: str) -> str | None:
    del key
    found = view.fields.get(name)
    if found is None or found.origin != "declared":
        return None
    return ", ".join([found.type, f"column {' or '.join(found.columns)}", *found.notes])


def _of_attribute(view: _View, name: str, key: str) -> str | None:
    del key
    kind = view.project.attributes.get(name)
    return None if kind is None else kind.value


def _of_queue(view: _View, name: str, key: str) -> str | None:
    queue = view.project.queues.get(name)
    return None if queue is None else str(getattr(queue, key, ""))


_WORDS: Mapping[str, Callable[[_View, str, str], str | None]] = {
    "setting": _of_setting,
    "field": _of_field,
    "attribute": _of_attribute,
    "pool": _of_pool,
    "turns": _of_turns,
    "queue": _of_queue,
    "rep": _of_rep,
    "rule": _of_rule,
}
