"""The bytes of a lead file, wherever they come from, as a file that can be read again and again."""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import shutil
import stat
import sys
import tempfile
import weakref
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from leadroute.leads.errors import cannot_load, finding
from leadroute.model.diagnostic import Diagnostic

CHUNK = 1 << 20
SAMPLE = 64 << 10
"""How much of a file is looked at to tell what it is."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WINDOWS = "".join(
    # The five bytes that cp1252 leaves open are the control characters of the same number, as in browsers.
    bytes([byte]).decode("cp1252", "ignore") or chr(byte)
    for byte in range(256)
)


_BEYOND_ASCII = re.compile("[^\x00-\x7f\udc80-\udcff]")
"""A character that UTF-8 writes in several bytes; bytes that are not UTF-8 stand as lone surrogates."""


class OpenFile:
    """A file of bytes under the name that messages use, closed at the end of a ``with``.

    ``notes`` are findings about how it was read, which keep nothing from being routed.
    """

    def __init__(self, file: IO[bytes], path: str) -> None:
        self.path = path
        self.notes: tuple[Diagnostic, ...] = ()
        self._file = file
        self._finalizer = weakref.finalize(self, file.close)

    def digest(self) -> str:
        """SHA-256 of what was read, in hexadecimal; for text, of its UTF-8."""
        found = hashlib.sha256()
        self._file.seek(0)
        while chunk := self._file.read(CHUNK):
            found.update(chunk)
        return found.hexdigest()

    def close(self) -> None:
        """Close the file, and remove it if it was a temporary one."""
        self._finalizer()

    def __enter__(self) -> Self:
        """The file itself, closed at the end of a ``with``."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close it."""
        self.close()


def open_bytes(path: str) -> IO[bytes]:
    """A seekable file of bytes; stdin (``-``), pipes and devices are copied to a temporary file first.

    Raises:
        LeadFileError: When there is no such file, it is a folder, or may not be read.
    """
    try:
        if path == "-":
            return _spooled(sys.stdin.buffer)
        found = Path(path)
        if not stat.S_ISREG(found.stat().st_mode) and not found.is_dir():
            with found.open("rb") as stream:
                return _spooled(stream)
        return found.open("rb")
    except FileNotFoundError:
        raise cannot_load("lead-file-missing", f"there is no file `{path}`", help="check the path of the lead file") from None
    except IsADirectoryError:
        raise cannot_load("lead-file-missing", f"`{path}` is a folder", help="name one lead file in it") from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise cannot_load("lead-file-missing", f"`{path}` cannot be read: {reason}".lower()) from None


def as_utf8(file: IO[bytes], path: str, kind: str, encoding: str | None) -> tuple[IO[bytes], int, tuple[Diagnostic, ...]]:
    """The same text in valid UTF-8, the length of its byte order mark, and what is to be said of it.

    Without an ``encoding`` it is what a byte order mark says, else UTF-8, and cp1252 where that fails; ``file`` is closed where
    another takes its place.

    Raises:
        LeadFileError: When the told encoding is unknown or does not fit, or the file is no text of its ``kind`` (CSV, JSON …).
    """
    notes: tuple[Diagnostic, ...] = ()
    file.seek(0)
    head = file.read(4)
    mark, marked = next(((len(mark), name) for mark, name in _MARKS if head.startswith(mark)), (0, None))
    wanted = _known(encoding, path) if encoding else marked or "utf-8"
    if not (encoding or marked):
        _refuse_binary(file, path, kind)
    if wanted == "utf-8":
        fault = _first_fault(file)
        if fault is None:
            return file, mark if marked == "utf-8" else 0, ()
        if encoding or marked:
            raise _misfit(path, "utf-8", fault)
        wanted = "cp1252"
        notes = _doubtful(file, path, fault)
    file.seek(0)
    target = tempfile.TemporaryFile()  # noqa: SIM115 (whoever asked closes it)
    try:
        _recode(file, target, wanted, path)
        _refuse_binary(target, path, kind)
    except BaseException:
        target.close()
        raise
    file.close()
    return target, 0, notes


