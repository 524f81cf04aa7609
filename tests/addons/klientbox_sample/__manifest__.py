{
    "name": "KlientBox: sample",
    "summary": "Adds to KlientBox what an addon may add; for tests",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "author": "KlientBox",
    "license": "LGPL-3",
    "depends": ["klientbox_import"],
    "data": [
        "security/ir.model.access.csv",
        "security/klientbox_sample_rules.xml",
        "views/klientbox_api_key_views.xml",
        "data/klientbox_sample_stamp_data.xml",
    ],
    "uninstall_hook": "uninstall_hook",
}
