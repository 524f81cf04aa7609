import { registry } from "@web/core/registry";
import { radioField, RadioField } from "@web/views/fields/radio/radio_field";

/** Radio buttons, some of them disabled: a field of the record has the reasons, by choice. */
export class ChoiceField extends RadioField {
    static template = "klientbox.ChoiceField";
    static props = { ...RadioField.props, reasons: { type: String } };

    reasonOf(item) {
        return (this.props.record.data[this.props.reasons] || {})[item[0]];
    }
}

registry.category("fields").add("klientbox_choice", {
    ...radioField,
    component: ChoiceField,
    extractProps: (field, dynamicInfo) => ({
        ...radioField.extractProps(field, dynamicInfo),
        reasons: field.options.reasons,
    }),
});
