"""Leads that nobody answered in time go on to somebody else; held ones are tried again."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from leadroute.model.clock import EPOCH_DAY, Clock, day
from leadroute.model.codes import diagnostic
from leadroute.model.decisions import Outcome, part
from leadroute.model.frozen import frozen
from leadroute.model.project import Project
from leadroute.model.rules import Response, Rule
from leadroute.model.standings import Standings
from leadroute.model.urls import masked
from leadroute.people.replying import answer_by
from leadroute.workflows.opening import open_project
from leadroute.workflows.refusal import CannotRunError
from leadroute.workflows.route import RouteOptions, follow, standings_now, take_in, words_of_waiting
from leadroute.workflows.standing import clock_of, ledger_refusal, state_of

if TYPE_CHECKING:
    from leadroute.ledger import GivenBack, WaitingLead
    from leadroute.ledger.ledger import Ledger
    from leadroute.model.decisions import Decisions
    from leadroute.routing.cases import Unanswered

REMINDER = "reminder"


@frozen
class RerouteOptions:
    """What is asked; as in ``RouteOptions``. ``answers`` is a file of leads that somebody answered (see ``answered_in``)."""

    output: str = "-"
    answers: str | None = None
    answered_at: str | None = None
    start: Path = Path()
    project: Path | None = None
    rules: Sequence[Path] | None = None
    roster: Path | None = None
    state: str | None = None
    at: str | None = None
    write_format: str | None = None
    dry_run: bool = False
    safe_cells: bool = False
    tell: Callable[[str], None] | None = None


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
    from leadroute.ledger import LedgerError, open_ledger

    project = open_project(options.start, options.project, rules=options.rules, roster=options.roster)
    clock = clock_of(project, options.at)
    state = state_of(project, options.state)
    check_target(options.output)
    with ExitStack() as stack:
        try:
            ledger = None if state is None else open_ledger(state, create=False, wait=options.tell)
            if ledger is None or state is None:
                said = "there is no ledger" if state is None else f"there is no ledger at `{masked(state)}` yet"
                raise CannotRunError(diagnostic("ledger", said, help="`leadroute route` makes one: it notes who waits for an answer"))
            stack.enter_context(ledger)
            answered = 0
            if options.answers is not None and not options.dry_run:
                answered = _note_answers(ledger, project, clock, options)
            stack.enter_context(ledger.begin(write=not options.dry_run))
            found = ledger.waiting()
            due = _due(project, clock, found)
            return replace(_decide(stack, ledger, project, clock, due, options), waiting=len(found), answered=answered, state=masked(state))
        except LedgerError as problem:
            raise ledger_refusal(problem) from problem


def _decide(stack: ExitStack, ledger: Ledger, project: Project, clock: Clock, due: _Due, options: RerouteOptions) -> Rerouted:
    import numpy as np

    from leadroute.leads.kept import KeptLeads
    from leadroute.leads.write import prepare
    from leadroute.ledger import BatchRecord
    from leadroute.routing.passed import passed_over
    from leadroute.workflows.outcome import complete

    leads = due.leads
    file = KeptLeads(ledger.said(leads), _columns(project, clock))
    back = _given_back(ledger, project, due.expired)
    started = standings_now(ledger, project, clock, back)
    before = copy.deepcopy(started)
    told = frozenset(due.reminders)
    expired = frozenset(due.expired)
    unanswered = {at: _unanswered(project, clock, lead.rule, lead.had) for at, lead in enumerate(leads) if lead in expired}
    intake = take_in(project, clock, started, file, RouteOptions(leads=file.path), unanswered=unanswered, previous=ledger.previous)
    wanted = intake.valid & np.array([lead not in told for lead in leads], np.bool_)
    name = ledger.next_batch_name(EPOCH_DAY + timedelta(days=day(clock.now, clock.timezone)))
    follow(ledger, intake.router, wanted)
    decided = intake.router.decide(wanted)
    after = intake.router.standings()
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
    output = prepare(
        file.some(rows),
        part(decisions, rows),
        options.output,
        format=options.write_format,
        safe_cells=options.safe_cells,
        durable=batch is not None,
    )
    stack.callback(output.discard)
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
        waiting=0,
        on=sum(bool(wanted[at]) for at, lead in enumerate(leads) if lead in expired),
        reminded=len(told),
        retried=len(due.held),
        released=sum(bool(moved[at]) for at, lead in enumerate(leads) if lead.held),
        answered=0,
        batch=batch,
        state="",
    )


def _columns(project: Project, clock: Clock) -> list[tuple[str, ...]]:
    """The names, any of them, of each column that deciding needs: what was kept under other rules may lack some, and is missing there."""
    from leadroute.leads.reader import needs
    from leadroute.routing.router import Router

    needed = needs(project, Router(project, Standings(), clock).fields).declared | {project.id_field}
    return [project.fields[name].columns or (name,) for name in sorted(needed)]


def _due(project: Project, clock: Clock, waiting: Sequence[WaitingLead]) -> _Due:
    """What the time has come for. A lead whose rule is gone, not in force, or asks for no answer any more stays where it is."""
    from leadroute.routing.router import in_force

    rules = {rule.id: rule for rule in in_force(project, clock)}
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


def _unanswered(project: Project, clock: Clock, named: str | None, had: Sequence[str]) -> Unanswered:
    from leadroute.routing.cases import Unanswered
    from leadroute.routing.router import in_force

    places = {rep.id: at for at, rep in enumerate(project.reps)}
    at, rule = next((at, rule) for at, rule in enumerate(in_force(project, clock)) if rule.id == named)
    response = rule.respond
    tries = None if response is None else response.tries
    return Unanswered(
        rule=at,
        had=frozenset(places[rep] for rep in had if rep in places),
        last=places.get(had[-1], -1),
        over=tries is not None and len(had) >= tries,
    )


def unanswered_in(ledger: Ledger, project: Project, clock: Clock, lead: str, batch: str) -> Unanswered | None:
    """How a lead went on in a batch of the past; ``None`` where it was held before, or its rule is there no longer."""
    from leadroute.ledger.records import Happened
    from leadroute.routing.router import in_force

    kinds = {one.name: one.kind for one in ledger.batches()}
    told = [one for one in ledger.history(lead) if one.what is Happened.DECIDED and one.decision is not None]
    at = next((at for at, one in enumerate(told) if one.batch == batch), 0)
    had: list[str] = []
    for one in reversed(told[:at]):
        if one.decision is None or one.decision.rep is None:
            break
        had.insert(0, one.decision.rep)
        if kinds.get(one.batch) != "reroute":
            break
    before = told[at - 1].decision if had else None
    if before is None or before.rule not in {rule.id for rule in in_force(project, clock)}:
        return None
    return _unanswered(project, clock, before.rule, had)


def _given_back(ledger: Ledger, project: Project, expired: Sequence[WaitingLead]) -> tuple[GivenBack, ...]:
    """The load of who did not answer, and the turn where the rule says so; what counted in a limit has taken its time, and stays."""
    from leadroute.leads import arrow
    from leadroute.ledger import Parts

    returning = {rule.id: rule.respond.give_back for rule in project.rules if rule.respond is not None}
    found = []
    for turn in (False, True):
        ids = [lead.lead for lead in expired if returning.get(lead.rule or "", False) is turn]
        if ids:
            parts = Parts(turn=turn, load=True, counted=False)
            found.append(ledger.giving_back(arrow.strings(ids), parts, why="not answered in time"))
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


def _note_answers(ledger: Ledger, project: Project, clock: Clock, options: RerouteOptions) -> int:
    """Note the answers of a file, in a batch of their own; how many are new."""
    from leadroute.ledger import Action
    from leadroute.workflows.answers import answered_in

    ids = answered_in(project, clock, options.answers or "-", options.answered_at)
    with ledger.begin(write=True):
        name = ledger.next_batch_name(EPOCH_DAY + timedelta(days=day(clock.now, clock.timezone)))
        return ledger.answer_leads(ids, Action(name, clock.now)).fresh
