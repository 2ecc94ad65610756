"""Why a decision came out as it did: the reason codes, and the sentences."""

from __future__ import annotations

REASONS: dict[str, str] = {
    "pool": "the rule's own pool handed it out",
    "rep": "the rule names the rep",
    "queue": "the rule sends it to a queue",
    "fallback_pool": "nobody before could take it, and a later pool handed it out",
    "fallback_rep": "nobody before could take it, and a named rep could",
    "fallback_queue": "nobody could take it, and the chain ends in a queue",
    "backup": "the rep could not take it, the backup could",
    "manager": "the rep could not take it, the manager could",
    "rerouted": "who had it did not answer in time, and it went on to somebody else",
    "reminder": "somebody has it and has not answered, and the time is over soon",
    "hold": "nobody could take it, and the chain holds it for a later run",
    "kept_together": "the lead shares a key of `keep_together` with an earlier one, and that one's rep took it",
    "kept_backup": "the lead shares a key of `keep_together` with an earlier one, whose rep is away, and a backup took it",
    "kept_waiting": "the lead shares a key of `keep_together` with an earlier one, whose rep is away, and is held until they can take it",
    "default": "the rule's chain ended, and the project's default took it",
    "no_rule": "no rule took it, and the project's default did",
    "duplicate": "another row of the file has the same id",
    "no_id": "the row has no id",
    "surplus_cells": "the row has more cells than the header, so its columns may have shifted",
    "required_missing": "a required field is missing",
    "unreadable": "a cell does not parse, and the run is strict",
}
