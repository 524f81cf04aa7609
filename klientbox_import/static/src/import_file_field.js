import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useDropzone } from "@web/core/dropzone/dropzone_hook";
import { checkFileSize } from "@web/core/utils/files";
import { getDataURLFromFile } from "@web/core/utils/urls";
import { BinaryField, binaryField } from "@web/views/fields/binary/binary_field";
import { useRef } from "@odoo/owl";

/** A drop zone and file picker for the file of an import. */
export class ImportFileField extends BinaryField {
    static template = "klientbox_import.ImportFileField";

    setup() {
        super.setup();
        this.place = useRef("place");
        useDropzone(this.place, (ev) => this.onDrop(ev));
    }

    async onDrop(ev) {
        const [file] = ev.dataTransfer.files;
        if (!file || !checkFileSize(file.size, this.notification)) {
            return;
        }
        const url = await getDataURLFromFile(file);
        await this.update({ name: file.name, data: url.split(",")[1] });
    }

    /** An empty file has no data: without a message it would look as if no file had been chosen. */
    async update(file) {
        if (file.name && !file.data) {
            this.notification.add(_t("The file is empty."), { type: "danger" });
            return;
        }
        await super.update(file);
    }
}

registry.category("fields").add("klientbox_import_file", { ...binaryField, component: ImportFileField });
