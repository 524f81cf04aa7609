import csv
import inspect
import re

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import tagged
from odoo.tools import file_open

from .common import SalonCase

OURS = "klientbox."
# Odoo's addons whose methods read or write messages as superuser.
MAIL = re.compile(r"odoo\.addons\.(mail|sms|phone_validation|bus|fetchmail)\.")
AS_SUPERUSER = re.compile(r"sudo\(|_sudo\b|_su\b|with_user\(")
# What a request may do by a method, as reviewed: nothing; only what the rights of its user allow; or it has no
# access to a record of ours at all.
REFUSED, OWN_RIGHTS, NOT_OURS = "refused", "own rights", "not ours"


@tagged("post_install", "-at_install")
class TestInherited(SalonCase):
    """Odoo's public methods that act as superuser and may reach records of ours: inventory_inherited.csv."""

    maxDiff = None

    def test_each_inherited_method_was_reviewed(self):
        known = self.table()
        found = set(self.inherited()) | set(self.superuser())
        self.assertEqual(sorted(known.keys() - found), [], "obsolete lines")
        self.assertEqual(sorted(found - known.keys()), [], "methods without a line")
        self.assertEqual({who for who, _reason in known.values()}, {REFUSED, OWN_RIGHTS, NOT_OURS})
        self.assertTrue(all(reason for _who, reason in known.values()))

    def test_what_is_refused_is_refused_to_every_role(self):
        for (model, name), (who, _reason) in self.table().items():
            if who != REFUSED:
                continue
            owner = self.env[model if model in self.env else "klientbox.client"]
            for user in (self.receptionist, self.manager, self.owner):
                with self.subTest(method=name, user=user.login), self.assertRaises(AccessError):
                    getattr(owner.with_user(user), name)("klientbox.client", "From: a@example.com\n\n")

    def table(self):
        """{(model, method): (what a request may do, why)}."""
        with file_open("klientbox/tests/inventory_inherited.csv") as file:
            return {(row["model"], row["name"]): (row["who"], row["reason"]) for row in csv.DictReader(file)}

    def inherited(self):
        """(model of Odoo's, method) of the methods that our models inherit, beside those of every model."""
        for model in self.env.registry:
            if model.startswith(OURS):
                yield from self.methods_of(model, lambda _cls, _name: True)

    def superuser(self):
        """(model, method) of Odoo's addons for messages, with code that acts as superuser."""
        for model in self.env.registry:
            if not model.startswith(OURS):
                yield from self.methods_of(model, self.is_superuser)

    def is_superuser(self, cls, name):
        return bool(MAIL.match(cls.__module__) and AS_SUPERUSER.search(inspect.getsource(vars(cls)[name])))

    def methods_of(self, model, is_wanted):
        cls = self.env.registry[model]
        everywhere = dir(self.env.registry["base"])
        for name in dir(cls):
            if name.startswith("_") or name in everywhere or not inspect.isfunction(getattr(cls, name, None)):
                continue
            owners = [
                base for base in cls.mro() if name in vars(base) and self.is_odoos(base) and is_wanted(base, name)
            ]
            if owners and self.is_public(model, name):
                yield owners[-1]._name or owners[-1].__name__, name

    def is_odoos(self, cls):
        return cls.__module__.startswith("odoo.addons.") and ".klientbox" not in cls.__module__

    def is_public(self, model, name):
        try:
            get_public_method(self.env[model], name)
        except AccessError:
            return False
        return True
