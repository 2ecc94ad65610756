"""Plain Python values as YAML text, written as an analyst would: bare words where YAML allows them."""

import json
import re
from typing import Any

PLAIN = re.compile(r"[A-Za-z0-9_$.]([A-Za-z0-9_.$/@+ -]*[A-Za-z0-9_.$/@+-])?|-[0-9]+[mhdw]?|[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}")
NULLS = {"null", "Null", "NULL", "~", ""}


def scalar(value: Any) -> str:
    """A scalar, bare where that is safe: `NO`, `1e3` and `09` stand as they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return text if PLAIN.fullmatch(text) and text not in NULLS else json.dumps(text, ensure_ascii=False)


def flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(one) for one in value) + "]"
    return scalar(value)


def to_yaml(value: Any, indent: int = 0) -> str:
    """A document: mappings in blocks, short values in flow."""
    pad = " " * indent
    lines = []
    if isinstance(value, dict) and value:
        for key, one in value.items():
            short = flow(one)
            if not isinstance(one, dict | list) or not one or len(short) + indent < 60:
                lines.append(f"{pad}{scalar(key)}: {short}\n")
            else:
                lines.append(f"{pad}{scalar(key)}:\n{to_yaml(one, indent + 2)}")
    elif isinstance(value, list) and value:
        for one in value:
            short = flow(one)
            if not isinstance(one, dict | list) or not one or len(short) + indent < 100:
                lines.append(f"{pad}- {short}\n")
            else:
                lines.append(f"{pad}-\n{to_yaml(one, indent + 2)}")
    else:
        lines.append(f"{pad}{flow(value)}\n")
    return "".join(lines)
