"""Tests for what no test reaches, ready to paste: the prover finds leads, and the engine says what becomes of them.

Nothing is suggested that was not run: each test passes, and reaches something that was not reached before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from leadroute.language.recorder import FAILED, HELD
from leadroute.model.clock import local
from leadroute.model.examples import Status
from leadroute.model.frozen import frozen, record
from leadroute.workflows.coverage import Reached, asked_of, coverage, fallbacks, gates_of
from leadroute.workflows.finding_leads import Finder
from leadroute.workflows.starter import scalar

if TYPE_CHECKING:
    from leadroute.model.examples import Example
    from leadroute.model.project import Project
    from leadroute.model.span import Span
    from leadroute.model.trace import Trace
    from leadroute.proofs.prover import Witness

_PLAIN = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)
_HEAD = "version: 1\ntests:\n"
_NOT_FOUND = "no lead was found for it"
_MOST_STEPS = 8
"""How far a chain of fallbacks is followed."""


@frozen
class Suggestions:
    """The entries of ``tests:`` as YAML, and what no lead was found for, with why."""

    entries: tuple[str, ...]
    without: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it as it may stand in a test file."""
        return "".join([*self.entries, *(f"  # {line}\n" for line in self.without)])


def suggested(project: Project, reached: Reached, names: Collection[str], budget: int) -> Suggestions:
    """Tests for what was not reached.

    Args:
        project: The project.
        reached: What tests have reached; what the suggested ones reach is added.
        names: Those that tests have already.
        budget: What proving may cost, in conflicts.
    """
    finder = Finder(project, budget)
    maker = _Maker(project, reached, set(names))
    unreached = {name for name, _ in coverage(project, reached).rules.missed}
    for at, rule in enumerate(finder.prover.rules[0]):
        if rule.id in unreached and (found := finder.taken(at)) is not None:
            kept = found.routed.decision.rule == rule.id
            maker.make(f"{rule.id} takes its leads" if kept else f"{rule.id} lets its leads go", found)
    for question in finder.questions:
        for bit, says in ((HELD, "yes"), (FAILED, "no")):
            if not reached.seen.get(id(question.test), 0) & bit:
                goals = (question.goal(finder, bit), question.goal(finder, bit, surely=True))
                found = finder.lead((id(question.test), bit), *goals)
                if found is not None:
                    maker.make(f"{question.where} - {question.words} ({says})".replace("`", ""), found, question.gives)
    for chain in finder.chains():
        if maker.lacks(chain.wanted) and (found := finder.lead(None, chain.goal)) is not None:
            maker.follow(chain.name, found, chain.wanted)
    return Suggestions(tuple(maker.entries), tuple(_without(project, reached, finder)))


def _without(project: Project, reached: Reached, finder: Finder) -> Iterator[str]:
    """What is still not reached, and why."""
    for kind, found in coverage(project, reached).kinds.items():
        if kind != "conditions":
            for words, span in found.missed:
                yield f"{words}{_place(span)}: {finder.reasons.get(words, _NOT_FOUND)}"
    for question in finder.questions:
        for bit, says in ((HELD, "true"), (FAILED, "false")):
            if not reached.seen.get(id(question.test), 0) & bit:
                why = finder.reasons.get((id(question.test), bit), _NOT_FOUND)
                yield f"{question.where} - {question.words} was never {says}{_place(question.test.span)}: {why}"


def _place(span: Span | None) -> str:
    return "" if span is None else f" ({span.file}:{span.line})"


