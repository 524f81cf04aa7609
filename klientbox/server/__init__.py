"""Changes of Odoo's server before it handles a request, and while PostgreSQL is unavailable. Takes effect where
`klientbox` is a server-wide module."""

from . import direct_reads, outage, processes, rejected_requests
