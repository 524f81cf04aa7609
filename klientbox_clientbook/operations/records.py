"""The record types of Client Book: each member once, with its kind and our field."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from odoo.addons.klientbox.api.shapes import Answer, Shape, optional
from pydantic import BeforeValidator, ConfigDict, Field, create_model
from pydantic_core import PydanticCustomError

from .kinds import (
    CLIENT,
    DAY,
    EMAIL,
    EMPLOYEE,
    ENABLE,
    GENDER,
    LINK,
    LONG_TEXT,
    MOMENT,
    MONEY,
    NO_IF_ACTIVE,
    NUMBER,
    ONE_OR_ZERO,
    PASSWORD,
    STORE,
    TAGS,
    TEXT,
    VENDOR,
    YES_OR_NO,
    ZERO_IF_ACTIVE,
    Kind,
    choices,
)


class Input(Shape):
    """A record in a request. Unknown and read-only members are ignored, as the vendor does, so that a caller may send
    back a record of a list."""

    model_config = ConfigDict(extra="ignore", strict=True, str_strip_whitespace=True)

    def sent_members(self):
        """The members that were sent, by their names in the API."""
        fields = type(self).model_fields
        return {fields[name].alias: getattr(self, name) for name in self.model_fields_set}


@dataclass(frozen=True)
class Member:
    """A member of a record type: its kind, its field, and whether a caller may send it."""

    kind: Kind
    field: str
    is_writable: bool = True


@dataclass(frozen=True)
class RecordType:
    """A record type: `members` by name; `id_name` names the one that identifies the record, `kept` those that a change
    can't empty."""

    name: str
    id_name: str
    members: dict
    kept: tuple = ()

    @cached_property
    def out(self):
        """The shape of a record in a response."""
        members = {
            # There is no field of a password to read: it is always empty.
            name: (member.kind.out, Field("" if member.kind is PASSWORD else ..., validation_alias=member.field))
            for name, member in self.members.items()
        }
        return create_model(self.name, __base__=Answer, __doc__=f"A record of {self.name}.", **members)

    @cached_property
    def one(self):
        """The response with one record."""
        return create_model(f"{self.name}Answer", __base__=Answer, status=SUCCESS, data=(self.out, ...))

    @cached_property
    def many(self):
        """The response with a list of records."""
        return create_model(f"{self.name}List", __base__=Answer, status=SUCCESS, data=(list[self.out], ...))

    @cached_property
    def removed(self):
        """The response that names a deleted record."""
        named = create_model(f"{self.name}Id", __base__=Answer, **{self.id_name: (str, ...)})
        return create_model(f"{self.name}Removed", __base__=Answer, status=SUCCESS, data=(named, ...))

    @cached_property
    def named(self):
        """The shape of a body that only names a record."""
        return create_model(
            f"{self.name}Name", __base__=Input, **{f"its_{self.id_name}": _required(NUMBER, self.id_name)}
        )

    def input_shape(self, suffix, *required, kept=()):
        """The shape of a body: the writable members; `required` must be there, `kept` not be empty."""

        # A member's name may be a method's.
        members = {}
        for name, member in self.members.items():
            if name in required:
                members[f"its_{name}"] = _required(member.kind, name)
            elif member.is_writable:
                kind = _filled(member.kind) if name in kept else member.kind.into
                members[f"its_{name}"] = (kind, optional(alias=name))
        return create_model(f"{self.name}{suffix}", __base__=Input, **members)

    def vals(self, env, body):
        """Values of our fields for a body. Raises ApiError for a reference to a missing record."""
        vals = {}
        for name, value in body.sent_members().items():
            member = self.members[name]
            if name == self.id_name:
                continue
            meant = member.kind.meant(env, name, value) if member.kind.meant else value
            if member.kind is not STORE:
                vals[member.field] = meant if meant is not None and meant != "" else False
        return vals


SUCCESS = (Literal["success"], "success")


def _required(kind, name):
    return (_filled(kind), Field(alias=name))


def _filled(kind):
    return Annotated[kind.into, BeforeValidator(_not_empty)]


def _not_empty(value):
    if value is None or (isinstance(value, str) and not value.strip()):
        raise PydanticCustomError("string_too_short", "is required")
    return value


def _address(prefix, field, **names):
    return {
        f"{prefix}{names.get(name, name)}{suffix}": Member(TEXT, f"clientbook_{field}{ours}{suffix}")
        for suffix in ("", "_2")
        for name, ours in (
            ("street_address", "street"),
            ("apartment", "apartment"),
            ("city", "city"),
            ("state", "state"),
            ("zip", "zip"),
        )
    }


