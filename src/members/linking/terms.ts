/** What holds of links that customers start: how long codes are good, and how often they may be asked for and tried. */
import { MINUTE_MS } from "../../kernel/clock.ts";

/** Minutes for which the codes of a link are good. */
export const LINK_MINUTES = 10;
export const LINK_MS = LINK_MINUTES * MINUTE_MS;
/** Wrong tries, after which a link is worth nothing. */
export const MOST_WRONG_LINK_CODES = 5;
/** Links that a member may start within 24 hours. */
export const LINKS_A_DAY = 5;
/** Links that may be started to one identifier within 24 hours, whoever starts them. */
export const LINKS_TO_ONE_A_DAY = 10;

/** Stands in the journal as the reason of the merge. */
export const LINK_REASON = "the customer has proved both accounts by one-time codes";
