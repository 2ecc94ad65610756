"""Where one run of ``leadroute route`` spends its time: ``python -m benchmarks.stages --project DIR [--mix full]``.

The command runs inside this process under cProfile, which slows Python code down and C code not: read shares, not seconds.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import leadroute
from benchmarks.run import AT

PACKAGE = Path(leadroute.__file__).parent


def place(file: str) -> str:
    """The room of leadroute, or the library, that a function's file belongs to."""
    path = Path(file)
    if path.is_relative_to(PACKAGE):
        return "leadroute/" + path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if "site-packages" in path.parts:
        return path.parts[path.parts.index("site-packages") + 1].removesuffix(".py")
    return "built-in and compiled code" if file == "~" or file.startswith("<") else "standard library"


def main() -> None:
    """Routes once under the profiler and prints own time by room, then the functions of leadroute by time with what they call."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.stages", description=__doc__)
    options.add_argument("--project", type=Path, required=True, help="a folder that benchmarks.generate wrote")
    options.add_argument("--ledger", action="store_true", help="with a fresh ledger")
    options.add_argument("--top", type=int, default=40)
    given = options.parse_args()
    from leadroute.__main__ import main as command

    profile = cProfile.Profile()
    with tempfile.TemporaryDirectory() as folder:
        state = f"{folder}/state.db" if given.ledger else "none"
        leads, out = str(given.project / "leads.csv"), f"{folder}/routed.csv"
        sys.argv = ["leadroute", "route", leads, "--project", str(given.project), "-o", out, "--at", AT, "--state", state]
        try:
            profile.runcall(command)
        except SystemExit as end:
            if end.code:
                raise
    stats = pstats.Stats(profile)
    own: dict[str, float] = defaultdict(float)
    functions = []
    for (file, line, name), (_, calls, own_time, whole_time, _) in stats.stats.items():  # type: ignore[attr-defined]
        own[place(file)] += own_time
        if Path(file).is_relative_to(PACKAGE):
            functions.append((whole_time, own_time, calls, f"{Path(file).relative_to(PACKAGE)}:{line} {name}"))
    whole = sum(own.values())
    print(f"own time by room and library, of {whole:.2f} s")
    for room, seconds in sorted(own.items(), key=lambda item: -item[1]):
        if seconds >= whole / 200:
            print(f"  {seconds:8.2f} s {seconds / whole:6.1%}  {room}")
    print("functions of leadroute: seconds with what they call, own seconds, calls")
    for whole_time, own_time, calls, name in sorted(functions, reverse=True)[: given.top]:
        print(f"  {whole_time:8.2f} {own_time:8.2f} {calls:10,}  {name}")


if __name__ == "__main__":
    main()
