"""What the ledger holds of leads that come again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from leadroute.model.frozen import frozen

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@frozen
class Previous:
    """Of each of some leads who had it last (``rep`` indexes ``reps``, -1: nobody ever) and how often it was decided."""

    reps: tuple[str, ...]
    rep: npt.NDArray[np.int32]
    count: npt.NDArray[np.int64]


PreviousOf = Callable[[Any], Previous]
"""What is held of leads by their ids, an Arrow string array, null where missing."""
