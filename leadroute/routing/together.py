"""Leads of one person or company go to one rep: whom a lead follows, and who takes it when that rep cannot."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from leadroute.language.evaluate import distinct_values
from leadroute.language.text import fold, joined, string_array
from leadroute.model.columns import CodedColumn, Codes, LeadBatch, TextColumn, Vocabulary
from leadroute.model.decisions import Outcome, Verdict
from leadroute.model.fields import Value
from leadroute.model.frozen import frozen
from leadroute.model.rules import MILLION, Availability, Rule
from leadroute.model.together import BACKUP, KEPT, WAITING, KeepTogether, Kept, Precedents, SharedKey, Unavailable
from leadroute.routing.chain import Chain
from leadroute.routing.desk import Desk
from leadroute.routing.ends import NO_SIGNATURE, NOBODY, REP_BITS, Way
from leadroute.routing.hand import Places

NOT_AWAY = Availability()
_NONE, _GONE = -1, -2
"""Instead of a rep's position: nobody has a lead with this key; somebody has who is not in the roster any more."""


class KeyColumn:
    """One field of ``by``, collected over the blocks of a run and numbered once."""

    def __init__(self, field: str) -> None:
        self.field = field
        self._parts: list[tuple[Codes | None, int]] = []
        self._sources: list[Any] = []
        self._vocabularies: dict[int, int] = {}

    def take(self, batch: LeadBatch) -> None:
        """Note the values of a block's leads."""
        column = batch.columns[self.field]
        if isinstance(column, CodedColumn):
            known = self._vocabularies.setdefault(id(column.vocabulary), len(self._sources))
            if known == len(self._sources):
                self._sources.append(column.vocabulary)
            self._parts.append((column.codes, known))
            return
        if isinstance(column, TextColumn):
            self._parts.append((None, len(self._sources)))
            self._sources.append(fold(column.text, exact=column.exact))
            return
        codes, values = distinct_values(column, None)
        self._parts.append((codes, len(self._sources)))
        self._sources.append(string_array([written(value) for value in values]))

    def shared(self) -> SharedKey:
        """The field over all leads taken in: equal numbers are equal compared forms."""
        texts = [
            string_array([written(value) for value in source.values]) if isinstance(source, Vocabulary) else source
            for source in self._sources
        ]
        numbers, whole = joined(texts)
        parts = [numbers[source] if codes is None else np.append(numbers[source], np.int32(-1))[codes] for codes, source in self._parts]
        return SharedKey(self.field, np.concatenate(parts) if parts else np.zeros(0, np.int32), whole)


