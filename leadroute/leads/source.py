"""The bytes of a lead file, wherever they come from, as a file that can be read again and again."""

from __future__ import annotations

import codecs
import hashlib
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path
from typing import IO

from leadroute.leads.errors import cannot_load

CHUNK = 1 << 20
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


def as_utf8(file: IO[bytes], path: str, encoding: str | None) -> tuple[IO[bytes], int]:
    """The same text in valid UTF-8, and the length of its byte order mark; ``file`` is closed where another takes its place.

    Without an ``encoding`` it is what a byte order mark says, else UTF-8, and cp1252 where that fails.

    Raises:
        LeadFileError: When the told encoding is unknown or does not fit, or the file is no text.
    """
    file.seek(0)
    head = file.read(4)
    mark, marked = next(((len(mark), name) for mark, name in _MARKS if head.startswith(mark)), (0, None))
    wanted = _known(encoding, path) if encoding else marked or "utf-8"
    if wanted == "utf-8":
        fault = _first_fault(file)
        if fault is None:
            return file, mark if marked == "utf-8" else 0
        if encoding or marked:
            raise _misfit(path, "utf-8", fault)
        wanted = "cp1252"
    file.seek(0)
    target = tempfile.TemporaryFile()  # noqa: SIM115 (whoever asked closes it)
    try:
        _recode(file, target, wanted, path)
    except BaseException:
        target.close()
        raise
    file.close()
    return target, 0


def digest(file: IO[bytes]) -> str:
    """SHA-256 of a file's bytes, in hexadecimal; for text, of its UTF-8."""
    found = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(CHUNK):
        found.update(chunk)
    return found.hexdigest()


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
            # Plain ASCII is told by a scan that builds nothing.
            if not (chunk.isascii() and not decoder.getstate()[0]):
                decoder.decode(chunk)
            read += len(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as problem:
        return read + problem.start
    return None


def _spooled(stream: IO[bytes]) -> IO[bytes]:
    target = tempfile.TemporaryFile()  # noqa: SIM115 (whoever asked closes it)
    try:
        shutil.copyfileobj(stream, target, CHUNK)
    except BaseException:
        target.close()
        raise
    target.seek(0, os.SEEK_SET)
    return target
