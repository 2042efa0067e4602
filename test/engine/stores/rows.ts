/** Examples of rows for the test of the stores: each before and after a change of every column but its key. */
import type { Merge } from "../../../src/members/joining/stores.ts";
import type { holds, wallets } from "../../../src/ledger/tables.ts";
import type { RowOf } from "../../../src/db/table-rows.ts";
import { fromUuid, type IdPrefix, uuidOf } from "../../../src/kernel/ids.ts";
import type { HoldMove } from "../../../src/ledger/hold.ts";
import type { Lot } from "../../../src/ledger/lot.ts";
import type { KnownIdentifier } from "../../../src/members/identifier-store.ts";
import type { CustomerLink } from "../../../src/members/linking/customer-link-store.ts";
import type { Candidate } from "../../../src/members/matching/candidate-store.ts";
import type { Adjustment } from "../../../src/finance/adjustments/adjustment-store.ts";
import type { Books } from "../../../src/finance/periods/stores.ts";
import type { MergeOverride } from "../../../src/members/overriding/override-store.ts";
import type { Erasure } from "../../../src/members/erasing/erasure-store.ts";
import type { RepresentativeLink } from "../../../src/members/representing/link.ts";
import type { staff } from "../../../src/members/staff/tables.ts";
import type { Profile } from "../../../src/members/profile-store.ts";
import type { ClientDocument } from "../../../src/programme/clients/client.ts";
import type { Terminal } from "../../../src/programme/places/terminal-store.ts";
import type { clientKeys } from "../../../src/programme/tables.ts";
import type { ParkedReturn } from "../../../src/sales/documents/parked-store.ts";
import type { Order } from "../../../src/sales/documents/order-document.ts";
import type { Purchase } from "../../../src/sales/documents/purchase-document.ts";
import type { ReturnDocument } from "../../../src/sales/documents/return-document.ts";
import { START } from "../../support/ledger.ts";

/** A row before and after a change of every column but its key, those that are fixed included. */
export interface Example<R> {
  readonly key: readonly (keyof R)[];
  /** Columns that never change: what they were at first stays. */
  readonly fixed: readonly (keyof R)[];
  readonly before: R;
  readonly after: R;
}

const id = <P extends IdPrefix>(prefix: P, number: number) =>
  fromUuid(prefix, `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`);
const [MEMBER, OTHER] = [id("mbr", 1), id("mbr", 2)];
const [LATER, LATEST] = [START + 1_000, START + 2_000];
const receipt = (number: string) => ({
  brand: `brand-${number}`,
  storeId: `store-${number}`,
  terminalId: `terminal-${number}`,
  shift: `shift-${number}`,
  number,
  fiscalId: `fiscal-${number}`,
});
const part = (number: number) => ({ lotId: id("lot", number), issuer: "mvideo", amount: BigInt(number) });
const RECEIPT_COLUMNS = ["brand", "storeId", "terminalId", "shift", "number", "fiscalId"] as const;

const line = (lineId: string): Purchase["lines"][number] => ({
  lineId,
  sku: "1",
  category: "tv",
  quantity: 1_000n,
  unitPrice: 100n,
  noEarn: false,
  noSpend: false,
  total: 100n,
  spend: 0n,
  earn: 0n,
  parts: [],
});
const returnedLine = (lineId: string): ReturnDocument["lines"][number] => ({
  lineId,
  quantity: 1_000n,
  ranges: [[0n, 1n]],
  money: 1n,
  bonuses: 2n,
  earned: 3n,
});

