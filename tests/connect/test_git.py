"""Trees of git revisions: what was committed, wherever one stands, and nothing else touched."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from leadroute.connect.git import Revision, RevisionError, tree_at, tree_of
from leadroute.model.codes import diagnostic
from leadroute.model.span import Span


def git(folder: Path, *words: str) -> str:
    mine = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    author = {f"GIT_{who}_{what}": "t@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(["git", *words], cwd=folder, env=os.environ | mine | author, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``my rules/a.yaml`` says one on ``main`` and two in the working tree; ``hidden.csv`` is left out of archives."""
    top = tmp_path_factory.mktemp("with blank") / "répo"
    (top / "my rules").mkdir(parents=True)
    git(top, "init", "-q", "-b", "main")
    (top / "my rules" / "a.yaml").write_text("one\n")
    (top / "hidden.csv").write_text("x\n")
    (top / ".gitattributes").write_text("hidden.csv export-ignore\n")
    (top / "away").symlink_to("/nowhere")
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "first")
    git(top, "update-ref", "refs/remotes/origin/other", "HEAD")
    (top / "my rules" / "a.yaml").write_text("two\n")
    (top / "my rules" / "new.yaml").write_text("new\n")
    git(top, "add", "my rules/new.yaml")
    return top


def looked_up(words: str, start: Path) -> None:
    revision = Revision.parse(words)
    assert revision is not None
    with tree_at(revision, start):
        pass


@pytest.mark.parametrize("words", ["main", "HEAD", "HEAD^{commit}"])
def test_a_tree_has_what_was_committed(repository: Path, words: str) -> None:
    """Every file of the revision, those left out of archives too, and nothing of the working tree; gone when done."""
    before = git(repository, "status", "--porcelain")
    with tree_of(words, repository / "my rules" / "a.yaml") as tree:
        assert tree.path.read_text() == "one\n"
        assert (tree.root / "hidden.csv").is_file()
        assert not (tree.root / "my rules" / "new.yaml").exists()
    assert not tree.root.exists()
    assert git(repository, "status", "--porcelain") == before


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (".", "git:main:my rules"),
        ("my rules", "git:main:my rules"),
        ("my rules", "git:main:."),
        ("my rules", "git:main:../my rules/"),
        ("my rules", "git:main:"),
        ("my rules/not/yet", "git:main:my rules/../my rules"),
    ],
)
def test_paths_count_as_in_git(repository: Path, start: str, words: str) -> None:
    """From the top of the repository, with a dot from here; without a path it is the folder that one stands in."""
    revision = Revision.parse(words)
    assert revision is not None
    with tree_at(revision, repository / start) as tree:
        assert (tree.path / "a.yaml").read_text() == "one\n"


def test_a_worktree_and_a_bare_repository_have_the_same_trees(repository: Path, tmp_path: Path) -> None:
    """Where the files of a repository lie does not matter."""
    git(repository, "worktree", "add", "-q", "--detach", str(tmp_path / "second"), "main")
    git(tmp_path, "clone", "-q", "--bare", str(repository), "bare")
    for place in ("second", "bare"):
        with tree_at(Revision("", "main", "my rules"), tmp_path / place) as tree:
            assert (tree.path / "a.yaml").read_text() == "one\n"


@pytest.mark.parametrize(
    ("words", "message", "advice"),
    [
        ("git:nope:", "there is no revision `nope`", "`git branch --all` and `git tag` list what there is"),
        ("git:other:", "there is no revision `other`", "did you mean `origin/other`?"),
        ("git:--all:", "there is no revision `--all`", "`git branch --all` and `git tag` list what there is"),
        ("git:main:a.yaml", "there is no `a.yaml` in `main`", "did you mean `git:main:./a.yaml`?"),
        ("git:main:b.yaml", "there is no `b.yaml` in `main`", "`git ls-tree -r --name-only main` lists what is"),
        ("git:main:../../b", "`git:main:../../b` leads out of the repository", "name a folder or file of the repository"),
        ("git:main", "`git:main` names no revision and path", "write `git:REV:PATH`, such as `git:main:rules`, or `git:main:`"),
        ("git::a.yaml", "`git::a.yaml` names no revision and path", "write `git:REV:PATH`, such as `git:main:rules`, or `git:main:`"),
    ],
)
def test_what_cannot_be_found_is_said(repository: Path, words: str, message: str, advice: str) -> None:
    """Each refusal has a sentence and what to do about it."""
    with pytest.raises(RevisionError) as problem:
        looked_up(words, repository / "my rules")
    (found,) = problem.value.diagnostics
    assert (found.name, found.message, found.help) == ("no-revision", message, advice)


def test_without_a_repository_or_git_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that no repository is around, and a machine without git, are said to be so."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(RevisionError, match="there is no git repository around"), tree_of("main", tmp_path):
        pass
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RevisionError, match="there is no `git`"), tree_of("main", tmp_path):
        pass


def test_a_hook_of_git_may_ask(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook runs with the repository and the index in variables; the index stays as it is."""
    before = git(repository, "status", "--porcelain")
    monkeypatch.chdir(repository)
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    with tree_at(Revision("", "HEAD", "my rules"), repository) as tree:
        assert (tree.path / "a.yaml").read_text() == "one\n"
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert git(repository, "status", "--porcelain") == before


def test_a_shallow_clone_is_told_to_fetch(repository: Path, tmp_path: Path) -> None:
    """Where the history was cut off, that is the likely reason."""
    git(tmp_path, "clone", "-q", "--depth", "1", repository.as_uri(), "shallow")
    with pytest.raises(RevisionError) as problem, tree_of("main~1", tmp_path / "shallow"):
        pass
    assert "fetch-depth: 0" in (problem.value.diagnostics[0].help or "")


def test_findings_name_files_as_a_person_does(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The temporary folder is in no message, however the file is named, cut short or not."""
    with tree_of("main", repository / "my rules") as tree:
        file = tree.path / "a.yaml"
        found = diagnostic("unreadable-file", f"`{file}` and `{str(file)[:-11]}…`", span=Span(str(file), 1, 1, 1, 2), help=f"{tree.path}")
        told = tree.diagnostic(found)
        assert told.message == "`git:main:my rules/a.yaml` and `git:main:my r…`"
        assert told.span is not None
        assert told.span.file == "git:main:my rules/a.yaml"
        assert told.help == "git:main:my rules"
        assert tree.told(f"{str(tree.root)[:-3]}…") == "git:main:…"
        monkeypatch.chdir(tree.root.parent.parent)
        assert tree.told(f"{tree.root.parent.name}/tree/my rules/a.yaml") == "git:main:my rules/a.yaml"


def test_what_is_no_revision_is_a_path() -> None:
    """Anything that does not begin with the mark is left to others."""
    assert Revision.parse("rules") is None
    assert Revision.parse("git:v1:x:y") == Revision("git:v1:x:y", "v1", "x:y")
