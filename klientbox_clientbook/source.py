"""An account at Client Book as the source of an import: its list of clients, and where each of its members goes."""

from odoo.addons.klientbox.lib.exchange import accounts
from odoo.addons.klientbox.lib.exchange.accounts import Asked, Member, Page, Unreadable, day_of, noted, text_of

PATH = "/apiv1/clients/list"
PHONES = {"client_cell_phone": "Cell phone", "client_home_phone": "Home phone", "client_work_phone": "Work phone"}


def _phone_member(record):
    return next((name for name in PHONES if text_of(record.get(name)).strip()), None)


def _other_phone(name):
    """Beside the one that is the client's phone."""
    return lambda record: "" if _phone_member(record) == name else noted(PHONES[name], record.get(name))


def _noted(label, *names):
    return lambda record: noted(label, *(record.get(name) for name in names))


def _address(suffix):
    street, apartment = f"client_street_address{suffix}", f"apartment{suffix}"
    return (street, apartment, *(f"client_{part}{suffix}" for part in ("city", "zip", "state")))


def _gender(record):
    gender = text_of(record.get("client_gender"))
    return "" if gender == "unknown" else gender


def _partner(*parts):
    return (Member(f"sign_{part}", "", accounts.SOMEBODY) for part in parts)


MEMBERS = (
    Member("client_id", "external_id"),
    Member("client_first_name", "given_name"),
    Member("client_last_name", "family_name"),
    Member("client_cell_phone", "phone", read=lambda record: text_of(record.get(_phone_member(record)))),
    Member("client_home_phone", "notes", accounts.NOTED, read=_other_phone("client_home_phone")),
    Member("client_work_phone", "notes", accounts.NOTED, read=_other_phone("client_work_phone")),
    Member("client_email", "email"),
    Member("client_birth_date", "birth_date", read=lambda record: day_of(record.get("client_birth_date"))),
    Member("client_gender", "gender", read=_gender),
    Member("client_tags", "tags"),
    Member("client_street_address", "notes", accounts.NOTED, read=_noted("Address", *_address(""))),
    *(Member(name, "", accounts.JOINED) for name in _address("")[1:]),
    Member("client_street_address_2", "notes", accounts.NOTED, read=_noted("Second address", *_address("_2"))),
    *(Member(name, "", accounts.JOINED) for name in _address("_2")[1:]),
    Member("contact_preference", "notes", accounts.NOTED, read=_noted("Contact preference", "contact_preference")),
    Member("heard_about_us", "notes", accounts.NOTED, read=_noted("Heard about us", "heard_about_us")),
    Member("anniversary", "notes", accounts.NOTED, read=_noted("Anniversary", "anniversary")),
    Member("client_finger_size", "notes", accounts.NOTED, read=_noted("Finger size", "client_finger_size")),
    Member("client_image", "", accounts.IMAGE, is_bulky=True),
    *_partner("first_name", "last_name", "gender", "birth_date", "email", "cell_phone", "home_phone", "work_phone"),
    *_partner("street_address", "apartment", "city", "zip", "state"),
    *_partner("street_address_2", "apartment_2", "city_2", "zip_2", "state_2"),
    *_partner("contact_preference", "bracelet_size", "finger_size", "necklace_size"),
    Member("sign_image", "", accounts.SOMEBODY, is_bulky=True),
    Member("date_entered", "", accounts.NO_PLACE),
    Member("date_contacted", "", accounts.NO_PLACE),
    Member("update_date", "", accounts.NO_PLACE),
    Member("user_id", "", accounts.NO_PLACE),
    Member("store", "", accounts.NO_PLACE),
    Member("new_inventory_id", "", accounts.NO_PLACE),
    Member("old_inventory_id", "", accounts.NO_PLACE),
)


class ClientBookSource(accounts.Source):
    """Pages by `limit` and `from`, which work together alone; a page that is not full is the last."""

    def ask(self, address, credentials, offset, limit):
        """All four credentials go in the query: that is this vendor's rule."""
        given = {name: credentials.get(name, "") for name in self.credentials}
        return Asked(f"{address}{PATH}", {**given, "order": "created", "limit": limit, "from": offset}, {})

    def read(self, answer, limit):
        """A list in `data`. What is not full is the end, and so is more than was asked for: that is everything."""
        if not isinstance(answer, dict) or not isinstance(answer.get("data"), list):
            raise Unreadable
        if answer.get("status") not in (None, "success"):
            raise Unreadable
        return Page(answer["data"], None, len(answer["data"]) != limit)


CLIENTBOOK = ClientBookSource(
    name="clientbook",
    id_member="client_id",
    credentials=("app_id", "app_key", "token", "secret"),
    members=MEMBERS,
    page_size=100,
    # No key of theirs, no token of theirs, switched off.
    closed=(401, 403, 507, 508, 509),
)
