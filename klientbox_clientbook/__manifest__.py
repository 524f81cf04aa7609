{
    "name": "KlientBox: Client Book",
    "summary": "Answers as Client Book CRM does, so that a salon can leave it and keep its integrations",
    "version": "19.0.1.0.0",
    "category": "Services/KlientBox",
    "author": "KlientBox",
    "license": "LGPL-3",
    "depends": ["klientbox"],
    "external_dependencies": {"python": ["pydantic"]},
    "data": [
        "security/ir.model.access.csv",
        "security/klientbox_clientbook_rules.xml",
        "views/klientbox_import_views.xml",
    ],
}
