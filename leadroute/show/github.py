"""Findings as GitHub's workflow commands, which mark the lines of a pull request."""

from __future__ import annotations

from leadroute.model.diagnostic import Diagnostic
from leadroute.model.urls import masked
from leadroute.show.checkout import from_top
from leadroute.show.console import visible

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def annotation(found: Diagnostic) -> str:
    """``::error file=…,line=…,col=…,title=…::message``, on one line, with all else that is told of the finding in the message."""
    where = (
        {"file": from_top(found.span.file), "line": str(found.span.line), "col": str(found.span.column)} if found.span is not None else {}
    )
    properties = where | {"title": f"{found.code} [{found.name}]"}
    return (
        f"::{_LEVELS[found.severity]} {','.join(f'{key}={_property(value)}' for key, value in properties.items())}::{_data(said(found))}\n"
    )


def said(found: Diagnostic) -> str:
    """A finding in a few lines, without its place."""
    lines = [found.message]
    lines += [f"{_at(one.span.file, one.span.line) if one.span is not None else ''}{one.message}" for one in found.related]
    if found.witness is not None:
        lines.append("for example: " + " ".join(f"{name}={value}" for name, value in found.witness.items()))
    if found.help is not None:
        lines.append(f"help: {found.help}")
    return "\n".join(visible(masked(line)) for line in lines)


def _at(file: str, line: int) -> str:
    return f"{file}:{line} "


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
