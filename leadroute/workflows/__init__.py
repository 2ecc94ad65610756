"""Use cases: files and options in, one result value out. The only place that joins the rooms."""
