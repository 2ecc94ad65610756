"""Who or what a ``$field`` names, and which rules let a lead go on to others."""

from __future__ import annotations

from collections import Counter

from leadroute.language.text import compared
from leadroute.model.project import Project
from leadroute.model.rules import Rule, StepKind, TargetKind


class Directory:
    """Reps and pools by the texts that name them, in compared form.

    A rep is named by id, else by e-mail, else by a name that nobody else has.
    """

    def __init__(self, project: Project) -> None:
        names = Counter(compared(rep.name) for rep in project.reps if rep.name)
        self._reps: dict[str, int] = {}
        for texts in (
            [rep.id for rep in project.reps],
            [rep.email for rep in project.reps],
            [rep.name if names[compared(rep.name)] == 1 else "" for rep in project.reps],
        ):
            for at, text in enumerate(texts):
                if text:
                    self._reps.setdefault(compared(text), at)
        self._pools = {compared(name): name for name in project.pools}

    def rep(self, text: str) -> int | None:
        """A rep's position, or ``None`` when the text names nobody."""
        return self._reps.get(compared(text))

    def pool(self, text: str) -> str | None:
        """A pool's name, or ``None`` when there is no such pool."""
        return self._pools.get(compared(text))


def lets_go(rule: Rule, project: Project) -> bool:
    """Whether a rule can hand a lead on to later rules."""
    steps = [*rule.assign.otherwise]
    target = rule.assign.target
    if target.kind is TargetKind.POOL:
        pools = [project.pools[target.name]] if target.name is not None else list(project.pools.values())
        steps.extend(step for pool in pools for step in pool.otherwise)
    return any(step.kind is StepKind.NEXT_RULE for step in steps)
