"""Random worlds: valid projects of varied shape with messy leads, in one to three batches; a seed gives always the same.

`python -m tests.reference.worlds SEED DIR` writes one for a person to look at.
"""

import copy
import csv
import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.reference.documents import to_yaml

REPS = ["ann", "bob", "cyd", "dan", "eve", "fay", "gus", "hal", "ivy", "jon", "kim", "lee", "mia", "ned"]
NAMES = ["Ann Ash", "Bob Elm", "Cyd Fir", "Dan Oak", "Eve Yew", "Fay Ash", "Gus Elm", "Hal Fir", "Ann Ash", "Jon Oak", "Kim Yew"]
TEAMS = ["east", "west"]
REGIONS = ["na", "emea"]
LANGUAGES = ["en", "es", "de"]
INDUSTRIES = ["fintech", "retail", "health care"]
SKILLS = ["fintech", "retail", "health care", "golang"]
SOURCES = ["demo", "web form", "partner"]
CERTIFICATIONS = ["pci", "iso"]
ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata"]
WEIGHTS = ["1", "2", "3", "0.5", "0.333333", "1.5", "0"]
COUNTRIES = {
    "US": ["US", "us", "USA", "United States", "united states", " US "],
    "DE": ["DE", "de", "Germany", "DEU", "GERMANY"],
    "NO": ["NO", "no", "Norway", "NOR"],
    "GB": ["GB", "UK", "United Kingdom", "gbr"],
}
MISSING = ["", "", " ", "N/A", "n/a", "null", "-", "NULL"]
BAD = {
    "datetime": ["yesterday", "2026-13-01", "10:00"],
    "email": ["not an email", "ann@", "@acme.com"],
    "country": ["Wonderland", "X1"],
    "integer": ["lots", "12.5", "1,00", "1e3", "ten"],
    "number": ["lots", "12,00", "1k5", "--5"],
    "boolean": ["maybe", "2"],
    "date": ["soon", "2026-02-30"],
    "domain": ["no spaces here", "nodots"],
    "list": [";", " | "],
}

FIELDS: dict[str, str] = {
    "lead_id": "string",
    "created_at": "datetime",
    "company": "string",
    "email": "email",
    "country": "country",
    "state": "string",
    "postal_code": "string",
    "industry": "string",
    "language": "string",
    "spoken": "list",
    "employees": "integer",
    "deal_value": "number",
    "source": "string",
    "owner": "string",
    "vip": "boolean",
    "renewal": "date",
    "site": "domain",
    "code": "exact",
    "pool_name": "string",
}

# What a world may be about besides turns and conditions; each in some of the worlds, so that seeds differ in what meets what.
FEATURES = (
    "windows",
    "rolling",
    "valued",
    "as_of",
    "load_roster",
    "catch_up",
    "together",
    "previous",
    "again",
    "holidays",
    "shifts",
    "times",
    "local",
    "calendar",
    "edits",
)

Doc = dict[str, Any]


