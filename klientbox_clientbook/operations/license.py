"""The license family: whether the integration is enabled, and a token for a user name and password."""

from typing import Literal

from odoo.addons.klientbox.api.errors import ApiError
from odoo.addons.klientbox.api.filters import Part
from odoo.addons.klientbox.api.shapes import Answer
from pydantic import ConfigDict

from ..lib.key_parts import split_key
from .facade import clientbook
from .records import Input


class Integration(Answer):
    """The state of the integration. A disabled one gets an error instead."""

    integration_status: Literal["ENABLED"]


class License(Answer):
    """The response with the state of the integration."""

    status: Literal["success"] = "success"
    data: Integration


class Login(Input):
    """The credentials of a user."""

    # A password may begin with a space.
    model_config = ConfigDict(str_strip_whitespace=False)

    username: Part
    password: Part


class Token(Answer):
    """A token and its secret, which is not shown again."""

    token: str
    secret: str


class TokenAnswer(Answer):
    """The response with a token."""

    status: Literal["success"] = "success"
    data: Token


@clientbook.operation("GET", "/license/view", name="licenseView", tag="License", gives=License)
def view_license(env):
    """The state of the integration"""
    return {"data": {"integration_status": "ENABLED"}}


@clientbook.operation("POST", "/license/token", name="licenseToken", tag="License", takes=Login, gives=TokenAnswer)
def retrieve_token(env, login):
    """An access token for a user name and password"""
    text = env["klientbox.clientbook.integration"]._retrieve_token(login.username, login.password)
    if not text:
        raise ApiError(400, "login_refused", "username or password is wrong, or the user has no role here")
    token, secret = split_key(text)
    return {"data": {"token": token, "secret": secret}}
