from odoo.addons.klientbox.api.shapes import Answer

from .facade import koibox


class ApiKey(Answer):
    """The API key of this request. Its text is never returned."""

    name: str
    centro: int
    is_active: bool


@koibox.operation("GET", "/api-key/me", name="readApiKey", tag="Clave", gives=ApiKey)
def read_api_key(env):
    """Data of the API key of this request"""
    key_sudo, _admission = env["klientbox.api.key"]._present()
    return {"name": key_sudo.name, "centro": env.company.id, "is_active": True}
