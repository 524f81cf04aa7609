"""Run inside Odoo: install Point of Sale and Sales; what joins the two comes along."""

wanted = env["ir.module.module"].search([("name", "in", ("point_of_sale", "sale_management"))])  # noqa: F821
wanted.button_immediate_install()
