"""What Odoo's server does while PostgreSQL is away. Takes effect where `klientbox` is a server-wide module."""

from . import outage, processes
