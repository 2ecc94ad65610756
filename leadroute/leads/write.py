"""Writing leads with their decisions: a whole file or none, in two steps, so that a commit can stand between them."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import IO, Self

from leadroute.leads import temporary as temporary_file
from leadroute.leads.assignment import Assignments, WhyOf, taken, why_with_place
from leadroute.leads.cells import LeadFile
from leadroute.leads.delimited import DelimitedFile
from leadroute.leads.errors import LeadFileError, cannot_load
from leadroute.leads.opening import FORMATS, format_of
from leadroute.model.decisions import Decisions


class Prepared:
    """A complete output that nobody sees yet. ``publish`` puts it in its place, ``discard`` removes it; leaving a ``with`` discards.

    ``target`` is the path, or ``-`` for stdout. A ``durable`` one is on its way to the disk from the start; ``settle`` waits for that.
    """

    def __init__(self, target: str, file: IO[bytes], temporary: Path | None, *, durable: bool = False) -> None:
        self.target = target
        self._file: IO[bytes] | None = file
        self._temporary = temporary
        self._sync: Future[None] | None = None
        if durable and temporary is not None:
            self._sync = Future()
            Thread(target=self._flush, args=(file.fileno(), self._sync)).start()

    @staticmethod
    def _flush(handle: int, done: Future[None]) -> None:
        try:
            os.fsync(handle)
        except OSError as problem:
            done.set_exception(problem)
        else:
            done.set_result(None)

    def settle(self) -> None:
        """Wait until the bytes of a durable output are on the disk.

        Raises:
            LeadFileError: They cannot be written.
        """
        sync, self._sync = self._sync, None
        if sync is not None:
            try:
                sync.result()
            except OSError as problem:
                raise cannot_load("lead-file-missing", f"`{self.target}` cannot be written: {problem.strerror}".lower()) from None

    def publish(self) -> None:
        """Renames the temporary file to the target, or copies it to stdout."""
        self.settle()
        if self._file is None:
            return
        file, self._file = self._file, None
        with file:
            if self._temporary is None:
                file.seek(0)
                shutil.copyfileobj(file, sys.stdout.buffer, 1 << 20)
                sys.stdout.buffer.flush()
                return
            if not temporary_file.LOCKS:
                file.close()  # such a system renames no open file
            target = Path(self.target).resolve()
            self._temporary.replace(target)  # before its lock is let go
        _sync_folder(target.parent)

    def discard(self) -> None:
        """Leaves no trace."""
        if self._file is None:
            return
        with contextlib.suppress(LeadFileError):
            self.settle()
        self._file.close()
        self._file = None
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        """The output itself, discarded at the end of a ``with`` unless it was published."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Discard what was not published."""
        self.discard()


def target_format(file: LeadFile, target: str, format: str | None = None) -> str:  # noqa: A002 (named like the option)
    """The format of the output: as told, else by the target's ending, else the input's."""
    if format is not None and format not in FORMATS:
        raise cannot_load("option-misfit", f"`{format}` is no format of lead files", help=f"one of {', '.join(FORMATS)}")
    return format or (format_of(target) if target != "-" else None) or file.format


def check_columns(file: LeadFile, kind: str, *, replace: bool) -> None:
    """Refuses an input that has one of the columns (or the key) that would be added.

    Raises:
        LeadFileError: When it has one, and ``replace`` is not set.
    """
    names = taken(file, kind)
    if names and not replace:
        listed = ", ".join(f"`{name}`" for name in names)
        raise cannot_load(
            "column-taken", f"`{file.path}` already has {listed}", help="say --replace to drop what is there, or rename the column"
        )


def prepare(
    file: LeadFile,
    decisions: Decisions,
    target: str,
    *,
    format: str | None = None,  # noqa: A002 (named like the option)
    replace: bool = False,
    safe_cells: bool = False,
    why_of: WhyOf = why_with_place,
    durable: bool = True,
) -> Prepared:
    """Writes every lead as it came with what was decided, to a temporary file beside the target, and syncs it.

    Args:
        file: The input, read a second time.
        decisions: One per lead, in file order.
        target: A path, or ``-`` for stdout.
        format: One of ``FORMATS``; else by the target's ending, else the input's.
        replace: Drop columns of the same names that the input has already.
        safe_cells: Put an apostrophe before every cell that looks like a formula (added cells always get one).
        why_of: A duplicate's sentence, from its verdict's and the place of the row that it repeats.
        durable: Bring the bytes to the disk, in the background until ``settle``: a commit that follows must not be there without them.

    Returns:
        The output; nothing is seen of it before ``publish``.

    Raises:
        LeadFileError: When the input has such columns, changed meanwhile, or the target cannot be written.
    """
    kind = target_format(file, target, format)
    check_columns(file, kind, replace=replace)
    out, temporary = _temporary_for(target)
    try:
        _write(file, Assignments(decisions, why_of), out, kind, replace=replace, safe_cells=safe_cells)
        out.flush()
    except BaseException as problem:
        out.close()
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        if isinstance(problem, OSError):
            raise cannot_load("lead-file-missing", f"`{target}` cannot be written: {problem.strerror}".lower()) from None
        raise
    return Prepared(target, out, temporary, durable=durable)


def _write(file: LeadFile, assignments: Assignments, out: IO[bytes], kind: str, *, replace: bool, safe_cells: bool) -> None:
    if kind in ("csv", "tsv"):
        from leadroute.leads.write_delimited import append, convert

        delimiter = "\t" if kind == "tsv" else ","
        if isinstance(file, DelimitedFile) and (file.format == kind or file.delimiter == delimiter):
            append(file, assignments, out, replace=replace, safe_cells=safe_cells)
        else:
            convert(file, assignments, out, delimiter, replace=replace, safe_cells=safe_cells)
    elif kind in ("json", "jsonl"):
        from leadroute.leads import write_json

        write_json.write(file, assignments, out, lines=kind == "jsonl", replace=replace)
    elif kind == "parquet":
        from leadroute.leads import write_table

        write_table.parquet(file, assignments, out, replace=replace)
    else:
        from leadroute.leads import write_table

        write_table.xlsx(file, assignments, out, replace=replace, safe_cells=safe_cells)


def check_target(target: str) -> None:
    """Refuses a target that cannot be written to.

    Raises:
        LeadFileError: It is a folder, or its folder is missing or may not be written to.
    """
    file, temporary = _temporary_for(target)
    file.close()
    if temporary is not None:
        temporary.unlink(missing_ok=True)


def _temporary_for(target: str) -> tuple[IO[bytes], Path | None]:
    """A file to write to: for stdout a nameless one, else one beside the target (or what it links to) with the target's mode."""
    if target == "-":
        return tempfile.TemporaryFile(), None
    path = Path(target).resolve()
    try:
        if path.is_dir():
            raise cannot_load("lead-file-missing", f"`{target}` is a folder", help="name a file in it")
        file, temporary = temporary_file.create(path)
        if path.exists():
            shutil.copymode(path, temporary)
    except OSError as problem:
        raise cannot_load("lead-file-missing", f"`{target}` cannot be written: {problem.strerror}".lower()) from None
    return file, temporary


def _sync_folder(folder: Path) -> None:
    """So that the rename outlives a power cut; not every file system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
