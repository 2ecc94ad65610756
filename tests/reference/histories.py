"""Random histories: small teams over many batches, about turns, absence, limits, load and what is decided again.

Where worlds vary what a project can say, histories vary what happens to it: few conditions, few leads a batch, many batches.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from tests.reference.worlds import FEATURES, Doc, Stage, World

PEOPLE = ["a", "b", "c", "d", "e", "f"]
FIELDS: Doc = {
    "id": "string",
    "to": "string",
    "size": {"type": "number", "optional": True},
    "value": {"type": "number", "optional": True},
    "mail": "string",
    "vip": "boolean",
}


class History:
    """Makes one history."""

    def __init__(self, seed: int, features: Sequence[str]) -> None:
        self.random = Random(f"history {seed}")
        self.features = {name for place, name in enumerate(FEATURES) if Random(seed * 100 + place).random() < 0.5 and name in features}
        self.sized = self.chance(0.3)
        self.valued = self.chance(0.3)
        self.leads = 0
        self.every = self.one(["", "2", "3", "4"])

    def chance(self, probability: float) -> bool:
        """True with that probability."""
        return self.random.random() < probability

    def one(self, options: Sequence[Any]) -> Any:
        """One of them."""
        return self.random.choice(options)

    def on(self, feature: str, probability: float = 1.0) -> bool:
        """True with that probability in histories that are about it."""
        return feature in self.features and self.chance(probability)

    def make(self) -> World:
        """The batches."""
        at = datetime(2026, 11, self.one([16, 20, 23, 28]), self.one([0, 9, 13]), 0, tzinfo=UTC)
        reps: list[Doc] = [{"id": name} for name in PEOPLE[: self.random.randint(2, 4)]]
        files = {"rules.yaml": self.rules()}
        project: Doc = {"version": 1, "rules": ["rules.yaml"], "leads": {"id": "id", "fields": FIELDS}}
        if self.on("together"):
            unavailable = self.one(["reassign", "wait", "backup"])
            project["keep_together"] = {"by": ["mail"], "for": self.one(["1h", "1d", "9d"]), "when_unavailable": unavailable}
        if self.on("load_roster", 0.4):
            project["load"] = "roster"
        world = World(0)
        for _ in range(self.random.randint(3, 9)):
            reps = self.people(reps, at)
            rules = {"rules.yaml": self.edited(files["rules.yaml"])} if self.on("edits", 0.4) else files
            rows = self.rows([row for stage in world.stages for row in stage.rows])
            options = self.one([[], ["--again"], ["--retry-queued"]]) if self.on("again") else []
            world.stages.append(Stage(project, rules, reps, {}, {}, list(FIELDS), rows, at, options))
            files = rules
            hours = [0.1, 0.5, 1, 3, 9] if self.features & {"windows", "rolling", "valued"} else [3, 9, 24, 24, 48]
            at += timedelta(hours=self.one(hours))
        return world

    def rules(self) -> Doc:
        """One or two pools, with turns of their own or shared; each letter of `to` is a pool's."""
        pools: Doc = {}
        shared = self.chance(0.3)
        absence = self.absence()
        for name in ["p", "q"][: self.random.randint(1, 2)]:
            pool: Doc = {"turns": "t"} if shared else {}
            if "catch_up" in self.features:
                pool["absence"] = absence if shared else self.absence()
            if name == "q" and self.chance(0.5):
                pool["who"] = {"id": {"not_in": ["a"]}}
            if self.chance(0.2):
                pool["limits"] = self.limits()
            if self.chance(0.15):
                pool["pick"] = "least_loaded"
            pools[name] = pool or {"pick": "round_robin"}
        assign: Doc = {}
        if self.sized:
            assign["effort"] = "$size"
        if self.chance(0.2):
            assign["availability"] = "working"
        if self.chance(0.3):
            assign["otherwise"] = [self.one(["hold", {"queue": "later"}])]
        rules = []
        if self.on("previous", 0.7):
            rules.append(
                {"id": "seen", "when": self.one([{"previous.count": {"gte": "1"}}, {"previous.rep": "a"}]), "assign": {"rep": "b"}}
            )
        if self.on("together", 0.3):
            rules.append({"id": "alone", "when": {"vip": True}, "keep_together": False, "assign": {"pool": "p"}})
        if self.chance(0.2):
            rules.append({"id": "named", "when": {"vip": True}, "assign": {"rep": "a", "turn_in": "p", "otherwise": ["next_rule"]}})
        rules += [{"id": name, "when": {"to": name}, "assign": {"pool": name} | assign} for name in pools]
        found: Doc = {"version": 1, "pools": pools, "rules": rules}
        if shared:
            rotation: Doc = {"weights": {"a": self.one(["1", "2", "0.5"])}}
            if self.chance(0.3):
                rotation["by"] = "vip"
            if self.valued:
                rotation["cost"] = {"of": "$value", "else": self.one(["1", "3"])}
            found["rotations"] = {"t": rotation}
        return found

    def absence(self) -> Any:
        """A policy, or one by reason."""
        if self.chance(0.2):
            return {reason: self.policy() for reason in self.random.sample(["leave", "hours", "limit"], 2)}
        return self.policy()

    def policy(self) -> Any:
        """Some form of `catch_up`, now and then `keep_place`."""
        options: Doc = {}
        if self.chance(0.5):
            options["max"] = self.one(["0", "1", "2", "3", "1.5"])
        if self.chance(0.5):
            options["within"] = self.one(["1h", "12h", "1d", "2d"])
        if self.every:
            # The ledger remembers no more of a pool's last leads than policies ask about, so all of a history ask the same.
            return {"catch_up": options | {"every": self.every}}
        return self.one([{"catch_up": options}, {"catch_up": options}, {"catch_up": options}, "catch_up", "keep_place"])

    def limits(self) -> Any:
        """Limits, short or long."""
        found: Doc = {"per_day": self.one(["1", "2", "3", "5"])}
        if self.chance(0.3):
            found = {"open": self.one(["1", "2", "4", "8"])}
        if self.on("windows"):
            found[self.one(["per_hour", "per_week", "per_month"])] = self.one(["1", "2", "4", "8"])
        if self.on("rolling", 0.6):
            return [{"max": self.one(["1", "2", "3"]), "per": self.one(["1h", "3h", "1d"])}]
        if self.on("valued", 0.8):
            row: Doc = {"max": self.one(["1", "2", "3"]), "per": self.one(["1h", "1d"]), "when": {"vip": True}}
            return [row, {"max": self.one(["3", "10"]), "per": "1d", "of": "$value"}][: self.random.randint(1, 2)]
        return found

    def people(self, before: list[Doc], at: datetime) -> list[Doc]:
        """The roster of a batch: somebody comes, leaves, is away, back, changes weight, limits or load."""
        reps = [dict(rep) for rep in before]
        for rep in reps:
            if "away" in rep and self.chance(0.6):
                del rep["away"]
            elif self.chance(0.25):
                rep["away"] = [self.leave(at)]
            if self.chance(0.1):
                rep["active"] = self.chance(0.5)
            if self.chance(0.12):
                rep["weight"] = self.one(["1", "2", "3", "0.5", "0.333333", "0"])
            if self.chance(0.12):
                rep["limits"] = self.limits()
            if self.chance(0.1):
                rep.pop("limits", None)
            if self.chance(0.12):
                rep["load"] = self.one(["0", "1", "2"])
            if self.on("as_of", 0.2):
                moment = at - timedelta(minutes=self.one([0, 1, 5, 200, 3000]))
                rep["load_as_of"] = moment.isoformat()
            if self.chance(0.1):
                rep["hours"] = {"mon-sun": [self.one(["09:00-17:00", "00:00-12:00", "22:00-06:00"])]}
            if self.chance(0.1):
                rep["timezone"] = self.one(["Asia/Kolkata", "America/New_York", "UTC"])
        unused = [name for name in PEOPLE if all(rep["id"] != name for rep in reps)]
        if unused and self.chance(0.2):
            reps.insert(self.random.randint(0, len(reps)), {"id": self.one(unused)})
        going = [rep for rep in reps if rep["id"] not in ("a", "b")]
        if going and self.chance(0.2):
            reps.remove(self.one(going))
        here = {rep["id"] for rep in reps}
        for rep in reps:
            if rep.get("backup") not in here:
                rep.pop("backup", None)
        if "together" in self.features and len(reps) > 1:
            reps[0]["backup"] = reps[1]["id"]
            reps[1].pop("backup", None)
        return reps

    def leave(self, at: datetime) -> Doc:
        """A leave at this time."""
        if self.on("times", 0.6):
            first = at - timedelta(minutes=self.one([1, 60, 600]))
            return {"from": first.isoformat(), "to": (at + timedelta(minutes=self.one([0, 1, 60, 1440]))).isoformat()}
        first = at - timedelta(days=self.one([0, 1]))
        return {"from": f"{first:%Y-%m-%d}", "to": f"{first + timedelta(days=self.one([0, 1, 2])):%Y-%m-%d}"}

    def edited(self, rules: Doc) -> Doc:
        """The rules after an edit of a pool or a rotation."""
        pools = {name: dict(pool) for name, pool in rules["pools"].items()}
        pool = pools[self.one(sorted(pools))]
        change = self.one(["limits", "pick", "who", "absence", "weights"])
        after = rules | {"pools": pools}
        if change == "limits":
            pool["limits"] = self.limits()
        elif change == "pick":
            pool["pick"] = self.one(["round_robin", "least_loaded"])
        elif change == "who":
            pool["who"] = {"id": {"not_in": [self.one(PEOPLE)]}}
        elif change == "absence" and "catch_up" in self.features:
            absence = self.absence()
            for one in pools.values() if "rotations" in rules else [pool]:
                one["absence"] = absence
        elif change == "weights" and "rotations" in rules:
            weights = {"a": self.one(["1", "2", "0.5"])}
            after["rotations"] = {"t": rules["rotations"]["t"] | {"weights": weights}}
        return after

    def rows(self, before: list[dict[str, str]]) -> list[dict[str, str]]:
        """A few leads, with some of earlier batches."""
        rows: list[dict[str, str]] = []
        for _ in range(self.random.randint(1, 14)):
            self.leads += 1
            row = {"id": f"L{self.leads}", "to": self.one(["p", "p", "p", "q", "x"][: 5 if self.chance(0.2) else 4]), "mail": "", "vip": ""}
            if "again" in self.features and before and self.chance(0.3):
                row = dict(self.one(before))
                self.leads -= 1
            row["vip"] = self.one(["yes", "no", "no", ""])
            row["size"] = self.one(["1", "0.5", "2", ""]) if self.sized else ""
            row["value"] = self.one(["1", "2", "5", "", "0.25"]) if self.valued else ""
            if "together" in self.features:
                row["mail"] = self.one(["m1", "m2", "M1", "m3", "", "", ""])
            if all(row["id"] != other["id"] for other in rows):
                rows.append(row)
        return rows


def history(seed: int, features: Sequence[str] = FEATURES) -> World:
    """The history of a seed, always the same."""
    made = History(seed, features).make()
    made.seed = seed
    return made
