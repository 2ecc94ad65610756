"""Any standings, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from leadroute.model.standings import Absence, Debt, Figure, Owed, Place, RotationStanding, Standings, Use

names = st.one_of(
    st.sampled_from(["ann", "bob", "cy", "dée"]), st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1, max_size=4)
)
amounts = st.integers(min_value=0, max_value=10**40)
instants = st.integers(min_value=-(2**53), max_value=2**53)
cells = st.one_of(st.none(), st.just(""), names)


def debts() -> st.SearchStrategy[Debt]:
    parts = st.builds(Owed, amounts, st.one_of(st.none(), instants), st.integers(1, 9))
    return st.builds(Debt, st.lists(parts, max_size=3).map(tuple), st.integers(-(10**30), 10**30))


def rotations() -> st.SearchStrategy[RotationStanding]:
    places = st.dictionaries(names, st.builds(Place, amounts, amounts), max_size=3)
    levels = st.dictionaries(cells, st.dictionaries(names, st.tuples(amounts, amounts), max_size=2), max_size=2)
    absences = st.dictionaries(names, st.builds(Absence, names, instants, levels), max_size=2)
    owed = st.dictionaries(cells, st.dictionaries(names, debts(), max_size=2), max_size=2)
    recent = st.dictionaries(names, st.lists(names, max_size=3).map(tuple), max_size=2)
    return st.builds(RotationStanding, st.dictionaries(cells, places, max_size=3), absences, owed, recent)


def standings() -> st.SearchStrategy[Standings]:
    pairs = st.tuples(names, names)
    return st.builds(
        Standings,
        load=st.dictionaries(names, amounts, max_size=3),
        pool_load=st.dictionaries(pairs, amounts, max_size=3),
        used=st.dictionaries(st.builds(Use, names, names, names, names), amounts, max_size=3),
        rotations=st.dictionaries(names, rotations(), max_size=2),
        figures=st.dictionaries(names, st.builds(Figure, amounts, instants, st.booleans()), max_size=3),
    )
