from contextlib import contextmanager
from contextvars import ContextVar

from odoo import api, models
from odoo.exceptions import AccessError

# The models that KlientBox's own code is writing at the moment.
_unsealed = ContextVar("klientbox_unsealed", default=frozenset())


class KlientboxSealed(models.AbstractModel):
    """Records that KlientBox alone writes, whatever rights a user has, and also where another module writes a user's
    values with sudo.

    A flag in the context is not enough: callers by RPC can set any context.
    """

    _name = "klientbox.sealed"
    _description = "Record that only KlientBox writes"

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse outside `_unseal`."""
        self._require_unsealed()
        return super().create(vals_list)

    def write(self, vals):
        """See create."""
        self._require_unsealed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unsealed(self):
        self._require_unsealed()

    @api.model
    def _klientbox_takes_default(self, name, value):
        """No default of users, see ir.default."""
        return False

    @contextmanager
    def _unseal(self):
        """Let the code in the block write records of this model."""
        token = _unsealed.set(_unsealed.get() | {self._name})
        try:
            yield
        finally:
            _unsealed.reset(token)

    def _require_unsealed(self):
        if self._name not in _unsealed.get():
            raise AccessError(self.env._("Only KlientBox can write this: %(what)s.", what=self._description))
