"""Lead files into typed columns beside the untouched text, derived fields, and writing back."""
