"""The operators: what each test means on one present value. Everything else evaluates by calling these.

A missing subject or a missing ``$field`` never reaches an operator: the test is false (only ``present: false`` is true), which
``language.scalar`` and ``language.columns`` see to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from leadroute.language.text import matches_pattern
from leadroute.model.condition import Days
from leadroute.model.fields import ORDERED_TYPES, FieldType
from leadroute.model.frozen import frozen

ALL_TYPES = frozenset(FieldType)
LISTS = frozenset({FieldType.LIST, FieldType.MAP})
NOT_LISTS = ALL_TYPES - LISTS
SEARCHED = frozenset({FieldType.STRING, FieldType.EMAIL, FieldType.DOMAIN, FieldType.PHONE})
MAILS = frozenset({FieldType.EMAIL})


@frozen
class Operator:
    """One operator.

    ``takes`` is ``one`` (a value or ``$field``), ``many`` (a list, or one), ``pair`` (exactly two) or ``boolean``; ``literals_only``
    forbids ``$field``. ``test(value, operands)`` gets the subject in compared form and the operands' values likewise (a ``$list``
    spread into its items); ``on_text`` gives it the trimmed text instead, and patterns with their case flag. ``words`` and
    ``opposite`` are what an explanation says of a test that holds, and of one that does not.
    """

    name: str
    types: frozenset[FieldType]
    takes: str
    test: Callable[[Any, Sequence[Any]], bool]
    words: str
    opposite: str
    about: str
    example: str
    literals_only: bool = False
    on_text: bool = False


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, Days) and not isinstance(value, Days):
        return bool(wanted.start <= value < wanted.end)
    if isinstance(value, Days) and not isinstance(wanted, Days):
        return bool(value.start <= wanted < value.end)
    return bool(value == wanted)


def _before(value: Any, limit: Any) -> bool:
    """``value < limit``, where either may be a whole day."""
    start = limit.start if isinstance(limit, Days) else limit
    if isinstance(value, Days):
        return bool(value.end <= start)
    return bool(value < start)


def _after(value: Any, limit: Any) -> bool:
    """``value > limit``, where either may be a whole day: it is after the day when it is not in it and not before."""
    if isinstance(limit, Days):
        return bool((value.start if isinstance(value, Days) else value) >= limit.end)
    return bool((value.start if isinstance(value, Days) else value) > limit)


def _between(value: Any, ends: Sequence[Any]) -> bool:
    """Both ends included."""
    low, high = ends
    return not _before(value, low) and not _after(value, high)


def between_times(value: int, ends: Sequence[int]) -> bool:
    """``between`` on times of day: both ends included, and a range that ends before it starts passes midnight."""
    low, high = ends
    return low <= value <= high if low <= high else value >= low or value <= high


def _held(value: Any, item: str) -> bool:
    return item in value


def domain_part(mail: str) -> str:
    """What stands after the last ``@``."""
    return mail.rpartition("@")[2]


def _in(value: Any, wanted: Sequence[Any]) -> bool:
    # Days are no values of their own: a value is in a day, not equal to it.
    return value in wanted or any(_same(value, one) for one in wanted if isinstance(one, Days) or isinstance(value, Days))


OPERATORS: dict[str, Operator] = {
    op.name: op
    for op in (
        Operator(
            "is",
            NOT_LISTS,
            "one",
            lambda v, w: _same(v, w[0]),
            "is",
            "is not",
            "the same value",
            "is: fintech",
        ),
        Operator(
            "is_not",
            NOT_LISTS,
            "one",
            lambda v, w: not _same(v, w[0]),
            "is not",
            "is",
            "another value",
            "is_not: partner",
        ),
        Operator("in", NOT_LISTS, "many", _in, "is one of", "is none of", "one of these", "in: [us, ca]"),
        Operator(
            "not_in",
            NOT_LISTS,
            "many",
            lambda v, w: not _in(v, w),
            "is none of",
            "is one of",
            "none of these",
            "not_in: [cn, ru]",
        ),
        Operator(
            "present",
            ALL_TYPES,
            "boolean",
            lambda v, w: bool(w[0]),
            "is present",
            "is missing",
            "has a value (`true`) or is missing (`false`)",
            "present: true",
            literals_only=True,
        ),
        Operator(
            "gt",
            ORDERED_TYPES,
            "one",
            lambda v, w: _after(v, w[0]),
            "is over",
            "is not over",
            "greater, or later",
            "gt: 100",
        ),
        Operator(
            "gte",
            ORDERED_TYPES,
            "one",
            lambda v, w: not _before(v, w[0]),
            "is at least",
            "is not at least",
            "at least",
            "gte: 1000",
        ),
        Operator(
            "lt",
            ORDERED_TYPES,
            "one",
            lambda v, w: _before(v, w[0]),
            "is under",
            "is not under",
            "less, or earlier",
            "lt: 50",
        ),
        Operator(
            "lte",
            ORDERED_TYPES,
            "one",
            lambda v, w: not _after(v, w[0]),
            "is at most",
            "is not at most",
            "at most",
            "lte: 50",
        ),
        Operator(
            "between",
            ORDERED_TYPES,
            "pair",
            _between,
            "is between",
            "is not between",
            "between two values, both included; a time range may pass midnight",
            "between: [10, 49]",
        ),
        Operator(
            "contains",
            SEARCHED,
            "many",
            lambda v, w: any(x in v for x in w),
            "contains",
            "does not contain",
            "has this text in it",
            "contains: bank",
        ),
        Operator(
            "starts_with",
            SEARCHED,
            "many",
            lambda v, w: any(v.startswith(x) for x in w),
            "starts with",
            "does not start with",
            "starts with this text",
            "starts_with: [sw, ec]",
        ),
        Operator(
            "ends_with",
            SEARCHED,
            "many",
            lambda v, w: any(v.endswith(x) for x in w),
            "ends with",
            "does not end with",
            "ends with this text",
            "ends_with: .edu",
        ),
        Operator(
            "matches",
            SEARCHED,
            "many",
            lambda v, w: any(matches_pattern([v], x)[0] for x in w),
            "matches",
            "does not match",
            "RE2 pattern, searched in the trimmed text, case ignored unless the field is `exact`",
            "matches: '^(vp|head) '",
            literals_only=True,
            on_text=True,
        ),
        Operator(
            "free_mail",
            MAILS,
            "boolean",
            lambda v, w: w[1] is (domain_part(v) in w[0]),
            "is from a free-mail provider",
            "is not from a free-mail provider",
            "the address belongs to a free-mail provider (`false`: it does not)",
            "free_mail: true",
            literals_only=True,
        ),
        Operator(
            "disposable",
            MAILS,
            "boolean",
            lambda v, w: w[1] is (domain_part(v) in w[0]),
            "is a disposable address",
            "is not a disposable address",
            "the address belongs to a provider of throw-away addresses (`false`: it does not)",
            "disposable: true",
            literals_only=True,
        ),
        Operator("has", LISTS, "one", lambda v, w: _held(v, w[0]), "has", "lacks", "holds this item", "has: es"),
        Operator(
            "has_any",
            LISTS,
            "many",
            lambda v, w: any(_held(v, x) for x in w),
            "has one of",
            "has none of",
            "holds at least one",
            "has_any: [es, pt]",
        ),
        Operator(
            "has_all",
            LISTS,
            "many",
            lambda v, w: all(_held(v, x) for x in w),
            "has all of",
            "lacks one of",
            "holds every one",
            "has_all: [en, fr]",
        ),
        Operator(
            "has_none",
            LISTS,
            "many",
            lambda v, w: not any(_held(v, x) for x in w),
            "has none of",
            "has one of",
            "holds none",
            "has_none: [trial]",
        ),
    )
}
