"""Dates and datetimes by whole columns: texts of one shape are read together, digit position by digit position."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt

from leadroute.leads import arrow
from leadroute.leads.zones import at_walls
from leadroute.model.clock import DAY, HOUR, MINUTE, SECOND
from leadroute.model.columns import Mask, Rows
from leadroute.model.fields import FieldType
from leadroute.values.times import SHAPE

_SHORTEST, _LONGEST = 8, 40
_SHAPES = 8
"""How many shapes per block are read together; what has yet another is left to be read one by one."""

Digits = npt.NDArray[np.int64]


def moments(texts: Any, missing: Mask, found: npt.NDArray[Any], kind: FieldType, timezone: str) -> Mask:
    """Fills ``found`` with days (``DATE``) or microseconds (``DATETIME``), and tells which rows it has filled.

    It fills only what ``values.day`` and ``values.instant`` read, and with the same value.
    """
    offsets, data = arrow.buffers(texts)
    lengths = np.where(missing, 0, np.diff(offsets))
    done = np.zeros(len(texts), np.bool_)
    for _ in range(_SHAPES):
        rest = np.flatnonzero(~done & (lengths >= _SHORTEST) & (lengths <= _LONGEST))
        if len(rest) == 0:
            break
        length = int(lengths[rest[0]])
        rows = rest[lengths[rest] == length]
        example = bytes(data[offsets[rows[0]] : offsets[rows[0]] + length])
        shape = SHAPE.fullmatch(example.decode("ascii", "replace"))
        if shape is None:
            lengths[rows[0]] = 0
            continue
        characters = _characters(data, offsets, rows, length)
        alike = _alike(characters, example, shape)
        alike &= _fill(characters, shape, rows, alike, found, kind, timezone)
        done[rows[alike]] = True
        lengths[rows[0]] = 0
    return done


def _characters(data: arrow.Bytes, offsets: arrow.Offsets, rows: Rows, length: int) -> arrow.Bytes:
    """The texts as a matrix, one row each."""
    first, last = int(offsets[rows[0]]), int(offsets[rows[-1]]) + length
    if last - first == len(rows) * length:  # nothing but empty texts between them
        return data[first:last].reshape(len(rows), length)
    matrix: arrow.Bytes = data[offsets[rows].astype(np.int64)[:, None] + np.arange(length)]
    return matrix


def _alike(characters: arrow.Bytes, example: bytes, shape: re.Match[str]) -> Mask:
    """Which texts have digits where the example has, and else its very characters."""
    alike = np.ones(len(characters), np.bool_)
    for at, byte in enumerate(example):
        if chr(byte).isdigit():
            alike &= (characters[:, at] - np.uint8(0x30)) <= 9
        else:
            alike &= characters[:, at] == byte
    return alike


def _fill(
    characters: arrow.Bytes, shape: re.Match[str], rows: Rows, alike: Mask, found: npt.NDArray[Any], kind: FieldType, timezone: str
) -> Mask:
    """Writes the values of those texts that name a day and time that exist; tells which."""

    def number(name: str, start: int = 0, size: int | None = None) -> Digits:
        first, last = shape.span(name)
        if first < 0:
            return np.zeros(len(characters), np.int64)
        first += start
        last = last if size is None else min(last, first + size)
        total = np.zeros(len(characters), np.int64)
        for at in range(first, last):
            total = total * 10 + (characters[:, at] - np.uint8(0x30))
        return total

    year, month, date = number("year"), number("month"), number("day")
    hour, minute, second = number("hour"), number("minute"), number("second")
    valid = alike & (year >= 1) & (month >= 1) & (month <= 12) & (date >= 1) & (hour <= 23) & (minute <= 59) & (second <= 59)
    months = np.where(valid, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    first_day = months.astype("datetime64[D]").astype(np.int64)
    valid &= date <= (months + 1).astype("datetime64[D]").astype(np.int64) - first_day
    days = first_day + date - 1
    away = np.zeros(len(characters), np.int64)
    zone = shape["zone"]
    if zone is not None and zone not in "Zz":
        digits = [at for at, mark in enumerate(zone) if mark.isdigit()]
        hours, minutes = number("zone", digits[0], 2), np.zeros(len(characters), np.int64)
        if len(digits) > 2:
            minutes = number("zone", digits[2], 2)
        valid &= (minutes <= 59) & (hours <= 23)
        away = (hours * HOUR + minutes * MINUTE) * (-1 if zone[0] == "-" else 1)
    if kind is FieldType.DATE:
        found[rows[valid]] = days[valid]
        return valid
    fraction = number("fraction", 0, 6) * 10 ** max(0, 6 - len(shape["fraction"] or "000000"))
    shown = (days * DAY + hour * HOUR + minute * MINUTE + second * SECOND + fraction)[valid]
    found[rows[valid]] = shown - away[valid] if zone is not None else at_walls(shown, timezone)
    return valid
