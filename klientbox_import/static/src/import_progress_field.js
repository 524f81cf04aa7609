import { registry } from "@web/core/registry";
import { ConnectionLostError } from "@web/core/network/rpc";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component, onMounted, onWillUnmount } from "@odoo/owl";

const PAUSE = 1500;

/** The progress of an import; the form is reloaded as long as this is shown, that is, until its job is done. */
export class ImportProgressField extends Component {
    static template = "klientbox_import.ImportProgressField";
    static props = { ...standardFieldProps };

    setup() {
        this.shown = false;
        onMounted(() => {
            this.shown = true;
            this.wait();
        });
        onWillUnmount(() => {
            this.shown = false;
            clearTimeout(this.timer);
        });
    }

    get state() {
        return this.props.record.data.state;
    }

    /** States with a progress by rows; the others are a single step. */
    get isCounted() {
        return ["fetching", "checking"].includes(this.state);
    }

    get percent() {
        return this.props.record.data[this.props.name];
    }

    /** The field may be destroyed before a late answer: then no timer is started. */
    wait() {
        if (this.shown) {
            this.timer = setTimeout(() => this.refresh(), PAUSE);
        }
    }

    async refresh() {
        try {
            await this.props.record.load();
        } catch (error) {
            if (!(error instanceof ConnectionLostError)) {
                throw error;
            }
        }
        this.wait();
    }
}

registry.category("fields").add("klientbox_import_progress", {
    component: ImportProgressField,
    supportedTypes: ["integer"],
    fieldDependencies: [{ name: "state", type: "selection" }],
});
