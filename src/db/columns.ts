/** Column types that all tables share. Amounts are bigint minor units, instants have a zone. */
import { bigint, customType, smallint, timestamp, uuid } from "drizzle-orm/pg-core";

/** The unit of distribution; it leads the primary key of every table of members' things. */
export const bucket = () => smallint("bucket").notNull();
export const memberId = () => uuid("member_id").notNull();
/** Bonuses or kopecks in hundredths. */
export const amount = (name: string) => bigint(name, { mode: "bigint" }).notNull();
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date", precision: 3 });
/** JSON kept as the text it came as: it is read whole and never searched. */
export const jsonText = customType<{ data: unknown }>({ dataType: () => "json" });
