import { odooExceptionTitleMap, WarningDialog } from "@web/core/errors/error_dialogs";
import { registry } from "@web/core/registry";

// The web client knows errors by their exact class: a FieldError is told in words, as the ValidationError it is.
const FIELD_ERROR = "odoo.addons.klientbox.exceptions.FieldError";

odooExceptionTitleMap.set(FIELD_ERROR, odooExceptionTitleMap.get("odoo.exceptions.ValidationError"));
registry.category("error_dialogs").add(FIELD_ERROR, WarningDialog);
