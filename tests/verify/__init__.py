"""Whichever process is killed when: no message is sent twice, none is lost. Slow: `make verify`, not `make test`."""