ADDED_BY = Member(EMPLOYEE, "clientbook_added_by_id")
ENTERED = Member(MOMENT, "create_date", is_writable=False)
UPDATED = Member(MOMENT, "write_date", is_writable=False)
OF_STORE = Member(STORE, "company_id")
NUMBERS = {
    "new_inventory_id": Member(TEXT, "clientbook_new_id"),
    "old_inventory_id": Member(TEXT, "clientbook_old_id"),
}


def _id(name):
    return {name: Member(NUMBER, "id", is_writable=False)}


_client_address = _address("client_", "")
# The vendor's names of these two lack the prefix.
_client_address |= {
    name.removeprefix("client_"): _client_address.pop(name) for name in ("client_apartment", "client_apartment_2")
}

CLIENTS = RecordType(
    "Client",
    "client_id",
    {
        **_id("client_id"),
        "client_first_name": Member(TEXT, "clientbook_first_name"),
        "client_last_name": Member(TEXT, "clientbook_last_name"),
        "client_email": Member(EMAIL, "email"),
        "client_cell_phone": Member(TEXT, "phone"),
        "client_home_phone": Member(TEXT, "clientbook_home_phone"),
        "client_work_phone": Member(TEXT, "clientbook_work_phone"),
        "client_gender": Member(GENDER, "gender"),
        "client_birth_date": Member(DAY, "birth_date"),
        "client_finger_size": Member(TEXT, "clientbook_finger_size"),
        "client_image": Member(LINK, "clientbook_image"),
        "client_tags": Member(TAGS, "tag_ids"),
        **_client_address,
        "anniversary": Member(TEXT, "clientbook_anniversary"),
        "contact_preference": Member(TEXT, "clientbook_contact_preference"),
        "heard_about_us": Member(TEXT, "clientbook_heard"),
        "sign_first_name": Member(TEXT, "clientbook_partner_first_name"),
        "sign_last_name": Member(TEXT, "clientbook_partner_last_name"),
        "sign_gender": Member(GENDER, "clientbook_partner_gender"),
        "sign_birth_date": Member(DAY, "clientbook_partner_birth_date"),
        "sign_email": Member(TEXT, "clientbook_partner_email"),
        "sign_cell_phone": Member(TEXT, "clientbook_partner_cell_phone"),
        "sign_home_phone": Member(TEXT, "clientbook_partner_home_phone"),
        "sign_work_phone": Member(TEXT, "clientbook_partner_work_phone"),
        "sign_contact_preference": Member(TEXT, "clientbook_partner_contact_preference"),
        "sign_finger_size": Member(TEXT, "clientbook_partner_finger_size"),
        "sign_bracelet_size": Member(TEXT, "clientbook_partner_bracelet_size"),
        "sign_necklace_size": Member(TEXT, "clientbook_partner_necklace_size"),
        "sign_image": Member(LINK, "clientbook_partner_image"),
        **_address("sign_", "partner_"),
        "user_id": ADDED_BY,
        "store": OF_STORE,
        "date_entered": ENTERED,
        "date_contacted": Member(MOMENT, "clientbook_contacted_at"),
        "update_date": UPDATED,
        **NUMBERS,
    },
)

# Wishes and purchases have the same members.
_ITEM = {
    "client_id": Member(CLIENT, "client_id"),
    "owner_id": ADDED_BY,
    "item": Member(TEXT, "item"),
    "price": Member(MONEY, "price"),
    "sku": Member(TEXT, "sku"),
    "style_number": Member(TEXT, "style_number"),
    "item_image": Member(LINK, "image"),
    "vendor_id": Member(VENDOR, "vendor_id"),
    "update_date": UPDATED,
    **NUMBERS,
}

WISHES = RecordType(
    "Wishlist",
    "id",
    {
        **_id("id"),
        **_ITEM,
        "description": Member(LONG_TEXT, "description"),
        "lead_id": Member(TEXT, "lead"),
        "date_entered": ENTERED,
    },
    kept=("client_id", "item"),
)

PURCHASES = RecordType(
    "Purchase", "item_id", {**_id("item_id"), **_ITEM, "date_entered": ENTERED}, kept=("client_id", "item")
)

