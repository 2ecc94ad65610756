"""From a model of the formula to a lead that a person can read, and through the real engine, so that nothing is claimed that is not so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from leadroute import values
from leadroute.language.references import reads
from leadroute.model.clock import DAY, Clock, at_wall, day, local, weekday
from leadroute.model.derive import Hash
from leadroute.model.fields import Field, FieldType, Value
from leadroute.model.previous import Previous
from leadroute.proofs.formula import TRUE, Literal
from leadroute.proofs.partition import Numbers, Partition
from leadroute.proofs.scale import Stretch, readable
from leadroute.proofs.space import LeadSpace
from leadroute.proofs.survey import SHARED, Key
from leadroute.proofs.whereabouts import LOCAL, has, instant_at, somewhere
from leadroute.values.hashes import bucket

if TYPE_CHECKING:
    from leadroute.model.columns import LeadBatch
    from leadroute.model.decisions import Decision
    from leadroute.routing.router import Router

_MOST_DAYS = 800
_MOST_HASHED = 20_000
AT = "now"
"""The name under which a witness gives the instant, where that matters."""
PREVIOUS = ("previous.rep", "previous.count")
"""What the ledger holds of a lead; a witness that needs it gives it under these names."""


class Replayed:
    """What the engine made of a lead: its compared values, the rule that took it, and, when that is asked, where it went.

    ``path`` are the rules that may keep it, in order: that one, and those that it goes on to by ``next_rule``.
    """

    def __init__(
        self, values: Mapping[str, Value], rule: str | None, clock: Clock, decide: Callable[[], Decision], path: Sequence[str] = ()
    ) -> None:
        self.values = values
        self.path = tuple(path)
        self.rule = rule
        self.clock = clock
        self._decide = decide

    @cached_property
    def decision(self) -> Decision:
        """Where a lead goes that comes alone, from standings that are new."""
        return self._decide()


class Unwritable(Exception):  # noqa: N818 - no error: such a lead is looked for elsewhere
    """A model that no lead can be written for; ``literals`` are those to blame."""

    def __init__(self, literals: list[Literal]) -> None:
        super().__init__()
        self.literals = literals


class Writer:
    """Writes leads for the models of a space, as project ``number`` reads them."""

    def __init__(self, space: LeadSpace, number: int = 0) -> None:
        self.space = space
        self.number = number
        self.project = space.projects[number]

    def base(self) -> Iterator[tuple[str, Partition]]:
        """The fields that a lead file gives, of those in use, and the facts of the clock: as this project reads them, where it does."""
        own = (SHARED, self.number)
        seen: set[str] = set()
        for key, partition in sorted(self.space.partitions.items(), key=lambda item: item[0][0] not in own):
            if self.is_base(key) and key[1] not in seen:
                seen.add(key[1])
                yield key[1], partition

    def is_base(self, key: Key) -> bool:
        """Whether a field follows from no other; a hash counts, as a text can be found for it."""
        step = self.space.survey.steps.get(key)
        one = self.space.survey.of(key).field
        return isinstance(step, Hash) or (step is None and one.name not in ("score", "tier")) or one.origin == "declared"

    def roots(self, name: str) -> frozenset[str]:
        """The base fields that a field follows from; none for one that the project does not have."""
        key = self.space.survey.key(self.number, name)
        if key[0] != SHARED and name not in self.project.fields:
            return frozenset()
        if name.startswith(LOCAL) and self.space.survey.of(key).field.origin == "builtin":
            return frozenset({name, *self.project.places.values()})
        if self.is_base(key):
            return frozenset({name})
        score = self.project.score
        if name == "tier":
            return self.roots("score")
        if name == "score" and score is not None:
            return frozenset[str]().union(*(self.roots(one) for one in reads(score)))
        step = self.space.survey.steps.get(key)
        return frozenset[str]().union(*(self.roots(one) for one in reads(step))) if step is not None else frozenset()

    def fixing(self, model: frozenset[Literal], names: frozenset[str] | None = None) -> list[tuple[str, list[Literal]]]:
        """The literals that fix base fields in a model, field by field."""
        return [
            (name, [literal for one in self._readings(name, part, model) for literal in one.forget(model)])
            for name, part in self.base()
            if names is None or name in names
        ]

    def _readings(self, name: str, own: Partition, model: frozenset[Literal]) -> list[Partition]:
        """Who says what a text is: this project and, where it is a missing value to it, any other that reads the field otherwise."""
        if own.present in model or own.present == TRUE:
            return [own]
        others = [part for (number, field), part in self.space.partitions.items() if field == name and number not in (SHARED, self.number)]
        return [own, *others]

    def texts(self, model: frozenset[Literal], only: frozenset[str] | None = None) -> dict[str, str]:
        """A lead for a model: a text for each declared field in use (``only`` some: the others are missing), and the instant under ``AT``.

        Raises:
            Unwritable: The model stands for no lead.
        """
        found: dict[str, str] = {}
        partitions = dict(self.base())
        placed = any(name.startswith(LOCAL) and part.present in model for name, part in partitions.items())
        if only is not None and placed:
            placed = any(name.startswith(LOCAL) for name in only)
            only |= frozenset(self.project.places.values()) if placed else frozenset()
        place: dict[str, str] = {}
        instant: int | None
        if placed:
            place, instant = self._placed(partitions, model)
        else:
            instant = self.instant("now", partitions, model, Stretch(None, None))
        if only is not None and not placed and not any(name.startswith("now.") for name in only):
            instant = None
        # An age is one at an instant only, though no fact of the clock may be asked about.
        ages = any(
            isinstance(one, Numbers) and one.moves and one.present in model
            for name, one in partitions.items()
            if only is None or name in only
        )
        if instant is not None or ages:
            found[AT] = local(self.space.clock.now if instant is None else instant, self.space.clock.timezone).isoformat()
        arrived = self.project.arrived_field
        for name, partition in partitions.items():
            one = partition.field
            if one.origin == "builtin" and name not in PREVIOUS:
                continue
            if one.origin not in ("declared", "builtin") or (only is not None and name not in only):
                continue
            said = next((part for part in self._readings(name, partition, model) if part.value(model) is not None), partition)
            value = said.value(model)
            if instant is not None and isinstance(said, Numbers) and value is not None:
                value = said.seen_from(model, instant, self.project.timezone)
                if value is None:
                    raise Unwritable(said.forget(model))
            if name == arrived and isinstance(said, Numbers) and value is not None:
                value = self._arrival(partitions, model, said, value)
            text = "" if value is None else self.written(said.field, value, said)
            if text is None:
                raise Unwritable(said.forget(model))
            found[name] = text
        self._hash(found, partitions, model, only)
        return found | place

    def _placed(self, partitions: Mapping[str, Partition], model: frozenset[Literal]) -> tuple[dict[str, str], int]:
        """What gives a lead a clock of its own beside what a model says of where it is, and an instant at which that shows what it should.

        Raises:
            Unwritable: There is no such place, or no such instant.
        """
        now = self.space.clock.now
        fields = [name for name in self.project.places.values() if name in partitions]
        texts = dict.fromkeys(fields, "")
        for name in fields:
            value = partitions[name].value(model)
            if value is not None:
                texts[name] = self.written(partitions[name].field, value, partitions[name]) or ""
        place = somewhere(self.project, texts, now)
        at = None if place is None else instant_at(self.project, place[1], partitions, model, now)
        if place is None or at is None:
            asked = [part for name, part in partitions.items() if name in fields or name.startswith((LOCAL, "now."))]
            raise Unwritable([literal for part in asked for literal in part.forget(model)])
        return place[0], at

    def instant(self, source: str, partitions: Mapping[str, Partition], model: frozenset[Literal], inside: Stretch) -> int | None:
        """An instant at which a clock's facts are as in a model; ``None`` when it has none."""
        facts = {name.partition(".")[2]: part for name, part in partitions.items() if name.startswith(f"{source}.") and has(part, model)}
        if not facts:
            return None
        zone = self.space.clock.timezone
        date, wanted = facts.get("date"), {fact: part.value(model) for fact, part in facts.items()}
        days = date.stretch(model) if isinstance(date, Numbers) else Stretch(None, None)
        first = self.space.clock.now if inside.holds(self.space.clock.now) else int(readable(inside, FieldType.DATETIME))
        reference = day(first, zone)
        start = int(readable(days, FieldType.DATE, reference))
        clock = facts.get("time")
        span = clock.stretch(model) if isinstance(clock, Numbers) else Stretch(0, DAY - 1)
        low, high = int(span.low or 0), DAY - 1 if span.high is None else int(span.high)
        noon = DAY // 2
        times = [*([noon] if span.holds(noon) else []), int(readable(span, FieldType.TIME)), low, (low + high) // 2, high]
        holidays = self.project.holidays
        order = [start + step for step in range(_MOST_DAYS)] + [start - step for step in range(1, _MOST_DAYS)]
        for one in order:
            if not days.holds(one) or ("weekday" in wanted and weekday(one) != wanted["weekday"]):
                continue
            if "holiday" in wanted and (holidays is not None and holidays.on(one) is not None) is not wanted["holiday"]:
                continue
            for moment in (at_wall(one * DAY + time, zone) for time in times):
                if inside.holds(moment):
                    return moment
        raise Unwritable([literal for part in facts.values() for literal in part.forget(model)])

    def _arrival(self, partitions: Mapping[str, Partition], model: frozenset[Literal], own: Numbers, value: Value) -> Value:
        stretch = own.stretch(model)
        if own.field.type is FieldType.DATE:
            return value
        found = self.instant("arrived", partitions, model, stretch)
        return value if found is None else found

    def written(self, one: Field, value: Value, partition: Partition) -> str | None:
        """A text that a field reads as a value; ``None`` when there is none."""
        from leadroute.leads.outcomes import value_text

        texts = getattr(partition, "texts", {})
        if isinstance(value, tuple):
            plain = one.separator.join(str(texts.get(item, item)) for item in value)
        else:
            plain = texts.get(value) or value_text(value, one.type)
        options = [plain, plain.replace(".", one.decimal)]
        if one.format is not None and isinstance(value, int):
            moment = local(
                value * DAY if one.type is FieldType.DATE else value, "UTC" if one.type is FieldType.DATE else self.project.timezone
            )
            options.append(moment.strftime(one.format))
        timezone = self.project.timezone
        return next((text for text in options if values.read(one, text, timezone) == value), None)

    def _hash(
        self, found: dict[str, str], partitions: Mapping[str, Partition], model: frozenset[Literal], only: frozenset[str] | None
    ) -> None:
        """Texts whose hash falls where the model wants it."""
        for name, partition in partitions.items():
            step = self.space.survey.steps.get(self.space.survey.key(self.number, name))
            if not isinstance(step, Hash) or not isinstance(partition, Numbers) or partition.value(model) is None:
                continue
            if only is not None and name not in only:
                continue
            stretch = partition.stretch(model)
            source = partitions.get(step.of)
            strangers = self.space.survey.of(self.space.survey.key(self.number, step.of)).strangers
            named = source.value(model) if source is not None else None
            if named is not None and named not in strangers:
                continue
            text = next(
                (text for text in (f"L-{number}" for number in range(1, _MOST_HASHED)) if stretch.holds(bucket(text, step.into))), None
            )
            if text is None:
                raise Unwritable(partition.forget(model))
            found[step.of] = text

    def replay(self, texts: Mapping[str, str]) -> Replayed:
        """Route a lead alone, from standings that are new, by the functions that route files."""
        return self.replay_all([texts])[0]

    def replay_all(self, leads: Sequence[Mapping[str, str]]) -> list[Replayed]:
        """Route leads, each as if it were alone; those of one instant are read and matched together."""
        together: dict[str | None, list[int]] = {}
        for at, texts in enumerate(leads):
            together.setdefault(texts.get(AT), []).append(at)
        found: dict[int, Replayed] = {}
        for instant, places in together.items():
            now = values.instant(instant, self.project.timezone) if instant is not None else self.space.clock.now
            clock = Clock(self.space.clock.now if now is None else now, self.project.timezone)
            found.update(zip(places, self._matched([leads[at] for at in places], clock), strict=True))
        return [found[at] for at in range(len(leads))]

    def _matched(self, leads: Sequence[Mapping[str, str]], clock: Clock) -> list[Replayed]:
        from leadroute.leads.reader import lead_of

        router, batch = self._read(leads, clock)
        router.match(batch)
        rules = [router.rules[rule].id if rule >= 0 else None for rule in router.first_rules().tolist()]
        paths = [[router.rules[rule].id for rule in path] for path in router.paths()]
        return [
            Replayed(lead_of(batch, at), rule, clock, partial(_alone, router, at, len(rules)), path)
            for at, (rule, path) in enumerate(zip(rules, paths, strict=True))
        ]

    def _read(self, leads: Sequence[Mapping[str, str]], clock: Clock) -> tuple[Router, LeadBatch]:
        import numpy as np

        from leadroute.leads.typed import typed_leads
        from leadroute.model.standings import Standings
        from leadroute.routing.router import Router

        router = Router(self.project, Standings(), clock)
        plain = [{name: text for name, text in texts.items() if name != AT and name not in PREVIOUS} for texts in leads]
        reps = [texts.get(PREVIOUS[0], "") for texts in leads]
        codes = [at if rep else -1 for at, rep in enumerate(reps)]
        counts = [int(texts.get(PREVIOUS[1]) or 0) for texts in leads]
        previous = Previous(tuple(reps), np.array(codes, np.int32), np.array(counts, np.int64))
        own = (SHARED, self.number)
        fields = router.fields | {name for number, name in self.space.partitions if number in own and name in self.project.fields}
        batch = typed_leads(
            self.project,
            clock,
            plain,
            fields=fields,
            texts_of=router.texts,
            evaluator=router.evaluator,
            previous=lambda _: previous,
        )
        return router, batch


def _alone(router: Router, at: int, size: int) -> Decision:
    """Decide one of the leads that a router took in as if it were the only one."""
    import numpy as np

    from leadroute.model.standings import Standings

    router.start(Standings())
    wanted = np.zeros(size, np.bool_)
    wanted[at] = True
    return router.decide(wanted)[at]
