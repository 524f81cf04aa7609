from functools import partial

from odoo import models
from odoo.fields import Domain

from . import sending_rules


class MailFollowers(models.Model):
    """Followers of a record of ours are shown to its readers only; Odoo shows all followers to every internal user."""

    _inherit = "mail.followers"

    def _check_access(self, operation):
        """Beside the rights that Odoo checks."""
        result = super()._check_access(operation)
        hidden = self.browse() if self.env.su else self._klientbox_hidden()
        if result:
            return result[0] | hidden, result[1]
        return (hidden, partial(self.env["ir.rule"]._make_access_error, operation, hidden)) if hidden else result

    def _search(self, domain, offset=0, limit=None, order=None, *, bypass_access=False, **kwargs):
        """See _check_access."""
        if self.env.su or bypass_access:
            return super()._search(domain, offset, limit, order, bypass_access=bypass_access, **kwargs)
        of_ours = Domain(domain) & Domain("res_model", "=like", f"{sending_rules.OURS}%")
        hidden = self.browse(super()._search(of_ours, **kwargs))._klientbox_hidden()
        return super()._search(Domain(domain) & Domain("id", "not in", hidden.ids), offset, limit, order, **kwargs)

    def _klientbox_hidden(self):
        """Those of records of ours that the user may not read."""
        hidden = self.sudo().browse()
        for model, followers_sudo in self.sudo().grouped("res_model").items():
            if sending_rules.is_internal(model) and model in self.env:
                records = self.env[model].browse(followers_sudo.mapped("res_id")).exists()
                readable = set(records._filtered_access("read").ids)
                hidden |= followers_sudo.filtered(lambda follower, ids=readable: follower.res_id not in ids)
        return hidden.with_env(self.env)
