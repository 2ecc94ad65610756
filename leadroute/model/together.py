"""Leads of one person or company: what says so, whom such leads follow, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from leadroute.model.frozen import frozen

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


KEPT, BACKUP, WAITING = TOGETHER = ("kept_together", "kept_backup", "kept_waiting")
"""The reasons of leads that no rule decided: the rep of an earlier lead has it, that one's backup has, it is held for that rep."""


class Unavailable(Enum):
    """What becomes of a lead whose rep of before cannot take it."""

    REASSIGN = "reassign"
    WAIT = "wait"
    BACKUP = "backup"


@frozen
class KeepTogether:
    """Leads with an equal value in one of the fields ``by`` go to one rep; ``span`` (microseconds) is how far apart two may be."""

    by: tuple[str, ...]
    span: int
    unavailable: Unavailable = Unavailable.REASSIGN


DIGEST = 16
"""Bytes of what a value of a key is known by."""


@dataclass(frozen=True, eq=False)
class SharedKey:
    """One field of ``by`` over all leads of a run: ``texts`` (Arrow) holds its distinct values, ``codes`` each lead's, -1 for missing."""

    field: str
    codes: npt.NDArray[np.int32]
    texts: Any

    @cached_property
    def digests(self) -> bytes:
        """``DIGEST`` bytes for each text, by which a ledger knows the field with this value: as exact as the text, and no text."""
        start = blake2b(self.field.encode() + b"\0", digest_size=DIGEST)
        found = bytearray()
        for at in range(0, len(self.texts), 1 << 16):
            for text in self.texts.slice(at, 1 << 16).to_pylist():
                one = start.copy()
                one.update(text.encode())
                found += one.digest()
        return bytes(found)


@frozen
class Precedents:
    """Leads of the ledger that leads of this run follow.

    ``numbers`` has one array for each key, with an entry for each of its texts: which precedent below it is, -1 for none. Of each
    precedent: ``rep`` and ``batch`` (they index the tuples of the same name) and ``leads``, its id.
    """

    numbers: tuple[npt.NDArray[np.int64], ...]
    reps: tuple[str, ...]
    batches: tuple[str, ...]
    rep: npt.NDArray[np.int32]
    batch: npt.NDArray[np.int32]
    leads: Sequence[str]


@frozen
class Kept:
    """The leads of a run that were given to somebody because of another lead, in the order in which they were served.

    ``lead`` is the position of each, ``key`` says by which key; ``followed`` is the position of the lead that it followed, or, where
    that stands in the ledger, ``-1 - number`` of a precedent.
    """

    lead: npt.NDArray[np.int64]
    key: npt.NDArray[np.int8]
    followed: npt.NDArray[np.int64]


@frozen
class Together:
    """What the ledger keeps of a run so that later leads can follow.

    The keys, the place of each lead in the serving order (from 0; -1 for those not decided), and who followed whom.
    """

    keys: tuple[SharedKey, ...]
    served: npt.NDArray[np.int64]
    kept: Kept
    precedents: Precedents | None
