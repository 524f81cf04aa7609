"""Phones and e-mails of rows that their client does not get: the notes keep them."""

from odoo.addons.klientbox.lib import phone
from odoo.tools import SQL

from ..klientbox_import_row import OTHER_EMAIL, OTHER_PHONE

KINDS = ("phone", "email")


class FurtherAddresses:
    """The further addresses of the persons of an import."""

    def __init__(self, record):
        self._env = record.env
        self._of_persons = {}
        rows = record.env.execute_query(
            SQL(
                """
                SELECT person, client FROM klientbox_import_row
                 WHERE import_id = %s AND refused IS NOT TRUE
                   AND (client ?| ARRAY['further_phones', 'further_emails'] OR notes ?| %s)
                 ORDER BY number
                """,
                record.id,
                [OTHER_PHONE, OTHER_EMAIL],
            )
        )
        for person, client in rows:
            kept = self._of_persons.setdefault(person, {kind: {} for kind in KINDS})
            for kind in KINDS:
                addresses = [client[kind]] if kind in client else []
                kept[kind].update(dict.fromkeys([*addresses, *client.get(f"further_{kind}s", ())]))

    def with_notes(self, person, values, vals, client=None):
        """The values of a client, with the further addresses of the person in the notes; `client` is the existing one.

        A text that is in the notes already is not repeated: a second import of the same file changes nothing.
        """
        if person not in self._of_persons:
            return vals
        notes = (client and client.notes) or vals.get("notes") or ""
        lines = [notes] if notes else []
        for kind in KINDS:
            own = vals.get(kind) or (client[kind] if client else values.get(kind)) or ""
            shown = [_shown(each) for each in self._of_persons[person][kind] if each.lower() != own.lower()]
            shown = [each for each in shown if each not in notes]
            lines += [self._line(kind, ", ".join(shown))] if shown else []
        return {**vals, "notes": "\n".join(lines)} if lines and lines != [notes] else vals

    def _line(self, kind, shown):
        lines = {
            "phone": self._env._("Phones also in the imported file: %(phones)s", phones=shown),
            "email": self._env._("E-mails also in the imported file: %(emails)s", emails=shown),
        }
        return lines[kind]


def _shown(address):
    """A phone as people read it; any other text as it is."""
    return phone.pretty(address) if address.startswith("+") and address[1:].isdecimal() else address
