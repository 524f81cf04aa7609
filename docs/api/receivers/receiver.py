"""A receiver of KlientBox's webhooks in plain Python: python3 receiver.py 8080, with the secret in WEBHOOK_SECRET.

Run it behind a server with TLS: KlientBox posts to https only. Every event is processed once, and printed.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE = 5 * 60
LONGEST_BODY = 1024 * 1024
STAMP = re.compile(r"[0-9]{1,12}")


class NotFromKlientBox(Exception):
    """The signature or the time stamp is not valid; the argument is the reason."""


def verify(secret, headers, body, now=None):
    """The event in a request; raises NotFromKlientBox. `headers` is looked up by lower-case names, `body` is bytes.

    Verify the raw bytes: a parsed and serialized body may differ.
    """
    event_id = headers.get("webhook-id", "")
    stamp = headers.get("webhook-timestamp", "")
    if not STAMP.fullmatch(stamp) or abs((now or time.time()) - int(stamp)) > TOLERANCE:
        raise NotFromKlientBox("the time stamp is too old or too new")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{event_id}.{stamp}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    # While a secret is replaced there are two signatures: one valid signature is enough.
    for signature in headers.get("webhook-signature", "").split(" "):
        if hmac.compare_digest(signature.encode(), f"v1,{expected}".encode()):
            return json.loads(body)
    raise NotFromKlientBox("the signature does not fit")


class Receiver(BaseHTTPRequestHandler):
    """Responds with 204 first and processes the event afterwards; use a queue for long work."""

    # The same event may be delivered twice. In production, store the ids in a database for 72 hours.
    seen = set()

    def do_POST(self):
        """Receive an event."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), LONGEST_BODY))
        try:
            event = verify(os.environ["WEBHOOK_SECRET"], self.headers, body)
        except NotFromKlientBox as error:
            print("refused:", error, flush=True)
            self.send_error(401)
            return
        self.send_response(204)
        self.end_headers()
        if event["id"] not in self.seen:
            self.seen.add(event["id"])
            print(event["sequence"], event["type"], json.dumps(event["data"], ensure_ascii=False), flush=True)

    def log_message(self, *arguments):
        """No access log: only events are printed."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
