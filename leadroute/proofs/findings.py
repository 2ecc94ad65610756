"""Findings about a project that need a proof, in the making."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leadroute.language.references import conjuncts
from leadroute.model.codes import CODES_BY_NAME
from leadroute.model.condition import Condition, Test
from leadroute.model.diagnostic import Certainty, Diagnostic, Related, Severity
from leadroute.model.project import Project
from leadroute.model.rules import Rule, TargetKind
from leadroute.model.span import Span
from leadroute.proofs.prover import Witness
from leadroute.proofs.shared import meaning

_MOST_LINES = 3


class Findings:
    """Collects findings; what is left undecided is counted by reason and told once for each.

    ``advice`` says that findings which only deserve a look (severity ``info``) are wanted, too; ``every`` that whatever may give one is
    asked about, at any cost.
    """

    def __init__(self, project: Project, *, advice: bool, every: bool = False) -> None:
        self.project = project
        self.advice = advice
        self.every = every
        self.items: list[Diagnostic] = []
        self._undecided: dict[str, list[str]] = {}

    def add(
        self,
        name: str,
        message: str,
        at: Span | None,
        *,
        certainty: Certainty = "proved",
        severity: Severity | None = None,
        help: str | None = None,  # noqa: A002 - named as the diagnostic's own attribute
        related: Sequence[tuple[str, Span | None]] = (),
        witness: Witness | None = None,
        rule: str | None = None,
        pool: str | None = None,
        rep: str | None = None,
        about: tuple[str, ...] | None = None,
        drop: str | None = None,
    ) -> None:
        """Note a finding by its name in the registry; ``severity`` where it is milder than the name's own, all as in ``Diagnostic``."""
        code = CODES_BY_NAME[name]
        severity = severity or code.severity
        if severity == "info" and not self.advice:
            return
        found = Diagnostic(
            code.code,
            name,
            severity,
            message,
            at,
            help,
            "witnessed" if witness is not None else certainty,
            tuple(Related(clause, span) for clause, span in related),
            witness.lead if witness is not None else None,
            rule,
            pool,
            rep,
            self._lines(at),
            about,
            drop,
        )
        self.items.append(found)

    def span_of(self, pool: str | None) -> Span | None:
        """Where a pool is written."""
        return self.project.pools[pool].span if pool is not None else None

    def undecided(self, question: str, why: str) -> None:
        """A question that could not be answered."""
        self._undecided.setdefault(why, []).append(question)

    def close(self, spent: int) -> tuple[Diagnostic, ...]:
        """All findings, and one for each reason why something is undecided."""
        code = CODES_BY_NAME["undecided"]
        for why, questions in self._undecided.items():
            more = f", and {len(questions) - 1} more" if len(questions) > 1 else ""
            message = f"it is undecided {questions[0]}{more}: {why}"
            note = f"{spent:,} conflicts were spent; a larger --budget may decide it" if "budget" in why else None
            self.items.append(Diagnostic(code.code, code.name, code.severity, message, None, note, "undecided", about=(*questions, why)))
        return tuple(self.items)

    def _lines(self, span: Span | None) -> tuple[str, ...]:
        if span is None:
            return ()
        last = min(max(span.end_line, span.line), span.line + _MOST_LINES - 1)
        return self.project.sources.get(span.file, ())[span.line - 1 : last]


def outcome(rule: Rule) -> Any:
    """What becomes of the leads of a rule, however it is written: rules that do the same with them are equal."""
    return meaning((rule.assign, rule.respond, rule.keep_together))


def quoted(condition: Condition) -> str:
    """A condition as it is written, in backticks."""
    from leadroute.language.words import written

    return f"`{written(condition).replace('`', '')}`"


def written_at(condition: Condition) -> Span | None:
    """Where a condition is written."""
    if condition.span is not None or isinstance(condition, Test):
        return condition.span
    parts = conjuncts(condition)
    return next((part.span for part in parts if part.span is not None), None)


def sent(rule: Rule) -> str:
    """Where a rule sends its leads: ``to pool `smb```."""
    target = rule.assign.target
    name = target.name if target.name is not None else f"${target.ref}"
    return {TargetKind.POOL: f"to pool `{name}`", TargetKind.REP: f"to rep `{name}`", TargetKind.QUEUE: f"to queue `{name}`"}[target.kind]


def listed(rules: Sequence[Rule], most: int = 4) -> str:
    """``a``, ``b`` and ``c``."""
    names = [f"`{rule.id}`" for rule in rules]
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return both(names)


def both(texts: Sequence[str]) -> str:
    """All of some texts, at least one: ``a, b and c``."""
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
