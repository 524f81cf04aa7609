"""What Odoo's server does before it looks at a request, and while PostgreSQL is away. Takes effect where `klientbox` is
a server-wide module."""

from . import front, outage, processes
