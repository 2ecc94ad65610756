"""leadroute routes leads to the right rep by reviewed rules, and explains every decision."""

__version__ = "0.1.0"
