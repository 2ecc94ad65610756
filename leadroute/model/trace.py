"""Everything about one lead: each rule and the test that failed, each rep and the gate that stopped it, each fit term, the turn order."""

from __future__ import annotations

from leadroute.model.decisions import Decision
from leadroute.model.frozen import frozen


@frozen
class RuleTrace:
    """One rule and this lead.

    ``status`` is ``took`` (it kept the lead), ``let_go`` (it held, and handed the lead on), ``no`` (it did not hold), ``off`` (disabled,
    or not in force on the routing date) or ``not_reached``. ``words`` tell the first test that failed with the value it saw, or all
    tests when it held; ``missing`` says that a missing value decided.
    """

    rule: str
    status: str
    words: str
    missing: bool = False


@frozen
class TermTrace:
    """One fit term for one rep: its value 0..1 and its weight, as decimals; ``applies`` is false when its ``when`` does not hold."""

    term: str
    value: str
    weight: str
    applies: bool = True


@frozen
class RepTrace:
    """One rep in one try.

    ``gate`` is the first that stopped the rep (``require``, ``availability``, ``limits``), ``None`` when all let them pass; ``words`` say
    why, or what they carry. ``fit`` in billionths (best_fit alone). ``level`` is turns / weight; ``due``: no more than the fair share;
    ``deadline`` is (turns + cost) / weight, by which those who are due are served. ``left``: the pick left them to the turn.
    ``makes_up`` is how many turns a rep who came back may still make up, ``raised`` what the return added in this batch; empty: none.
    """

    rep: str
    gate: str | None
    words: str
    fit: int | None = None
    terms: tuple[TermTrace, ...] = ()
    load: str = ""
    level: str = ""
    due: bool = False
    deadline: str = ""
    makes_up: str = ""
    raised: str = ""
    left: bool = False
    chosen: bool = False


@frozen
class RungTrace:
    """One rung of a ladder in one try: what it asks (empty: nothing), and every candidate."""

    require: str
    reps: tuple[RepTrace, ...]

    @property
    def passing(self) -> int:
        """How many pass all gates."""
        return sum(rep.gate is None for rep in self.reps)

    @property
    def counts(self) -> dict[str, int]:
        """How many each reason stopped, most first; with ``passing`` they add up to everybody."""
        found: dict[str, int] = {}
        for rep in self.reps:
            if rep.gate is not None:
                found[rep.words] = found.get(rep.words, 0) + 1
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


@frozen
class TryTrace:
    """One attempt to place the lead: ``kind`` is ``pool``, ``rep``, ``queue``, ``hold`` or ``nobody`` (a ``$field`` that names nobody).

    ``name`` is the pool, rep or queue, or the sentence for nobody; ``pick`` the strategy; ``rung`` the number of the rung that decided,
    from 1, 0 when none did. ``rungs`` holds those that were looked at.
    """

    kind: str
    name: str
    took: bool
    pick: str = ""
    rung: int = 0
    rungs: tuple[RungTrace, ...] = ()


@frozen
class KeptTrace:
    """That a lead shares a key with one that somebody has, and what came of it.

    ``key`` is the field, ``value`` the lead's, ``lead`` the id of the earlier one, ``batch`` the batch that gave it to ``rep``
    (``None``: this batch). ``away`` says why that rep cannot take this lead (``None``: they can); ``asked`` are the backups that were
    asked then, each with what stops them. ``then`` is what came of it: ``kept``, ``backup``, ``waits``, ``reassigned`` (the rules
    decide), or ``freed`` (the first rule that holds, ``rule``, says ``keep_together: false``).
    """

    key: str
    value: str
    lead: str
    batch: str | None
    rep: str
    away: str | None
    asked: tuple[tuple[str, str | None], ...]
    then: str
    rule: str | None = None

    @property
    def decided(self) -> bool:
        """Whether no rule was asked."""
        return self.then not in {"reassigned", "freed"}


@frozen
class Trace:
    """The account of one lead. ``values`` are the lead's fields as read (``None``: missing), in the order of the project.

    ``position`` is the lead's place in the serving order of its batch, from 1, of ``of`` leads. ``reps`` are all ids of the roster.
    ``kept`` is there when the lead shares a key with one assigned before. ``unread`` are fields that are missing because their cell
    cannot be read, with its text.
    """

    lead: str
    decision: Decision
    values: tuple[tuple[str, str | None], ...]
    rules: tuple[RuleTrace, ...]
    tries: tuple[TryTrace, ...]
    position: int
    of: int
    reps: tuple[str, ...] = ()
    kept: KeptTrace | None = None
    unread: tuple[tuple[str, str], ...] = ()

    @property
    def first_missing(self) -> RuleTrace | None:
        """For a lead that no rule kept, the first rule whose first failing test saw a missing value."""
        if self.decision.rule is not None:
            return None
        return next((rule for rule in self.rules if rule.status == "no" and rule.missing), None)
