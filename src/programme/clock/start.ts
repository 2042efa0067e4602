/** Puts the sandbox's clock where it stands at the very first start. */
import { z } from "@hono/zod-openapi";
import { InstantText } from "../../kernel/answers.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import { accept, save, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { ownOperation } from "../../engine/definition/operation.ts";
import { settingStore } from "../documents.ts";
import { bucketOfSubject, oneAtATime } from "../subject.ts";
import { CLOCK, clockSetting } from "./setting.ts";

export const clockStart = ownOperation({
  name: "clock-start",
  answer: z.strictObject({ now: InstantText }),
  bucket: () => bucketOfSubject("setting", CLOCK),
  naturalKeys: () => oneAtATime("setting", CLOCK),
  needs: () => ({ documents: [need(settingStore, CLOCK)] }),
  decide({ document }, { now }: { readonly now: Instant }) {
    // Another process was faster: its time counts.
    if (document(settingStore, CLOCK) !== undefined) return stale;
    return accept({ answer: { now: formatInstant(now) }, documents: [save(settingStore, CLOCK, clockSetting(now))] });
  },
});
