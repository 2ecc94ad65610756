"""Texts that text tests are likely to tell apart. Guesses, no more: what a test says of one is found by running the operator."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any

from leadroute.model.fields import FieldType
from leadroute.values.countries import COUNTRIES

_MOST_PAIRED = 8
"""Up to so many pieces are also put together, two by two."""
_STRANGERS: dict[FieldType, tuple[str, ...]] = {
    FieldType.STRING: ("other",),
    FieldType.EMAIL: ("jane@company.example",),
    FieldType.DOMAIN: ("company.example",),
    FieldType.PHONE: ("+14155550100", "+442079460000", "+81312345678"),
    FieldType.COUNTRY: ("US", "DE", "BR", "JP", "NZ", "IS", "UY", "KE", "FJ", "BT", "NP", "LS", "GA", "TO", "WS", "AD", "MC", "PW", "KI"),
}


def strangers(kind: FieldType) -> Iterator[str]:
    """Texts of a type that nothing is likely to name: of countries all there are, of other types more than anybody names."""
    found = _STRANGERS.get(kind, ("other",))
    yield from found
    if kind is FieldType.COUNTRY:
        yield from (code.upper() for code in COUNTRIES if code.upper() not in found)
    if kind is FieldType.PHONE:
        yield from (f"+1415555{number:04}" for number in range(101, 1000))
    if kind in (FieldType.STRING, FieldType.EMAIL, FieldType.DOMAIN):
        yield from (f"{number}{found[0]}" for number in range(2, 1000))


def with_pieces(kind: FieldType, op: str, pieces: Sequence[str]) -> Iterator[str]:
    """Texts that hold the pieces that a test looks for, alone and in pairs."""
    for piece in pieces:
        yield from _around(kind, op, piece)
    if len(pieces) <= _MOST_PAIRED:
        for one, other in combinations(pieces, 2):
            yield f"{one} {other}"
            yield f"{other} {one}"


def _around(kind: FieldType, op: str, piece: str) -> Iterator[str]:
    yield piece
    # What is no address or domain in the end is dropped by whoever reads it.
    if kind is FieldType.EMAIL:
        yield from (f"jane{piece}", f"jane{piece}example", f"jane@{piece}", f"jane@{piece}example", f"jane@{piece}.example")
        yield from (f"jane@company{piece}", f"jane@company.{piece}", f"{piece}company.example", f"{piece}@company.example")
    elif kind is FieldType.DOMAIN:
        yield from (f"company{piece}", f"company.{piece}", f"{piece}example", f"{piece}.example")
    elif kind is FieldType.PHONE:
        yield f"{piece}4155550100"[:13]
    elif op in ("starts_with", "ends_with"):
        yield f"{piece} other" if op == "starts_with" else f"other {piece}"


def of_pattern(pattern: str) -> Iterator[str]:
    """Texts that a regular expression may find itself in, the plainest first; none for what Python reads otherwise than RE2."""
    try:
        parsed = re._parser.parse(pattern)  # type: ignore[attr-defined]  # there is no public way to see a pattern's parts
    except (re.error, RecursionError, OverflowError):
        return
    for choice in range(3):
        try:
            text = "".join(_made(parsed, choice))
        except (LookupError, ValueError, RecursionError):
            return
        yield text
        yield f"{text} other"
        yield f"other {text}"


def screened(pattern: str) -> Callable[[str], bool] | None:
    """A quick opinion on whether a pattern is found in a text, to choose texts by; what is claimed, RE2 has said."""
    try:
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return None
    return lambda text: compiled.search(text) is not None


def _made(parsed: Any, choice: int) -> Iterator[str]:
    for op, argument in parsed:
        match str(op):
            case "LITERAL":
                yield chr(argument)
            case "NOT_LITERAL":
                yield next(letter for letter in "ax0 -" if ord(letter) != argument)
            case "ANY":
                yield "x"
            case "IN":
                yield _one_in(argument)
            case "BRANCH":
                branches = argument[1]
                yield from _made(branches[min(choice, len(branches) - 1)], choice)
            case "SUBPATTERN":
                yield from _made(argument[-1], choice)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, part = argument
                for _ in range(min(max(least, min(choice, 1)), int(most), 64)):
                    yield from _made(part, choice)
            case "AT":
                continue
            case _:
                raise LookupError(op)


def _one_in(parts: Any) -> str:
    """A character of a class."""
    opposite = bool(parts) and str(parts[0][0]) == "NEGATE"
    for letter in "axm05 -_.,@/+(&":
        if any(_is_in(letter, part) for part in parts) is not opposite:
            return letter
    first = parts[0]
    if str(first[0]) == "RANGE":
        return chr(first[1][0])
    return chr(first[1]) if str(first[0]) == "LITERAL" else "a"


def _is_in(letter: str, part: Any) -> bool:
    op, argument = str(part[0]), part[1]
    if op == "LITERAL":
        return ord(letter) == int(argument)
    if op == "RANGE":
        return bool(argument[0] <= ord(letter) <= argument[1])
    if op == "CATEGORY":
        kind = str(argument)
        negative = "NOT" in kind
        held = letter.isdigit() if "DIGIT" in kind else letter.isspace() if "SPACE" in kind else letter.isalnum() or letter == "_"
        return held is not negative
    return False
