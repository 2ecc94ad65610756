"""Generated leads: seeded blocks of columns, written as CSV text or handed to the peers as typed values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks import vocabulary as words
from benchmarks.world import DEALS, EMPLOYEES, EMPLOYEES_MISSING

BLOCK = 100_000
"""Leads are made in blocks with a seed each, so that a shorter file is the beginning of a longer one."""

START = np.datetime64("2026-08-25T00:00:00", "ms")
SECONDS_APART = 2.5

COLUMNS = (
    "lead_id", "created_at", "name", "email", "company", "domain", "country", "state", "industry", "source", "employees",
    "deal_value", "language", "products", "campaign", "notes",
)  # fmt: skip

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of few values: ``codes`` into ``cells`` (as the file has them) and ``values`` (compared form, ``None``: missing)."""

    codes: Codes
    cells: tuple[str, ...]
    values: tuple[Any, ...]

    def text(self) -> Any:
        """The cells as an Arrow string array."""
        return pa.array(self.cells, pa.string()).take(pa.array(self.codes))

    def typed(self) -> list[Any]:
        """The compared values, one a lead."""
        return [self.values[code] for code in self.codes.tolist()]


@dataclass(frozen=True, slots=True)
class Block:
    """Leads ``first`` to ``first + size``; texts are Arrow string arrays, ``employees`` is -1 where missing."""

    first: int
    size: int
    coded: dict[str, Coded]
    texts: dict[str, Any]
    employees: npt.NDArray[np.int64]
    deal_value: npt.NDArray[np.float64]

    def csv(self) -> bytes:
        """The rows as CSV text, quoted where a cell needs it."""
        employees = pc.if_else(pa.array(self.employees >= 0), pa.array(self.employees).cast(pa.string()), "")
        cells = {
            **self.texts,
            **{name: _quoted(column).text() for name, column in self.coded.items()},
            "employees": employees,
            "deal_value": pa.array(self.deal_value).cast(pa.string()),
        }
        company = cells["company"]
        cells["company"] = pc.if_else(pc.match_substring(company, ","), pc.binary_join_element_wise('"', company, '"', ""), company)
        lines = pc.binary_join_element_wise(*(cells[name] for name in COLUMNS), ",")
        lines = pc.binary_join_element_wise(lines, "\n", "")
        return _joined(lines)

    def typed(self) -> list[dict[str, Any]]:
        """One dict of compared values a lead: what an engine that takes dicts is handed."""
        columns: dict[str, Sequence[Any]] = {name: column.typed() for name, column in self.coded.items()}
        columns["email"] = self.texts["email"].to_pylist()
        columns["company"] = pc.utf8_lower(self.texts["company"]).to_pylist()
        columns["employees"] = [None if count < 0 else count for count in self.employees.tolist()]
        columns["deal_value"] = self.deal_value.tolist()
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _joined(lines: Any) -> bytes:
    """The bytes of all strings of an array, one behind the other."""
    whole = lines.combine_chunks() if isinstance(lines, pa.ChunkedArray) else lines
    ends = np.frombuffer(whole.buffers()[1], np.int32)
    return bytes(memoryview(whole.buffers()[2])[int(ends[whole.offset]) : int(ends[whole.offset + len(whole)])])


def _quoted(column: Coded) -> Coded:
    cells = tuple('"' + cell.replace('"', '""') + '"' if set(cell) & {",", '"'} else cell for cell in column.cells)
    return Coded(column.codes, cells, column.values)


def blocks(leads: int, seed: int) -> Iterator[Block]:
    """All leads of a file, block by block."""
    for first in range(0, leads, BLOCK):
        yield block(first, min(BLOCK, leads - first), seed)


def block(first: int, size: int, seed: int) -> Block:
    """One block; a short one is the beginning of the whole one."""
    whole = _block(first, seed)
    if size == BLOCK:
        return whole
    return Block(
        first,
        size,
        {name: Coded(column.codes[:size], column.cells, column.values) for name, column in whole.coded.items()},
        {name: column.slice(0, size) for name, column in whole.texts.items()},
        whole.employees[:size],
        whole.deal_value[:size],
    )


def _block(first: int, seed: int) -> Block:
    chance = np.random.default_rng([seed, first])
    country = chance.choice(len(words.COUNTRIES), BLOCK, p=_shares([weight for _, weight in words.COUNTRIES.values()]))
    coded = {
        "country": _country(chance, country),
        "state": _state(chance, country),
        "industry": _coded(chance, words.INDUSTRIES, missing=0.02),
        "source": _coded(chance, words.SOURCES),
        "language": _coded(chance, words.LANGUAGES, missing=0.01),
        "products": _products(chance),
        "campaign": _uniform(chance, words.CAMPAIGNS, empty=0.25),
        "notes": _uniform(chance, [a + b for a in words.NOTE_OPENINGS for b in words.NOTE_ENDINGS], empty=0.7),
    }
    employees = np.maximum(1, np.exp(chance.normal(EMPLOYEES.mean, EMPLOYEES.stdev, BLOCK))).astype(np.int64)
    employees[chance.random(BLOCK) < EMPLOYEES_MISSING] = -1
    deals = np.exp(chance.normal(DEALS.mean, DEALS.stdev, BLOCK)).round(1)
    return Block(first, BLOCK, coded, _texts(chance, first), employees, deals)


