/**
 * Personal data at rest: each field sealed by AES-256-GCM, under the first of some keys, and opened by whichever of them
 * has sealed it. A sealed value says which that was:
 *
 *     1 byte   version of this form: 1
 *     1 byte   length of the key's id, then the id in ASCII
 *     12 bytes nonce, by chance: a key is good for four billion values
 *     …        ciphertext, as long as the text in UTF-8
 *     16 bytes tag, over the ciphertext and the place
 */
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from "node:crypto";
import { assert } from "./assert.ts";

export interface DataKey {
  /** Short, ASCII. */
  readonly id: string;
  /** 256 bits. */
  readonly key: KeyObject;
}

/** The first one seals, all of them open. */
export type DataKeys = readonly [DataKey, ...DataKey[]];

/** What personal data is sealed and looked up with. None of it is in the database. */
export interface PersonalKeys {
  readonly cipher: FieldCipher;
  /** Behind the hashes by which something is found, or compared, without its text being kept. */
  readonly lookupKey: KeyObject;
}

/** Where a sealed value lies: table, field, and what its row is known by. Moved to another place it cannot be opened. */
export type SealedPlace = readonly [table: string, field: string, row: string];

const ALGORITHM = "aes-256-gcm";
const VERSION = 1;
const HEAD_BYTES = 2;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A value that cannot be opened: its key is not there, or it is not what was sealed at its place. Tells no value. */
export class NotOpened extends Error {
  override readonly name = "NotOpened";
}

export class FieldCipher {
  /** The id of the key that seals. */
  readonly sealsWith: string;
  readonly keys: DataKeys;
  readonly #first: DataKey;
  readonly #byId: ReadonlyMap<string, KeyObject>;

  constructor(keys: DataKeys) {
    this.keys = keys;
    this.#first = keys[0];
    this.sealsWith = this.#first.id;
    this.#byId = new Map(keys.map(({ id, key }) => [id, key]));
    assert(this.#byId.size === keys.length, "each data key has an id of its own");
  }

  seal(text: string, place: SealedPlace): Buffer {
    const { id, key } = this.#first;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(placeBytes(place));
    const head = Buffer.from([VERSION, id.length]);
    const sealed = [cipher.update(text, "utf8"), cipher.final()];
    return Buffer.concat([head, Buffer.from(id, "latin1"), nonce, ...sealed, cipher.getAuthTag()]);
  }

  /** Throws `NotOpened` where nobody can. */
  open(sealed: Buffer, place: SealedPlace): string {
    const id = keyIdOf(sealed);
    const key = id === undefined ? undefined : this.#byId.get(id);
    const where = `${place[0]}.${place[1]}`;
    if (id === undefined) throw new NotOpened(`${where}: not a sealed value`);
    if (key === undefined) throw new NotOpened(`${where}: sealed under key ${id}, which is not among the data keys`);
    const nonceAt = HEAD_BYTES + id.length;
    const textAt = nonceAt + NONCE_BYTES;
    const tagAt = sealed.length - TAG_BYTES;
    const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(nonceAt, textAt), { authTagLength: TAG_BYTES });
    decipher.setAAD(placeBytes(place)).setAuthTag(sealed.subarray(tagAt));
    try {
      return decipher.update(sealed.subarray(textAt, tagAt), undefined, "utf8") + decipher.final("utf8");
    } catch {
      throw new NotOpened(`${where}: not what was sealed there under key ${id}`);
    }
  }
}

/** Under which key a value is sealed; undefined where it is no sealed value. */
export function keyIdOf(sealed: Buffer): string | undefined {
  const length = sealed[1] ?? 0;
  const least = HEAD_BYTES + length + NONCE_BYTES + TAG_BYTES;
  if (sealed[0] !== VERSION || length === 0 || sealed.length < least) return undefined;
  return sealed.toString("latin1", HEAD_BYTES, HEAD_BYTES + length);
}

const placeBytes = (place: SealedPlace): Buffer => Buffer.from(JSON.stringify(place), "utf8");
