"""A person moves somebody in a turn order. Imported only once a ledger is opened."""

from __future__ import annotations

from collections.abc import Sequence

from leadroute.ledger import events, recording, standing
from leadroute.ledger.moving import Move, move
from leadroute.ledger.records import Action
from leadroute.ledger.store import Store
from leadroute.model.standings import EventKind, StandingEvent


def adjust(store: Store, wanted: Sequence[StandingEvent], action: Action) -> None:
    """Add turns where they are wanted, in the open transaction; each is an event of kind ``adjusted``."""
    connection = store.connection
    number = recording.add(connection, recording.ADJUST, action)
    standings = standing.read_rotations(connection)
    moved = [Move(one.rotation or "", one.cell, one.rep or "", one.turns) for one in wanted if one.kind is EventKind.ADJUSTED]
    amended = move(connection, standings, moved, action.at, action.why)
    events.write(connection, number, [*wanted, *amended])
    standing.write_rotations(connection, standings)
