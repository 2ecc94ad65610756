"""Time zones by their IANA names."""

from __future__ import annotations

from zoneinfo import available_timezones

from leadroute.project.findings import Findings, near, shown
from leadroute.project.nodes import Node, Scalar
from leadroute.values.zones import is_zone, zone_names

_SHORT = {
    "EST": "America/New_York",
    "EDT": "America/New_York",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "MST": "America/Denver",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "CET": "Europe/Berlin",
    "CEST": "Europe/Berlin",
    "BST": "Europe/London",
    "IST": "Asia/Kolkata",
}
"""Abbreviations that are no zone, or one without summer time, and what most people mean by them."""


def time_zone(node: Node | None, default: str, findings: Findings) -> str | None:
    """The IANA name that a scalar gives; ``default`` without a scalar, ``None``, with a finding, where it is no zone."""
    if not isinstance(node, Scalar):
        return default
    name = node.text.strip()
    if is_zone(name):
        return name
    meant = _SHORT.get(name.upper()) or near(name, available_timezones()) or _by_city(name)
    advice = f"did you mean `{meant}`?" if meant else "write an IANA name such as `America/New_York` or `UTC`"
    findings.add("bad-timezone", f"no time zone is named {shown(name)}", node, help=advice)
    return None


def _by_city(name: str) -> str | None:
    wanted = name.casefold().replace(" ", "_")
    return min((zone for zone in zone_names() if zone.casefold().rpartition("/")[2] == wanted), default=None)
