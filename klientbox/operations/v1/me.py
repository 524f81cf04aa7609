from enum import Enum
from typing import Literal

from pydantic import Field

from ...api.shapes import Answer, LocalTime, Maybe
from ...lib.scope import SCOPES
from .facade import v1


class _Named(str, Enum):
    """Its members' names go into the document as well, for generated clients."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema, handler):
        described = handler(schema)
        handler.resolve_ref_schema(described)["x-enum-varnames"] = [member.name.upper() for member in cls]
        return described


Scope = _Named("Scope", {scope.replace(":", "_"): scope for scope in SCOPES})


class KeyCompany(Answer):
    """The key's company; for a test key, the company with the test data."""

    id: int
    name: str
    timezone: str = Field(description="Times without an offset are local times of this time zone.")
    currency: str = Field(description="ISO 4217; the currency of all prices.")
    country: Maybe[str] = Field(description="ISO 3166; the country of phones without a prefix.")


class RateLimit(Answer):
    """The key's rate limit."""

    limit: int = Field(ge=1)
    window_seconds: int = Field(ge=1, description="Length of the sliding window.")
    remaining: int = Field(ge=0, description="Requests left, after this one.")


class Key(Answer):
    """The API key of this request."""

    name: str = Field(description="The key's name in KlientBox.")
    key: str = Field(description="The key's public part, as in the list of keys.", examples=["kbx_live_AbCd1234_…"])
    mode: Literal["live", "test"] = Field(description="A test key sees and changes test data only.")
    company: KeyCompany
    scopes: list[Scope] = Field(description="Operations that the key may call.")
    rate_limit: RateLimit | None = Field(description="Null: no limit.")
    expires_at: Maybe[LocalTime]
    created: LocalTime


@v1.operation("GET", "/me", name="getKey", tag="Key", gives=Key)
def get_key(env):
    """The key, its company and its scopes

    Needs no scope. Use it to test a new key.
    """
    key_sudo, admission = env["klientbox.api.key"]._present()
    company = env.company
    limit = {"limit": admission.limit, "window_seconds": 60, "remaining": admission.remaining}
    return {
        "name": key_sudo.name,
        "key": key_sudo.masked,
        "mode": key_sudo.mode,
        "company": {
            "id": company.id,
            "name": company.name,
            "timezone": company._klientbox_settings().timezone,
            "currency": company.currency_id.name,
            "country": company.country_id.code,
        },
        "scopes": (key_sudo.scopes or "").split(),
        "rate_limit": limit if admission.limit else None,
        "expires_at": key_sudo.expires_at,
        "created": key_sudo.create_date,
    }
