"""The tables of a ledger. Imported only once a ledger is opened.

They say nothing that only one database understands: names are text, instants are whole microseconds since the epoch UTC, numbers
of rows are given out by leadroute under the write lock. Whatever changes the ledger is a batch: a run, or what a person did to the
record. Rows are only ever added, but for decisions that are undone: these move to a table of their own, so that the newest decision
of a lead is always the one with the highest batch in ``decisions``. Amounts that have no bound (turns, weights, loads: a turn may cost a
deal's value in any currency) are JSON or decimal text, or split where the database has to add them up.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, LargeBinary, MetaData, Table, Text

VERSION = 2
"""Of this layout. A ledger with a higher one was written by a newer leadroute and is left alone."""

metadata = MetaData()

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Compared and ordered by its bytes, as SQLite does, whatever the database's own language."""


def _number(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, autoincrement=False, nullable=False)


def _text(name: str, *, key: bool = False, nullable: bool = False) -> Column[str]:
    return Column(name, TEXT, primary_key=key, nullable=nullable)


meta = Table("meta", metadata, _text("key", key=True), _text("value"))
"""``version``: of the layout."""

batches = Table(
    "batches",
    metadata,
    _number("batch", key=True),
    Column("name", TEXT, nullable=False, unique=True),
    _number("at"),
    _number("committed_at"),
    _text("project_digest"),
    _text("input_digest"),
    _number("leads"),
    _number("decided"),
    _text("kind"),
    _text("why"),
    _number("undoes"),
    _number("wholly"),
)
"""Numbered from 1 in the order of their commits. ``leads`` counts the rows of the file, ``decided`` those decided in the batch. ``kind`` is
``route`` or what was done to the record: ``undo``, ``adjust``, ``close``, ``answered`` …, ``why`` a person's reason (``''``: none given);
``undoes`` is the number of the batch that it takes back, 0 for none, and ``wholly`` 1 where nothing had been built upon that: its events
count no longer either."""

starts = Table("starts", metadata, _number("batch", key=True), Column("standings", LargeBinary, nullable=False))
"""The standings that a batch started from, frozen; apart from ``batches`` so that sums over batches do not read past them."""

reps = Table("reps", metadata, _number("number", key=True), Column("rep", TEXT, nullable=False, unique=True))
"""Rep ids by the number that decisions hold."""

verdicts = Table(
    "verdicts",
    metadata,
    _number("number", key=True),
    _number("batch"),
    _text("outcome"),
    _text("reason"),
    _text("why"),
    _text("rule", nullable=True),
    _text("pool", nullable=True),
    _text("queue", nullable=True),
    _text("tier", nullable=True),
)
"""What many decisions of a batch share, the leads' score tier too; numbers run on over all batches."""

signatures = Table("signatures", metadata, _number("number", key=True), _number("batch"), _text("reps"))
"""Who passed every gate: a JSON list of rep ids; numbers run on over all batches."""

places = Table("places", metadata, _number("number", key=True), _number("batch"), _text("rotation"), _text("cell", nullable=True))
"""Where a turn is charged: a rotation, and one value of its ``by``. Numbers run on over all batches."""

weights = Table("weights", metadata, _text("pool", key=True), _number("batch", key=True), _text("weights"))
"""The weights that a pool's members have from a batch on, until its next row: JSON, millionths by rep id."""


def _decision() -> list[Column[Any]]:
    return [
        _text("lead", key=True),
        _number("batch", key=True),
        *map(_number, ("position", "verdict", "rep", "fit", "signature", "effort", "cost", "place", "counted")),
    ]


decisions = Table(
    "decisions",
    metadata,
    *_decision(),
    # One tree, clustered by lead: there is no second index to keep, and the newest decision of a lead lies where the lookup lands.
    sqlite_with_rowid=False,
)
"""Each decision once, in the batch that made it. ``position`` in that batch's file, from 0; ``rep``, ``signature`` and ``place`` are
numbers of those tables and ``fit`` billionths, -1 for none; ``effort`` and ``cost`` in millionths, 0 for nothing; ``counted`` is 1 where
the lead counts in limits per day."""

undone = Table("undone", metadata, *_decision(), _number("by"), sqlite_with_rowid=False)
"""Decisions that count no longer, as if they had never been: each was moved here by the batch ``by``."""

follows = Table(
    "follows",
    metadata,
    _text("lead", key=True),
    _number("batch", key=True),
    _text("earlier_lead"),
    _number("earlier_batch"),
    sqlite_with_rowid=False,
)
"""The decision on another lead that a decision was made by: kept together with it."""

