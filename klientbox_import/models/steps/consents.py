from collections import defaultdict
from datetime import datetime, time

from odoo.addons.klientbox.lib import clock
from odoo.addons.klientbox.lib.address import EMAIL, SMS
from odoo.addons.klientbox.models.clients.klientbox_client import ADDRESS_FIELDS, FLAG_FIELDS
from odoo.tools import SQL, split_every

# Consents that are recorded at once.
CHUNK = 2_000
# Regular expressions of an address among the further texts of a row.
FORMS = {"phone": r"^\+[0-9]{6,15}$", "email": r"^[^@\s]+@[^@\s]+$"}
EVENT_SOURCES = ("staff", "api", "import", "form", "stop", "unsubscribe", "provider", "erasure")


def _addresses(mark):
    """The addresses of a row, phones or e-mails. Further texts that are none match nothing and are left out."""
    return SQL(
        """
        (SELECT row.client ->> %(mark)s AS address WHERE row.client ? %(mark)s
         UNION
         SELECT address FROM jsonb_array_elements_text(row.client -> %(further)s) AS address
          WHERE address ~ %(form)s) AS given
        """,
        mark=mark,
        further=f"further_{mark}s",
        form=FORMS[mark],
    )


class Consents:
    """Records the consents and refusals in the rows of an import.

    Refusals take effect at once; a proved consent is kept as proof, and never lifts a refusal in force.
    """

    def __init__(self, record):
        self.record, self.env = record, record.env

    def run(self):
        """Record the events; returns their ids."""
        made = []
        for channel in (SMS, EMAIL):
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT ON (person) coalesce(known_client, made_client), client -> %(name)s
                      FROM klientbox_import_row
                     WHERE import_id = %(import)s AND refused IS NOT TRUE AND client ? %(name)s
                     ORDER BY person, (client -> %(name)s ->> 'given')::boolean, number
                    """,
                    name=f"{channel}_consent",
                    **{"import": self.record.id},
                )
            )
            consents = dict(rows)
            for client, refusal in self._refusals_of_refused_rows(channel):
                if client not in consents or consents[client]["given"]:
                    consents[client] = refusal
            for chunk in split_every(CHUNK, consents.items(), list):
                for source, vals_list in self._prepare_events(channel, chunk).items():
                    made += self.env["klientbox.consent.event"]._record(source, vals_list).ids
            self._suppress_addresses(channel)
        return made

    def _refusals_of_refused_rows(self, channel):
        """(client, refusal) of the rows that are refused for another reason: their opt-outs still take effect for the
        address."""
        mark = ADDRESS_FIELDS[channel]
        return self.env.execute_query(
            SQL(
                """
                WITH client AS (
                    SELECT id, lower(%(field)s) AS address FROM klientbox_client
                     WHERE company_id = %(company)s AND %(field)s IS NOT NULL
                     UNION ALL
                    SELECT client_id, lower(%(field)s) FROM klientbox_client_alias
                     WHERE company_id = %(company)s AND %(field)s IS NOT NULL
                )
                SELECT DISTINCT ON (client.id) client.id, row.client -> %(consent)s
                  FROM klientbox_import_row AS row
                 CROSS JOIN LATERAL %(addresses)s
                  JOIN client ON client.address = lower(given.address)
                 WHERE row.import_id = %(import)s AND row.refused IS TRUE
                   AND row.client -> %(consent)s ->> 'given' = 'false'
                 ORDER BY client.id, row.number
                """,
                consent=f"{channel}_consent",
                company=self.record.company_id.id,
                field=SQL.identifier(mark),
                addresses=_addresses(mark),
                **{"import": self.record.id},
            )
        )

    def _suppress_addresses(self, channel):
        """A refusal takes effect for all addresses in its row, also where no client has them: the row may be refused,
        or the client may have another address here. A later client with one of them gets no messages.

        These events have no client, so undoing the import leaves them in force.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (1) lower(given.address), given.address, client -> %(consent)s
                  FROM klientbox_import_row AS row
                 CROSS JOIN LATERAL %(addresses)s
                 WHERE import_id = %(import)s AND client -> %(consent)s ->> 'given' = 'false'
                 ORDER BY 1, number
                """,
                consent=f"{channel}_consent",
                addresses=_addresses(ADDRESS_FIELDS[channel]),
                **{"import": self.record.id},
            )
        )
        for chunk in split_every(CHUNK, rows, list):
            self._suppress_new(channel, [(address, refusal) for _key, address, refusal in chunk])

    def _suppress_new(self, channel, refusals):
        """Record those of (address, refusal) whose address is not suppressed yet."""
        Event = self.env["klientbox.consent.event"]
        hashes = {address: Event._hash(channel, address) for address, _refusal in refusals}
        known = self.env["klientbox.suppression"]._find(self.record.company_id, {channel: set(hashes.values())})
        prepared = defaultdict(list)
        for address, refusal in refusals:
            if (channel, hashes[address]) not in known:
                source, proof = self._prepare_proof(refusal)
                prepared[source].append(
                    {
                        "company_id": self.record.company_id.root_id.id,
                        "client_id": False,
                        "channel": channel,
                        "address": address,
                        **proof,
                    }
                )
        for source, vals_list in prepared.items():
            Event._record(source, vals_list)

    def _prepare_events(self, channel, consents):
        """{source: values} of the events that are a change. Sources are marked as those of a file."""
        clients = self.env["klientbox.client"].browse([client for client, _consent in consents])
        refusing = clients.filtered(FLAG_FIELDS[channel])
        # Only the consent is read, also that of a client of another branch with the same address.
        last = clients.sudo()._last_consents(channel)
        prepared = defaultdict(list)
        for client, (_id, consent) in zip(clients, consents, strict=True):
            if client in refusing or (consent["given"] and client in last and last[client].kind == "given"):
                continue
            source, proof = self._prepare_proof(consent)
            prepared[source].append({**client._prepare_consent_vals(channel), **proof})
        return prepared

    def _prepare_proof(self, consent):
        """(source, values) of an event from a row's consent or refusal, without its client."""
        at, source = consent.get("at"), consent.get("source") or "import"
        zone = self.record.company_id._klientbox_settings().timezone
        return source if source in EVENT_SOURCES else "import", {
            "kind": "given" if consent["given"] else "withdrawn",
            "is_imported": True,
            "basis": "consent" if consent["given"] else False,
            "text": consent.get("text") or (source not in EVENT_SOURCES and source),
            "at": clock.utc(datetime.combine(datetime.fromisoformat(at), time.min), zone) if at else clock.now(),
        }