export const purchaseExample: Example<Purchase> = {
  key: ["id"],
  fixed: [
    ...RECEIPT_COLUMNS,
    "channel",
    "orderId",
    "storeZone",
    "total",
    "spent",
    "earned",
    "lines",
    "occurredAt",
    "postedAt",
  ],
  before: {
    id: id("pur", 1),
    memberId: null,
    profileId: null,
    ...receipt("1"),
    channel: "pos",
    orderId: null,
    storeZone: "Europe/Moscow",
    total: 100n,
    spent: 10n,
    earned: 1n,
    lotId: null,
    awaits: "0123456789abcdef0123456789abcdef",
    lines: [line("1")],
    returned: new Map(),
    status: "sold",
    occurredAt: START,
    postedAt: START,
  },
  after: {
    id: id("pur", 1),
    memberId: MEMBER,
    profileId: id("prf", 9),
    ...receipt("2"),
    channel: "web",
    orderId: id("ord", 1),
    storeZone: "Asia/Omsk",
    total: 200n,
    spent: 20n,
    earned: 2n,
    lotId: id("lot", 1),
    awaits: null,
    lines: [line("2")],
    returned: new Map([["1", [[0n, 1n]]]]),
    status: "reversed",
    occurredAt: LATER,
    postedAt: LATER,
  },
};

const orderLine = (lineId: string): Order["lines"][number] => ({
  lineId,
  sku: "s",
  category: "tv",
  quantity: 1_000n,
  unitPrice: 100n,
  noEarn: true,
  noSpend: false,
  total: 100n,
  held: 1n,
  waiting: [{ units: 1n, spend: 1n, parts: [part(1)] }],
  released: [{ by: id("pur", 1), parts: [part(1)] }],
  collected: 0n,
  cancelled: 0n,
  expired: 0n,
});

export const orderExample: Example<Order> = {
  key: ["id"],
  fixed: ["orderNumber", "brand", "channel", "total", "held", "holdId", "storageDays", "placedAt"],
  before: {
    id: id("ord", 1),
    orderNumber: "1",
    brand: "mvideo",
    channel: "web",
    memberId: null,
    profileId: null,
    awaits: "0123456789abcdef0123456789abcdef",
    pickupBrand: "mvideo",
    pickupStoreId: "M-1",
    lines: [orderLine("1")],
    total: 100n,
    held: 1n,
    holdId: null,
    status: "placed",
    storageDays: null,
    placedAt: START,
    readyAt: null,
    expiresAt: LATER,
    endedAt: null,
    codeHash: "0123456789abcdef0123456789abcdef",
    codeUsedBy: null,
    codeTries: 0,
    codeBlockedUntil: null,
    version: 1,
    visits: 0,
  },
  after: {
    id: id("ord", 1),
    orderNumber: "2",
    brand: "eldorado",
    channel: "app",
    memberId: OTHER,
    profileId: id("prf", 1),
    awaits: null,
    pickupBrand: "eldorado",
    pickupStoreId: "E-1",
    lines: [orderLine("2")],
    total: 200n,
    held: 2n,
    holdId: id("hld", 2),
    status: "collected",
    storageDays: 5,
    placedAt: LATER,
    readyAt: LATER,
    expiresAt: LATER + 1,
    endedAt: LATER,
    codeHash: "fedcba9876543210fedcba9876543210",
    codeUsedBy: id("pur", 1),
    codeTries: 3,
    codeBlockedUntil: LATER,
    version: 4,
    visits: 2,
  },
};

export const returnExample: Example<ReturnDocument> = {
  key: ["id"],
  fixed: [
    ...([...RECEIPT_COLUMNS, "purchaseId", "memberId", "reason", "moneyBack", "bonusesBack", "clawedBack"] as const),
    ...(["debtAdded", "fromSuspense", "lines", "parts", "cover", "occurredAt", "postedAt"] as const),
  ],
  before: {
    id: id("ret", 1),
    purchaseId: id("pur", 1),
    memberId: MEMBER,
    ...receipt("1"),
    reason: null,
    moneyBack: 1n,
    bonusesBack: 2n,
    clawedBack: 3n,
    debtAdded: 4n,
    fromSuspense: 5n,
    lines: [returnedLine("1")],
    parts: [part(1)],
    cover: [{ ...part(1), from: "available" }],
    status: "returned",
    occurredAt: START,
    postedAt: START,
  },
  after: {
    id: id("ret", 1),
    purchaseId: id("pur", 2),
    memberId: OTHER,
    ...receipt("2"),
    reason: "broken",
    moneyBack: 11n,
    bonusesBack: 12n,
    clawedBack: 13n,
    debtAdded: 14n,
    fromSuspense: 15n,
    lines: [returnedLine("2")],
    parts: [part(2)],
    cover: [{ ...part(2), from: "pending" }],
    status: "reversed",
    occurredAt: LATER,
    postedAt: LATER,
  },
};

