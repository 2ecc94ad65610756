"""What a change of a project changes: for people, as JSON, as a pull-request comment, and as a page of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from leadroute.insight.moved import Measured
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.proofs.compared import Change
from leadroute.proofs.difference import Cell, Matrix, Undecided, Way
from leadroute.show.console import Terminal
from leadroute.show.diagnostics import as_json as diagnostic_json
from leadroute.show.diagnostics import counted
from leadroute.show.differing import Told, at, lead, outcomes, told, which
from leadroute.show.machine import document
from leadroute.show.moved import Detail, as_value
from leadroute.show.moved import blocks as measured_blocks
from leadroute.show.page import Block, Folded, Heading, Item, Items, Line, page_markdown, show_page, whole_page

_MOST_CELLS = 20
_MOST_WAYS = 3


@frozen
class Move:
    """Leads that went to one place and go to another, in words."""

    old: str
    new: str
    fields: tuple[str, ...]
    ways: tuple[Way, ...]
    more: bool


@frozen
class Compared:
    """What there is to show: both sides by the names that a person gives them, and what was found."""

    names: tuple[str, str]
    old: Project
    new: Project
    matrix: Matrix
    changes: tuple[Change, ...]
    measured: Measured | None = None

    @property
    def moves(self) -> list[Move]:
        """The cells of the matrix by the words for them: outcomes may differ in what is left unsaid where they are different places."""
        found: dict[tuple[str, str, tuple[str, ...]], list[Cell]] = {}
        for cell in self.matrix.cells:
            found.setdefault((*outcomes(cell, self.old, self.new), cell.fields), []).append(cell)
        return [
            Move(old, new, names, tuple(way for cell in cells for way in cell.ways), any(cell.more for cell in cells))
            for (old, new, names), cells in found.items()
        ]

    @property
    def mattering(self) -> list[Told]:
        """What may matter to leads, beside the matrix."""
        return told([change for change in self.changes if change.matters], self.old, self.new)

    @property
    def idle(self) -> list[Told]:
        """What is written otherwise, and changes nothing but what the matrix says."""
        return told([change for change in self.changes if not change.matters], self.old, self.new)

    @property
    def identical(self) -> bool:
        """Whether the files of both are the same."""
        return self.old.digest == self.new.digest

    @property
    def verdict(self) -> str:
        """``changed`` where anything differs for sure, ``undecided`` where something may, else ``equivalent``."""
        if self.matrix.cells or any(change.matters for change in self.changes):
            return "changed"
        return "undecided" if self.matrix.undecided else "equivalent"


def show_changed(
    terminal: Terminal, *, form: str, detail: str = "normal", found: Compared | None = None, diagnostics: Sequence[Diagnostic] = ()
) -> None:
    """Print to stdout: as ``text``, ``json``, ``markdown`` or ``html``; ``detail`` is summary, normal or full.

    JSON has everything always, save that leads which moved are told one by one only in full.
    """
    if form == "json":
        terminal.data(document(as_json(found, diagnostics, detail)))
    if form == "json" or found is None:
        return
    page = [*blocks(found, detail), *(() if found.measured is None else measured_blocks(found.measured, Detail(detail)))]
    if form == "markdown":
        terminal.data(page_markdown(page))
    elif form == "html":
        terminal.data(whole_page(" -> ".join(found.names), page))
    else:
        show_page(terminal, page)


def blocks(found: Compared, detail: str) -> Iterator[Block]:
    """The page: the answer in one sentence, where leads go, what else differs, what is only written otherwise."""
    yield Heading(" -> ".join(found.names))
    yield Line(headline(found))
    if found.matrix.undecided:
        yield Heading("undecided")
        yield Items(_opened(found))
    if detail == "summary":
        return
    moves = found.moves if detail == "full" else found.moves[:_MOST_CELLS]
    if moves:
        yield Heading("where leads go")
        yield Items([(f"{move.old} -> {move.new}", list(_told(move, detail))) for move in moves])
        if left := len(found.moves) - len(moves):
            yield Line(f"and {left} more (--detail full)")
    if mattering := found.mattering:
        yield Heading("what else differs")
        yield Items([f"{one.title}: {one.said}" for one in mattering])
    if idle := found.idle:
        title = (
            "written otherwise: what rules make of it stands above" if found.matrix.cells else "written otherwise, which changes nothing"
        )
        shown = idle if detail == "full" else idle[:_MOST_CELLS]
        more = [f"and {len(idle) - len(shown)} more (--detail full)"] if len(shown) < len(idle) else []
        yield Folded(title, [Items([*(f"{one.title}: {one.said}" for one in shown), *more])])


def _told(move: Move, detail: str) -> Iterator[Item]:
    """By which rules leads move, which of a rule's leads those are, and one of them."""
    ways = move.ways if detail == "full" else move.ways[:_MOST_WAYS]
    for way in ways:
        yield f"{_by(way)}: {_which(move, way)}", [f"for example {lead(way.witness)}"]
    left = len(move.ways) - len(ways)
    if move.more:
        yield f"and by other rules ({left} more with --detail full)" if left else "and by other rules"
    elif left:
        yield f"and by {counted(left, 'other pair')} of rules (--detail full)"


