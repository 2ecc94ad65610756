"""Where a project is."""

from __future__ import annotations

from pathlib import Path

from leadroute import project


def test_the_nearest_project_upward_is_found(tmp_path: Path) -> None:
    """From a folder inside it."""
    (tmp_path / "leadroute.yaml").touch()
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert project.find(inner) == tmp_path / "leadroute.yaml"


def test_else_the_one_in_rules(tmp_path: Path) -> None:
    """`rules/leadroute.yaml` where none lies upward."""
    assert project.find(tmp_path) is None
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "leadroute.yaml").touch()
    assert project.find(tmp_path) == tmp_path / "rules" / "leadroute.yaml"


def test_what_is_given_comes_first(tmp_path: Path) -> None:
    """The folder or the file, whether it is there or not."""
    assert project.find(tmp_path, tmp_path) == tmp_path / "leadroute.yaml"
    assert project.find(tmp_path, tmp_path / "x.yaml") == tmp_path / "x.yaml"
