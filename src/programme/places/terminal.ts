/** Registers a till of a store. */
import { z } from "@hono/zod-openapi";
import { InstantText } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { StoreId, text } from "../../kernel/fields.ts";
import { Problem } from "../../kernel/problems.ts";
import { accept, save } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { bucketOfSubject, oneAtATime } from "../subject.ts";
import { terminalRef, terminalStore } from "./terminal-store.ts";

export const terminalRegistration = defineOperation({
  name: "terminal-registration",
  permission: "administer",
  http: {
    method: "put",
    path: "/v1/terminals/{terminalId}",
    tag: "Administration",
    summary: "Register a till of a store",
    description: "Tills register themselves with their first receipt. The same number may be in use in many stores.",
    idempotencyKey: "optional",
    example: { storeId: "M-1" },
  },
  params: z.strictObject({ terminalId: text(64).openapi({ param: { name: "terminalId", in: "path" } }) }),
  body: z.strictObject({ storeId: StoreId }).openapi("TerminalTerms"),
  answers: {
    200: {
      description: "The till, and since when it is known.",
      schema: z
        .strictObject({ terminalId: z.string(), storeId: z.string(), firstSeenAt: InstantText })
        .openapi("Terminal"),
    },
  },
  problems: ["unknown_store"],
  facts: ({ storeId }) => ({ storeId }),
  async prepare({ directory }, { params: { terminalId }, body: { storeId } }) {
    if ((await directory.store(storeId)) === undefined) throw new Problem("unknown_store", { storeId });
    return { storeId, terminalId };
  },
  bucket: (terminal) => bucketOfSubject("terminal", terminalRef(terminal)),
  naturalKeys: (terminal) => oneAtATime("terminal", terminalRef(terminal)),
  needs: (terminal) => ({ documents: [need(terminalStore, terminalRef(terminal))] }),
  decide({ now, document }, { storeId, terminalId }) {
    const ref = terminalRef({ storeId, terminalId });
    const known = document(terminalStore, ref);
    const firstSeenAt = known?.firstSeenAt ?? now;
    return accept({
      answer: { terminalId, storeId, firstSeenAt: formatInstant(firstSeenAt) },
      documents: known === undefined ? [save(terminalStore, ref, { storeId, terminalId, firstSeenAt })] : [],
    });
  },
});
