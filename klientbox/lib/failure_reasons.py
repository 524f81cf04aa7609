"""Why a message did not arrive, and the consequence for its address."""

# The recipient has unsubscribed at the provider, not with us.
UNSUBSCRIBED = "unsubscribed"
INVALID_NUMBER, UNKNOWN_SUBSCRIBER, LANDLINE = "invalid_number", "unknown_subscriber", "landline"
INVALID_ADDRESS, UNKNOWN_RECIPIENT, BOUNCED = "invalid_address", "unknown_recipient", "bounced"
# Also the reason why nothing more is sent to an undeliverable address.
UNDELIVERABLE = "undeliverable"
UNDELIVERED, EXPIRED, REJECTED = "undelivered", "expired", "rejected"

# Nothing will ever arrive at the address: it is undeliverable at once.
PERMANENT = (
    *(INVALID_NUMBER, UNKNOWN_SUBSCRIBER, LANDLINE, UNDELIVERABLE),
    *(INVALID_ADDRESS, UNKNOWN_RECIPIENT, BOUNCED),
)
# A phone that is switched off, a mailbox that is full: on two days in a row they make the address undeliverable.
TEMPORARY = (UNDELIVERED, EXPIRED)
# Any other reason is about the text, the account or the network, not about the address.

# Error names of gateways and operators with a reason here.
_NAMES = {
    "invalid_destination": INVALID_NUMBER,
    "absent_subscriber_permanent": UNKNOWN_SUBSCRIBER,
    "unknown_destination": UNKNOWN_SUBSCRIBER,
    "not_mobile": LANDLINE,
}

# The codes of Twilio that are about the address. All others are about sender, text, account or network.
TWILIO = {
    21610: UNSUBSCRIBED,  # The recipient has replied STOP to the sender.
    21211: INVALID_NUMBER,
    21217: INVALID_NUMBER,
    21614: LANDLINE,  # "To" is no mobile number.
    21635: LANDLINE,
    30003: UNDELIVERED,  # The handset is switched off or out of reach.
    30005: UNKNOWN_SUBSCRIBER,
    30006: LANDLINE,  # Or a network that can't be reached.
    30008: UNDELIVERED,
}

# Odoo's names for errors reported by IAP.
ODOO = {
    "sms_invalid_destination": UNKNOWN_SUBSCRIBER,
    "sms_not_delivered": UNDELIVERED,
    "sms_expired": EXPIRED,
    "sms_not_allowed": REJECTED,
    "sms_rejected": REJECTED,
}


def of_permanent_code(code: str) -> str:
    """The reason for a gateway's error name that means a permanently undeliverable address."""
    named = _NAMES.get(code, code)
    if named.isdecimal():
        named = TWILIO.get(int(named), UNDELIVERABLE)
    return named if named in PERMANENT else UNDELIVERABLE


def of_twilio_code(code: str | int | None) -> str | None:
    """The reason for a code of Twilio's; `twilio_<code>` for one that is not about the address, None without a code."""
    digits = str(code or "")
    if not digits.isdecimal():
        return None
    return TWILIO.get(int(digits), f"twilio_{int(digits)}")
