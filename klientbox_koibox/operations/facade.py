import json

from odoo.addons.klientbox.api.errors import ApiError
from odoo.addons.klientbox.api.facade import Facade, Refusal
from odoo.addons.klientbox.api.shapes import is_list

from .paging import with_neighbours

KEY_HEADER = "X-Koibox-Key"
# The error key of the body as a whole, as in the framework of Koibox.
WHOLE_BODY = "non_field_errors"
SENTENCES = {
    "required": "This is required.",
    "too_long": "This is too long.",
    "invalid_type": "This is not a value of the right type.",
    "out_of_range": "This is out of range.",
    "invalid_number": "This is not a number.",
    "finite_number": "This is not a number.",
    "invalid_boolean": "This is neither true nor false.",
    "invalid_date": "This is not a date such as 2026-04-15.",
    "invalid_datetime": "This is not a time such as 2026-04-15T14:00:00+02:00.",
}
# Members of a client, by the fields in errors.
FIELD_NAMES = {
    "phone": "movil",
    "sms_opt_out": "is_envios_sms",
    "email_opt_out": "is_envios_email",
    "active": "is_active",
    "koibox_code": "code",
    "koibox_category_id": "categoria",
    "koibox_heard_id": "como_nos_conocio",
    "koibox_state_id": "provincia",
    "name": "nombre",
    "body": WHOLE_BODY,
}


class Koibox(Facade):
    """The differences of Koibox's API to the protocol of v1. It is made with Django; integrations rely on its
    behaviour."""

    def check_address(self, httprequest):
        """By Koibox's contract unknown query parameters are ignored; a key there gives no access."""

    def admit(self, request):
        """Without a key the response names the header."""
        try:
            return super().admit(request)
        except ApiError as error:
            if error.code == 401:
                error.message = f"Send your access key in the header {self.key_header}."
            raise

    def challenge(self):
        """The name of the header, nothing else."""
        return self.key_header

    def query(self, shape, parameters):
        """Unknown or empty parameters are ignored; of a repeated one the last counts, of lists all."""
        accepted = {}
        for name in parameters.keys() & shape.model_fields.keys():
            is_many = is_list(shape.model_fields[name])
            values = [value for value in parameters.getlist(name) if value.strip(" ," if is_many else None)]
            if values:
                accepted[name] = ",".join(values) if is_many else values[-1]
        return accepted

    def changes(self, operation, members, present):
        """Members that can't be written are ignored, and unchanged ones are no change."""
        known = operation.takes.model_fields.keys() & members.keys()
        return {name: members[name] for name in known if members[name] != present.get(name)}, []

    def answer(self, httprequest, operation, result, context, included):
        """A list contains the addresses of its neighbours in its body."""
        if isinstance(result, dict) and "results" in result:
            result = with_neighbours(result, httprequest.base_url, httprequest.args.items(multi=True))
        return super().answer(httprequest, operation, result, context, included)

    def refusal(self, error, request_id):
        """For a bad request the members with their messages, for all other errors one message."""
        body = self._field_errors(error) if error.code == 400 else {"detail": error.message}
        return Refusal(error.code, json.dumps(body, ensure_ascii=False), error.headers)

    def _field_errors(self, error):
        errors = {}
        for name, code, message in error.details or [(WHOLE_BODY, error.error_code, error.message)]:
            # In a list the index; of our own messages the text after the member's name and a colon.
            member = self.field_names.get(name, name).partition(".")[0]
            errors.setdefault(member, []).append(SENTENCES.get(code) or message.removeprefix(f"{name}: "))
        return errors


koibox = Koibox(
    addon="klientbox_koibox",
    prefix="/api",
    families=("clientes", "api-key"),
    key_header=KEY_HEADER,
    title="Koibox compatible API",
    version="1.0.0",
    tags={"Clientes": "The clients of the key's company.", "Clave": "The API key of this request."},
    field_names=FIELD_NAMES,
)
