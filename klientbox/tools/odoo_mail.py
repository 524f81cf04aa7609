"""E-mail by Odoo's mail servers: one message, one SMTP conversation.

Not by `mail.mail`: it commits after the SMTP call instead of before, so that a process that dies in between sends the
mail again. Server, sender rules and the building of the mail are Odoo's.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from typing import TYPE_CHECKING

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from .. import compat
from ..lib import mail_reports
from ..lib.failure_reasons import UNKNOWN_RECIPIENT
from ..lib.text import one_line
from .cursors import autocommit_cursor
from .outcome import NOT_SENT, REFUSED, SENT, UNKNOWN, Outcome

if TYPE_CHECKING:
    from email.message import EmailMessage

    from odoo.models import BaseModel
    from odoo.modules.registry import Registry

    from .outcome import OutgoingMessage

_logger = logging.getLogger(__name__)

# The reason for a message that is not a valid mail.
NOT_BUILDABLE = "not_buildable"
# Answers of a server that has not accepted the mail (RFC 5321): 4yz may be tried again, 5yz is final.
_REFUSALS = (smtplib.SMTPSenderRefused, smtplib.SMTPDataError, smtplib.SMTPHeloError)


class OdooMail:
    """The mail server of a company. `send` never raises for an error of the server."""

    # Odoo waits up to 60 s at each of several steps.
    lease = 300
    can_look_up = is_idempotent = False

    def __init__(self, registry: Registry, company_id: int, message_id_of: Callable[[str], str]) -> None:
        self._registry = registry
        self._company_id = company_id
        self._message_id_of = message_id_of

    def send(self, message: OutgoingMessage) -> Outcome:
        """Send one mail; returns an Outcome."""
        with autocommit_cursor(self._registry) as cr:
            company = api.Environment(cr, SUPERUSER_ID, {})["res.company"].browse(self._company_id)
            servers = company.with_company(company).env["ir.mail_server"]
            servers = servers.with_context(
                domain_notifications_email=company.default_from_email, domain_bounce_address=company.bounce_email
            )
            sender, reply_to = self._addresses(company)
            if not sender:
                return Outcome(REFUSED, reason="no_sender")
            try:
                mail = self._build(servers, message, sender, reply_to)
            except Exception as error:
                # Nothing was sent, and another try would fail as well.
                _logger.warning("Message %s can't be built: %s", message.id, type(error).__name__)
                return Outcome(REFUSED, reason=NOT_BUILDABLE)
            try:
                session = compat.connect_mail_server(servers, sender)
            except (OSError, smtplib.SMTPException, UserError) as error:
                return Outcome(NOT_SENT, reason=type(error).__name__)
            try:
                servers.send_email(mail, smtp_session=session)
            except Exception as error:  # noqa: BLE001 - Odoo wraps all that smtplib raises
                return _of_exception(error)
            finally:
                session.close()
        return Outcome(SENT)

    def _addresses(self, company: BaseModel) -> tuple[str, str]:
        """(sender, reply address) as headers: the catch-all where there is one, else the salon's own address."""
        sender = company.email_formatted or company.env["ir.mail_server"]._get_default_from_address()
        # The name is that of a contact, which other users can edit.
        return one_line(sender or ""), one_line(company.catchall_formatted or sender or "")

    def _build(self, servers: BaseModel, message: OutgoingMessage, sender: str, reply_to: str) -> EmailMessage:
        """Build the mail of a message. Raises any error of Python's mail library for an invalid mail."""
        if message.address != one_line(message.address):
            # The library would read text after a line break as one more recipient.
            raise ValueError("not one address")
        return compat.build_email(
            servers,
            email_from=sender,
            email_to=[message.address],
            reply_to=reply_to,
            subject=one_line(message.subject or ""),
            body=plaintext2html(message.body),
            body_alternative=message.body,
            subtype="html",
            subtype_alternative="plain",
            message_id=self._message_id_of(message.reference),
            headers={
                "List-Unsubscribe": f"<mailto:{_bare(reply_to)}?subject=STOP%20{message.reference}>",
                "Auto-Submitted": "auto-generated",
            },
        )


def _of_exception(error: Exception) -> Outcome:
    """The error of smtplib is the cause of Odoo's exception."""
    smtp_error = error.__context__ if not isinstance(error, smtplib.SMTPException) else error
    if isinstance(smtp_error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in smtp_error.recipients.values()]
    elif isinstance(smtp_error, _REFUSALS):
        codes = [smtp_error.smtp_code]
    elif isinstance(error, AssertionError):
        return Outcome(REFUSED, reason="invalid_address")
    elif isinstance(smtp_error or error, (ValueError, LookupError, smtplib.SMTPNotSupportedError)):
        # Raised while the mail was encoded or the server's capabilities were read: before it was sent.
        return Outcome(REFUSED, reason=NOT_BUILDABLE)
    else:
        return Outcome(UNKNOWN, reason=type(smtp_error or error).__name__)
    final = any(code >= 500 for code in codes)
    if final and _does_not_know(smtp_error):
        return Outcome(REFUSED, reason=UNKNOWN_RECIPIENT)
    return Outcome(REFUSED if final else NOT_SENT, reason=f"smtp_{max(codes)}")


def _does_not_know(smtp_error: BaseException | None) -> bool:
    """Whether a server has answered that the mailbox does not exist, not that it refuses the sender or the mail."""
    recipients = smtp_error.recipients.values() if isinstance(smtp_error, smtplib.SMTPRecipientsRefused) else ()
    return any(mail_reports.is_about_recipient(_text(words)) for _code, words in recipients)


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else str(words)


def _bare(address: str) -> str:
    return address.rpartition("<")[2].rstrip(">")
