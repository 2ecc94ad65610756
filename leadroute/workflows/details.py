"""What only programs read of findings: their fingerprints, and the edits that would put them right."""

from __future__ import annotations

from dataclasses import replace

from leadroute.model.diagnostic import Diagnostic
from leadroute.project.fingerprints import document, fingerprinted
from leadroute.project.fixes import fix_of
from leadroute.project.nodes import Node
from leadroute.workflows.checking import TABLES, Reading


def detail(reading: Reading) -> None:
    """Work them out for all findings of a reading, let stand or not."""
    if reading.file is None or reading.loaded is None:
        return
    sources = reading.loaded.sources
    roots: dict[str, Node | None] = {}

    def fixable(one: Diagnostic) -> Diagnostic:
        if one.drop is None or one.span is None or one.span.file.lower().endswith(TABLES):
            return one
        file = one.span.file
        if file not in roots:
            roots[file] = document(file, sources[file])
        root = roots[file]
        return one if root is None else replace(one, fix=fix_of(one, root, sources[file]))

    everything = [*reading.count, *(one.found for one in reading.standing)]
    told = [fixable(one) for one in fingerprinted(everything, reading.file.parent, sources)]
    count = len(reading.count)
    reading.count = told[:count]
    reading.standing = [replace(one, found=found) for one, found in zip(reading.standing, told[count:], strict=True)]
