"""Leads and conditions at random, as single values and as blocks of columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from leadroute.language.operators import OPERATORS
from leadroute.language.scalar import holds
from leadroute.language.text import compared, trimmed
from leadroute.model.clock import DAY, HOUR, Clock, day_span
from leadroute.model.columns import CodedColumn, Column, LeadBatch, NumberColumn, TextColumn, Vocabulary
from leadroute.model.condition import Ago, All, Condition, Days, Not, Operand, Subject, Test
from leadroute.model.condition import Any as AnyOf
from leadroute.model.fields import FieldType, Value
from leadroute.project.literals import comparable

Test.__test__ = False  # type: ignore[attr-defined] # not a test of pytest's

CLOCK = Clock(1_795_431_600_000_000, "America/New_York")
"""2026-11-23T06:00 in New York."""
TODAY = CLOCK.now // DAY

TYPES = {
    "name": FieldType.STRING,
    "city": FieldType.STRING,
    "code": FieldType.STRING,
    "mail": FieldType.EMAIL,
    "site": FieldType.DOMAIN,
    "land": FieldType.COUNTRY,
    "size": FieldType.INTEGER,
    "staff": FieldType.INTEGER,
    "deal": FieldType.NUMBER,
    "vip": FieldType.BOOLEAN,
    "due": FieldType.DATE,
    "sent": FieldType.DATE,
    "made": FieldType.DATETIME,
    "clock": FieldType.TIME,
    "tags": FieldType.LIST,
    "marks": FieldType.LIST,
}
EXACT = {"code", "marks"}
ORDERED_OPS = {"gt", "gte", "lt", "lte", "between"}
SEARCH_OPS = {"contains", "starts_with", "ends_with"}
ROOMY = {"in", "not_in", "has_any", "has_all", "has_none"}

ALPHABET = st.sampled_from("aAbBéÉßİ\u0131\u017fΣς\u03c3K \t\x1c\x85\u00a0\u2003\x00-.5@e\u0301")
TEXTS = st.one_of(
    st.sampled_from(["Acme", "ACME ", "acme  inc", "Straße", "STRASSE", "naïve", "nai\u0308ve", "b", "ab", "\u212a", "k"]),
    st.text(ALPHABET, max_size=6),
)


@dataclass
class Lead:
    """One lead: compared values by field, and the trimmed texts of its text fields."""

    values: dict[str, Value] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


def put(lead: Lead, name: str, raw: Any) -> None:
    """Give a field a value: text as a person types it, anything else in compared form; what comes out empty is missing."""
    if raw is None:
        return
    form = trimmed if name in EXACT else compared
    if TYPES[name] is FieldType.LIST:
        items = tuple(dict.fromkeys(item for item in map(form, raw) if item))
        if items:
            lead.values[name] = items
    elif not isinstance(raw, str):
        lead.values[name] = raw
    elif compared(raw):
        lead.values[name] = form(raw)
        lead.texts[name] = trimmed(raw)


CELLS: dict[FieldType, st.SearchStrategy[Any]] = {
    FieldType.STRING: TEXTS,
    FieldType.EMAIL: st.builds(
        "{}@{}".format, st.sampled_from(["ann", "BOB", "x@y"]), st.sampled_from(["gmail.com", "GMAIL.com", "acme.de", "ü.de"])
    ),
    FieldType.DOMAIN: st.sampled_from(["acme.com", "ACME.com", "x.org"]),
    FieldType.COUNTRY: st.sampled_from(["us", "de", "no"]),
    FieldType.INTEGER: st.one_of(st.integers(-3, 5), st.sampled_from([2**53, 2**53 + 1, -(2**63), 2**63 - 1])),
    FieldType.NUMBER: st.one_of(
        st.integers(-6, 6).map(lambda n: n / 2), st.sampled_from([0.1, 0.30000000000000004, 1e17, 2e17, 1e300, 5e-324])
    ),
    FieldType.BOOLEAN: st.booleans(),
    FieldType.DATE: st.integers(TODAY - 3, TODAY + 3),
    FieldType.DATETIME: st.integers(-60, 60).map(lambda n: CLOCK.now + n * HOUR)
    | st.integers(TODAY - 3, TODAY + 3).map(lambda d: day_span(d, CLOCK.timezone)[0]),
    FieldType.TIME: st.integers(0, 23).map(lambda n: n * HOUR),
    FieldType.LIST: st.lists(st.sampled_from(["en", "ES", "Acme", "b"]), max_size=3),
}


@st.composite
def leads(draw: st.DrawFn, names: Collection[str] = tuple(TYPES)) -> Lead:
    """A lead that has some of these fields."""
    lead = Lead()
    for name in sorted(names):
        put(lead, name, draw(st.one_of(st.none(), CELLS[TYPES[name]], CELLS[TYPES[name]])))
    return lead


# Conditions


@st.composite
def operands(draw: st.DrawFn, subject: Subject, op: str) -> Operand:
    """A literal as the project reads it, or a ``$field`` that may stand there."""
    kind = subject.type
    operator = OPERATORS[op]
    if op == "matches":
        pattern = draw(st.sampled_from(["a", "^a", "b$", "[ab]{2}", "s{2}", "é", "ß", "^$", " ", "K", r"\s", "(?-i)A", "a|^b"]))
        return Operand(pattern, pattern, type=kind)
    if draw(st.booleans()) and not operator.literals_only:
        names = [name for name, other in TYPES.items() if comparable(kind, other) and (other is not FieldType.LIST or op in ROOMY)]
        if names:
            name = draw(st.sampled_from(names))
            return Operand(name, ref=name, type=TYPES[name])
    value: Any
    if kind in {FieldType.LIST, FieldType.MAP}:
        text = draw(st.sampled_from(["en", "ES", "Acme", "x"]))
        return Operand(text, trimmed(text) if subject.exact else compared(text), type=kind)
    if op in SEARCH_OPS:
        text = draw(st.text(ALPHABET, min_size=1, max_size=2))
        return Operand(text, trimmed(text) if subject.exact else compared(text), type=kind)
    if kind is FieldType.DATETIME and draw(st.booleans()):
        return Operand("day", Days(*day_span(draw(CELLS[FieldType.DATE]), CLOCK.timezone)), type=kind)
    if kind in {FieldType.DATE, FieldType.DATETIME} and op in ORDERED_OPS and draw(st.booleans()):
        count = draw(st.integers(-3, 3))
        return Operand("ago", draw(st.sampled_from([Ago(count * DAY, count), Ago(count * HOUR, None)])), type=kind)
    value = draw(CELLS[kind])
    if isinstance(value, str):
        value = trimmed(value) if subject.exact else compared(value)
    return Operand(str(value), value, type=kind)


@st.composite
def a_test(draw: st.DrawFn, subjects: Sequence[Subject] | None = None) -> Test:
    """One test on a lead's field (or on one of ``subjects``), by any operator that its type has."""
    known = subjects if subjects is not None else [Subject(name, kind, exact=name in EXACT) for name, kind in TYPES.items()]
    subject = draw(st.sampled_from(known))
    op = draw(st.sampled_from([name for name, operator in OPERATORS.items() if subject.type in operator.types]))
    operator = OPERATORS[op]
    if operator.takes == "boolean":
        domains = frozenset({"gmail.com", "acme.de"}) if op != "present" else frozenset()
        return Test(subject, op, (Operand("true", draw(st.booleans()), type=FieldType.BOOLEAN),), domains)
    count = {"one": 1, "pair": 2}.get(operator.takes) or draw(st.integers(1, 3))
    return Test(subject, op, tuple(draw(operands(subject, op)) for _ in range(count)))


