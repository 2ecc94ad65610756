"""The ledger: one file, read and written through this class alone. Imported only once a ledger is opened."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from types import MappingProxyType, TracebackType
from typing import IO, Any, Self

from sqlalchemy import insert, select
from sqlalchemy.exc import NoResultFound

from leadroute.ledger import (
    adjusting,
    checking,
    closing,
    giving,
    history,
    lookup,
    portable,
    recorded,
    recording,
    standing,
    tables,
    together,
    totals,
    undoing,
    waiting,
    writing,
)
from leadroute.ledger.counts import Windows
from leadroute.ledger.errors import LedgerError, damaged
from leadroute.ledger.frozen import thaw
from leadroute.ledger.records import (
    EVERYTHING,
    Action,
    Batch,
    BatchRecord,
    Chapter,
    Difference,
    Earlier,
    GivenBack,
    Moved,
    Noted,
    Parts,
    Recorded,
    Refused,
    Totals,
    Undone,
    WaitingLead,
)
from leadroute.ledger.store import Store
from leadroute.ledger.tables import batches, decisions, starts
from leadroute.model.columns import Mask
from leadroute.model.decisions import Decision, Decisions, PassedOver
from leadroute.model.previous import Previous
from leadroute.model.standings import RotationStanding, StandingEvent, Standings
from leadroute.model.together import Precedents, SharedKey, Together

NO_DATES: Mapping[str, int] = MappingProxyType({})


class Ledger:
    """An open ledger; made by :func:`leadroute.ledger.open_ledger`, closed by ``with`` or :meth:`close`.

    Reading methods see one state of it inside :meth:`begin`, and each a state of its own outside. Every method raises
    :class:`LedgerError` when the file cannot be read or written, or does not hold together.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._outdated = False

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
        self._outdated = version is not None and version < tables.VERSION
        return version is not None

    @contextmanager
    def begin(self, *, write: bool = True) -> Iterator[None]:
        """One transaction, to be held from reading the standings to the commit.

        Leaving it without :meth:`commit`, by whatever way, leaves no trace.

        Args:
            write: take the one write lock, waiting for whoever holds it. ``False``, for a dry run: see one state and change nothing.

        A ledger of an older layout is brought to the present one first: to stay with what is committed, and for reading for the while,
        alone with it.
        """
        with self._store.begin(write=write, alone=self._outdated):
            if self._outdated:
                self._migrate()
            yield

    def _migrate(self) -> None:
        """Make the layout the present one, in the open transaction; another run may have been quicker."""
        with self._store.plainly():
            version = self._store.version()
            if version is None or version == tables.VERSION:
                self._outdated = False
                return
            from leadroute.ledger.migrations import migrate

            migrate(self._store.connection, version)

    def standings(
        self,
        windows: Windows,
        figures: Mapping[str, int],
        at: int,
        *,
        dated: Mapping[str, int] = NO_DATES,
        given_back: Sequence[GivenBack] = (),
    ) -> Standings:
        """Who carries what and whose turn it is, at an instant.

        Args:
            windows: rep id to the windows in which leads count, by key: each an instant at which it starts and one before which it ends,
                in microseconds since the epoch UTC (``None``: no start, no end). A rep who is not named counts nothing.
            figures: rep id to the load in the roster, in millionths. One that differs from the figure last seen replaces whatever was
                charged before.
            at: the batch's instant, in microseconds since the epoch UTC.
            dated: rep id to the instant at which the roster's load was taken, where it says so: what was charged from then on is added.
            given_back: what the batch that is to be decided gives back, see :meth:`giving_back`: it is taken off already.
        """
        with self._reading():
            return standing.read(self._store.connection, windows, figures, dated, at, given_back)

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
                number = self._number(before)
            if before is None or number is not None:
                return lookup.decided(self._store, flat, number)
        raise KeyError(before)

    def giving_back(self, ids: Any, parts: Parts = EVERYTHING, *, why: str) -> GivenBack:
        """What is left of what the newest decisions of some leads charged: to be given back by a batch that decides them again.

        Nothing is written: it belongs into the standings that the batch starts from (see :meth:`standings`) and into its record.

        Args:
            ids: trimmed ids as an Arrow string array; unknown leads, and those that nobody got, give nothing back.
            parts: which parts of what was charged.
            why: the reason, for the record.
        """
        with self._reading():
            return giving.giving_back(self._store, _flat(ids), parts, why)

    def previous(self, ids: Any, *, before: str | None = None) -> Previous:
        """Who had each of these leads last, and how often it was decided; ``ids`` and ``before`` as for :meth:`decided`.

        Raises:
            KeyError: there is no batch of the name ``before``.
        """
        with self._reading():
            number = None if before is None else self._number(before)
            if before is None or number is not None:
                return lookup.previous(self._store, _flat(ids), number)
        raise KeyError(before)

    def decided_in(self, ids: Any, name: str) -> Mask:
        """Which of these leads the batch of that name decided itself.

        Raises:
            KeyError: there is no such batch.
        """
        with self._reading():
            number = self._number(name)
            if number is not None:
                return lookup.decided_in(self._store, _flat(ids), number)
        raise KeyError(name)

    def precedents(
        self, keys: Sequence[SharedKey], wanted: Mask, at: int, span: int, *, anew: Sequence[str] = (), before: str | None = None
    ) -> Precedents | None:
        """The leads of the ledger that leads of a run may follow: of each value of a key the newest that somebody has.

        Args:
            keys: the keys of all leads of the run.
            wanted: which of these leads are to be decided.
            at: the batch's instant, in microseconds since the epoch UTC.
            span: how far from it, before or after, an earlier batch may be.
            anew: the ids of leads that are decided anew: what the ledger holds of them counts no longer.
            before: the name of a batch: what the ledger held when that batch was decided, for replaying it.

        Raises:
            KeyError: there is no batch of the name ``before``.
        """
        with self._reading():
            number = None if before is None else self._number(before)
            if before is None or number is not None:
                return together.precedents(self._store, keys, wanted, at, span, anew=anew, before=number)
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
        shared: Together | None = None,
        passed: Sequence[PassedOver] = (),
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
            shared: what later leads may share with these, of a project that keeps leads together.
            passed: whom leads of the batch passed over.
            ready: called when everything is written and only the last step is missing: what the commit depends on must be done when it
                returns. What it raises undoes the batch.

        Raises:
            RuntimeError: outside a :meth:`begin` that holds the write lock.
        """
        if not self._store.writing:
            raise RuntimeError("a batch is committed inside begin()")
        with self._store.plainly():
            writing.write(self._store, record, _flat(ids), decisions, standings_after, shared, passed)
        if ready is not None:
            ready()
        self._store.commit()

    def totals(self, since: int | None, until: int | None) -> Totals:
        """What was decided, by whom and for whom, in the batches of ``since <= at < until`` (``None``: no bound), added up.

        Instants are microseconds since the epoch UTC.
        """
        with self._reading():
            return totals.totals(self._store.connection, since, until)

    def batches(self) -> list[Batch]:
        """All batches, in the order of their commits."""
        with self._reading():
            return recording.listed(self._store.connection)

    def batch(self, name: str) -> Batch | None:
        """The batch of that name."""
        with self._reading():
            return next(iter(recording.listed(self._store.connection, name)), None)

    def batch_of(self, lead: str) -> Batch | None:
        """The batch of the lead's newest decision, by its trimmed id; ``None``: the ledger does not know the lead."""
        with self._reading():
            return recording.newest_of(self._store.connection, select(decisions.c.batch).where(decisions.c.lead == lead))

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

    def recorded(self, name: str) -> Recorded:
        """Every decision of the batch of that name as it was written, those that were undone since too.

        Raises:
            KeyError: there is no such batch.
        """
        with self._reading():
            number = self._number(name)
            if number is not None:
                return recorded.recorded(self._store, number)
        raise KeyError(name)

    def history(self, lead: str) -> list[Chapter]:
        """Everything that became of a lead, by its trimmed id, the oldest first; empty when the ledger does not know it."""
        with self._reading():
            return history.history(self._store.connection, lead)

    def rotations(self) -> dict[str, RotationStanding]:
        """Every turn order as it stands, by key."""
        with self._reading():
            return standing.read_rotations(self._store.connection)

    def differences(self) -> list[Difference]:
        """What the ledger says of standings otherwise than decisions and events do; empty when all is well."""
        with self._reading():
            return list(checking.differences(self._store.connection))

    def waiting(self) -> list[WaitingLead]:
        """The leads that wait for an answer, and those that are held, as far as the ledger knows what they said."""
        with self._reading():
            return waiting.waiting(self._store)

    def had_before(self, lead: str, name: str) -> tuple[str | None, tuple[str, ...]]:
        """By which rule a lead was passed on in the batch of that name, and who had it before, the first one first; nobody: it was not.

        Raises:
            KeyError: there is no such batch.
        """
        with self._reading():
            number = self._number(name)
            if number is not None:
                return waiting.had_before(self._store.connection, lead, number)
        raise KeyError(name)

    def said(self, leads: Sequence[WaitingLead]) -> list[dict[str, Any]]:
        """What waiting leads said: a value by column for each, in their order."""
        with self._reading():
            return waiting.said(self._store, leads)

    def undo(self, name: str, action: Action, *, force: bool = False) -> Undone | Refused:
        """Take a batch back, as if it had never been, and end the transaction; nothing is done when it is refused.

        A run's leads are what they were before: not decided, or decided as by the batch before it. Its turns, limits and load are given
        back, and what it had given back is charged again. When nothing was built upon it, all standings are exactly what they were.

        Args:
            name: the batch.
            action: the record of it.
            force: take later decisions on its leads along, and those that were kept together with them.
        """
        with self._acting():
            done = undoing.undo(self._store, name, action, force=force)
        if isinstance(done, Undone):
            self._store.commit()
        return done

    def adjust(self, wanted: Sequence[StandingEvent], action: Action) -> None:
        """Add turns to somebody's, as events of kind ``adjusted`` say, and end the transaction."""
        with self._acting():
            adjusting.adjust(self._store, wanted, action)
        self._store.commit()

    def close_leads(self, ids: Any, action: Action) -> Noted:
        """Free the load of leads whose work is done, and end the transaction; ``ids`` as for :meth:`decided`."""
        with self._acting():
            done = closing.close(self._store, _flat(ids), action)
        self._store.commit()
        return done

    def answer_leads(self, ids: Any, action: Action) -> Noted:
        """Note that leads were answered, at the action's instant, and end the transaction; ``ids`` as for :meth:`decided`."""
        with self._acting():
            done = closing.answer(self._store, _flat(ids), action)
        self._store.commit()
        return done

    def export(self, file: IO[bytes]) -> Moved:
        """Write everything that the ledger holds (see :mod:`leadroute.ledger.portable`)."""
        with self._reading():
            return portable.write(self._store, file)

    def take_in(self, file: IO[bytes]) -> Moved:
        """Fill the empty ledger with what :meth:`export` wrote, whole, and end the transaction.

        Args:
            file: from its start; :func:`leadroute.ledger.portable.check` found it good.

        Raises:
            NotPortableError: it holds what no ledger does.
        """
        with self._acting():
            if not portable.is_empty(self._store):
                raise LedgerError(f"`{self._store.state}` is not empty: an import fills a ledger that holds nothing yet")
            done = portable.read(self._store, file)
        self._store.commit()
        return done

    @contextmanager
    def _acting(self) -> Iterator[None]:
        """What changes the ledger needs the lock, so that nobody has changed what it was worked out from."""
        if not self._store.writing:
            raise RuntimeError("the ledger is changed inside begin()")
        with self._reading():
            yield

    def _number(self, name: str) -> int | None:
        """The number of the batch of that name."""
        return self._store.connection.execute(select(batches.c.batch).where(batches.c.name == name)).scalar()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """The open transaction, or one for this read; contents that make no sense are a damaged file."""
        with self._store.plainly():
            try:
                if self._store.active:
                    yield
                else:
                    with self.begin(write=False):
                        yield
            except (ValueError, TypeError, LookupError, AttributeError, OverflowError, NoResultFound, zlib.error) as error:
                raise damaged(self._store.state, f"unreadable contents: {error}") from error


def _flat(ids: Any) -> Any:
    """One Arrow array of ids that came in chunks."""
    import pyarrow as pa

    return ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
