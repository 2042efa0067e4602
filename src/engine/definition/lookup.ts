/** What a request may look up while it is prepared: reads outside of any command, and who takes part. */
import type { Clock } from "../../kernel/clock.ts";
import type { Scope } from "../../kernel/permissions.ts";
import { Problem } from "../../kernel/problems.ts";
import type { PersonalKeys } from "../../kernel/sealed.ts";
import type { PolicyTimeline } from "../../policy/timeline.ts";
import type { MemberId, ProfileId } from "../../kernel/ids.ts";
import type { ClientId } from "../actor.ts";
import type { Audit } from "../connection/audit.ts";
import type { Reader } from "../connection/reader.ts";
import type { CodeSender } from "./code-sender.ts";

export interface Store {
  readonly storeId: string;
  readonly brand: string;
  readonly name: string;
  readonly timeZone: string;
}

export interface Brand {
  readonly brand: string;
  readonly name: string;
  readonly legalEntity: string;
}

export interface Client {
  readonly clientId: ClientId;
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  readonly brand: string | null;
}

/** Who takes part. What is known may be a second old; what is not found is always looked up anew. */
export interface Directory {
  brands(): Promise<readonly Brand[]>;
  brand(brand: string): Promise<Brand | undefined>;
  store(storeId: string): Promise<Store | undefined>;
  /** The client that a key belongs to, by the key's hash; none for a key that was never given, rotated or revoked. */
  client(keyHash: string): Promise<Client | undefined>;
  knowsTerminal(storeId: string, terminalId: string): Promise<boolean>;
  /** Forgets what was read: a change through this process counts at once. */
  changed(): void;
}

/** Whose personal data it is: a profile, whom it leads to, and its brand. */
export interface DataSubject {
  readonly id: ProfileId;
  readonly memberId: MemberId;
  readonly brand: string;
}

/** What personal data is sealed, opened and looked up with, for one request. */
export interface Personal extends PersonalKeys {
  /**
   * Told of each profile of which a sealed field is opened. Where the answer leaves no other trace, who was shown whose is then
   * on record before the answer is given: see AccessLog.
   */
  opened(profile: DataSubject): void;
}

export interface Lookup {
  readonly reader: Reader;
  readonly directory: Directory;
  readonly clock: Clock;
  /** With which hashes of short codes are taken; it is not in the database. */
  readonly codeSecret: string;
  /** What sends one-time codes to customers. Absent: nothing does. */
  readonly codeSender?: CodeSender | undefined;
  /** What personal data is sealed and looked up with. */
  readonly personal: Personal;
  /** For what looks at every row. */
  readonly audit: Audit;
  /** The rules as this process has read them last; a command is judged by those that the database has. */
  readonly policies: PolicyTimeline;
  /** The rules for what a read shows: no older than a second. */
  readPolicies(): Promise<PolicyTimeline> | PolicyTimeline;
  /** Has them read anew: a version that was published through this process counts at once. */
  policiesChanged(): void;
  /** Whether what was looked up for the same request before has proved to be out of date: then ids are looked up as well. */
  readonly again?: boolean;
  /** Told of an identifier that leads to nobody, where that is counted. */
  foundNobody?(): void;
}

/** `unknown_brand` where no such brand takes part. */
export async function requireBrand({ directory }: Pick<Lookup, "directory">, brand: string): Promise<void> {
  if ((await directory.brand(brand)) === undefined) throw new Problem("unknown_brand", { brand });
}
