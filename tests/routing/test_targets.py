"""Who or what a ``$field`` names."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadroute.routing.targets import Directory
from tests.routing.worlds import made

REPS = """[{id: ann, name: Bob, email: one@x.example}, {id: bob, name: Ann Lee}, {id: cyd, name: Dan Oak},
  {id: eve, name: dan  OAK}, {id: fay, name: Fay, email: GUS@x.example}, {id: gus@x.example, name: ''}]"""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    folder: Path = tmp_path_factory.mktemp("targets")
    return Directory(made(folder, "pools: {SMB_One: {}, two: {}}\nrules: [{id: r, assign: {pool: two}}]", REPS))


@pytest.mark.parametrize(
    ("text", "rep"),
    [
        (" ANN ", 0),
        ("bob", 1),
        ("One@X.example", 0),
        ("ann  lee", 1),
        ("dan oak", None),
        ("gus@x.example", 5),
        ("fay", 4),
        ("", None),
        ("nobody", None),
    ],
)
def test_a_rep_is_named_by_id_else_mail_else_a_unique_name(directory: Directory, text: str, rep: int | None) -> None:
    """Compared like strings; a name that two have names nobody."""
    assert directory.rep(text) == rep


def test_a_pool_is_named_like_a_string(directory: Directory) -> None:
    """Case and blanks do not count."""
    assert (directory.pool(" smb_ONE "), directory.pool("three")) == ("SMB_One", None)
