"""An account at Client Book as the source of an import: its list of clients, and the treatment of each member."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from odoo.addons.klientbox_import.lib import accounts
from odoo.addons.klientbox_import.lib.accounts import Member, Page, PageRequest, Unreadable, day_of, text_of

PHONES = ("client_cell_phone", "client_home_phone", "client_work_phone")


def _phone_member(record: dict[str, Any]) -> str | None:
    return next((name for name in PHONES if text_of(record.get(name)).strip()), None)


def _other_phone(name: str) -> Callable[[dict[str, Any]], str]:
    """Phones beside the client's main one."""
    return lambda record: "" if _phone_member(record) == name else text_of(record.get(name))


def _known(name: str) -> Callable[[dict[str, Any]], str]:
    """An unknown gender is left out."""
    return lambda record: text_of(record.get(name)).replace("unknown", "")


def _day(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda record: day_of(record.get(name))


def _own(name: str, field: str | None = None, **more: Any) -> Member:
    return Member(name, "", accounts.OWN, f"clientbook_{field or name.removeprefix('client_')}", **more)


def _partner(part: str, field: str | None = None, **more: Any) -> Member:
    return _own(f"sign_{part}", f"partner_{field or part}", **more)


MEMBERS = (
    Member("client_id", "external_id"),
    Member("client_first_name", "given_name"),
    Member("client_last_name", "family_name"),
    Member("client_cell_phone", "phone", read=lambda record: text_of(record.get(_phone_member(record)))),
    _own("client_home_phone", read=_other_phone("client_home_phone")),
    _own("client_work_phone", read=_other_phone("client_work_phone")),
    Member("client_email", "email"),
    Member("client_birth_date", "birth_date", read=_day("client_birth_date")),
    Member("client_gender", "gender", read=_known("client_gender")),
    Member("client_tags", "tags"),
    _own("client_street_address", "street"),
    _own("apartment"),
    *map(_own, ("client_city", "client_zip", "client_state")),
    _own("client_street_address_2", "street_2"),
    _own("apartment_2"),
    *map(_own, ("client_city_2", "client_zip_2", "client_state_2")),
    _own("contact_preference"),
    _own("date_contacted", "contacted_at"),
    _own("heard_about_us", "heard"),
    _own("anniversary"),
    _own("client_finger_size"),
    _own("client_image"),
    *map(_partner, ("first_name", "last_name", "email", "cell_phone", "home_phone", "work_phone")),
    _partner("gender", read=_known("sign_gender")),
    _partner("birth_date", read=_day("sign_birth_date")),
    _partner("street_address", "street"),
    *map(_partner, ("apartment", "city", "zip", "state")),
    _partner("street_address_2", "street_2"),
    *map(_partner, ("apartment_2", "city_2", "zip_2", "state_2")),
    *map(_partner, ("contact_preference", "bracelet_size", "finger_size", "necklace_size", "image")),
    _own("new_inventory_id", "new_id"),
    _own("old_inventory_id", "old_id"),
    Member("date_entered", "", accounts.NO_PLACE),
    Member("update_date", "", accounts.NO_PLACE),
    Member("user_id", "", accounts.NO_PLACE),
    Member("store", "", accounts.NO_PLACE),
)


class ClientBookSource(accounts.Source):
    """Pages by `limit` and `from`, which work together alone; a page that is not full is the last."""

    def page_request(self, address: str, credentials: dict[str, str], offset: int, limit: int) -> PageRequest:
        """All four credentials go in the query: that is this vendor's rule."""
        given = {name: credentials.get(name, "") for name in self.credentials}
        return PageRequest(self.url(address), {**given, "order": "created", "limit": limit, "from": offset}, {})

    def page_of(self, answer: Any, limit: int) -> Page:
        """A list in `data`. A page that is not full is the last, and so is one with more rows than requested: that is
        everything."""
        if not isinstance(answer, dict) or not isinstance(answer.get("data"), list):
            raise Unreadable
        if answer.get("status") not in (None, "success"):
            raise Unreadable
        return Page(answer["data"], None, len(answer["data"]) != limit)


CLIENTBOOK = ClientBookSource(
    name="clientbook",
    path="/apiv1/clients/list",
    id_member="client_id",
    credentials=("app_id", "app_key", "token", "secret"),
    members=MEMBERS,
    page_size=100,
    # An invalid key, an invalid token, a disabled account.
    closed=(401, 403, 507, 508, 509),
)
