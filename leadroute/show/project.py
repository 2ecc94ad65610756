"""The resolved view of a project as tables and trees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields

from rich.text import Text

from leadroute.model.diagnostic import Diagnostic
from leadroute.show.console import Terminal, visible
from leadroute.show.diagnostics import as_json
from leadroute.show.machine import document
from leadroute.show.resolved import (
    PARTS,
    ConfigView,
    FieldsView,
    OperatorsView,
    OperatorView,
    PoolView,
    RepView,
    RosterView,
    RulesView,
    RuleView,
    View,
)
from leadroute.show.tables import table


def json_of(topic: str, view: View | None, diagnostics: Sequence[Diagnostic] = ()) -> str:
    """A view as one JSON object; ``null`` for each of its parts, with ``diagnostics``, where there is no telling."""
    content = asdict(view) if view is not None else {part.name: None for part in fields(PARTS[topic])}
    return document({"topic": topic, **content, "diagnostics": [as_json(one) for one in diagnostics]})


def show_view(terminal: Terminal, view: View) -> None:
    """Print a view to stdout."""
    match view:
        case RulesView():
            _rules(terminal, view)
        case RosterView():
            _roster(terminal, view)
        case FieldsView():
            _fields(terminal, view)
        case OperatorsView():
            _operators(terminal, view)
        case ConfigView():
            _config(terminal, view)


def _rules(terminal: Terminal, view: RulesView) -> None:
    """Each rule with what it asks, where it sends, and its path from there, one branch a line."""
    wide = len(str(len(view.rules)))
    for rule in view.rules:
        line = Text.assemble(f"{rule.position:>{wide}} ", (visible(rule.id), "bold"))
        if not rule.enabled:
            line.append("  disabled", "yellow")
        if rule.first_day is not None or rule.last_day is not None:
            line.append(f"  {f'from {rule.first_day} ' if rule.first_day else ''}{f'to {rule.last_day}' if rule.last_day else ''}".rstrip())
        if rule.about:
            line.append(f"  {visible(rule.about)}", "dim")
        terminal.show(line)
        _branches(terminal, _rule_facts(rule), " " * (wide + 1))


def _roster(terminal: Terminal, view: RosterView) -> None:
    """Who is there, what they take, and who is in each pool."""
    people = [
        [rep.id, rep.team or "", "" if rep.active else "no", rep.weight, rep.load, rep.limits, ", ".join(rep.pools)] for rep in view.reps
    ]
    terminal.show(table(["rep", "team", "active", "weight#", "load#", "limits", "pools"], people))
    terminal.show("")
    terminal.show(table(["rep", "when and with whom"], [[rep.id, "; ".join(_rep_facts(rep))] for rep in view.reps]))
    if view.pools:
        terminal.show("")
        terminal.show(table(["pool", "active#", "pick", "who is in it", "then"], [_pool_row(pool) for pool in view.pools]))
    shifts = [[pool.name, shift] for pool in view.pools for shift in pool.shifts]
    if shifts:
        terminal.show("")
        terminal.show(table(["pool", "on call"], shifts))


def _pool_row(pool: PoolView) -> list[str]:
    count = f"{len(pool.active)} of {len(pool.reps)}" if len(pool.active) < len(pool.reps) else str(len(pool.reps))
    pick = pool.pick if pool.rotation == "its own" else f"{pool.pick}, turns of {pool.rotation}"
    limits = f", {pool.limits} each" if pool.limits else ""
    back = f", absence {pool.absence}" if pool.absence != "keep_place" else ""
    return [pool.name, count, pick + limits + back, ", ".join(pool.active) or "nobody", ", then ".join(pool.then)]


def _fields(terminal: Terminal, view: FieldsView) -> None:
    """Every field that a rule may name."""
    terminal.show(
        table(
            ["field", "type", "from", "notes"],
            [[field.name, field.type, " or ".join(field.columns) or field.origin, ", ".join(field.notes)] for field in view.fields],
        )
    )


def _operators(terminal: Terminal, view: OperatorsView) -> None:
    """Every test with an example to copy."""
    terminal.show(
        table(
            ["test", "takes", "on", "meaning", "example"],
            [
                [
                    one.name,
                    one.takes + (" or $field" if one.fields_too else ""),
                    ", ".join(one.types) if len(one.types) <= 6 else _all_but(one.types, view.operators),
                    one.about,
                    one.example,
                ]
                for one in view.operators
            ],
        )
    )


def _config(terminal: Terminal, config: ConfigView) -> None:
    """What leadroute.yaml says, defaults filled in."""
    rows = [
        ("name", config.name),
        ("project", config.path),
        ("rules", ", ".join(config.rules)),
        ("roster", config.roster),
        ("state", config.state),
        ("timezone", config.timezone),
        ("business_hours", config.business_hours + (f", holidays {config.holidays}" if config.holidays else "")),
        ("leads.id", config.id),
        ("leads.arrived", config.arrived or "not named"),
        ("leads.order", ", then ".join(config.order)),
        ("leads.missing", ", ".join(["an empty cell", *(f"`{text}`" for text in config.missing)])),
        ("keep_together", config.keep_together),
        ("load", config.load),
        ("queues", ", ".join(f"{name} ({about})" if about else name for name, about in config.queues.items())),
        ("default", ", then ".join(config.default)),
        ("digest", config.digest),
    ]
    for turns in config.rotations:
        split = f", apart for each {turns.by}" if turns.by else ""
        weights = "".join(f", {rep} weight {weight}" for rep, weight in turns.weights.items())
        back = f"; absence {turns.absence}" if turns.absence != "keep_place" else ""
        rows.append((f"rotations.{turns.key}", f"{', '.join(turns.pools) or 'no pool'}{split}; a turn costs {turns.cost}{weights}{back}"))
    terminal.show(table(["setting", "value"], rows))


def _rule_facts(rule: RuleView) -> list[tuple[str, str]]:
    how = [rule.pick or "", f"availability {rule.availability}" if rule.availability not in (None, "not_away") else ""]
    if rule.effort is not None:
        how.append(f"effort {rule.effort}")
    if rule.charge and len(rule.charge) < 3:
        how.append(f"charges {' and '.join(rule.charge)}")
    facts = [
        ("when", rule.when + ("" if rule.keep_together else "; goes before keep_together")),
        ("to", "; ".join(filter(None, [rule.to, *how]))),
    ]
    facts += [("require" if at == 0 else "or else", rung) for at, rung in enumerate(rule.require)]
    facts += [("prefer", term) for term in rule.prefer]
    facts += [("then" if at == 0 else "", step) for at, step in enumerate(rule.then)]
    return facts + ([("answer within", rule.respond_within)] if rule.respond_within is not None else [])


def _branches(terminal: Terminal, facts: Sequence[tuple[str, str]], indent: str) -> None:
    wide = max(len(name) for name, _ in facts)
    for name, fact in facts:
        terminal.show(Text.assemble(indent, (name.ljust(wide), "dim"), "  ", visible(fact)))


def _rep_facts(rep: RepView) -> list[str]:
    facts = ["always" if rep.hours == "always" else f"{rep.hours} {rep.timezone}"]
    if rep.holidays is not None:
        facts.append(f"holidays {rep.holidays}")
    facts += [f"away {away}" for away in rep.away]
    if rep.calendar is not None:
        facts.append(f"calendar {rep.calendar}")
    if rep.load_as_of is not None:
        facts.append(f"load as of {rep.load_as_of}")
    if rep.ramp:
        facts.append(f"ramp {rep.ramp}")
    if rep.backup is not None:
        facts.append(f"backup {rep.backup}")
    if rep.manager not in (None, rep.id):
        facts.append(f"manager {rep.manager}")
    return facts


def _all_but(types: Sequence[str], operators: Sequence[OperatorView]) -> str:
    """``any``, ``any but list, map``: many types by those that lack."""
    every = dict.fromkeys(kind for one in operators for kind in one.types)
    lacking = [kind for kind in every if kind not in types]
    return f"any but {', '.join(lacking)}" if lacking else "any"
