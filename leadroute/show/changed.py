"""What a change of a project changes: for people, as JSON, as a pull-request comment, and as a page of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from leadroute.model.diagnostic import Diagnostic
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.proofs.compared import Change
from leadroute.proofs.difference import Cell, Matrix, Undecided, Way
from leadroute.show.console import Terminal, visible
from leadroute.show.diagnostics import as_json as diagnostic_json
from leadroute.show.diagnostics import counted
from leadroute.show.differing import Told, at, lead, outcomes, told, which
from leadroute.show.machine import document

_MOST_CELLS = 20
_MOST_WAYS = 3
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1a1a1a;background:#fff}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border-bottom:1px solid #ddd;padding:.4rem .6rem;text-align:left;"
    "vertical-align:top}h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}code{background:#f3f3f3;padding:.1rem .3rem}"
    "@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}th,td{border-color:#444}code{background:#2a2a2a}}"
)


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
    """Print to stdout: as ``text``, ``json`` (always everything), ``markdown`` or ``html``; ``detail`` is summary, normal or full."""
    if form == "json":
        terminal.data(document(as_json(found, diagnostics)))
    elif found is None:
        return
    elif form == "markdown":
        terminal.data("\n".join(as_markdown(found, detail)) + "\n")
    elif form == "html":
        terminal.data("\n".join(as_html(found, detail)) + "\n")
    else:
        for line, hang in as_text(found, detail):
            terminal.show_line(line, hang)


def as_text(found: Compared, detail: str) -> Iterator[tuple[str, int]]:
    """Lines, each with how far it is set in where it is broken."""
    yield f"{found.names[0]} -> {found.names[1]}: {headline(found)}", 2
    if detail != "summary":
        for move in _first(found.moves, detail):
            yield "", 0
            yield f"  {move.old} -> {move.new}", 4
            for way in _ways(move, detail):
                yield f"    {_by(way)}: {_which(move, way)}", 8
                yield f"      for example: {lead(way.witness)}", 8
            if left := _left_out(move, detail):
                yield f"    {left}", 8
        if left := _cells_left_out(found, detail):
            yield f"  {left}", 4
    for title, lines in _lists(found, detail):
        yield "", 0
        yield title, 2
        yield from ((f"  {line}", 4) for line in lines)


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


def _lists(found: Compared, detail: str) -> Iterator[tuple[str, list[str]]]:
    """What is told in lists: a title, and its lines."""
    if found.matrix.undecided:
        yield "undecided", [_open(one, found) for one in found.matrix.undecided]
    if detail == "summary":
        return
    if mattering := found.mattering:
        yield "what else differs", [f"{one.title}: {one.said}" for one in mattering]
    if idle := found.idle:
        title = (
            "written otherwise; what rules make of it stands above" if found.matrix.cells else "written otherwise, which changes nothing"
        )
        shown = idle if detail == "full" else idle[:_MOST_CELLS]
        more = [f"and {len(idle) - len(shown)} more (--detail full)"] if len(shown) < len(idle) else []
        yield title, [*(f"{one.title}: {one.said}" for one in shown), *more]


def _open(one: Undecided, found: Compared) -> str:
    if one.old is None or one.new is None:
        return f"whether leads move: {one.why}"
    return f"{at(one.old)} -> {at(one.new)}, {' -> '.join(outcomes(one, found.old, found.new))}: {one.why}"


def _by(way: Way) -> str:
    one, other = at(way.old), at(way.new)
    return one if one == other else f"{one} -> {other}"


def _which(move: Move, way: Way) -> str:
    return f"{', '.join(move.fields)} is another than before" if move.fields else which(way)


def _first(moves: Sequence[Move], detail: str) -> Sequence[Move]:
    return moves if detail == "full" else moves[:_MOST_CELLS]


def _ways(move: Move, detail: str) -> Sequence[Way]:
    return move.ways if detail == "full" else move.ways[:_MOST_WAYS]


def _left_out(move: Move, detail: str) -> str | None:
    left = len(move.ways) - len(_ways(move, detail))
    if move.more:
        return f"and by other rules ({left} more shown with --detail full)" if left else "and by other rules"
    return f"and by {counted(left, 'other pair')} of rules (--detail full)" if left else None


def _cells_left_out(found: Compared, detail: str) -> str | None:
    left = len(found.moves) - len(_first(found.moves, detail))
    return f"and {left} more (--detail full)" if left else None


def as_markdown(found: Compared, detail: str) -> Iterator[str]:
    """A page, short enough for a pull-request comment: tables, the rest folded."""
    yield f"### {_code(found.names[0])} → {_code(found.names[1])}"
    yield ""
    yield f"**{_plain(headline(found)[:1].upper() + headline(found)[1:])}.**"
    moves = () if detail == "summary" else _first(found.moves, detail)
    if moves:
        yield ""
        yield "| went to | goes to | by | which of its leads | for example |"
        yield "|---|---|---|---|---|"
        for move in moves:
            for number, way in enumerate(_ways(move, detail)):
                places = ["", ""] if number else [_plain(move.old), _plain(move.new)]
                yield f"| {' | '.join([*places, _plain(_by(way)), _plain(_which(move, way)), _code(lead(way.witness))])} |"
            if left := _left_out(move, detail):
                yield f"| | | {_plain(left)} | | |"
        if left := _cells_left_out(found, detail):
            yield ""
            yield _plain(left)
    for title, lines in _lists(found, detail):
        folded = title.startswith("written") or len(lines) > _MOST_CELLS
        yield ""
        yield f"<details><summary>{_plain(title)} ({len(lines)})</summary>" if folded else f"**{_plain(title[:1].upper() + title[1:])}**"
        yield ""
        yield from (f"- {_plain(line)}" for line in lines)
        if folded:
            yield ""
            yield "</details>"


def as_html(found: Compared, detail: str) -> Iterator[str]:
    """A page of its own: nothing is loaded from elsewhere, and no text of a user is markup."""
    names = " → ".join(found.names)
    yield "<!doctype html>"
    yield f'<html lang="en"><head><meta charset="utf-8"><title>{_html(names)}</title><style>{_STYLE}</style></head><body>'
    yield f"<h1>{_html(names)}</h1>"
    yield f"<p><strong>{_html(headline(found))}</strong></p>"
    moves = () if detail == "summary" else _first(found.moves, detail)
    if moves:
        yield "<h2>Where leads go</h2>"
        yield "<table><thead><tr><th>went to<th>goes to<th>by<th>which of its leads<th>for example</tr></thead><tbody>"
        for move in moves:
            for number, way in enumerate(_ways(move, detail)):
                places = ("", "") if number else (move.old, move.new)
                row = "".join(f"<td>{_html(text)}" for text in (*places, _by(way), _which(move, way)))
                yield f"<tr>{row}<td><code>{_html(lead(way.witness))}</code></tr>"
            if left := _left_out(move, detail):
                yield f"<tr><td><td><td>{_html(left)}<td><td></tr>"
        yield "</tbody></table>"
        if left := _cells_left_out(found, detail):
            yield f"<p>{_html(left)}</p>"
    for title, lines in _lists(found, detail):
        yield f"<details{'' if title.startswith('written') else ' open'}><summary>{_html(title)} ({len(lines)})</summary><ul>"
        yield from (f"<li>{_html(line)}</li>" for line in lines)
        yield "</ul></details>"
    yield "</body></html>"


def as_json(found: Compared | None, diagnostics: Sequence[Diagnostic]) -> dict[str, Any]:
    """One shape always; without a comparison its parts are ``null``, and ``diagnostics`` say why."""
    parts: dict[str, Any] = dict.fromkeys(("old", "new", "verdict", "identical", "moves", "undecided", "changes", "conflicts"))
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


def _plain(text: str) -> str:
    """A user's text in a Markdown page: no markup, no cell's end."""
    for mark in "\\`*_[]|":
        text = text.replace(mark, f"\\{mark}")
    return escape(visible(text), quote=False).replace("\n", " ")


def _code(text: str) -> str:
    """A user's text as code: no backtick ends it, no bar a cell."""
    return f"`{visible(text).replace('`', chr(39)).replace('|', chr(92) + '|')}`"


def _html(text: str) -> str:
    return escape(visible(text))
