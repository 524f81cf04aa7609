"""KlientBox from outside: a real Odoo with worker processes, a real PostgreSQL, and only HTTP in between."""
