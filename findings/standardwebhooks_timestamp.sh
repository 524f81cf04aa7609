#!/usr/bin/env bash
# The library of Standard Webhooks for Python, called with a time in a zone other than UTC.
#
# Version: standardwebhooks 1.1.0.
# Seen: `sign` replaces the zone of the time by UTC instead of converting it. A message signed at 11:15 in Prague carries
# the signature of 11:15 UTC; with the true Unix time in `webhook-timestamp`, as the specification requires, the library's
# own `verify` refuses it: "No matching signature found". With the same moment in UTC it passes.
# Also: a signature header without a comma raises ValueError, not the documented WebhookVerificationError.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet install standardwebhooks==1.1.0 tzdata==2026.6
cat > "$folder/run.py" <<'PYTHON'
import base64
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from standardwebhooks import Webhook, WebhookVerificationError

hook = Webhook(base64.b64encode(b"a secret of the example").decode())
now = datetime.now(timezone.utc)


def outcome(moment):
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": hook.sign("msg_1", moment, "{}"),
    }
    try:
        hook.verify("{}", headers)
    except WebhookVerificationError as error:
        return str(error)
    return "verified"


def malformed():
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": "v1"}
    try:
        hook.verify("{}", headers)
    except Exception as error:
        return type(error).__name__


seen = {
    "signed in UTC": outcome(now),
    "the same moment in Prague": outcome(now.astimezone(ZoneInfo("Europe/Prague"))),
    "a signature without a comma": malformed(),
}
for what, became in seen.items():
    print(f"{what}: {became}")
expected = ["verified", "No matching signature found", "ValueError"]
raise SystemExit("This has changed." if list(seen.values()) != expected else 0)
PYTHON
"$folder/venv/bin/python" "$folder/run.py"
