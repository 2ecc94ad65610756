"""The roster: reps with their defaults filled in, their managers and backups found."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from leadroute import values
from leadroute.language.text import compared
from leadroute.model.clock import DAY
from leadroute.model.fields import Field, FieldType
from leadroute.model.frozen import frozen, record
from leadroute.model.roster import AttributeValue, Away, Holidays, Hours, Ramp, Rep
from leadroute.model.rules import MILLION
from leadroute.model.span import Span
from leadroute.project.attributes import Attributes, attribute_text, attribute_value, find_attributes
from leadroute.project.diaries import Diaries
from leadroute.project.exact import fraction, millionths
from leadroute.project.findings import Findings, listed, shown, suggestion
from leadroute.project.hours import working_hours
from leadroute.project.limits import Limiting
from leadroute.project.nodes import Mapping, Node, Scalar
from leadroute.project.zones import time_zone

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@record
class Roster:
    """The reps in roster order, and how they are found.

    ``known`` is whether the file could be read; ``whole`` whether every rep in it could. ``ids`` maps the compared id of every rep,
    unreadable ones included, to its place in ``reps`` (``None`` for those).
    """

    reps: list[Rep] = field(default_factory=list)
    attributes: Attributes = field(default_factory=Attributes)
    teams: dict[str, str] = field(default_factory=dict)
    ids: dict[str, int | None] = field(default_factory=dict)
    known: bool = True
    whole: bool = True
    spans: dict[str, Span] = field(default_factory=dict)
    limits: dict[int, Node] = field(default_factory=dict)
    """What ``limits`` say, by the rep's place: they are read when the lead's fields are known."""

    def read_limits(self, limiting: Limiting) -> None:
        """Compile the limits of every rep."""
        for place, node in self.limits.items():
            rep = self.reps[place]
            self.reps[place] = replace(rep, limits=limiting.read(node, rep=rep.id))

    def find(self, text: str, at: Node, findings: Findings) -> Rep | None:
        """The rep of an id, else of an e-mail address, else of a unique name; ``None``, with a finding, where there is none."""
        wanted = compared(text)
        if wanted in self.ids:
            place = self.ids[wanted]
            return None if place is None else self.reps[place]
        for by in (
            [rep for rep in self.reps if rep.email and compared(rep.email) == wanted],
            [r for r in self.reps if compared(r.name) == wanted],
        ):
            if len(by) == 1:
                return by[0]
        if self.known and self.whole:
            ids = [rep.id for rep in self.reps]
            findings.add("unknown-rep", f"no rep is {shown(text)}", at, help=suggestion(text, ids, f"the roster has {listed(ids)}"))
        return None

    def place(self, rep: Rep) -> int:
        """A rep's position."""
        place = self.ids[compared(rep.id)]
        assert place is not None  # noqa: S101 - every rep in `reps` has a place
        return place


@frozen
class Office:
    """What reps have who say nothing of their own: the routing clock's zone, the business hours and their holidays."""

    timezone: str
    hours: Hours | None
    holidays: Holidays | None
    diaries: Diaries


def read_roster(root: Mapping, bad: set[int], office: Office, findings: Findings) -> Roster:
    """Compile a roster document whose shape is checked; nodes in ``bad`` are passed over."""
    nodes = [node for node in root.items("reps") if isinstance(node, Mapping)]
    good = [node for node in nodes if id(node) not in bad]
    roster = Roster(attributes=find_attributes(good, findings), whole=len(good) == len(root.items("reps")))
    kept: list[Mapping] = []
    for node in nodes:
        if not _has_new_id(node, roster, findings):
            continue
        if id(node) in bad:
            roster.ids[compared(node.text("id"))] = None
            continue
        roster.ids[compared(node.text("id"))] = len(roster.reps)
        if "limits" in node:
            roster.limits[len(roster.reps)] = node.entries["limits"].value
        roster.reps.append(_rep(node, roster.attributes, office, findings))
        kept.append(node)
    _relations(root, kept, roster, findings)
    return roster


def _has_new_id(node: Mapping, roster: Roster, findings: Findings) -> bool:
    key = node.get("id")
    if not isinstance(key, Scalar):
        return False
    text = key.text.strip()
    if not text or text.startswith("$"):
        findings.add("bad-value", f"a rep's id cannot be {shown(text)}", key, help="give the rep an id such as `sarah`")
        return False
    wanted = compared(text)
    if wanted in roster.ids:
        first = roster.spans[wanted]
        place = roster.ids[wanted]
        same = place is None or roster.reps[place].id == text
        said = (
            f"two reps have the id {shown(text)}"
            if same
            else f"the ids {shown(text)} and `{roster.reps[place or 0].id}` differ only by case"
        )
        findings.add("duplicate-name", said, key, help="give every rep an id of its own", related=[("the first one", first)], rep=text)
        return False
    roster.spans[wanted] = key.span
    return True


