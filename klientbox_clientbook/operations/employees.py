"""Employees: list, edit and add; the vendor has no other functions of this family."""

from odoo.addons.klientbox.api.shapes import optional

from .families import Family, Search, serve
from .records import EMPLOYEES

EMPLOYEE = Family(
    "employee",
    "employee",
    "Employees",
    "klientbox.staff",
    EMPLOYEES,
    "username",
    resource="services",
    orders=(),
    filters=(("username", (Search, optional())), ("store", (Search, optional()))),
)

serve(EMPLOYEE, ("list", "edit", "add"))
