/** Parts of lots that documents name, each with its issuer. Modules say which of their documents name any. */
import { brokenUnless, id } from "../definition/invariant.ts";

/** SQL: facts of an invariant. `named` selects `named_in` (what names it, as the API shows it), `entity`, `lot_id` and `issuer`. */
export const issuersAreOfTheirLots = (named: string): string =>
  `select ${brokenUnless("n.issuer = l.issuer", {
    namedIn: "n.named_in",
    lotId: id("lot", "n.lot_id"),
    entity: "n.entity",
    issuer: "json_build_array(n.issuer, l.issuer)",
  })} from (${named}) n join (select distinct lot_id, issuer from lots) l using (lot_id)`;
