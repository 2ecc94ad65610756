"""What first match makes of the rules: which are never reached, and where the order decides."""

from __future__ import annotations

from functools import partial

from leadroute.language.references import conjuncts
from leadroute.language.scalar import lead_holds
from leadroute.model.rules import Rule
from leadroute.proofs.findings import Findings, listed, outcome, quoted, sent, written_at
from leadroute.proofs.formula import Solver
from leadroute.proofs.pieces import shared
from leadroute.proofs.prover import Prover
from leadroute.proofs.witness import Replayed

_MOST_PAIRS = 5
"""So many later rules are named with a rule that overlaps them."""


def unreached(prover: Prover, findings: Findings) -> frozenset[int]:
    """Report the rules that no lead reaches; the positions of all rules that some lead may reach."""
    rules, takes, space = prover.rules[0], prover.takes[0], prover.space
    # Rules passed already are denied for good, so that each question is small.
    chain = Solver(space.formula, prover.budget)
    alive: set[int] = set()
    for at, rule in enumerate(rules):
        if chain.holds([space.concrete, takes[at]]):
            alive.add(at)
        else:
            answer = chain.holds([takes[at]])
            if answer and space.settle():
                answer = chain.holds([takes[at]])
            if answer is False:
                _report(prover, findings, at)
            else:
                alive.add(at)
                _look_closer(prover, findings, at, rule)
        if not prover.going[at]:
            chain.demand(-takes[at])
    return frozenset(alive)


def _look_closer(prover: Prover, findings: Findings, at: int, rule: Rule) -> None:
    """A rule that is possible in the formula alone: a lead that reaches it, or the admission that none was found."""
    found = prover.ask(prover.coming(at), lambda routed: rule.id in routed.path)
    if found.exists is False:
        _report(prover, findings, at)
    elif found.exists is None:
        findings.undecided(f"whether any lead reaches `{rule.id}`", found.why)


def _report(prover: Prover, findings: Findings, at: int) -> None:
    rules, takes, solver = prover.rules[0], prover.takes[0], prover.solver
    rule = rules[at]
    if solver.holds([takes[at]]) is False:
        _contradiction(prover, findings, rule)
        return
    denied = solver.least(prover.passed(at), [takes[at]])
    by = [other for place, other in enumerate(rules[:at]) if -takes[place] in denied]
    if len(by) == 1 and by[0].when is None and by[0].start is None and by[0].end is None:
        return  # "takes every lead" has been said of that rule
    same = [outcome(other) == outcome(rule) for other in by]
    related = [
        (f"`{other.id}` takes {_what(other)}, {'to the same place' if alike else sent(other)}", other.span)
        for other, alike in zip(by, same, strict=True)
    ]
    takers = f"{listed(by)} {'takes' if len(by) == 1 else 'take'} them all before"
    findings.add(
        "unreachable-rule",
        f"no lead reaches `{rule.id}`: {takers}",
        rule.span,
        severity="warning" if all(same) else None,
        help=f"delete `{rule.id}`: nothing changes" if all(same) else f"move `{rule.id}` above {listed(by[:1])}, or delete it",
        related=related,
        rule=rule.id,
        about=(),
        drop="rules" if all(same) else None,
    )


def _contradiction(prover: Prover, findings: Findings, rule: Rule) -> None:
    space = prover.space
    parts = list(conjuncts(rule.when))
    literals = [space.literal(part) for part in parts]
    left = prover.solver.least(list(dict.fromkeys(literals)), [space.in_force(rule)])
    guilty = [part for part, literal in zip(parts, literals, strict=True) if literal in left]
    if not guilty or prover.solver.holds(left) is not False:
        what = quoted(guilty[0]) if len(guilty) == 1 else "its condition"
        message = f"`{rule.id}` is in force on no day on which {what} holds"
    elif len(guilty) == 1:
        message = f"no lead can fulfil {quoted(guilty[0])} of `{rule.id}`"
    else:
        message = f"no lead can fulfil both {quoted(guilty[0])} and {quoted(guilty[1])} of `{rule.id}`"
        if len(guilty) > 2:
            message = f"no lead can fulfil all of these parts of `{rule.id}` at once"
    findings.add(
        "contradiction",
        message,
        written_at(guilty[0]) or rule.span if guilty else rule.span,
        help="correct the part that is wrong, or delete the rule",
        related=[(f"{quoted(part)}", written_at(part)) for part in guilty] if len(guilty) > 1 else (),
        rule=rule.id,
        about=(),
    )


