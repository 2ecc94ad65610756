"""Findings that were there before: in a baseline, or in a revision of the project."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from leadroute.model.codes import CODES
from leadroute.model.diagnostic import Diagnostic, LetStand
from leadroute.workflows.checking import Check, Reading, ValidateOptions


def by_baseline(
    count: list[Diagnostic], readings: Sequence[Reading], options: ValidateOptions
) -> tuple[list[Diagnostic], list[LetStand], tuple[str, ...]]:
    """Which findings count beside a baseline, which it lets stand, and the files that were written: the baseline, where it is to be made.

    What keeps a project from being run counts whatever a baseline says; no baseline is made of it.

    Raises:
        CannotRunError: The baseline cannot be used.
        OSError: It cannot be written.
    """
    from leadroute.project.fingerprints import fingerprinted
    from leadroute.workflows.baseline import baseline_text, read_baseline, stale
    from leadroute.workflows.writing import check_place, write_whole

    path = options.baseline
    assert path is not None  # noqa: S101 - asked for
    if options.write_baseline:
        if any(CODES[one.code].stops for one in count):
            return count, [], ()
        check_place(path)
        if path.exists() and path.stat().st_size:
            read_baseline(path)  # another file, such as one of rules, is not written over
        wanted = [one for one in count if options.selection is None or options.selection.wants(one)]
        write_whole(path, baseline_text(wanted))
        left = [one for one in count if one not in wanted]
        return left, [LetStand(one, "baseline") for one in wanted], (str(path),)
    known = read_baseline(path)
    standing = [one for one in count if one.fingerprint in known and not CODES[one.code].stops]
    met = {one.fingerprint for one in standing}
    count = [one for one in count if one.fingerprint not in met]
    looked_for = Check(options, details=False).looked_for([one for reading in readings for one in reading.count])
    gone = [one for mark, one in known.items() if mark not in met and one.name in looked_for]
    told = fingerprinted([stale(path, gone)], Path(), {}) if gone else ()
    return [*count, *told], [LetStand(one, "baseline") for one in standing], ()


def before_revision(readings: Sequence[Reading], options: ValidateOptions) -> frozenset[str]:
    """The fingerprints of the findings that counted in a revision of the projects that were read; a project that was not there had none.

    Raises:
        RevisionError: There is no such revision.
    """
    from leadroute.connect.git import tree_of

    assert options.since is not None  # noqa: S101 - asked for
    check = Check(replace(options, leads=None), details=True)
    found: set[str] = set()
    for reading in readings:
        if reading.file is None:
            continue
        with tree_of(options.since, reading.file) as tree:

            def there(path: Path, file: Path = reading.file, here: Path = tree.path) -> Path:
                moved = here.parent / os.path.relpath(path.absolute(), file.absolute().parent)
                return moved if moved.exists() else path

            if tree.path.exists():
                rules = [there(path) for path in options.rules or ()]
                old = check.of(tree.path, (), rules, there(options.roster) if options.roster is not None else None)
                found.update(one.fingerprint for one in old.count if one.fingerprint is not None)
    return frozenset(found)
