/** What is told of members. */
import { z } from "@hono/zod-openapi";
import { idText } from "../kernel/answers.ts";
import { defineEvent } from "../engine/event.ts";
import { IDENTIFIER_KINDS } from "../kernel/fields.ts";
import { CANDIDATE_SOURCES } from "./candidate-terms.ts";

export const profileRegistered = defineEvent({
  name: "profile.registered",
  description: "A brand registered a customer: linked to a member that was known, or to a new one.",
  data: z.strictObject({
    profileId: idText("prf"),
    memberId: idText("mbr"),
    brand: z.string(),
    band: z.enum(["new", "auto", "review"]),
  }),
});

const ofIdentifier = {
  profileId: idText("prf"),
  memberId: idText("mbr"),
  kind: z.enum(IDENTIFIER_KINDS),
};

export const identifierAdded = defineEvent({
  name: "identifier.added",
  description: "An identifier leads to a member from now on, or is verified by now; never its value.",
  data: z.strictObject({ ...ofIdentifier, verified: z.boolean() }),
});

export const identifierEnded = defineEvent({
  name: "identifier.ended",
  description: "An identifier leads to its member no more: it was ended, or somebody else has verified it.",
  data: z.strictObject({ ...ofIdentifier, reissued: z.boolean() }),
});

export const consentsChanged = defineEvent({
  name: "consents.changed",
  description: "A brand was told anew what it may do with a profile, or may not: which, whoever may know it reads.",
  data: z.strictObject({ profileId: idText("prf"), memberId: idText("mbr"), brand: z.string() }),
});

export const membersMerged = defineEvent({
  name: "members.merged",
  description: "Two members became one: the id of the absorbed one leads to the survivor from now on.",
  data: z.strictObject({ mergeId: idText("mrg"), survivorId: idText("mbr"), absorbedId: idText("mbr") }),
});

export const membersParted = defineEvent({
  name: "members.parted",
  description: "A merge was undone, or a profile has left its member: the leaving member stands for itself.",
  data: z.strictObject({
    mergeId: idText("mrg").nullable(),
    profileId: idText("prf").nullable(),
    stayingId: idText("mbr"),
    leavingId: idText("mbr"),
  }),
});

export const memberBlocked = defineEvent({
  name: "member.blocked",
  description: "A member was blocked: it spends nothing from now on. Why is told to nobody.",
  data: z.strictObject({ memberId: idText("mbr") }),
});

export const memberUnblocked = defineEvent({
  name: "member.unblocked",
  description: "A member who was blocked may spend again.",
  data: z.strictObject({ memberId: idText("mbr") }),
});

export const memberErased = defineEvent({
  name: "member.erased",
  description: "A member was erased: nothing is known of it any more, and nothing more is done for it.",
  data: z.strictObject({ memberId: idText("mbr") }),
});

export const representativeGranted = defineEvent({
  name: "representative.granted",
  description: "A member may be acted for by another, as far as the link says.",
  data: z.strictObject({ representationId: idText("rep"), memberId: idText("mbr"), representativeId: idText("mbr") }),
});

export const representativeEnded = defineEvent({
  name: "representative.ended",
  description: "Somebody has ended a link of a representative. Of one that time ends nothing is told.",
  data: z.strictObject({ representationId: idText("rep"), memberId: idText("mbr"), representativeId: idText("mbr") }),
});

export const matchFound = defineEvent({
  name: "match.found",
  description:
    "Staff has said that two members may be one person. What a registration leaves to people is told with it, by its band.",
  data: z.strictObject({
    candidateId: idText("cnd"),
    memberIds: z.array(idText("mbr")),
    source: z.enum(CANDIDATE_SOURCES),
    score: z.string(),
  }),
});

export const matchDecided = defineEvent({
  name: "match.decided",
  description: "A reviewer has said whether two members are one person, or has put that off.",
  data: z.strictObject({
    candidateId: idText("cnd"),
    memberIds: z.array(idText("mbr")),
    status: z.enum(["linked", "apart", "later"]),
    mergeId: idText("mrg").nullable(),
  }),
});

export const memberEvents = [
  profileRegistered,
  identifierAdded,
  identifierEnded,
  consentsChanged,
  membersMerged,
  membersParted,
  memberBlocked,
  memberUnblocked,
  memberErased,
  representativeGranted,
  representativeEnded,
  matchFound,
  matchDecided,
];
