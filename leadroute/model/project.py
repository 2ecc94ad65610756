"""A routing project in its compiled form: what the engine reads, not what the YAML says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from leadroute.model.derive import DeriveStep, Score
from leadroute.model.fields import Field, FieldType
from leadroute.model.frozen import frozen
from leadroute.model.limits import Limits
from leadroute.model.roster import Holidays, Hours, Rep
from leadroute.model.rules import Pool, Queue, Rotation, Rule, Step
from leadroute.model.together import KeepTogether


@frozen
class OrderKey:
    """One key of ``leads.order``: smallest first, or largest first when ``descending``; missing last in both.

    ``tier`` is ordered by its rank: ``tier`` alone serves the highest tier first.
    """

    field: str
    descending: bool = False


@frozen
class Project:
    """Everything that decides. Mappings keep the order of the files.

    ``fields`` holds every field that a condition may name: declared ones, derived ones in their order, ``score`` and ``tier``,
    and the built-in ones (``now.date`` …). ``attributes`` gives the type of every rep attribute that conditions may name.
    ``default`` are the steps for a lead that nothing else took; they always end in a queue. ``missing`` are compared forms.
    ``digest`` is a SHA-256 over the bytes of all files read, so that two equal digests decide alike.
    ``sources`` maps each file read to its lines, for messages. ``path`` is the project's ``leadroute.yaml``.
    """

    path: str
    name: str
    timezone: str
    id_field: str
    arrived_field: str | None
    order: tuple[OrderKey, ...]
    missing: frozenset[str]
    fields: Mapping[str, Field]
    attributes: Mapping[str, FieldType]
    derive: tuple[DeriveStep, ...]
    score: Score | None
    rotations: Mapping[str, Rotation]
    pools: Mapping[str, Pool]
    queues: Mapping[str, Queue]
    rules: tuple[Rule, ...]
    reps: tuple[Rep, ...]
    default: tuple[Step, ...]
    business_hours: Hours | None
    state: str
    digest: str
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rule_files: tuple[str, ...] = ()
    roster_file: str = ""
    teams: Mapping[str, str] = field(default_factory=dict)
    """Team name to its manager's rep id ('' where none is named)."""
    holidays: Holidays | None = None
    """Those of the business hours."""
    places: Mapping[str, str] = field(default_factory=dict)
    """The fields that say where a lead is, for ``local.*``: ``timezone``, ``phone``, ``country`` and ``state`` each to a field's name."""
    keep_together: KeepTogether | None = None
    fresh_load: bool = False
    """Whether every run starts from the roster's loads alone."""

    @property
    def limits(self) -> Iterator[Limits]:
        """The limits of every rep, then of every pool."""
        yield from (rep.limits for rep in self.reps)
        yield from (pool.limits for pool in self.pools.values())
