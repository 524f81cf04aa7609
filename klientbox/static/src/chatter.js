import { Message } from "@mail/core/common/message_model";
import { patch } from "@web/core/utils/patch";

/** No Reply All and no Forward in the chatter of a client: see chatter.xml. */
patch(Message.prototype, {
    canForward(thread) {
        return super.canForward(thread) && !thread.model.startsWith("klientbox.");
    },
});
