"""What two states of a project have and say, part by part: what differs in it beside the rules' effect on leads, and whether it matters."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, Literal

from leadroute.language.references import gives, reads, references
from leadroute.model.frozen import frozen
from leadroute.model.limits import Limits
from leadroute.model.project import Project
from leadroute.model.rules import Pool, Rotation, Rule, Step, Target, TargetKind
from leadroute.proofs.shared import meaning, shared
from leadroute.proofs.stages import rule_reads, step_reads

How = Literal["added", "removed", "changed", "renamed", "moved"]

SETTINGS = (
    "timezone",
    "business_hours",
    "holidays",
    "id_field",
    "arrived_field",
    "missing",
    "order",
    "keep_together",
    "default",
    "fresh_load",
    "state",
)
"""Attributes of a project that are compared as they are: whatever differs there may change what becomes of leads."""
IN_PARTS = frozenset({"fields", "attributes", "derive", "score", "rotations", "pools", "queues", "rules", "reps"})
"""Attributes that are compared name by name."""
NO_MATTER = frozenset({"path", "name", "digest", "sources", "rule_files", "roster_file", "teams", "places"})
"""Attributes that say where something is written, or what other attributes say too (a team's manager, the fields that tell a place)."""


@frozen
class Change:
    """One thing that differs: a ``setting``, ``field``, ``attribute`` (of reps), ``pool``, ``turns``, ``queue``, ``rep`` or ``rule``.

    ``keys`` name what of it differs; ``now`` is the new name of what was renamed. Without ``matters`` no lead is treated otherwise for it:
    for rules and fields that rules go by, that is what the matrix tells. ``gained`` and ``lost`` are the members that a pool has or
    had alone; ``fields`` those that it reads and that are worked out otherwise.
    """

    part: str
    name: str
    how: How
    matters: bool
    keys: tuple[str, ...] = ()
    now: str | None = None
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


def compared(old: Project, new: Project) -> tuple[Change, ...]:
    """Everything that differs between two projects, rules too, in the order of the files; notes and names that do not matter included."""
    return tuple(_Comparison(old, new).changes())


class _Comparison:
    """Two projects, and which of a lead's fields mean the same in both."""

    def __init__(self, old: Project, new: Project) -> None:
        self.old, self.new = old, new
        self.shared = shared((old, new))
        self.used = _used(old) | _used(new)
        self.pools = _used_pools(old) | _used_pools(new)

    def changes(self) -> Iterator[Change]:
        yield from self._settings()
        yield from self._fields()
        yield from self._attributes()
        yield from self._rules()
        yield from self._pools()
        yield from self._turns()
        yield from _named("queue", self.old.queues, self.new.queues, lambda one, other: _keys(one, other, {"span"}), matters=False)
        yield from self._reps()

    def _settings(self) -> Iterator[Change]:
        old, new = self.old, self.new
        for key in SETTINGS:
            moved = self._otherwise(_setting_reads(key, old))
            if meaning(getattr(old, key)) != meaning(getattr(new, key)) or moved:
                yield Change("setting", key, "changed", matters=True, fields=moved)
        if old.name != new.name:
            yield Change("setting", "name", "changed", matters=False)

    def _fields(self) -> Iterator[Change]:
        """Fields that are read or worked out otherwise. What rules make of that the matrix tells; how a file is read it does not."""
        mine, theirs = (_field_contents(project) for project in (self.old, self.new))
        for name in _union(mine, theirs):
            if name not in theirs or name not in mine:
                asked = any(name in project.fields and project.fields[name].required for project in (self.old, self.new))
                yield Change("field", name, "added" if name in theirs else "removed", matters=asked)
            elif mine[name] != theirs[name]:
                is_read = all(project.fields[name].origin != "derived" for project in (self.old, self.new))
                yield Change("field", name, "changed", matters=is_read and name in self.used)

    def _attributes(self) -> Iterator[Change]:
        """The types that reps' attributes are compared as."""
        for name in _union(self.old.attributes, self.new.attributes):
            types = self.old.attributes.get(name), self.new.attributes.get(name)
            if None not in types and types[0] is not types[1]:
                yield Change("attribute", name, "changed", matters=True)

    def _rules(self) -> Iterator[Change]:
        old, new = ({rule.id: rule for rule in project.rules} for project in (self.old, self.new))
        contents = {_rule_content(rule): rule.id for rule in new.values() if rule.id not in old}
        renamed = {
            rule.id: contents[_rule_content(rule)] for rule in old.values() if rule.id not in new and _rule_content(rule) in contents
        }
        if len(set(renamed.values())) < len(renamed):
            renamed = {}  # one name for several rules is no renaming
        for name, rule in old.items():
            if name in renamed:
                yield Change("rule", name, "renamed", matters=False, now=renamed[name])
            elif name not in new:
                yield Change("rule", name, "removed", matters=False)
            elif keys := _rule_keys(rule, new[name]):
                yield Change("rule", name, "changed", matters=False, keys=keys)
        yield from (Change("rule", name, "added", matters=False) for name in new if name not in old and name not in renamed.values())
        kept = [name for name in (renamed.get(name, name) for name in old) if name in new]
        yield from (Change("rule", name, "moved", matters=False) for name in _moved(kept, [name for name in new if name in kept]))

    def _pools(self) -> Iterator[Change]:
        old, new = self.old.pools, self.new.pools
        for name in _union(old, new):
            matters = name in self.pools
            if name not in old or name not in new:
                yield Change("pool", name, "added" if name in new else "removed", matters)
                continue
            mine, theirs = _members(self.old, old[name]), _members(self.new, new[name])
            keys = _keys(old[name], new[name], {"span", "members", "shifts", "rotation"})
            if _shifts(self.old, old[name]) != _shifts(self.new, new[name]):
                keys = (*keys, "shifts")
            if mine != theirs and set(mine) == set(theirs):
                keys = (*keys, "order")
            if _is_own(old[name]) is not _is_own(new[name]) or (not _is_own(old[name]) and old[name].rotation != new[name].rotation):
                keys = (*keys, "rotation")
            gained, lost = (tuple(rep for rep in one if rep not in other) for one, other in ((theirs, mine), (mine, theirs)))
            moved = self._otherwise([*_limit_reads(old[name].limits), *step_reads(old[name].otherwise)])
            if keys or gained or lost or moved:
                real = bool(gained or lost or moved or set(keys) - {"who"})  # who is meant counts, not how that is said
                yield Change("pool", name, "changed", matters and real, keys, gained=gained, lost=lost, fields=moved)

    def _turns(self) -> Iterator[Change]:
        old, new = self.old.rotations, self.new.rotations
        for key in _union(old, new):
            pools = [_turning(project, key) for project in (self.old, self.new)]
            if key not in old or key not in new:
                if not key.startswith("pool:"):  # else it comes or goes with its pool, or is what the pool no longer has
                    yield Change("turns", key, "added" if key in new else "removed", matters=False)
                continue
            keys = _keys(old[key], new[key], {"span", "key", "shared"})
            if pools[0] != pools[1]:
                keys = (*keys, "pools")
            moved = self._otherwise(_rotation_reads(old[key]))
            if keys or moved:
                matters = not self.pools.isdisjoint([*pools[0], *pools[1]])
                yield Change("turns", key, "changed", matters, keys, fields=moved)

    def _reps(self) -> Iterator[Change]:
        old, new = ({rep.id: rep for rep in project.reps} for project in (self.old, self.new))
        for name in _union(old, new):
            if name not in old or name not in new:
                yield Change("rep", name, "added" if name in new else "removed", matters=True)
                continue
            keys = _keys(old[name], new[name], {"span", "manager", "backup", "attributes", "shown"})
            for key in ("manager", "backup"):
                if _rep_id(self.old, getattr(old[name], key)) != _rep_id(self.new, getattr(new[name], key)):
                    keys = (*keys, key)
            mine, theirs = old[name].attributes, new[name].attributes
            own = [
                key for key in _union(mine, theirs) if meaning(mine.get(key)) != meaning(theirs.get(key)) and not hasattr(old[name], key)
            ]
            moved = self._otherwise(_limit_reads(old[name].limits))
            if keys or own or moved:
                yield Change("rep", name, "changed", matters=True, keys=(*keys, *own), fields=moved)
        both = [name for name in old if name in new]
        if both != [name for name in new if name in old]:
            yield Change("setting", "roster order", "changed", matters=True)

    def _otherwise(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of some fields that mean something else in the new project."""
        return tuple(
            name for name in dict.fromkeys(names) if name not in self.shared and (name in self.old.fields or name in self.new.fields)
        )


def _union(one: Iterable[str], other: Iterable[str]) -> list[str]:
    """All names, those of the one first."""
    return list(dict.fromkeys([*one, *other]))


def _named(part: str, old: Mapping[str, Any], new: Mapping[str, Any], keys: Any, *, matters: bool) -> Iterator[Change]:
    for name in _union(old, new):
        if name not in old or name not in new:
            yield Change(part, name, "added" if name in new else "removed", matters)
        elif differing := keys(old[name], new[name]):
            yield Change(part, name, "changed", matters, differing)


def _keys(one: Any, other: Any, without: set[str]) -> tuple[str, ...]:
    """The attributes in which two values of the model differ in meaning, or in notes."""
    names = [attribute.name for attribute in fields(one) if attribute.compare and attribute.name not in without]
    return tuple(name for name in names if meaning(getattr(one, name)) != meaning(getattr(other, name)))


def _moved(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Names to take out of a list, so that the others stand in it in the same order as in another; few, and in the order of the new one."""
    places = {name: at for at, name in enumerate(old)}
    # The longest run of names whose order is kept stays: patience sorting.
    tops: list[int] = []
    before: dict[int, int | None] = {}
    ends: list[int] = []
    for name in new:
        place = places[name]
        at = bisect_left(tops, place)
        before[place] = ends[at - 1] if at else None
        if at == len(tops):
            tops.append(place)
            ends.append(place)
        else:
            tops[at], ends[at] = place, place
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return [name for name in new if places[name] not in kept]


def _rule_content(rule: Rule) -> object:
    return meaning((rule.when, rule.assign, rule.enabled, rule.start, rule.end, rule.keep_together, rule.respond))


def _rule_keys(one: Rule, other: Rule) -> tuple[str, ...]:
    """What of a rule differs, notes too; of ``assign`` its own parts."""
    return (*_keys(one, other, {"span", "assign"}), *(f"assign.{key}" for key in _keys(one.assign, other.assign, {"span"})))


def _field_contents(project: Project) -> dict[str, object]:
    """For each declared and derived field what makes its value."""
    found: dict[str, object] = {}
    for name, one in project.fields.items():
        if one.origin == "declared":
            found[name] = (meaning(one), one.headers, one.optional)
    for step in project.derive:
        found.update({one.name: meaning(step) for one in gives(step)})
    if project.score is not None:
        found["score"] = meaning(project.score)
    return found


def _members(project: Project, pool: Pool) -> list[str]:
    return [project.reps[at].id for at in pool.members]


def _shifts(project: Project, pool: Pool) -> object:
    if pool.shifts is None:
        return None
    return [(shift.start, shift.end, [project.reps[at].id for at in shift.reps]) for shift in pool.shifts]


def _rep_id(project: Project, at: int | None) -> str | None:
    return None if at is None else project.reps[at].id


def _is_own(pool: Pool) -> bool:
    """Whether it turns by itself."""
    return pool.rotation == f"pool:{pool.name}"


def _turning(project: Project, rotation: str) -> list[str]:
    """The pools that turn in a rotation."""
    return sorted(pool.name for pool in project.pools.values() if pool.rotation == rotation)


def _setting_reads(key: str, project: Project) -> list[str]:
    if key == "order":
        return [one.field for one in project.order]
    if key == "keep_together" and project.keep_together is not None:
        return list(project.keep_together.by)
    return []


def _rotation_reads(rotation: Rotation) -> list[str]:
    return [name for name in (rotation.by, rotation.cost_of) if name is not None]


def _limit_reads(limits: Limits) -> list[str]:
    found = [limit.measure.of for limit in limits.within if limit.measure.of is not None]
    return found + [name for limit in limits.within if limit.measure.when is not None for name in sorted(references(limit.measure.when))]


def _used(project: Project) -> frozenset[str]:
    """The fields of a lead that anything goes by, derived ones with what they follow from, and those without which it is invalid."""
    found = {project.id_field, *([project.arrived_field] if project.arrived_field is not None else []), *project.places.values()}
    found |= {name for name, field in project.fields.items() if field.required}
    for rule in project.rules:
        found |= {*(references(rule.when) if rule.when is not None else ()), *rule_reads(rule)}
    found |= {name for key in ("order", "keep_together") for name in _setting_reads(key, project)}
    found |= {name for rotation in project.rotations.values() for name in _rotation_reads(rotation)}
    found |= {name for limits in project.limits for name in _limit_reads(limits)}
    found |= {name for pool in project.pools.values() for name in step_reads(pool.otherwise)} | set(step_reads(project.default))
    if project.score is not None and found & {"score", "tier"}:
        found |= reads(project.score)
    for step in reversed(project.derive):
        if found & {one.name for one in gives(step)}:
            found |= reads(step)
    return frozenset(found)


def _used_pools(project: Project) -> frozenset[str]:
    """The pools that leads may be sent to; all, where a field names one."""
    targets: list[Target | None] = []
    steps: list[Step] = [*project.default]
    found: set[str] = set()
    for rule in project.rules:
        if rule.enabled:
            targets.append(rule.assign.target)
            steps += [*rule.assign.otherwise, *(rule.respond.then if rule.respond is not None else ())]
            found |= {rule.assign.turn_in} if rule.assign.turn_in is not None else set()
    while targets or steps:
        targets += [step.target for step in steps]
        steps = []
        for target in targets:
            if target is None or target.kind is not TargetKind.POOL:
                continue
            if target.name is None:
                return frozenset(project.pools)
            if target.name not in found:
                found.add(target.name)
                steps += project.pools[target.name].otherwise
        targets = []
    return frozenset(found)
