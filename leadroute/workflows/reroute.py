"""Leads that nobody answered in time go on to somebody else; held ones are tried again."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from leadroute.model.clock import Clock
from leadroute.model.decisions import Outcome, part
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.model.rules import Response, Rule
from leadroute.model.standings import Standings
from leadroute.people.replying import answer_by
from leadroute.workflows.ledger_opening import LedgerOptions, Opened, in_use
from leadroute.workflows.route import RouteOptions, follow, give_back, standings_now, take_in, words_of_waiting

if TYPE_CHECKING:
    from leadroute.ledger import GivenBack, WaitingLead
    from leadroute.ledger.ledger import Ledger
    from leadroute.model.decisions import Decisions
    from leadroute.routing.cases import Unanswered

REMINDER = "reminder"


@frozen
class RerouteOptions:
    """What is asked; as in ``RouteOptions``. ``answers`` is a file of leads that somebody answered (see ``ids_where``)."""

    ledger: LedgerOptions
    output: str = "-"
    answers: str | None = None
    answered_at: str | None = None
    write_format: str | None = None
    dry_run: bool = False
    safe_cells: bool = False


@frozen
class Rerouted:
    """What was done about ``waiting`` leads.

    So many went ``on`` to somebody (or to where the rule's ``then`` says), were ``reminded`` of, or were held and tried again
    (``retried``; ``released`` of them are held no longer). ``answered`` answers were noted first. ``batch`` is ``None`` when nothing was
    recorded.
    """

    waiting: int
    on: int
    reminded: int
    retried: int
    released: int
    answered: int
    batch: str | None
    state: str


@frozen
class _Due:
    """What is to be done about waiting leads, at an instant."""

    expired: tuple[WaitingLead, ...]
    reminders: tuple[WaitingLead, ...]
    held: tuple[WaitingLead, ...]

    @property
    def leads(self) -> tuple[WaitingLead, ...]:
        """All of them, in the order in which they were decided before."""
        return tuple(sorted((*self.expired, *self.reminders, *self.held), key=lambda one: (one.number, one.lead)))


def reroute(options: RerouteOptions) -> Rerouted:
    """Pass on what nobody answered in time, remind of what is due soon, try again what was held; each once.

    The order of writing is that of ``route``.

    Raises:
        CannotRunError: The project or the ledger cannot be used; nothing was written.
        LeadFileError: The file of answers cannot be read, or the output not be written; nothing was written.
    """
    from leadroute.leads.write import check_target

    check_target(options.output)
    with in_use(options.ledger) as use:
        answered = 0
        if options.answers is not None and not options.dry_run:
            answered = _note_answers(use, options.answers, options.answered_at)
        with use.ledger.begin(write=not options.dry_run):
            return _decide(use, answered, options)


def _decide(use: Opened, answered: int, options: RerouteOptions) -> Rerouted:
    import numpy as np

    from leadroute.leads.kept import KeptLeads
    from leadroute.leads.write import prepare
    from leadroute.ledger import BatchRecord
    from leadroute.routing.passed import passed_over
    from leadroute.routing.router import in_force
    from leadroute.workflows.outcome import complete

    project, clock, ledger = use.project, use.clock, use.ledger
    waiting, passing = ledger.waiting(), _Passing(project, in_force(project, clock))
    due = _due(project, clock, passing.rules, waiting)
    leads, told, expired = due.leads, frozenset(due.reminders), frozenset(due.expired)
    file = KeptLeads(ledger.said(leads), _columns(project, clock))
    gone = ((at, passing.unanswered(lead.rule, lead.had)) for at, lead in enumerate(leads) if lead in expired)
    intake = take_in(
        project,
        clock,
        standings_now(ledger, project, clock),
        file,
        RouteOptions(leads=file.path),
        unanswered={at: one for at, one in gone if one is not None},
        previous=ledger.previous,
    )
    wanted = intake.valid & np.array([lead not in told for lead in leads], np.bool_)
    # One that cannot be read any more, as the rules are now, stays with its rep, and so does its load.
    back = _given_back(use, [lead for at, lead in enumerate(leads) if lead in expired and wanted[at]])
    before = copy.deepcopy(give_back(ledger, intake.router, back))
    follow(ledger, intake.router, wanted)
    decided = intake.router.decide(wanted)
    after = intake.router.standings()
    name = ledger.next_batch_name(clock.today)
    decisions = complete(
        decided,
        first=intake.first,
        reasons=intake.reader.invalid_reasons,
        invalid=intake.reader.invalid_codes(),
        earlier=ledger.decided(intake.ids),
        batch=None if options.dry_run else name,
    )
    decisions = _with_reminders(decisions, [at for at, lead in enumerate(leads) if lead in told])
    # What is held still is no news: it is neither told nor decided again.
    moved = np.array([not lead.held or decisions[at].outcome is not Outcome.HELD for at, lead in enumerate(leads)], np.bool_)
    decisions = replace(decisions, fresh=decisions.fresh & moved)
    rows = np.flatnonzero(moved & (wanted | np.array([lead in told for lead in leads], np.bool_)))
    batch = None if options.dry_run or len(rows) == 0 else name
    with prepare(
        file.some(rows),
        part(decisions, rows),
        options.output,
        format=options.write_format,
        safe_cells=options.safe_cells,
        durable=batch is not None,
    ) as output:
        if batch is not None:
            record = BatchRecord(
                batch,
                clock.now,
                project.digest,
                file.digest(),
                before,
                given_back=back,
                kind="reroute",
                waiting=words_of_waiting(file, intake, decisions),
                reminded=tuple((lead.lead, lead.number) for lead in due.reminders),
            )
            passed = passed_over(intake.router, decided)
            ledger.commit(record, intake.ids, decisions, after, shared=intake.router.together(), passed=passed, ready=output.settle)
        output.publish()
    return Rerouted(
        waiting=len(waiting),
        on=sum(bool(wanted[at]) for at, lead in enumerate(leads) if lead in expired),
        reminded=len(told),
        retried=len(due.held),
        released=sum(bool(moved[at]) for at, lead in enumerate(leads) if lead.held),
        answered=answered,
        batch=batch,
        state=use.state,
    )


def _columns(project: Project, clock: Clock) -> list[tuple[str, ...]]:
    """The names, any of them, of each column that is read: what was kept under other rules may lack some, and is missing there."""
    from leadroute.leads.reader import needs
    from leadroute.routing.router import Router

    required = {name for name, field in project.fields.items() if field.required and field.origin == "declared"}
    needed = needs(project, Router(project, Standings(), clock).fields).declared | required | {project.id_field}
    return [project.fields[name].headers for name in sorted(needed)]


class _Passing:
    """How leads go on under the rules that are in force."""

    def __init__(self, project: Project, rules: Sequence[Rule]) -> None:
        self.rules = {rule.id: rule for rule in rules}
        self._at = {rule.id: at for at, rule in enumerate(rules)}
        self._places = {rep.id: at for at, rep in enumerate(project.reps)}

    def unanswered(self, named: str | None, had: Sequence[str]) -> Unanswered | None:
        """How a lead of a rule goes on that these had; ``None`` for one that nobody had, or whose rule is there no longer."""
        from leadroute.routing.cases import Unanswered

        rule = self.rules.get(named or "")
        if rule is None or not had:
            return None
        tries = None if rule.respond is None else rule.respond.tries
        return Unanswered(
            rule=self._at[rule.id],
            had=frozenset(self._places[rep] for rep in had if rep in self._places),
            last=self._places.get(had[-1], -1),
            over=tries is not None and len(had) >= tries,
        )


def _due(project: Project, clock: Clock, rules: Mapping[str, Rule], waiting: Sequence[WaitingLead]) -> _Due:
    """What the time has come for. A lead whose rule is gone, not in force, or asks for no answer any more stays where it is."""
    reps = {rep.id: rep for rep in project.reps}
    instants: dict[tuple[object, ...], int] = {}

    def passed(lead: WaitingLead, rule: Rule, response: Response, time: int) -> bool:
        key = (lead.at, rule.id, lead.rep, time)
        if key not in instants:
            instants[key] = answer_by(lead.at, time, response, reps.get(lead.rep or ""))
        return clock.now >= instants[key]

    expired, reminders = [], []
    for lead in waiting:
        rule = rules.get(lead.rule or "")
        response = None if rule is None else rule.respond
        if rule is None or response is None:
            continue
        if passed(lead, rule, response, response.time):
            expired.append(lead)
        elif response.remind and not lead.reminded and passed(lead, rule, response, response.time - response.remind):
            reminders.append(lead)
    return _Due(tuple(expired), tuple(reminders), tuple(lead for lead in waiting if lead.held))


def unanswered_in(ledger: Ledger, project: Project, clock: Clock, lead: str, batch: str) -> Unanswered | None:
    """How a lead went on in a batch of the past; ``None`` where it was held before, or its rule is there no longer."""
    from leadroute.routing.router import in_force

    return _Passing(project, in_force(project, clock)).unanswered(*ledger.had_before(lead, batch))


def _given_back(use: Opened, expired: Sequence[WaitingLead]) -> tuple[GivenBack, ...]:
    """The load of who did not answer, and the turn where the rule says so; what counted in a limit has taken its time, and stays."""
    from leadroute.leads import arrow
    from leadroute.ledger import Parts

    returning = {rule.id: rule.respond.give_back for rule in use.project.rules if rule.respond is not None}
    found = []
    for turn in (False, True):
        ids = [lead.lead for lead in expired if returning.get(lead.rule or "", False) is turn]
        if ids:
            parts = Parts(turn=turn, load=True, counted=False)
            found.append(use.ledger.giving_back(arrow.strings(ids), parts, why="not answered in time"))
    return tuple(found)


def _with_reminders(decisions: Decisions, told: Sequence[int]) -> Decisions:
    """The decisions with a sentence of its own for leads that are only reminded of."""
    verdicts = list(decisions.verdicts)
    numbers: dict[int, int] = {}
    verdict = decisions.verdict.copy()
    for at in told:
        own = int(verdict[at])
        if own not in numbers:
            numbers[own] = len(verdicts)
            why = f"rule {verdicts[own].rule}: nobody has answered yet, and the time is over soon"
            verdicts.append(replace(verdicts[own], reason=REMINDER, why=why))
        verdict[at] = numbers[own]
    return replace(decisions, verdicts=tuple(verdicts), verdict=verdict)


def _note_answers(use: Opened, path: str, column: str | None) -> int:
    """Note the answers of a file, in a batch of their own; how many are new."""
    from leadroute.workflows.named_leads import ids_where

    ids = ids_where(use.project, use.clock, path, column)
    with use.ledger.begin(write=True):
        return use.ledger.answer_leads(ids, use.action()).fresh
