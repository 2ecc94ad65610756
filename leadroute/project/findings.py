"""The findings of one reading of a project: collected as they are met, shown together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from leadroute.model.codes import CODES_BY_NAME
from leadroute.model.diagnostic import Diagnostic, Related
from leadroute.model.span import Span
from leadroute.project.nodes import Node

MOST_LINES = 3
"""Source lines shown with a finding."""
_NEAR = 0.75
_NEAR_SHORT = 0.66
"""For words of up to four letters, where one wrong letter weighs more."""
_LONGEST_WORD = 80


class Findings:
    """Diagnostics in the making. ``sources`` maps each file read to its lines."""

    def __init__(self) -> None:
        self.items: list[Diagnostic] = []
        self.sources: dict[str, tuple[str, ...]] = {}

    def add(
        self,
        name: str,
        message: str,
        at: Node | Span | None,
        *,
        help: str | None = None,  # noqa: A002 - named as the diagnostic's own attribute
        related: Sequence[tuple[str, Node | Span]] = (),
        rule: str | None = None,
        pool: str | None = None,
        rep: str | None = None,
        drop: str | None = None,
    ) -> None:
        """Note a finding by its name in the registry; ``related`` are places with a clause each, ``drop`` as in ``Diagnostic``."""
        code = CODES_BY_NAME[name]
        span = at.span if isinstance(at, Node) else at
        self.items.append(
            Diagnostic(
                code=code.code,
                name=name,
                severity=code.severity,
                message=message,
                span=span,
                help=help,
                certainty="heuristic" if code.heuristic else "proved",
                related=tuple(Related(clause, place.span if isinstance(place, Node) else place) for clause, place in related),
                rule=rule,
                pool=pool,
                rep=rep,
                source=self.lines(span),
                drop=drop,
            )
        )

    def lines(self, span: Span | None) -> tuple[str, ...]:
        """The source lines that a span covers, the first few of them."""
        if span is None:
            return ()
        last = min(max(span.end_line, span.line), span.line + MOST_LINES - 1)
        return self.sources.get(span.file, ())[span.line - 1 : last]

    @property
    def failed(self) -> bool:
        """Whether any finding is an error."""
        return any(item.severity == "error" for item in self.items)

    def ordered(self) -> tuple[Diagnostic, ...]:
        """All findings once each, by file in the order read, then by place."""
        files = {name: at for at, name in enumerate(self.sources)}

        def place(item: Diagnostic) -> tuple[int, str, int, int, str]:
            if item.span is None:
                return (-1, "", 0, 0, item.code)
            return (files.get(item.span.file, -1), item.span.file, item.span.line, item.span.column, item.code)

        distinct: dict[tuple[object, ...], Diagnostic] = {}
        for item in self.items:
            distinct.setdefault((item.code, item.message, item.span), item)
        return tuple(sorted(distinct.values(), key=place))


def near(word: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant; ``None`` where none is near."""
    if len(word) > _LONGEST_WORD:
        return None
    from difflib import get_close_matches

    by_folded = {_folded(name): name for name in known}
    found = get_close_matches(_folded(word), by_folded, n=1, cutoff=_NEAR_SHORT if len(word) <= 4 else _NEAR)
    return by_folded[found[0]] if found else None


def suggestion(word: str, known: Iterable[str], otherwise: str | None = None) -> str | None:
    """``did you mean`` with the near name, else what to say instead."""
    found = near(word, known)
    return f"did you mean `{found}`?" if found is not None else otherwise


def listed(names: Iterable[str], most: int = 12) -> str:
    """Names in backticks, the first few."""
    names = list(names)
    shown = ", ".join(f"`{name}`" for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


@lru_cache(maxsize=4096)
def shown(text: str, most: int = 60) -> str:
    """A person's own text in backticks: on one line, cut where it is long."""
    flat = " ".join(text.replace("`", "'").split())
    return f"`{flat if len(flat) <= most else flat[: most - 1] + '…'}`"


def _folded(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")