Index("follows_earlier", follows.c.earlier_batch)

returns = Table(
    "returns",
    metadata,
    _text("lead", key=True),
    _number("batch", key=True),
    _number("by", key=True),
    *map(_number, ("turn", "load", "counted", "undone")),
    sqlite_with_rowid=False,
)
"""What the batch ``by`` gave back of what a decision had charged: its turn, its load, its place in the limits (each 0 or 1). ``undone``
is the batch that took this back in turn, 0 for none."""

Index("returns_by", returns.c.by)

answers = Table("answers", metadata, _text("lead", key=True), _number("batch", key=True), _number("at"), sqlite_with_rowid=False)
"""When somebody answered a lead, and the batch that noted it."""

waiting = Table("waiting", metadata, _text("lead", key=True), _number("batch", key=True), _text("said"), sqlite_with_rowid=False)
"""What a lead said whose decision waits for an answer, or holds it: JSON, the cells that deciding reads, by column. With it the lead can be
decided again without its file; it is let go of some time after the lead waits no longer."""

reminders = Table(
    "reminders", metadata, _text("lead", key=True), _number("batch", key=True), _number("by", key=True), sqlite_with_rowid=False
)
"""Decisions of which it was said, by the batch ``by``, that the time to answer is over soon."""

events = Table(
    "events",
    metadata,
    _number("number", key=True),
    _number("batch"),
    _number("at"),
    _text("kind"),
    *(_text(name, nullable=True) for name in ("rotation", "cell", "rep", "pool")),
    *map(_text, ("turns", "weight", "effort")),
    _text("state", nullable=True),
    _text("why"),
    _number("undone"),
)
"""What changed standings and is no decision (see ``StandingEvent``): amounts are decimal text in millionths, ``state`` is JSON.
``undone`` is the batch that took it back, 0 for none."""

Index("events_batch", events.c.batch)

shared_keys = Table(
    "shared_keys",
    metadata,
    Column("value", LargeBinary, primary_key=True, nullable=False),
    _number("batch", key=True),
    _number("served", key=True),
    _number("rep"),
    _text("lead"),
    sqlite_with_rowid=False,
)
"""What later leads may share with one that a run gave to ``rep`` (a number of ``reps``), only of projects that keep leads together: a
digest of a field and its value, and the decision (lead, batch) with its place in the serving order of its batch. Whether the decision
still counts, and who has the lead now, ``decisions``, ``undone`` and ``returns`` say."""

charges = Table(
    "charges",
    metadata,
    _number("batch", key=True),
    _number("counted_in", key=True),
    _text("pool", key=True),
    _text("rep", key=True),
    _number("leads"),
    _number("effort_whole"),
    _number("effort_rest"),
    sqlite_with_rowid=False,
)
"""What a batch charged a rep through a pool (``''``: through none), counted at the instant of the batch ``counted_in``: its own, or
an earlier one where something is given back (then negative). Effort is whole units and 0..999999 millionths, so that sums of
64 bits never overflow."""

passed_over = Table(
    "passed_over",
    metadata,
    _number("batch", key=True),
    _text("pool", key=True),
    _text("rep", key=True),
    _text("reason", key=True),
    _number("leads"),
    sqlite_with_rowid=False,
)
"""How many leads that a batch handed out from a pool one of its reps could not take, by the first gate that stopped the rep."""

Index("charges_counted_in", charges.c.counted_in)

measures = Table("measures", metadata, _number("number", key=True), Column("measure", TEXT, nullable=False, unique=True))
"""What limits with a condition or a value add up (see ``Measure.key``), by the number that ``measured`` holds."""

measured = Table(
    "measured",
    metadata,
    _number("batch", key=True),
    _number("measure", key=True),
    _text("lead", key=True),
    *map(_number, ("verdict", "rep", "whole", "rest")),
    sqlite_with_rowid=False,
)
"""What a lead takes of such a measure, where it takes anything: whole units and 0..999999 millionths. ``verdict`` and ``rep`` are those of
its decision. A row counts at the instant of its batch unless its decision is undone or gave back its place in the limits."""

figures = Table("figures", metadata, _text("rep", key=True), _text("load"), _number("seen"), _number("batch"))
"""The roster's load as last seen (millionths, decimal text), the instant and the number of the first batch that saw it; or
the instant that the roster dates it at, and batch 0."""

rotations = Table("rotations", metadata, _text("rotation", key=True), _text("standing"))
"""Turns and absences of one rotation, as JSON: always read and written whole, under one lock."""
