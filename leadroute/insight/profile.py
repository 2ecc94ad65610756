"""What a lead file looks like: for each column the field that it could be, guessed from its header and its values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from leadroute import values
from leadroute.language.text import compared
from leadroute.model.fields import Field, FieldType
from leadroute.model.frozen import frozen
from leadroute.values.reading import BOOLEANS

MISSING = ("", "N/A", "null", "-")
"""What counts as missing unless a project says otherwise."""

_SIGNS = frozenset({"n/a", "na", "n.a.", "#n/a", "#na", "#value!", "#ref!", "null", "nil", "nan", "-", "--", "---", "—", "?"})
_CHOOSE = frozenset({"select", "select...", "please select", "--none--", "(none)", "(blank)", "(empty)", "tbd"})
_PROSE = frozenset({"not available", "not provided", "[not provided]", "not specified"})
PLACEHOLDERS = _SIGNS | _CHOOSE | _PROSE
"""Texts in compared form that stand for a cell nobody filled in. ``none``, ``other`` and ``unknown`` can be answers, so they are not."""

ENOUGH = 0.97
"""The share of a column's filled cells that must parse before it is given a type other than text."""

FORMATS = tuple(
    f"{day}{time}"
    for time in ("", " %H:%M", " %H:%M:%S", " %I:%M %p", ", %I:%M %p")
    for day in ("%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%d-%b-%Y", "%d %b %Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y")
)
"""How people write dates that are not ISO 8601; where two fit, the first is taken and ``also`` names the other."""

TAKEN = frozenset({"all", "any", "not", "score", "tier", "now", "arrived", "local"})
"""Names that the language uses itself."""

LONGEST_NAME = 40

_LISTED = frozenset({FieldType.STRING, FieldType.COUNTRY, FieldType.BOOLEAN, FieldType.LIST})
"""Types whose frequent values are worth showing."""


@frozen
class ColumnTexts:
    """A column of a lead file: its header and how often each trimmed text occurs, blank cells left out, in the order first met."""

    header: str
    counts: Mapping[str, int]


@frozen
class GuessedField:
    """A field for a column.

    ``header`` is set where the field's name does not find the column by itself. ``also`` is another date format that fits every
    cell. ``common`` are the most frequent values of a column with few, with their numbers, and ``more`` how many others there are.
    ``faults`` counts cells that will not parse.
    """

    name: str
    type: FieldType
    header: str | None = None
    format: str | None = None
    also: str | None = None
    decimal: str = "."
    separator: str = ";"
    common: tuple[tuple[str, int], ...] = ()
    more: int = 0
    filled: int = 0
    distinct: int = 0
    faults: int = 0


@frozen
class LeadProfile:
    """Fields for all columns, the one that names the lead (``repeats`` rows share an id or have none), and when leads came in.

    ``missing`` are the project's texts for a missing cell, the usual ones first, as they are written in the file.
    """

    rows: int
    fields: tuple[GuessedField, ...]
    id: str
    repeats: int
    arrived: str | None
    missing: tuple[str, ...]


def profile(columns: Sequence[ColumnTexts], rows: int) -> LeadProfile:
    """Guess a field for every column of a file with ``rows`` leads.

    Args:
        columns: All columns, in file order; at least one.
        rows: How many leads the file has.
    """
    missing = _placeholders(columns)
    gone = {compared(text) for text in missing}
    names = _names([column.header for column in columns])
    kept = [{text: count for text, count in column.counts.items() if compared(text) not in gone} for column in columns]
    chosen = _id(names, kept, rows)
    fields = tuple(
        _field(name, column.header, counts, is_id=at == chosen)
        for at, (name, column, counts) in enumerate(zip(names, columns, kept, strict=True))
    )
    arrived = _arrived(fields)
    return LeadProfile(
        rows=rows,
        # An arrival is an instant; a day alone is its midnight.
        fields=tuple(replace(field, type=FieldType.DATETIME) if field.name == arrived else field for field in fields),
        id=names[chosen],
        repeats=rows - len(kept[chosen]),
        arrived=arrived,
        missing=missing,
    )


