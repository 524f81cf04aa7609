"""``python -m dev.simulator``: the gateway, and with ``--smtp-port`` the mail sink, until it is stopped."""

from __future__ import annotations

import argparse
import contextlib
import signal
from pathlib import Path

from .server import SECRET, Simulator


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.simulator", description="An SMS gateway that sends nothing.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--secret", default=SECRET)
    parser.add_argument("--smtp-port", type=int, help="also keep mails, see GET /_sim/mails")
    parser.add_argument("--journal", type=Path, help="a file that gets each accepted message as a line of JSON")
    options = parser.parse_args()
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # before there are threads, so that only `sigwait` gets the signal
    with contextlib.ExitStack() as stack:
        sink = None
        if options.smtp_port is not None:
            from dev.mail_sink import MailSink

            sink = stack.enter_context(MailSink(options.smtp_port))
            print(f"SMTP sink on {sink.host}:{sink.port}", flush=True)
        simulator = stack.enter_context(Simulator(options.port, options.secret, options.journal, sink))
        print(f"SMS gateway on {simulator.url}", flush=True)
        signal.sigwait(ends)


if __name__ == "__main__":
    main()
