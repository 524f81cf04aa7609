"""Fills a fresh database with the demo: two salons with the API and rules that are on, one without either.

Run by ``server.run_inside``.

Arguments: the file to write login, password and keys to; ``--keys-only`` makes new keys for an existing demo.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from odoo.addons.klientbox.lib import clock
from odoo.addons.klientbox_clientbook.models.klientbox_clientbook_integration import split_key
from odoo.fields import Command

from dev import demo_goods
from dev.demo_messaging import GATEWAY, MAIL_SERVER
from dev.home import write_private
from dev.salon import BARBERSHOP, BEAUTY_STUDIO, HAIR_SALON, Client, Salon, Trade, Visit, generate

if TYPE_CHECKING:
    from odoo.api import Environment
    from odoo.models import BaseModel

SEED = 2
ZONE = "Europe/Prague"
LOGIN = PASSWORD = "admin"
TRADES = {HAIR_SALON: "provoz", BARBERSHOP: "provoz", BEAUTY_STUDIO: "start"}
# name: (salon, options)
KEYS: dict[str, tuple[Trade, dict[str, Any]]] = {
    "salon": (HAIR_SALON, {}),
    "salon_2": (HAIR_SALON, {}),
    "other_company": (BARBERSHOP, {}),
    "low_tier": (BEAUTY_STUDIO, {}),
    "unlimited": (HAIR_SALON, {"rate_limit": 0}),
    # For an integration with Koibox's API; in requests it is a key like any other.
    "koibox": (HAIR_SALON, {"visits_access": "none", "services_access": "none", "webhooks_access": "none"}),
}
KEY_NAME = "Demo: "
BATCH = 1000
# Visits of a client who comes regularly.
REGULAR = 8
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "no_reset_password": True,
}


def main(env: Environment, arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("answer", type=Path)
    parser.add_argument("--keys-only", action="store_true")
    parsed = parser.parse_args(arguments)
    env = env(context={**env.context, **QUIET})
    companies = {} if parsed.keys_only else _fill(env)
    _lead_to_simulator(env)
    keys: dict[str, Any] = {
        name: _key(env, name, companies.get(trade), trade, **options) for name, (trade, options) in KEYS.items()
    }
    keys["clientbook"] = _client_book_credentials(env)
    write_private(parsed.answer, json.dumps({"login": LOGIN, "password": PASSWORD, "keys": keys}))


def _fill(env: Environment) -> dict[Trade, BaseModel]:
    """Everything but the keys; {trade: company}."""
    _speak_czech(env)
    companies = {trade: _company(env, trade, tier) for trade, tier in TRADES.items()}
    _users(env, list(companies.values()))
    for trade, company in companies.items():
        _Filler(company, generate(trade, SEED, company._klientbox_settings()._today())).fill()
    return companies


def _speak_czech(env: Environment) -> None:
    """Beside English; the template has it already, another database gets it here."""
    czech = env["res.lang"].with_context(active_test=False).search([("code", "=", "cs_CZ")])
    if not czech.active:
        env["base.language.install"].create({"lang_ids": [Command.set(czech.ids)]}).lang_install()
    env.ref("base.CZK").active = True


def _company(env: Environment, trade: Trade, tier: str) -> BaseModel:
    """A company of this name; the first salon takes the one that every database has."""
    vals = {"name": trade.name, "country_id": env.ref("base.cz").id, "currency_id": env.ref("base.CZK").id}
    if trade is HAIR_SALON:
        company = env.ref("base.main_company")
        company.write(vals)
    else:
        company = env["res.company"].create(vals)
    company._klientbox_settings().write({"tier": tier, "timezone": ZONE})
    return company


def _users(env: Environment, companies: list[BaseModel]) -> None:
    everywhere = Command.set([company.id for company in companies])
    env.ref("base.user_admin").write(
        {"login": LOGIN, "password": PASSWORD, "lang": "en_US", "tz": ZONE, "company_ids": [everywhere]}
    )
    home = companies[0]
    env["res.users"].create(
        {
            "name": "Recepce",
            "login": "recepce",
            "password": "recepce",
            "lang": "cs_CZ",
            "tz": ZONE,
            "company_id": home.id,
            "company_ids": [Command.set(home.ids)],
            "group_ids": [Command.set(env.ref("klientbox.group_receptionist").ids)],
        }
    )


def _lead_to_simulator(env: Environment) -> None:
    """Every salon sends by a simulator, whose address is set at each start; the rules of those with the API are on.

    The first salon sends at any hour, so that a demo at night shows messages.
    """
    env["ir.config_parameter"].set_param("klientbox.private_networks", "127.0.0.0/8")
    env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
    if not env["ir.mail_server"].search([("name", "=", MAIL_SERVER)]):
        env["ir.mail_server"].create({"name": MAIL_SERVER, "smtp_host": "127.0.0.1", "smtp_encryption": "none"})
    for trade, tier in TRADES.items():
        company = env["res.company"].search([("name", "=", trade.name)])
        if env["klientbox.gateway"].search([("company_id", "=", company.id)]):
            continue
        company.email = f"salon{company.id}@example.com"
        gateway = env["klientbox.gateway"].create({"name": GATEWAY, "company_id": company.id, "part_price": 1.2})
        hours = {"opens": 0, "closes": 24, "rest_days": False} if trade is HAIR_SALON else {}
        company._klientbox_settings().write({"sms_gateway_id": gateway.id, "lang": "cs_CZ", **hours})
        rules = env["klientbox.rule"].search([("company_id", "=", company.id)])
        rules.action_suggest_texts()
        rules.enabled = tier == "provoz"


def _key(env: Environment, name: str, company: BaseModel | None, trade: Trade, **options: Any) -> str:
    """A new key of this name, for the company, else for that of the previous one, which is revoked, or the trade's."""
    keys = env["klientbox.api.key"]
    former = keys.search([("name", "=", KEY_NAME + name)])
    former.action_revoke()
    company = company or former[:1].company_id or env["res.company"].search([("name", "=", trade.name)])
    text: str
    _record, text = keys._generate(company, KEY_NAME + name, **options)
    return text


