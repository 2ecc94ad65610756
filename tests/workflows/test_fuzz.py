"""Whatever bytes come as leads or as a project: a result, or a refusal that says why, and nothing half done."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadroute.leads.errors import LeadFileError
from leadroute.model.diagnostic import Diagnostic
from leadroute.workflows.explain import ExplainOptions, explain
from leadroute.workflows.refusal import CannotRunError
from leadroute.workflows.route import Routed
from tests.workflows.running import ACME, AT, acme, run

FORMATS = ("csv", "tsv", "json", "jsonl", "parquet", "xlsx")
WHOLE: dict[str, bytes] = {}
"""The small project's leads in every format."""


def whole(kind: str) -> bytes:
    if not WHOLE:
        with tempfile.TemporaryDirectory() as folder:
            acme(Path(folder))
            for each in FORMATS:
                run(Path(folder), output=f"whole.{each}", state="none")
                WHOLE[each] = (Path(folder) / f"whole.{each}").read_bytes()
    return WHOLE[kind]


Edits = list[tuple[int, int, bytes]]
edits = st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 40), st.binary(max_size=12)), min_size=1, max_size=4)
texts = st.lists(
    st.sampled_from(['"', ",", "\n", "\r", "\t", "{", "}", "[", "]", ":", "lead_id", "L-1", "company", "US", "1", "\0", "é", "\ufeff", " "])
)


def edited(content: bytes, changes: Edits) -> bytes:
    """The content with some stretches replaced."""
    for at, length, put in changes:
        start = at % (len(content) + 1)
        content = content[:start] + put + content[start + length :]
    return content


def runs_or_refuses(folder: Path, kind: str) -> None:
    """A result with one row out for each row in, or a refusal and no file; either way nothing else is left behind."""
    before = {path.name for path in folder.rglob("*")}
    said: tuple[Diagnostic, ...] = ()
    done: Routed | None
    try:
        done = run(folder, f"leads.{kind}", f"out.{kind}", replace=True)
    except (LeadFileError, CannotRunError) as refusal:
        done, said = None, refusal.diagnostics
    made = {path.name for path in folder.rglob("*")} - before - {".leadroute", "state.db"}
    if done is None:
        assert all(found.message and found.severity == "error" for found in said)
        assert made == set()
        return
    assert made == {f"out.{kind}"}
    assert sum(done.distribution.outcomes.values()) == done.distribution.leads


@pytest.mark.parametrize("kind", FORMATS)
@settings(max_examples=25)
@given(changes=edits)
def test_a_damaged_lead_file_is_a_result_or_a_refusal(kind: str, changes: Edits) -> None:
    """Bytes changed, cut and put in anywhere, in every format."""
    with tempfile.TemporaryDirectory() as name:
        folder = acme(Path(name))
        (folder / f"leads.{kind}").write_bytes(edited(whole(kind), changes))
        runs_or_refuses(folder, kind)


def test_parquet_text_that_is_no_text_is_a_damaged_file(tmp_path: Path) -> None:
    """Arrow takes the bytes of a text on trust; leads are refused before somebody trips over them."""
    acme(tmp_path)
    columns = {name: ["L-777"] for name in ("lead_id", "company", "country", "industry", "language")}
    pq.write_table(pa.table(columns), tmp_path / "leads.parquet", compression="none", use_dictionary=False)
    content = (tmp_path / "leads.parquet").read_bytes()
    (tmp_path / "leads.parquet").write_bytes(content.replace(b"L-777", b"L-\xff77"))
    with pytest.raises(LeadFileError, match="is damaged"):
        run(tmp_path, "leads.parquet", "out.parquet")


def test_a_workbook_with_a_broken_part_is_a_damaged_file(tmp_path: Path) -> None:
    """A part that does not unpack is found wherever in the archive it stands."""
    acme(tmp_path)
    content = whole("xlsx")
    for at in range(0, len(content), 97):
        (tmp_path / "leads.xlsx").write_bytes(content[:at] + b"\0" + content[at + 1 :])
        runs_or_refuses(tmp_path, "xlsx")
        (tmp_path / "out.xlsx").unlink(missing_ok=True)


@pytest.mark.parametrize("kind", FORMATS)
@settings(max_examples=20)
@given(content=st.binary(max_size=200) | texts.map(lambda parts: "".join(parts).encode()))
@example(content=b"")
@example(content=b"\xff\xfe")
@example(content=b'[{"lead_id": {"a": [1, 2]}, "company": 1e999, "country": null}]')
@example(content=b'[{"lead_id": "\\ud800", "company": "x", "country": "US", "industry": "a", "language": "b"}]')
def test_any_bytes_are_a_result_or_a_refusal(kind: str, content: bytes) -> None:
    """Bytes that never were a lead file."""
    with tempfile.TemporaryDirectory() as name:
        folder = acme(Path(name))
        (folder / f"leads.{kind}").write_bytes(content)
        runs_or_refuses(folder, kind)


@pytest.mark.parametrize("file", ["leadroute.yaml", "rules.yaml", "roster.yaml"])
@settings(max_examples=20)
@given(changes=edits)
def test_a_damaged_project_is_a_result_or_a_refusal(file: str, changes: Edits) -> None:
    """Bytes of any file of the project changed: it still runs, or says what is wrong."""
    with tempfile.TemporaryDirectory() as name:
        folder = acme(Path(name))
        (folder / file).write_bytes(edited((ACME / file).read_bytes(), changes))
        runs_or_refuses(folder, "csv")


WORDS = [
    "pool",
    "rep",
    "queue",
    "next_rule",
    "hold",
    "backup",
    "enterprise",
    "smb",
    "sarah",
    "$owner",
    "$nope",
    "country",
    "[]",
    "{}",
    "null",
    "-1",
    "1e9",
    "true",
]


@settings(max_examples=50)
@given(data=st.data())
def test_a_project_of_other_words_is_a_result_or_a_refusal(data: st.DataObject) -> None:
    """Words of the rules exchanged for others: what loads decides every lead."""
    text = (ACME / "rules.yaml").read_text("utf-8")
    for _ in range(data.draw(st.integers(1, 4))):
        old, new = data.draw(st.sampled_from(WORDS)), data.draw(st.sampled_from(WORDS))
        count = text.count(old)
        if count:
            at = data.draw(st.integers(0, count - 1))
            parts = text.split(old)
            text = old.join(parts[: at + 1]) + new + old.join(parts[at + 1 :])
    with tempfile.TemporaryDirectory() as name:
        folder = acme(Path(name))
        (folder / "rules.yaml").write_text(text, "utf-8")
        runs_or_refuses(folder, "csv")


@settings(max_examples=25)
@given(
    values=st.dictionaries(
        st.sampled_from(["lead_id", "company", "country", "language", "employees", "owner", "segment"]), st.text(max_size=12)
    )
)
def test_any_typed_in_lead_is_told(values: dict[str, str]) -> None:
    """Whatever is typed in for the fields there are, there is an account that ends somewhere."""
    found = explain(ExplainOptions(values=values, start=ACME, project=ACME, state="none", at=AT))
    assert found.trace.tries[-1].took
