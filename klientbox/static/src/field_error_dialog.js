import { odooExceptionTitleMap, WarningDialog } from "@web/core/errors/error_dialogs";
import { registry } from "@web/core/registry";

// The web client looks errors up by their exact class: show a FieldError like a ValidationError.
const FIELD_ERROR = "odoo.addons.klientbox.exceptions.FieldError";

odooExceptionTitleMap.set(FIELD_ERROR, odooExceptionTitleMap.get("odoo.exceptions.ValidationError"));
registry.category("error_dialogs").add(FIELD_ERROR, WarningDialog);
