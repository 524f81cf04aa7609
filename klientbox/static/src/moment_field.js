import { registry } from "@web/core/registry";
import { dateTimeField, DateTimeField } from "@web/views/fields/datetime/datetime_field";
import { formatDate } from "@web/core/l10n/dates";

/** The time of a visit: midnight means that only the day is known, and only the day is shown. */
export class MomentField extends DateTimeField {
    getFormattedValue(valueIndex, ...options) {
        const value = this.values[valueIndex];
        if (value && this.props.readonly && value.hour === 0 && value.minute === 0 && value.second === 0) {
            return formatDate(value);
        }
        return super.getFormattedValue(valueIndex, ...options);
    }
}

registry.category("fields").add("klientbox_moment", { ...dateTimeField, component: MomentField });
