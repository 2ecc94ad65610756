"""How fast leadroute is, measured beside what people would use instead."""
