"""The last check before a message is sent: one statement that decides, and moves the message to `sending`.

It runs just before the provider is called, and compares what may have changed since the message was queued or claimed:
the client's address, refusals, visits, limits, sending hours, the company. A message that may not be sent is cancelled
with the reason; one whose address or hours have changed since the claim is queued again and checked anew.
"""

from __future__ import annotations

from ..lib import phone

# What the provider needs, and the sender.
COLUMNS = "id, claim_token, company_id, channel, address, subject, body, reference, provider_ref, attempts"
# When a message that waits for the processing of a callback is checked again.
UNREAD_SECONDS = 5
UNREAD = "reply_unread"
# Address or sending hours differ from those of the claim.
CHANGED = "changed"
# Reasons why a message waits instead of being cancelled.
_WAITS = f"objection IN ('{UNREAD}', '{CHANGED}')"
# Class of the advisory locks, one for each root company: its commercial messages are decided one by one.
_DECIDING = 1_262_636_367
# The digits of a callback's phone: encoded blanks, slashes and plus signs in forms and JSON contain digits of their
# own. As runs, not one by one: a backlog is searched for each message.
_NO_DIGITS = r"%%(?:25)*[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|[^0-9%%\\]+|[%%\\]"
# This many last digits of a phone are the same in all its spellings.
_LAST_DIGITS = 7
_NOT_FOR_SMS = ", ".join(f"'{kind}'" for kind in phone.NOT_FOR_SMS)

# Odoo's own SMS go to the number chosen by a user or a document, all other messages to the client.
_IS_TO_CLIENT = "message.client_id IS NOT NULL AND message.sms_uuid IS NULL"
# The address that a message goes to now.
ADDRESS = f"""
    CASE WHEN NOT ({_IS_TO_CLIENT}) THEN message.address
         WHEN message.channel = 'sms' THEN client.phone ELSE lower(client.email) END
"""
# The arguments of SendingHours.
HOURS = "settings.timezone, settings.opens, settings.closes, settings.rest_days, coalesce(country.code, 'CZ')"
AROUND = """
    JOIN res_company company ON company.id = message.company_id
    LEFT JOIN klientbox_settings settings ON settings.company_id = message.company_id
    LEFT JOIN res_partner place ON place.id = company.partner_id
    LEFT JOIN res_country country ON country.id = place.country_id
    LEFT JOIN klientbox_client client ON client.id = message.client_id
"""
_ROOT = "split_part(company.parent_path, '/', 1)"
# The company's root with all branches, including archived ones.
_FAMILY = f"ARRAY(SELECT id FROM res_company WHERE starts_with(parent_path, {_ROOT} || '/'))"
# Of two commercial messages to one person within the minimum days between two, or for one absence, only one is sent:
# the one that was sent first, else the older one. The order of ids lets no two lanes both send.
_OTHER = f"""
    FROM (
        SELECT * FROM klientbox_message WHERE client_id = message.client_id
         UNION ALL
        SELECT * FROM klientbox_message
         WHERE company_id = ANY({_FAMILY}) AND address = message.address AND channel = message.channel
    ) other
    WHERE other.id <> message.id AND other.direction = 'out' AND other.purpose = 'marketing'
      AND other.state NOT IN ('cancelled', 'failed')
      AND (other.id < message.id OR other.state NOT IN ('queued', 'claimed'))
      AND (abs(other.queued_day - message.queued_day) < settings.days_between
           OR (other.rule_id = message.rule_id AND other.step = message.step
               AND other.absence_since = message.absence_since))
"""

