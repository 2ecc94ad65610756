"""What a run did, for people: the answer first, then pools and reps, what was left over and why, what could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from leadroute.insight.distribution import Distribution, LimitUse, PoolShare, RepShare
from leadroute.model.decisions import CellFaults
from leadroute.model.together import BACKUP, KEPT, WAITING
from leadroute.show.console import BLANK, Terminal, visible
from leadroute.show.diagnostics import counted
from leadroute.show.tables import NUMBERS, table

BAR = 8
"""Cells of the bar that stands for the largest share of a pool."""
MOST_REPS = 12
"""Reps of a pool that are listed; of larger pools the busiest and the rest as one line."""
MOST_ROWS = 48
"""Rows of the table of pools: the answer above it should stay in sight. The first pool is always there."""
MOST_STORIES = 8
TOGETHER = {KEPT: "with the rep of an earlier lead", BACKUP: "with their backup", WAITING: "held for them"}
EIGHTHS = " ▏▎▍▌▋▊▉"


def show_distribution(
    terminal: Terminal, found: Distribution, *, seconds: float, batch: str | None, wrote: Sequence[str], again: bool = False
) -> None:
    """Print the account of a run to stderr; ``again``: nothing was decided, a file was written once more."""
    named = [f"{count:,} {name}" for name, count in found.outcomes.items() if count]
    answer = counted(found.leads, "lead") + (f": {', '.join(named)}" if named else "")
    aside = f"{seconds:.2f} s{f', batch {batch}' if batch is not None else ''}"
    terminal.say(f"{answer}   {aside}" if len(answer) + 3 + len(aside) <= terminal.err.width else f"{answer}\n  {aside}")
    for line in wrote:
        terminal.say(f"  {line}")
    if found.kept and not again:
        terminal.say(f"  {found.kept:,} of them {'keeps' if found.kept == 1 else 'keep'} the decision of an earlier batch")
    shown = found.pools if terminal.verbose else _first(found.pools)
    if shown:
        terminal.say("")
        terminal.say(_pools(shown, terminal.err.width, everybody=terminal.verbose))
    if len(shown) < len(found.pools):
        rest = found.pools[len(shown) :]
        terminal.say(
            f"  and {counted(len(rest), 'more pool')} with {counted(sum(pool.leads for pool in rest), 'lead')} (-v lists them all)"
        )
    if found.rules or found.kept_together:
        terminal.say("")
    if found.rules:
        terminal.say_line(
            _listed("by rule", [f"{rule}{BLANK}{count:,}" for rule, count in found.rules.items()], everything=terminal.verbose), 2
        )
    if found.queues:
        listed = [f"{queue}{BLANK}{count:,}" for queue, count in found.queues.items()]
        terminal.say_line(_listed("by queue", listed, everything=terminal.verbose), 2)
    if found.kept_together:
        told = [f"{TOGETHER[reason]}{BLANK}{count:,}" for reason, count in found.kept_together.items()]
        terminal.say_line(f"kept together: {', '.join(told)}", 2)
    if found.left_over:
        terminal.say("")
        terminal.say(f"left over: {sum(story.leads for story in found.left_over):,}")
        stories = found.left_over if terminal.verbose else found.left_over[:MOST_STORIES]
        width = max(len(story.where) for story in stories)
        for story in stories:
            reasons = "" if story.of else ": " + ", ".join(f"{count:,} {words}" for count, words in story.reasons) if story.reasons else ""
            # A queue of a long name must not leave the sentences a narrow strip.
            hang = min(12 + width, 30)
            terminal.say_line(f"  {story.leads:>6,} {story.where:<{width}}   {story.sentence}{reasons}", hang)
        if len(stories) < len(found.left_over):
            terminal.say(f"  and {len(found.left_over) - len(stories)} more stories (-v lists them all)")
    if found.faults:
        cells = [f"{name} {fault.count:,} ({_examples(fault)})" for name, fault in found.faults.items()]
        terminal.say_line(f"cells that did not parse: {', '.join(cells)}", 2)
    if found.unreached and found.leads:
        terminal.say_line(_listed("rules nobody reached here", list(found.unreached), everything=terminal.verbose), 2)


def as_json(found: Distribution, batch: str | None) -> dict[str, Any]:
    """The same numbers for programs."""
    return {
        "batch": batch,
        "leads": found.leads,
        "kept": found.kept,
        "outcomes": dict(found.outcomes),
        "rules": dict(found.rules),
        "queues": dict(found.queues),
        "kept_together": dict(found.kept_together),
        "pools": [asdict(pool) for pool in found.pools],
        "left_over": [
            {
                "where": story.where,
                "leads": story.leads,
                "sentence": story.sentence,
                "of": story.of,
                "reasons": [{"count": count, "words": words} for count, words in story.reasons],
            }
            for story in found.left_over
        ],
        "faults": {name: {"count": fault.count, "examples": list(fault.examples)} for name, fault in found.faults.items()},
        "unreached": list(found.unreached),
    }


def as_markdown(found: Distribution, batch: str | None) -> str:
    """The same numbers as a page, such as for a pull-request comment."""
    lines = [
        f"# {counted(found.leads, 'lead')}" + (f", batch {batch}" if batch is not None else ""),
        "",
        "| outcome | leads |",
        "|---|---:|",
    ]
    lines.extend(f"| {name} | {count:,} |" for name, count in found.outcomes.items())
    if found.pools:
        lines.extend(
            ["", "| pool | rep | leads | share | target | today | open | other limits |", "|---|---|---:|---:|---:|---:|---:|---|"]
        )
        for pool in found.pools:
            lines.extend(
                f"| {_cell(_name(pool))} | {_cell(rep.rep)} | {rep.leads:,} | {rep.share:.1%} |"
                f" {f'{rep.target:.1%}' if pool.pool else '-'} |"
                f" {_use(rep.today, rep.per_day)} | {_use(_number(rep.open), _number(rep.open_limit))} | {_cell(_limits(rep)) or '-'} |"
                for rep in pool.reps
            )
    together = {TOGETHER[reason]: count for reason, count in found.kept_together.items()}
    for title, counts in (("rule", found.rules), ("queue", found.queues), ("kept together", together)):
        if counts:
            lines.extend(["", f"| {title} | leads |", "|---|---:|", *(f"| {_cell(name)} | {count:,} |" for name, count in counts.items())])
    if found.left_over:
        lines.extend(["", "| left over | leads | why |", "|---|---:|---|"])
        for story in found.left_over:
            reasons = "" if story.of or not story.reasons else ": " + ", ".join(f"{count:,} {words}" for count, words in story.reasons)
            lines.append(f"| {_cell(story.where)} | {story.leads:,} | {_cell(story.sentence + reasons)} |")
    if found.faults:
        lines.extend(["", "| cells that did not parse | count | such as |", "|---|---:|---|"])
        lines.extend(
            f"| {_cell(name)} | {fault.count:,} | {_cell(', '.join(_quoted(text) for text in fault.examples))} |"
            for name, fault in found.faults.items()
        )
    if found.unreached:
        lines.extend(["", f"Rules nobody reached here: {', '.join(_cell(rule) for rule in found.unreached)}"])
    return "\n".join(lines) + "\n"


def _first(pools: Sequence[PoolShare]) -> Sequence[PoolShare]:
    """As many of the first pools as have room."""
    rows = 0
    for at, pool in enumerate(pools):
        rows += min(len(pool.reps), MOST_REPS)
        if rows > MOST_ROWS:
            return pools[: max(at, 1)]
    return pools


def _pools(pools: Sequence[PoolShare], width: int, *, everybody: bool) -> Table:
    """The table of pools; limits have a column of their own where there is room for it (the note says who is full)."""
    rows = [row for pool in pools for row in _pool(pool, everybody=everybody)]
    headers = ["pool", "rep", f"leads{NUMBERS}", f"share{NUMBERS}", f"target{NUMBERS}", "", f"today{NUMBERS}", "limits", "note"]
    told = [at for at, header in enumerate(headers) if header not in ("limits", "note") or any(row[at] for row in rows)]
    needed = sum(max(cell_len(headers[at]), *(cell_len(str(row[at])) for row in rows)) + 2 for at in told)
    if needed > width and not everybody:
        told = [at for at in told if headers[at] != "limits"]
    return table([headers[at] for at in told], [[row[at] for at in told] for row in rows])


def _pool(pool: PoolShare, *, everybody: bool) -> Iterator[list[str | Text]]:
    reps = list(pool.reps)
    if not everybody and len(reps) > MOST_REPS:
        busiest = sorted(reps, key=lambda rep: -rep.leads)[: MOST_REPS - 1]
        reps = [rep for rep in reps if rep in busiest]
    most = max((rep.share for rep in pool.reps), default=0.0)
    for at, rep in enumerate(reps):
        yield [
            _name(pool) if at == 0 else "",
            rep.rep,
            f"{rep.leads:,}",
            f"{rep.share:.0%}".replace("%", " %"),
            f"{rep.target:.0%}".replace("%", " %") if pool.pool else "-",
            _bar(rep.share / most if most else 0.0),
            _use(rep.today, rep.per_day),
            _limits(rep, everything=everybody),
            _note(rep),
        ]
    rest = [rep for rep in pool.reps if rep not in reps]
    if rest:
        leads = sum(rep.leads for rep in rest)
        yield ["", f"{len(rest)} others", f"{leads:,}", f"{leads / pool.leads:.0%}".replace("%", " %"), "", "", "", "", ""]


def _name(pool: PoolShare) -> str:
    return pool.pool or ("(together)" if pool.kept_together else "(by name)")


def _note(rep: RepShare) -> str:
    if rep.per_day is not None and rep.today >= rep.per_day:
        return "full today"
    if rep.open_limit is not None and rep.open >= rep.open_limit:
        return f"full: {_number(rep.open)} open"
    full = next((limit for limit in rep.limits if limit.used >= limit.most), None)
    return "" if full is None else "full in pool" if full.of_pool else f"full {full.what}"


def _limits(rep: RepShare, *, everything: bool = True) -> str:
    """The use of limits that have no column of their own: of all of them, or of the fullest."""
    others = [limit for limit in rep.limits if limit.of_pool or limit.what not in ("today", "open")]
    if everything or len(others) < 2:
        return ", ".join(map(use_words, others))
    return f"{use_words(max(others, key=_fullness))}, {len(others) - 1} more"


def _fullness(limit: LimitUse) -> float:
    return limit.used / limit.most if limit.most else float("inf")


def use_words(limit: LimitUse) -> str:
    """``12 of 30 this week``."""
    where = " in pool" if limit.of_pool else ""
    return f"{_use(_number(limit.used), _number(limit.most))} {limit.what}{where}"


def _bar(part: float) -> str:
    eighths = round(part * BAR * 8)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def _use(used: int | str, limit: int | str | None) -> str:
    def shown(number: int | str) -> str:
        return f"{number:,}" if isinstance(number, int) else number

    return f"{shown(used)} of {shown(limit) if limit is not None else '-'}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.2f}".rstrip("0").rstrip(".")


def _quoted(text: str) -> str:
    return f'"{visible(text)}"'


def _examples(fault: CellFaults) -> str:
    more = ", …" if fault.count > len(fault.examples) else ""
    return ", ".join(_quoted(text) for text in fault.examples) + more


def _cell(text: str) -> str:
    return visible(text).replace("|", "\\|").replace("<", "&lt;")


def _listed(title: str, parts: list[str], *, everything: bool) -> str:
    most = len(parts) if everything else 20
    rest = f", and {len(parts) - most} more (-v)" if len(parts) > most else ""
    return f"{title}: {', '.join(parts[:most])}{rest}"
