"""In what circumstances a test routes its leads: who is away, full or otherwise than the roster says, and where everybody stands."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from leadroute.model.examples import RepState, Start
from leadroute.model.frozen import record
from leadroute.model.project import Project
from leadroute.model.roster import Rep
from leadroute.model.rules import MILLION, Rotation
from leadroute.model.standings import Use
from leadroute.project.expected import Expectations
from leadroute.project.findings import Findings, listed, shown, suggestion
from leadroute.project.literals import a_type, read_literal
from leadroute.project.nodes import Mapping, Scalar
from leadroute.routing.targets import Directory


@record
class Circumstances:
    """Reads what differs; ``names`` finds reps and pools."""

    project: Project
    findings: Findings
    directory: Directory
    names: Expectations

    def states(self, node: Mapping) -> dict[int, RepState]:
        """Who differs from the roster, by position."""
        found: dict[int, dict[str, Any]] = {}
        for key, said in (("away", "away"), ("full", "full")):
            for item in node.items(key):
                if isinstance(item, Scalar) and (at := self._at(item)) is not None:
                    found.setdefault(at, {})[said] = True
        for entry in node.mapping("reps").entries.values():
            place = self._at(entry.key)
            if place is None or not isinstance(entry.value, Mapping):
                continue
            state = found.setdefault(place, {})
            for name, value in entry.value.entries.items():
                if isinstance(value.value, Scalar):
                    number = value.value.kind == "number"
                    state[name] = _millionths(value.value) if number else value.value.truth
        for entry in node.mapping("used").entries.values():
            carried = entry.value.get("open") if isinstance(entry.value, Mapping) else None
            if isinstance(carried, Scalar) and (place := self._at(entry.key)) is not None:
                found.setdefault(place, {})["load"] = _millionths(carried)
        return {at: RepState(**state) for at, state in sorted(found.items())}

    def _at(self, node: Scalar) -> int | None:
        """A rep's position in the roster."""
        return self.directory.rep(node.text) if self.names.rep(node) is not None else None

    def start(self, node: Mapping) -> Start:
        """What differs about the standings."""
        turns: dict[str, dict[str | None, dict[str, int]]] = {}
        for entry in node.mapping("turns").entries.values():
            rotation = self._rotation(entry.key)
            if rotation is not None and isinstance(entry.value, Mapping):
                turns[rotation.key] = dict(self._cells(rotation, entry.value))
        used: dict[Use, int] = {}
        pool_load: dict[tuple[str, str], int] = {}
        for entry in node.mapping("used").entries.values():
            place = self._at(entry.key)
            if place is not None and isinstance(entry.value, Mapping):
                self._used(entry.value, self.project.reps[place], used, pool_load)
        return Start(turns, used, pool_load)

    def _rotation(self, node: Scalar) -> Rotation | None:
        """A rotation by its own name, or by that of a pool that turns in it."""
        project, name = self.project, node.text.strip()
        if name in project.rotations:
            return project.rotations[name]
        if name in project.pools:
            return project.rotations[project.pools[name].rotation]
        names = [*(key for key in project.rotations if not key.startswith("pool:")), *project.pools]
        advice = suggestion(name, names, f"known are {listed(names, 30)}")
        self.findings.add("unknown-pool", f"no rotation or pool is named {shown(name)}", node, help=advice)
        return None

    def _cells(self, rotation: Rotation, node: Mapping) -> Iterator[tuple[str | None, dict[str, int]]]:
        """The turns of a rotation by its ``by`` value."""
        by = self.project.fields[rotation.by] if rotation.by is not None else None
        for name, entry in node.entries.items():
            if isinstance(entry.value, Mapping) is (by is None):
                told = "say the turns of each rep" if by is None else f"say first which `{by.name}` they are for"
                example = "{sarah: 3}" if by is None else "{hot: {sarah: 3}}"
                self.findings.add("wrong-type", f"{shown(name)}: {told}", entry.key, help=f"write for example `{example}`")
                return
        if by is None:
            yield None, self._turns(node)
            return
        for name, entry in node.entries.items():
            value = read_literal(by, name, self.project.timezone)
            if value is None:
                self.findings.add("bad-value", f"{shown(name)} cannot be read as `{by.name}`, which is {a_type(by.type)}", entry.key)
            elif isinstance(entry.value, Mapping):
                yield str(value), self._turns(entry.value)

    def _turns(self, node: Mapping) -> dict[str, int]:
        return {
            rep: _millionths(entry.value)
            for entry in node.entries.values()
            if isinstance(entry.value, Scalar) and (rep := self.names.rep(entry.key)) is not None
        }

    def _used(self, node: Mapping, rep: Rep, used: dict[Use, int], pool_load: dict[tuple[str, str], int], pool: str = "") -> None:
        """What is used up of a rep's limits, or of those that a pool has for the rep."""
        limits = self.project.pools[pool].limits if pool else rep.limits
        whose = f"pool {shown(pool)}" if pool else f"rep {shown(rep.id)}"
        for key, entry in node.entries.items():
            if isinstance(entry.value, Mapping):
                found = self.names.name("pool", entry.key)
                if found is not None:
                    self._used(entry.value, rep, used, pool_load, found)
            elif isinstance(entry.value, Scalar) and key == "open":
                if pool:
                    pool_load[pool, rep.id] = _millionths(entry.value)
            elif isinstance(entry.value, Scalar):
                window = key.removeprefix("per_")
                if any(limit.window.key == window for limit in limits.plain):
                    used[Use(window, "", pool, rep.id)] = int(entry.value.number)
                else:
                    said = f"{whose} has no limit {shown(key)} that counts leads, so nothing can be used up of it"
                    self.findings.add("does-not-apply", said, entry.key, help="name a limit that is there, or give leads under `before`")


def _millionths(node: Scalar) -> int:
    return int(Fraction(node.number) * MILLION + Fraction(1, 2))