@dataclass
class Stage:
    """One batch: the project as it stands then, and its leads."""

    project: Doc
    files: dict[str, Doc]
    reps: list[Doc]
    teams: Doc
    tables: dict[str, str]
    header: list[str]
    rows: list[dict[str, str]]
    at: datetime
    options: list[str] = field(default_factory=list)

    def texts(self) -> dict[str, str]:
        """Every file of the project by name, the leads too."""
        found = {"leadroute.yaml": to_yaml(self.project), "leads.csv": table(self.header, self.rows)} | self.tables
        found |= {name: to_yaml(document) for name, document in self.files.items()}
        if self.project.get("roster") == "roster.csv":
            found["roster.csv"] = roster_csv(self.reps)
        else:
            found["roster.yaml"] = to_yaml({"version": 1} | ({"teams": self.teams} if self.teams else {}) | {"reps": self.reps})
        return found

    def write(self, folder: Path) -> None:
        """Writes the project, over what an earlier batch left; its state stays."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in self.texts().items():
            (folder / name).write_text(text, "utf-8", newline="")


@dataclass
class World:
    """A few batches in sequence over one state."""

    seed: int
    stages: list[Stage] = field(default_factory=list)


def table(header: list[str], rows: list[dict[str, str]]) -> str:
    """Rows as CSV."""
    out = io.StringIO()
    writer = csv.DictWriter(out, header, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def roster_csv(reps: list[Doc]) -> str:
    """Reps as a CSV: dotted columns for the nested, lists with `;`."""
    rows = []
    for rep in reps:
        row: dict[str, str] = {}
        for key, value in rep.items():
            if key == "skills":
                pairs = value.items() if isinstance(value, dict) else dict.fromkeys(value, "1").items()
                row[key] = ";".join(name if level == "1" else f"{name}:{level}" for name, level in pairs)
            elif key == "hours":
                row[key] = " ".join((days := next(iter(value)), value[days][0]))
            elif isinstance(value, dict):
                row |= {f"{key}.{inner}": str(one) for inner, one in value.items()}
            elif isinstance(value, list):
                row[key] = ";".join(value)
            else:
                row[key] = str(value).lower() if isinstance(value, bool) else str(value)
        rows.append(row)
    header = list(dict.fromkeys(key for row in rows for key in row))
    return table(header, rows)


class Maker:
    """Makes one world; what is declared so far decides what may be used next."""

    def __init__(self, seed: int, features: Sequence[str] = FEATURES) -> None:
        self.random = Random(seed)
        # A switch of its own for each, so that leaving one out changes a seed's world as little as may be.
        self.features = {name for place, name in enumerate(FEATURES) if Random(seed * 100 + place).random() < 0.35 and name in features}
        self.declared = dict(FIELDS)
        if "local" in self.features:
            self.declared["timezone"] = "string"
        self.kinds: dict[str, str] = {}
        self.pools: list[str] = []
        self.rotations: list[str] = []
        self.stable: list[str] = []
        self.queues: list[str] = []
        self.as_csv = False
        self.tiers: list[str] = []
        self.own_format = False
        self.at = datetime(2026, 11, 16, tzinfo=ZoneInfo("UTC"))
        self.absences: dict[str, Any] = {}
        # Limits of one world speak of the same leads, batch after batch.
        self.measured = self.one([{"vip": True}, {"country": "US"}, {"source": ["demo", "partner"]}, {"industry": {"present": True}}])
        # Some worlds are about turns: few conditions, many leads, everybody in few pools.
        self.turns = self.chance(0.4) or self.on("catch_up", 0.8)

    def chance(self, probability: float) -> bool:
        """True with that probability."""
        return self.random.random() < probability

    def one(self, options: list[Any]) -> Any:
        """One of them."""
        return self.random.choice(options)

    def some(self, options: list[Any], most: int = 3, least: int = 1) -> list[Any]:
        """A few different ones of them, in random order."""
        return self.random.sample(options, self.random.randint(min(least, len(options)), min(most, len(options))))

    def on(self, feature: str, probability: float = 1.0) -> bool:
        """True with that probability in worlds that are about it; in others no chance is taken."""
        return feature in self.features and self.chance(probability)

    # The whole

    def make(self) -> World:
        """The world of this seed."""
        world = World(0)
        at = self.instant()
        stage = self.stage(at)
        world.stages.append(stage)
        lasting = self.turns or self.features & {"windows", "rolling", "valued", "as_of", "catch_up", "together", "again", "edits"}
        for _ in range(self.random.choice([2, 3, 4] if lasting else [0, 0, 1, 1, 2])):
            steps = [60, 600, 1440, 1440, 1440] if self.turns else [1, 60, 600, 1440, 2880, 4320, 10080]
            if self.features & {"windows", "rolling", "valued", "as_of"}:
                steps = [1, 10, 29, 60, 119, 240, 600, 1440, 4320]
            at += timedelta(minutes=self.one(steps))
            stage = self.later(stage, at)
            world.stages.append(stage)
        return world

    def instant(self) -> datetime:
        """An instant of late 2026, often on an hour that opens or closes something."""
        days = ["2026-11-10", "2026-11-11", "2026-11-26", "2026-12-24", "2026-12-25", "2026-12-31"] if "holidays" in self.features else []
        day = self.one(
            [*days * 2, "2026-11-16", "2026-11-17", "2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23", "2026-10-25", "2026-11-01"]
        )
        hour = self.one(
            ["00:00", "01:30", "05:30", "06:00", "09:00", "10:01", "12:30", "13:00", "16:59", "17:00", "18:00", "22:00", "23:59"]
        )
        zone = self.one(ZONES)
        return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=ZoneInfo(zone))

    def stage(self, at: datetime) -> Stage:
        """The first batch's project and leads."""
        self.at = at
        self.as_csv = self.chance(0.25)
        project: Doc = {"version": 1}
        if self.chance(0.7):
            project["timezone"] = self.one(ZONES)
        hours = self.chance(0.5)
        if hours:
            project["business_hours"] = {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": self.one(["17:00", "18:00"])}
            if self.on("holidays", 0.7):
                project["business_hours"]["holidays"] = self.holidays()
        if self.as_csv:
            project["roster"] = "roster.csv"
        self.queues = ["nurture", "review"]
        if self.chance(0.3):
            project["queues"] = {"nurture": {"about": "too early"}, "review": {}}
        fields, header = self.fields()
        self.kinds = dict(self.declared)
        if "previous" in self.features:
            self.kinds |= {"previous.rep": "string", "previous.count": "integer"}
        for name in ("now", "arrived", "local") if "local" in self.features else ("now", "arrived"):
            self.kinds |= {f"{name}.date": "date", f"{name}.time": "time", f"{name}.weekday": "weekday"}
            if hours:
                self.kinds[f"{name}.business_hours"] = "boolean"
            if name == "local" or (hours and "holidays" in project["business_hours"]):
                self.kinds[f"{name}.holiday"] = "boolean"
        leads: Doc = {"id": "lead_id", "arrived": "created_at"}
        if self.chance(0.3):
            leads["missing"] = self.some(["", "N/A", "null", "-", "Select", "none"], 6, 3)
        project["leads"] = leads
        count = self.one([3, 4, 5, 6] if self.turns else [2, 3, 4, 5, 6, 6, 8, 8, 10, 12])
        self.stable = REPS[: max(2, count // 2)]
        reps = [self.rep(place, at) for place in range(count)]
        self.link(reps)
        teams = {"east": {"manager": self.one(self.stable)}} if not self.as_csv and self.chance(0.5) else {}
        derive, tables = self.derive()
        score = self.score()
        self.rotations = [f"turns_{number}" for number in range(1, self.one([0, 1, 1, 1] if self.turns else [0, 1, 1, 2]) + 1)]
        rotations = {name: self.rotation() for name in self.rotations}
        self.pools = self.random.sample(["alpha", "beta", "gamma", "delta", "smb_na"], self.random.randint(1, 3 if self.turns else 5))
        pools = {name: self.pool() for name in self.pools}
        rules = [self.rule(f"rule-{number}") for number in range(1, self.random.randint(1, 12) + 1)]
        order = self.order()
        if order:
            leads["order"] = order
        leads["fields"] = fields
        if self.chance(0.6):
            project["default"] = self.default()
        if "together" in self.features:
            project["keep_together"] = self.keep_together()
        if self.on("load_roster", 0.5):
            project["load"] = "roster"
        tables |= self.beside(at)
        files = self.split(derive, score, rotations, pools, rules)
        if self.chance(0.6):
            project["rules"] = list(files)
        rows = self.rows(header, at, [])
        return Stage(project, files, reps, teams, tables, header, rows, at)

    def split(self, derive: Doc, score: Doc | None, rotations: Doc, pools: Doc, rules: list[Doc]) -> dict[str, Doc]:
        """The rules over one or two files."""
        first: Doc = {"version": 1}
        if derive:
            first["derive"] = derive
        if score:
            first["score"] = score
        if rotations:
            first["rotations"] = rotations
        first["pools"] = pools
        if len(rules) < 2 or self.chance(0.6):
            return {"a-rules.yaml": first | {"rules": rules}}
        cut = self.random.randint(1, len(rules) - 1)
        return {"a-rules.yaml": first | {"rules": rules[:cut]}, "b-rules.yaml": {"version": 1, "rules": rules[cut:]}}

    def fields(self) -> tuple[Doc, list[str]]:
        """The declared fields, and the header of the lead file."""
        fields: Doc = {}
        header = []
        for name, kind in self.declared.items():
            column = name
            spec: Any = kind
            if name == "lead_id":
                spec = {"type": "string", "column": ["Id", "Lead ID"]}
                column = self.one(["Id", "ID", "Lead ID", "lead  id"])
            elif kind == "exact":
                spec = {"type": "string", "exact": True}
            elif kind == "list":
                spec = self.one(["list", {"type": "list", "separator": "|"}])
            elif name in ("postal_code", "owner"):
                spec = {"type": "string", "optional": True}
                if self.chance(0.1):
                    fields[name] = spec
                    continue
            elif name == "employees":
                spec = {"type": "integer", "column": "NumberOfEmployees"}
                column = "NumberOfEmployees"
            elif name == "deal_value" and self.chance(0.1):
                spec = {"type": "number", "decimal": ","}
            elif name == "renewal" and self.chance(0.1):
                spec = {"type": "date", "format": "%d.%m.%Y"}
                self.own_format = True
            elif name == "company" and self.chance(0.1):
                spec = {"type": "string", "required": True}
            fields[name] = spec
            header.append(column)
        self.random.shuffle(header)
        header.insert(self.random.randint(0, len(header)), "notes")
        return fields, header

    # Reps

    def rep(self, place: int, at: datetime) -> Doc:
        """A rep; the first one has every attribute, so that no condition names one that nobody has."""
        full = place == 0
        rep: Doc = {"id": REPS[place]}

        def maybe(probability: float, key: str, make: Callable[[], Any]) -> None:
            if self.chance(probability):
                rep[key] = make()

        maybe(1.0 if full else 0.7, "name", lambda: NAMES[place % len(NAMES)])
        maybe(1.0 if full else 0.7, "email", lambda: f"{REPS[place]}@reps.example")
        maybe(0.12, "active", lambda: self.one([False, False, True]))
        maybe(1.0 if full else 0.9, "team", lambda: self.one(TEAMS))
        maybe(1.0 if full else 0.8, "region", lambda: self.one(REGIONS))
        rep["languages"] = ["en", self.one(["es", "de"])] if full else self.some(LANGUAGES, 3)
        if not full and self.chance(0.15):
            del rep["languages"]
        maybe(1.0 if full else 0.7, "skills", self.skills)
        if full:
            rep["certifications"] = list(CERTIFICATIONS)
            rep["countries"] = ["US", "DE"]
        else:
            maybe(0.4, "certifications", lambda: self.some(CERTIFICATIONS, 2))
            maybe(0.6, "countries", lambda: self.some(list(COUNTRIES), 3))
        maybe(1.0 if full else 0.8, "seniority", lambda: self.one(["1", "2", "3", "5"]))
        maybe(1.0 if full else 0.8, "remote", lambda: self.one([True, False]))
        self.change(rep, at, 1.0)
        return rep

    def skills(self) -> Any:
        """Skills with levels, or a plain list."""
        names = self.some(SKILLS, 3)
        if self.chance(0.3):
            return names
        return {name: self.one(["1", "2", "3", "5"]) for name in names}

    def change(self, rep: Doc, at: datetime, share: float) -> None:
        """What may change between batches: weight, ramp, limits, load, zone, hours, leave."""

        def maybe(probability: float, key: str, make: Callable[[], Any]) -> None:
            if self.chance(probability * share):
                rep[key] = make()

        maybe(0.4, "weight", lambda: self.one(WEIGHTS))
        maybe(0.15, "ramp", lambda: self.ramp(at))
        maybe(0.15 if "catch_up" in self.features else 0.5, "limits", self.limits)
        maybe(0.4, "load", lambda: self.one(["0", "1", "2", "3", "1.5"]))
        if "as_of" in self.features:
            maybe(0.4, "load_as_of", lambda: self.as_of(at))
        if "holidays" in self.features:
            maybe(0.4, "holidays", self.holidays)
        if "calendar" in self.features:
            maybe(0.5, "calendar", lambda: f"{self.one(['one', 'two'])}.ics")
        maybe(0.3, "timezone", lambda: self.one(ZONES))
        maybe(0.4, "hours", self.hours)
        if not self.as_csv:
            maybe(0.5 if self.turns else 0.25, "away", lambda: self.away(at))
            if "catch_up" in self.features:
                maybe(0.7, "away", lambda: self.away(at))

    def ramp(self, at: datetime) -> Doc:
        """A ramp that is before, in or after its course."""
        first = (at + timedelta(days=self.random.randint(-40, 10))).date()
        last = first + timedelta(days=self.one([7, 30, 61]))
        return {"from": str(first), "to": str(last), "start": self.one(["0.25", "0.5", "0", "0.333"])}

    def limits(self) -> Any:
        """Limits small enough to be reached."""
        found = {}
        if self.chance(0.6):
            found["open"] = self.one(["2", "3", "5", "8", "12"] if not self.chance(0.04) else ["0"])
        if self.chance(0.6) or not found:
            found["per_day"] = self.one(["1", "2", "3", "5"])
        if "windows" in self.features:
            for per in self.some(["per_hour", "per_week", "per_month"], 2, 0):
                found[per] = self.one(["1", "2", "3", "5"] if per == "per_hour" else ["2", "4", "6", "9"])
        if not self.as_csv and (self.on("rolling", 0.5) or self.on("valued", 0.6)):
            return self.long_limits(found)
        return found

    def long_limits(self, found: dict[str, str]) -> list[Doc]:
        """The long form: rolling windows, and limits of some leads or of what they are worth."""
        rows: list[Doc] = []
        for _ in range(self.one([1, 1, 2])):
            row: Doc = {"max": self.one(["1", "2", "3", "5"])}
            row["per"] = self.one(["1h", "4h", "90m", "2d", "1w"] if "rolling" in self.features else ["hour", "day", "week"])
            if self.on("valued", 0.4):
                row["when"] = self.measured
            if self.on("valued", 0.4):
                row |= {"of": self.one(["$deal_value", "$employees"]), "max": self.one(["10", "1000", "2500"])}
            rows.append(row)
        return rows

    def as_of(self, at: datetime) -> str:
        """The instant of a load figure, before or after what was charged: never in the future, whatever clock reads it."""
        moment = at - timedelta(minutes=self.one([840, 900, 1500, 3000]))
        return self.one([moment.isoformat(timespec="minutes"), moment.strftime("%Y-%m-%dT%H:%M"), moment.strftime("%Y-%m-%d")])

    # Time

    def holidays(self) -> str:
        """Whose holidays."""
        return str(self.one(["US", "US-CA", "DE", "GB", "NO", "rest.txt", "rest.txt"]))

    def beside(self, at: datetime) -> dict[str, str]:
        """Files of days off, and calendars."""
        found = {}
        if "holidays" in self.features:
            days = sorted({str((at + timedelta(days=self.random.randint(-2, 5))).date()) for _ in range(3)})
            found["rest.txt"] = "".join(f"{day}\n" for day in days)
        if "calendar" in self.features:
            for name in ("one", "two"):
                events = "".join(self.event(at, number) for number in range(self.random.randint(1, 4)))
                head = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//reference//worlds//EN\n"
                found[f"{name}.ics"] = (head + events + "END:VCALENDAR\n").replace("\n", "\r\n")
        return found

    def event(self, at: datetime, number: int) -> str:
        """One entry of a calendar: all-day or timed, repeated or not, busy or not."""
        start = at + timedelta(minutes=self.one([-2880, -1440, -600, -60, -30, 0, 30, 60, 240, 1440]))
        lines = [f"UID:event-{number}@reference", "DTSTAMP:20261101T000000Z"]
        all_day = self.chance(0.3)
        if all_day:
            lines.append(f"DTSTART;VALUE=DATE:{start:%Y%m%d}")
            if self.chance(0.8):
                lines.append(f"DTEND;VALUE=DATE:{start + timedelta(days=self.random.randint(1, 3)):%Y%m%d}")
        else:
            length = timedelta(minutes=self.one([30, 60, 120, 600, 1440]))
            zone = self.one(["UTC", "floating", "Europe/Berlin", "America/New_York"])
            if zone == "UTC":
                start = start.astimezone(ZoneInfo("UTC"))
                lines += [f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{start + length:%Y%m%dT%H%M%SZ}"]
            else:
                option = "" if zone == "floating" else f";TZID={zone}"
                lines += [f"DTSTART{option}:{start:%Y%m%dT%H%M%S}", f"DTEND{option}:{start + length:%Y%m%dT%H%M%S}"]
        if self.chance(0.3):
            lines.append(f"RRULE:FREQ={self.one(['DAILY', 'WEEKLY'])};COUNT={self.random.randint(2, 6)}")
        if self.chance(0.2):
            lines.append("TRANSP:TRANSPARENT")
        if self.chance(0.1):
            lines.append("STATUS:CANCELLED")
        return "BEGIN:VEVENT\n" + "".join(f"{line}\n" for line in lines) + "END:VEVENT\n"

    def shifts(self, at: datetime) -> list[Doc]:
        """Who is on call when."""
        found = []
        for _ in range(self.random.randint(1, 3)):
            first = at + timedelta(hours=self.one([-48, -24, -3, 0, 24]))
            last = first + timedelta(hours=self.one([3, 24, 48, 96]))
            pattern = self.one(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])
            found.append({"from": first.strftime(pattern), "to": last.strftime(pattern), "reps": self.some(self.stable, 3)})
        return found

    def keep_together(self) -> Doc:
        """Which leads go to one rep."""
        names = ["email", "company", "owner", "code", "postal_code"] + [name for name in ("domain", "copy") if name in self.kinds]
        found: Doc = {"by": self.some(names, 2), "for": self.one(["30m", "1h", "1d", "90d"])}
        if self.chance(0.7):
            found["when_unavailable"] = self.one(["reassign", "wait", "backup"])
        return found

    def hours(self) -> Doc:
        """Working hours."""
        plain = [{"mon-fri": ["09:00-17:00"]}, {"mon-sun": ["22:00-06:00"]}, {"sat-mon": ["10:00-14:00"]}, {"tue": ["00:00-12:30"]}]
        rich = [{"mon-fri": ["09:00-12:30", "13:00-17:30"]}, {"mon-wed": ["08:00-12:00"], "fri": ["12:00-20:00"]}]
        return copy.deepcopy(self.one(plain if self.as_csv else plain + rich))

    def away(self, at: datetime) -> list[Doc]:
        """Leave around the instant."""
        if self.on("times", 0.6):
            start = at + timedelta(minutes=self.one([-1440, -600, -60, 0, 30, 240]))
            end = start + timedelta(minutes=self.one([60, 240, 600, 2880]))
            days = (f"{start:%Y-%m-%d}", f"{end + timedelta(days=1):%Y-%m-%d}")
            naive = (f"{start:%Y-%m-%dT%H:%M}", f"{end:%Y-%m-%dT%H:%M}")
            exact = (start.isoformat(timespec="minutes"), end.isoformat(timespec="minutes"))
            first_text, last_text = self.one([naive, exact, (days[0], naive[1]), (naive[0], days[1])])
            return [{"from": first_text, "to": last_text}]
        first = (at + timedelta(days=self.random.randint(-3, 2))).date()
        longest = 1 if self.turns else 3
        return [{"from": str(first), "to": str(first + timedelta(days=self.random.randint(0, longest))), "why": "pto"}]

    def link(self, reps: list[Doc]) -> None:
        """Managers and backups, backups without a cycle, both of people who stay."""
        for place, rep in enumerate(reps):
            if self.chance(0.3):
                rep["manager"] = self.one(self.stable)
                if rep["manager"] == rep["id"]:
                    del rep["manager"]
            earlier = self.stable[:place]
            if earlier and self.chance(0.5):
                rep["backup"] = self.one(earlier)

    # Conditions

    def test(self, name: str, kind: str) -> Any:
        """A test of a lead's field."""
        words = {
            "company": ["acme", "Banco Sol", "zeta"],
            "state": ["ny", "ca", "by"],
            "industry": INDUSTRIES,
            "language": LANGUAGES,
            "source": SOURCES,
            "owner": ["ann", "bob"],
            "segment": ["big", "small"],
            "tier": self.tiers,
            "territory.name": ["north", "south"],
            "area": ["a1", "a2"],
            "pool_name": self.pools or ["alpha"],
            "code": ["A1", "a1"],
            "copy": [*INDUSTRIES, "other"],
            "timezone": ["Europe/Berlin", "asia/kolkata"],
            "previous.rep": ["ann", "bob", "cyd"],
        }
        if kind in ("string", "exact") or name == "tier":
            options = words.get(name, ["L1", "L2", "x"])
            roll = self.random.random()
            if roll < 0.3:
                return self.one(options)
            if roll < 0.5:
                return self.some(options)
            if roll < 0.6:
                return {"not_in": self.some(options, 2)}
            if roll < 0.65:
                return {"is_not": self.one(options)}
            if roll < 0.75:
                return {"present": self.chance(0.7)}
            if roll < 0.8 and kind == "string":
                return {self.one(["is", "is_not"]): self.one(["$industry", "$language", "$source"])}
            if roll < 0.83 and kind == "string":
                return {self.one(["in", "not_in"]): self.one(["$spoken", ["en", "$language"]])}
            word = self.one(options)
            operator = self.one(["contains", "starts_with", "ends_with", "matches"])
            if operator == "matches":
                return {"matches": self.one([f"^{word[0]}", f"{word[-1]}$", "[aeiou]{2}", f"{word[:2]}|zz", "^[A-Z]"])}
            part = word[:2] if operator == "starts_with" else word[-2:]
            return {operator: self.one([part, [part, "zz"]])}
        if kind in ("integer", "number"):
            if name == "bucket":
                return {self.one(["lt", "gte"]): self.one(["20", "50"])}
            if name == "previous.count":
                return self.one(["0", "1", {"gte": "1"}, {"gte": "2"}, {"lt": "2"}, {"present": True}])
            if name == "priority":
                return self.one(["3", {"gte": "2"}, {"present": True}])
            values = ["0", "10", "25", "50"] if name == "score" else ["10", "100", "1000", "1500", "5000"]
            first, last = sorted(self.random.sample(range(len(values)), 2))
            return self.one(
                [
                    {self.one(["gt", "gte", "lt", "lte"]): self.one(values)},
                    {"between": [values[first], values[last]]},
                    {"gte": values[first], "lt": values[last]},
                    self.some(values),
                    self.one(values),
                    {"present": self.chance(0.7)},
                ]
            )
        if kind == "datetime":
            return self.one(
                [
                    {self.one(["gt", "gte", "lt", "lte"]): self.one(["-7d", "-36h", "-1w", "-90m", "2026-11-20", "2026-11-16T09:00"])},
                    {"between": ["2026-11-10", self.one(["2026-11-20", "2026-11-16T12:00:00Z"])]},
                    {"present": self.chance(0.7)},
                    self.one(["2026-11-20", "2026-11-15"]),
                    {self.one(["lt", "gt"]): "$renewal"},
                ]
            )
        if name == "renewal" and self.own_format:
            return self.one([{self.one(["gt", "gte", "lt", "lte"]): self.one(["-1d", "-5d"])}, {"present": self.chance(0.7)}])
        if kind == "date":
            return self.one(
                [
                    {self.one(["gt", "gte", "lt", "lte"]): self.one(["-1d", "-5d", "2026-11-20", "2026-12-01"])},
                    {"between": ["2026-11-16", "2026-12-01"]},
                    {"present": self.chance(0.7)},
                    ["2026-11-20", "2026-11-23"],
                ]
            )
        if kind == "time":
            return self.one([{"between": self.one([["09:00", "17:00"], ["22:00", "06:00"]])}, {self.one(["gte", "lt"]): "12:30"}])
        if kind == "weekday":
            return self.one(["mon", ["mon", "tue", "wed"], {"not_in": ["sat", "sun"]}, ["sat", "sun"]])
        if kind == "boolean":
            return self.one([True, False, {"is_not": True}, {"present": self.chance(0.7)}, "yes"])
        if kind == "list":
            return self.one(
                [
                    "en",
                    ["es", "de"],
                    {"has": "$language"},
                    {self.one(["has_any", "has_all", "has_none"]): self.some(LANGUAGES)},
                    {"present": self.chance(0.7)},
                ]
            )
        if kind == "email":
            return self.one(
                [
                    {"free_mail": self.chance(0.6)},
                    {"disposable": self.chance(0.6)},
                    {"ends_with": ["@gmail.com", "acme.com"]},
                    {"present": self.chance(0.7)},
                    {"matches": "^(ann|bob)"},
                    "ANN@acme.com",
                ]
            )
        if kind == "domain":
            return self.one(
                ["acme.com", ["acme.com", "bbc.co.uk"], {"ends_with": ".uk"}, {"present": self.chance(0.7)}, {"is_not": "acme.com"}]
            )
        assert kind == "country", kind
        spelled = ["US", "NO", "de", "Germany", "GB"]
        return self.one(
            [self.one(spelled), self.some(spelled), {"not_in": self.some(spelled, 2)}, {"is_not": "US"}, {"present": self.chance(0.7)}]
        )

    def condition(self, depth: int = 0, without: tuple[str, ...] = ()) -> Doc:
        """A condition over leads."""
        often = ["country", "industry", "language", "employees", "source", "vip", "segment", "tier", "score"]
        often += ["previous.rep", "previous.count", "now.holiday", "local.business_hours", "local.weekday", "local.time"]
        often = [name for name in often if name in self.kinds]
        names = [name for name in self.kinds if name not in (*without, "lead_id")]
        if self.turns:
            names = often
        found: Doc = {}
        for _ in range(self.one([1, 1, 1, 2, 2, 3]) if depth == 0 else 1):
            likely = [name for name in often if name in names]
            name = self.one(likely) if self.chance(0.5) else self.one(names)
            found[name] = self.test(name, self.kinds[name])
            if self.turns:
                return found
        if depth < 2 and self.chance(0.25):
            word = self.one(["all", "any", "any", "not"])
            if word == "not":
                found["not"] = self.condition(depth + 1, without)
            else:
                found[word] = [self.condition(depth + 1, without) for _ in range(self.random.randint(1, 3))]
        return found

    def rep_condition(self, depth: int, refs: bool) -> Doc:
        """A condition over reps, with the lead's fields on the right if asked."""
        plain: list[Callable[[], Doc]] = [
            lambda: {"team": self.one(TEAMS)},
            lambda: {"team": self.one(TEAMS)},
            lambda: {"region": self.one(REGIONS)},
            lambda: {"region": {"not_in": self.some(REGIONS, 1)}},
            lambda: {"languages": self.one(["es", ["es", "de"], {"has_all": ["en", "es"]}, {"has_none": ["de"]}])},
            lambda: {"skills": self.one([{"has": "fintech"}, {"has_any": ["retail", "golang"]}, {"has_none": ["retail"]}])},
            lambda: {"skills.fintech": {self.one(["gte", "lt"]): "3"}},
            lambda: {"certifications": self.one([{"has": "pci"}, {"has_none": ["pci"]}, {"present": True}])},
            lambda: {"seniority": self.one([{"gte": "2"}, {"lt": "5"}, ["1", "3"], {"present": False}])},
            lambda: {"remote": self.one([True, {"is_not": True}])},
            lambda: {"name": {"starts_with": ["a", "b", "c"]}},
            lambda: {"id": {"not_in": ["ann", "zed"]}},
        ]
        fancy: list[Callable[[], Doc]] = [
            lambda: {"languages": {"has": "$language"}},
            lambda: {"languages": {"has": "$language"}},
            lambda: {"languages": {self.one(["has_any", "has_all", "has_none"]): "$spoken"}},
            lambda: {"skills": {"has": "$industry"}},
            lambda: {"skills.$industry": {"gte": self.one(["2", "3"])}},
            lambda: {"countries": {"has": "$country"}},
            lambda: {"id": {self.one(["is", "is_not"]): "$owner"}},
        ]
        found: Doc = {}
        for _ in range(self.one([1, 1, 2])):
            found |= self.one(plain + fancy * 2 if refs else plain)()
        if depth < 1 and self.chance(0.15):
            word = self.one(["all", "any", "not"])
            inner = [self.rep_condition(depth + 1, refs) for _ in range(2)]
            found[word] = inner[0] if word == "not" else inner
        return found

    # Rule files

    def derive(self) -> tuple[Doc, dict[str, str]]:
        """Derived fields and their tables."""
        derive: Doc = {}
        tables: dict[str, str] = {}
        if self.chance(0.4):
            derive["domain"] = {"domain_of": self.one(["email", "site"])}
            self.kinds["domain"] = "domain"
        if self.chance(0.6):
            derive["segment"] = {
                "cases": [{"when": self.condition(1), "then": "Big"}, {"when": {"employees": {"lt": "100"}}, "then": "small"}]
            }
            if self.chance(0.6):
                derive["segment"]["else"] = "small"
            self.kinds["segment"] = "string"
        if self.chance(0.25):
            derive["copy"] = {"cases": [{"when": self.condition(1), "then": "$industry"}], "else": "other"}
            self.kinds["copy"] = "string"
        if self.chance(0.25):
            derive["priority"] = {
                "type": "integer",
                "cases": [{"when": self.condition(1), "then": "3"}],
                "else": self.one(["1", "$employees"]),
            }
            self.kinds["priority"] = "integer"
        if self.chance(0.4):
            rows = [
                {"Country": self.one(["US", "Germany", "NO", "gb", ""]), "state": self.one(["", "", "NY", "ca"])}
                | {"name": self.one(["north", "South", ""]), "pool": self.one(["alpha", "BETA", "nowhere", ""])}
                for _ in range(self.random.randint(1, 6))
            ]
            tables["territories.csv"] = table(["Country", "state", "name", "pool"], rows)
            derive["territory"] = {"lookup": "territories.csv", "by": ["country", "state"], "give": ["name", "pool"]}
            if self.chance(0.5):
                derive["territory"]["else"] = self.one([{"name": "north"}, {"name": "south", "pool": "alpha"}, {"pool": "$pool_name"}])
            self.kinds |= {"territory.name": "string", "territory.pool": "string"}
        if self.chance(0.3):
            rows = [
                {
                    "country": self.one(["US", "DE", ""]),
                    "postal_code": self.one(["1", "10", "101", "9", "", "1011"]),
                    "area": self.one(["a1", "A2"]),
                }
                for _ in range(self.random.randint(1, 6))
            ]
            tables["postal.csv"] = table(["country", "postal_code", "area"], rows)
            derive["area"] = {"lookup": "postal.csv", "by": ["country", "postal_code"], "prefix": ["postal_code"], "give": "area"}
            if self.chance(0.4):
                derive["area"]["else"] = "a2"
            self.kinds["area"] = "string"
        if self.chance(0.4):
            derive["bucket"] = {"hash": self.one(["lead_id", "email", "company"]), "into": "100"}
            self.kinds["bucket"] = "integer"
        return derive, tables

    def score(self) -> Doc | None:
        """Points and tiers."""
        if self.chance(0.4):
            return None
        points: list[Doc] = [
            {"when": self.condition(1), "add": self.one(["30", "25", "-20", "10", "0.5", "$deal_value"])}
            for _ in range(self.random.randint(1, 4))
        ]
        score: Doc = {"points": points}
        self.kinds["score"] = "number"
        if self.chance(0.8):
            score["tiers"] = {"hot": "50", "Warm": "20", "cold": "0"}
            self.kinds["tier"] = "string"
            self.tiers = ["hot", "warm", "cold"]
        return score

    def rotation(self) -> Doc:
        """A declared rotation: split, priced, weighed."""
        rotation: Doc = {}
        if self.chance(0.5):
            rotation["by"] = self.one([name for name in ("tier", "country", "segment", "vip", "industry") if name in self.kinds])
        if self.chance(0.5):
            rotation["cost"] = self.one(
                [
                    {"of": "$deal_value", "else": "500"},
                    {"of": "$deal_value"},
                    {"of": "$employees", "else": "1.5"},
                    {"of": "$deal_value", "else": "0.333333"},
                ]
            )
        if self.chance(0.4) or not rotation:
            rotation["weights"] = {name: self.one(WEIGHTS) for name in self.some(self.stable, 3)}
        return rotation

    def pool(self) -> Doc:
        """A pool."""
        pool: Doc = {}
        if self.turns and self.chance(0.5):
            pool["who"] = self.one([{"team": self.one(TEAMS)}, {"region": self.one(REGIONS)}, {"seniority": {"lte": "3"}}])
        elif not self.turns and self.chance(0.65):
            pool["who"] = self.rep_condition(0, refs=False)
        if self.chance(0.4):
            pool["pick"] = self.pick()
        if self.rotations and self.chance(0.7 if self.turns else 0.5):
            pool["turns"] = self.one(self.rotations)
        if self.chance(0.1 if "catch_up" in self.features else 0.3):
            pool["limits"] = self.limits()
        if self.chance(0.1):
            pool["absence"] = "keep_place"
        if "catch_up" in self.features:
            pool["absence"] = self.absence_of(pool.get("turns"))
        if self.on("shifts", 0.5):
            pool["shifts"] = self.shifts(self.at)
        if self.chance(0.35):
            pool["otherwise"] = self.steps(after_rep=False)
        return pool or {"pick": "round_robin"}

    def absence_of(self, rotation: str | None) -> Any:
        """What who comes back finds; the pools of a rotation agree on it."""
        if rotation is None:
            return self.absence()
        return self.absences.setdefault(rotation, self.absence())

    def absence(self) -> Any:
        """One policy for all reasons, or one each."""
        if self.chance(0.2):
            return {reason: self.policy() for reason in self.some(["leave", "hours", "limit"], 3)}
        return self.policy()

    def policy(self) -> Any:
        """`keep_place`, or some form of `catch_up`."""
        options: Doc = {}
        if self.chance(0.5):
            options["max"] = self.one(["0", "1", "2", "3", "1.5"])
        if self.chance(0.4):
            options["within"] = self.one(["10m", "12h", "1d", "2d"])
        if self.chance(0.5):
            options["every"] = self.one(["1", "2", "3", "4"])
        return self.one(["keep_place", "catch_up", {"catch_up": options}, {"catch_up": options}])

    def pick(self) -> Any:
        """How a pool picks."""
        return self.one(["round_robin", "least_loaded", "best_fit", {"best_fit": {"margin": self.one(["0.05", "0.3", "0"])}}])

    def steps(self, after_rep: bool) -> list[Any]:
        """A chain: a queue, `hold` or `next_rule` only as the last."""
        steps: list[Any] = []
        for _ in range(self.one([0, 1, 1, 2, 3])):
            roll = self.random.random()
            if after_rep and roll < 0.35:
                steps.append(self.one(["backup", "manager"]))
            elif roll < 0.8:
                pool = self.one(self.pools + (["$pool_name"] if self.chance(0.2) else []))
                steps.append({"pool": pool} | self.overrides(pick=True))
            else:
                steps.append({"rep": self.one([*self.stable, "$owner"])} | self.overrides(pick=False))
                after_rep = True
        last = self.random.random()
        if last < 0.25:
            steps.append({"queue": self.one(self.queues)})
        elif last < 0.45:
            steps.append("next_rule")
        elif last < 0.55:
            steps.append("hold")
        return steps or [{"pool": self.one(self.pools)}]

    def overrides(self, pick: bool) -> Doc:
        """What a step may replace."""
        found: Doc = {}
        if self.chance(0.12):
            found["require"] = self.require()
        if self.chance(0.12):
            found["availability"] = self.availability()
        if pick and self.chance(0.1):
            found["pick"] = self.pick()
        return found

    def require(self) -> Any:
        """A requirement, or a ladder of them."""
        if self.chance(0.5):
            return self.rep_condition(0, refs=True)
        return [self.rep_condition(0, refs=True) for _ in range(self.random.randint(1, 3))]

    def availability(self) -> Any:
        """An availability."""
        return self.one(["ignore", "not_away", "working", "working", {"within": "4h"}, {"within": "2d"}, {"within": "90m"}])

    def prefer(self) -> list[Doc]:
        """Terms of the fit."""
        terms = []
        for _ in range(self.random.randint(1, 3)):
            term = self.one(
                [
                    {"match": self.rep_condition(1, refs=True)},
                    {"scale": self.one(["skills.$industry", "skills.fintech", "seniority"]), "best": self.one(["5", "3"])},
                    {"headroom": True},
                ]
            )
            if self.chance(0.7):
                term["weight"] = self.one(["1", "2", "0.5", "3"])
            if self.chance(0.25):
                term["when"] = self.condition(1)
            terms.append(term)
        return terms

    def rule(self, name: str) -> Doc:
        """A rule."""
        rule: Doc = {"id": name}
        if self.chance(0.05):
            rule["enabled"] = False
        if self.chance(0.1):
            rule["from"] = self.one(["2026-11-10", "2026-11-16", "2026-11-17", "2026-11-23"])
        if self.chance(0.1):
            rule["to"] = self.one(["2026-11-23", "2026-11-20", "2026-11-24"])
        if self.chance(0.6 if self.turns else 0.93):
            rule["when"] = self.condition()
        if self.on("together", 0.2):
            rule["keep_together"] = False
        rule["assign"] = self.assign()
        return rule

    def assign(self) -> Doc:
        """Where a rule sends its leads."""
        roll = self.random.random()
        if roll < 0.08:
            return {"queue": self.one(self.queues)}
        if roll < 0.3:
            assign: Doc = {"rep": self.one(["$owner", "$owner", *self.stable[:2]])}
            if self.chance(0.4):
                assign["turn_in"] = self.one(self.pools)
        else:
            dynamic = ["$pool_name"] + (["$territory.pool"] if "territory.pool" in self.kinds else [])
            assign = {"pool": self.one(dynamic) if self.chance(0.12) else self.one(self.pools)}
            if self.chance(0.35):
                assign["pick"] = self.pick()
        if self.chance(0.15 if self.turns else 0.3):
            assign["require"] = self.require()
        if "best_fit" in str(assign.get("pick")) or self.chance(0.15):
            assign["prefer"] = self.prefer()
        if self.chance(0.3):
            assign["availability"] = self.availability()
        if self.chance(0.25):
            assign["effort"] = self.one(
                ["2", "0.5", "$employees", "$deal_value", "0", "1.5", "$priority" if "priority" in self.kinds else "1"]
            )
        if self.chance(0.2):
            assign["charge"] = self.some(["turn", "limits", "load"], 3)
        if self.chance(0.6):
            assign["otherwise"] = self.steps(after_rep="rep" in assign)
        return assign

    def order(self) -> list[str]:
        """Who is served first."""
        if self.chance(0.4):
            return []
        names = ["created_at", "deal_value", "country", "company", "vip", "renewal", "employees", "site"]
        names += [name for name in ("score", "tier", "tier", "segment", "score") if name in self.kinds]
        return [("-" if self.chance(0.5) else "") + name for name in dict.fromkeys(self.some(names, 2))]

    def default(self) -> Any:
        """Where a lead goes that nothing else took."""
        if self.chance(0.5):
            return {"queue": self.one(["unassigned", "review"])}
        steps: list[Any] = [{"pool": self.one(self.pools)}]
        if self.chance(0.3):
            steps += [{"rep": self.one(self.stable)}, "backup"]
        return [*steps, {"queue": "unassigned"}]

    # Leads

    def rows(self, header: list[str], at: datetime, before: list[str]) -> list[dict[str, str]]:
        """The leads of a batch: new ids, ids from before, ids twice."""
        rows: list[dict[str, str]] = []
        used: list[str] = []
        many = self.one([40, 60] if self.turns else [8, 20, 40, 60])
        for number in range(self.random.randint(5, many)):
            cells = {name: self.cell(name, kind, at) for name, kind in self.declared.items()}
            fresh = f"L{len(before) + number + 1}"
            if before and self.chance(0.2):
                fresh = self.one(before)
            elif used and self.chance(0.07):
                fresh = self.one(used)
                fresh = self.one([fresh, f" {fresh} ", fresh.lower()])
            used.append(fresh)
            cells["lead_id"] = self.one(MISSING) if self.chance(0.03) else fresh
            row = {}
            for column in header:
                name = {"notes": "", "numberofemployees": "employees"}.get(column.lower(), column)
                if column.lower().replace(" ", "") in ("id", "leadid"):
                    name = "lead_id"
                row[column] = cells.get(name, "a note, with a comma")
            rows.append(row)
        return rows

    def cell(self, name: str, kind: str, at: datetime) -> str:
        """A cell: mostly clean, now and then missing or nonsense."""
        if self.chance(0.12):
            return str(self.one(MISSING))
        if kind in BAD and self.chance(0.05):
            return str(self.one(BAD[kind]))
        moment = at - timedelta(minutes=self.random.randint(0, 20000))
        values: dict[str, list[str]] = {
            "created_at": [
                moment.strftime("%Y-%m-%dT%H:%M:%S%z"),
                moment.strftime("%Y-%m-%d %H:%M"),
                moment.strftime("%Y-%m-%d"),
                moment.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ"),
            ],
            "company": ["Acme", "ACME ", "Banco  Sol", "banco sol", "Zeta", "Ärzte", "Straße"],
            "email": ["ann@acme.com", "Bob@Gmail.com", "x@10minutemail.com", "y@shop.bbc.co.uk", "ANN@ACME.COM"],
            "country": [spelling for spellings in COUNTRIES.values() for spelling in spellings],
            "state": ["NY", "ny", "CA", "BY"],
            "postal_code": ["10115", "1011", "101", "90210", "2000"],
            "industry": ["fintech", "FinTech", "retail", "Health  Care"],
            "language": ["en", "es", "DE", "de", "fr"],
            "spoken": ["en;es", "de", "en|de", "ES", "es;;de"],
            "employees": ["5", "50", "150", "1,200", "1.2k", "12.0", "0", "1000", "2", "3", "1", "-4"],
            "deal_value": ["$1,500", "500", "0", "2.5", "1.5k", "-20", "750.25", "1", "0.1", "3"],
            "source": ["demo", "Demo", "web form", "Web  Form", "partner"],
            "owner": ["ann", "ANN", "bob", "dan@reps.example", "Cyd Fir", "ann ash", "zed", "fay", "eve"],
            "vip": ["yes", "no", "TRUE", "false", "1", "0"],
            "renewal": [(moment + timedelta(days=self.random.randint(-5, 30))).strftime("%d.%m.%Y" if self.own_format else "%Y-%m-%d")],
            "site": ["acme.com", "www.bbc.co.uk", "ACME.com", "shop.acme.com", "https://www.acme.com/about"],
            "code": ["A1", "a1", "B2"],
            "timezone": ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC"],
            "pool_name": [*(self.pools or ["alpha"]), "ALPHA", "nowhere"],
        }
        return str(self.one(values.get(name, ["x"])))

    # Later batches

    def later(self, stage: Stage, at: datetime) -> Stage:
        """The next batch: time has passed, people came, left or changed, new leads arrived."""
        after = copy.deepcopy(stage)
        after.at = at
        if self.chance(0.8):
            for rep in after.reps:
                self.change(rep, at, 0.25)
                if self.turns and "away" in rep and self.chance(0.5):
                    del rep["away"]
                if self.chance(0.1):
                    rep["active"] = self.chance(0.5)
                if rep is not after.reps[0] and self.chance(0.12):
                    rep["team"] = self.one(TEAMS)
            if self.chance(0.45 if self.turns else 0.3) and len(after.reps) < len(REPS):
                newcomer = self.rep(next(place for place, name in enumerate(REPS) if all(rep["id"] != name for rep in after.reps)), at)
                after.reps.insert(self.random.randint(1, len(after.reps)), newcomer)
            going = [rep for rep in after.reps if rep["id"] not in self.stable]
            if self.chance(0.35) and going:
                after.reps.remove(self.one(going))
        if self.on("edits", 0.7):
            self.edit(after)
        if self.on("again", 0.7):
            after.options = self.one([["--again"], ["--retry-queued"], ["--retry-queued"]])
        else:
            after.options = []
        before = list(
            dict.fromkeys(value for row in stage.rows for key, value in row.items() if key.lower().replace(" ", "") in ("id", "leadid"))
        )
        after.rows = self.rows(after.header, at, [value for value in before if value.startswith("L")])
        return after

    def edit(self, after: Stage) -> None:
        """Somebody edits the rules: their order, a rule, a pool, a rotation, what is kept together, whose load counts."""
        for document in after.files.values():
            if self.chance(0.3):
                self.random.shuffle(document["rules"])
            if self.chance(0.3):
                rule = self.one(document["rules"])
                rule["assign"] = self.assign()
            if len(document["rules"]) > 1 and self.chance(0.2):
                document["rules"].remove(self.one(document["rules"]))
        first = after.files["a-rules.yaml"]
        for pool in first["pools"].values():
            if self.chance(0.2):
                pool["who"] = self.one([{"team": self.one(TEAMS)}, {"region": self.one(REGIONS)}, {"seniority": {"lte": "3"}}])
            if self.chance(0.15):
                pool["limits"] = self.limits()
            if self.chance(0.1):
                pool["pick"] = self.pick()
        for rotation in (first.get("rotations") or {}).values():
            if self.chance(0.3):
                rotation["weights"] = {name: self.one(WEIGHTS) for name in self.some(self.stable, 3)}
            if self.chance(0.2):
                rotation["cost"] = {"of": "$deal_value", "else": self.one(["1", "500"])}
        if "keep_together" in after.project and self.chance(0.3):
            after.project["keep_together"] = self.keep_together()
        if self.on("load_roster", 0.3):
            after.project["load"] = "roster"


def world(seed: int, features: Sequence[str] = FEATURES) -> World:
    """The world of a seed, always the same."""
    made = Maker(seed, features).make()
    made.seed = seed
    return made


def main() -> None:
    """Writes the world of a seed into a folder, one sub-folder a batch."""
    seed, folder = int(sys.argv[1]), Path(sys.argv[2])
    for number, stage in enumerate(world(seed).stages, start=1):
        stage.write(folder / f"batch{number}")
        sys.stdout.write(f"{folder}/batch{number}: leadroute route leads.csv --project . --at {stage.at.isoformat()}\n")


if __name__ == "__main__":
    main()
