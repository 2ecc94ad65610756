"""E-mail addresses and their providers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadroute.values import disposable_domains, free_mail_domains
from leadroute.values.mail import ADDRESS, is_address


@pytest.mark.parametrize("text", ["a@b.co", "jane.o'neil+x@mail.acme.co.uk", "zoë@müller.de", "A_1%@x-y.io"])
def test_addresses(text: str) -> None:
    """One ``@`` and a dot in the domain."""
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "@b.co",
        "a@",
        "a@b",
        "a@@b.co",
        "a@b@c.co",
        "a b@c.co",
        "a@b .co",
        "a@.co",
        "a@b..co",
        "a@b.co.",
        "<a@b.co>",
        "a@b.co\n",
        "a,b@c.co",
        "a\u00a0b@c.co",
    ],
)
def test_no_addresses(text: str) -> None:
    """Blanks, brackets, two ``@``, no dot."""
    assert not is_address(text)


@given(st.text(st.sampled_from("a@.b -\n\x0b\x1c,"), max_size=8))
def test_the_pattern_is_one_for_columns_and_cells(text: str) -> None:
    """Arrow's RE2 and Python agree on ASCII."""
    from leadroute.language.text import matches_pattern

    assert matches_pattern([text], ADDRESS) == [is_address(text)]


def test_providers() -> None:
    """The usual providers are in the right list; a throw-away mailbox may be free as well."""
    free, disposable = free_mail_domains(), disposable_domains()
    assert {"gmail.com", "hotmail.co.uk", "yahoo.co.jp", "proton.me", "web.de", "icloud.com"} <= free
    assert "mailinator.com" in disposable
    assert "acme.com" not in free | disposable
