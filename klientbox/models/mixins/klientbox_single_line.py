from odoo import api, models

from ...exceptions import FieldError
from ...lib.text import has_controls, one_line, storable

# Keys of other systems are compared unchanged, and a secret may be any text.
AS_GIVEN = frozenset(
    ("external_id", "external_source", "external_ref", "secret", "previous_secret", "new_secret", "credentials")
)


# The numbers among them: a line break in one is an invisible mistake.
NUMBERS = frozenset(("external_id", "external_source", "external_ref"))


class KlientboxSingleLine(models.AbstractModel):
    """Records whose single-line texts contain no line break, from any source.

    A line break in a name ends up in a header of an e-mail, where it is an error at best. Characters that PostgreSQL
    can't store are removed from every text.
    """

    _name = "klientbox.single.line"
    _description = "Record with single-line texts"

    @api.model_create_multi
    def create(self, vals_list):
        """Collapse white space in every single-line text."""
        return super().create([self._in_one_line(vals) for vals in vals_list])

    def write(self, vals):
        """See create."""
        return super().write(self._in_one_line(vals))

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        """The dialog of translations does not call `write`: apply the same rules here, in each of the languages."""
        translations = {
            # An empty text counts as a translation; False removes it, so that the source's counts.
            lang: self._clean(field_name, value) or "" if isinstance(value, str) else value
            for lang, value in translations.items()
        }
        result = super()._update_field_translations(field_name, translations, digest, source_lang)
        for lang in translations:
            # Errors are in the language of the user who writes.
            written = self.with_context(lang=lang, klientbox_writer_lang=self.env.lang or "en_US")
            written._validate_fields([field_name])
        return result

    @api.model
    def _in_one_line(self, vals):
        return {
            name: self._clean(name, value) if isinstance(value, str) and name in self._fields else value
            for name, value in vals.items()
        }

    @api.model
    def _clean(self, name, value):
        if self._fields[name].type not in ("char", "text", "html"):
            return value
        value = storable(value)
        if name in NUMBERS and has_controls(value):
            raise FieldError((name, "control_character", self.env._("This can't contain a line break or a tab.")))
        return self._one_line(name, value) if self._is_single_line(name) else value

    @api.model
    def _one_line(self, name, value):
        line = one_line(value)
        if not line and self._fields[name].required:
            raise FieldError((name, "required", self.env._("This can't be empty.")))
        return line or False

    @api.model
    def _is_single_line(self, name):
        field = self._fields.get(name)
        return bool(field) and field.type == "char" and name not in AS_GIVEN
