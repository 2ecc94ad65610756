"""Conditions: what a test means, its evaluation over columns, and its words."""
