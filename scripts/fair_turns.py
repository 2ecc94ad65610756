"""Measure how fair turns are beside what others do, and draw it: docs/how-to/fair-turns.svg.

``python scripts/fair_turns.py`` measures and draws, ``--check`` fails when the picture is not what is measured now. The engine's own
functions take the turns; the rivals are written out here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from xml.sax.saxutils import escape

from leadroute.model.rules import KEEP_PLACE, MILLION, CatchUp, ReturnPolicy, Rotation
from leadroute.model.standings import RotationStanding
from leadroute.routing.turns import Turns, due

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "how-to" / "fair-turns.svg"
NAMES = tuple(f"rep{number}" for number in range(1, 31))
CAREFULLY = CatchUp(most=5 * MILLION, every=2)
PEOPLE, AWAY = 5, 104
"""The story: five people of equal weight, of whom one is on leave for 104 leads, 26 for each of the others."""


# Strategies


Strategy = Callable[[Sequence[int], Sequence[int]], int]
"""Who is next, from everybody's turns and weights."""


def ours(turns: Sequence[int], weights: Sequence[int]) -> int:
    """Earliest eligible virtual deadline first, as the engine picks."""
    return due(range(len(turns)), [taken * MILLION for taken in turns], [weight * MILLION for weight in weights], MILLION)


def lowest_level(turns: Sequence[int], weights: Sequence[int]) -> int:
    """The rival: whoever has the lowest turns / weight, ties by roster order."""
    return min(range(len(turns)), key=lambda rep: Fraction(turns[rep], weights[rep]))


def deviation(strategy: Strategy, weights: Sequence[int]) -> Fraction:
    """The most that anybody ever is from the exact share, in turns, over 20 rounds."""
    turns, whole, most = [0] * len(weights), sum(weights), Fraction(0)
    for number in range(1, 20 * whole + 1):
        turns[strategy(turns, weights)] += 1
        most = max(most, *(abs(turns[rep] - Fraction(number * weight, whole)) for rep, weight in enumerate(weights)))
    return most


def naively(turns: list[int], leads: int) -> list[int]:
    """The rival of counts: whoever has had the fewest leads, whatever kept them from more."""
    taken = []
    for _ in range(leads):
        rep = min(range(len(turns)), key=turns.__getitem__)
        turns[rep] += 1
        taken.append(rep)
    return taken


# What happens