def field_name(header: str) -> str:
    """A header as a name to write in rules: ``NumberOfEmployees`` and ``Number of employees`` are ``number_of_employees``."""
    plain = unicodedata.normalize("NFKD", header.replace("ß", "ss"))
    plain = "".join(part for part in plain if not unicodedata.combining(part))
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", plain)
    name = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")
    while len(name) > LONGEST_NAME and "_" in name:
        name = name.rpartition("_")[0]
    name = name[:LONGEST_NAME].strip("_")
    return f"lead_{name}" if name in TAKEN or name[:1].isdigit() else name


def _names(headers: Iterable[str]) -> list[str]:
    """One name for each header, all different."""
    names: list[str] = []
    for position, header in enumerate(headers, 1):
        name = plain = field_name(header) or f"column_{position}"
        number = 2
        while name in names:
            name, number = f"{plain}_{number}", number + 1
        names.append(name)
    return names


def _placeholders(columns: Sequence[ColumnTexts]) -> tuple[str, ...]:
    """The usual texts for a missing cell, and those of the file's own."""
    found = dict.fromkeys(compared(text) for text in MISSING)
    texts = list(MISSING)
    for column in columns:
        for text in column.counts:
            form = compared(text)
            if form in PLACEHOLDERS and form not in found and not (form == "na" and _is_place(column.header)):
                found[form] = None
                texts.append(text)
    return tuple(texts)


def _is_place(header: str) -> bool:
    """Whether ``NA`` under this header may be Namibia or North America."""
    return _has(header, "country", "nation", "region", "continent", "territory", "location", "geo")


def _words(header: str) -> set[str]:
    return set(field_name(header).split("_"))


def _has(header: str, *words: str) -> bool:
    return not _words(header).isdisjoint(words)


def _id(names: list[str], kept: list[dict[str, int]], rows: int) -> int:
    """The column that names the lead: one that says so and is different in every row, else the nearest to that."""

    def rank(at: int) -> tuple[bool, bool, int, bool, int, int]:
        words = names[at].split("_")
        unique = len(kept[at]) == rows and rows > 0
        named = words[-1] in {"id", "key", "uuid", "guid"} or words[0] == "id"
        numbered = words[-1] in {"number", "no", "nr", "ref", "reference"}
        lead = bool({"lead", "prospect", "contact", "record", "opportunity"} & set(words)) or names[at] == "id"
        return (unique and (named or numbered), unique and "email" in words, len(kept[at]), named, int(lead), -at)

    return max(range(len(names)), key=rank)


def _arrived(fields: Sequence[GuessedField]) -> str | None:
    """The first date that says it is when the lead came in."""
    clues = {"created", "create", "arrived", "received", "submitted", "inserted", "added", "entered", "opened", "engage", "timestamp"}
    dated = [field for field in fields if field.type in (FieldType.DATE, FieldType.DATETIME)]
    return next((field.name for field in dated if clues & set(field.name.split("_"))), None)


def _field(name: str, header: str, counts: dict[str, int], *, is_id: bool) -> GuessedField:
    guess = _typed(name, header, counts) if counts else Field(name, FieldType.STRING)
    if is_id and guess.type is not FieldType.EMAIL:  # the text itself names the lead, not the number that it may write
        guess = Field(name, FieldType.STRING)
    few = len(counts) <= 20 and sum(counts.values()) >= 2 * len(counts) and guess.type in _LISTED
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])) if few else []
    return GuessedField(
        name=name,
        type=guess.type,
        header=None if compared(header) == name else header,
        format=guess.format,
        also=_also(guess, counts),
        decimal=guess.decimal,
        separator=guess.separator,
        common=tuple(ranked[:5]),
        more=max(0, len(ranked) - 5),
        filled=sum(counts.values()),
        distinct=len(counts),
        faults=_faults(guess, counts),
    )


