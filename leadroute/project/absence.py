"""``absence`` of pools: what a rep who comes back finds."""

from __future__ import annotations

from collections.abc import Sequence as Several

from leadroute.model.rules import KEEP_PLACE, CatchUp, ReturnPolicy
from leadroute.project.exact import millionths, whole
from leadroute.project.findings import Findings, shown
from leadroute.project.literals import span_micros
from leadroute.project.nodes import Mapping, Node, Scalar

REASONS = ("leave", "hours", "limit")


def absence(node: Node | None) -> ReturnPolicy:
    """The policy that a pool's ``absence`` says; ``keep_place`` where nothing is said, of a reason too."""
    if node is None:
        return KEEP_PLACE
    if isinstance(node, Mapping) and "catch_up" not in node:
        return ReturnPolicy(*(_one(node.get(reason)) for reason in REASONS))
    return ReturnPolicy(*[_one(node)] * len(REASONS))


def agreed(policies: Several[tuple[str, ReturnPolicy, Node]], findings: Findings) -> ReturnPolicy:
    """The policy of the pools that turn in one rotation, each with its name and where its policy stands; a finding if they differ."""
    (first, policy, _), *others = policies
    for name, other, node in others:
        if other != policy:
            findings.add(
                "absence-differs",
                f"{shown(first)} and {shown(name)} take turns together, and differ in `absence`",
                node.head if isinstance(node, Mapping) else node,
                help=f"write the same `absence` in both pools, or give {shown(name)} a rotation of its own",
                related=[(f"the pool `{first}`", policies[0][2].span)],
                pool=name,
            )
            break
    return policy


def _one(node: Node | None) -> CatchUp | None:
    """``keep_place`` (``None``), ``catch_up``, or that with its bounds."""
    if isinstance(node, Scalar):
        return CatchUp() if node.text == "catch_up" else None
    if not isinstance(node, Mapping):
        return None
    bounds = node.mapping("catch_up")
    most, within, every = (bounds.get(key) for key in ("max", "within", "every"))
    return CatchUp(
        most=millionths(most) if isinstance(most, Scalar) else None,
        within=span_micros(within.text) if isinstance(within, Scalar) else None,
        every=whole(every) if isinstance(every, Scalar) else 1,
    )
