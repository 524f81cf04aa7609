"""A mail server that delivers nothing: SMTP on 127.0.0.1, every mail stored unchanged, and the replies that would come
back."""

from __future__ import annotations

import asyncio
import email
import threading
import uuid
import weakref
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.policy import default as default_policy
from email.utils import formatdate, make_msgid
from functools import cached_property
from typing import TYPE_CHECKING, Any

from aiosmtpd.controller import Controller

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
MODES = {"ok", "refuse_recipient", "busy", "refuse_data", "drop", "hang"}
DEFAULTS: dict[str, Any] = {"mode": "ok", "modes_by_recipient": {}, "hang_seconds": 60.0}
DOMAIN = "mail.example.com"
# Folding would break long message ids.
WIRE = SMTP_POLICY.clone(max_line_length=998)


@dataclass(frozen=True)
class Mail:
    """One mail as it was sent; the envelope has its actual recipients."""

    envelope_from: str
    recipients: tuple[str, ...]
    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, policy=default_policy)

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"] or "").strip()

    def shown(self) -> dict[str, Any]:
        """As JSON; ``raw`` has one character for each byte (latin-1)."""
        return {
            "envelope_from": self.envelope_from,
            "recipients": self.recipients,
            "message_id": self.message_id,
            "subject": str(self.message["Subject"] or ""),
            "raw": self.raw.decode("latin-1"),
        }


class MailSink:
    """The SMTP server; use it as a context manager, or call ``start`` and ``stop``. A stop keeps the mails."""

    host = HOST

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self._controller: _Controller | None = None
        self._changed = threading.Condition()
        self.reset()

    def __enter__(self) -> MailSink:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen, on the same port as before if it was stopped."""
        self._controller = _Controller(self, HOST, self.port, server_hostname=DOMAIN)
        self._controller.start()
        self.port = self._controller.port

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    def reset(self) -> None:
        """Delete all mails, and restore the defaults."""
        with self._changed:
            self._mails: list[Mail] = []
            self._config = dict(DEFAULTS)

    def configure(self, **members: Any) -> None:
        """Change ``mode``, ``modes_by_recipient`` ({address: mode}) or ``hang_seconds``."""
        modes = {members.get("mode", "ok"), *members.get("modes_by_recipient", {}).values()}
        if unknown := (members.keys() - DEFAULTS.keys()) | (modes - MODES):
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        with self._changed:
            self._config.update(members)

    def mails(self) -> list[Mail]:
        with self._changed:
            return list(self._mails)

    def wait_for(self, count: int, timeout: float = 10) -> list[Mail]:
        """Return the mails once this many are stored."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._mails) >= count, timeout):
                raise TimeoutError(f"{len(self._mails)} of {count} mails after {timeout:g} s")
            return list(self._mails)

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        mode = self._mode(address)
        if mode == "refuse_recipient":
            return "550 5.1.1 No such user here"
        if mode == "busy":
            return "451 4.3.2 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, _session: Session, envelope: Any) -> str:
        modes = {self._mode(address) for address in envelope.rcpt_tos}
        if "refuse_data" in modes:
            return "554 5.6.0 Message refused"
        with self._changed:
            self._mails.append(Mail(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content))
            self._changed.notify_all()
        if "drop" in modes:
            server.transport.abort()
            await asyncio.Future()  # cancelled as soon as the connection is gone
        if "hang" in modes:
            await asyncio.sleep(self._config["hang_seconds"])
        return "250 2.0.0 OK"

    def _mode(self, address: str) -> str:
        mode: str = self._config["modes_by_recipient"].get(address, self._config["mode"])
        return mode


class _Controller(Controller):
    """aiosmtpd's controller, with a port chosen by the system, that closes all connections when it stops."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._sessions: weakref.WeakSet[Any] = weakref.WeakSet()

    def factory(self) -> SMTP:
        session: SMTP = super().factory()
        self._sessions.add(session)
        return session

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def cancel_tasks(self, stop_loop: bool = True) -> None:
        for session in self._sessions:
            if session.transport:
                session.transport.abort()
        super().cancel_tasks(stop_loop)


def answer_to(mail: Mail, text: str) -> bytes:
    """The reply of the recipient's mail program."""
    original, answer = mail.message, EmailMessage(policy=WIRE)
    answer["From"] = mail.recipients[0]
    answer["To"] = str(original["Reply-To"] or original["From"])
    answer["Subject"] = f"Re: {original['Subject'] or ''}"
    answer["Date"] = formatdate()
    answer["Message-ID"] = make_msgid(domain=DOMAIN)
    answer["In-Reply-To"] = mail.message_id
    answer["References"] = f"{original['References'] or ''} {mail.message_id}".strip()
    answer.set_content(text)
    return answer.as_bytes()


def bounce_of(mail: Mail, status: str = "5.1.1") -> bytes:
    """A mail server's report of a mail that it could not deliver (RFC 3464): permanently, or not yet with a 4.x.x."""
    recipient, boundary = mail.recipients[0], f"report-{uuid.uuid4().hex}"
    action, code = ("delayed", 450) if status.startswith("4") else ("failed", 550)
    report = f"""\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@{DOMAIN}>
To: {mail.envelope_from}
Subject: Undelivered Mail Returned to Sender
Date: {formatdate()}
Message-ID: {make_msgid(domain=DOMAIN)}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"

--{boundary}
Content-Type: text/plain; charset=us-ascii

Your mail could not be delivered to <{recipient}>.

--{boundary}
Content-Type: message/delivery-status

Reporting-MTA: dns; {DOMAIN}
Arrival-Date: {formatdate()}

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {code} {status} <{recipient}> refused

--{boundary}
Content-Type: text/rfc822-headers; charset=utf-8
Content-Transfer-Encoding: 8bit

"""
    headers = mail.raw.partition(b"\r\n\r\n")[0]
    return report.replace("\n", "\r\n").encode() + headers + f"\r\n\r\n--{boundary}--\r\n".encode()
