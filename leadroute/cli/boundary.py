"""The one place where errors become messages and exit codes."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import Any

import typer

from leadroute.cli.exit import Exit


def bounded(command: Callable[..., Exit]) -> Callable[..., None]:
    """The command with its answer as the process's exit code, whatever happens inside.

    A command returns its ``Exit``; what it raises becomes one: ``CannotRunError``, ``LeadFileError``, ``RevisionError`` and a file
    that cannot be read or written 3, Ctrl-C 130, anything else 70 with a short report. Wrong usage (``typer.BadParameter``) is left to
    typer, which exits with 2.
    """

    @functools.wraps(command)
    def run(**options: Any) -> None:
        debug = bool(options.get("debug"))
        try:
            code = command(**options)
            sys.stdout.flush()
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except KeyboardInterrupt:
            code = interrupted()
        except BrokenPipeError:
            # Whoever read our output has had enough. What was decided is decided, and there is nobody left to tell.
            code = Exit.DONE
            from leadroute.show.console import abandon

            abandon(sys.stdout)
        except Exception as problem:  # noqa: BLE001 - the boundary: whatever it is, the user gets a report instead of a traceback
            if debug:
                _traceback()
            code = interrupted() if of_interrupt(problem) else _refused(problem, options)
        raise typer.Exit(int(code))

    return run


def interrupted() -> Exit:
    """Say that Ctrl-C was understood."""
    sys.stderr.write("interrupted\n")
    return Exit.INTERRUPTED


def of_interrupt(problem: BaseException) -> bool:
    """Whether Ctrl-C is behind it: what is written in C may turn it into an error of its own."""
    seen: BaseException | None = problem
    while seen is not None and not isinstance(seen, KeyboardInterrupt):
        seen = seen.__cause__ or seen.__context__
    return seen is not None


def _traceback() -> None:
    import traceback

    traceback.print_exc()


def _refused(problem: Exception, options: dict[str, Any]) -> Exit:
    from leadroute.connect.git import RevisionError
    from leadroute.leads.errors import LeadFileError
    from leadroute.show.console import Terminal
    from leadroute.show.diagnostics import show_diagnostics
    from leadroute.workflows.refusal import CannotRunError

    terminal = Terminal(color=options.get("color", "auto"))
    if isinstance(problem, CannotRunError | LeadFileError | RevisionError):
        show_diagnostics(terminal, problem.diagnostics)
        return Exit.UNLOADABLE
    if isinstance(problem, OSError) and problem.filename is not None and problem.strerror:
        terminal.warn(f"error: `{_shown(problem.filename)}`: {problem.strerror[0].lower()}{problem.strerror[1:]}")
        return Exit.UNLOADABLE
    from leadroute import __version__

    terminal.warn(f"this is a bug in leadroute {__version__}: {_described(problem)}")
    if not options.get("debug"):
        terminal.warn("  help: run the same command with --debug, and report what it prints")
    return Exit.BUG


def _shown(name: str | bytes) -> str:
    return os.fsdecode(name)


def _described(problem: Exception) -> str:
    """The exception and the place in leadroute's own code that it came through last."""
    place = ""
    step = problem.__traceback__
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        _, own, inside = file.replace(os.sep, "/").rpartition("/leadroute/")
        if own:
            place = f" (leadroute/{inside}:{step.tb_lineno})"
        step = step.tb_next
    return f"{type(problem).__name__}: {problem}{place}"
