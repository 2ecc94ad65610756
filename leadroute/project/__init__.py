"""YAML, JSON Schema and roster text into a Project and its Diagnostics, with a place for everything."""