def written(value: Value) -> str:
    """A value of a key as one text, the same whether its field is of whole numbers or of any."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


@frozen
class Following:
    """What became of a lead that shares a key with one assigned before.

    ``key`` is the number of the key; ``followed`` as in ``Kept``. ``rep`` is who has the earlier lead, -1 when they left the roster, and
    ``away`` why they cannot take this one (``None``: they can). ``taker`` is who takes it instead of the rules, -1 when nobody does;
    ``waits`` says that the lead is held for the rep. ``backups`` were asked, each with what stops them. ``freed`` names the rule that
    goes first.
    """

    key: int
    followed: int
    rep: int
    away: str | None
    taker: int
    waits: bool
    backups: tuple[tuple[int, str | None], ...]
    freed: str | None


class Keeper:
    """Keeps leads together while a batch is decided: asked about each lead that shares a key, before its rules are.

    Leads that share no key with another lead of the run or of the ledger never come here.
    """

    def __init__(self, asked: KeepTogether, keys: Sequence[SharedKey], precedents: Precedents | None, desk: Desk) -> None:
        self._unavailable = asked.unavailable
        self._keys = keys
        self._desk = desk
        self._codes: list[array[int]] = []
        self._precedents = precedents
        self._newest: list[array[int]] = []
        self._holder: list[array[int]] = []
        self._takers: dict[tuple[int, int], tuple[int, int]] = {}
        self._lead, self._key, self._followed = array("q"), array("b"), array("q")
        self._freed: list[str | None] = []
        self._case_of = array("i")
        self._chains: Sequence[Chain | None] = ()
        at = {rep.id: number for number, rep in enumerate(desk.project.reps)}
        self._known = [] if precedents is None else [at.get(rep, _GONE) for rep in precedents.reps]

    def divert(
        self,
        served: npt.NDArray[np.int64],
        case_of: npt.NDArray[np.int32],
        freed: Sequence[str | None],
        places: Places,
    ) -> npt.NDArray[np.int32]:
        """The case of every lead, with a number of its own for those that share a key; ``places`` is told how these are placed.

        Args:
            served: All leads to be decided.
            case_of: The case of every lead.
            freed: For each case the rule whose leads follow nobody, when that is the first that holds.
            places: How leads of each case are placed.
        """
        self._freed, self._chains = list(freed), places.chains
        free = np.array([name is not None for name in freed], np.bool_)[case_of[served]]
        marked = np.zeros(len(served), np.bool_)
        for at, key in enumerate(self._keys):
            codes = key.codes[served]
            size = len(key.texts)
            repeated = np.append(np.bincount(codes[codes >= 0], minlength=size) > 1, False)
            marked |= repeated[codes]
            numbers = np.full(size, -1, np.int64) if self._precedents is None else self._precedents.numbers[at]
            marked |= np.append(numbers >= 0, False)[codes] & ~free
        if not marked.any():
            return case_of
        self._remember()
        self._case_of = array("i", case_of.astype(np.intc).tobytes())
        diverted = case_of.copy()
        diverted[served[marked]] = places.divert(self.attempt)
        return diverted

    def attempt(self, lead: int) -> int:
        """Place a lead: with the rep of the newest lead that shares its first shared key, else by its rules."""
        end = -1
        case = self._case_of[lead]
        if self._freed[case] is None:
            for at, codes in enumerate(self._codes):
                code = codes[lead]
                if code >= 0 and (rep := self._holder[at][code]) != _NONE:
                    taker, end = self._takers.get((at, rep)) or self._taker(at, rep)
                    if taker >= 0:
                        self._note(lead, at, self._newest[at][code], taker)
                    break
        if end < 0:
            chain = self._chains[case]
            assert chain is not None  # noqa: S101 - every case that is decided has one
            end = chain.place(lead)
        rep = end & NOBODY
        if rep != NOBODY:
            for codes, holder, newest in zip(self._codes, self._holder, self._newest, strict=True):
                code = codes[lead]
                if code >= 0:
                    holder[code], newest[code] = rep, lead
        return end

    def following(self, lead: int) -> Following | None:
        """Whom a lead follows now, and to whom that leads; ``None`` when it shares no key with a lead that somebody has."""
        for at, codes in enumerate(self._codes):
            code = codes[lead]
            if code >= 0 and self._holder[at][code] != _NONE:
                return self._outcome(at, self._newest[at][code], self._holder[at][code], self._freed[self._case_of[lead]])
        return None

    def kept(self) -> Kept:
        """Who followed whom."""
        return Kept(np.array(self._lead, np.int64), np.array(self._key, np.int8), np.array(self._followed, np.int64))

    def _outcome(self, key: int, followed: int, rep: int, freed: str | None) -> Following:
        if rep == _GONE:
            return Following(key, followed, -1, "not in the roster any more", -1, False, (), freed)
        away = self._away(rep)
        if away is None:
            return Following(key, followed, rep, None, rep, False, (), freed)
        backups: list[tuple[int, str | None]] = []
        if self._unavailable is Unavailable.BACKUP:
            for backup in self._desk.backups(rep):
                backups.append((backup, self._away(backup)))
                if backups[-1][1] is None:
                    return Following(key, followed, rep, away, backup, False, tuple(backups), freed)
        return Following(key, followed, rep, away, -1, self._unavailable is Unavailable.WAIT, tuple(backups), freed)

    def _away(self, rep: int) -> str | None:
        return self._desk.presence(rep, NOT_AWAY).reason

    def _taker(self, key: int, rep: int) -> tuple[int, int]:
        """Who takes leads that follow one of a rep's, -1 when nobody does, and how these end, -1 when their rules decide."""
        found = self._outcome(key, 0, rep, None)
        end = self._end(key, found.taker, len(found.backups)) if found.waits or found.taker >= 0 else -1
        self._takers[key, rep] = found.taker, end
        return found.taker, end

    def _note(self, lead: int, key: int, followed: int, taker: int) -> None:
        """That a lead was given to somebody; it is charged: limits and load, and no turn."""
        self._lead.append(lead)
        self._key.append(key)
        self._followed.append(followed)
        if self._desk.watched:
            tally, chain = self._desk.tally, self._chains[self._case_of[lead]]
            tally.charge(taker, MILLION, None, loaded=True, counted=True)
            if tally.caps and chain is not None:
                tally.take(taker, self._desk.caps((taker,), None, chain.case.terms).get(taker, ()), lead)

    def _end(self, key: int, rep: int, backup: int) -> int:
        """The end of leads that go to a rep, who is the ``backup``-th on the way (0: the rep of before), or that are held (-1)."""
        ends = self._desk.ends
        verdict = _verdict(self._keys[key].field, backup, held=rep < 0)
        if rep < 0:
            return ends.base(Way(ends.verdicts.number(verdict))) + (NO_SIGNATURE << REP_BITS) + NOBODY
        way = Way(ends.verdicts.number(verdict), effort=MILLION, counted=True)
        return ends.base(way) + (ends.signatures.number((rep,)) << REP_BITS) + rep

    def _remember(self) -> None:
        """Who has a lead with each value of each key before the first lead: those of the ledger."""
        for at, key in enumerate(self._keys):
            self._codes.append(array("i", key.codes.astype(np.intc).tobytes()))
            numbers, rep = np.full(len(key.texts), -1, np.int64), np.full(len(key.texts), _NONE, np.intc)
            if self._precedents is not None:
                numbers = self._precedents.numbers[at]
                rep = np.array([*self._known, _NONE], np.intc)[np.append(self._precedents.rep, np.int32(-1))[numbers]]
            self._holder.append(array("i", rep.tobytes()))
            self._newest.append(array("q", (-1 - numbers).tobytes()))


def freed_by(rules: Sequence[Rule], chain: Sequence[int]) -> str | None:
    """The first rule that holds of a chain (positions in ``rules``), when it says that its leads follow nobody."""
    first = rules[chain[0]] if chain else None
    return None if first is None or first.keep_together else first.id


def _verdict(field: str, backup: int, *, held: bool) -> Verdict:
    start = f"kept together by {field}: the rep of an earlier lead"
    if held:
        return Verdict(Outcome.HELD, WAITING, f"{start} could not take it, so it is held until they can")
    if backup == 0:
        return Verdict(Outcome.ASSIGNED, KEPT, f"{start} took it")
    whose = "the backup" + "'s backup" * (backup - 1)
    return Verdict(Outcome.ASSIGNED, BACKUP, f"{start} could not take it, so {whose} took it")