def _texts(chance: np.random.Generator, first: int) -> dict[str, Any]:
    number = np.arange(first + 1, first + BLOCK + 1)
    digits = pa.array(number).cast(pa.string())
    padded = pc.utf8_lpad(digits, 7, "0")
    given, family = (chance.integers(0, len(names), BLOCK) for names in (words.FIRST_NAMES, words.LAST_NAMES))
    syllables = chance.integers(0, len(words.SYLLABLES), (3, BLOCK))
    word = chance.integers(0, len(words.COMPANY_WORDS), BLOCK)
    end = chance.choice(len(words.COMPANY_ENDS), BLOCK, p=_shares(words.COMPANY_ENDS.values()))
    top = chance.choice(len(words.TOP_LEVELS), BLOCK, p=_shares(words.TOP_LEVELS.values()))
    capital = _take([syllable.capitalize() for syllable in words.SYLLABLES], syllables[0])
    plain = [_take(words.SYLLABLES, part) for part in syllables]
    company = _join(
        capital, plain[1], plain[2], _take([f" {one}" for one in words.COMPANY_WORDS], word), _take(list(words.COMPANY_ENDS), end)
    )
    domain = _join(*plain, ".", _take(list(words.TOP_LEVELS), top))
    free = chance.random(BLOCK)
    mail_host = pc.if_else(pa.array(free < 0.12), _take(words.FREE_MAIL, chance.integers(0, 3, BLOCK)), domain)
    local = _join(
        _take([_ascii(name) for name in words.FIRST_NAMES], given), ".", _take([_ascii(name) for name in words.LAST_NAMES], family)
    )
    role = chance.random(BLOCK)
    local = pc.if_else(pa.array(role < 0.015), "info", pc.if_else(pa.array(role > 0.985), "sales", local))
    local = pc.if_else(pa.array((role > 0.5) & (role < 0.502)), "test", local)
    moments = START + (number * SECONDS_APART * 1000 + chance.integers(0, 2000, BLOCK)).astype("timedelta64[ms]")
    return {
        "lead_id": _join("L-", padded),
        "created_at": pc.strftime(pa.array(moments.astype("datetime64[s]")), "%Y-%m-%dT%H:%M:%SZ"),
        "name": _join(_take(words.FIRST_NAMES, given), " ", _take(words.LAST_NAMES, family)),
        "email": _join(local, digits, "@", mail_host),
        "company": company,
        "domain": domain,
    }


def _ascii(text: str) -> str:
    """The name as it stands in an address."""
    return text.lower().translate(str.maketrans("éëèøöüñå", "eeeoouna"))


def _join(*parts: Any) -> Any:
    return pc.binary_join_element_wise(*parts, "")


def _take(cells: Sequence[str], codes: npt.NDArray[np.int64]) -> Any:
    return pa.array(list(cells), pa.string()).take(pa.array(codes))


def _shares(weights: Any) -> npt.NDArray[np.float64]:
    found = np.array(list(weights), np.float64)
    shares: npt.NDArray[np.float64] = found / found.sum()
    return shares


def _coded(chance: np.random.Generator, table: dict[str, float], missing: float = 0.0) -> Coded:
    codes = chance.choice(len(table), BLOCK, p=_shares(table.values()))
    codes[chance.random(BLOCK) < missing] = len(table)
    return Coded(codes, (*table, ""), (*(value.lower() for value in table), None))


def _uniform(chance: np.random.Generator, cells: Sequence[str], empty: float) -> Coded:
    codes = chance.integers(0, len(cells), BLOCK)
    codes[chance.random(BLOCK) < empty] = len(cells)
    return Coded(codes, (*cells, ""), (*(cell.lower() for cell in cells), None))


def _country(chance: np.random.Generator, country: Codes) -> Coded:
    """Seven in ten as a code, the others by their English name: one value, two spellings."""
    codes = [code.upper() for code in words.COUNTRIES]
    names = [name for name, _ in words.COUNTRIES.values()]
    spelled = country + len(codes) * (chance.random(BLOCK) < 0.3)
    return Coded(spelled, (*codes, *names), tuple(words.COUNTRIES) * 2)


def _state(chance: np.random.Generator, country: Codes) -> Coded:
    order = list(words.COUNTRIES)
    cells = [state for states in words.STATES.values() for state in states]
    codes = np.full(BLOCK, len(cells))
    start = 0
    for name, states in words.STATES.items():
        rows = np.flatnonzero(country == order.index(name))
        codes[rows] = start + chance.integers(0, len(states), len(rows))
        start += len(states)
    return Coded(codes, (*cells, ""), (*(cell.lower() for cell in cells), None))


def _products(chance: np.random.Generator) -> Coded:
    """Lists of one to three products; one in twenty has none."""
    lists: list[tuple[str, ...]] = [(a,) for a in words.PRODUCTS]
    lists += [(a, b) for a in words.PRODUCTS for b in words.PRODUCTS if a < b]
    lists += [(a, b, c) for a in words.PRODUCTS for b in words.PRODUCTS for c in words.PRODUCTS if a < b < c]
    share = np.array([[0.55, 0.3, 0.15][len(one) - 1] / math.comb(8, len(one)) for one in lists])
    codes = chance.choice(len(lists), BLOCK, p=share / share.sum())
    codes[chance.random(BLOCK) < 0.05] = len(lists)
    return Coded(codes, (*(";".join(one) for one in lists), ""), (*lists, ()))
