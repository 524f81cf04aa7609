"""Run inside Odoo: install Point of Sale and Sales; the module that joins the two is installed as well."""

wanted = env["ir.module.module"].search([("name", "in", ("point_of_sale", "sale_management"))])  # noqa: F821
wanted.button_immediate_install()
