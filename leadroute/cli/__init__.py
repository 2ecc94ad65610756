"""The command line: one file a command, from options to a workflow, a printer and an exit code. No logic."""