def _refuse_binary(file: IO[bytes], path: str, kind: str) -> None:
    """Refuse what has a NUL near its start; where every other byte is one, it is UTF-16 that does not say so."""
    file.seek(0)
    sample = file.read(SAMPLE)
    if b"\0" not in sample:
        return
    wide = next((name for name, at in (("utf-16-le", 1), ("utf-16-be", 0)) if 0 < len(sample) <= 2.2 * sample[at::2].count(0)), None)
    said = "it looks like UTF-16 without a byte order mark" if wide else "it holds binary data"
    advice = f"say --encoding {wide}" if wide else "name what it is with --format, or its --encoding (such as utf-16-le)"
    raise cannot_load("lead-file-format", f"`{path}` is not {kind.upper()} as it stands: {said}", help=advice)


def _doubtful(file: IO[bytes], path: str, fault: int) -> tuple[Diagnostic, ...]:
    """A word about text that is neither quite UTF-8 nor plainly Windows-1252: UTF-8's long characters are in it, and bytes of none."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    while chunk := file.read(CHUNK):
        if not chunk.isascii() and _BEYOND_ASCII.search(decoder.decode(chunk)):
            break
    else:
        return ()
    file.seek(0)
    before = file.read(fault)
    line = before.count(b"\n") + 1
    return (
        finding(
            "guessed-encoding",
            f"`{path}` is UTF-8 but for a byte here, so all of it is read as Windows-1252, and accents elsewhere come out wrong",
            file=path,
            line=line,
            column=len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1,
            help="save it as UTF-8 again; or say --encoding cp1252, if that is what it is",
        ),
    )


def _recode(file: IO[bytes], target: IO[bytes], encoding: str, path: str) -> None:
    if encoding == "cp1252":
        while chunk := file.read(CHUNK):
            target.write(codecs.charmap_decode(chunk, "strict", _WINDOWS)[0].encode())
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    begun = read = 0
    try:
        while chunk := file.read(CHUNK):
            text = decoder.decode(chunk)
            read += len(chunk)
            target.write(text.removeprefix("\ufeff").encode() if not begun else text.encode())
            begun |= bool(text)
        target.write(decoder.decode(b"", final=True).encode())
    except UnicodeError as problem:
        raise _misfit(path, encoding, read + getattr(problem, "start", 0)) from None


def _known(encoding: str, path: str) -> str:
    try:
        name = codecs.lookup(encoding).name
        codecs.getincrementaldecoder(name)
        "".encode(name)
    except (LookupError, TypeError, ValueError):
        raise cannot_load(
            "option-misfit", f"`{encoding}` is no text encoding that is known, for `{path}`", help="such as utf-8, cp1252 or utf-16"
        ) from None
    return "utf-8" if name in ("utf-8", "utf-8-sig", "ascii") else name


def _misfit(path: str, encoding: str, at: int) -> Exception:
    return cannot_load(
        "lead-file-encoding",
        f"`{path}` is not `{encoding}`: the byte at position {at} does not fit",
        help="leave --encoding out to have it found out, or name the right one",
    )


def _first_fault(file: IO[bytes]) -> int | None:
    """The position of the first byte that is not UTF-8."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    read = 0
    try:
        while chunk := file.read(CHUNK):
            # Valid text is told by scans that build nothing.
            if decoder.getstate()[0] or not _is_utf8(chunk):
                decoder.decode(chunk)
            read += len(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as problem:
        return read + problem.start
    return None


def _is_utf8(chunk: bytes) -> bool:
    """Whether a piece of a file is whole characters of UTF-8, as far as can be told without looking at them one by one."""
    import numpy as np
    import pyarrow as pa

    if chunk.isascii():
        return True
    ends = pa.py_buffer(np.array([0, len(chunk)], np.int32))
    try:
        pa.StringArray.from_buffers(1, ends, pa.py_buffer(chunk)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _spooled(stream: IO[bytes]) -> IO[bytes]:
    target = tempfile.TemporaryFile()  # noqa: SIM115 (whoever asked closes it)
    try:
        shutil.copyfileobj(stream, target, CHUNK)
    except BaseException:
        target.close()
        raise
    target.seek(0, os.SEEK_SET)
    return target
