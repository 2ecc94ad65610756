"""What does this change of rules or people change?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from leadroute.model.diagnostic import Diagnostic
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.model.uncollected import uncollected
from leadroute.workflows.opening import find, no_project, unreadable
from leadroute.workflows.refusal import CannotRunError
from leadroute.workflows.validate import BUDGET

if TYPE_CHECKING:
    from leadroute.connect.git import Tree
    from leadroute.insight.moved import Measured
    from leadroute.proofs.compared import Change
    from leadroute.proofs.difference import Matrix
    from leadroute.workflows.diff_leads import LeadsOptions


@frozen
class Side:
    """One of the two states: ``name`` as a person says it; ``told`` puts the names a person knows into a text that names files."""

    name: str
    project: Project
    told: Callable[[str], str]


@frozen
class Difference:
    """Where leads went and go, over all possible leads, and what else differs."""

    old: Side
    new: Side
    matrix: Matrix
    changes: tuple[Change, ...]
    measured: Measured | None = None

    @property
    def identical(self) -> bool:
        """Whether the files of both are the same."""
        return self.old.project.digest == self.new.project.digest

    @property
    def undecided(self) -> bool:
        """Whether some leads may go elsewhere, and it is not known."""
        return bool(self.matrix.undecided)

    @property
    def changed(self) -> bool:
        """Whether anything that can matter to a lead is known to differ."""
        moved = self.measured is not None and self.measured.moved > 0
        return moved or bool(self.matrix.cells) or any(change.matters for change in self.changes)


def compare(
    start: Path, old: str, new: str | None = None, *, given: Path | None = None, budget: int = BUDGET, leads: LeadsOptions | None = None
) -> Difference:
    """Compare two states of a project.

    Args:
        start: The folder that paths count from.
        old: A project's folder or ``leadroute.yaml``, a rule file in the place of all rules of the project around it, or
            ``git:REV:PATH`` for any of these.
        new: Likewise; ``None``: the project that ``given`` names or that is found from ``start``.
        given: The project, when it was named: for a side that says no path, or a rule file that no project is around.
        budget: How many conflicts of the solver the proof may cost.
        leads: A file on which to measure it, too.

    Raises:
        CannotRunError: One of the two cannot be loaded (``diagnostics`` are about both), or the ledger not be used.
        RevisionError: There is no such revision.
        LeadFileError: The lead file cannot be read.
    """
    from leadroute.proofs.compared import compared
    from leadroute.proofs.difference import matrix
    from leadroute.proofs.formula import Budget
    from leadroute.workflows.diff_leads import measured

    one, other = open_sides(start, old, new, given=given)
    counts = None if leads is None else measured(one.project, other.project, leads)
    with uncollected():
        found = matrix(one.project, other.project, Budget(conflicts=budget))
        return Difference(one, other, found, compared(one.project, other.project), counts)


def open_sides(start: Path, old: str, new: str | None, *, given: Path | None = None) -> tuple[Side, Side]:
    """The two projects that are meant, as of :func:`compare`.

    Raises:
        CannotRunError: One of the two cannot be loaded.
        RevisionError: There is no such revision.
    """
    with ExitStack() as trees:
        places = [_place(start, text, given, trees) for text in (old, new)]
        around = next((place.project for place in places if place.project is not None), None)
        found = [_open(place, around, [other.tree for other in places if other.tree is not None]) for place in places]
    wrong = [one for side in found if not isinstance(side, Side) for one in side]
    if wrong:
        raise CannotRunError(*(one for at, one in enumerate(wrong) if one not in wrong[:at]))  # both may be one
    first, second = (side for side in found if isinstance(side, Side))
    return first, second


@frozen
class _Place:
    """Where one side is: the project's file, and the rule file to take in the place of its own; in a revision's ``tree``."""

    name: str
    project: Path | None
    rules: Path | None
    tree: Tree | None
    looked: Path


def _place(start: Path, text: str | None, given: Path | None, trees: ExitStack) -> _Place:
    from leadroute.connect.git import Revision, tree_at
    from leadroute.project.find import PROJECT_FILE
    from leadroute.project.sources import displayed

    if text is None:
        file = find(start, given)
        return _Place(displayed(file), file, None, None, start)
    revision = Revision.parse(text)
    if revision is None:
        tree, path = None, start / text
        if not path.exists():
            raise CannotRunError(unreadable(f"there is no `{text}`", "name a folder, a rule file, or a revision: `git:main:rules`"))
    else:
        # Without a path it is the project that one would find from here, as it was.
        tree = trees.enter_context(tree_at(revision, given if given is not None and not revision.path else start))
        path = tree.path
    project: Path | None = path
    rules: Path | None = None
    if path.is_dir() or not path.exists():
        project = _around(path, tree)
    elif path.name != PROJECT_FILE:
        project, rules = _around(path.parent, tree), path
    return _Place(text, project, rules, tree, path)


def _around(folder: Path, tree: Tree | None) -> Path | None:
    """The project that a folder belongs to; that of a revision lies in its tree."""
    from leadroute import project

    found = project.find(folder)
    return found if found is None or tree is None or found.is_relative_to(tree.root) else None


def _open(place: _Place, around: Path | None, trees: Sequence[Tree]) -> Side | tuple[Diagnostic, ...]:
    """A side, or what keeps it from being loaded. A rule file that no project is around is one of the other side's."""
    from leadroute import project

    file = place.project or (around if place.rules is not None else None)
    loaded: Project | None = None
    wrong: tuple[Diagnostic, ...] = (no_project(place.looked),)
    if file is not None:
        found = project.load(file, rules=None if place.rules is None else [place.rules])
        loaded, wrong = found.project, tuple(one for one in found.diagnostics if one.severity == "error")
    if loaded is not None:
        return Side(place.name, loaded, lambda text: reduce(lambda told, tree: tree.told(told), trees, text))
    return tuple(reduce(lambda told, tree: tree.diagnostic(told), trees, one) for one in wrong)
