"""``respond_within`` of a rule: how fast a lead must be answered."""

from __future__ import annotations

from leadroute.model.rules import Response, StepKind
from leadroute.project.exact import whole
from leadroute.project.findings import Findings
from leadroute.project.literals import span_micros
from leadroute.project.nodes import Mapping, Node, Scalar
from leadroute.project.steps import Steps


def response(node: Node | None, steps: Steps, findings: Findings) -> Response | None:
    """What ``respond_within`` says; ``None`` where nothing is said."""
    if isinstance(node, Scalar):
        return Response(span_micros(node.text))
    if not isinstance(node, Mapping):
        return None
    then = steps.steps(node.get("then"), in_pool=True)
    for step in then:
        if step.kind is StepKind.NEXT_RULE:
            findings.add("misplaced-step", "a lead that nobody answered has no next rule", step.span, help="name a pool, a rep or a queue")
    tries, remind = node.get("tries"), node.get("remind")
    time = span_micros(node.text("time"))
    before = span_micros(remind.text) if isinstance(remind, Scalar) else 0
    if before >= time:
        said = "the reminder would be due when the lead is given out, or before"
        findings.add("bad-value", said, remind, help="make `remind` shorter than `time`")
    return Response(
        time=time,
        working=node.text("clock") == "working",
        tries=whole(tries) if isinstance(tries, Scalar) else None,
        then=then,
        remind=before,
        give_back=node.text("turn") == "give_back",
    )
