"""Which findings are asked for, by codes, names, or beginnings of codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadroute.model.codes import CODES, CODES_BY_NAME, Code
from leadroute.model.diagnostic import Diagnostic
from leadroute.model.frozen import frozen


class NoSuchCodeError(ValueError):
    """What was typed is no code that can be selected or ignored; the message says so, and what may be meant."""


@frozen
class Selection:
    """The names of the findings that are wanted (``None``: all) and of those that are not, which goes before.

    What keeps a project from being run is always wanted.
    """

    select: frozenset[str] | None = None
    ignore: frozenset[str] = frozenset()
    advice: bool = False
    """Whether a finding that only deserves a look is selected by its own code or name."""

    @classmethod
    def of(cls, select: Sequence[str], ignore: Sequence[str]) -> Selection:
        """What ``--select`` and ``--ignore`` say: ``LR301``, ``overlap``, ``LR3``, several with commas.

        Raises:
            NoSuchCodeError: One of them stands for nothing, or names alone what cannot be ignored.
        """
        chosen = [_codes(word) for word in _words(select)]
        if select and not chosen:
            raise NoSuchCodeError("no code is named, so nothing would be found")
        unwanted = []
        for word in _words(ignore):
            codes = _codes(word)
            ignorable = [code.name for code in codes if not code.stops]
            if not ignorable:
                raise NoSuchCodeError(f"{word!r} cannot be ignored: a project with it cannot be run")
            unwanted += ignorable
        wanted = frozenset(code.name for codes in chosen for code in codes) if select else None
        if wanted is not None and any(CODES_BY_NAME[name].code.startswith("LR3") for name in wanted):
            wanted |= {"undecided"}  # else what was never proved would pass as not found
        advice = any(len(codes) == 1 and codes[0].severity == "info" for codes in chosen)
        return cls(wanted, frozenset(unwanted), advice)

    def wants(self, found: Diagnostic) -> bool:
        """Whether a finding is to be shown and counted."""
        return CODES[found.code].stops or self.wants_name(found.name)

    def wants_name(self, name: str) -> bool:
        """Whether findings of a name are to be shown and counted."""
        return (self.select is None or name in self.select) and name not in self.ignore


def _words(given: Sequence[str]) -> Iterator[str]:
    return (word.strip() for text in given for word in text.split(",") if word.strip())


def _codes(word: str) -> list[Code]:
    from leadroute.project.findings import near

    named = CODES_BY_NAME.get(word.lower())
    found = [named] if named is not None else [code for code in CODES.values() if code.code.startswith(word.upper())]
    if not found:
        meant = near(word, [*CODES_BY_NAME, *CODES])
        advice = f"did you mean {meant!r}?" if meant is not None else "leadroute codes lists them all"
        raise NoSuchCodeError(f"there is no code {word!r}; {advice}")
    return found