def _client_book_credentials(env: Environment) -> dict[str, Any]:
    """All four credentials of an integration with Client Book's API, enabled for the first salon; previous ones are
    revoked."""
    company = env["res.company"].search([("name", "=", HAIR_SALON.name)])
    integrations = env["klientbox.clientbook.integration"]
    integration = integrations._of(company) or integrations.create({"company_id": company.id})
    integration.status = "enabled"
    integration.token_ids.action_revoke()
    app_key = integration._make_app_key()
    _token, text = integration._make_token(f"{KEY_NAME}clientbook")
    token, secret = split_key(text)
    return {"app_id": integration.app_id, "app_key": app_key, "token": token, "secret": secret}


class _Filler:
    """Puts one salon into its company."""

    def __init__(self, company: BaseModel, salon: Salon) -> None:
        self.company = company
        self.salon = salon
        self.env = company.with_company(company).with_context(allowed_company_ids=company.ids).env
        self.now = clock.now()

    def fill(self) -> None:
        self.services = self._create("klientbox.service", self._service_vals())
        self.staff = self._create("klientbox.staff", [{"name": member.name} for member in self.salon.trade.staff])
        self.tags = self._create("klientbox.tag", self._tag_vals())
        self.clients = self.env["klientbox.client"].create([self._client_vals(client) for client in self.salon.clients])
        self._record_consents()
        self._create_visits()
        self._categorise()
        if self.salon.trade is HAIR_SALON:
            demo_goods.fill(self.env, self.company, self.clients, self.now)
        self._check_statuses()

    def _create(self, model: str, vals_list: list[dict[str, Any]]) -> dict[str, Any]:
        """{name: id} of the new records."""
        return {record.name: record.id for record in self.env[model].create(vals_list)}

    def _service_vals(self) -> list[dict[str, Any]]:
        return [
            {
                "name": service.name,
                "duration": service.minutes,
                "price": service.price,
                "sequence": 10 * place,
                "color": place % 12,
            }
            for place, service in enumerate(self.salon.trade.services, start=1)
        ]

    def _tag_vals(self) -> list[dict[str, Any]]:
        return [{"name": name, "color": place % 12} for place, name in enumerate(self.salon.tags, start=1)]

    def _client_vals(self, client: Client) -> dict[str, Any]:
        return {
            "given_name": client.given_name,
            "family_name": client.family_name,
            "code": client.code,
            "gender": client.gender,
            "birth_date": client.birth_date,
            "phone": client.phone,
            "email": client.email,
            "is_vip": client.is_vip,
            "notes": client.notes,
            "tag_ids": [Command.set([self.tags[name] for name in client.tags])],
            "koibox_registered": clock.utc(datetime.combine(client.since, time(9)), ZONE),
        }

    def _record_consents(self) -> None:
        """In chronological order: the last one counts."""
        said = [
            (consent.day, record, consent)
            for record, client in zip(self.clients, self.salon.clients, strict=True)
            for consent in client.consents
        ]
        for day, record, consent in sorted(said, key=lambda row: row[0]):
            record._record_consent(
                consent.kind,
                consent.channel,
                consent.source,
                at=clock.utc(datetime.combine(day, time(9)), ZONE),
                text=consent.text,
                basis="consent" if consent.kind == "given" else False,
            )

    def _create_visits(self) -> None:
        visits = self.salon.visits
        for first in range(0, len(visits), BATCH):
            self.env["klientbox.visit"].create([self._visit_vals(visit) for visit in visits[first : first + BATCH]])

    def _visit_vals(self, visit: Visit) -> dict[str, Any]:
        start = clock.utc(visit.start, ZONE)
        return {
            "client_id": self.clients[visit.client].id,
            "start": start,
            "state": self._state(visit, start),
            "note": visit.note,
            "line_ids": [Command.create(vals) for vals in self._line_vals(visit, start)],
        }

    def _line_vals(self, visit: Visit, start: datetime) -> Iterator[dict[str, Any]]:
        """Also values that the addon would compute by itself: that saves a third of the time."""
        for place, line in enumerate(visit.lines, start=1):
            yield {
                "sequence": 10 * place,
                "service_id": self.services[line.service.name],
                "staff_id": self.staff[line.member.name],
                "staff_name": line.member.name,
                "start": start,
                "duration": line.service.minutes,
                "price": line.service.price,
            }
            start += timedelta(minutes=line.service.minutes)

    def _state(self, visit: Visit, start: datetime) -> str:
        """Visits planned for earlier today have taken place, or are taking place."""
        if visit.state != "scheduled" or start > self.now:
            return visit.state
        return "done" if clock.utc(visit.stop, ZONE) <= self.now else "arrived"

    def _categorise(self) -> None:
        """As Koibox does: each client in one category."""
        categories = self._create("klientbox.koibox.category", [{"name": "Stálí"}, {"name": "Občasní"}])
        for name, clients in self.clients.grouped(
            lambda client: "Stálí" if client.total_visits >= REGULAR else "Občasní"
        ).items():
            clients.koibox_category_id = categories[name]

    def _check_statuses(self) -> None:
        """Recompute last visits and statuses from the visits, and stop when the addon's differ."""
        last: dict[int, date] = {}
        for visit in self.salon.visits:
            if self._state(visit, clock.utc(visit.start, ZONE)) == "done":
                last[visit.client] = visit.start.date()
        settings = self.company._klientbox_settings()
        expected = Counter(
            settings._thresholds().status_of(last.get(place), self.salon.day) for place in range(len(self.clients))
        )
        found = Counter(self.clients.mapped("status"))
        assert found == expected, f"{self.salon.trade.name}: statuses {found}, expected {expected}"
        dates = [client.last_visit_date or None for client in self.clients]
        assert dates == [last.get(place) for place in range(len(self.clients))], "last visits differ"


if __name__ == "__main__":
    main(globals()["env"], sys.argv[1:])
