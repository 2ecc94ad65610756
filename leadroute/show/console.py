"""The two streams: data on stdout, people on stderr; colour when it is wanted, and nothing of a user's text ever read as markup."""

from __future__ import annotations

import os
import re
import sys
from functools import cache, cached_property
from typing import IO, TYPE_CHECKING, Any

from leadroute.model.frozen import frozen

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

PLAIN_WIDTH = 80
"""Columns where there is no terminal to ask."""

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


def visible(text: str) -> str:
    """The text with control and direction characters as escapes, so that data cannot steer the terminal."""
    return _UNSEEN.sub(lambda found: f"\\x{ord(found[0]):02x}" if ord(found[0]) < 256 else f"\\u{ord(found[0]):04x}", text)


BLANK = "\ue000"
"""A blank at which no line is broken; printed as any other."""


def folded(text: str, width: int, hang: int) -> str:
    """A line broken at blanks to fit a width in cells, what follows set in by ``hang``; a word that is wider stands alone."""
    from rich.cells import cell_len

    lines: list[str] = []
    line = ""
    for word in re.findall(r" *[^ ]+", text):
        if line and cell_len(line + word) > width:
            lines.append(line)
            line = " " * hang + word.lstrip(" ")
        else:
            line += word
    return "\n".join([*lines, line]).replace(BLANK, " ")


def cells(text: str) -> int:
    """How many columns a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


@frozen
class Styled:
    """A text of parts, each with its style (``""``: none). What prints it without colour needs no more than the texts."""

    parts: tuple[tuple[str, str], ...]

    @property
    def plain(self) -> str:
        """The text."""
        return "".join(text for text, _ in self.parts)

    @property
    def rich(self) -> Text:
        """The text with its styles."""
        from rich.text import Text

        return Text.assemble(*self.parts)


class Terminal:
    """Where a command prints: ``data`` and ``show`` to stdout, ``say``, ``detail`` and ``warn`` to stderr.

    Strings are printed as they are, never as markup. ``color`` is ``auto`` (a terminal that wants it: ``NO_COLOR``, ``TERM``),
    ``always`` or ``never``. ``quiet`` silences ``say`` and ``detail``; ``detail`` speaks only when ``verbose``.
    """

    def __init__(self, *, color: str = "auto", quiet: bool = False, verbose: bool = False) -> None:
        """Open the streams of this process."""
        self.quiet = quiet
        self.verbose = verbose
        self._color = color

    @cached_property
    def out(self) -> Console:
        """Stdout, for tables and coloured text."""
        return _console(self._color, stderr=False)

    @cached_property
    def err(self) -> Console:
        """Stderr, for people."""
        return _console(self._color, stderr=True)

    def data(self, text: str) -> None:
        """Write exactly this text to stdout."""
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:
            abandon(sys.stdout)

    def show(self, what: Any) -> None:
        """Print a text, which is never wrapped, or a table, which is fitted to the width, to stdout."""
        self._print(what, stderr=False)

    def show_line(self, text: str, hang: int) -> None:
        """Print one line to stdout, broken at words to fit the width; what follows is set in by ``hang``."""
        self._print(folded(visible(text), self.out.width, hang), stderr=False)

    def say(self, what: Any) -> None:
        """Tell a person."""
        if not self.quiet:
            self._print(what, stderr=True)

    def say_line(self, text: str, hang: int) -> None:
        """Tell a person one line, broken at words to fit the width; what follows is set in by ``hang``."""
        self.say(folded(visible(text), self.err.width, hang))

    def detail(self, what: Any) -> None:
        """Tell a person who asked for more."""
        if self.verbose and not self.quiet:
            self._print(what, stderr=True)

    def warn(self, what: Any) -> None:
        """Tell a person, however quiet it should be."""
        self._print(what, stderr=True)

    def _print(self, what: Any, *, stderr: bool) -> None:
        """One thing and a line end. A line of text where nobody wants colour takes no console, which takes longer to load than to use."""
        stream = sys.stderr if stderr else sys.stdout
        if isinstance(what, str | Styled) and self._color != "always" and not (stream.isatty() or os.environ.get("FORCE_COLOR")):
            try:
                stream.write(visible(what if isinstance(what, str) else what.plain).expandtabs() + "\n")
            except BrokenPipeError:
                abandon(stream)
            return
        _print(self.err if stderr else self.out, what.rich if isinstance(what, Styled) else what)


def abandon(stream: IO[str]) -> None:
    """Point a stream whose reader has gone at nothing, so that what is still written to it does no harm."""
    with open(os.devnull, "w", encoding="utf-8") as nothing:
        os.dup2(nothing.fileno(), stream.fileno())


def _console(color: str, *, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    known = stream.isatty() or os.environ.get("COLUMNS", "").isdigit()
    return patient_console()(
        stderr=stderr,
        width=None if known else PLAIN_WIDTH,
        color_system={"always": "standard", "never": None}.get(color, "auto"),
        force_terminal={"always": True, "never": False}.get(color),
        no_color={"always": False, "never": True}.get(color),
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )


@cache
def patient_console() -> type[Console]:
    """A console whose reader may leave: the command goes on, so that its exit code still says what it found."""
    from rich.console import Console

    class PatientConsole(Console):
        def on_broken_pipe(self) -> None:
            self.quiet = True
            abandon(self.file)

    return PatientConsole


def _print(console: Console, what: Any) -> None:
    from rich.text import Text

    if isinstance(what, str):
        what = Text(visible(what))
    if isinstance(what, Text):
        console.print(what, soft_wrap=True)
        return
    with console.capture() as captured:
        console.print(what)
    # Tables pad their last column; blanks that nobody sees only trouble whoever compares two outputs.
    lines = [line.rstrip(" ") for line in captured.get().splitlines()]
    console.print(Text.from_ansi("\n".join(lines)), soft_wrap=True)
