"""The nightly job beside a salon that goes on working: neither undoes the other's changes."""

from concurrent.futures import ThreadPoolExecutor

CLIENTS = 12_000  # more than two chunks of the job
VISITORS = 120
THREADS = 6


def test_visits_during_the_night_job_are_neither_lost_nor_undone(site):
    salon = site.salon()
    # Yesterday's actives, whose last visit was 61 local days ago: tonight all of them become warnings.
    site.sql(
        """
        INSERT INTO klientbox_client
               (name, search_key, company_id, active, version, status, last_visit_date, total_visits, total_spent,
                sms_opt_out, email_opt_out, create_date)
        SELECT 'Client ' || n, 'client ' || n, %s, TRUE, 1, 'active',
               (now() AT TIME ZONE 'Europe/Prague')::date - 61, 0, 0, FALSE, FALSE, now()
          FROM generate_series(1, %s) n
        """,
        [salon.company_id, CLIENTS],
    )
    ids = [row[0] for row in site.sql("SELECT id FROM klientbox_client WHERE company_id = %s", [salon.company_id])]
    visitors = ids[:: CLIENTS // VISITORS]
    [cron] = site.admin.call(
        "ir.cron", "search", [("code", "=", "model._cron_night()")], context={"active_test": False}
    )

    def work_through_the_night():
        # A run of a job ends when its time is up; the scheduler, or the user of the button, starts another.
        status_day = "SELECT status_day FROM klientbox_settings WHERE company_id = %s"
        before = site.sql(status_day, [salon.company_id])
        while site.sql(status_day, [salon.company_id]) == before:
            site.admin.call("ir.cron", "method_direct_trigger", [cron])

    def come(share):
        api = salon.api.copy()
        return [api.post("/visits", client_id=client_id).status for client_id in share]

    with ThreadPoolExecutor(THREADS + 1) as pool:
        night = pool.submit(work_through_the_night)
        shares = [pool.submit(come, visitors[number::THREADS]) for number in range(THREADS)]
        answers = [status for share in shares for status in share.result()]
        night.result()

    assert answers == [201] * len(visitors)
    statuses = dict(
        site.sql(
            "SELECT status, count(*) FROM klientbox_client WHERE company_id = %s GROUP BY status", [salon.company_id]
        )
    )
    assert statuses == {"active": len(visitors), "warning": CLIENTS - len(visitors)}
    moves = site.sql(
        "SELECT client_id, old_status, new_status FROM klientbox_status_change WHERE company_id = %s",
        [salon.company_id],
    )
    assert len({client_id for client_id, _old, _new in moves}) == len(moves)
    assert {(old, new) for _client, old, new in moves} == {("active", "warning")}
    assert {client_id for client_id, _old, _new in moves} >= set(ids) - set(visitors)
    [[day_is_done]] = site.sql(
        "SELECT status_day = (now() AT TIME ZONE 'Europe/Prague')::date FROM klientbox_settings WHERE company_id = %s",
        [salon.company_id],
    )
    assert day_is_done
