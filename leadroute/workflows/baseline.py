"""A file of findings that are known, by which the next ones are told to be new."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from leadroute.model.codes import diagnostic
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.frozen import frozen
from leadroute.model.span import Span
from leadroute.workflows.refusal import CannotRunError

_VERSION = 1


@frozen
class Known:
    """One finding of a baseline: its fingerprint and name, what it said, and its line in the file."""

    fingerprint: str
    name: str
    message: str
    line: int


def read_baseline(path: Path) -> dict[str, Known]:
    """The findings of a baseline by their fingerprints.

    Raises:
        CannotRunError: It is not there, or is none.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as problem:
        raise _refused(path, (problem.strerror or str(problem)).lower(), "write one with --write-baseline") from None
    except UnicodeDecodeError:
        raise _refused(path, "it is not UTF-8") from None
    try:
        content = json.loads(text)
        if content["schema_version"] != _VERSION:
            raise _refused(path, f"it is of version {content['schema_version']}, which this leadroute does not know")
        found = [(str(one["fingerprint"]), str(one["name"]), str(one["message"])) for one in content["findings"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _refused(path, "it is no list of findings as --write-baseline writes it") from None
    lines = text.splitlines()
    places = {part: number for number, line in enumerate(lines, 1) for part in line.split('"')}
    return {mark: Known(mark, name, message, places.get(mark, 1)) for mark, name, message in found}


def baseline_text(found: Sequence[Diagnostic]) -> str:
    """A baseline of findings with fingerprints: one order, no lines or dates, so that its own changes are what has changed."""
    rows = [
        {
            "fingerprint": one.fingerprint,
            "code": one.code,
            "name": one.name,
            "file": one.span.file if one.span is not None else None,
            "message": one.message,
        }
        for one in sorted(found, key=lambda one: (one.code, one.span.file if one.span else "", one.message, one.fingerprint or ""))
    ]
    return json.dumps({"schema_version": _VERSION, "findings": rows}, indent=2, ensure_ascii=False) + "\n"


def stale(path: Path, gone: Sequence[Known]) -> Diagnostic:
    """The finding that a baseline holds what is not there any more."""
    from dataclasses import replace

    from leadroute.model.diagnostic import Related
    from leadroute.project.sources import displayed

    file = displayed(path)
    what = "a finding that is" if len(gone) == 1 else f"{len(gone):,} findings that are"
    said = f"the baseline `{file}` holds {what} not there any more"
    related = tuple(Related(one.message, Span(file, one.line, 1, one.line, 2)) for one in gone)
    found = diagnostic("stale-baseline", said, span=related[0].span, help="write it anew: add --write-baseline")
    return replace(found, related=related, about=())


def _refused(path: Path, why: str, help: str | None = None) -> CannotRunError:  # noqa: A002 - named as the diagnostic's own attribute
    return CannotRunError(diagnostic("bad-baseline", f"the baseline `{path}` cannot be used: {why}", help=help))
