"""``leadroute route``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadroute.cli import options
from leadroute.cli.exit import Exit
from leadroute.cli.options import LeadFormat


def route(
    leads: Annotated[str, typer.Argument(metavar="LEADS", help="The lead file; `-` is stdin.")],
    output: Annotated[str, typer.Option("--output", "-o", metavar="OUT", help="Where the routed leads go; `-` is stdout.")] = "-",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Decide and write, but record nothing in the ledger.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Decide all leads anew; what earlier decisions charged is given back first.")
    ] = False,
    retry_queued: Annotated[bool, typer.Option("--retry-queued", help="Decide queued leads anew; assigned ones stay.")] = False,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write the distribution too: FILE ends in .json or .md.")
    ] = None,
    fail_unassigned: Annotated[
        bool, typer.Option("--fail-unassigned", help="Exit with 1 when leads are left over (queued by a fallback, or held).")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="A cell that cannot be read makes its lead invalid.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace assignment columns that the input already has.")] = False,
    safe_cells: Annotated[
        bool, typer.Option("--safe-cells", help="Neutralise cells that a spreadsheet would run as formulas, in every column.")
    ] = False,
    format: Annotated[LeadFormat | None, typer.Option("--format", envvar="LEADROUTE_FORMAT", help="Format of the output.")] = None,
    input_format: options.InputFormat = None,
    delimiter: options.Delimiter = None,
    encoding: options.Encoding = None,
    project: options.Project = None,
    rules: options.Rules = None,
    roster: options.Roster = None,
    state: options.State = None,
    at: options.At = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.Color = options.ColorWhen.AUTO,
    debug: options.Debug = False,
) -> Exit:
    """Route a batch of leads to reps.

    Writes every row as it came with the decision beside it, commits the ledger, and prints the distribution.

    Example: leadroute route leads.csv -o routed.csv
    """
    import time

    from leadroute.show.console import Terminal
    from leadroute.show.progress import Progress
    from leadroute.show.routed import report_text, show_routed
    from leadroute.workflows.route import RouteOptions
    from leadroute.workflows.route import route as run
    from leadroute.workflows.writing import check_place, write_whole

    if report is not None and report.suffix.lower() not in {".json", ".md"}:
        raise typer.BadParameter("a report ends in .json or .md", param_hint="--report")
    if report is not None and output != "-" and report.resolve() == Path(output).resolve():
        raise typer.BadParameter("the output and the report are one file", param_hint="--report")
    if report is not None:
        check_place(report)  # before anything is decided
    started = time.monotonic()
    terminal = Terminal(color=color, quiet=quiet, verbose=verbose)
    with Progress("reading", "leads", quiet=quiet) as progress:
        done = run(
            RouteOptions(
                leads=leads,
                output=output,
                start=Path.cwd(),
                project=project,
                rules=rules,
                roster=roster,
                state=state,
                at=at,
                read_format=input_format,
                write_format=format,
                delimiter=delimiter,
                encoding=encoding,
                dry_run=dry_run,
                again=again,
                retry_queued=retry_queued,
                strict=strict,
                replace=replace,
                safe_cells=safe_cells,
                tell=terminal.warn,
                advance=progress.advance,
            )
        )
    if report is not None:
        write_whole(report, report_text(report, done.distribution, done.batch))
    show_routed(
        terminal,
        done.distribution,
        done.diagnostics,
        batch=done.batch,
        state=done.state,
        again=done.again,
        anew=done.anew,
        output=output,
        seconds=time.monotonic() - started,
    )
    left = sum(story.leads for story in done.distribution.left_over)
    return Exit.NO if fail_unassigned and left else Exit.DONE
