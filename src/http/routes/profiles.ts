/** Brand profiles: one exact identifier links a profile to its member, else a member is born. */
import { z } from "@hono/zod-openapi";
import { hash128 } from "../../kernel/hash.ts";
import { bucketOf, newBucket } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { NaturalKey } from "../../engine/submission.ts";
import { type Caller, type Desk, requireBrand, requireStore, untilFresh } from "../../members/desk.ts";
import {
  IDENTIFIER_KINDS,
  identifierKey,
  identifierRef,
  leadsToMember,
  normalise,
  type PresentedIdentifier,
} from "../../members/identifier.ts";
import { readIdentifiers } from "../../members/identifier-store.ts";
import { linkedMember, register, type RegisterAnswer } from "../../members/register.ts";
import { claimFor } from "../../sales/claim-waiting.ts";
import { type Judged, placed, requestOf } from "../../sales/counter.ts";
import { idText } from "../answers.ts";
import { Brand, CalendarDate, senseless, StoreId, text } from "../fields.ts";
import { defineRoute, replyOf } from "../route.ts";

const MAX_IDENTIFIERS = 50;
const MAX_CONSENTS = 50;

const ProfileBody = z
  .strictObject({
    brand: Brand,
    externalId: text(128).openapi({ example: "C-1009311" }),
    identifiers: z
      .array(
        z
          .strictObject({ kind: z.enum(IDENTIFIER_KINDS), value: text(254), verified: z.boolean() })
          .openapi("PresentedIdentifier"),
      )
      .refine(
        (identifiers) => identifiers.length <= MAX_IDENTIFIERS,
        senseless(`at most ${MAX_IDENTIFIERS} identifiers`),
      )
      .openapi({ maxItems: MAX_IDENTIFIERS }),
    person: z
      .strictObject({
        lastName: text(100).optional(),
        firstName: text(100).optional(),
        middleName: text(100).optional(),
        birthDate: CalendarDate.optional(),
        gender: z.enum(["female", "male"]).optional(),
      })
      .openapi("Person"),
    consents: z
      .record(text(64), z.boolean())
      .refine((consents) => Object.keys(consents).length <= MAX_CONSENTS, senseless(`at most ${MAX_CONSENTS} consents`))
      .openapi({ example: { sms: true } }),
    storeId: StoreId.optional(),
  })
  .openapi("ProfileBody");

const ProfileAnswer = z
  .strictObject({
    profileId: idText("prf"),
    memberId: idText("mbr"),
    link: z.strictObject({
      band: z.enum(["new", "auto", "review"]),
      score: z
        .string()
        .nullable()
        .openapi({ description: "Certainty from 0 to 1; null where nothing was weighed.", example: "1.00" }),
      evidence: z
        .array(z.strictObject({ kind: z.string(), rule: z.literal("exact_identifier"), memberId: idText("mbr") }))
        .openapi({ description: "Kinds of identifiers that agreed, never their values." }),
    }),
  })
  .openapi("Profile");

/** Registers a profile, and lets its member claim the receipts that waited for these identifiers. */
async function registerProfile(desk: Desk, caller: Caller, body: z.output<typeof ProfileBody>): Promise<Judged> {
  await requireBrand(desk, body.brand);
  if (body.storeId !== undefined) await requireStore(desk, body.storeId, body.brand);
  const identifiers = normalised(body.identifiers);
  const leading = identifiers.filter(leadsToMember);
  const { brand, externalId, person, consents, storeId = null } = body;
  const naturalKeys: NaturalKey[] = [
    { key: hash128(JSON.stringify(["profile", brand, externalId])), role: "own" },
    ...leading.map((identifier) => ({ key: identifierKey(identifier), role: "mark" as const })),
  ];
  const judged = await untilFresh(async () => {
    const known = leading.length === 0 ? new Map() : await readIdentifiers(desk.reader, leading);
    const expected = linkedMember([...known.values()]);
    return desk.engine.run({
      ...requestOf(register, { brand, externalId, identifiers, person, consents, storeId, expected }, caller),
      ...placed(expected === null ? newBucket() : bucketOf(expected)),
      asked: { operation: "profile", body },
      naturalKeys,
    });
  });
  if (judged.kind === "accepted" && leading.length > 0) {
    await claimFor(desk, (JSON.parse(judged.answer) as RegisterAnswer).memberId, leading);
  }
  return judged;
}

/** Whatever has a natural key conflicts alike in the ledger; here it is not a receipt that does. */
function inOwnWords(judged: Judged): Judged {
  const conflicts = judged.kind === "refused" && judged.code === "receipt_conflict";
  return conflicts ? { ...judged, code: "profile_conflict" } : judged;
}

/** Identifiers in normal form, each once; verified if one of its mentions is. */
function normalised(presented: readonly PresentedIdentifier[]): PresentedIdentifier[] {
  const known = new Map<string, PresentedIdentifier>();
  for (const [index, { kind, value: given, verified }] of presented.entries()) {
    const value = normalise(kind, given);
    if (value === undefined) {
      throw new Problem("unprocessable_request", {
        errors: [{ path: `identifiers.${index}.value`, message: `not a ${kind}` }],
      });
    }
    const ref = identifierRef({ kind, value });
    known.set(ref, { kind, value, verified: verified || known.get(ref)?.verified === true });
  }
  return [...known.values()];
}

export const profileRoutes = [
  defineRoute({
    method: "post",
    path: "/v1/profiles",
    operationId: "registerProfile",
    tag: "Members",
    summary: "Register what a brand knows of a customer",
    description:
      "Idempotent on brand and externalId. One exact identifier that leads to a member (a card in hand, a verified phone or e-mail) links the profile to " +
      "that member; none makes a new one; several members are left to people (`review`). Receipts that waited for these identifiers are claimed.",
    permission: "profiles.register",
    idempotency: "always",
    body: ProfileBody,
    bodyExample: {
      brand: "mvideo",
      externalId: "C-1009311",
      identifiers: [{ kind: "card", value: "2900000000017", verified: true }],
      person: { lastName: "Иванова", firstName: "Анна", birthDate: "1990-12-31", gender: "female" },
      consents: { sms: true },
      storeId: "M-1",
    },
    brandOf: ({ brand }) => brand,
    answers: { 201: { description: "Registered, and linked to its member.", schema: ProfileAnswer } },
    problems: ["profile_conflict", "unknown_brand", "unknown_store"],
    handle: async ({ service, caller, body }) => replyOf(inOwnWords(await registerProfile(service, caller, body))),
  }),
];
