"""Results as JUnit XML, the one format that every CI server shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from leadroute.model.diagnostic import Diagnostic, Severity
from leadroute.show.console import visible
from leadroute.show.github import said

if TYPE_CHECKING:
    from junitparser import TestSuite

NOWHERE = "leadroute"
"""The suite of what is about no file."""


def report(cases: Iterable[tuple[str, str, Any]]) -> str:
    """A report of cases, each with its file, its name and its result (``None``: passed); one suite a file."""
    from junitparser import JUnitXml, TestCase, TestSuite

    suites: dict[str, TestSuite] = {}
    for file, name, result in cases:
        case = TestCase(visible(name), classname=file)
        if result is not None:
            case.result = [result]
        suites.setdefault(file, TestSuite(file)).add_testcase(case)
    whole = JUnitXml()
    for suite in suites.values():
        whole.add_testsuite(suite)
    whole.update_statistics()  # type: ignore[no-untyped-call]
    text: str = whole.tostring().decode("utf-8")  # type: ignore[no-untyped-call]
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def findings_report(found: Sequence[Diagnostic], files: Sequence[str], failing: Sequence[Severity]) -> str:
    """Findings of some severities as failed cases, others as skipped ones; a file without findings has one case, which passed."""
    from junitparser import Failure, Skipped

    cases: list[tuple[str, str, Any]] = []
    for one in found:
        message = visible(one.message)
        result = Failure(message, one.severity) if one.severity in failing else Skipped(message, one.severity)
        result.text = said(one)
        where = f"{one.span.line}:{one.span.column} " if one.span is not None else ""
        cases.append((one.span.file if one.span is not None else NOWHERE, f"{where}{one.code} [{one.name}]", result))
    told = {file for file, _, _ in cases}
    return report([*cases, *((file, "no findings", None) for file in files if file not in told)])
