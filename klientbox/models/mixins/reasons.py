"""The reasons of lib/reasons.py in the user's language."""

from odoo.api import Environment


def translated(env: Environment, reason: str) -> str:
    """A reason as it follows the name of a field or a column."""
    text: str = env._(reason)
    return text


def sentence(env: Environment, reason: str, end: str = ".") -> str:
    """A reason by itself."""
    text = translated(env, reason)
    return f"{text[:1].upper()}{text[1:]}{end}"
