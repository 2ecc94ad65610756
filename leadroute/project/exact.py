"""Numbers as they are written, exactly: never through a float."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from leadroute.model.rules import BILLION, MILLION
from leadroute.project.nodes import Scalar


def fraction(node: Scalar) -> Fraction:
    """The exact number."""
    return Fraction(node.number)


def millionths(node: Scalar) -> int:
    """The number in whole millionths, rounded half up."""
    return half_up(Fraction(node.number) * MILLION)


def billionths(node: Scalar) -> int:
    """The number in whole billionths, rounded half up."""
    return half_up(Fraction(node.number) * BILLION)


def whole(node: Scalar) -> int:
    """The number as an integer, which the schema says it is."""
    return int(node.number)


def half_up(value: Fraction | Decimal) -> int:
    """The nearest integer; halves go up."""
    exact = Fraction(value)
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
