from typing import Annotated

from odoo.addons.klientbox.api.filters import ID, TEXT, TIME, Column, filtered
from odoo.addons.klientbox.api.paging import Page, Paged, page_of
from odoo.addons.klientbox.api.shapes import Answer, Deleted, LocalTime, Moment, Name, Ref, Shape, optional
from odoo.addons.klientbox.operations.v1 import v1
from odoo.fields import Domain
from pydantic import Field


class Client(Answer):
    """The client of a voucher."""

    id: int
    name: str


class Voucher(Answer):
    """A gift voucher."""

    id: Annotated[int, Column(ID)]
    code: Annotated[str, Column(TEXT)] = Field(validation_alias="number", examples=["V-2026-17"])
    client: Client = Field(validation_alias="client_id")
    valid_from: Annotated[LocalTime, Column(TIME)] = Field(validation_alias="start")


class VoucherList(Paged[Voucher]):
    """A page of gift vouchers."""


@filtered(Voucher)
class VoucherFilter(Page):
    """Filters of vouchers."""


class VoucherCreate(Shape):
    """A new voucher."""

    code: Name
    client_id: Ref
    valid_from: Moment


class VoucherUpdate(Shape):
    """The members to change."""

    code: Name = optional()
    valid_from: Moment = optional()

    def vals(self):
        """The values for the model."""
        names = {"code": "number", "valid_from": "start"}
        return {names[name]: value for name, value in self.sent().items()}


vouchers = v1.resource(
    "/vouchers",
    "klientbox.sample.voucher",
    "Gift voucher",
    gives=Voucher,
    scope="vouchers",
    tag="Vouchers",
    about="Gift vouchers of clients.",
)


@vouchers.on_list(query=VoucherFilter, gives=VoucherList)
def list_vouchers(env, query):
    """List vouchers"""
    return page_of(env["klientbox.sample.voucher"], Domain.TRUE, query, Voucher)


@vouchers.on_create(takes=VoucherCreate)
def create_voucher(env, voucher):
    """Create a voucher"""
    return env["klientbox.sample.voucher"]._issue(voucher.client_id, number=voucher.code, start=voucher.valid_from)


@vouchers.on_read()
def get_voucher(env, voucher):
    """Read a voucher"""
    return voucher


@vouchers.on_update(takes=VoucherUpdate)
def update_voucher(env, voucher, changes):
    """Change a voucher"""
    voucher.write(changes.vals())
    return voucher


@vouchers.on_delete(gives=Deleted)
def delete_voucher(env, voucher):
    """Delete a voucher"""
    voucher_id = voucher.id
    voucher.unlink()
    return {"deleted": True, "id": voucher_id}
