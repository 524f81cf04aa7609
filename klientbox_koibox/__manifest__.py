{
    "name": "KlientBox: Koibox",
    "summary": "An API compatible with Koibox, so that a salon can leave it and keep its integrations",
    "version": "19.0.1.1.0",
    "category": "Services/KlientBox",
    "author": "KlientBox",
    "license": "LGPL-3",
    "depends": ["klientbox", "klientbox_import"],
    "data": [
        "security/ir.model.access.csv",
        "security/klientbox_koibox_rules.xml",
        "views/klientbox_client_views.xml",
        "views/klientbox_koibox_views.xml",
        "views/klientbox_import_views.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