const terms = (number: string): ParkedReturn["terms"] => ({
  receipt: receipt(number),
  storeZone: "Europe/Moscow",
  lines: [],
  reason: null,
  occurredAt: START,
});
export const parkedExample: Example<ParkedReturn> = {
  key: ["receiptKey", "ordinal"],
  fixed: ["operationId", "terms", "parkedAt"],
  before: {
    receiptKey: "0123456789abcdef0123456789abcdef",
    ordinal: 1,
    operationId: id("opn", 1),
    terms: terms("1"),
    status: "parked",
    refusal: null,
    parkedAt: START,
  },
  after: {
    receiptKey: "0123456789abcdef0123456789abcdef",
    ordinal: 1,
    operationId: id("opn", 2),
    terms: terms("2"),
    status: "refused",
    refusal: "unknown_line",
    parkedAt: LATER,
  },
};

export const profileExample: Example<Profile> = {
  key: ["id", "memberId"],
  fixed: ["brand", "key", "createdAt"],
  before: {
    id: id("prf", 1),
    memberId: MEMBER,
    homeId: MEMBER,
    brand: "mvideo",
    key: uuidOf(id("prf", 1)).replaceAll("-", ""),
    externalId: Buffer.from("1"),
    person: Buffer.from("{}"),
    identifiers: [],
    identifierValues: Buffer.from([0, 0x22, 0x5c, 0xff]),
    consents: {},
    storeId: null,
    createdAt: START,
  },
  after: {
    id: id("prf", 1),
    memberId: MEMBER,
    homeId: id("mbr", 7),
    brand: "eldorado",
    key: uuidOf(id("prf", 2)).replaceAll("-", ""),
    externalId: Buffer.from("2"),
    person: Buffer.from('{"firstName":"Анна"}'),
    identifiers: [{ kind: "card", key: "1", verified: true }],
    identifierValues: Buffer.alloc(0),
    consents: { email: true },
    storeId: "M-1",
    createdAt: LATER,
  },
};

export type Client = Omit<ClientDocument, "keys">;
export type ClientKey = typeof clientKeys.$inferSelect;
export const clientExample: Example<Client> = {
  key: ["id"],
  fixed: ["createdAt"],
  before: { id: id("cli", 1), name: "tills", scopes: ["pos"], brand: "mvideo", createdAt: START, revokedAt: null },
  after: { id: id("cli", 1), name: "shop", scopes: ["crm"], brand: null, createdAt: LATER, revokedAt: LATEST },
};
export const keyExample: Example<ClientKey> = {
  key: ["keyHash"],
  fixed: ["clientId", "createdAt"],
  before: { keyHash: "1", clientId: id("cli", 1), createdAt: START, revokedAt: null },
  after: { keyHash: "1", clientId: id("cli", 2), createdAt: LATER, revokedAt: LATEST },
};

export const terminalExample: Example<Terminal> = {
  key: ["storeId", "terminalId"],
  fixed: ["firstSeenAt"],
  before: { storeId: "M-1", terminalId: "1", firstSeenAt: START },
  after: { storeId: "M-1", terminalId: "1", firstSeenAt: LATER },
};

