"""Checks of addresses that users enter and the server calls: gateways, webhooks, accounts. See tools/url_guard.py."""

from __future__ import annotations

from odoo.api import Environment

from ...exceptions import FieldError
from ...lib.reasons import FORBIDDEN_ADDRESS
from ...tools import url_guard
from .reasons import sentence

# Networks (CIDR, with commas) that are private but allowed, such as that of a gateway in the salon.
PRIVATE_NETWORKS = "klientbox.private_networks"


def allowed_networks(env: Environment) -> tuple:
    """The private networks that the server's administrator allows."""
    # Users can't read parameters of the server, and these only decide which addresses are refused.
    parameters_sudo = env["ir.config_parameter"].sudo()
    return url_guard.networks(parameters_sudo.get_param(PRIVATE_NETWORKS))


def check_url(env: Environment, field: str, url: str) -> None:
    """Raise FieldError for an address that is never allowed."""
    objection = url_guard.objection(url, allowed_networks(env))
    if objection:
        messages = {
            "invalid_url": env._("This is not a valid web address. It begins with https://"),
            "https_only": env._("The address must begin with https://"),
            "user_in_url": env._("An address must not contain a user name or password."),
            "forbidden_port": env._("Only the ports 443 and 8443 are allowed."),
            "forbidden_address": sentence(env, FORBIDDEN_ADDRESS),
        }
        raise FieldError((field, objection, messages[objection]))
