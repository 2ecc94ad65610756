"""Internet domains."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadroute.values import registrable_domain
from leadroute.values.domains import host


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Acme.com", "acme.com"),
        ("https://www.acme.com:8080/x?y#z", "acme.com"),
        ("http://user:pass@shop.acme.co.uk", "shop.acme.co.uk"),
        ("//acme.com/", "acme.com"),
        ("acme.com.", "acme.com"),
        ("www.com", "www.com"),
        ("acme.com/path", "acme.com"),
        ("MÜNCHEN.de", "münchen.de"),
        ("10.0.0.1", "10.0.0.1"),
    ],
)
def test_hosts(text: str, name: str) -> None:
    """The host of a domain or URL, lower case, without www, port and path."""
    assert host(text) == name


@pytest.mark.parametrize(
    "text", ["", "acme", "a b.com", "jane@acme.com", "http://", "-a.com", "a..com", ".com", "n/a", "x" * 5000 + ".com"]
)
def test_no_hosts(text: str) -> None:
    """Without a dot, with blanks, an e-mail address."""
    assert host(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("jane@mail.acme.co.uk", "acme.co.uk"),
        ("https://u:p@a.b.acme.com/x", "acme.com"),
        ("co.uk", "co.uk"),
        ("x.github.io", "x.github.io"),
        ("10.0.0.1", "10.0.0.1"),
        ("nothing", None),
    ],
)
def test_registrable_domains(text: str, name: str | None) -> None:
    """By the public suffix list, the host where there is none."""
    assert registrable_domain(text) == name


@given(st.text(max_size=30))
def test_any_text_is_a_host_or_none(text: str) -> None:
    """No text makes it fail."""
    assert host(text) is None or "." in str(host(text))
    registrable_domain(text)
