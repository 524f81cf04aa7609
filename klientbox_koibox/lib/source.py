"""An account at Koibox as the source of an import: its list of clients, and the treatment of each member."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from odoo.addons.klientbox_import.lib import accounts
from odoo.addons.klientbox_import.lib.accounts import Member, Page, PageRequest, Unreadable, noted, text_of


def _first(*names: str) -> Callable[[dict[str, Any]], str]:
    def read(record: dict[str, Any]) -> str:
        texts = [text_of(record.get(name)).strip() for name in names]
        return next(filter(None, texts), "")

    return read


def _landline(record: dict[str, Any]) -> str:
    """Beside a mobile number; alone it is the phone."""
    landline: str = text_of(record.get("fijo")) if text_of(record.get("movil")).strip() else ""
    return landline


def _own(name: str, field: str, **more: Any) -> Member:
    return Member(name, "", accounts.OWN, f"koibox_{field}", **more)


def _words(name: str, label: str) -> Callable[[dict[str, Any]], str]:
    """For the notes; a number of the vendor's own has no meaning here."""
    return lambda record: "" if isinstance(record.get(name), int) else noted(label, record.get(name))


def _category(record: dict[str, Any]) -> str:
    """A tag. Where the vendor sends only its number, the salon still knows which one that was."""
    category = record.get("categoria")
    tag: str = f"Categoría {category}" if isinstance(category, int) else text_of(category)
    return tag


def _is_archived(record: dict[str, Any]) -> str:
    return "yes" if record.get("is_active") is False else ""


MEMBERS = (
    Member("id", "external_id"),
    Member("code", "code"),
    Member("nombre", "given_name"),
    Member("apellido1", "family_name"),
    _own("apellido2", "second_family_name"),
    Member("movil", "phone", read=_first("movil", "fijo")),
    _own("fijo", "landline", read=_landline),
    Member("email", "email"),
    Member("fecha_nacimiento", "birth_date"),
    Member("sexo", "gender"),
    Member("is_active", "archived", accounts.OPPOSITE, read=_is_archived),
    Member("categoria", "tags", read=_category),
    Member("is_envios_sms", "sms_consent", accounts.REFUSAL),
    Member("is_envios_email", "email_consent", accounts.REFUSAL),
    Member("notas", "notes"),
    Member("como_nos_conocio", "notes", accounts.NOTED, read=_words("como_nos_conocio", "Cómo nos conoció")),
    Member("provincia", "notes", accounts.NOTED, read=_words("provincia", "Provincia")),
    _own("direccion", "street"),
    _own("codigo_postal", "zip"),
    _own("localidad", "city"),
    _own("dni", "national_id"),
    _own("fecha_alta", "registered"),
    _own("descuento_ventas", "discount"),
    _own("is_suscrito_newsletter", "newsletter"),
    _own("is_suscrito_encuestas", "surveys"),
    _own("is_agree_notificaciones_sms", "sms_notices"),
    _own("is_agree_notificaciones_email", "email_notices"),
    _own("is_citas_online", "online_booking"),
    _own("is_exclude_online_payments", "no_online_payments"),
    _own("origen", "origin"),
    Member("fecha_ultima_cita_realizada", "date", accounts.LAST_VISIT),
    Member("total_citas_realizadas", "", accounts.COUNTED),
    Member("numero_ventas", "", accounts.COUNTED),
    Member("importe_ventas", "", accounts.COUNTED),
    Member("fecha_ultima_venta", "", accounts.COUNTED),
    Member("importe_deudas", "", accounts.COUNTED),
    Member("is_sms_cliente_perdido_enviado", "", accounts.COUNTED),
    Member("is_email_cliente_perdido_enviado", "", accounts.COUNTED),
    Member("is_agree_rgpd", "", accounts.NO_PLACE),
    Member("fecha_firma_rgpd", "", accounts.NO_PLACE),
    Member("b64_firma_rgpd", "", accounts.IMAGE, is_bulky=True),
    Member("file_contrato_rgpd", "", accounts.IMAGE, is_bulky=True),
    Member("is_anonymous", "", accounts.NO_PLACE),
    Member("puntos_disponibles", "", accounts.NO_PLACE),
    Member("created_by", "", accounts.NO_PLACE),
    Member("created", "", accounts.NO_PLACE),
    Member("updated", "", accounts.NO_PLACE),
)


class KoiboxSource(accounts.Source):
    """Pages of at most fifty; the answer has the total, and whether another page follows."""

    def page_request(self, address: str, credentials: dict[str, str], offset: int, limit: int) -> PageRequest:
        """The key goes in a header."""
        return PageRequest(
            self.url(address), {"limit": limit, "offset": offset}, {"X-Koibox-Key": credentials.get("key", "")}
        )

    def page_of(self, answer: Any, limit: int) -> Page:
        """The vendor's envelope."""
        if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
            raise Unreadable
        total = answer.get("count")
        is_number = isinstance(total, int) and not isinstance(total, bool) and total >= 0
        return Page(answer["results"], total if is_number else None, not answer.get("next"))


KOIBOX = KoiboxSource(
    name="koibox",
    path="/api/clientes/",
    id_member="id",
    credentials=("key",),
    members=MEMBERS,
    page_size=50,
    # Hombre (man) and mujer (woman).
    words={"gender": {"h": "male", "m": "female"}},
)
