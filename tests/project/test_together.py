"""`keep_together`: which fields, for how long."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute.model.clock import DAY
from leadroute.model.together import KeepTogether, Unavailable
from tests.project.world import LEADROUTE, RULES, found, good


def test_keys_stay_in_their_order(tmp_path: Path) -> None:
    """Declared and derived fields; `reassign` where nothing is said."""
    derive = "derive: {domain: {domain_of: email}}\n"
    text = LEADROUTE + "keep_together: {by: [domain, company], for: 2w}\n"
    made = good(tmp_path, leadroute=text, rules=RULES + derive)
    assert made.keep_together == KeepTogether(("domain", "company"), 14 * DAY, Unavailable.REASSIGN)
    assert good(tmp_path).keep_together is None


def test_a_rule_may_go_first(tmp_path: Path) -> None:
    """`keep_together: false` on the rule; true is the default."""
    rules = RULES.replace("everyone,", "everyone, keep_together: false,") + "  - {id: two, keep_together: true, assign: {pool: na}}\n"
    made = good(tmp_path, leadroute=LEADROUTE + "keep_together: {by: [email], for: 1d, when_unavailable: wait}\n", rules=rules)
    assert [rule.keep_together for rule in made.rules] == [False, True]
    assert made.keep_together is not None
    assert made.keep_together.unavailable is Unavailable.WAIT


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{by: [email]}", "missing-key"),
        ("{for: 90d}", "missing-key"),
        ("{by: [], for: 90d}", "bad-value"),
        ("{by: email, for: 90d}", "wrong-type"),
        ("{by: [nobody], for: 90d}", "unknown-field"),
        ("{by: [account.id], for: 90d}", "not-built"),
        ("{by: [products], for: 90d}", "list-not-allowed"),
        ("{by: [now.date], for: 90d}", "bad-value"),
        ("{by: [email, email], for: 90d}", "duplicate-name"),
        ("{by: [email], for: 90}", "wrong-type"),
        ("{by: [email], for: 90s}", "bad-value"),
        ("{by: [email], for: 90d, when_unavailable: never}", "bad-value"),
        ("{by: [email], for: 90d, until: never}", "unknown-key"),
        ("[email]", "wrong-type"),
    ],
)
def test_what_is_found(tmp_path: Path, text: str, name: str) -> None:
    """Each mistake is one finding."""
    assert found(tmp_path, leadroute=LEADROUTE + f"keep_together: {text}\n") == [name]