def redundant(prover: Prover, findings: Findings, alive: frozenset[int]) -> None:
    """Rules without which every lead would go to the same place, by a later rule."""
    rules, takes = prover.rules[0], prover.takes[0]
    outcomes = [outcome(rule) for rule in rules]
    for at in sorted(alive):
        later = [place for place in sorted(alive) if place > at]
        if not any(outcomes[place] == outcomes[at] for place in later):
            continue
        goal = prover.coming(at)
        covering: list[int] = []
        for place in later:
            if outcomes[place] == outcomes[at]:
                covering.append(place)
                goal = [*goal, -takes[place]]
            elif prover.solver.holds([*goal, takes[place]]) is not False:
                break
            if prover.solver.holds(goal) is False:
                names = listed([rules[one] for one in covering])
                findings.add(
                    "redundant-rule",
                    f"without `{rules[at].id}` every lead of it goes to the same place, by {names}",
                    rules[at].span,
                    help="delete it, unless its name is wanted in reports",
                    related=[(f"`{rules[one].id}`", rules[one].span) for one in covering],
                    rule=rules[at].id,
                    about=(),
                )
                break


def overlaps(prover: Prover, findings: Findings, alive: frozenset[int]) -> None:
    """Pairs of rules of which neither is an exception to the other, so that their order alone decides where some leads go."""
    rules, takes, solver = prover.rules[0], prover.takes[0], prover.solver
    outcomes = [outcome(rule) for rule in rules]
    found: list[tuple[int, list[int]]] = []
    for at in sorted(alive):
        crossing: list[int] = []
        for place in sorted(one for one in alive if one > at and outcomes[one] != outcomes[at]):
            if len(crossing) > _MOST_PAIRS or prover.budget.left == 0:
                break
            if (
                solver.holds([*prover.reaching(at), takes[place]])
                and solver.holds([takes[at], -takes[place]])
                and solver.holds([takes[place], -takes[at]])
            ):
                crossing.append(place)
        if crossing:
            found.append((at, crossing))
    answers = prover.ask_all(
        [([*prover.reaching(at), takes[crossing[0]]], partial(_both, prover, rules[at], rules[crossing[0]])) for at, crossing in found]
    )
    for (at, crossing), both in zip(found, answers, strict=True):
        first, rule = rules[crossing[0]], rules[at]
        if both.exists and both.witness is not None:
            extent = shared(prover, [*prover.reaching(at), takes[crossing[0]]], first)
            more = "" if len(crossing) == 1 else f", as well as {listed([rules[one] for one in crossing[1:]])},"
            findings.add(
                "overlap",
                f"`{rule.id}` and `{first.id}`{more} both hold for some leads, and `{rule.id}` takes them because it comes first",
                rule.span,
                related=[
                    (f"`{rules[one].id}` sends them {sent(rules[one])}{f', {extent}' if extent and number == 0 else ''}", rules[one].span)
                    for number, one in enumerate(crossing[:_MOST_PAIRS])
                ],
                help="nothing needs to change if this order is meant",
                witness=both.witness,
                rule=rule.id,
                about=tuple(rules[one].id for one in crossing),
            )


def _both(prover: Prover, taker: Rule, other: Rule, routed: Replayed) -> bool:
    """Whether the first of two rules took a lead for which the second holds, too."""
    from leadroute.routing.router import in_force

    if routed.rule != taker.id or other not in in_force(prover.projects[0], routed.clock):
        return False
    return other.when is None or lead_holds(other.when, routed.values, routed.clock)


def _what(rule: Rule) -> str:
    return "every lead" if rule.when is None else f"those with {_short(quoted(rule.when)[1:-1])}"


def _short(text: str, most: int = 90) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
