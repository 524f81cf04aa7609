from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import Field

from ...api.shapes import Answer, LocalTime, Maybe, Scope
from ...lib.api_key import masked
from .facade import v1


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


def read_key(cr, admission):
    """The key of a request and its company; None for a company whose address is not that of its own contact."""
    row = _read(cr, admission)
    return _answer(row, admission, row.country) if row.is_own_address else None


@v1.operation("GET", "/me", name="getKey", tag="Key", gives=Key, is_direct=True, read=read_key)
def get_key(env):
    """The key, its company and its scopes

    Needs no scope. Use it to test a new key.
    """
    admission = env.context["klientbox_admission"]
    return _answer(_read(env.cr, admission), admission, env.company.country_id.code)


class _Row(NamedTuple):
    name: str
    prefix: str
    mode: str
    scopes: str | None
    expires_at: datetime | None
    created: datetime
    company: str
    timezone: str
    currency: str
    country: str | None
    is_own_address: bool


def _read(cr, admission):
    # The check has found the key by its secret. A test key's own company is not the one that it acts in.
    cr.execute(
        """
        SELECT key.name, key.prefix, key.mode, key.scopes, key.expires_at, key.create_date, company.name,
               settings.timezone, currency.name, country.code, contact.type = 'contact'
          FROM klientbox_api_key AS key
          JOIN res_company AS company ON company.id = %s
          JOIN klientbox_settings AS settings ON settings.company_id = company.id
          JOIN res_currency AS currency ON currency.id = company.currency_id
          JOIN res_partner AS contact ON contact.id = company.partner_id
          LEFT JOIN res_country AS country ON country.id = contact.country_id
         WHERE key.id = %s
        """,
        [admission.company_id, admission.key_id],
    )
    return _Row(*cr.fetchone())


def _answer(row, admission, country):
    limit = {"limit": admission.limit, "window_seconds": 60, "remaining": admission.remaining}
    return {
        "name": row.name,
        "key": masked(row.mode, row.prefix),
        "mode": row.mode,
        "company": {
            "id": admission.company_id,
            "name": row.company,
            "timezone": row.timezone,
            "currency": row.currency,
            "country": country,
        },
        "scopes": (row.scopes or "").split(),
        "rate_limit": limit if admission.limit else None,
        "expires_at": row.expires_at,
        "created": row.created,
    }
