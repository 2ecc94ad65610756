"""``leadroute ledger``: what is recorded, and what a person may do to it."""

from __future__ import annotations

from leadroute.cli.group import Group
from leadroute.cli.ledger_adjust import ledger_adjust
from leadroute.cli.ledger_check import ledger_check
from leadroute.cli.ledger_leads import ledger_answered, ledger_close
from leadroute.cli.ledger_move import ledger_export, ledger_import
from leadroute.cli.ledger_show import ledger_show
from leadroute.cli.ledger_undo import ledger_undo

LEDGER = Group(
    "Show, check and amend what was decided, and whose turn it is.",
    (ledger_show, ledger_undo, ledger_adjust, ledger_close, ledger_answered, ledger_check, ledger_export, ledger_import),
)
