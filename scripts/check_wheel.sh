#!/usr/bin/env bash
# Builds the wheel, installs it alone into an empty environment and routes the samples with it, away from the source tree.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
python=${PYTHON:-python3}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" -m build --wheel --no-isolation --outdir "$work/dist" . >"$work/build.log" 2>&1 || { cat "$work/build.log" >&2; exit 1; }
"$python" -m venv "$work/env"
"$work/env/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt "$work"/dist/leadroute-*.whl

cd "$work"
run="$work/env/bin/leadroute"
"$run" --version
"$run" validate --project "$root/rules" >validate.txt || { cat validate.txt; exit 1; }
"$run" route "$root/samples/leads.csv" --project "$root/rules" --state none --at 2026-11-23T10:01:00-05:00 -o routed.csv --quiet
"$work/env/bin/python" - <<'PYTHON'
import csv

import leadroute

assert "site-packages" in leadroute.__file__, leadroute.__file__
with open("routed.csv", newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
assert len(rows) == 500, len(rows)
assert all(row["assignment_outcome"] for row in rows)
print(f"the wheel routes: {len(rows)} leads, {sum(row['assigned_to'] != '' for row in rows)} assigned")
PYTHON
