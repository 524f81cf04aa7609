"""Run inside Odoo: install its module for Twilio."""

env["ir.module.module"].search([("name", "=", "sms_twilio")]).button_immediate_install()  # noqa: F821