const IDENTIFIER = uuidOf(id("prf", 1)).replaceAll("-", "");
export const identifierExample: Example<KnownIdentifier> = {
  key: ["key"],
  fixed: ["kind"],
  before: {
    key: IDENTIFIER,
    kind: "card",
    memberId: MEMBER,
    profileId: id("prf", 1),
    verified: false,
    createdAt: START,
  },
  after: { key: IDENTIFIER, kind: "phone", memberId: OTHER, profileId: id("prf", 2), verified: true, createdAt: LATER },
};

const evidence = (number: number): Candidate["evidence"][number] => ({
  kind: "card",
  rule: "same",
  profileIds: [id("prf", number), id("prf", number + 1)],
});
export const erasureExample: Example<Erasure> = {
  key: ["id"],
  fixed: ["memberId", "requestedAt", "dueAt"],
  before: {
    id: id("ers", 1),
    memberId: MEMBER,
    status: "pending",
    requestedAt: START,
    dueAt: LATER,
    endedAt: null,
    endedBy: null,
    identifiers: null,
  },
  after: {
    id: id("ers", 1),
    memberId: OTHER,
    status: "erased",
    requestedAt: LATER,
    dueAt: LATEST,
    endedAt: LATEST,
    endedBy: id("opn", 2),
    identifiers: 1,
  },
};

export const representativeExample: Example<RepresentativeLink> = {
  key: ["id"],
  fixed: ["memberId", "representativeId", "sees", "perOperation", "perMonth", "since", "until"],
  before: {
    id: id("rep", 1),
    memberId: MEMBER,
    representativeId: OTHER,
    sees: true,
    perOperation: 1n,
    perMonth: null,
    since: null,
    until: null,
    endedAt: null,
    endedBy: null,
    usesThen: null,
    month: null,
    monthSpent: 0n,
    uses: 0,
  },
  after: {
    id: id("rep", 1),
    memberId: OTHER,
    representativeId: MEMBER,
    sees: false,
    perOperation: 2n,
    perMonth: 3n,
    since: LATER,
    until: LATEST,
    endedAt: LATEST,
    endedBy: id("opn", 2),
    usesThen: 1,
    month: "2026-03",
    monthSpent: 1n,
    uses: 1,
  },
};

export const candidateExample: Example<Candidate> = {
  key: ["oneId", "otherId"],
  fixed: ["id", "operationId", "source", "createdAt", "score", "evidence"],
  before: {
    oneId: MEMBER,
    otherId: OTHER,
    id: id("cnd", 1),
    operationId: id("opn", 1),
    source: "staff",
    createdAt: START,
    score: 1,
    evidence: [evidence(1)],
    status: "open",
    assignee: null,
    decidedBy: null,
    decidedAt: null,
    until: null,
  },
  after: {
    oneId: MEMBER,
    otherId: OTHER,
    id: id("cnd", 2),
    operationId: id("opn", 2),
    source: "registration",
    createdAt: LATER,
    score: 2,
    evidence: [evidence(3)],
    status: "later",
    assignee: "reviewer",
    decidedBy: id("opn", 3),
    decidedAt: LATER,
    until: LATEST,
  },
};

export const lotExample: Example<Lot> = {
  key: ["id", "memberId"],
  fixed: ["issuer", "profileId", "kind", "activeAt", "operationId", "policyVersion"],
  before: {
    memberId: MEMBER,
    id: id("lot", 1),
    issuer: "mvideo",
    profileId: null,
    kind: "promo",
    granted: 100n,
    pending: 0n,
    available: 0n,
    held: 0n,
    activeAt: START,
    expiresAt: LATEST,
    spendableFrom: null,
    closed: true,
    operationId: id("opn", 1),
    policyVersion: 1,
  },
  after: {
    memberId: MEMBER,
    id: id("lot", 1),
    issuer: "eldorado",
    profileId: id("prf", 1),
    kind: "ordinary",
    granted: 200n,
    pending: 1n,
    available: 2n,
    held: 3n,
    activeAt: LATER,
    expiresAt: LATEST + 1_000,
    spendableFrom: LATER,
    closed: false,
    operationId: id("opn", 2),
    policyVersion: 2,
  },
};

