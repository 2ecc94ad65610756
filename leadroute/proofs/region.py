"""Which leads a claim is about, in words: one lead of a model, widened as far as the claim still holds for certain."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from leadroute.language.words import shown, written
from leadroute.model.clock import DAY, day, duration
from leadroute.model.fields import FieldType
from leadroute.model.frozen import frozen
from leadroute.proofs.formula import FALSE, TRUE, Literal
from leadroute.proofs.partition import Items, Numbers, Partition, Texts
from leadroute.proofs.prover import Prover
from leadroute.proofs.scale import Number, Scale

_MOST_VALUES = 80
"""Of a text with more values than that, those for which the claim holds too are not looked for."""

Holds = Callable[[Sequence[Literal]], bool]
"""Whether the claim holds wherever some literals do, beside what is asked of the other fields."""
Possible = Callable[[Literal], bool]
"""Whether there may be such leads at all among those that are meant."""
AnyOf = Callable[[Sequence[Literal]], Literal]


@frozen
class Part:
    """What is asked of one field: ``words`` follow its name (``is from 500 to 999``)."""

    field: str
    words: str


@frozen
class Region:
    """Leads for all of which a claim holds; fields that are not named may be anything. ``whole`` says that it holds for no others."""

    parts: tuple[Part, ...]
    whole: bool


def needed(prover: Prover, goal: Literal, model: frozenset[Literal]) -> frozenset[str] | None:
    """The fields whose values in a model alone make ``goal`` hold for leads that can be written down; ``None`` where all do not."""
    fixed = prover.writers[0].fixing(model)
    wanted, given = [literal for _, literals in fixed for literal in literals], [-goal, prover.space.concrete]
    if prover.solver.holds([*given, *wanted]) is not False:
        return None
    core = set(prover.solver.least(wanted, given))
    return frozenset(name for name, literals in fixed if core.intersection(literals))


def widened(prover: Prover, goal: Literal, model: frozenset[Literal], among: Sequence[Literal] = ()) -> Region | None:
    """The leads like that of a model for which ``goal`` holds, of those for which all of ``among`` does.

    ``None`` where that depends on more than can be written down.
    """
    formula, solver = prover.space.formula, prover.solver
    given = [-goal, *among]
    base = dict(prover.writers[0].base())
    told = {name: _looking_inside(prover, partition, model) for name, partition in base.items()}
    fixed = {name: list(dict.fromkeys([*told[name], *_fixing(partition, model)])) for name, partition in base.items()}
    # What is late is left out first: a text is rather told by what tests find in it than as a whole.
    wanted = [literal for literals in told.values() for literal in literals]
    wanted += [literal for literals in fixed.values() for literal in literals if literal != TRUE and literal not in wanted]
    region: Region | None = None
    if solver.holds([*given, *wanted]) is False:
        core = set(solver.least(wanted, given))
        asked = {name: [one for one in literals if one in core] for name, literals in fixed.items() if core.intersection(literals)}
        parts: list[Part] = []
        for name, core_here in list(asked.items()):
            others = [literal for other, literals in asked.items() if other != name for literal in literals]

            def holds(literals: Sequence[Literal], others: Sequence[Literal] = others) -> bool:
                return solver.holds([*given, *others, *literals]) is False

            def possible(literal: Literal, others: Sequence[Literal] = others) -> bool:
                return solver.holds([*among, *others, literal]) is not False

            if all(literal in told[name] for literal in core_here):
                words = " and ".join(told[name][literal] for literal in core_here)
            else:
                words, asked[name] = _grown(base[name], model, core_here, holds, possible, formula.any_of)
            parts.append(Part(name, words))
        exactly = formula.all_of(literal for literals in asked.values() for literal in literals)
        region = Region(tuple(parts), solver.holds([goal, -exactly]) is False)
    return region


def _looking_inside(prover: Prover, partition: Partition, model: frozenset[Literal]) -> dict[Literal, str]:
    """What tests that look into a text find in that of a model, each literal with its words."""
    if not isinstance(partition, Texts) or partition.opened == FALSE:
        return {}
    key = next(key for key, other in prover.space.partitions.items() if other is partition)
    found = {partition.present: "is present"} if partition.present in model else {partition.missing: "is missing"}
    for test in prover.space.survey.of(key).inside.values():
        literal, words = partition.test(test), written(test).removeprefix(f"{test.subject.name} ")
        found[literal if literal in model else -literal] = words if literal in model else _opposite(words)
    return found


def _opposite(words: str) -> str:
    return f"is not {words.removeprefix('is ')}" if words.startswith("is ") else f"not ({words})"


def _fixing(partition: Partition, model: frozenset[Literal]) -> list[Literal]:
    """The literals that fix a field in a model; of numbers each end by itself."""
    if isinstance(partition, Numbers) and (partition.present in model or partition.present == TRUE):
        ends = [scale.within(chosen, chosen) for scale in (partition.fixed, partition.moving) for chosen in (scale.chosen(model),)]
        return [partition.present, *(literal for literals in ends for literal in literals)]
    return partition.forget(model)


def _grown(
    partition: Partition, model: frozenset[Literal], core: list[Literal], holds: Holds, possible: Possible, any_of: AnyOf
) -> tuple[str, list[Literal]]:
    """What is asked of a field, widened and in words, with its literals."""
    if isinstance(partition, Texts):
        return _texts(partition, core, holds, possible, any_of)
    if isinstance(partition, Items):
        return _items(partition, core), core
    if isinstance(partition, Numbers) and core != [-partition.present]:
        return _numbers(partition, model, core, holds, possible)
    return "is missing", core


def _texts(partition: Texts, core: list[Literal], holds: Holds, possible: Possible, any_of: AnyOf) -> tuple[str, list[Literal]]:
    named = {value: literal for value in partition.named if (literal := partition.at(value)) != FALSE}
    atoms = [literal for literal in (partition.missing, *named.values(), partition.opened) if literal != FALSE]
    fits = [literal for literal in atoms if literal in core or (len(atoms) <= _MOST_VALUES and holds([literal]))]
    strangers = [partition.at(value) for value in partition.strangers]
    # What nothing names is told as a whole, or not at all.
    unnamed = [literal for literal in (*strangers, partition.opened) if literal != FALSE]
    whole = bool(unnamed) and all(literal in fits for literal in unnamed)
    if not whole:
        fits = [literal for literal in fits if literal in core or literal not in unnamed]
    texts = {literal: partition.texts[value] for value, literal in named.items() if not whole or value not in partition.strangers}
    if partition.field.type is FieldType.BOOLEAN:
        texts = {literal: shown(value, FieldType.BOOLEAN) for value, literal in named.items()}
    told = [text for literal, text in texts.items() if literal in core or (literal in fits and possible(literal))]
    missing = partition.missing in fits and (partition.missing in core or possible(partition.missing))
    if whole:
        left_out = [text for literal, text in texts.items() if literal not in fits]
        words = f"is not {listed(left_out)}" if left_out else "is present"
        return (f"{words}, or is missing" if missing else f"{words}, and present" if left_out else words), [any_of(fits)]
    if not told:
        return "is missing", [any_of(fits)]
    return f"is {listed([*told, *(['missing'] if missing else [])])}", [any_of(fits)]


def _items(partition: Items, core: list[Literal]) -> str:
    singles = dict(partition.singles())
    held = [singles[literal] for literal in core if literal in singles]
    absent = [singles[-literal] for literal in core if -literal in singles]
    other = next(item for literal, item in reversed(singles.items()))
    said = [f"has {item if item != other else 'anything else'}" for item in held]
    said += [f"has no {item if item != other else 'other item'}" for item in absent]
    return " and ".join(said) or ("is present" if partition.present in core else "is missing")


def _numbers(
    partition: Numbers, model: frozenset[Literal], core: list[Literal], holds: Holds, possible: Possible
) -> tuple[str, list[Literal]]:
    """Each end is moved outwards as far as it can be; an end at the top alone lets a missing value in."""
    words: list[str] = []
    kept, may_miss = list(core), partition.present not in core
    for scale, tell in ((partition.fixed, _fixed(partition)), (partition.moving, _moving(partition))):
        first, last = _outwards(scale, scale.chosen(model), kept, holds)
        may_miss = may_miss and first is None
        if first is not None or last is not None:
            words.append(tell(scale, first, last))
    missing = may_miss and words and possible(-partition.present)
    return f"is {' and '.join(words) or 'present'}" + (", or is missing" if missing else ""), kept


def _outwards(scale: Scale, at: int, kept: list[Literal], holds: Holds) -> tuple[int | None, int | None]:
    """The stretches from which on and up to which a value may lie, ``None`` for any; ``kept`` gets their literals for those of ``at``."""
    end = len(scale.stretches) - 1
    low, high = scale.within(at, end), scale.within(0, at)
    first = last = None
    if low and low[0] in kept:
        kept.remove(low[0])
        first = _least(1, at, lambda place: holds([*kept, *scale.within(place, end)]))
        kept += scale.within(first, end)
    if high and high[0] in kept:
        kept.remove(high[0])
        last = -_least(1 - end, -at, lambda place: holds([*kept, *scale.within(0, -place)]))
        kept += scale.within(0, last)
    return first, last


def _least(low: int, high: int, fits: Callable[[int], bool]) -> int:
    """The least number from which on all up to ``high`` fit; ``high`` does."""
    while low < high:
        middle = (low + high) // 2
        if fits(middle):
            high = middle
        else:
            low = middle + 1
    return high


_WHOLE = frozenset({FieldType.INTEGER, FieldType.DATE})
Tell = Callable[[Scale, int | None, int | None], str]


def _fixed(partition: Numbers) -> Tell:
    kind = partition.field.type

    def end(number: Number) -> str:
        return shown(number, kind)

    return lambda scale, first, last: _ends(scale, first, last, end, whole=kind in _WHOLE)


def _moving(partition: Numbers) -> Tell:
    """Ends as the language writes them: ``-7d`` is seven days before now."""
    clock, kind = partition.reading.clock, partition.field.type
    now, unit = (day(clock.now, clock.timezone), DAY) if kind is FieldType.DATE else (clock.now, 1)

    def end(number: Number) -> str:
        ago = int(now - number) * unit
        return "now" if ago == 0 else f"-{duration(ago)}" if ago > 0 else f"+{duration(-ago)}"

    return lambda scale, first, last: _ends(scale, first, last, end, whole=kind in _WHOLE)


def _ends(scale: Scale, first: int | None, last: int | None, end: Callable[[Number], str], *, whole: bool) -> str:
    """Stretches in words; those between two cuts are told by the cuts, since nobody writes 499.99999999999994."""
    places = scale.stretches

    def cut(at: int) -> bool:
        return places[at].low == places[at].high and places[at].low is not None

    low = None if first is None else places[first].low
    high = None if last is None else places[last].high
    low_cut = first is None or whole or cut(first)
    high_cut = last is None or whole or cut(last)
    if low is not None and low == high:
        return end(low)
    if first is not None and not low_cut:
        low = places[first - 1].high
    if last is not None and not high_cut:
        high = places[last + 1].low
    parts = []
    if low is not None and high is not None and low_cut and high_cut:
        return f"from {end(low)} to {end(high)}"
    if low is not None:
        parts.append(f"{'at least' if low_cut else 'more than'} {end(low)}")
    if high is not None:
        parts.append(f"{'at most' if high_cut else 'less than'} {end(high)}")
    return " and ".join(parts)


def listed(words: Sequence[str], most: int = 8) -> str:
    """``a, b or c``."""
    if len(words) > most:
        return f"{', '.join(words[:most])} or one of {len(words) - most} more"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
