"""Clients, their tags, consents, undeliverable addresses, merged entries and erasure."""
