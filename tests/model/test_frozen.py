"""The decorator of values: what ``dataclass(frozen=True, slots=True)`` gives, made sooner."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from copy import copy, deepcopy
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from leadroute.model.frozen import frozen, record


@frozen
class Ours:
    """Two things that count and one that does not."""

    name: str
    size: int = 0
    notes: list[str] = field(default_factory=list, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Theirs:
    """The same."""

    name: str
    size: int = 0
    notes: list[str] = field(default_factory=list, compare=False, repr=False)


@frozen
class One:
    """A single field."""

    name: str


@frozen
class Nothing:
    """No field."""


Made = type[Ours] | type[Theirs]


def refused(made: Made, *values: object, **named: object) -> str:
    """What is said when a value cannot be made."""
    with pytest.raises(TypeError) as problem:
        made(*values, **named)  # type: ignore[arg-type]
    return str(problem.value).partition(".__init__")[2]


ASKED: dict[str, Callable[[Made], object]] = {
    "equal": lambda made: made("a", 1) == made("a", 1),
    "what does not count": lambda made: made("a", 1, ["x"]) == made("a", 1),
    "another value": lambda made: made("a", 1) == made("a", 2),
    "another class": lambda made: made("a", 1) == ("a", 1),
    "hash": lambda made: hash(made("a", 1, ["x"])),
    "shown": lambda made: repr(made("a", 1)).partition("(")[2],
    "replaced": lambda made: repr(replace(made("a", 1), size=3)).partition("(")[2],
    "no dictionary": lambda made: hasattr(made("a"), "__dict__"),
    "slots": lambda made: made.__slots__,
    "copied": lambda made: copy(made("a", 1)) == made("a", 1),
    "copied deep": lambda made: deepcopy(made("a", 1, ["x"])).notes,
    "pickled": lambda made: pickle.loads(pickle.dumps(made("a", 1))) == made("a", 1),  # noqa: S301 - it was written here
    "by name": lambda made: made(size=1, name="a") == made("a", 1),
    "made anew": lambda made: made("a").notes is made("a").notes,
    "too few": refused,
    "too many": lambda made: refused(made, 1, 2, 3, 4),
    "unknown": lambda made: refused(made, name=1, other=2),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_value_is_what_a_frozen_dataclass_is(name: str) -> None:
    """Whatever is asked of the two, they answer alike."""
    assert ASKED[name](Ours) == ASKED[name](Theirs)


@pytest.mark.parametrize("change", [lambda made: setattr(made, "size", 2), lambda made: delattr(made, "size")])
def test_a_value_does_not_change(change: Callable[[object], None]) -> None:
    """Neither by setting nor by deleting a field."""
    for made in (Ours("a"), Theirs("a")):
        with pytest.raises(FrozenInstanceError):
            change(made)


def test_few_fields_are_compared_as_many() -> None:
    """One field, or none."""
    assert (One("a") == One("a"), One("a") == One("b"), hash(One("a")) == hash(One("a"))) == (True, False, True)
    assert (Nothing() == Nothing(), len({Nothing(), Nothing()}), repr(Nothing())) == (True, 1, "Nothing()")


def test_what_a_class_says_itself_stays() -> None:
    """A class with a comparison or a text of its own keeps it."""

    @frozen
    class Told:
        name: str

        def __repr__(self) -> str:
            return "told"

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 7

    assert (repr(Told("a")), Told("a") == Told("b"), hash(Told("a"))) == ("told", True, 7)


@record
class Counted:
    """What changes: one field that is given, one that is made, one that follows."""

    name: str
    seen: list[str] = field(default_factory=list)
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = len(self.name)


def test_a_record_changes() -> None:
    """Its fields are set, each has its own lists, equal ones are equal, and none is a key."""
    one, other = Counted("ab"), Counted(name="ab")
    assert one == other
    one.seen.append("x")
    one.name = "c"
    assert (repr(one), repr(other)) == ("Counted(name='c', seen=['x'], size=2)", "Counted(name='ab', seen=[], size=2)")
    assert (one == other, one == "c", hasattr(one, "__dict__"), Counted.__hash__) == (False, False, False, None)


def test_what_is_not_given_has_its_default() -> None:
    """A field that ``__init__`` does not take is filled by its default or by what its factory makes, each time anew."""

    @record
    class Filled:
        name: str
        size: int = field(init=False, default=3)
        notes: list[str] = field(init=False, default_factory=list)

    one, other = Filled("a"), Filled("b")
    assert (one.size, one.notes, one.notes is other.notes) == (3, [], False)


def test_a_class_may_be_made_and_hashed_in_its_own_way() -> None:
    """As under ``dataclass``."""

    @record
    class Own:
        size: int

        def __init__(self) -> None:
            self.size = 7

        def __hash__(self) -> int:
            return 5

    assert (Own().size, hash(Own())) == (7, 5)


def test_fields_by_keyword_alone_are_refused() -> None:
    """They would come out as others do."""
    with pytest.raises(TypeError, match="left to `dataclass`"):

        @frozen
        class Named:
            size: int = field(kw_only=True)
