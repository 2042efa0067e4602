/** For whom somebody may act now, as a till offers it: with what is left to him, and no more of the other than a first name. */
import { z } from "@hono/zod-openapi";
import { AmountText, idText, orNull } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { groupBy } from "../../kernel/group-by.ts";
import { bucketOf, fromUuid, type MemberId, uuidOf } from "../../kernel/ids.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { bucketIn } from "../../engine/transfer-sql.ts";
import { readOf } from "../owner.ts";
import { profileStore } from "../profile-store.ts";
import { balanceOf } from "../reads/balance.ts";
import { firstNameOf } from "../reads/card.ts";
import { bestOf } from "./acting.ts";
import { allowanceOf, allowanceText, type RepresentativeLink } from "./link.ts";
import { Left, Rights, rightsOf } from "./rights.ts";
import { linkRows, PARTS } from "./stores.ts";

export const ActsFor = z
  .strictObject({
    representationId: idText("rep"),
    memberId: idText("mbr").openapi({ description: "To be named as `actingFor`." }),
    firstName: z.string().nullable().openapi({ description: "The only name that is shown." }),
    rights: Rights,
    left: Left,
    balance: orNull(z.strictObject({ available: AmountText, spendable: z.record(z.string(), AmountText) })).openapi({
      description: "Null where the representative may not see it.",
    }),
  })
  .openapi("ActsFor");

/** So many are shown, those that were granted last. */
const MOST_SHOWN = 50;

const OF_REPRESENTATIVE = `select coalesce(w.survivor_id, w.member_id), ${linkRows.list("l")} from representative_links l
    join wallets w on w.bucket = ${bucketIn("l.member_id")} and w.member_id = l.member_id
    join wallets r on r.bucket = $1::smallint and r.member_id = $2::uuid and r.status = 'active'
  where l.representative_id in ${PARTS("$2")} and l.ended_at is null and (l.until is null or l.until > $3::timestamptz)
    and coalesce(w.survivor_id, w.member_id) <> $2::uuid
  order by l.link_id desc limit 200`;

/** A link, and who stands for whom it is for. */
interface LinkFor {
  readonly whom: MemberId;
  readonly link: RepresentativeLink;
}

/** `memberId` stands for itself. Of whoever is blocked nothing is listed, as of one who acts for nobody. */
export const actsFor = (look: Lookup, memberId: MemberId): Promise<z.input<typeof ActsFor>[]> =>
  readOf(
    () => linksOf(look, memberId),
    (links) => offersOf(look, links),
    (links) => links.map(({ whom, link }) => `${whom} ${link.id}`).join(),
  );

async function linksOf({ reader, clock }: Lookup, memberId: MemberId): Promise<LinkFor[]> {
  const now = formatInstant(clock.now());
  const found = await reader.values(OF_REPRESENTATIVE, [bucketOf(memberId), uuidOf(memberId), now]);
  return found.map(([whom, ...values]) => ({ whom: fromUuid("mbr", String(whom)), link: linkRows.decode(values) }));
}

async function offersOf(look: Lookup, links: readonly LinkFor[]): Promise<z.input<typeof ActsFor>[]> {
  if (links.length === 0) return [];
  const policies = await look.readPolicies();
  const now = look.clock.now();
  const at = { now, policy: policies.at(now) };
  const offered = [...groupBy(links, ({ whom }) => whom)].flatMap(([whom, theirs]) => {
    const link = bestOf(
      theirs.map((each) => each.link),
      at,
    );
    return link === undefined ? [] : [{ whom, link }];
  });
  const shown = offered.slice(0, MOST_SHOWN);
  const profiles = await profileStore.load(
    look.reader,
    shown.map(({ whom }) => whom),
    "none",
  );
  return Promise.all(
    shown.map(async ({ whom, link }) => ({
      representationId: link.id,
      memberId: whom,
      firstName: firstNameOf(look.personal, profiles.get(whom) ?? []),
      rights: rightsOf(link),
      left: allowanceText(allowanceOf(link, at)),
      balance: link.sees ? seen(await balanceOf(look, whom)) : null,
    })),
  );
}

const seen = ({ available, spendable }: Awaited<ReturnType<typeof balanceOf>>) => ({ available, spendable });
