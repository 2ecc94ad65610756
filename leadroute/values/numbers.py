"""Numbers as people write them in sales data."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
LONGEST = 400
"""More digits than any float has before its point; what is longer is no number."""

MILLION = 1_000_000
MOST_POINTS = 9 * 10**11
"""Points of one line of a score, at most: sums of millionths must stay exact."""

_SUFFIXES = {"k": 3, "m": 6, "b": 9}
_MINUS = "-\N{MINUS SIGN}"
_POINT = re.compile(r"(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?|\.[0-9]+")
_COMMA = re.compile(r"(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+)(?:,[0-9]*)?|,[0-9]+")


def decimal(text: str, decimal: str = ".") -> Decimal | None:
    """The exact number that a text writes, or ``None``.

    A sign and a currency sign in either order (the currency sign may also stand at the end), ASCII digits, thousands marks only in
    groups of three, and one suffix k, m or b: ``-$1,200.50``, ``1.2k``, ``3 M``. With ``decimal=","`` the point and the comma
    swap their meaning. No exponents, no ``nan``, no ``inf``.
    """
    if len(text) > LONGEST:
        return None
    body, negative = _bare(text.strip())
    if body is None:
        return None
    power = _SUFFIXES.get(body[-1:].lower(), 0)
    if power:
        body = body[:-1].rstrip()
    if (_COMMA if decimal == "," else _POINT).fullmatch(body) is None:
        return None
    plain = body.replace(".", "").replace(",", ".") if decimal == "," else body.replace(",", "")
    # Built from its digits, so that no decimal context can round it.
    whole, _, fraction = plain.partition(".")
    return Decimal((int(negative), tuple(map(int, (whole + fraction).lstrip("0") or "0")), power - len(fraction)))


def whole(number: Decimal) -> int | None:
    """The integer that a number is; ``None`` when it has a fraction or does not fit 64 bits."""
    if number.adjusted() > 19 or number != number.to_integral_value():
        return None
    integer = int(number)
    return integer if INT64_MIN <= integer <= INT64_MAX else None


def real(number: Decimal) -> float | None:
    """The nearest float; ``None`` beyond what a float holds. Zero has no sign."""
    nearest = float(number) + 0.0
    return nearest if abs(nearest) != float("inf") else None


def millionths(value: Any) -> int:
    """A number of points in whole millionths, rounded half up, at most ``MOST_POINTS``."""
    exact = (Decimal(str(value)) * MILLION).to_integral_value(ROUND_HALF_UP)
    return int(min(max(exact, Decimal(-MOST_POINTS * MILLION)), Decimal(MOST_POINTS * MILLION)))


def _bare(text: str) -> tuple[str | None, bool]:
    """Digits and suffix, without one sign and one currency sign; and whether the sign is a minus."""
    negative = signed = priced = False
    while text:
        first = text[0]
        if first in "+" + _MINUS and not signed:
            signed, negative = True, first in _MINUS
        elif not priced and _is_currency(first):
            priced = True
        else:
            break
        text = text[1:].lstrip()
    if text and not priced and _is_currency(text[-1]):
        text = text[:-1].rstrip()
    return (text or None), negative


def _is_currency(character: str) -> bool:
    return character == "$" or (character > "\x7f" and unicodedata.category(character) == "Sc")
