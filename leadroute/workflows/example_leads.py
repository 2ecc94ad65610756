"""The leads of rule tests, taken in: in the circumstances that a test tells, after the leads that came before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from leadroute.language.recorder import Recorder
from leadroute.model.clock import Clock
from leadroute.model.examples import Example, Stage
from leadroute.model.frozen import frozen
from leadroute.workflows.instants import fields_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadroute.leads.cells import LeadFile
    from leadroute.leads.reader import Reader
    from leadroute.model.columns import LeadBatch, Mask, Rows
    from leadroute.model.decisions import Decisions
    from leadroute.model.previous import Previous, PreviousOf
    from leadroute.model.project import Project
    from leadroute.model.standings import Standings
    from leadroute.model.together import Precedents
    from leadroute.routing.router import Router
    from leadroute.workflows.coverage import Reached


@frozen
class Taken:
    """Leads taken in, in blocks of one file: of one example (the first ``size`` count), or one of each of several.

    ``own`` are the positions of the leads that are the example's, ``standings`` where everybody stands before them.
    """

    router: Router
    reader: Reader
    standings: Standings
    blocks: tuple[LeadBatch, ...]
    first: Rows
    wanted: Mask
    own: range

    @property
    def size(self) -> int:
        """How many leads are the example's."""
        return len(self.own)

    @property
    def ids(self) -> list[str]:
        """The ids of all leads."""
        return [one or "" for block in self.blocks for one in block.ids.to_pylist()]

    def place(self, lead: int) -> tuple[LeadBatch, int]:
        """The block of a lead, and its row there."""
        block = next(block for block in self.blocks if lead < block.start + block.size)
        return block, lead - block.start

    def alone(self) -> Taken:
        """The same leads, each one by itself: an id that another one has, too, is none that comes again."""
        return replace(self, first=self.first * 0 - 1, wanted=self.reader.invalid_codes() < 0)

    def decided(self, wanted: Mask) -> Decisions:
        """What becomes of leads, of which the wanted ones are decided."""
        from leadroute.workflows.outcome import complete

        return complete(
            self.router.decide(wanted.copy()),
            first=self.first,
            reasons=self.reader.invalid_reasons,
            invalid=self.reader.invalid_codes(),
            earlier=None,
            batch=None,
        )


def take_in(project: Project, example: Example, stage: Stage, reached: Reached | None = None, *, apart: bool = False) -> Taken:
    """A new router that has seen the example's leads; ``reached`` is told what derived fields said to them.

    With ``apart`` each lead's texts are told as it has them, though an earlier one may spell them otherwise.
    """
    from leadroute.routing.circumstances import staged

    clock = Clock(example.at or 0, project.timezone)
    staged_project, standings = staged(project, example.reps or {}, clock, example.start)
    before = _before(staged_project, standings, example, clock) if example.start.before else None
    if before is not None:
        standings = before[0].router.standings()
    previous = None if before is None else _previous(*before)
    if example.file is None:
        taken = _read(staged_project, standings, clock, example, stage, reached, previous=previous, apart=apart)
    else:
        from leadroute.leads.opening import open_file

        with open_file(example.file.path) as file:
            taken = _read(staged_project, standings, clock, example, stage, reached, file, previous=previous)
    if before is not None and stage is Stage.DECIDE:
        taken.router.precedents = _precedents(*before, taken.router)
    return taken


def _read(
    project: Project,
    standings: Standings,
    clock: Clock,
    example: Example,
    stage: Stage,
    reached: Reached | None = None,
    file: LeadFile | None = None,
    *,
    previous: PreviousOf | None = None,
    apart: bool = False,
) -> Taken:
    import numpy as np

    from leadroute.leads.ids import first_rows
    from leadroute.leads.kept import KeptLeads
    from leadroute.leads.reader import Reader, needs
    from leadroute.routing.router import Router
    from leadroute.workflows.route import declared_in

    router = Router(project, standings, clock, Recorder(clock, {} if reached is None else reached.seen))
    fields = fields_of(project, example, stage, router)
    most = None
    if file is None:
        there = {name for lead in example.leads for name in lead}
        if stage is Stage.DECIDE:
            fields |= declared_in(project, there) | example.given
        columns = {project.id_field, *needs(project, fields, example.given).declared}
        columns |= {name for name, one in project.fields.items() if one.required and one.origin == "declared"}
        file = KeptLeads(example.leads, [project.fields[name].headers for name in sorted(columns)])
    elif example.file is not None:
        most = example.file.count
    texts = frozenset(project.fields) if apart else router.texts
    reader = Reader(file, project, clock, fields=fields, texts_of=texts, evaluator=router.evaluator, given=example.given, previous=previous)
    blocks = tuple(reader.batches())
    if stage is Stage.DECIDE:
        for block in blocks:
            router.match(block)
    invalid = np.concatenate([np.zeros(0, np.bool_), *(block.invalid for block in blocks)])
    first = first_rows([block.ids for block in blocks], [block.invalid for block in blocks])
    size = len(invalid) if most is None else min(most, len(invalid))
    wanted = ~invalid & (first < 0)
    wanted[size:] = False
    return Taken(router, reader, standings, blocks, first, wanted, range(size))


def _before(stage: Project, standings: Standings, example: Example, clock: Clock) -> tuple[Taken, Decisions]:
    """The leads that came before, decided."""
    taken = _read(stage, standings, clock, replace(example, leads=example.start.before, given=example.start.given), Stage.DECIDE)
    return taken, taken.decided(taken.wanted)


def _previous(before: Taken, decisions: Decisions) -> PreviousOf:
    """Who had a lead that came before, and how often it stands there."""
    import numpy as np

    from leadroute.model.previous import Previous

    rep: dict[str | None, int] = {}
    count: dict[str | None, int] = {}
    for lead, name in enumerate(before.ids):
        if before.reader.invalid_codes()[lead] < 0:
            rep[name] = max(rep.get(name, -1), int(decisions.rep[lead]))
            count[name] = count.get(name, 0) + 1

    def held(ids: Any) -> Previous:
        names = ids.to_pylist()
        who = np.array([rep.get(name, -1) for name in names], np.int32)
        return Previous(decisions.reps, who, np.array([count.get(name, 0) for name in names], np.int64))

    return held


def _precedents(before: Taken, decisions: Decisions, router: Router) -> Precedents | None:
    """Whom leads follow who share a key with one that came before; the newest counts."""
    import numpy as np

    from leadroute.model.together import Precedents

    together = before.router.together()
    if together is None:
        return None
    served = np.argsort(together.served, kind="stable").tolist()
    given = [row for row in served if together.served[row] >= 0 and decisions.rep[row] >= 0]
    numbers: list[npt.NDArray[np.int64]] = []
    for earlier, key in zip(together.keys, router.keys, strict=True):
        texts, latest = earlier.texts.to_pylist(), {}
        for number, row in enumerate(given):
            if earlier.codes[row] >= 0:
                latest[texts[earlier.codes[row]]] = number
        numbers.append(np.array([latest.get(text, -1) for text in key.texts.to_pylist()], np.int64))
    ids = before.ids
    return Precedents(
        tuple(numbers),
        decisions.reps,
        ("before",),
        np.array([decisions.rep[row] for row in given], np.int32),
        np.zeros(len(given), np.int32),
        [ids[row] for row in given],
    )