@record
class _Maker:
    """Makes tests, runs them, and keeps those that reach something new."""

    project: Project
    reached: Reached
    names: set[str]
    entries: list[str] = field(default_factory=list)

    def lacks(self, wanted: Collection[object]) -> bool:
        """Whether any of some steps and gates can be reached and was not."""
        there = {step.span for step in fallbacks(self.project)} | {stop for stop, _, _ in gates_of(self.project)}
        return bool((there & set(wanted)) - self.reached.aims())

    def follow(self, name: str, witness: Witness, wanted: Collection[object]) -> None:
        """Tests in which a lead goes on from one try to the next, as those who could take it are away, or full."""
        trace = self.make(name, witness)
        if trace is None:
            return
        first = _passing(trace)
        if first and self.lacks(wanted):
            self.make(f"{name} while {first[0]} is away", witness, away=first[:1])
        away: list[str] = []
        for _ in range(_MOST_STEPS):
            passing = [rep for rep in _passing(trace) if rep not in away]
            if not passing or not self.lacks(wanted):
                return
            others = f"{_several(away)} away and " if away else ""
            self.make(f"{name} while {others}{passing[0]} is full", witness, away=tuple(away), full=passing[:1])
            away += passing
            trace = self.make(f"{name} while {_several(away)} away", witness, away=tuple(away))
            if trace is None:
                return

    def make(
        self, name: str, witness: Witness, gives: str | None = None, *, away: Sequence[str] = (), full: Sequence[str] = ()
    ) -> Trace | None:
        """A test that says what becomes of a lead, kept if it reaches something new; the lead's account."""
        from leadroute.workflows.examples import explained, run

        name = self._own(name)
        head = list(self._head(name, witness, away, full))
        asked = ["outcome: assigned", *([f"{gives}: {{present: true}}"] if gives is not None else [])]
        probe = self._read([*head, f"    expect: {{{', '.join(asked)}}}"])
        if probe is None:
            return None
        trace = explained(self.project, probe, 0)
        entry = [*head, f"    expect: {{{', '.join(self._expected(trace, gives, away, full))}}}"]
        example = self._read(entry)
        if example is not None:
            reached = self.reached.copy()
            before = reached.aims()
            if run(self.project, example, reached).ran.status is Status.PASSED and self._wanted(reached.aims() - before):
                self.reached.add(reached)
                self.names.add(name)
                self.entries.append(_laid_out("".join(f"{line}\n" for line in entry)))
        return trace

    def _own(self, name: str) -> str:
        """A name that no other test has."""
        found, number = name, 2
        while found in self.names:
            found, number = f"{name} ({number})", number + 1
        return found

    def _head(self, name: str, witness: Witness, away: Sequence[str], full: Sequence[str]) -> Iterator[str]:
        from leadroute.proofs.witness import AT

        lead = {name: text for name, text in witness.lead.items() if name != AT and text}
        yield f"  - name: {scalar(name)}"
        yield f"    at: {local(witness.routed.clock.now, self.project.timezone).isoformat()}"
        for key, reps in (("away", away), ("full", full)):
            if reps:
                yield f"    {key}: [{', '.join(map(scalar, reps))}]"
        yield f"    lead: {{{', '.join(f'{name}: {_cell(text)}' for name, text in lead.items())}}}"

    def _expected(self, trace: Trace, gives: str | None, away: Sequence[str], full: Sequence[str]) -> Iterator[str]:
        found = trace.decision
        person = found.rep if found.pool is None else None  # somebody of a pool is whoever is next
        names = {"rule": found.rule, "pool": found.pool, "rep": person, "queue": found.queue, "outcome": found.outcome.value}
        yield from (f"{name}: {scalar(text)}" for name, text in names.items() if text is not None)
        if gives is not None:
            value = dict(trace.values).get(gives)
            numeric = self.project.fields[gives].type.value in ("number", "integer")
            told = "{present: false}" if value is None else value.replace(",", "") if numeric else scalar(value)
            yield f"{gives}: {told}"
        tried = next((attempt for attempt in trace.tries if attempt.rungs), None)
        gates = {rep.rep: rep.gate for rep in tried.rungs[-1].reps} if tried is not None else {}
        stopped = {rep: gates.get(rep) for rep in (*away, *full)}
        if gates and any(stopped.values()):
            yield f"stopped: {{{', '.join(f'{scalar(rep)}: {gate}' for rep, gate in stopped.items() if gate is not None)}}}"

    def _read(self, entry: Iterable[str]) -> Example | None:
        """The test that an entry says, read as from a file."""
        from leadroute.project.findings import Findings
        from leadroute.project.tests import read_text

        text = "".join(f"{line}\n" for line in entry)
        suite = read_text(_HEAD + text, Path("suggested.test.yaml"), self.project, Findings())
        return suite.examples[0] if suite is not None else None

    def _wanted(self, found: Collection[object]) -> bool:
        """Whether anything of it counts in coverage."""
        rules = {rule.id for rule in self.project.rules if rule.enabled}
        tests = {id(test) for test, _, _ in asked_of(self.project)}
        steps = {step.span for step in fallbacks(self.project)}
        gates = {stop for stop, _, _ in gates_of(self.project)}
        return any(
            one in rules or one in steps or one in gates or (isinstance(one, tuple) and len(one) == 2 and one[0] in tests) for one in found
        )


def _laid_out(entry: str) -> str:
    """An entry as ``leadroute fmt`` would have it."""
    from leadroute.project.findings import Findings
    from leadroute.project.format_yaml import format_yaml

    text = format_yaml(_HEAD + entry, "suggested.test.yaml", Findings())
    return entry if text is None else text.partition("tests:\n")[2]


def _cell(text: str) -> str:
    """A text of a lead as one would write it: numbers and true/false as they are, since a lead's field reads the text."""
    return text if text in ("true", "false") or _PLAIN.fullmatch(text) else scalar(text)


def _passing(trace: Trace) -> list[str]:
    """Who could have taken a lead, in the try that took it."""
    took = next((attempt for attempt in trace.tries if attempt.took and attempt.rungs), None)
    return [] if took is None else [rep.rep for rep in took.rungs[-1].reps if rep.gate is None]


def _several(names: Sequence[str]) -> str:
    """``ann is``, ``ann and bob are``, ``ann, bob and 3 more are``."""
    if len(names) == 1:
        return f"{names[0]} is"
    if len(names) <= 3:
        return f"{', '.join(names[:-1])} and {names[-1]} are"
    return f"{', '.join(names[:2])} and {len(names) - 2} more are"
