/** All routes of the contract, in the order of the document. Each module gives a list; a new one is added here. */
import type { Route } from "./route.ts";
import { purchaseRoutes } from "./routes/purchases.ts";
import { returnRoutes } from "./routes/returns.ts";

export const routes: readonly Route[] = [...purchaseRoutes, ...returnRoutes];
