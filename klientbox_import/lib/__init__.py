"""Files and accounts of other systems, in pure Python: no module here imports odoo, but for the core's lib."""
