"""``limits`` of a rep or a pool: the short form by window, and the long form, a list with conditions and values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field, replace

from leadroute.language.canonical import canonical
from leadroute.model.condition import Condition
from leadroute.model.fields import FieldType
from leadroute.model.frozen import record
from leadroute.model.limits import LEADS, Limit, Limits, Measure, Window, WindowKind
from leadroute.model.rules import MILLION
from leadroute.project.conditions import Conditions
from leadroute.project.exact import millionths
from leadroute.project.findings import Findings, shown
from leadroute.project.literals import a_type, reference, span_micros
from leadroute.project.nodes import Mapping, Node, Scalar, Sequence
from leadroute.project.scope import Scope

CALENDAR = {kind.value: Window(kind) for kind in WindowKind if kind is not WindowKind.ROLLING}
"""The windows of the calendar by their word in the long form; the short form's key is ``per_`` and that."""
_NESTED = ("hour", "day", "week"), ("hour", "day", "month")
"""Windows of the calendar that lie whole in those after them."""


@record
class Limiting:
    """Compiles limits. Measures that say the same are one object, so that each is looked at once."""

    scope: Scope
    findings: Findings
    measures: dict[str, Measure] = field(default_factory=dict)
    conditions: dict[str, Condition] = field(default_factory=dict)

    def read(self, node: Node | None, *, rep: str | None = None, pool: str | None = None) -> Limits:
        """The limits that a node says; what has errors is left out, each a finding about the rep or the pool."""
        before = len(self.findings.items)
        found = Limits()
        if isinstance(node, Mapping):
            found = self._short(node)
        elif isinstance(node, Sequence):
            found = self._long([item for item in node.items if isinstance(item, Mapping)])
        self._odd(found, node)
        self.findings.items[before:] = [replace(item, rep=rep, pool=pool) for item in self.findings.items[before:]]
        return found

    def _short(self, node: Mapping) -> Limits:
        most = node.get("open")
        return Limits(
            open=millionths(most) if isinstance(most, Scalar) else None,
            within=tuple(
                Limit(millionths(entry.value), CALENDAR[key.removeprefix("per_")], span=entry.value.span)
                for key, entry in node.entries.items()
                if key.startswith("per_") and isinstance(entry.value, Scalar)
            ),
        )

    def _long(self, items: Iterable[Mapping]) -> Limits:
        load: list[int] = []
        within: list[Limit] = []
        for item in items:
            most, per = item.get("max"), item.get("per")
            if not isinstance(most, Scalar) or not isinstance(per, Scalar):
                continue
            if per.text == "open":
                if self._for_load(item):
                    load.append(millionths(most))
                continue
            measure = self._measure(item)
            if measure is None or not self._whole(most, measure):
                continue
            window = CALENDAR.get(per.text) or Window(WindowKind.ROLLING, span_micros(per.text))
            within.append(Limit(millionths(most), window, measure, most.span))
        return Limits(min(load, default=None), tuple(within))

    def _for_load(self, item: Mapping) -> bool:
        """``per: open`` is about the load, to which every lead adds its effort."""
        for key in ("when", "of"):
            if key in item:
                said = f"`{key}` means nothing beside `per: open`: open leads are counted by their effort"
                advice = "remove it, or limit the leads of a time, such as `per: day`"
                self.findings.add("does-not-apply", said, item.entries[key].key, help=advice)
        return not {"when", "of"} & item.entries.keys()

    def _measure(self, item: Mapping) -> Measure | None:
        """What the limit adds up; ``None``, with a finding, where that cannot be said."""
        when, of = item.get("when"), item.get("of")
        if when is None and of is None:
            return LEADS
        condition = Conditions(self.scope, self.findings).over_leads(when) if when is not None else None
        number = self._number(of) if isinstance(of, Scalar) else None
        if (when is not None and condition is None) or (of is not None and number is None):
            return None
        said = "" if condition is None else canonical(condition)
        if condition is not None:
            condition = self.conditions.setdefault(said, condition)
        key = " when ".join(part for part in (number or "leads", said) if part)
        return self.measures.setdefault(key, Measure(key, condition, number))

    def _number(self, of: Scalar) -> str | None:
        name = reference(of.text)
        found = self.scope.field(name, of, self.findings) if name is not None else None
        if found is not None and found.type not in (FieldType.NUMBER, FieldType.INTEGER):
            said = f"`${name}` is {a_type(found.type)}, and a limit adds up numbers"
            self.findings.add("type-mismatch", said, of, help="name a number field")
            return None
        return found.name if found is not None else None

    def _whole(self, most: Scalar, measure: Measure) -> bool:
        if measure.of is None and millionths(most) % MILLION:
            said = f"`max` is {shown(most.text)}, and leads are counted whole"
            self.findings.add("bad-value", said, most, help="write a whole number, or say `of` what the limit is")
            return False
        return True

    def _odd(self, found: Limits, node: Node | None) -> None:
        """Limits that can run, and are rarely meant: of nothing, or never reached."""
        if found.open == 0:
            self.findings.add(
                "odd-limit", "a limit of 0 open leads lets nobody take one", node, help="write `active: false` for a rep who takes none"
            )
        for limit in found.within:
            if limit.most == 0:
                said = f"a limit of 0 a {limit.window.key} lets nobody take such a lead"
                self.findings.add(
                    "odd-limit", said, limit.span, help="write `active: false` for a rep who takes none, `require` for some leads"
                )
        for limit, tighter in _never_reached(found.within):
            said = f"the limit of {shown(_number(limit.most))} per {limit.window.key} is never reached"
            advice = f"lower it, or remove it: {_number(tighter.most)} per {tighter.window.key} comes before"
            self.findings.add("odd-limit", said, limit.span, help=advice)


def _never_reached(limits: tuple[Limit, ...]) -> Iterator[tuple[Limit, Limit]]:
    """Limits beside one that is tighter over the same time, or over a longer one that holds it."""
    for at, limit in enumerate(limits):
        for other_at, other in enumerate(limits):
            if other is limit:
                continue
            same = limit.window == other.window and (limit.most > other.most or (limit.most == other.most and at > other_at))
            if limit.measure == other.measure and (same or (_inside(limit.window, other.window) and limit.most > other.most)):
                yield limit, other
                break


def _inside(window: Window, longer: Window) -> bool:
    """Whether every stretch of one window lies in a stretch of another."""
    if window.kind is longer.kind is WindowKind.ROLLING:
        return window.length < longer.length
    orders = [order for order in _NESTED if window.key in order and longer.key in order]
    return any(order.index(window.key) < order.index(longer.key) for order in orders)


def _number(most: int) -> str:
    return f"{most / MILLION:.6f}".rstrip("0").rstrip(".")