def _rep(node: Mapping, attributes: Attributes, office: Office, findings: Findings) -> Rep:
    identity = node.text("id")
    zone = time_zone(node.get("timezone"), office.timezone, findings) or office.timezone
    hours = node.get("hours")
    weight = node.get("weight")
    load = node.get("load")
    values_of, texts = _attributes(node, attributes, zone, findings)
    return Rep(
        id=identity,
        name=node.text("name") or identity,
        email=node.text("email"),
        active=node.truth("active", default=True),
        team=node.text("team") or None,
        weight=millionths(weight) if isinstance(weight, Scalar) else MILLION,
        ramp=_ramp(node.mapping("ramp"), identity, findings) if "ramp" in node else None,
        load=millionths(load) if isinstance(load, Scalar) else 0,
        load_as_of=_instant(node.get("load_as_of"), office.timezone, identity, findings),
        timezone=zone,
        hours=office.hours if hours is None else working_hours(hours, findings, rep=identity),
        away=_away(node, zone, identity, findings),
        holidays=office.diaries.holidays(node.get("holidays"), office.holidays, rep=identity),
        calendar=office.diaries.calendar(node.get("calendar"), zone),
        attributes=values_of,
        shown=texts,
        span=node.entries["id"].value.span,
    )


def _instant(node: Node | None, timezone: str, rep: str, findings: Findings) -> int | None:
    """An instant in microseconds since the epoch; without an offset on the routing clock, a date is its beginning."""
    if not isinstance(node, Scalar):
        return None
    found = values.instant(node.text.strip(), timezone)
    if found is None:
        advice = "write ISO 8601, such as `2026-11-23T08:00-05:00`"
        findings.add("bad-value", f"{shown(node.text)} is no moment", node, help=advice, rep=rep)
    return found


def _attributes(node: Mapping, attributes: Attributes, zone: str, findings: Findings) -> tuple[Dict[str, AttributeValue], Dict[str, str]]:
    found: dict[str, AttributeValue] = {"active": True, "weight": 1.0, "timezone": compared(zone)}
    texts: dict[str, str] = {"active": "true", "weight": "1", "timezone": zone}
    for name, kind in attributes.types.items():
        value = node.get(name)
        if value is None:
            if kind is FieldType.LIST:
                found[name] = ()
            elif kind is FieldType.MAP:
                found[name] = {}
            continue
        if kind is FieldType.EMAIL and isinstance(value, Scalar) and values.read(Field(name, kind), value.text, zone) is None:
            advice = f"expected {values.EXPECTED[kind]}"
            findings.add("bad-value", f"{shown(value.text)} is no e-mail address", value, help=advice, rep=node.text("id"))
            continue
        read = attribute_value(kind, value)
        if isinstance(value, Mapping) and isinstance(read, dict) and len(read) < len(value.entries):
            _same_names(value, findings)
        if read is not None:
            found[name] = read
            texts[name] = attribute_text(value)
    return found, texts


def _same_names(node: Mapping, findings: Findings) -> None:
    seen: dict[str, Scalar] = {}
    for entry in node.entries.values():
        first = seen.setdefault(compared(entry.key.text), entry.key)
        if first is not entry.key:
            said = f"{shown(entry.key.text)} and {shown(first.text)} are compared as one name"
            findings.add("duplicate-key", said, entry.key, help="keep one of the two", related=[("the first one", first)])


def _ramp(node: Mapping, rep: str, findings: Findings) -> Ramp | None:
    first, last = (read_day(node.get(key), findings, rep=rep) for key in ("from", "to"))
    start = node.get("start")
    if first is None or last is None:
        return None
    if last < first:
        findings.add("bad-value", "the ramp ends before it begins", node.get("to"), help="exchange `from` and `to`", rep=rep)
        return None
    return Ramp(first, last, fraction(start) if isinstance(start, Scalar) else fraction(Scalar(node.file, node.place, "0")))


def read_day(node: Node | None, findings: Findings, *, rep: str | None = None, rule: str | None = None) -> int | None:
    """A date in days since the epoch; ``None``, with a finding, where it is none."""
    if not isinstance(node, Scalar):
        return None
    day = values.day(node.text)
    if day is None or ":" in node.text:
        findings.add("bad-value", f"{shown(node.text)} is no date", node, help="write for example `2026-11-23`", rep=rep, rule=rule)
        return None
    return day


