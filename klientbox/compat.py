"""Private names of Odoo that code outside models uses, all in one place: read this before an update of Odoo.

Each says why it is needed and where Odoo 19 has it. Methods that models are meant to override (`_search`,
`_field_to_sql`, `_get_…`) are called directly, as Odoo's own apps do.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

from odoo import http
from odoo.modules.registry import _CACHES_BY_KEY, Registry
from odoo.tools.translate import LazyGettext

if TYPE_CHECKING:
    from email.message import EmailMessage
    from smtplib import SMTP

    from odoo.addons.sms.tools.sms_api import SmsApiBase
    from odoo.api import Environment
    from odoo.http import Response
    from odoo.models import BaseModel

# (request, response): our dispatchers save no session, so they replace what does both (odoo/http.py, Dispatcher).
inject_future_response: Callable[[http.Request, Response], Response] = http.Request._inject_future_response

# (request): the answer of a route without a database, for /web/health (odoo/http.py, Request).
serve_nodb: Callable[[http.Request], Response] = http.Request._serve_nodb

# (registry): the installed modules that are loaded; `env["ir.module.module"]` would be a query for each request
# (odoo/orm/registry.py, Registry).
init_modules: Callable[[Registry], set[str]] = attrgetter("_init_modules")

# Numbers of the last change of models, and of each group of cached values (odoo/orm/registry.py, get_sequences). Odoo
# compares them at the beginning of a request.
Signals = tuple[int, ...]
SIGNALS = ", ".join(f"(SELECT max(id) FROM orm_signaling_{name})" for name in ("registry", *_CACHES_BY_KEY))


def signals_of(registry: Registry) -> Signals:
    """The signals that a process has followed."""
    return (registry.registry_sequence, *(registry.cache_sequences[name] for name in _CACHES_BY_KEY))


def loaded_registry(database: str | None) -> Registry | None:
    """The registry of a database, if this process has loaded it; never loads one."""
    registry: Registry | None = Registry.registries.get(database) if database else None
    return registry if registry is not None and registry.ready else None


def has_replica(registry: Registry) -> bool:
    """Whether reads go to a replica (odoo/orm/registry.py, cursor)."""
    return registry._db_readonly is not None


# (text, language): a lazy text in a language that no environment names (odoo/tools/translate.py, LazyGettext). Not in a
# function: it looks at its caller.
translate: Callable[[LazyGettext, str], str] = LazyGettext._translate


def replace_serve_db(wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Serve requests with a database by what `wrap` makes of Odoo's method: there is no hook around a registry that
    can't be loaded (odoo/http.py, Request)."""
    http.Request._serve_db = wrap(http.Request._serve_db)


def id_of(env: Environment, xmlid: str) -> int | Literal[False]:
    """The id of a record of ours, from a cache: `env.ref` reads the record (odoo/addons/base/models/ir_model.py)."""
    record_id: int | Literal[False] = env["ir.model.data"]._xmlid_to_res_model_res_id(xmlid)[1]
    return record_id


def connect_mail_server(servers: BaseModel, sender: str) -> SMTP:
    """The connection to the mail server for a sender (odoo/addons/base/models/ir_mail_server.py)."""
    connection: SMTP = servers._connect__(smtp_from=sender)
    return connection


def build_email(servers: BaseModel, **parts: Any) -> EmailMessage:
    """An e-mail by Odoo's rules for senders (odoo/addons/base/models/ir_mail_server.py)."""
    mail: EmailMessage = servers._build_email__(**parts)
    return mail


def set_sms_company(provider: SmsApiBase, company: BaseModel) -> None:
    """Let a provider send for a company that is not the environment's (odoo/addons/sms/tools/sms_api.py)."""
    provider._set_company(company)


def send_sms(provider: SmsApiBase, messages: list[dict[str, Any]], reports_to: str) -> list[dict[str, Any]]:
    """Hand SMS to a provider, as Odoo's own queue does, which knows no claims (odoo/addons/sms/tools/sms_api.py)."""
    results: list[dict[str, Any]] = provider._send_sms_batch(messages, delivery_reports_url=reports_to)
    return results


def on_twilio_error(provider: SmsApiBase, function: Callable[[dict[str, Any]], object]) -> None:
    """Call the function with each response in which Twilio refuses a message: Odoo has one name for many codes. With
    another provider nothing happens (odoo/addons/sms_twilio/tools/sms_api.py)."""
    if read := getattr(provider, "_twilio_error_code_to_odoo_state", None):

        def record(response: dict[str, Any]) -> Any:
            function(response)
            return read(response)

        provider._twilio_error_code_to_odoo_state = record
