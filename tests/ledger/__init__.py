"""The ledger keeps what it was given, whole, whatever happens."""