def _away(node: Mapping, zone: str, rep: str, findings: Findings) -> tuple[Away, ...]:
    found: list[Away] = []
    for item in node.items("away"):
        if not isinstance(item, Mapping):
            continue
        start = _local(item.get("from"), zone, rep, findings, end=False)
        end = _local(item.get("to"), zone, rep, findings, end=True)
        if start is None or end is None:
            continue
        if end <= start:
            findings.add("bad-value", "the leave ends before it begins", item.get("to"), help="exchange `from` and `to`", rep=rep)
            continue
        found.append(Away(start, end, item.text("why")))
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


def _local(node: Node | None, zone: str, rep: str, findings: Findings, *, end: bool) -> int | None:
    """A date or moment in microseconds on the rep's wall clock; a date as an end is the midnight after it."""
    if not isinstance(node, Scalar):
        return None
    text = node.text.strip()
    day = values.day(text)
    if day is None:
        advice = "write for example `2026-11-24`, or `2026-11-24T13:00`"
        findings.add("bad-value", f"{shown(text)} is no date", node, help=advice, rep=rep)
        return None
    instant = values.instant(text, "UTC")
    if ":" not in text and (instant is None or instant == day * DAY):
        return (day + 1) * DAY if end else day * DAY
    if instant is None:
        return None
    # what the text says is read as if in UTC: without an offset that is the wall clock itself, with one it is turned to the rep's
    if values.instant(text, "Etc/GMT+5") == instant:
        try:
            moment = (_EPOCH + timedelta(microseconds=instant)).astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)
        except OverflowError:
            return instant
        return (moment - _EPOCH) // timedelta(microseconds=1)
    return instant


def _relations(root: Mapping, nodes: list[Mapping], roster: Roster, findings: Findings) -> None:
    """Managers, backups and teams, once all reps are known."""
    managers: dict[str, int | None] = {}
    unlisted: set[str] = set()
    absent: dict[str, list[Scalar]] = {}
    for name, entry in root.mapping("teams").entries.items():
        named = entry.value.get("manager") if isinstance(entry.value, Mapping) else None
        found = _manager(named, roster, absent)
        roster.teams[name] = found.id if found is not None else ""
        managers[compared(name)] = roster.place(found) if found is not None else None
    for at, node in enumerate(nodes):
        rep = roster.reps[at]
        manager = _manager(node.get("manager"), roster, absent)
        place = roster.place(manager) if manager is not None else None
        if "manager" not in node and rep.team is not None:
            place = managers.get(compared(rep.team))
        named = node.get("backup")
        backup = roster.find(named.text, named, findings) if isinstance(named, Scalar) else None
        if place is not None or backup is not None:
            roster.reps[at] = replace(rep, manager=place, backup=roster.place(backup) if backup is not None else None)
        if managers and rep.team is not None and compared(rep.team) not in managers.keys() | unlisted:
            unlisted.add(compared(rep.team))
            written = node.get("team")
            advice = suggestion(rep.team, list(roster.teams), f"`teams` has {listed(roster.teams)}")
            findings.add("unlisted-team", f"`teams` does not list {shown(rep.team)}", written, help=advice, rep=rep.id)
    for places in absent.values():
        first = places[0]
        said = f"the manager {shown(first.text)} is not in the roster, so the step `manager` passes"
        advice = suggestion(first.text, [one.id for one in roster.reps], "add the manager as a rep with `active: false`")
        findings.add("unknown-manager", said, first, help=f"{advice}; named {len(places)} times" if len(places) > 1 else advice)
    _cycles(nodes, roster, findings)


def _manager(node: Node | None, roster: Roster, absent: dict[str, list[Scalar]]) -> Rep | None:
    """The manager whom a node names; who is not in the roster goes into ``absent``, with the places."""
    if not isinstance(node, Scalar):
        return None
    silent = Findings()
    found = roster.find(node.text, node, silent)
    if found is None and silent.items:
        absent.setdefault(compared(node.text), []).append(node)
    return found


def _cycles(nodes: list[Mapping], roster: Roster, findings: Findings) -> None:
    """A chain of backups that comes back to where it began, told once for each circle."""
    told: set[int] = set()
    for start in range(len(roster.reps)):
        chain: list[int] = []
        at: int | None = start
        while at is not None and at not in chain and at not in told:
            chain.append(at)
            at = roster.reps[at].backup
        if at is not None and at in chain:
            circle = chain[chain.index(at) :]
            names = " -> ".join(f"`{roster.reps[one].id}`" for one in [*circle, circle[0]])
            first = nodes[circle[0]].get("backup")
            findings.add(
                "backup-cycle",
                f"the backups go in a circle: {names}",
                first,
                help="let the chain of backups end",
                rep=roster.reps[circle[0]].id,
            )
        told.update(chain)
