"""KlientBox from outside: a real Odoo with worker processes, a real PostgreSQL, and nothing but HTTP in between."""
