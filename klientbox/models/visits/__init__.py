"""Visits, services and staff."""
