"""Values into terminal, JSON and Markdown. Decides nothing."""