export type HoldRow = RowOf<typeof holds, "bucket">;
const holdTerms = (number: number) => ({
  id: id("hld", 1),
  memberId: MEMBER,
  brand: number === 1 ? "mvideo" : "eldorado",
  amount: BigInt(number) * 100n,
  orderId: number === 1 ? null : id("ord", 1),
  parts: [part(number)],
  reference: `${number}`,
  expiresAt: START + number * 1_000,
});
const MOVE: HoldMove = { event: "capture", operationId: id("opn", 2), at: START, parts: [part(1)] };
export const holdExample: Example<HoldRow> = {
  key: ["id", "memberId"],
  fixed: ["orderId", "amount", "parts", "reference"],
  before: { ...holdTerms(1), moves: [], status: "open", captured: 0n, endedAt: null },
  after: { ...holdTerms(2), moves: [MOVE], status: "captured", captured: 1n, endedAt: LATER },
};

export type WalletRow = RowOf<typeof wallets, "bucket">;
export const walletExample: Example<WalletRow> = {
  key: ["memberId"],
  fixed: ["createdAt"],
  before: {
    memberId: MEMBER,
    status: "active",
    survivorId: id("mbr", 7),
    parted: null,
    coolingUntil: null,
    erasure: null,
    version: 1n,
    pending: 0n,
    available: 0n,
    held: 0n,
    debt: 0n,
    byIssuer: new Map(),
    soonestEnds: {},
    nextMoveAt: null,
    nextTurnAt: null,
    postedAt: START,
    createdAt: START,
  },
  after: {
    memberId: MEMBER,
    status: "blocked",
    survivorId: null,
    parted: [id("mbr", 7), id("prf", 8)],
    coolingUntil: LATEST,
    erasure: "pending",
    version: 2n,
    pending: 1n,
    available: 2n,
    held: 3n,
    debt: 4n,
    byIssuer: new Map([["mvideo", { pending: 1n, available: 2n, held: 3n, debt: 4n }]]),
    soonestEnds: { promo: LATEST },
    nextMoveAt: LATER,
    nextTurnAt: LATEST,
    postedAt: LATER,
    createdAt: LATER,
  },
};

export const mergeExample: Example<Merge> = {
  key: ["id"],
  fixed: ["survivorId", "absorbedId", "reason", "rule", "mergedAt"],
  before: {
    id: id("mrg", 1),
    survivorId: MEMBER,
    absorbedId: id("mbr", 7),
    status: "merged",
    reason: "the same",
    rule: "older",
    mergedAt: START,
    undoneAt: null,
    undoneBy: null,
  },
  after: {
    id: id("mrg", 1),
    survivorId: id("mbr", 7),
    absorbedId: MEMBER,
    status: "undone",
    reason: "others",
    rule: "smaller_id",
    mergedAt: LATER,
    undoneAt: LATEST,
    undoneBy: id("opn", 4),
  },
};

export const customerLinkExample: Example<CustomerLink> = {
  key: ["id"],
  fixed: [
    ...(["memberId", "otherId", "identifierKey", "ownCodeHash", "otherCodeHash"] as const),
    ...(["startedAt", "expiresAt"] as const),
  ],
  before: {
    id: id("lnk", 1),
    memberId: MEMBER,
    otherId: null,
    identifierKey: "0".repeat(32),
    ownCodeHash: "1".repeat(32),
    otherCodeHash: "2".repeat(32),
    status: "open",
    wrongTries: 0,
    startedAt: START,
    expiresAt: LATER,
    endedBy: null,
  },
  after: {
    id: id("lnk", 1),
    memberId: OTHER,
    otherId: id("mbr", 3),
    identifierKey: "3".repeat(32),
    ownCodeHash: "4".repeat(32),
    otherCodeHash: "5".repeat(32),
    status: "refused",
    wrongTries: 2,
    startedAt: LATER,
    expiresAt: LATEST,
    endedBy: id("opn", 1),
  },
};

