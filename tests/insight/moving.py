"""Two projects that differ in a word or two, and what the difference does to some leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from leadroute.insight.cause import Cause
from leadroute.insight.moved import Measured
from leadroute.model.project import Project
from leadroute.workflows.diff_leads import LeadsOptions, measured
from leadroute.workflows.opening import open_project
from tests.workflows.running import AT, project, write_leads

FIELDS = (
    "{lead_id: string, seg: {type: string, optional: true}, lang: {type: string, optional: true}, size: {type: number, optional: true}}"
)
REPS = """
  - {id: ann, team: a, languages: [en, es]}
  - {id: bob, team: a, languages: [en]}
  - {id: cat, team: b, languages: [en]}
  - {id: dan, team: b, languages: [en, es]}
"""
RULES = """
pools: {a: {who: {team: a}}, b: {who: {team: b}}}
rules:
  - {id: first, when: {seg: hot}, assign: {pool: a}}
  - {id: rest, assign: {pool: b}}
"""


def made(folder: Path, rules: str = RULES, reps: str = REPS, fields: str = FIELDS, settings: str = "") -> Project:
    """A project of the parts that matter to a test."""
    return open_project(project(folder, rules, reps, fields, settings))


def swapped(text: str, changes: Mapping[str, str]) -> str:
    """A text with some words exchanged; each must be there."""
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


class World:
    """An old project in a folder, and leads; what a new one does to them is asked with ``to``."""

    def __init__(self, folder: Path, leads: Iterable[str], rules: str = RULES, reps: str = REPS, settings: str = "") -> None:
        self.folder, self.rules, self.reps, self.settings = folder, rules, reps, settings
        self.old = made(folder / "old", rules, reps, settings=settings)
        rows = [(number, *[*text.split("/"), "", ""][:3]) for number, text in enumerate(leads, 1)]
        self.leads = write_leads(folder / "leads.csv", rows, ("lead_id", "seg", "lang", "size"))

    def changed(
        self, *, rules: Mapping[str, str] | None = None, reps: Mapping[str, str] | None = None, settings: Mapping[str, str] | None = None
    ) -> Project:
        """The new project: the old one's texts with some words exchanged."""
        texts = [swapped(text, how or {}) for text, how in ((self.rules, rules), (self.reps, reps), (self.settings, settings))]
        return made(self.folder / "new", texts[0], texts[1], settings=texts[2])

    def to(self, new: Project, *, state: str | None = "none", at: str = AT) -> Measured:
        """What the new project does to the leads."""
        return measured(self.old, new, LeadsOptions(str(self.leads), state=state, at=at))


def causes(found: Measured) -> dict[str, int]:
    """How many leads moved by each cause that there is, and that everything adds up."""
    assert sum(found.causes.values()) == found.moved == len(found.moves) == sum(group.leads for group in found.groups)
    assert found.same + found.moved == found.leads
    for group in found.groups:
        assert sum(leads for _, _, leads in group.went) == group.leads
    for rep in found.reps:
        assert rep.before + sum(rep.net.values()) == rep.after
    for what in ("outcomes",):
        assert sum(change.before for change in getattr(found, what)) == sum(change.after for change in getattr(found, what)) == found.leads
    return {cause.value: leads for cause, leads in found.causes.items() if leads}


def whys(found: Measured, cause: Cause) -> set[tuple[str, str, bool | None]]:
    """Everything that differs for leads of a cause."""
    return {(why.what, why.rep, why.gains) for group in found.groups if group.found.cause is cause for why in group.found.whys}
