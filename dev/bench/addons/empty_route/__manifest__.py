{
    "name": "An empty route",
    "summary": "What Odoo takes for a request that does nothing; for measurements",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "KlientBox",
    "license": "LGPL-3",
    "depends": ["base"],
    "installable": True,
}
