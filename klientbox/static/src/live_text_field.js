import { registry } from "@web/core/registry";
import { useDebounced } from "@web/core/utils/timing";
import { textField, TextField } from "@web/views/fields/text/text_field";
import { useEffect } from "@odoo/owl";

const PAUSE = 400; // milliseconds

/** A text that updates its record while it is typed: a preview beside it need not wait until the field loses focus. */
export class LiveTextField extends TextField {
    setup() {
        super.setup();
        const follow = useDebounced(() => {
            this.textareaRef.el?.dispatchEvent(new Event("change"));
        }, PAUSE);
        useEffect(
            (area) => {
                area?.addEventListener("input", follow);
                return () => area?.removeEventListener("input", follow);
            },
            () => [this.textareaRef.el]
        );
    }

    /** Else the space before the next word would be removed. */
    get shouldTrim() {
        return false;
    }
}

registry.category("fields").add("klientbox_live_text", { ...textField, component: LiveTextField });
