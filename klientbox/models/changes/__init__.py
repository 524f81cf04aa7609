"""Versions and the change log, on which ETags, polls and webhooks rest."""
