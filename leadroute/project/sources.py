"""The files of a project: read once, decoded, remembered with their bytes' digest."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from leadroute.model.frozen import record
from leadroute.model.span import Span
from leadroute.project.findings import Findings, shown
from leadroute.project.nodes import Node

MOST_BYTES = 16 << 20
"""A larger YAML file was not written by hand."""
MOST_TABLE_BYTES = 256 << 20

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""What YAML does not allow as a character; NUL among them. (What it allows is a class that takes ten times as long to compile.)"""


@record
class Sources:
    """Reads files and keeps what the digest and the messages need. ``folder`` is the project's."""

    folder: Path
    findings: Findings
    files: dict[str, bytes] = field(default_factory=dict)
    """SHA-256 of every file read, by its name relative to the project's folder."""
    instead: Mapping[str, str] = field(default_factory=dict)
    """Texts in the place of those of files, by the names that messages give the files: edits that are not written yet."""

    def read(self, path: Path, at: Node | None = None, *, what: str, most: int = MOST_BYTES) -> str | None:
        """The text of a file; ``None``, with a finding, where it cannot be read. ``at`` is where the file is named."""
        data = self.read_bytes(path, at, what=what, most=most)
        return None if data is None else self.decode(data, displayed(path))

    def read_bytes(self, path: Path, at: Node | None = None, *, what: str, most: int = MOST_BYTES) -> bytes | None:
        """What is in a file; ``None``, with a finding, where it cannot be read."""
        name = displayed(path)
        where = at if at is not None else Span(name, 1, 1, 1, 1)
        if os.path.isdir(path):  # unlike `Path.is_dir` it raises for no name, however odd
            self.findings.add("unreadable-file", f"{what} {shown(name)} is a folder", where, help="name a file")
            return None
        try:
            if name in self.instead:
                data = self.instead[name].encode()
            else:
                with path.open("rb") as file:
                    data = file.read(most + 1)
        except FileNotFoundError:
            self.findings.add("unreadable-file", f"{what} {shown(name)} does not exist", where, help=self._beside(path))
            return None
        except (OSError, ValueError) as problem:
            reason = (getattr(problem, "strerror", None) or str(problem)).lower()
            self.findings.add("unreadable-file", f"{what} {shown(name)} cannot be read: {reason}", where)
            return None
        if len(data) > most:
            self.findings.add("too-large", f"{what} {shown(name)} is larger than {most >> 20} MiB", where)
            return None
        self.files[relative(path, self.folder)] = hashlib.sha256(data).digest()
        return data

    def rely_on(self, edition: str) -> None:
        """Count an edition of packaged data (``holidays 0.109``) into the digest: with another one the project may decide otherwise."""
        self.files[f"<{edition}>"] = b""

    def forget(self, path: Path) -> None:
        """Count a file as not read, because it is none of the project's."""
        self.files.pop(relative(path, self.folder), None)
        self.findings.sources.pop(displayed(path), None)

    def decode(self, data: bytes, name: str) -> str | None:
        """The text in the bytes of a file that messages call ``name``; ``None``, with a finding, where there is none."""
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            before = data[: problem.start].decode("utf-8-sig", "replace")
            self.findings.sources[name] = tuple(data.decode("utf-8-sig", "replace").splitlines())
            self.findings.add(
                "bad-text", f"byte {data[problem.start]:#04x} is not UTF-8", _place(name, before), help="save the file as UTF-8"
            )
            return None
        self.findings.sources[name] = tuple(text.splitlines())
        wrong = _FORBIDDEN.search(text)
        if wrong is not None:
            what = f"the control character U+{ord(wrong.group()):04X} stands in the file"
            self.findings.add("bad-text", what, _place(name, text[: wrong.start()]), help="remove it")
            return None
        return text

    @staticmethod
    def _beside(path: Path) -> str | None:
        from leadroute.project.findings import suggestion

        try:
            names = sorted(os.listdir(path.parent))[:1000]
        except (OSError, ValueError):
            return None
        return suggestion(path.name, names)

    def digest(self) -> str:
        """SHA-256 over the names and contents of all files read, in the order of the names."""
        whole = hashlib.sha256()
        for name, one in sorted(self.files.items()):
            whole.update(name.encode("utf-8", "surrogateescape") + b"\0" + one)
        return whole.hexdigest()


def displayed(path: Path) -> str:
    """How a message names a file: from the working folder where it lies under it, else from the root."""
    return relative(path, Path.cwd()) if _under(path, Path.cwd()) else str(absolute(path))


def relative(path: Path, folder: Path) -> str:
    """A file's name seen from a folder, with forward slashes."""
    return Path(os.path.relpath(absolute(path), absolute(folder))).as_posix()


def _under(path: Path, folder: Path) -> bool:
    return absolute(path).is_relative_to(folder)


def absolute(path: Path) -> Path:
    """The whole path, without asking the disk."""
    return Path(os.path.normpath(Path.cwd() / path))


def _place(name: str, before: str) -> Span:
    """The place right after ``before``."""
    lines = (before + "x").splitlines()
    line, column = len(lines), len(lines[-1])
    return Span(name, line, column, line, column + 1)
