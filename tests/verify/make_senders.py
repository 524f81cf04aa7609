"""Run inside Odoo: install the apps that send e-mails and SMS of their own."""

wanted = env["ir.module.module"].search(  # noqa: F821
    [("name", "in", ("mass_mailing", "mass_mailing_sms", "calendar_sms", "portal"))]
)
wanted.button_immediate_install()
