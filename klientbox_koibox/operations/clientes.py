from datetime import date
from typing import Annotated

from odoo.addons.klientbox.api.filters import filtered
from odoo.addons.klientbox.api.shapes import Answer, Email, IdOf, Line, Maybe, Name, Note, OffsetTime, Shape
from odoo.addons.klientbox.lib import phone
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from .facade import koibox
from .filters import (
    AMOUNT,
    DAY,
    EXACT,
    FLAG,
    IDS,
    NUMBER,
    PART,
    PHONE,
    REFERENCE,
    TIME,
    VALUE,
    Filter,
)
from .paging import Window, Windowed, window_of

MOST_PHONE = 16
# hombre (man), mujer (woman)
SEXES = (("H", "male"), ("M", "female"))
YES_NO = ((True, False), (False, True))


def _sex(gender):
    return {value: code for code, value in SEXES}.get(gender)


def _gender(code):
    try:
        return dict(SEXES)[code.upper()] if code else False
    except KeyError as error:
        raise PydanticCustomError("invalid_choice", "must be H or M") from error


def _national(number, info):
    """A phone as people in the salon's country write it, in digits alone; a foreign one as E.164.

    So an integration gets back the phone that it sent, and finds it when it compares.
    """
    return phone.national(number, info.context["region"]()) if number else None


def _short(number):
    if len(number) > MOST_PHONE:
        raise PydanticCustomError("too_long", "has at most 16 characters")
    return number


def _not(flag):
    return not flag


def _text(value):
    return value or ""


Number = Annotated[float, Field(allow_inf_nan=False)]
Opposite = Annotated[bool, AfterValidator(_not)]


def of(field, **more):
    """The field of a client for a member."""
    return Field(validation_alias=field, **more)


class Cliente(Answer):
    """A client in Koibox's format. KlientBox has no values for members with a default: see docs/koibox.md."""

    id: Annotated[int, Filter(IDS, merged_by="former_id")]
    created: OffsetTime = of("create_date")
    updated: OffsetTime = of("write_date")
    nombre: Annotated[str, Filter(PART, folded_in="search_key")] = of("koibox_nombre")
    apellido1: Annotated[Maybe[str], Filter(PART, folded_in="search_key")] = of("koibox_apellido1")
    apellido2: Annotated[Maybe[str], Filter(PART, folded_in="search_key")] = of("koibox_apellido2")
    email: Annotated[Maybe[str], Filter(PART, folded_in="search_key")]
    dni: Annotated[Maybe[str], Filter(PART)] = of("koibox_national_id")
    movil: Annotated[str | None, BeforeValidator(_national), Filter(PHONE)] = of("phone")
    fijo: Annotated[Maybe[str], Filter(VALUE)] = of("koibox_landline")
    direccion: Maybe[str] = of("koibox_street")
    localidad: Maybe[str] = of("koibox_city")
    codigo_postal: Annotated[Maybe[str], Filter(VALUE)] = of("koibox_zip")
    provincia: IdOf[int | None] = of("koibox_state_id")
    sexo: Annotated[str | None, BeforeValidator(_sex), Filter(EXACT).spelt(SEXES)] = of("gender")
    fecha_nacimiento: Maybe[date] = of("birth_date")
    notas: Annotated[str, BeforeValidator(_text)] = of("notes")
    code: Annotated[int, Filter(NUMBER)] = of("koibox_code")
    categoria: Annotated[IdOf[int | None], Filter(REFERENCE)] = of("koibox_category_id")
    como_nos_conocio: IdOf[int | None] = of("koibox_heard_id")
    origen: Annotated[Maybe[str], Filter(VALUE)] = of("koibox_origin")
    descuento_ventas: Annotated[Number, Filter(AMOUNT)] = of("koibox_discount")
    is_active: Annotated[bool, Filter(FLAG)] = of("active")
    is_suscrito_newsletter: Annotated[bool, Filter(FLAG)] = of("koibox_newsletter")
    is_suscrito_encuestas: Annotated[bool, Filter(FLAG)] = of("koibox_surveys")
    is_agree_notificaciones_sms: Annotated[bool, Filter(FLAG)] = of("koibox_sms_notices")
    is_agree_notificaciones_email: Annotated[bool, Filter(FLAG)] = of("koibox_email_notices")
    is_citas_online: Annotated[bool, Filter(FLAG)] = of("koibox_online_booking")
    is_exclude_online_payments: Annotated[bool, Filter(FLAG)] = of("koibox_no_online_payments")
    is_envios_sms: Annotated[bool, AfterValidator(_not), Filter(FLAG).spelt(YES_NO)] = of("sms_opt_out")
    is_envios_email: Annotated[bool, AfterValidator(_not), Filter(FLAG).spelt(YES_NO)] = of("email_opt_out")
    is_sms_cliente_perdido_enviado: Annotated[bool, Filter(FLAG)] = of("koibox_lost_sms")
    is_email_cliente_perdido_enviado: Annotated[bool, Filter(FLAG)] = of("koibox_lost_email")
    is_agree_rgpd: Annotated[bool, Filter(FLAG)] = of("koibox_agreed")
    fecha_firma_rgpd: Annotated[Maybe[date], Filter(DAY)] = of("koibox_agreed_on")
    b64_firma_rgpd: None = None
    file_contrato_rgpd: None = None
    is_anonymous: bool = False
    numero_ventas: Annotated[int, Filter(NUMBER)] = of("koibox_sales")
    importe_ventas: Annotated[Number, Filter(AMOUNT)] = of("koibox_sales_amount")
    importe_deudas: Annotated[Number, Filter(AMOUNT)] = of("koibox_debt")
    fecha_ultima_venta: Annotated[Maybe[date], Filter(DAY)] = of("koibox_last_sale")
    total_citas_realizadas: Annotated[int, Filter(NUMBER)] = of("total_visits")
    fecha_ultima_cita_realizada: Annotated[Maybe[date], Filter(DAY)] = of("last_visit_date")
    fecha_alta: Annotated[OffsetTime, Filter(TIME)] = of("koibox_registered")
    created_by: IdOf[int | None] = of("create_uid")
    puntos_disponibles: float = 0

    @classmethod
    def field_names(cls):
        """Without the members that are the same for all."""
        return [member.validation_alias or name for name, member in cls.model_fields.items() if member.is_required()]


