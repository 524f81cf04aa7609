"""A company: its settings, its test company."""
