"""Match, qualify, fit, pick, otherwise: a pure function of project, leads, standings and clock."""