class ClienteList(Windowed):
    """A section of the list of clients."""

    results: list[Cliente]


@filtered(Cliente, filters_only=True)
class ClienteFilter(Window):
    """Which clients."""


def to(field, **more):
    """The field of a client for a member that is written."""
    return Field(default_factory=lambda: None, serialization_alias=field, **more)


Mobile = Annotated[Line, AfterValidator(lambda number: number and _short(number))]
Day = Annotated[date | None, BeforeValidator(lambda written: written or None)]
Reference = Annotated[int | None, BeforeValidator(lambda written: written or None)]


class ClienteChanges(Shape):
    """Members to write; all others are ignored. Numbers and flags may come as text."""

    model_config = ConfigDict(extra="ignore", strict=False, coerce_numbers_to_str=True)

    nombre: Name = to("given_name")
    apellido1: Line | None = to("family_name")
    apellido2: Line | None = to("koibox_second_family_name")
    email: Email | None = to("email")
    dni: Line | None = to("koibox_national_id")
    movil: Mobile | None = to("phone")
    fijo: Line | None = to("koibox_landline")
    direccion: Line | None = to("koibox_street")
    localidad: Line | None = to("koibox_city")
    codigo_postal: Line | None = to("koibox_zip")
    provincia: Reference = to("koibox_state_id")
    sexo: Annotated[Line, AfterValidator(_gender)] | None = to("gender")
    fecha_nacimiento: Day = to("birth_date")
    notas: Note | None = to("notes")
    code: Annotated[int, Field(ge=1, le=2**31 - 1)] = to("koibox_code")
    categoria: Reference = to("koibox_category_id")
    como_nos_conocio: Reference = to("koibox_heard_id")
    descuento_ventas: Annotated[Number, Field(ge=0, le=10**9)] = to("koibox_discount")
    is_active: bool = to("active")
    is_suscrito_newsletter: bool = to("koibox_newsletter")
    is_suscrito_encuestas: bool = to("koibox_surveys")
    is_agree_notificaciones_sms: bool = to("koibox_sms_notices")
    is_agree_notificaciones_email: bool = to("koibox_email_notices")
    is_citas_online: bool = to("koibox_online_booking")
    is_exclude_online_payments: bool = to("koibox_no_online_payments")
    is_envios_sms: Opposite = to("sms_opt_out")
    is_envios_email: Opposite = to("email_opt_out")

    def as_vals(self):
        """{field: value} of the members that were sent."""
        return self.model_dump(by_alias=True, exclude_unset=True)


class ClienteCreate(ClienteChanges):
    """A new client; only the name is required."""

    nombre: Name = Field(serialization_alias="given_name")


@koibox.operation(
    "GET",
    "/clientes",
    name="listClientes",
    tag="Clientes",
    scope="clients:read",
    query=ClienteFilter,
    gives=ClienteList,
)
def list_clientes(env, query):
    """List customers"""
    clients = env["klientbox.client"].with_context(active_test=False)
    return window_of(clients, query.domain(), query, Cliente, query.has_patterns())


@koibox.operation(
    "POST",
    "/clientes",
    name="saveCliente",
    tag="Clientes",
    scope="clients:write",
    takes=ClienteCreate,
    gives=Cliente,
    status=201,
)
def save_cliente(env, client):
    """Add a customer"""
    return env["klientbox.client"]._koibox_create(client.as_vals())


@koibox.operation(
    "PATCH",
    "/clientes/{id}",
    name="updateCliente",
    tag="Clientes",
    scope="clients:write",
    subject="klientbox.client",
    archived=True,
    merged=True,
    takes=ClienteChanges,
    gives=Cliente,
)
def update_cliente(env, client, changes):
    """Change a customer"""
    client._koibox_write(changes.as_vals())
    return client
