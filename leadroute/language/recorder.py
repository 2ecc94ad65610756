"""What the tests in conditions were seen to say: for coverage, noted by the evaluation itself."""

from __future__ import annotations

from leadroute.language.evaluate import Evaluator
from leadroute.model.clock import Clock
from leadroute.model.columns import LeadBatch, Mask, Rows
from leadroute.model.condition import Test

HELD, FAILED = 1, 2
BOTH = HELD | FAILED


class Recorder(Evaluator):
    """An evaluator that notes in ``seen``, by the ``id`` of each test, whether it held (``HELD``) and whether it failed (``FAILED``).

    A part of a condition that is not asked, since the others have decided, is not seen.
    """

    def __init__(self, clock: Clock, seen: dict[int, int]) -> None:
        super().__init__(clock)
        self.seen = seen

    def _test(self, test: Test, batch: LeadBatch, rows: Rows | None) -> Mask:
        answer = super()._test(test, batch, rows)
        if len(answer) and self.seen.get(id(test)) != BOTH:
            held = int(answer.sum())
            self.seen[id(test)] = self.seen.get(id(test), 0) | (HELD if held else 0) | (FAILED if held < len(answer) else 0)
        return answer
