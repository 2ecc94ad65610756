"""Numbers about decisions: distribution, shares, who is left over and why."""
