"""Reports by Twilio, as Odoo's own module takes them in: their codes reach our messages."""

import base64
import hashlib
import hmac
import uuid

import pytest
import requests

from dev.simulator import Simulator
from tests.post import Post

from .apps import template_with_apps

TOKEN = "0123456789abcdef"
REPORTED = {
    "21610": ("unsubscribed", None),
    "30003": ("undelivered", None),
    "30005": ("unknown_subscriber", "unknown_subscriber"),
    "30006": ("landline", "landline"),
    "30034": ("twilio_30034", None),
}


@pytest.fixture(scope="module")
def site(cluster, template, make_site):
    """A server with Odoo's module for Twilio."""
    name = template_with_apps(cluster, template, "klientbox_twilio", "make_twilio.py")
    with make_site("twilio", template=name, salons=1).serving() as served:
        yield served


@pytest.fixture
def post(site):
    with Simulator() as simulator:
        made = Post(site, site.salon(), simulator, sms_gateway_id=False)
        account = {"sms_provider": "twilio", "sms_twilio_account_sid": "AC1", "sms_twilio_auth_token": TOKEN}
        site.admin.call("res.company", "write", [made.salon.company_id], account)
        yield made


def sent(post, number):
    """The uuid of an SMS of Odoo's own that Twilio has taken."""
    client = post.salon.client(f"Jana {number[-2:]}", number)
    reference = uuid.uuid4().hex
    company = {"company_id": post.salon.company_id}
    post.site.inside(
        [
            {
                "model": "sms.sms",
                "create": [
                    {
                        "uuid": reference,
                        "number": number,
                        "body": "Hello",
                        "record_company_id": post.salon.company_id,
                        "state": "pending",
                    }
                ],
            },
            {"model": "sms.tracker", "create": [{"sms_uuid": reference}]},
            {
                "model": "klientbox.message",
                "create": [
                    {
                        "client_id": client["id"],
                        "channel": "sms",
                        "purpose": "transactional",
                        "address": number,
                        "state": "sent",
                        "reference": reference,
                        "day": "2026-01-01",
                        "tried_at": "2026-01-01 10:00:00",
                        **company,
                    }
                ],
            },
        ]
    )
    return reference


def report(post, reference, code):
    """Post what Twilio posts, signed as it signs."""
    form = {"SmsStatus": "undelivered", "MessageStatus": "undelivered", "ErrorCode": code, "To": "+420601000001"}
    [company] = post.site.admin.call("res.company", "search", [("id", "=", post.salon.company_id)])
    base = post.site.admin.call("ir.config_parameter", "get_param", "web.base.url")
    path = f"/sms_twilio/status/{reference}"
    signed = base + path + "".join(f"{name}{value}" for name, value in sorted(form.items()))
    digest = hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()
    headers = {"X-Twilio-Signature": base64.b64encode(digest).decode()}
    answer = requests.post(post.site.server.url + path, data=form, headers=headers, timeout=30)
    assert (answer.status_code, answer.text, company) == (200, "OK", post.salon.company_id)


def test_twilios_codes_tell_invalid_numbers_refusals_and_all_others_apart(post):
    numbers = {code: f"+4206010000{place:02}" for place, code in enumerate(REPORTED)}
    for code, number in numbers.items():
        report(post, sent(post, number), code)
    post.send()
    assert post.rows("address", "state", "reason") == [
        (numbers[code], "failed", reason) for code, (reason, _set_aside) in REPORTED.items()
    ]
    set_aside = post.site.sql(
        "SELECT address, reason FROM klientbox_undeliverable WHERE company_id = %s ORDER BY id", [post.salon.company_id]
    )
    assert set_aside == [(numbers[code], reason) for code, (_reason, reason) in REPORTED.items() if reason]
    refused = "SELECT address, source FROM klientbox_consent_event WHERE company_id = %s AND kind = 'withdrawn'"
    assert post.site.sql(refused, [post.salon.company_id]) == [(numbers["21610"], "provider")]
