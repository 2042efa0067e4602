/** All routes of the contract, in the order of the document. Each module gives a list; a new one is added here. */
import type { Route } from "./route.ts";
import { adminRoutes } from "./routes/admin.ts";
import { batchRoutes } from "./routes/batches.ts";
import { bonusRoutes } from "./routes/bonuses.ts";
import { clockRoutes } from "./routes/clock.ts";
import { holdRoutes } from "./routes/holds.ts";
import { lookupRoutes } from "./routes/lookup.ts";
import { memberRoutes } from "./routes/members.ts";
import { profileRoutes } from "./routes/profiles.ts";
import { proofRoutes } from "./routes/proof.ts";
import { purchaseRoutes } from "./routes/purchases.ts";
import { returnRoutes } from "./routes/returns.ts";

export const routes: readonly Route[] = [
  ...profileRoutes,
  ...memberRoutes,
  ...lookupRoutes,
  ...purchaseRoutes,
  ...returnRoutes,
  ...bonusRoutes,
  ...holdRoutes,
  ...batchRoutes,
  ...proofRoutes,
  ...adminRoutes,
  ...clockRoutes,
];
