"""Opening a lead file: what format it has, by what was told, its ending, or its first bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import IO

from leadroute.leads.cells import LeadFile
from leadroute.leads.delimited import DelimitedFile
from leadroute.leads.errors import cannot_load
from leadroute.leads.source import as_utf8, open_bytes

FORMATS = ("csv", "tsv", "json", "jsonl", "parquet", "xlsx")
"""The formats that lead files are read and written in."""

ENDINGS: Mapping[str, str] = MappingProxyType(
    {
        ".csv": "csv",
        ".tsv": "tsv",
        ".tab": "tsv",
        ".json": "json",
        ".jsonl": "jsonl",
        ".ndjson": "jsonl",
        ".parquet": "parquet",
        ".pq": "parquet",
        ".xlsx": "xlsx",
        ".xlsm": "xlsx",
    }
)
_NOT_TEXT = (
    (b"PK\x03\x04", "xlsx", "an XLSX workbook"),
    (b"PAR1", "parquet", "a Parquet file"),
    (b"\xd0\xcf\x11\xe0", None, "an old Excel workbook (.xls); save it as .xlsx or .csv"),
    (b"%PDF", None, "a PDF"),
    (b"\x1f\x8b", None, "compressed with gzip; unpack it first"),
)


def format_of(path: str) -> str | None:
    """The format that a file's ending stands for."""
    return ENDINGS.get(PurePath(path).suffix.lower())


def open_file(path: str, *, format: str | None = None, delimiter: str | None = None, encoding: str | None = None) -> LeadFile:  # noqa: A002
    r"""Open a lead file.

    Args:
        path: The file, or ``-`` for stdin (copied to a temporary file, since leads are read twice).
        format: One of ``FORMATS``; without it the ending decides, and for other endings the first bytes.
        delimiter: What separates cells, one ASCII character (``\t`` or ``tab`` for a tab); without it, it is found out.
        encoding: A text encoding; without it, it is found out (byte order mark, UTF-8, else cp1252).

    Raises:
        LeadFileError: When the file cannot be loaded.
    """
    if format is not None and format not in FORMATS:
        raise cannot_load("option-misfit", f"`{format}` is no format of lead files", help=f"one of {', '.join(FORMATS)}")
    file = open_bytes(path)
    try:
        head = file.read(4096)
        kind = format or format_of(path) or _sniffed(head, path)
        _check(kind, head, path)
        if kind not in ("csv", "tsv") and delimiter is not None:
            raise cannot_load("option-misfit", f"`{path}` is {kind.upper()}, which has no delimiter")
        if kind in _TABLES:
            return _TABLES[kind](file, path)
        file, mark, notes = as_utf8(file, path, kind, encoding)
        found = DelimitedFile(file, path, kind, mark, _character(delimiter)) if kind in ("csv", "tsv") else _TEXTS[kind](file, path, mark)
        found.notes = notes
        return found
    except BaseException:
        file.close()
        raise


def _character(delimiter: str | None) -> str | None:
    if delimiter is None:
        return None
    found = {"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter)
    if len(found) != 1 or not found.isascii() or found in '"\r\n\0':
        raise cannot_load("option-misfit", f"`{delimiter}` cannot separate cells", help="one character, such as `;` or `tab`")
    return found


def _sniffed(head: bytes, path: str) -> str:
    for magic, kind, what in _NOT_TEXT:
        if head.startswith(magic):
            if kind is None:
                raise cannot_load("lead-file-format", f"`{path}` is {what}")
            return kind
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"["):
        return "json"
    if text.startswith(b"{"):
        import json

        try:
            return "jsonl" if isinstance(json.loads(text.splitlines()[0]), dict) and len(text.splitlines()) > 1 else "json"
        except ValueError:
            return "json"
    return "csv"


def _check(kind: str, head: bytes, path: str) -> None:
    """Refuse what is plainly of another format than its name or ``--format`` says."""
    for magic, actual, what in _NOT_TEXT:
        if head.startswith(magic) and kind != actual:
            help_ = f"say --format {actual}" if actual else None
            raise cannot_load("lead-file-format", f"`{path}` is not {kind.upper()}, it is {what}", help=help_)


def _json(file: IO[bytes], path: str, mark: int) -> LeadFile:
    from leadroute.leads.json_file import JsonFile

    return JsonFile(file, path, mark)


def _jsonl(file: IO[bytes], path: str, mark: int) -> LeadFile:
    from leadroute.leads.json_file import JsonLinesFile

    return JsonLinesFile(file, path, mark)


def _parquet(file: IO[bytes], path: str) -> LeadFile:
    from leadroute.leads.table_file import ParquetFile

    return ParquetFile(file, path)


def _xlsx(file: IO[bytes], path: str) -> LeadFile:
    from leadroute.leads.table_file import XlsxFile

    return XlsxFile(file, path)


_TEXTS: Mapping[str, Callable[[IO[bytes], str, int], LeadFile]] = MappingProxyType({"json": _json, "jsonl": _jsonl})
_TABLES: Mapping[str, Callable[[IO[bytes], str], LeadFile]] = MappingProxyType({"parquet": _parquet, "xlsx": _xlsx})