def headline(found: Compared) -> str:
    """The answer in one sentence."""
    if found.identical:
        return "the same files"
    moves, undecided = found.moves, found.matrix.undecided
    changes = [change for change in found.changes if change.matters]
    if found.verdict == "equivalent":
        return "equivalent: every possible lead is treated as before (proved), though the files differ"
    parts: list[str] = []
    if moves:
        parts.append(f"leads go elsewhere in {counted(len(moves), 'way')}")
    if changes:
        parts.append(f"{_counts(changes)} {'differs' if len(changes) == 1 else 'differ'}")
    if undecided:
        parts.append("whether others move is undecided" if moves else "whether leads move is undecided")
    else:
        parts.append("no other lead moves (proved)" if moves else "no lead goes elsewhere by the rules (proved)")
    return "; ".join(parts)


def _counts(changes: Sequence[Change]) -> str:
    numbers: dict[str, int] = {}
    for change in changes:
        numbers[change.part] = numbers.get(change.part, 0) + 1
    return ", ".join(
        f"turns of {counted(number, 'rotation')}" if part == "turns" else counted(number, part) for part, number in numbers.items()
    )


def _opened(found: Compared) -> Sequence[Item]:
    """Why it is undecided whether leads move, each with the ways that they may go."""
    ways: dict[str, list[str]] = {}
    for one in found.matrix.undecided:
        told = ways.setdefault(one.why, [])
        if one.old is not None and one.new is not None:
            told.append(f"{' -> '.join(outcomes(one, found.old, found.new))}: {at(one.old)} -> {at(one.new)}")
    return list(ways.items())


def _by(way: Way) -> str:
    one, other = at(way.old), at(way.new)
    return one if one == other else f"{one} -> {other}"


def _which(move: Move, way: Way) -> str:
    if not move.fields:
        return which(way)
    return ", ".join(f"{name} is {new}, was {old}" for name, old, new in way.values)


def as_json(found: Compared | None, diagnostics: Sequence[Diagnostic], detail: str = "normal") -> dict[str, Any]:
    """One shape always; without a comparison its parts are ``null``, and ``diagnostics`` say why; so is ``measured`` without leads."""
    parts: dict[str, Any] = dict.fromkeys(("old", "new", "verdict", "identical", "moves", "undecided", "changes", "conflicts", "measured"))
    if found is not None:
        sides = zip(found.names, (found.old, found.new), strict=True)
        old, new = (
            {"name": name, "digest": project.digest, "rules": len(project.rules), "reps": len(project.reps)} for name, project in sides
        )
        parts = {
            "old": old,
            "new": new,
            "verdict": found.verdict,
            "identical": found.identical,
            "moves": [_move_json(move) for move in found.moves],
            "undecided": [_open_json(one, found) for one in found.matrix.undecided],
            "changes": [_change_json(one) for one in told(found.changes, found.old, found.new)],
            "conflicts": found.matrix.spent,
            "measured": as_value(found.measured, Detail(detail)),
        }
    return {**parts, "diagnostics": [diagnostic_json(one) for one in diagnostics]}


def _move_json(move: Move) -> dict[str, Any]:
    return {
        "old": move.old,
        "new": move.new,
        "certainty": "witnessed",
        "fields": list(move.fields),
        "ways": [
            {
                "old_rule": None if way.old.rule is None else way.old.rule.id,
                "new_rule": None if way.new.rule is None else way.new.rule.id,
                "where": None if way.region is None else [{"field": part.field, "condition": part.words} for part in way.region.parts],
                "all": way.region is not None and way.region.whole,
                "values": [{"field": name, "old": old, "new": new} for name, old, new in way.values],
                "witness": dict(way.witness),
            }
            for way in move.ways
        ],
        "more": move.more,
    }


def _open_json(one: Undecided, found: Compared) -> dict[str, Any]:
    known = one.old is not None and one.new is not None
    old, new = outcomes(one, found.old, found.new) if known else (None, None)
    return {
        "old": old,
        "new": new,
        "old_rule": None if one.old is None or one.old.rule is None else one.old.rule.id,
        "new_rule": None if one.new is None or one.new.rule is None else one.new.rule.id,
        "why": one.why,
    }


def _change_json(one: Told) -> dict[str, Any]:
    change = one.change
    return {
        "part": change.part,
        "name": change.name,
        "change": change.how,
        "matters": change.matters,
        "said": one.said,
        "now": change.now,
        "gained": list(change.gained),
        "lost": list(change.lost),
        "fields": list(change.fields),
        "details": [{"key": detail.key or change.name, "old": detail.old, "new": detail.new} for detail in one.details],
    }
