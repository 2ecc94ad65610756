"""Tests of the room ``leads``."""
