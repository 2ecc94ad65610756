"""What ``test`` found: for people, as JSON, and as JUnit XML for a CI server."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from leadroute.model.diagnostic import Diagnostic
from leadroute.model.examples import Coverage, Covered, Ran, Settled, Status
from leadroute.model.span import Span
from leadroute.show.console import Terminal, visible
from leadroute.show.diagnostics import as_json as diagnostic_json
from leadroute.show.diagnostics import counted, paragraph
from leadroute.show.machine import document
from leadroute.show.tables import table
from leadroute.show.trace import as_json as trace_json
from leadroute.show.trace import lines

NOTHING = Coverage(*[Covered(0, 0)] * 4)
"""Of what was not run."""
_THINGS = {"rules": "rule", "steps": "fallback step", "gates": "gate"}
"""One of each kind of what leads come to."""
_TOLD_OF = {
    "test-failed": Status.FAILED,
    "no-snapshot": Status.FAILED,
    "passes-after-all": Status.PASSED_AGAINST_KNOWN,
    "property-refuted": Status.REFUTED,
    "property-about-nothing": Status.ABOUT_NOTHING,
}
"""Findings that tell of a result, and how it came out."""
_MOST_SHOWN = 10
"""Differences of one test that people are shown."""


def show_tested(
    terminal: Terminal,
    *,
    form: str,
    files: Sequence[str] = (),
    ran: Sequence[Ran] = (),
    settled: Sequence[Settled] = (),
    coverage: Coverage = NOTHING,
    diagnostics: Sequence[Diagnostic] = (),
    suggested: str | None = None,
    written: Sequence[str] = (),
    added: int = 0,
) -> None:
    """Print to stdout: as ``text``, ``json`` or ``junit``, of one shape also where nothing was run."""
    if form == "json":
        terminal.data(
            document(
                {**_json(files, ran, settled, coverage, diagnostics), "suggested": suggested, "written": list(written), "added": added}
            )
        )
    elif form == "junit":
        terminal.data(_junit(ran, settled, diagnostics))
    else:
        _text(terminal, ran, settled, coverage, diagnostics)
        if suggested is not None:
            terminal.show(f"tests for what none reaches:\n{suggested.rstrip()}" if suggested else "no test is suggested: all is reached")
        if written:
            more = f" ({counted(added, 'test')} added)" if added else ""
            terminal.show(f"written: {', '.join(written)}{more}")


def _text(
    terminal: Terminal, ran: Sequence[Ran], settled: Sequence[Settled], coverage: Coverage, diagnostics: Sequence[Diagnostic]
) -> None:
    for found, one in _paired([*ran, *settled], diagnostics):
        terminal.show(paragraph(found))
        if isinstance(one, Ran) and found.name == "test-failed":
            _failure(terminal, one)
        elif isinstance(one, Settled) and one.status is Status.REFUTED:
            for line in _refutation(one):
                terminal.show_line(f"   {line}", 7)
    if terminal.quiet:
        return
    terminal.show(summarised(ran, settled))
    reached = [_reached(found, _THINGS[kind]) for kind, found in coverage.kinds.items() if kind in _THINGS]
    asked = _reached(coverage.conditions, "condition")
    terminal.show(f"reached: {', '.join(reached)}; seen true and false: {asked}")
    if terminal.verbose:
        for name, span in (missed for found in coverage.kinds.values() for missed in found.missed):
            where = f"{span.file}:{span.line}:{span.column} " if span is not None else ""
            terminal.show_line(f"  not reached: {where}{name}", 4)


def _paired(results: Iterable[Ran | Settled], diagnostics: Iterable[Diagnostic]) -> Iterator[tuple[Diagnostic, Ran | Settled | None]]:
    """Each finding with the result that it tells of, if it does. Tests of two tables have one place where both read a row of a file."""
    waiting: dict[tuple[Span, Status], deque[Ran | Settled]] = defaultdict(deque)
    for one in results:
        waiting[_span(one), one.status].append(one)
    for found in diagnostics:
        status = _TOLD_OF.get(found.name)
        yield found, waiting[found.span, status].popleft() if status is not None and found.span is not None else None


def _span(one: Ran | Settled) -> Span:
    return one.example.span if isinstance(one, Ran) else one.claim.span


def _failure(terminal: Terminal, one: Ran) -> None:
    """A table of what differs, and the account of the first lead that does."""
    several = one.example.batch
    shown = one.differences[:_MOST_SHOWN]
    rows = [((found.lead or "all",) if several else ()) + (found.key, found.expected, found.found) for found in shown]
    terminal.show(table([*(["   lead"] if several else []), "what" if several else "   what", "expected", "found"], _set_in(rows)))
    more = len(one.differences) - len(shown)
    if more:
        terminal.show(f"   and {more:,} more")
    for line in _derived(one):
        terminal.show_line(f"   {line}", 7)
    if one.trace is not None:
        for line, hang in lines(one.trace, width=terminal.out.width - 3):
            terminal.show_line(f"   {line}", hang + 3)


def _derived(one: Ran) -> Iterator[str]:
    """How fields came to be that are otherwise than expected."""
    for name, steps in one.derivations.items():
        width = max(len(step.rule) for step in steps)
        yield f"{name} is worked out so:"
        for step in steps:
            yield f" {'✓' if step.status == 'took' else '✗'} {step.rule.ljust(width)}   {step.words}"


def _set_in(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [(f"   {row[0]}", *row[1:]) for row in rows]


def _refutation(one: Settled) -> list[str]:
    """A lead for which a property does not hold, and who is there then."""
    lead = " ".join(f"{name}={value}" for name, value in (one.lead or {}).items()) or "any lead"
    away = [f"while these are away or full: {', '.join(one.away)}"] if one.away else []
    return [f"for example: {lead}", *away]


def summarised(ran: Sequence[Ran], settled: Sequence[Settled]) -> str:
    """``6 tests: 5 passed, 1 failed; 1 property: 1 proved``."""
    parts = [
        f"{counted(len(all_), thing) if thing == 'test' else _properties(len(all_))}: {_statuses(all_)}"
        for thing, all_ in (("test", [one.status for one in ran]), ("property", [one.status for one in settled]))
        if all_
    ]
    return "; ".join(parts) or "nothing was tested"


def _properties(number: int) -> str:
    return f"{number:,} {'property' if number == 1 else 'properties'}"


def _statuses(found: Sequence[Status]) -> str:
    numbers = {status: found.count(status) for status in Status}
    return ", ".join(f"{number:,} {status.value.replace('_', ' ')}" for status, number in numbers.items() if number)


def _reached(found: Covered, thing: str) -> str:
    return f"{found.reached:,} of {counted(found.total, thing)}"


def _json(
    files: Sequence[str], ran: Sequence[Ran], settled: Sequence[Settled], coverage: Coverage, diagnostics: Sequence[Diagnostic]
) -> Mapping[str, Any]:
    statuses = [*(one.status for one in ran), *(one.status for one in settled)]
    return {
        "diagnostics": [diagnostic_json(one) for one in diagnostics],
        "tests": [
            {
                "name": one.example.name,
                **_where(one.example.span),
                "status": one.status.value,
                "fails": one.example.fails,
                "differences": [
                    {"key": found.key, "expected": found.expected, "found": found.found, "lead": found.lead, **_where(found.span)}
                    for found in one.differences
                ],
                "derivations": {
                    name: [{"gives": step.rule, "holds": step.status == "took", "words": step.words} for step in steps]
                    for name, steps in one.derivations.items()
                },
                "explanation": None if one.trace is None else trace_json(one.trace),
            }
            for one in ran
        ],
        "properties": [
            {
                "name": one.claim.name,
                **_where(one.claim.span),
                "status": one.status.value,
                "why": one.why or None,
                "lead": None if one.lead is None else dict(one.lead),
                "away": list(one.away),
                "found": one.found or None,
            }
            for one in settled
        ],
        "coverage": {
            name: {
                "reached": found.reached,
                "total": found.total,
                "percent": found.percent,
                "missed": [{"name": missed, **_where(span)} for missed, span in found.missed],
            }
            for name, found in coverage.kinds.items()
        },
        "summary": {"files": list(files), **{status.value: statuses.count(status) for status in Status}},
    }


def _where(span: Span | None) -> dict[str, Any]:
    return {
        "file": span.file if span is not None else None,
        "line": span.line if span is not None else None,
        "column": span.column if span is not None else None,
    }


def _junit(ran: Sequence[Ran], settled: Sequence[Settled], diagnostics: Sequence[Diagnostic]) -> str:
    """One suite a file; what is no test's own, such as a file that cannot be read, is an error of its file, else of ``leadroute``."""
    from junitparser import Error, Failure, Skipped

    from leadroute.show.junit import NOWHERE, report

    results: list[Ran | Settled] = [*ran, *settled]
    paired = list(_paired(results, diagnostics))
    told = {id(one): found for found, one in paired if one is not None}
    cases: list[tuple[str, str, Any]] = []
    for one in results:
        span, name = _span(one), one.example.name if isinstance(one, Ran) else one.claim.name
        result: Any = None
        if not one.status.good:
            result = Failure(visible(told[id(one)].message))
            result.text = visible("\n".join([f"{span.file}:{span.line}:{span.column}", *_told(one)]))
        elif one.status is Status.UNDECIDED or one.status is Status.FAILED_AS_KNOWN:
            result = Skipped(visible(one.why if isinstance(one, Settled) else one.example.fails or ""))
        cases.append((span.file, name, result))
    for found, its in paired:
        if found.severity == "error" and its is None:
            file = NOWHERE if found.span is None else found.span.file
            cases.append((file, found.message, Error(visible(found.message), found.name)))
    return report(cases)


def _told(one: Ran | Settled) -> list[str]:
    """The details of a failure, line by line."""
    if isinstance(one, Settled):
        return _refutation(one) if one.status is Status.REFUTED else []
    told = [f"{found.lead or 'all'}: {found.key} is {found.found}, expected {found.expected}" for found in one.differences[:_MOST_SHOWN]]
    return [*told, *_derived(one), *((line for line, _ in lines(one.trace)) if one.trace is not None else ())]
