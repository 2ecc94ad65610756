"""The workflow and the hooks of the documentation do what they are for."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from leadroute.cli.exit import Exit
from leadroute.workflows.starter import WORKFLOW
from tests.cli.conftest import Leadroute, leadroute

__all__ = ["leadroute"]  # the fixture

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/how-to/ci.md").read_text("utf-8")


def block(name: str) -> str:
    """The text of a file that the page shows."""
    found = re.search(rf"<!-- file: {re.escape(name)} -->\n```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository with the project of the repository in its folder ``rules``, as the working folder."""
    shutil.copytree(ROOT / "rules", tmp_path / "rules", ignore=shutil.ignore_patterns(".leadroute"))
    monkeypatch.chdir(tmp_path)
    git("init", "-q")
    git("add", ".")
    git("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", "commit", "-qm", "all")
    return tmp_path


def git(*arguments: str) -> list[str]:
    """The lines that git prints."""
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout.splitlines()


def test_the_workflow_is_the_one_that_init_writes() -> None:
    """Whoever starts with ``init`` has what the page recommends."""
    assert block(".github/workflows/leadroute.yml") == WORKFLOW


def test_the_workflow_s_commands_pass_and_fail(repository: Path, leadroute: Leadroute) -> None:
    """On a checkout as it is every step is done; a rule that is broken stops the job."""
    workflow = yaml.safe_load(WORKFLOW)
    steps = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    assert steps[0] == "pip install leadroute"
    commands = [shlex.split(step) for step in steps[1:]]
    assert all(command[0] == "leadroute" for command in commands)
    assert [leadroute(*command[1:]).exit_code for command in commands] == [Exit.DONE] * 3
    path = repository / "rules/hygiene.yaml"
    path.write_text(path.read_text("utf-8").replace("queue: suppressed", "queue:  junk"), "utf-8")
    # The layout is not canonical, nothing sends to the queue any more (a warning), and a property is refuted.
    assert [leadroute(*command[1:]).exit_code for command in commands] == [Exit.NO, Exit.DONE, Exit.NO]


HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))


def commit(leadroute: Leadroute) -> dict[str, bool]:
    """Which hooks of the page's configuration run for what is staged, and whether they let the commit pass, as pre-commit decides it."""
    hooks = {hook["id"]: hook for hook in HOOKS}
    staged = git("diff", "--cached", "--name-only")
    passed = {}
    for wanted in yaml.safe_load(block(".pre-commit-config.yaml"))["repos"][0]["hooks"]:
        hook = hooks[wanted["id"]] | wanted
        names = [name for name in staged if re.search(hook["files"], name)]
        if names:
            before = git("diff")
            command = [*shlex.split(hook["entry"]), *hook.get("args", []), *(names if hook.get("pass_filenames", True) else [])]
            assert command[0] == "leadroute"
            passed[hook["id"]] = leadroute(*command[1:]).exit_code == Exit.DONE and git("diff") == before
    return passed


def test_hooks_have_what_pre_commit_asks_for() -> None:
    """Those of a repository are a list of these."""
    for hook in HOOKS:
        assert {"id", "name", "entry", "language"} <= hook.keys()
        assert hook["language"] == "python"


def test_hooks_stop_a_change_that_is_not_right(repository: Path, leadroute: Leadroute) -> None:
    """Layout is put right and has to be staged again; what breaks a property does not pass; other files concern no hook."""
    path = repository / "rules/hygiene.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("owner: legal", "owner:   compliance"), "utf-8")
    git("add", ".")
    assert commit(leadroute) == {"leadroute-fmt": False, "leadroute-validate": True, "leadroute-test": True}
    git("add", ".")
    assert commit(leadroute) == {"leadroute-fmt": True, "leadroute-validate": True, "leadroute-test": True}
    path.write_text(text.replace("queue: suppressed", "queue: junk"), "utf-8")
    git("add", ".")
    assert commit(leadroute)["leadroute-test"] is False
    git("reset", "-q", "--hard")
    (repository / "notes.txt").write_text("x", "utf-8")
    git("add", ".")
    assert commit(leadroute) == {}
