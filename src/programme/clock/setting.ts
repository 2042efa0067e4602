/** The time of the sandbox's clock, as a setting of the installation: all processes have the same. */
import { z } from "zod";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import type { settings } from "../tables.ts";

type Setting = typeof settings.$inferSelect;

/** The name of the setting. */
export const CLOCK = "clock";

const ClockValue = z.strictObject({ now: z.iso.datetime() });

export const clockSetting = (now: Instant): Setting => ({ name: CLOCK, value: { now: formatInstant(now) } });

/** The time that a setting says; undefined where it was never set. */
export const timeIn = (setting: Setting | undefined): Instant | undefined =>
  setting === undefined ? undefined : Date.parse(ClockValue.parse(setting.value).now);
