"""The ledger: one file, read and written through this class alone. Imported only once a ledger is opened."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Row, insert, select
from sqlalchemy.exc import NoResultFound

from leadroute.ledger import lookup, standing, tables, writing
from leadroute.ledger.errors import LedgerError, damaged
from leadroute.ledger.frozen import thaw
from leadroute.ledger.records import Batch, BatchRecord, Earlier
from leadroute.ledger.store import Store
from leadroute.ledger.tables import batches, decisions, starts
from leadroute.model.decisions import Decision, Decisions
from leadroute.model.standings import Standings


class Ledger:
    """An open ledger; made by :func:`leadroute.ledger.open_ledger`, closed by ``with`` or :meth:`close`.

    Reading methods see one state of it inside :meth:`begin`, and each a state of its own outside. Every method raises
    :class:`LedgerError` when the file cannot be read or written, or does not hold together.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back; what was not committed is undone."""
        self._store.close()

    def prepare(self, *, create: bool) -> bool:
        """Make sure that the tables are there and are ours; ``False``: there are none, and ``create`` is not set."""
        with self._reading():
            version = self._store.version()
        if version is None and create:
            with self._store.begin(write=True), self._store.plainly():
                version = self._store.version()  # another run may have been quicker
                if version is None:
                    version = tables.VERSION
                    tables.metadata.create_all(self._store.connection, checkfirst=False)
                    self._store.connection.execute(insert(tables.meta), {"key": "version", "value": str(version)})
                    self._store.commit()
        if version is not None and version > tables.VERSION:
            raise LedgerError(
                f"`{self._store.state}` was written by a newer leadroute (its layout is version {version}, this one knows"
                f" {tables.VERSION}); update leadroute, or name another ledger with --state"
            )
        return version is not None

    def begin(self, *, write: bool = True) -> AbstractContextManager[None]:
        """One transaction, to be held from reading the standings to the commit.

        Leaving it without :meth:`commit`, by whatever way, leaves no trace.

        Args:
            write: take the one write lock, waiting for whoever holds it. ``False``, for a dry run: see one state and change nothing.
        """
        return self._store.begin(write=write)

    def standings(
        self,
        day_starts: Mapping[str, int],
        figures: Mapping[str, int],
        at: int,
        *,
        day_ends: Mapping[str, int] | None = None,
    ) -> Standings:
        """Who carries what and whose turn it is, at an instant.

        Args:
            day_starts: rep id to the start of the rep's day (midnight on the rep's clock), in microseconds since the epoch UTC; a rep
                who is not named counts nothing today.
            figures: rep id to the load in the roster, in millionths. One that differs from the figure last seen replaces whatever was
                charged before.
            at: the batch's instant, in microseconds since the epoch UTC.
            day_ends: the instants at which these days end, so that a batch of a later day, committed before, does not count into them;
                a rep who is not named has no end.
        """
        ends = day_ends or {}
        days = {rep: (start, ends.get(rep)) for rep, start in day_starts.items()}
        with self._reading():
            return standing.read(self._store.connection, days, figures, at)

    def decided(self, ids: Any, *, before: str | None = None) -> Earlier:
        """The leads among these that are assigned or queued; those whose newest decision is held are to be decided anew.

        Args:
            ids: trimmed ids as an Arrow string array, null where missing.
            before: the name of a batch: what the ledger held when that batch was decided, for replaying it.

        Raises:
            KeyError: there is no batch of the name ``before``.
        """
        flat = _flat(ids)
        number: int | None = None
        with self._reading():
            if before is not None:
                number = self._store.connection.execute(select(batches.c.batch).where(batches.c.name == before)).scalar()
            if before is None or number is not None:
                return lookup.decided(self._store, flat, number)
        raise KeyError(before)

    def next_batch_name(self, day: date) -> str:
        """The name that a batch gets which is committed next: the day on the routing clock and its number on that day, from 1."""
        with self._reading():
            names = self._store.connection.execute(select(batches.c.name).where(batches.c.name.startswith(f"{day.isoformat()}-")))
            return f"{day.isoformat()}-{1 + max((int(name.rpartition('-')[2]) for (name,) in names), default=0)}"

    def commit(
        self,
        record: BatchRecord,
        ids: Any,
        decisions: Decisions,
        standings_after: Standings,
        *,
        ready: Callable[[], None] | None = None,
    ) -> None:
        """Write a batch and end the transaction: once this returns, the batch is on the disk, whole.

        Only fresh decisions are written, and what they charge is taken from them. Of ``standings_after`` only turns and figures are
        kept: loads and counts follow from the charges. What it does not name (a pool or rep that left the project) stays as it was.

        Args:
            record: the batch.
            ids: the ids of all leads of the file, as for :meth:`decided`; those of fresh leads are distinct and not null.
            decisions: one for each of the ids.
            standings_after: the standings that the engine left behind.
            ready: called when everything is written and only the last step is missing: what the commit depends on must be done when it
                returns. What it raises undoes the batch.

        Raises:
            RuntimeError: outside a :meth:`begin` that holds the write lock.
        """
        if not self._store.writing:
            raise RuntimeError("a batch is committed inside begin()")
        with self._store.plainly():
            writing.write(self._store, record, _flat(ids), decisions, standings_after)
        if ready is not None:
            ready()
        self._store.commit()

    def batches(self) -> list[Batch]:
        """All batches, in the order of their commits."""
        with self._reading():
            return [_batch(row) for row in self._store.connection.execute(select(batches).order_by(batches.c.batch))]

    def batch(self, name: str) -> Batch | None:
        """The batch of that name."""
        with self._reading():
            row = self._store.connection.execute(select(batches).where(batches.c.name == name)).first()
            return None if row is None else _batch(row)

    def batch_of(self, lead: str) -> Batch | None:
        """The batch of the lead's newest decision, by its trimmed id; ``None``: the ledger does not know the lead."""
        with self._reading():
            row = self._store.connection.execute(
                select(batches)
                .join(decisions, decisions.c.batch == batches.c.batch)
                .where(decisions.c.lead == lead)
                .order_by(decisions.c.batch.desc())
                .limit(1)
            ).first()
            return None if row is None else _batch(row)

    def decision_of(self, lead: str) -> Decision | None:
        """The lead's newest decision, held ones too, by its trimmed id."""
        with self._reading():
            return lookup.decision_of(self._store, lead)

    def started_from(self, name: str) -> Standings:
        """The standings that the batch of that name started from.

        Raises:
            KeyError: there is no such batch.
        """
        with self._reading():
            frozen = self._store.connection.execute(
                select(starts.c.standings).join(batches, batches.c.batch == starts.c.batch).where(batches.c.name == name)
            ).scalar()
            standings = None if frozen is None else thaw(frozen)
        if standings is None:
            raise KeyError(name)
        return standings

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """The open transaction, or one for this read; contents that make no sense are a damaged file."""
        with self._store.plainly():
            try:
                if self._store.active:
                    yield
                else:
                    with self._store.begin(write=False):
                        yield
            except (ValueError, TypeError, LookupError, AttributeError, OverflowError, NoResultFound, zlib.error) as error:
                raise damaged(self._store.state, f"unreadable contents: {error}") from error


def _batch(row: Row[Any]) -> Batch:
    return Batch(
        name=row.name,
        at=row.at,
        committed_at=row.committed_at,
        project_digest=row.project_digest,
        input_digest=row.input_digest,
        leads=row.leads,
        decided=row.decided,
    )


def _flat(ids: Any) -> Any:
    """One Arrow array of ids that came in chunks."""
    import pyarrow as pa

    return ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