def conditions(leaves: st.SearchStrategy[Test] | None = None) -> st.SearchStrategy[Condition]:
    """Tests under ``all``, ``any`` and ``not``, nested freely."""

    def nested(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        parts = st.lists(inner, max_size=3).map(tuple)
        return st.builds(All, parts) | st.builds(AnyOf, parts) | st.builds(Not, inner)

    return st.recursive(leaves if leaves is not None else a_test(), nested, max_leaves=5)


def lead_holds(condition: Condition, lead: Lead) -> bool:
    """A condition on one lead, test by test."""
    if isinstance(condition, Test):
        name = condition.subject.name
        return holds(condition, lead.values.get(name), lead.values, CLOCK, text=lead.texts.get(name))
    if isinstance(condition, Not):
        return not lead_holds(condition.part, lead)
    answers = [lead_holds(part, lead) for part in condition.parts]
    return all(answers) if isinstance(condition, All) else any(answers)


# Columns


@dataclass
class Blocks:
    """Makes blocks of leads; a field keeps its vocabulary from block to block."""

    vocabularies: dict[str, Vocabulary] = field(default_factory=dict)
    start: int = 0

    def of(self, found: Sequence[Lead], as_text: frozenset[str] = frozenset()) -> LeadBatch:
        """A block; the text fields named by ``as_text`` are kept as text, the others are numbered."""
        columns = {name: self._column(name, kind, found, as_text) for name, kind in TYPES.items()}
        start, self.start = self.start, self.start + len(found)
        return LeadBatch(
            start, len(found), pa.array([f"L{start + at}" for at in range(len(found))]), np.zeros(len(found), np.bool_), columns
        )

    def _column(self, name: str, kind: FieldType, found: Sequence[Lead], as_text: frozenset[str]) -> Column:
        values = [lead.values.get(name) for lead in found]
        if kind.is_ordered:
            numbers = np.array([0 if value is None else value for value in values], np.float64 if kind is FieldType.NUMBER else np.int64)
            return NumberColumn(kind, numbers, np.array([value is None for value in values], np.bool_))
        vocabulary = self.vocabularies.setdefault(name, Vocabulary(by_text=True))
        if name in as_text and kind.is_text and kind is not FieldType.COUNTRY:
            return TextColumn(kind, pa.array([lead.texts.get(name) for lead in found], pa.string()), name in EXACT, vocabulary)
        if kind is FieldType.BOOLEAN:
            vocabulary.code(False, "false")
            vocabulary.code(True, "true")
        codes = [
            -1 if value is None else vocabulary.code(value, lead.texts.get(name, str(value)))
            for value, lead in zip(values, found, strict=True)
        ]
        return CodedColumn(kind, np.array(codes, np.int32), vocabulary)