export const booksExample: Example<Books> = {
  key: ["name"],
  fixed: [],
  before: {
    name: "books",
    openFrom: "2026-04-01",
    changes: 1,
    settledBefore: null,
    waitingAction: "close",
    waitingMonth: "2026-04",
    waitingStaffId: "anna-1",
    waitingSince: START,
    waitingOperationId: id("opn", 1),
  },
  after: {
    name: "books",
    openFrom: "2026-05-01",
    changes: 2,
    settledBefore: "2026-05-01",
    waitingAction: "reopen",
    waitingMonth: "2026-05",
    waitingStaffId: "boris-2",
    waitingSince: LATER,
    waitingOperationId: id("opn", 2),
  },
};

export const adjustmentExample: Example<Adjustment> = {
  key: ["id"],
  fixed: [
    ...(["memberId", "profileId", "brand", "direction", "amount", "reason", "category", "incident"] as const),
    ...(["comment", "reverses", "breakId", "staffId", "requestedAt", "expiresAt"] as const),
  ],
  before: {
    id: id("adj", 1),
    memberId: MEMBER,
    profileId: null,
    brand: "mvideo",
    direction: "credit",
    amount: 100n,
    reason: "goodwill",
    category: "goodwill",
    incident: null,
    comment: "sorry",
    reverses: null,
    breakId: null,
    staffId: "anna-1",
    requestedAt: START,
    expiresAt: LATER,
    appliedBy: id("opn", 1),
    appliedTo: OTHER,
    appliedAt: LATEST,
    parts: [part(1)],
    debt: 50n,
    rejectedBy: null,
    reversedBy: id("adj", 3),
  },
  after: {
    id: id("adj", 1),
    memberId: OTHER,
    profileId: id("prf", 1),
    brand: "eldorado",
    direction: "debit",
    amount: 200n,
    reason: "late_delivery",
    category: "service_failure",
    incident: "INC-1",
    comment: "late",
    reverses: id("adj", 2),
    breakId: id("brk", 1),
    staffId: "boris-2",
    requestedAt: LATER,
    expiresAt: LATEST,
    appliedBy: null,
    appliedTo: null,
    appliedAt: null,
    parts: [],
    debt: 0n,
    rejectedBy: id("opn", 2),
    reversedBy: null,
  },
};

export const staffExample: Example<RowOf<typeof staff>> = {
  key: ["staffId"],
  fixed: [],
  before: { staffId: "x", memberId: null, adjustedOn: null, adjustedCount: 0, adjustedAmount: 0n },
  after: { staffId: "x", memberId: MEMBER, adjustedOn: "2026-03-02", adjustedCount: 2, adjustedAmount: 150n },
};

export const overrideExample: Example<MergeOverride> = {
  key: ["id", "blocker"],
  fixed: ["oneId", "otherId", "reason", "staffId", "requestedAt", "expiresAt"],
  before: {
    id: id("ovr", 1),
    oneId: MEMBER,
    otherId: OTHER,
    blocker: "birth_dates_differ",
    reason: "mistyped",
    staffId: "anna-1",
    requestedAt: START,
    expiresAt: LATER,
    approvedBy: null,
    approvedAt: null,
  },
  after: {
    id: id("ovr", 1),
    oneId: OTHER,
    otherId: id("mbr", 3),
    blocker: "birth_dates_differ",
    reason: "another",
    staffId: "boris-2",
    requestedAt: LATER,
    expiresAt: LATEST,
    approvedBy: id("opn", 1),
    approvedAt: LATEST,
  },
};
