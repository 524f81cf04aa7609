"""KlientBox's development environment: set-up, demo and tests, each in one command.

Everything a command needs is downloaded into ``$KLIENTBOX_HOME`` (see ``home``). Tests in the top-level ``tests/``
import from here: ``postgres.Cluster``, ``databases``, ``server.OdooServer`` and ``server.run_inside``.
"""
