"""Rotations, pools and rules: from nodes to what the engine reads."""

from __future__ import annotations

from dataclasses import field, replace

from leadroute.language.scalar import rep_holds
from leadroute.language.text import compared
from leadroute.model.clock import Clock
from leadroute.model.condition import All, Condition, Not, Test
from leadroute.model.fields import FieldType
from leadroute.model.frozen import record
from leadroute.model.rules import MILLION, Assign, PickKind, Pool, Response, ReturnPolicy, Rotation, Rule, StepKind, TargetKind
from leadroute.model.span import Span
from leadroute.project.absence import absence, agreed
from leadroute.project.conditions import Conditions
from leadroute.project.derive import number_operand
from leadroute.project.exact import millionths
from leadroute.project.findings import Findings, listed, shown, suggestion
from leadroute.project.limits import Limiting
from leadroute.project.literals import a_type, reference
from leadroute.project.nodes import Entry, Mapping, Node, Scalar
from leadroute.project.responses import response
from leadroute.project.roster import Roster, read_day
from leadroute.project.scope import Scope
from leadroute.project.shifts import read_shifts
from leadroute.project.steps import Steps, availability, pick


@record
class Routes:
    """Compiles the rotations, then the pools, then the rules of all files."""

    scope: Scope
    roster: Roster
    steps: Steps
    limiting: Limiting
    findings: Findings
    bad: set[int]
    rotations: dict[str, Rotation] = field(default_factory=dict)
    rotation_spans: dict[str, Span] = field(default_factory=dict)
    pools: dict[str, Pool] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    rule_spans: dict[str, Span] = field(default_factory=dict)
    freed: list[tuple[str, Node]] = field(default_factory=list)
    """The rules that say `keep_together: false`, and where."""
    alike: dict[tuple[str, ...], list[list[int]]] = field(default_factory=dict)
    absences: dict[str, list[tuple[str, ReturnPolicy, Node]]] = field(default_factory=dict)
    """By rotation, what each of its pools says of absence, and where."""

    def name_pool(self, entry: Entry) -> bool:
        """Make a pool's name known before anything refers to it; a second one of a name is a finding."""
        return self._new("pool", entry.key, self.steps.pools)

    def add_rotation(self, entry: Entry) -> None:
        """Compile one rotation."""
        if not self._new("rotation", entry.key, self.rotation_spans):
            return
        node = entry.value
        name = entry.key.text
        if id(node) in self.bad:
            return
        if not isinstance(node, Mapping):
            self.rotations[name] = Rotation(name, span=entry.key.span)
            return
        by, cost = node.get("by"), node.get("cost")
        cost_of, price = self._cost(cost)
        self.rotations[name] = Rotation(
            key=name,
            by=self._by(by) if isinstance(by, Scalar) else None,
            cost=price,
            cost_of=cost_of,
            weights=self._weights(node.mapping("weights")),
            span=entry.key.span,
        )

    def add_pool(self, entry: Entry) -> None:
        """Compile one pool and find its members."""
        name, node = entry.key.text, entry.value
        if id(node) in self.bad:
            return
        settings = node if isinstance(node, Mapping) else Mapping(node.file, node.place, {})
        who = settings.get("who")
        condition = Conditions(self.scope, self.findings).over_reps(who, references=False) if who is not None else None
        rotation = self._turns(settings.get("turns"), name)
        otherwise = self.steps.steps(settings.get("otherwise"), in_pool=True)
        chosen = pick(settings.get("pick"))
        if (who is not None and condition is None) or rotation is None:
            return
        members = self._members(condition)
        if self.roster.known and self.roster.whole:
            self._see_who_is_there(entry, members, rotation)
        for step in otherwise:
            if step.target is not None and step.target.kind is TargetKind.POOL and step.target.name == name:
                said = f"the pool {shown(name)} falls back to itself"
                self.findings.add("pool-falls-back-to-itself", said, step.span, help="name another pool, or remove the step", pool=name)
        shifts = read_shifts(settings, name, members, self.scope.timezone, self.roster, self.findings)
        pool = Pool(
            name,
            members,
            rotation,
            condition,
            limits=self.limiting.read(settings.get("limits"), pool=name),
            otherwise=otherwise,
            shifts=shifts,
            span=entry.key.span,
        )
        self.pools[name] = replace(pool, pick=chosen) if chosen is not None else pool
        said_of = settings.get("absence")
        self.absences.setdefault(rotation, []).append((name, absence(said_of), entry.key if said_of is None else said_of))

    def _see_who_is_there(self, entry: Entry, members: tuple[int, ...], rotation: str) -> None:
        """Report a pool of which nobody can ever take a lead."""
        turns, name = self.rotations.get(rotation), shown(entry.key.text)
        weights = dict(turns.weights) if turns is not None else {}
        active = [self.roster.reps[at] for at in members if self.roster.reps[at].active]
        if not members:
            said = f"nobody is in the pool {name}"
        elif not active:
            said = f"nobody in the pool {name} is active"
        elif not any(weights.get(rep.id, rep.weight) for rep in active):
            said = f"nobody in the pool {name} has a weight above 0"
        else:
            return
        self.findings.add("empty-pool", said, entry.key, help="check `who` against the roster", pool=entry.key.text)

    def _members(self, condition: Condition | None) -> tuple[int, ...]:
        """Positions of the reps for whom ``who`` holds."""
        if condition is None:
            return tuple(at for at, rep in enumerate(self.roster.reps) if rep.active)
        return tuple(sorted(self._holding(condition)))

    def _holding(self, condition: Condition) -> frozenset[int]:
        """Positions of the reps for whom a condition holds: each test is asked once of all who are alike in what it asks."""
        if isinstance(condition, Test):
            clock = Clock(0, self.scope.timezone)
            alike = self._alike(tuple(sorted(_asked(condition))))
            return frozenset(at for places in alike if rep_holds(condition, self.roster.reps[places[0]], {}, clock) for at in places)
        everybody = frozenset(range(len(self.roster.reps)))
        if isinstance(condition, Not):
            return everybody - self._holding(condition.part)
        parts = [self._holding(part) for part in condition.parts]
        return everybody.intersection(*parts) if isinstance(condition, All) else frozenset().union(*parts)

    def _alike(self, names: tuple[str, ...]) -> list[list[int]]:
        """Positions of the reps, those together whose attributes of these names are the same."""
        known = self.alike.get(names)
        if known is None:
            groups: dict[str, list[int]] = {}
            for at, rep in enumerate(self.roster.reps):
                form = repr([(rep.attributes.get(name), rep.shown.get(name)) for name in names])
                groups.setdefault(form, []).append(at)
            known = self.alike[names] = list(groups.values())
        return known

    def share_rotations(self) -> None:
        """Mark the rotations in which more than one pool turns, and note on what policy of absence their pools agree."""
        for key, said in self.absences.items():
            if key not in self.rotations:
                continue  # it has errors of its own
            self.rotations[key] = replace(self.rotations[key], shared=len(said) > 1, absence=agreed(said, self.findings))

    def add_rule(self, node: Node) -> None:
        """Compile one rule."""
        if not isinstance(node, Mapping):
            return
        named = node.get("id")
        if not isinstance(named, Scalar):
            return
        identity = named.text.strip()
        if not identity:
            self.findings.add("bad-value", "a rule's id is empty", named, help="give the rule an id such as `everyone-else`")
            return
        new = self._new("rule", named, self.rule_spans)
        if id(node) in self.bad:
            return
        before = len(self.findings.items)
        when = node.get("when")
        condition = Conditions(self.scope, self.findings).over_leads(when) if when is not None else None
        assign = self._assign(node.mapping("assign"))
        respond = self._respond(node)
        keep = node.get("keep_together")
        if isinstance(keep, Scalar) and not keep.truth:
            self.freed.append((identity, keep))
        start = read_day(node.get("from"), self.findings, rule=identity)
        end = read_day(node.get("to"), self.findings, rule=identity)
        if start is not None and end is not None and end < start:
            said = f"the rule {shown(identity)} ends before it begins, so it is never in force"
            self.findings.add("backwards-period", said, node.get("to"), help="exchange `from` and `to`", rule=identity)
        self.findings.items[before:] = [replace(item, rule=identity) for item in self.findings.items[before:]]
        if assign is None or not new or (when is not None and condition is None):
            return
        self.rules.append(
            Rule(
                id=identity,
                when=condition,
                assign=assign,
                enabled=node.truth("enabled", default=True),
                start=start,
                end=end,
                about=node.text("about"),
                owner=node.text("owner"),
                keep_together=node.truth("keep_together", default=True),
                respond=respond,
                span=named.span,
            )
        )

    def _respond(self, node: Mapping) -> Response | None:
        """How fast a rule's leads must be answered."""
        if "respond_within" in node and "queue" in node.mapping("assign"):
            key = node.entries["respond_within"].key
            self.findings.add("does-not-apply", "`respond_within` means nothing for a queue", key, help="remove it, or name a pool or rep")
            return None
        return response(node.get("respond_within"), self.steps, self.findings)

    def order_rules(self) -> None:
        """Note the first rule that leaves no lead to those below it."""
        for at, rule in enumerate(self.rules):
            below = [one for one in self.rules[at + 1 :] if one.enabled]
            if below and self._takes_every_lead(rule):
                rest = shown(below[0].id) if len(below) == 1 else f"the {len(below)} rules below it"
                self.findings.add(
                    "takes-every-lead",
                    f"{shown(rule.id)} has no `when`, so it takes every lead before {rest}",
                    self.rule_spans[rule.id],
                    help="move it to the end, or say in `when` which leads it takes",
                    related=[("the first rule that gets none", self.rule_spans[below[0].id])],
                    rule=rule.id,
                )
                return

    def _takes_every_lead(self, rule: Rule) -> bool:
        """Whether no lead passes a rule: it always holds, and nothing on its way gives leads to the next one."""
        if not rule.enabled or rule.when is not None or rule.start is not None or rule.end is not None:
            return False
        target = rule.assign.target
        pools = [pool for pool in self.pools.values() if target.kind is TargetKind.POOL and target.name in (pool.name, None)]
        chains = [rule.assign.otherwise, *(pool.otherwise for pool in pools)]
        return not any(step.kind is StepKind.NEXT_RULE for chain in chains for step in chain)

    def _assign(self, node: Mapping) -> Assign | None:
        found = self.steps.target(node)
        people = ("require", "prefer", "pick", "effort", "charge", "availability", "otherwise", "turn_in")
        good = self.steps.only_for_people(node, people)
        require = self.steps.require(node.get("require"))
        prefer = self.steps.prefer(node.get("prefer"))
        effort = number_operand(node.get("effort"), "effort", self.scope, self.findings)
        target = found[0] if found is not None else None
        rep = target if target is not None and target.kind is TargetKind.REP else None
        if target is None and "rep" in node:
            from leadroute.model.rules import Target

            rep = Target(TargetKind.REP)
        otherwise = self.steps.steps(node.get("otherwise"), rep=rep)
        turn_in = node.get("turn_in")
        if isinstance(turn_in, Scalar):
            good &= self.steps.pool(turn_in)
        chosen = pick(node.get("pick"))
        if target is None or not good or require is None or prefer is None or (effort is None and "effort" in node):
            return None
        if prefer and not self._chooses_by_fit(target.name if target.kind is TargetKind.POOL else None, chosen, otherwise):
            said = "`prefer` counts only where `best_fit` picks"
            self.findings.add("prefer-without-best-fit", said, node.entries["prefer"].key, help="add `pick: best_fit`, or remove `prefer`")
        charges = (
            {item.text for item in node.items("charge") if isinstance(item, Scalar)} if "charge" in node else {"turn", "limits", "load"}
        )
        return Assign(
            target=target,
            require=require,
            prefer=prefer,
            pick=chosen,
            effort=effort,
            charge_turn="turn" in charges,
            charge_limits="limits" in charges,
            charge_load="load" in charges,
            availability=availability(node.get("availability")),
            otherwise=otherwise,
            turn_in=turn_in.text.strip() if isinstance(turn_in, Scalar) else None,
        )

    def _chooses_by_fit(self, pool: str | None, chosen: object, otherwise: tuple[object, ...]) -> bool:
        """Whether best_fit may pick anywhere on the rule's way: by the rule's word, a step's, or a pool's."""
        from leadroute.model.rules import Pick, Step

        picks = [chosen] + [step.pick for step in otherwise if isinstance(step, Step)]
        if any(isinstance(one, Pick) and one.kind is PickKind.BEST_FIT for one in picks):
            return True
        if isinstance(chosen, Pick):
            return False
        pools = [pool, *(step.target.name for step in otherwise if isinstance(step, Step) and step.kind is StepKind.POOL and step.target)]
        # a pool that a lead's field names, or that has errors, may be any
        return any(name is None or name not in self.pools or self.pools[name].pick.kind is PickKind.BEST_FIT for name in pools)

    def _by(self, node: Scalar) -> str | None:
        found = self.scope.field(node.text, node, self.findings)
        if found is not None and found.type is FieldType.LIST:
            said = f"a rotation cannot be split by {shown(node.text)}, which is a list"
            self.findings.add("list-not-allowed", said, node, help="split by a single value")
            return None
        return found.name if found is not None else None

    def _cost(self, node: Node | None) -> tuple[str | None, int]:
        if isinstance(node, Scalar):
            return None, millionths(node) or 1
        if not isinstance(node, Mapping):
            return None, MILLION
        of, otherwise = node.get("of"), node.get("else")
        price = (millionths(otherwise) or 1) if isinstance(otherwise, Scalar) else MILLION
        name = reference(of.text) if isinstance(of, Scalar) else None
        found = self.scope.field(name, of, self.findings) if name is not None and of is not None else None
        if found is not None and found.type not in (FieldType.NUMBER, FieldType.INTEGER):
            said = f"`${name}` is {a_type(found.type)}, and a cost is a number"
            self.findings.add("type-mismatch", said, of, help="name a number field")
            return None, price
        return (found.name if found is not None else None), price

    def _weights(self, node: Mapping) -> tuple[tuple[str, int], ...]:
        found: dict[str, int] = {}
        for entry in node.entries.values():
            rep = self.roster.find(entry.key.text, entry.key, self.findings)
            if rep is None or not isinstance(entry.value, Scalar):
                continue
            if rep.id in found:
                said = f"{shown(entry.key.text)} has two weights here"
                self.findings.add("duplicate-key", said, entry.key, help="keep one of the two")
            found[rep.id] = millionths(entry.value)
        return tuple(found.items())

    def _turns(self, node: Node | None, pool: str) -> str | None:
        """The key of the rotation in which a pool turns: a declared one, or one of its own."""
        if not isinstance(node, Scalar):
            key = f"pool:{pool}"
            self.rotations[key] = Rotation(key)
            return key
        name = node.text.strip()
        if name in self.rotation_spans:
            return name
        if self.steps.pools_known:
            advice = suggestion(
                name,
                self.rotation_spans,
                f"rotations are {listed(self.rotation_spans)}" if self.rotation_spans else "declare it under `rotations`",
            )
            self.findings.add("unknown-rotation", f"no rotation is named {shown(name)}", node, help=advice, pool=pool)
        return None

    def _new(self, what: str, key: Scalar, known: dict[str, Span]) -> bool:
        name = key.text.strip()
        same = [one for one in known if compared(one) == compared(name)] if what == "pool" else [name] if name in known else []
        if same:
            said = (
                f"the {what} {shown(name)} is defined twice"
                if same[0] == name
                else f"the {what}s {shown(name)} and {shown(same[0])} differ only by case"
            )
            self.findings.add(
                "duplicate-name", said, key, help="give one of them another name", related=[("the first one", known[same[0]])]
            )
            return False
        known[name] = key.span
        return True


def _asked(condition: Condition) -> set[str]:
    """The attributes that a condition over the reps reads."""
    if isinstance(condition, Test):
        return {condition.subject.name}
    parts = [condition.part] if isinstance(condition, Not) else condition.parts
    return {name for part in parts for name in _asked(part)}
