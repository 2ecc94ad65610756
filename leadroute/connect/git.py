"""The files of a git revision, laid out in a temporary folder for as long as they are read."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

from leadroute.model.codes import diagnostic
from leadroute.model.diagnostic import Diagnostic, Related
from leadroute.model.frozen import frozen
from leadroute.model.span import Span

MARK = "git:"
_SHALLOW = "fetch it first; in GitHub Actions, `actions/checkout` fetches all of it with `fetch-depth: 0`"
_SHORTEST = 12
"""A folder's name that a message cuts short is recognised by so many characters."""


class RevisionError(Exception):
    """A revision cannot be read; ``diagnostics`` say why, at least one."""

    def __init__(self, message: str, help: str) -> None:  # noqa: A002 - named as the diagnostic's own attribute
        """Say why."""
        super().__init__(message)
        self.diagnostics = (diagnostic("no-revision", message, help=help),)


@frozen
class Revision:
    """``git:REV:PATH``. As in git, a path counts from the top of the repository, with ``./`` or ``../`` from here; empty: none is said."""

    text: str
    rev: str
    path: str

    @classmethod
    def parse(cls, text: str) -> Revision | None:
        """A revision as a person writes it; ``None`` where it is none but, say, a folder.

        Raises:
            RevisionError: It begins as one and is none.
        """
        if not text.startswith(MARK):
            return None
        rev, colon, path = text.removeprefix(MARK).partition(":")
        if not rev or not colon:
            raise RevisionError(f"`{text}` names no revision and path", "write `git:REV:PATH`, such as `git:main:rules`, or `git:main:`")
        return cls(text, rev, path)


@frozen
class Tree:
    """The files of a revision: ``root`` is the folder that they lie in, ``path`` the place in it of what was asked for."""

    rev: str
    root: Path
    path: Path

    def told(self, text: str) -> str:
        """A message with ``git:REV:`` in the place of the temporary folder, wherever files of the revision are named."""
        name = f"{MARK}{self.rev}:"
        roots = [str(self.root), Path(os.path.relpath(self.root)).as_posix()]
        for root in roots:
            text = text.replace(f"{root}/", name).replace(root, name)
        if "…" in text:
            for cut in range(len(roots[0]) - 1, _SHORTEST, -1):
                text = text.replace(f"{roots[0][:cut]}…", f"{name}…")
        return text

    def span(self, span: Span | None) -> Span | None:
        """A place in a file of the revision, by the name that a person gives it."""
        return None if span is None else replace(span, file=self.told(span.file))

    def diagnostic(self, found: Diagnostic) -> Diagnostic:
        """A finding about files of the revision, by the names that a person gives them."""
        related = tuple(Related(self.told(one.message), self.span(one.span)) for one in found.related)
        advice = None if found.help is None else self.told(found.help)
        return replace(found, message=self.told(found.message), span=self.span(found.span), help=advice, related=related)


@contextmanager
def tree_of(rev: str, path: Path) -> Iterator[Tree]:
    """The whole tree of a revision, with the place in it that a path of the working tree has; whether something is there is not asked.

    Files are what a checkout would give: line ends, encodings and large files as git's own settings and attributes say. Nothing in the
    repository or its working tree is written to.

    Raises:
        RevisionError: There is no git, no repository around the path, or no such revision.
    """
    folder, below = _folder(path)
    found = _git(folder, "rev-parse", "--absolute-git-dir", "--show-prefix")
    if found.returncode:
        said = _said(found)
        if "not a git repository" in said:
            raise RevisionError(f"`{rev}` cannot be looked up: there is no git repository around `{folder}`", "run it inside a repository")
        raise RevisionError(f"`{rev}` cannot be looked up in `{folder}`: {said}", "make sure that git can read the repository")
    repository, _, prefix = found.stdout.removesuffix("\n").partition("\n")
    tree = _tree(folder, rev)
    with tempfile.TemporaryDirectory(prefix="leadroute-", ignore_cleanup_errors=True) as temporary:
        root = Path(temporary).resolve() / "tree"
        root.mkdir()
        # An index of its own: what is staged in the user's stays as it is.
        own = {"GIT_INDEX_FILE": str(root.with_name("index"))}
        places = (f"--git-dir={repository}", f"--work-tree={root}")
        for step in (("read-tree", tree), ("checkout-index", "--all", "--quiet")):
            done = _git(root, *places, *step, more=own)
            if done.returncode:
                raise RevisionError(f"the files of `{rev}` cannot be read: {_said(done)}", "`git fsck` tells whether all of it is there")
        yield Tree(rev, root, root / prefix / below)


@contextmanager
def tree_at(revision: Revision, start: Path) -> Iterator[Tree]:
    """The tree of ``git:REV:PATH`` with the place that it means; without a path, that of the folder ``start``.

    Raises:
        RevisionError: As for :func:`tree_of`, or there is nothing at the path.
    """
    with tree_of(revision.rev, start) as tree:
        if not revision.path:
            yield tree
            return
        from_here = revision.path.startswith(("./", "../")) or revision.path in (".", "..")
        place = Path(os.path.normpath((tree.path if from_here else tree.root) / revision.path))
        if not place.is_relative_to(tree.root):
            raise RevisionError(f"`{revision.text}` leads out of the repository", "name a folder or file of the repository")
        if not os.path.lexists(place):
            near = PurePosixPath(revision.path)
            here = not from_here and os.path.lexists(tree.path / near)
            advice = (
                f"did you mean `git:{revision.rev}:./{near}`?" if here else f"`git ls-tree -r --name-only {revision.rev}` lists what is"
            )
            raise RevisionError(f"there is no `{revision.path}` in `{revision.rev}`", advice)
        yield replace(tree, path=place)


def _folder(path: Path) -> tuple[Path, Path]:
    """The nearest folder that is there, and the rest of the path below it."""
    folder = Path(os.path.abspath(path))
    below = Path()
    while not folder.is_dir() and folder != folder.parent:
        folder, below = folder.parent, folder.name / below
    return folder, below


def _tree(folder: Path, rev: str) -> str:
    """The name of a revision's tree.

    Raises:
        RevisionError: There is no such revision.
    """
    found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{tree}}")
    if not found.returncode:
        return found.stdout.strip()
    for remote in ("origin", "upstream"):
        if not _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"refs/remotes/{remote}/{rev}").returncode:
            raise RevisionError(f"there is no revision `{rev}`", f"did you mean `{remote}/{rev}`?")
    shallow = _git(folder, "rev-parse", "--is-shallow-repository").stdout.strip() == "true"
    raise RevisionError(f"there is no revision `{rev}`", _SHALLOW if shallow else "`git branch --all` and `git tag` list what there is")


def _git(folder: Path, *words: str, more: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run git, unable to ask anybody anything or to run hooks.

    Raises:
        RevisionError: There is no git.
    """
    environment = os.environ | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"} | dict(more or {})
    command = ["git", "-c", f"core.hooksPath={os.devnull}", *words]
    try:
        return subprocess.run(  # noqa: S603 - a list of words for git; a revision stands after --end-of-options or is a tree's hash
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
    except FileNotFoundError:
        raise RevisionError("there is no `git` to look up revisions with", "install git, or name a folder") from None


def _said(done: subprocess.CompletedProcess[str]) -> str:
    """What git gave as the reason, on one line."""
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    reason = next(
        (line for line in lines if line.startswith(("fatal:", "error:"))), lines[0] if lines else f"git ended with {done.returncode}"
    )
    return reason.removeprefix("fatal:").removeprefix("error:").strip()
