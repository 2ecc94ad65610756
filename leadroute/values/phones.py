"""Phone numbers in one spelling."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_ALLOWED = re.compile(r"\+?[0-9\s().\-/\u2010-\u2015\u00a0]+")
_EXTENSION = re.compile(r"[\s,;]*(?:ext\.?|extension|x|#)\s*[0-9]{1,7}$", re.IGNORECASE)
_TRUNK_ZERO = "(0)"
_NOT_DIGIT = re.compile(r"[^0-9]")


def phone(text: str) -> str | None:
    """A phone number in one spelling; ``None`` when it is none.

    With ``+`` or ``00`` in front it is E.164 (``+442079460958``). Without, its country is not known: then its digits as written
    (``4155550100``), 5 to 15 of them. An extension is left out.
    """
    bare = _EXTENSION.sub("", text.strip().removeprefix("tel:"))
    if _ALLOWED.fullmatch(bare) is None:
        return None
    digits = _NOT_DIGIT.sub("", bare)
    if bare.startswith("+"):
        return _international(bare, digits)
    if digits.startswith("00"):
        return _international("+" + bare.lstrip("(").removeprefix("00"), digits[2:])
    return digits if 5 <= len(digits) <= 15 else None


def _international(bare: str, digits: str) -> str | None:
    code = next((digits[:size] for size in (1, 2, 3) if digits[:size] in _calling_codes()), None)
    if code is None or not 7 <= len(digits) <= 15:
        return None
    if digits[len(code) : len(code) + 1] != "0" and _TRUNK_ZERO not in bare:
        return "+" + digits
    return _without_trunk(bare)


def _without_trunk(bare: str) -> str | None:
    """The national zero goes in most countries and stays in some (Italy): the numbering plans know."""
    import phonenumbers

    try:
        number = phonenumbers.parse(bare)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@cache
def _calling_codes() -> Any:
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    return frozenset(map(str, COUNTRY_CODE_TO_REGION_CODE))
