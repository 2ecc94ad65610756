"""stub, to be replaced."""

from __future__ import annotations
from dataclasses import dataclass
from leadroute.model.diagnostic import Severity


@dataclass(frozen=True, slots=True)
class Code:
    code: str
    name: str
    severity: Severity
    summary: str = ""
    why: str = ""
    bad: str = ""
    good: str = ""
    heuristic: bool = False


_E = """unreadable-file bad-text bad-yaml duplicate-key too-large unsupported-yaml unknown-key missing-key wrong-type bad-value not-built bad-csv""".split()
_R = """unknown-field unknown-attribute operator-does-not-fit unreadable-literal type-mismatch unknown-pool unknown-rep unknown-queue unknown-rotation unknown-column duplicate-name backup-cycle bad-pattern bad-timezone used-too-early second-score list-not-allowed no-reference does-not-apply misplaced-step""".split()
_W = """empty-pool pool-falls-back-to-itself no-backup unlisted-team unknown-manager empty-requirement prefer-without-best-fit not-catches-missing step-never-reached unknown-tier backwards-period unknown-map-name""".split()
CODES = {
    f"LR{n}": Code(f"LR{n}", name, sev)
    for start, names, sev in ((101, _E, "error"), (201, _R, "error"), (251, _W, "warning"))
    for n, name in enumerate(names, start)
}
CODES_BY_NAME = {c.name: c for c in CODES.values()}
