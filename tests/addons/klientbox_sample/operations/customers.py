from typing import Annotated

from odoo.addons.klientbox.api.filters import ID, TEXT, Column, filtered
from odoo.addons.klientbox.api.paging import Page, Paged, page_of
from odoo.addons.klientbox.api.shapes import Answer, Maybe, Name, Phone, Shape, optional
from odoo.fields import Domain
from pydantic import Field

from .facade import vendor


class Customer(Answer):
    """A client in the vendor's format."""

    id: Annotated[int, Column(ID)]
    full_name: Annotated[str, Column(TEXT)] = Field(validation_alias="name")
    mobile: Maybe[str] = Field(validation_alias="phone")


class CustomerList(Paged[Customer]):
    """A page of customers."""


@filtered(Customer)
class CustomerFilter(Page):
    """Filters of customers."""


class CustomerChanges(Shape):
    """The members to change."""

    full_name: Name = optional()
    mobile: Phone = optional()

    def vals(self):
        """The values for the model."""
        names = {"full_name": "name", "mobile": "phone"}
        return {names[name]: value for name, value in self.sent().items()}


customers = vendor.resource("/customers", "klientbox.client", "Customer", gives=Customer, scope="clients")


@customers.on_list(query=CustomerFilter, gives=CustomerList)
def list_customers(env, query):
    """List customers"""
    return page_of(env["klientbox.client"], Domain.TRUE, query, Customer)


@customers.on_update(takes=CustomerChanges)
def update_customer(env, customer, changes):
    """Change a customer"""
    customer.write(changes.vals())
    return customer
