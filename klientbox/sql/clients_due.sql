-- Every client of a company whose next message is due by date, with the reason against it, if any. The most recent
-- absences come first.

WITH step AS (
    SELECT step.id, step.rule_id, step.number, step.channel, rule.trigger,
           CASE rule.trigger WHEN 'warning' THEN %(active)s WHEN 'inactive' THEN %(warning)s
                             ELSE %(inactive)s END AS days_before,
           step.delay,
           lag(step.number) OVER chain AS before,
           step.delay - lag(step.delay) OVER chain AS gap
      FROM klientbox_rule_step step
      JOIN klientbox_rule rule ON rule.id = step.rule_id
     WHERE rule.company_id = %(company)s
       AND rule.active AND rule.enabled AND step.active
    WINDOW chain AS (PARTITION BY step.rule_id ORDER BY step.delay, step.number)
), due AS (
    SELECT client.id AS client_id, client.lang, step.id AS step_id, step.rule_id, step.number AS step,
           step.trigger, step.days_before, step.channel AS wanted, client.last_visit_date AS absence_since,
           client.phone, client.sms_opt_out, lower(client.email) AS email, client.email_opt_out,
           -- A refusal that a provider has reported counts before the job has recorded it.
           CASE WHEN client.phone_kind = ANY(%(not_for_sms)s) THEN 'no_mobile'
                WHEN dead_phone.reason = 'unsubscribed' THEN 'opted_out'
                WHEN dead_phone.id IS NOT NULL THEN 'undeliverable' END AS no_sms,
           CASE WHEN dead_email.reason = 'unsubscribed' THEN 'opted_out'
                WHEN dead_email.id IS NOT NULL THEN 'undeliverable' END AS no_email
      FROM klientbox_client client
      JOIN step ON step.trigger = client.status
      LEFT JOIN klientbox_undeliverable dead_phone
        ON dead_phone.company_id = %(root)s AND dead_phone.channel = 'sms'
           AND dead_phone.address = client.phone AND dead_phone.used_again_at IS NULL
      LEFT JOIN klientbox_undeliverable dead_email
        ON dead_email.company_id = %(root)s AND dead_email.channel = 'email'
           AND dead_email.address = lower(client.email) AND dead_email.used_again_at IS NULL
     WHERE client.company_id = %(company)s AND client.active IS TRUE
       AND client.last_visit_date < %(today)s::date - step.days_before - step.delay
       AND NOT EXISTS (
            SELECT FROM klientbox_message message
             WHERE message.client_id = client.id AND message.rule_id = step.rule_id
               AND message.step = step.number AND message.absence_since = client.last_visit_date)
       AND (step.before IS NULL OR EXISTS (
            SELECT FROM klientbox_message message
             WHERE message.client_id = client.id AND message.rule_id = step.rule_id
               AND message.step = step.before AND message.absence_since = client.last_visit_date
               AND message.queued_day <= %(today)s::date - step.gap))
), chosen AS (
    -- An e-mail replaces an SMS that can't arrive, if the client has refused neither.
    SELECT due.*, CASE
        WHEN wanted = 'sms' AND no_sms <> 'opted_out' AND sms_opt_out IS NOT TRUE AND NOT EXISTS (
                SELECT FROM phone_blacklist WHERE number = phone AND active IS TRUE)
             AND email IS NOT NULL AND no_email IS NULL AND email_opt_out IS NOT TRUE AND NOT EXISTS (
                SELECT FROM mail_blacklist WHERE mail_blacklist.email = due.email AND active IS TRUE)
        THEN 'email' ELSE wanted END AS channel
      FROM due
), addressed AS (
    SELECT client_id, lang, step_id, rule_id, step, trigger, days_before, channel, absence_since,
           CASE channel WHEN 'sms' THEN no_sms ELSE no_email END AS out_of_reach,
           CASE channel WHEN 'sms' THEN phone ELSE email END AS address,
           CASE channel WHEN 'sms' THEN sms_opt_out ELSE email_opt_out END AS refused
      FROM chosen
)
SELECT due.*, CASE
    WHEN address IS NULL THEN 'no_address'
    WHEN refused THEN 'opted_out'
    WHEN channel = 'sms' AND EXISTS (
        SELECT FROM phone_blacklist WHERE number = address AND active IS TRUE) THEN 'blacklisted'
    WHEN channel = 'email' AND EXISTS (
        SELECT FROM mail_blacklist WHERE email = address AND active IS TRUE) THEN 'blacklisted'
    WHEN out_of_reach IS NOT NULL THEN out_of_reach
    WHEN EXISTS (
        SELECT FROM klientbox_message reply
         WHERE reply.needs_review IS TRUE AND reply.company_id = ANY(%(family)s)
           AND (reply.client_id = due.client_id OR reply.address = due.address)
    ) THEN 'reply_unclear'
    WHEN EXISTS (
        SELECT FROM klientbox_visit visit
         WHERE visit.client_id = due.client_id
           AND (visit.state = 'arrived' OR (visit.state = 'scheduled' AND visit.start > %(now)s))
    ) THEN 'booked'
    -- If it took place, the client does not have this status.
    WHEN EXISTS (
        SELECT FROM klientbox_visit visit
         WHERE visit.client_id = due.client_id AND visit.state = 'scheduled'
           AND visit.start > %(now)s::timestamp - make_interval(days => 1 + days_before)
    ) THEN 'visit_unmarked'
    WHEN EXISTS (
        SELECT FROM klientbox_message message
         WHERE message.company_id = %(company)s AND message.address = due.address
           AND message.trigger = due.trigger AND message.step = due.step
           AND message.absence_since = due.absence_since
    ) THEN 'same_address'
    WHEN EXISTS (
        SELECT FROM klientbox_message message
         WHERE message.company_id = ANY(%(family)s) AND message.address = due.address
           AND message.purpose = 'marketing' AND message.state <> 'cancelled'
           AND message.queued_day > %(today)s::date - %(between)s
    ) OR EXISTS (
        SELECT FROM klientbox_message message
         WHERE message.client_id = due.client_id AND message.purpose = 'marketing'
           AND message.state NOT IN ('cancelled', 'failed')
           AND message.queued_day > %(today)s::date - %(between)s
    ) THEN 'written_recently'
END AS reason
  FROM addressed AS due ORDER BY absence_since DESC, client_id