# Why a message is not sent after all, checked in the statement before sending. `message` has the present address and
# its hash. The first reasons hold for all messages, those after `purpose` for commercial ones alone; for a rule's
# message also changes of its client and their visits. Two reasons are temporary (_WAITS): something has changed since
# the claim, or a reply that may be a refusal is unread.
_OBJECTION = rf"""
    CASE
        WHEN company.active IS NOT TRUE THEN 'company_archived'
        WHEN client.erased_at IS NOT NULL THEN 'client_erased'
        WHEN client.active IS FALSE AND message.sms_uuid IS NULL THEN 'client_archived'
        WHEN message.address IS NULL THEN 'no_address'
        WHEN message.address IS DISTINCT FROM %(address)s OR ({HOURS}) IS DISTINCT FROM
             (%(zone)s, %(opens)s, %(closes)s, %(rest_days)s, %(country)s) THEN '{CHANGED}'
        -- The gateway may have this reference for the previous address, and would not send it again.
        WHEN message.address <> lower(message.queued_address) AND message.attempts > 0 AND %(once)s
        THEN 'address_changed'
        WHEN message.purpose IS DISTINCT FROM 'marketing' THEN NULL
        WHEN EXISTS (
            SELECT FROM klientbox_suppression suppression
             WHERE suppression.company_id = {_ROOT}::int
               AND suppression.channel = message.channel
               AND suppression.address_hash = message.address_hash
        ) THEN 'opted_out'
        WHEN message.channel = 'sms' AND EXISTS (
            SELECT FROM phone_blacklist WHERE number = message.address AND active IS TRUE
        ) THEN 'blacklisted'
        WHEN message.channel = 'email' AND EXISTS (
            SELECT FROM mail_blacklist WHERE email = lower(message.address) AND active IS TRUE
        ) THEN 'blacklisted'
        WHEN message.channel = 'sms' AND client.phone = message.address
             AND client.phone_kind IN ({_NOT_FOR_SMS}) THEN 'no_mobile'
        WHEN klientbox_address_objection(message.company_id, message.channel, message.address) IS NOT NULL
        THEN klientbox_address_objection(message.company_id, message.channel, message.address)
        WHEN EXISTS (
            SELECT FROM klientbox_message reply
             WHERE reply.needs_review IS TRUE AND reply.company_id = ANY({_FAMILY})
               AND (reply.client_id = message.client_id OR reply.address = message.address)
        ) THEN 'reply_unclear'
        WHEN message.rule_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM klientbox_rule_step step JOIN klientbox_rule rule ON rule.id = step.rule_id
             WHERE step.id = message.step_id AND step.active AND rule.active AND rule.enabled
        ) THEN 'rule_off'
        WHEN message.rule_id IS NOT NULL AND client.last_visit_date > message.absence_since THEN 'came_back'
        WHEN message.rule_id IS NOT NULL AND EXISTS (
            SELECT FROM klientbox_visit visit
             WHERE visit.client_id = message.client_id
               AND (visit.state = 'arrived' OR (visit.state = 'scheduled' AND visit.start > %(now)s))
        ) THEN 'booked'
        -- If it took place, the client does not have the status of this message.
        WHEN message.rule_id IS NOT NULL AND EXISTS (
            SELECT FROM klientbox_visit visit
             WHERE visit.client_id = message.client_id AND visit.state = 'scheduled'
               AND visit.start > %(now)s::timestamp - make_interval(days => 1 + CASE message.trigger
                   WHEN 'warning' THEN settings.active_days WHEN 'inactive' THEN settings.warning_days
                   ELSE settings.inactive_days END)
        ) THEN 'visit_unmarked'
        WHEN message.rule_id IS NOT NULL
             AND client.last_visit_date IS DISTINCT FROM message.absence_since THEN 'visits_changed'
        WHEN message.expires_at < %(now)s THEN 'expired'
        WHEN EXISTS (SELECT {_OTHER}) THEN 'written_recently'
        WHEN message.rule_id IS NOT NULL AND message.address_hash IS DISTINCT FROM message.queued_hash AND EXISTS (
            SELECT FROM klientbox_message other
             WHERE other.company_id = message.company_id AND other.channel = message.channel
               AND other.address_hash = message.address_hash AND other.trigger = message.trigger
               AND other.step = message.step AND other.absence_since = message.absence_since
               AND other.rule_id IS NOT NULL
        ) THEN 'same_address'
        WHEN message.channel = 'sms' AND EXISTS (
            SELECT FROM klientbox_inbound callback
              JOIN res_company theirs ON theirs.id = callback.company_id
             WHERE callback.state = 'new'
               AND split_part(theirs.parent_path, '/', 1) = {_ROOT}
               AND strpos(regexp_replace(concat_ws(' ', callback.query, callback.body), '{_NO_DIGITS}', '', 'g'),
                          right(message.address, {_LAST_DIGITS})) > 0
        ) THEN '{UNREAD}'
    END
"""


def _qualified(columns: str) -> str:
    return ", ".join(f"message.{column.strip()}" for column in columns.split(","))


# Three statements of one transaction, each of which sees what was committed before it: they wait for changes of the
# message, then for decisions on other commercial messages of the root company. MATERIALIZED: else all checks are
# planned and done once for each column that depends on them.
START = f"""
    SET synchronous_commit = on;
    SELECT FROM klientbox_message WHERE id = %(id)s FOR NO KEY UPDATE;
    SELECT pg_advisory_xact_lock({_DECIDING}, {_ROOT}::int)
      FROM klientbox_message message JOIN res_company company ON company.id = message.company_id
     WHERE message.id = %(id)s AND message.purpose = 'marketing';
    WITH checked AS MATERIALIZED (
        SELECT message.id, message.address, message.address_hash, {_OBJECTION} AS objection
          FROM (
            SELECT message.id, message.company_id, message.client_id, message.sms_uuid, message.channel,
                   message.purpose, message.trigger, message.rule_id, message.step_id, message.step,
                   message.absence_since, message.queued_day, message.expires_at, message.attempts,
                   message.address AS queued_address, message.address_hash AS queued_hash,
                   {ADDRESS} AS address,
                   CASE WHEN {_IS_TO_CLIENT} THEN %(address_hash)s ELSE message.address_hash END AS address_hash
              FROM klientbox_message message LEFT JOIN klientbox_client client ON client.id = message.client_id
             WHERE message.id = %(id)s
          ) message {AROUND}
    )
    UPDATE klientbox_message message
       SET state = CASE WHEN objection IS NULL THEN 'sending' WHEN {_WAITS} THEN 'queued' ELSE 'cancelled' END,
           reason = CASE WHEN {_WAITS} THEN reason ELSE objection END,
           address = CASE WHEN objection IS NULL THEN checked.address ELSE message.address END,
           address_hash = CASE WHEN objection IS NULL THEN checked.address_hash ELSE message.address_hash END,
           claim_token = CASE WHEN {_WAITS} THEN NULL ELSE claim_token END,
           due_at = CASE WHEN objection = '{UNREAD}'
                         THEN %(now)s::timestamp + make_interval(secs => {UNREAD_SECONDS}) ELSE due_at END,
           day = CASE WHEN objection IS NULL THEN %(day)s::date END,
           attempts = attempts + CASE WHEN objection IS NULL THEN 1 ELSE 0 END,
           tried_at = CASE WHEN objection IS NULL THEN %(now)s::timestamp END,
           lease_until = CASE WHEN {_WAITS} THEN NULL ELSE clock_timestamp() + make_interval(secs => %(lease)s) END
      FROM checked
     WHERE message.id = checked.id AND state = 'claimed' AND claim_token = %(token)s
       AND lease_until > clock_timestamp() AND company_id NOT IN (SELECT klientbox_held_companies())
    RETURNING state = 'sending', {_qualified(COLUMNS)}
"""
