"""The steps of an import: fetch, check, match, apply, undo. Small classes and functions about one record."""
