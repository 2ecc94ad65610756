"""What a condition may name: the lead's fields and the reps' attributes known at that point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from leadroute.model.fields import Field, FieldType
from leadroute.model.frozen import record
from leadroute.model.span import Span
from leadroute.project.findings import Findings, listed, shown, suggestion
from leadroute.project.nodes import Node, Scalar

LATER_FIELDS = ("account.",)
"""Built-in fields of the language that are not built yet."""

PLACES = {
    "timezone": (FieldType.STRING,),
    "phone": (FieldType.PHONE, FieldType.STRING),
    "country": (FieldType.COUNTRY, FieldType.STRING),
    "state": (FieldType.STRING,),
}
"""The fields that say where a lead is, and the types that they may have."""


@record
class Scope:
    """Names and their types.

    ``broken`` names have findings of their own, so that using them is no second one; while ``complete`` is false a file could not
    be read, and a name that nobody declares may stand there. ``later`` are names that are declared further down, with their place.
    """

    timezone: str
    fields: dict[str, Field] = field(default_factory=dict)
    attributes: dict[str, FieldType] = field(default_factory=dict)
    map_names: dict[str, set[str]] = field(default_factory=dict)
    """The names that anybody has in each map attribute, compared."""
    tiers: Mapping[str, str] = field(default_factory=dict)
    """Compared names of the tiers, as written."""
    broken: set[str] = field(default_factory=set)
    complete: bool = True
    roster_complete: bool = True
    later: dict[str, Span] = field(default_factory=dict)
    in_derive: bool = False
    in_score: bool = False
    never_missing: set[str] = field(default_factory=set)
    """Fields that every valid lead has."""
    has_arrived: bool = False

    def field(self, name: str, at: Node, findings: Findings) -> Field | None:
        """The lead's field of a name; ``None`` where there is none, which is then a finding (once for each cause)."""
        found = self.fields.get(name)
        if found is not None and found.origin == "builtin" and name.startswith("local.") and (self.in_derive or self.in_score):
            self._not_before(name, at, findings)
        if found is not None:
            return found
        if name in self.broken:
            return None
        if self.in_derive and name in ("score", "tier"):
            said = f"`derive` cannot use {shown(name)}: the score is worked out after all derived fields"
            findings.add("used-too-early", said, at, help="use the fields that the score is made from")
        elif self.in_derive and name in self.later:
            said = f"{shown(name)} is derived further down"
            findings.add("used-too-early", said, at, help="move it above", related=[("here", self.later[name])])
        elif name.startswith(LATER_FIELDS):
            findings.add("not-built", f"{shown(name)} is not built yet", at, help="use a field of the lead file")
        elif name.startswith("local.") and f"now.{name.removeprefix('local.')}" in self.fields:
            said = f"{shown(name)} needs a field that says where a lead is"
            findings.add("unknown-field", said, at, help="declare `timezone`, `phone` or `country` under `leads.fields`")
        elif name.startswith("arrived.") and not self.has_arrived and f"now.{name.removeprefix('arrived.')}" in self.fields:
            said = f"{shown(name)} needs the field that says when a lead came in"
            findings.add("unknown-field", said, at, help="add `arrived: created_at` under `leads` in leadroute.yaml")
        elif name in ("score", "tier") and self.complete:
            what = "no rule file has a `score:`" if "score" not in self.fields else "`score` has no `tiers:`"
            findings.add("unknown-field", f"{shown(name)} is not there: {what}", at)
        elif self.complete:
            known = [one for one in self.fields if one not in self.broken]
            advice = suggestion(name, known, f"declare it in `leads.fields`, or derive it; known are {listed(known)}")
            findings.add("unknown-field", f"no field is named {shown(name)}", at, help=advice)
        return None

    def _not_before(self, name: str, at: Node, findings: Findings) -> None:
        """``local.*`` is worked out after the derived fields where one of them says where a lead is."""
        for place in PLACES:
            made = self.fields.get(place)
            span = self.later.get(place) or (made.span if made is not None and made.origin == "derived" else None)
            if span is not None:
                said = f"{shown(name)} is worked out after all derived fields, since `{place}` is one of them"
                advice = "use it in a rule, or let the lead file say where a lead is"
                findings.add("used-too-early", said, at, help=advice, related=[("here", span)])
                return

    def attribute(self, name: str, at: Scalar, findings: Findings) -> FieldType | None:
        """The type of a rep attribute; ``None``, with a finding, where no rep has it."""
        found = self.attributes.get(name)
        if found is None and self.roster_complete:
            advice = suggestion(name, self.attributes, f"the roster has {listed(self.attributes, 20)}")
            if name in self.fields:
                advice = f"here the left side is the rep's; the lead's is written on the right, `${name}`"
            findings.add("unknown-attribute", f"no rep has {shown(name)}", at, help=advice)
        return found
