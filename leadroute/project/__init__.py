"""YAML, JSON Schema and roster text into a Project and its Diagnostics, with a place for everything."""

from leadroute.model.codes import CODES, Code
from leadroute.project.find import find
from leadroute.project.load import Loaded, load
from leadroute.project.schemas import KINDS, schema

__all__ = ["CODES", "KINDS", "Code", "Loaded", "find", "load", "schema"]