def _typed(name: str, header: str, counts: dict[str, int]) -> Field:
    """The narrowest type that (nearly) all of a column's cells have."""
    first = dict(islice(counts.items(), 500))
    for candidate in _candidates(name, header, counts):
        if _faults(candidate, first) > 0.2 * sum(first.values()):
            continue  # plainly not; there is no need to read a million names as dates
        if _faults(candidate, counts) <= (1 - ENOUGH) * sum(counts.values()):
            return candidate
    return Field(name, FieldType.STRING)


def _candidates(name: str, header: str, counts: dict[str, int]) -> Iterable[Field]:
    """Fields worth trying, the likeliest first; each still has to read the cells."""
    forms = {compared(text) for text in counts}
    if forms <= BOOLEANS.keys() and forms not in ({"0"}, {"1"}):
        yield Field(name, FieldType.BOOLEAN)
    if _most(lambda text: "@" in text, counts):
        yield Field(name, FieldType.EMAIL)
    if _has(header, "phone", "mobile", "tel", "telephone", "fax", "cell"):
        yield Field(name, FieldType.PHONE)
    if _has(header, "website", "domain", "url", "site", "homepage") or _most(re.compile("https?://|www[.]").match, counts):
        yield Field(name, FieldType.DOMAIN)
    if _has(header, "country", "nation") or _most(lambda text: len(text) > 3, counts):
        yield Field(name, FieldType.COUNTRY)
    if not _has(header, "zip", "postal", "postcode", "plz", "phone", "mobile", "fax", "tel") and not _coded(counts):
        yield from (Field(name, kind, decimal=mark) for mark in (".", ",") for kind in (FieldType.INTEGER, FieldType.NUMBER))
    yield from _dates(name, counts)
    for separator in (";", "|"):
        if _is_list(separator, counts):
            yield Field(name, FieldType.LIST, separator=separator)


def _most(holds: Callable[[str], object], counts: Mapping[str, int]) -> bool:
    return sum(count for text, count in counts.items() if holds(text)) >= 0.5 * sum(counts.values())


def _coded(counts: Mapping[str, int]) -> bool:
    """Whether digits are a code rather than a number: a leading zero would be lost."""
    return any(re.fullmatch("0[0-9]+", text) for text in counts)


def _dates(name: str, counts: Mapping[str, int]) -> Iterable[Field]:
    if all(text.isdigit() for text in counts):
        return
    timed = any(":" in text for text in counts)
    yield Field(name, FieldType.DATETIME if timed else FieldType.DATE)
    first = next(iter(counts))
    for pattern in FORMATS:
        if values.day(first, pattern) is not None:
            yield Field(name, FieldType.DATETIME if "%H" in pattern or "%I" in pattern else FieldType.DATE, format=pattern)


def _also(guess: Field, counts: Mapping[str, int]) -> str | None:
    """The day-first reading of dates that were taken month-first, where every cell allows both."""
    if guess.format is None or not guess.format.startswith("%m/%d"):
        return None
    other = guess.format.replace("%m/%d", "%d/%m")
    return other if all(values.day(text, other) is not None for text in counts) else None


def _is_list(separator: str, counts: Mapping[str, int]) -> bool:
    """Whether cells hold several items of a small stock, rather than prose with a semicolon in it."""
    parted = [text for text in counts if separator in text]
    items = [compared(item) for text in counts for item in text.split(separator)]
    again = len(items) >= 1.5 * len(set(items))
    return again and len(parted) >= 0.05 * len(counts) and max(map(len, items)) <= 40


def _faults(guess: Field, counts: Mapping[str, int]) -> int:
    if guess.type is FieldType.STRING:
        return 0
    return sum(count for text, count in counts.items() if values.read(guess, text, "UTC") is None)
