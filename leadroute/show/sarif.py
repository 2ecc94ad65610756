"""Findings as SARIF 2.1.0, which code hosts keep and compare from run to run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePath, PurePosixPath
from typing import Any
from urllib.parse import quote

from leadroute.model.codes import CODES
from leadroute.model.diagnostic import Diagnostic, Fix, LetStand
from leadroute.model.span import Span
from leadroute.model.urls import masked
from leadroute.show.checkout import from_top
from leadroute.show.console import visible

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_FINGERPRINT = "leadroute/v1"


def sarif(found: Sequence[Diagnostic], standing: Sequence[LetStand], files: Sequence[str]) -> str:
    """One log with one run: what was found, and with it what a comment or a baseline lets stand, marked so.

    What is about no place stands at the first of the ``files`` read: GitHub refuses a whole log of which one result has none.
    """
    from leadroute import __version__

    everything = [*((one, None) for one in found), *((one.found, one) for one in standing)]
    codes = sorted({one.code for one, _ in everything})
    driver = {"name": "leadroute", "version": __version__, "rules": [_rule(code) for code in codes]}
    nowhere = [{"physicalLocation": {"artifactLocation": _file(file)}} for file in files[:1]]
    results = [_result(one, codes.index(one.code), stands, nowhere) for one, stands in everything]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(name: str) -> dict[str, Any]:
    code = CODES[name]
    examples = [(label, text) for label, text in (("Not this:", code.bad), ("But this:", code.good)) if text]
    plain = "\n\n".join([code.why, *(f"{label}\n{text}" for label, text in examples)])
    marked = "\n\n".join([code.why, *(f"{label}\n\n```text\n{text}\n```" for label, text in examples)])
    return {
        "id": code.code,
        "name": "".join(word.capitalize() for word in code.name.split("-")),
        "shortDescription": {"text": code.summary},
        "fullDescription": {"text": f"{code.summary}. {code.why}"},
        "help": {"text": plain, "markdown": marked},
        "defaultConfiguration": {"level": _LEVELS[code.severity]},
        "properties": {"tags": [code.name]},
    }


def _result(found: Diagnostic, at: int, stands: LetStand | None, nowhere: list[dict[str, Any]]) -> dict[str, Any]:
    witness = [] if found.witness is None else [" ".join(["for example:", *(f"{name}={value}" for name, value in found.witness.items())])]
    lines = [found.message, *witness, *([f"help: {found.help}"] if found.help is not None else ())]
    result: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": at,
        "level": _LEVELS[found.severity],
        "message": {"text": _clean("\n".join(lines))},
        "locations": nowhere if found.span is None else [{"physicalLocation": _place(found.span)}],
        "properties": {"certainty": found.certainty},
    }
    related = [
        {"id": number, "message": {"text": _clean(one.message)}, "physicalLocation": _place(one.span)}
        for number, one in enumerate(found.related, 1)
        if one.span is not None
    ]
    if related:
        result["relatedLocations"] = related
    if found.fingerprint is not None:
        result["partialFingerprints"] = {_FINGERPRINT: found.fingerprint}
    if found.fix is not None:
        result["fixes"] = [_fix(found.fix)]
    if stands is not None:
        suppression: dict[str, Any] = {"kind": "inSource" if stands.by == "comment" else "external"}
        if stands.reason is not None:
            suppression["justification"] = _clean(stands.reason)
        if stands.span is not None:
            suppression["location"] = {"physicalLocation": _place(stands.span)}
        result["suppressions"] = [suppression]
    return result


def _fix(fix: Fix) -> dict[str, Any]:
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        changes.setdefault(edit.span.file, []).append({"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}})
    return {
        "description": {"text": fix.title},
        "artifactChanges": [{"artifactLocation": _file(file), "replacements": parts} for file, parts in changes.items()],
    }


def _place(span: Span) -> dict[str, Any]:
    return {"artifactLocation": _file(span.file), "region": _region(span)}


def _file(file: str) -> dict[str, str]:
    """A file from the top of what was checked out, or, when it lies elsewhere, its whole place."""
    file = from_top(file)
    if PurePath(file).is_absolute():
        return {"uri": PurePath(file).as_uri()}
    return {"uri": quote(str(PurePosixPath(file))), "uriBaseId": "%SRCROOT%"}


def _region(span: Span) -> dict[str, int]:
    return {"startLine": span.line, "startColumn": span.column, "endLine": span.end_line, "endColumn": span.end_column}


def _clean(text: str) -> str:
    return "\n".join(visible(masked(line)) for line in text.split("\n"))