REPAIRS = RecordType(
    "Repair",
    "id",
    {
        **_id("id"),
        "client_id": Member(CLIENT, "client_id"),
        "owner_id": ADDED_BY,
        "item": Member(TEXT, "item"),
        "description": Member(LONG_TEXT, "description"),
        "condition": Member(TEXT, "condition"),
        "requested_repair": Member(TEXT, "requested_repair"),
        "status": Member(
            choices(
                {
                    "added": "ADDED",
                    "sent": "SENT",
                    "received": "RECEIVED",
                    "contacted": "CLIENT CONTACTED",
                    "completed": "COMPLETED",
                }
            ),
            "state",
        ),
        "sent": Member(ONE_OR_ZERO, "is_sent"),
        "sent_date": Member(MOMENT, "sent_date"),
        "sent_where": Member(TEXT, "sent_where"),
        "received": Member(ONE_OR_ZERO, "is_received"),
        "received_date": Member(MOMENT, "received_date"),
        "contacted": Member(ONE_OR_ZERO, "is_contacted"),
        "contacted_date": Member(MOMENT, "contacted_date"),
        "due_date": Member(MOMENT, "due_date"),
        "price_estimate": Member(MONEY, "price_estimate"),
        "image": Member(LINK, "image"),
        "archived": Member(ZERO_IF_ACTIVE, "active"),
        "date_entered": ENTERED,
        "update_date": UPDATED,
        **NUMBERS,
    },
    kept=("client_id", "item"),
)

SPECIAL_ORDERS = RecordType(
    "Specialorder",
    "id",
    {
        **_id("id"),
        # The client, here alone.
        "owner_id": Member(CLIENT, "client_id"),
        "user_id": ADDED_BY,
        "vendor": Member(VENDOR, "vendor_id"),
        "store": OF_STORE,
        "description": Member(TEXT, "description"),
        "sku": Member(TEXT, "sku"),
        "style_number": Member(TEXT, "style_number"),
        "price": Member(MONEY, "price"),
        "license": Member(TEXT, "license"),
        "archive": Member(NO_IF_ACTIVE, "active"),
        "is_completed": Member(YES_OR_NO, "is_completed"),
        "completed_date": Member(MOMENT, "completed_date"),
        "due_date": Member(MOMENT, "due_date"),
        "date_entered": ENTERED,
        "update_date": UPDATED,
        **NUMBERS,
    },
    kept=("owner_id", "description"),
)

VENDORS = RecordType(
    "Vendor",
    "id",
    {
        **_id("id"),
        **_id("vendor_id"),
        "name": Member(TEXT, "name"),
        "account": Member(TEXT, "clientbook_account"),
        "rep": Member(TEXT, "clientbook_contact"),
        "email": Member(EMAIL, "email"),
        "phone": Member(TEXT, "phone"),
        "fax_number": Member(TEXT, "clientbook_fax"),
        "web": Member(TEXT, "website"),
        "street": Member(TEXT, "street"),
        "city": Member(TEXT, "city"),
        "state": Member(TEXT, "clientbook_state"),
        "zip": Member(TEXT, "zip"),
        "corp_number": Member(TEXT, "company_registry"),
        "note": Member(LONG_TEXT, "clientbook_note"),
        "user_id": ADDED_BY,
        "update_date": UPDATED,
        **NUMBERS,
    },
    kept=("name",),
)

EMPLOYEES = RecordType(
    "Employee",
    "user_id",
    {
        **_id("user_id"),
        "username": Member(TEXT, "clientbook_username"),
        "password": Member(PASSWORD, "clientbook_password"),
        "name": Member(TEXT, "name"),
        "email": Member(EMAIL, "clientbook_email"),
        "permissions": Member(choices({"0": "0", "1": "1", "2": "2"}), "clientbook_permissions"),
        "store": OF_STORE,
        # Written under another name than it is read.
        "status": Member(
            Kind(
                choices({True: "1", False: "0"}).out,
                choices({True: "enable", False: "disable"}, **{"1": True, "0": False}).into,
            ),
            "clientbook_has_login",
        ),
        "owner_subscribe_manager": Member(YES_OR_NO, "clientbook_manager_mails"),
        "guardian_notification": Member(ENABLE, "clientbook_guardian_notification"),
        "store_notification": Member(ENABLE, "clientbook_store_notification"),
        "company_notification": Member(ENABLE, "clientbook_company_notification"),
        "employee_reminders": Member(ENABLE, "clientbook_reminders"),
        "update_date": UPDATED,
    },
    kept=("username", "name"),
)
