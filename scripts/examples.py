"""Run the examples of the documentation, and hold what is shown against what comes out.

A page says at its top what its examples start from, as paths of the repository that are copied into an empty folder (a folder that
ends in ``/.`` by its content)::

    <!-- start: rules samples -->

A block after ``<!-- file: NAME -->`` is written to that file of the folder; when it is YAML, the project that it belongs to is then
validated and must have no error. In a ```console block, a line that starts with ``$ `` is run and the lines below it are its output, both
streams together; ``…`` stands for any text in a line and, on a line of its own, for any lines; ``$ command  # exit 3`` expects
that exit code. Everything is decided at one instant, a Monday morning in New York. A plain leadroute command runs inside this process,
which saves starting another hundred; what needs a shell gets one.

``python scripts/examples.py`` names what differs; with ``--write`` it writes the real output into the pages.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from leadroute.cli.main import app

ROOT = Path(__file__).resolve().parent.parent
AT = "2026-11-23T10:01:00-05:00"
VARIABLES = {"LEADROUTE_AT": AT, "NO_COLOR": "1", "COLUMNS": "110", "LC_ALL": "C.UTF-8"}
ANY = "…"

_START = re.compile(r"<!-- start:(.*?)-->")
_BLOCK = re.compile(r"(?:^<!-- file: (?P<file>\S+) -->\n)?^```(?P<kind>[a-z]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_EXIT = re.compile(r"\s{2,}# exit (\d+)$")
_SHELL = re.compile(r"[|&;<>$`*?~#(){}\[\]\\]")
_SECONDS = re.compile(r"\d+\.\d+ s\b")


@dataclass(frozen=True)
class Run:
    """One command of a console block: what was typed, what the page shows and what came out."""

    page: Path
    line: int
    command: str
    shown: str
    real: str
    exit: int
    wanted_exit: int

    @property
    def problem(self) -> str | None:
        """What is wrong, for a person; ``None`` when the page tells the truth."""
        where = f"{self.page.relative_to(ROOT)}:{self.line}: $ {self.command}"
        if self.exit != self.wanted_exit:
            return f"{where}\nexits with {self.exit}, not {self.wanted_exit}:\n{self.real}"
        if not fits(self.shown, self.real):
            return f"{where}\nprints\n{self.real}\nbut the page shows\n{self.shown}"
        return None


def pages() -> list[Path]:
    """The pages with examples: the README and everything below docs that people write."""
    written = [path for path in sorted((ROOT / "docs").rglob("*.md")) if "reference" not in path.parts]
    return [ROOT / "README.md", *written]


def fits(shown: str, real: str) -> bool:
    """Whether the output is what the page shows, ``…`` standing for anything; blanks at the ends of lines do not count."""
    pattern = []
    for line in shown.splitlines():
        if line.strip() == ANY:
            pattern.append(r"(?:.*\n)*?")
        else:
            pattern.append(".*".join(re.escape(part) for part in line.rstrip().split(ANY)) + r"[ \t]*\n")
    return re.fullmatch("".join(pattern), "".join(f"{line.rstrip()}\n" for line in real.splitlines())) is not None


def run(page: Path, folder: Path) -> Iterator[Run]:
    """Run a page's examples in an empty folder; a file block that does not validate is reported as a run, too."""
    text = page.read_text(encoding="utf-8")
    start = _START.search(text)
    for name in start[1].split() if start else ():
        _copy(name, folder)
    for block in _BLOCK.finditer(text):
        line = text.count("\n", 0, block.start("kind")) + 1
        if block["file"]:
            target = folder / block["file"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block["text"], encoding="utf-8")
            if block["kind"] == "yaml":
                project = _project_of(target, folder)
                command = f"leadroute validate --project {project.relative_to(folder) if project != folder else '.'}"
                real, code = _answer(command, folder)
                yield Run(page, line, command, ANY, real, code, 0)
        elif block["kind"] == "console":
            yield from _console(page, line, block["text"], folder)


def problems(page: Path) -> list[str]:
    """What a page shows that is not so."""
    with tempfile.TemporaryDirectory(prefix="leadroute-docs-") as folder:
        return [one.problem for one in run(page, Path(folder)) if one.problem is not None]


def _copy(name: str, folder: Path) -> None:
    """A file or folder of the repository; built state and caches stay behind."""
    source = ROOT / name.removesuffix("/.")
    target = folder if name.endswith("/.") else folder / source.name
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".leadroute", "__pycache__"))
    else:
        shutil.copy(source, target)


def _project_of(file: Path, folder: Path) -> Path:
    """The folder of the nearest ``leadroute.yaml`` at or above a file."""
    for candidate in file.parents:
        if (candidate / "leadroute.yaml").exists() or candidate == folder:
            return candidate
    return folder


def _console(page: Path, first: int, text: str, folder: Path) -> Iterator[Run]:
    lines = text.splitlines()
    starts = [at for at, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        typed = lines[start].removeprefix("$ ")
        expected = _EXIT.search(typed)
        command = _EXIT.sub("", typed)
        real, code = _answer(command, folder)
        shown = "\n".join(lines[start + 1 : end]).rstrip("\n")
        yield Run(page, first + start + 1, typed, shown, real.rstrip("\n"), code, int(expected[1]) if expected else 0)


def _answer(command: str, folder: Path) -> tuple[str, int]:
    """Both streams of a command and its exit code."""
    plain = command.startswith("leadroute ") and "--help" not in command and not _SHELL.search(command)
    text, code = inside(command, folder) if plain else by_shell(command, folder)
    return text.replace(str(folder), "/work"), code


def inside(command: str, folder: Path) -> tuple[str, int]:
    """A leadroute command by the function that the process would call."""
    cleared = {name: None for name in os.environ if name.startswith("LEADROUTE_")}
    with contextlib.chdir(folder):
        done = CliRunner().invoke(app, shlex.split(command)[1:], env=cleared | VARIABLES, prog_name="leadroute")
    return done.output, done.exit_code


def by_shell(command: str, folder: Path) -> tuple[str, int]:
    """A command in a shell as the reader has it, with the leadroute of this Python."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LEADROUTE_")}
    environment = clean | VARIABLES | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],  # noqa: S607 - the shell of the reader, wherever it is
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=120,
    )
    return done.stdout.decode("utf-8", "replace"), done.returncode


def write(page: Path) -> int:
    """Put the real output where a page shows another; the number of places."""
    text = page.read_text(encoding="utf-8")
    lines = text.splitlines()
    with tempfile.TemporaryDirectory(prefix="leadroute-docs-") as folder:
        wrong = [one for one in run(page, Path(folder)) if one.problem is not None and one.exit == one.wanted_exit]
    for one in reversed(wrong):
        end = one.line + len(one.shown.splitlines())
        lines[one.line : end] = [_SECONDS.sub(f"{ANY} s", line.rstrip()) for line in one.real.splitlines()]
    if wrong:
        page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(wrong)


def main(arguments: Sequence[str]) -> int:
    """Check the pages named, or all."""
    chosen = [Path(name).resolve() for name in arguments if not name.startswith("-")] or pages()
    if "--write" in arguments:
        for page in chosen:
            count = write(page)
            print(f"{page.relative_to(ROOT)}: {count} written" if count else f"{page.relative_to(ROOT)}: as it was")
    found = [problem for page in chosen for problem in problems(page)]
    print("\n\n".join(found) if found else f"{len(chosen)} pages tell the truth")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
