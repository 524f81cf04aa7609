import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formatInteger } from "@web/views/fields/formatters";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component } from "@odoo/owl";

const TILES = [
    { name: "clients_created", label: _t("New clients") },
    { name: "visits_created", label: _t("New visits") },
    { name: "clients_matched", label: _t("Existing clients") },
    { name: "visits_existing", label: _t("Visits not added again") },
    { name: "refused_count", label: _t("Rows refused"), tone: "text-danger" },
];
const DETAILS = [
    { name: "services_created", label: _t("New services") },
    {
        name: "visits_updated",
        label: _t("Visits updated"),
        about: _t("Matched by their number and not changed here since they were imported: updated from the file."),
    },
    {
        name: "visits_differing",
        label: _t("Visits that differ"),
        about: _t("Changed here, or not imported: they stay as they are."),
    },
    { name: "duplicate_count", label: _t("Duplicate rows"), about: _t("They add nothing to an earlier row of this file.") },
    { name: "phones_mended", label: _t("Phones corrected"), about: _t("Converted to the format +420 601 234 567.") },
    {
        name: "consents_unproved",
        label: _t("Consents without proof"),
        about: _t("A consent without a date and a text or source is not valid. These are not recorded."),
    },
    { name: "sms_refusals", label: _t("Refusals of SMS"), about: _t("They take effect in refused rows, too.") },
    { name: "email_refusals", label: _t("Refusals of e-mail"), about: _t("They take effect in refused rows, too.") },
];
const KEPT = [
    {
        name: "kept_count",
        label: _t("Clients kept"),
        about: _t("They have had visits or messages since they were imported."),
    },
];

/** The expected or actual results of an import, in large numbers; zeros are muted or left out. */
export class ImportCounts extends Component {
    static template = "klientbox_import.ImportCounts";
    static props = { ...standardWidgetProps };

    get tiles() {
        return this.isUndone ? [] : TILES.map((tile) => this.withCount(tile));
    }

    get details() {
        return (this.isUndone ? KEPT : DETAILS).map((tile) => this.withCount(tile)).filter((tile) => tile.count);
    }

    get isUndone() {
        return this.props.record.data.state === "undone";
    }

    withCount(tile) {
        const count = this.props.record.data[tile.name];
        return { ...tile, count, text: formatInteger(count), tone: count ? tile.tone || "" : "text-muted opacity-50" };
    }
}

registry.category("view_widgets").add("klientbox_import_counts", {
    component: ImportCounts,
    fieldDependencies: [
        ...[...TILES, ...DETAILS, ...KEPT].map(({ name }) => ({ name, type: "integer" })),
        { name: "state", type: "selection" },
    ],
});
