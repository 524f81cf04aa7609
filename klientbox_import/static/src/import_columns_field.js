import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { formatInteger } from "@web/views/fields/formatters";
import { Component } from "@odoo/owl";

/** The columns of a file, each with a choice of its meaning: one tap on a phone, with the phone's own list. */
export class ImportColumnsField extends Component {
    static template = "klientbox_import.ImportColumnsField";
    static props = { ...standardFieldProps };

    get list() {
        return this.props.record.data[this.props.name];
    }

    get meanings() {
        return this.list.fields.field.selection;
    }

    /** A field of the vendor's addon stores it. */
    isOwn(column) {
        return column.data.treatment === "own";
    }

    isLeftOut(column) {
        return !column.data.field && !this.isOwn(column);
    }

    count(column) {
        return formatInteger(column.data.filled);
    }

    meaning(column) {
        return this.meanings.find(([value]) => value === column.data.field)?.[1];
    }

    async onChange(column, ev) {
        await column.update({ field: ev.target.value || false });
    }
}

registry.category("fields").add("klientbox_import_columns", {
    component: ImportColumnsField,
    supportedTypes: ["one2many"],
    useSubView: true,
});
