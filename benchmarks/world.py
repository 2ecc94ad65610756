"""The rules of the benchmark as plain values, from which the project's YAML and every peer's own form are made."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from benchmarks import vocabulary as words

Mix = Literal["plain", "full", "adversarial"]
Op = Literal["in", "gte", "lt", "between", "has_any", "contains", "starts_with", "ends_with", "matches"]

EMPLOYEES = NormalDist(math.log(80), 1.8)
DEALS = NormalDist(math.log(9000), 1.3)
EMPLOYEES_MISSING = 0.08

SHARE_BEFORE_CATCH_ALL = 2.0
"""The sum of all rules' chances to hold: about exp(-2), an eighth of the leads, reaches the catch-all at any number of rules."""


@dataclass(frozen=True, slots=True)
class Test:
    """``field op values``: values in compared form; ``gte`` and ``lt`` take one number, ``between`` two, both included."""

    field: str
    op: Op
    values: tuple[str | int, ...]

    @property
    def is_text(self) -> bool:
        """Whether it looks into a text that is different in every lead."""
        return self.op in {"contains", "starts_with", "ends_with", "matches"}


@dataclass(frozen=True, slots=True)
class Rule:
    """All ``tests`` must hold; none: the catch-all."""

    id: str
    tests: tuple[Test, ...]


TEXT_TESTS: tuple[tuple[Test, float], ...] = (
    (Test("email", "ends_with", (".edu",)), 0.02),
    (Test("email", "ends_with", (".org", ".gov")), 0.05),
    (Test("email", "ends_with", (".de", ".fr")), 0.12),
    (Test("email", "ends_with", (".io", ".ai")), 0.12),
    (Test("email", "contains", ("@gmail.", "@yahoo.")), 0.08),
    (Test("email", "starts_with", ("info", "sales")), 0.03),
    (Test("email", "matches", (r"^(?:info|sales|office)\d*@",)), 0.03),
    (Test("company", "contains", ("bank", "capital")), 0.08),
    (Test("company", "contains", ("health", "clinic", "pharma")), 0.12),
    (Test("company", "contains", ("robotics",)), 0.04),
    (Test("company", "ends_with", ("gmbh", " ag")), 0.12),
    (Test("company", "ends_with", (" llc",)), 0.10),
    (Test("company", "matches", (r"\b(?:labs|cloud|data) (?:inc|ltd)$",)), 0.03),
    (Test("company", "matches", (r"^(?:neo|bio|fin)\w+ (?:labs|health|bank)",)), 0.01),
)
"""Tests on texts that are different in every lead, with about how often each holds."""


def rules(count: int, mix: Mix, seed: int) -> tuple[Rule, ...]:
    """``count`` rules, the last one the catch-all; the same for the same arguments."""
    chance = random.Random(f"{seed}/{mix == 'adversarial'}/{count}")
    make = _adversarial if mix == "adversarial" else _ordinary
    made = [Rule(f"rule-{at + 1:04d}", make(chance, at, count)) for at in range(count - 1)]
    return (*made, Rule("everyone-else", ()))


def _ordinary(chance: random.Random, at: int, count: int) -> tuple[Test, ...]:
    """Mostly sets of low-cardinality values and bands of numbers; every tenth rule also looks into a text."""
    if at == 5:
        return (Test("email", "starts_with", ("test", "noreply")),)  # such rules stand early and look at every lead
    target = SHARE_BEFORE_CATCH_ALL / count * chance.lognormvariate(0, 0.5)
    held = 1.0
    tests: list[Test] = []
    text = chance.choice(TEXT_TESTS) if at % 10 == 5 else None
    if text is not None:
        held = text[1]
    subjects = [
        chance.choice(("country", "country", "country", "state")),
        "industry",
        "source",
        "employees",
        "deal_value",
        "language",
        "products",
    ]
    weights = [6, 5, 5, 5, 3, 2, 2]
    fewest = 1 if text is None else 2
    while len(tests) < fewest or (len(tests) < 4 and held > target * 1.3):
        at_subject = chance.choices(range(len(subjects)), weights)[0]
        weights.pop(at_subject)
        test, share = _test(chance, subjects.pop(at_subject), min(max(target / held, chance.uniform(0.04, 0.25)), 0.5))
        tests.append(test)
        held *= share
    return (*tests, text[0]) if text is not None else tuple(tests)


def _test(chance: random.Random, subject: str, share: float) -> tuple[Test, float]:
    """A test on ``subject`` that holds for about ``share`` of the leads, and for how many it really does."""
    if subject == "employees":
        return _band(chance, subject, {bound: EMPLOYEES.cdf(math.log(bound)) for bound in words.EMPLOYEE_BOUNDS}, share)
    if subject == "deal_value":
        return _band(chance, subject, {bound: DEALS.cdf(math.log(bound)) for bound in words.DEAL_BOUNDS}, share)
    if subject == "products":
        some = chance.sample(words.PRODUCTS, 2 if share > 0.3 else 1)
        return Test(subject, "has_any", tuple(some)), 0.21 * len(some)
    weights = _weights(subject)
    whole = sum(weights.values())
    if subject == "state":
        whole /= 0.30  # the states offered are all in one country
    order = list(weights)
    chance.shuffle(order)
    taken: list[str] = []
    held = 0.0
    for value in order[:14]:
        if taken and held + weights[value] / whole > share * 1.2:
            continue
        taken.append(value)
        held += weights[value] / whole
        if held >= share:
            break
    return Test(subject, "in", tuple(taken)), held


def _weights(subject: str) -> dict[str, float]:
    if subject == "country":
        return {code: weight for code, (_, weight) in words.COUNTRIES.items()}
    if subject == "state":
        return {state.lower(): 1.0 for state in words.STATES["us"]}
    table = {"industry": words.INDUSTRIES, "source": words.SOURCES, "language": words.LANGUAGES}[subject]
    return {value.lower(): weight for value, weight in table.items()}


def _band(chance: random.Random, subject: str, below: dict[int, float], share: float) -> tuple[Test, float]:
    """An open or closed band between round numbers, whose share is near ``share``; ``below`` is the share under each number."""
    options: list[tuple[float, Test]] = [
        *((1 - below[low], Test(subject, "gte", (low,))) for low in below),
        *((below[high], Test(subject, "lt", (high,))) for high in below),
        *((below[high] - below[low], Test(subject, "between", (low, high - 1))) for low in below for high in below if low < high),
    ]
    nearest = sorted(options, key=lambda option: abs(math.log(max(option[0], 1e-6) / share)))[:4]
    held, test = chance.choice(nearest)
    return test, max(held, 1e-4)


def _adversarial(chance: random.Random, at: int, count: int) -> tuple[Test, ...]:
    """Each rule its own pattern or piece of text, behind two wide tests that keep about a fortieth of the leads."""
    one, two = (chance.choice(words.SYLLABLES) for _ in range(2))
    digits = chance.randrange(10, 100)
    text = (
        Test("email", "matches", (rf"{digits % 10}\d?@\w*{one}",)),
        Test("company", "matches", (rf"^\w*{one}\w* (?:{'|'.join(word.lower() for word in chance.sample(words.COMPANY_WORDS, 6))})\b",)),
        Test("email", "contains", (f"{digits}@", f"{one}{two}.")),
        Test("company", "contains", (f"{one} ", f"{one}{two}")),
    )[at % 4]
    wide = chance.sample(("country", "industry", "source", "employees", "deal_value"), 2)
    return (*(_test(chance, subject, 0.16)[0] for subject in wide), text)
