/**
 * One-time codes: six digits, told to one person. What is kept is a hash, taken with a secret that is not in the database,
 * so that a copy of the database does not tell the codes.
 */
import { createHmac, randomInt, timingSafeEqual } from "node:crypto";
import { z } from "@hono/zod-openapi";

const DIGITS = 6;

export const OneTimeCode = z
  .string()
  .regex(/^\d{6}$/, "six digits")
  .openapi({ pattern: "^[0-9]{6}$", example: "402917" });

export const newCode = (): string =>
  randomInt(10 ** DIGITS)
    .toString()
    .padStart(DIGITS, "0");

/** 32 hexadecimal digits. What the code is about makes equal codes of two things differ. */
export const hashOfCode = (secret: string, about: readonly string[], code: string): string =>
  createHmac("sha256", secret)
    .update(JSON.stringify([...about, code]))
    .digest("hex")
    .slice(0, 32);

/** Whether two hashes are of one code, in a time that does not tell where they differ. */
export const sameCode = (one: string, other: string): boolean =>
  timingSafeEqual(Buffer.from(one, "hex"), Buffer.from(other, "hex"));
