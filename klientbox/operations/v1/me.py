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
    """The company for which the key speaks; of a test key, the one that holds the test data."""

    id: int
    name: str
    timezone: str = Field(description="Times without an offset are the local time here.")
    currency: str = Field(description="ISO 4217, of all prices.")
    country: Maybe[str] = Field(description="ISO 3166; phones without a prefix are of this country.")


class RateLimit(Answer):
    """How many requests the key may make."""

    limit: int = Field(ge=1)
    window_seconds: int = Field(ge=1, description="In any stretch of time of this length.")
    remaining: int = Field(ge=0, description="This request is counted.")


class Key(Answer):
    """The key that the request came with."""

    name: str = Field(description="What uses it, as its owner wrote.")
    key: str = Field(description="Its public part, as lists show it.", examples=["kbx_live_AbCd1234_…"])
    mode: Literal["live", "test"] = Field(description="A test key sees and changes test data only.")
    company: KeyCompany
    scopes: list[Scope] = Field(description="What it may do.")
    rate_limit: RateLimit | None = Field(description="Null: without limit.")
    expires_at: Maybe[LocalTime]
    created: LocalTime


@v1.operation("GET", "/me", name="getKey", tag="Key", gives=Key)
def get_key(env):
    """The key, its company and what it may do

    Needs no scope: the request to try a new key with.
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
