/** The hand of the sandbox's clock, as a setting of the installation: all processes have the same time. */
import { z } from "zod";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import type { settings } from "../tables.ts";

type Setting = typeof settings.$inferSelect;

/** The name of the setting. */
export const CLOCK = "clock";

const Hand = z.strictObject({ now: z.iso.datetime() });

export const settingOf = (now: Instant): Setting => ({ name: CLOCK, value: { now: formatInstant(now) } });

/** Where the hand stands; undefined where it was never put. */
export const handIn = (setting: Setting | undefined): Instant | undefined =>
  setting === undefined ? undefined : Date.parse(Hand.parse(setting.value).now);