def after_leave(policy: ReturnPolicy | None, leads: int = 60) -> list[int]:
    """Who takes the leads after the last of five people comes back; ``None``: the naive count."""
    if policy is None:
        counts = [AWAY // (PEOPLE - 1)] * (PEOPLE - 1) + [0]
        return naively(counts, leads)
    turns = _opened(PEOPLE, RotationStanding(), policy)
    everybody = list(range(PEOPLE))
    turns.cell(None)
    turns.settle(everybody[-1:], everybody[:-1], 0, {PEOPLE - 1: "leave"})
    _take(turns, everybody[:-1], AWAY)
    turns.settle([], everybody, 0, {})
    return _take(turns, everybody, leads)


def after_hiring(*, naive: bool, leads: int = 60) -> list[int]:
    """Who takes the leads after a sixth joins five people who have had 20 each."""
    if naive:
        return naively([20] * PEOPLE + [0], leads)
    before = _opened(PEOPLE, RotationStanding(), KEEP_PLACE)
    _take(before, range(PEOPLE), 20 * PEOPLE)
    return _take(_opened(PEOPLE + 1, before.close(), KEEP_PLACE), range(PEOPLE + 1), leads)


def thirty_runs(*, carried: bool) -> list[int]:
    """How many leads each of three people gets in 30 runs of 10."""
    counts, standing = [0] * 3, RotationStanding()
    for _ in range(30):
        turns = _opened(3, standing, KEEP_PLACE)
        for rep in _take(turns, range(3), 10):
            counts[rep] += 1
        standing = turns.close() if carried else RotationStanding()
    return counts


def in_a_row(taken: Sequence[int], rep: int) -> int:
    """The most leads that somebody gets running."""
    most = run = 0
    for who in taken:
        run = run + 1 if who == rep else 0
        most = max(most, run)
    return most


def _opened(size: int, standing: RotationStanding, policy: ReturnPolicy) -> Turns:
    turns = Turns(Rotation("r", absence=policy), range(size), [MILLION] * size, NAMES[:size])
    turns.open(standing, 0)
    return turns


def _take(turns: Turns, among: Sequence[int], leads: int) -> list[int]:
    """Hand out leads among some people, who catch up as their policy says."""
    taken, cell, catching = [], turns.cell(None), turns.catching
    recent = catching.recent("pool") if catching is not None else None
    for _ in range(leads):
        waiting = catching.waiting(None, recent) if catching is not None else ()
        rep = due([one for one in among if one not in waiting] or list(among), cell, turns.weights, MILLION)
        cell[rep] += MILLION
        taken.append(rep)
        if recent is not None:
            recent.append(turns.ids[rep])
    return taken


# The picture


@dataclass(frozen=True)
class Line:
    """A curve: how many leads somebody has after each lead, how it is called, and how it is drawn."""

    name: str
    taken: Sequence[int]
    rep: int
    style: str

    @property
    def counts(self) -> list[int]:
        """The number after each lead, from 0."""
        counts = [0]
        for who in self.taken:
            counts.append(counts[-1] + (who == self.rep))
        return counts


INK, OURS, CAUGHT_UP, THEIRS, SOFT = "#24292f", "#0b6e4f", "#0969da", "#b3541e", "#6e7781"
A_TURN = 34
"""Pixels."""


def picture() -> str:
    """The four panels as SVG."""
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" width="860" height="640" viewBox="0 0 860 640" role="img"',
        ' font-family="sans-serif" font-size="12">',
        "<title>Turns beside what others do: shares, coming back from leave, a new hire, many small runs</title>",
        '<rect width="860" height="640" fill="#ffffff"/>',
        *_deviations(20, 20),
        *_curves(450, 20, "Back from leave: leads of the one who was away", _returns()),
        *_curves(20, 340, "A new hire: leads of the one who joined", _hires()),
        *_runs(450, 340),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _returns() -> list[Line]:
    rep = PEOPLE - 1
    everyone = ReturnPolicy(CAREFULLY, CAREFULLY, CAREFULLY)
    return [
        Line("fewest leads next", after_leave(None), rep, THEIRS),
        Line("catch_up, 5 at most, one in 2", after_leave(everyone), rep, CAUGHT_UP),
        Line("keep_place", after_leave(KEEP_PLACE), rep, OURS),
    ]


def _hires() -> list[Line]:
    return [
        Line("fewest leads next", after_hiring(naive=True), PEOPLE, THEIRS),
        Line("leadroute", after_hiring(naive=False), PEOPLE, OURS),
    ]


def _deviations(x: int, y: int) -> list[str]:
    found = [_title(x, y, "Farthest from the exact share, in turns")]
    at = y + 44
    for weights, called in (([3, *[1] * 10], "weights 3 and ten 1s"), ([10, *[1] * 20], "weights 10 and twenty 1s")):
        found.append(_text(x, at, called, INK))
        for row, (name, strategy, colour) in enumerate((("leadroute", ours, OURS), ("lowest turns / weight next", lowest_level, THEIRS))):
            value = float(deviation(strategy, weights))
            found.append(_bar(x, at + 8 + 26 * row, value * A_TURN, colour))
            found.append(_text(x + max(value, 1) * A_TURN + 6, at + 21 + 26 * row, f"{value:.2f} {name}", colour))
        found.append(f'<line x1="{x + A_TURN}" y1="{at + 4}" x2="{x + A_TURN}" y2="{at + 54}" stroke="{SOFT}" stroke-dasharray="3 3"/>')
        at += 92
    found.append(_text(x, at, "dashed: one turn; leadroute stays below it", SOFT))
    return found


def _curves(x: int, y: int, title: str, lines: Sequence[Line]) -> list[str]:
    wide, high, most = 360, 200, 32
    top, count = y + 30, len(lines[0].taken)
    found = [_title(x, y, title)]
    for level in (0, 10, 20, 30):
        at = top + high - level * high / most
        found.append(f'<line x1="{x + 20}" y1="{at:.1f}" x2="{x + wide}" y2="{at:.1f}" stroke="#d0d7de"/>')
        found.append(_text(x, at + 4, str(level), SOFT))
    for line in lines:
        points = " ".join(
            f"{x + 20 + at * (wide - 20) / count:.1f},{top + high - value * high / most:.1f}" for at, value in enumerate(line.counts)
        )
        found.append(f'<polyline points="{points}" fill="none" stroke="{line.style}" stroke-width="2"/>')
    found.append(_text(x + 20, top + high + 16, f"the next {count} leads", SOFT))
    for number, line in enumerate(lines):
        told = f"{line.name}: {in_a_row(line.taken, line.rep)} in a row"
        found.append(_text(x + 20, top + high + 34 + 15 * number, told, line.style))
    return found


def _runs(x: int, y: int) -> list[str]:
    found = [_title(x, y, "30 runs of 10 leads over three people")]
    at = y + 44
    for called, carried, colour in (("turns are carried from run to run", True, OURS), ("every run starts over", False, THEIRS)):
        found.append(_text(x, at, called, INK))
        for value in thirty_runs(carried=carried):
            found.append(_bar(x, at + 8, value * 2.4, colour))
            found.append(_text(x + value * 2.4 + 6, at + 21, str(value), colour))
            at += 22
        at += 36
    return found


def _title(x: float, y: float, text: str) -> str:
    return f'<text x="{x}" y="{y + 12}" fill="{INK}" font-size="14" font-weight="bold">{escape(text)}</text>'


def _text(x: float, y: float, text: str, colour: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}">{escape(text)}</text>'


def _bar(x: float, y: float, long: float, colour: str) -> str:
    return f'<rect x="{x}" y="{y}" width="{long:.1f}" height="16" fill="{colour}"/>'


def main(arguments: Sequence[str]) -> int:
    """Draw the picture, or check it."""
    text = picture()
    if PICTURE.exists() and PICTURE.read_text(encoding="utf-8") == text:
        return 0
    if "--check" in arguments:
        print(f"docs/how-to/{PICTURE.name} is not what is measured: run `make docs`", file=sys.stderr)
        return 1
    PICTURE.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
