{
    "name": "SMS by the simulated gateway",
    "summary": "A provider for Odoo's own SMS queue, as sms_twilio is one: for comparison in tests only",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "KlientBox",
    "license": "LGPL-3",
    "depends": ["sms"],
}
