/**
 * How much evidence weighs, from 0 to 100: a rule of thumb that puts a queue in order, and decides nothing. What is in hand
 * says more than an address that a family may share; two birth dates are two people. Pure.
 */
import { z } from "@hono/zod-openapi";
import type { MatchEvidence } from "../candidate-terms.ts";

const SAME = { card: 60, app: 60, wallet_pass: 60, qr: 60, phone: 35, email: 35 } as const;
const FIELDS = {
  birthDate: { agrees: 35, conflicts: -60 },
  firstName: { agrees: 15, conflicts: -25 },
  lastName: { agrees: 15, conflicts: -10 },
  middleName: { agrees: 10, conflicts: -10 },
  gender: { agrees: 0, conflicts: -30 },
} as const;

/** The sum of the weights of all that was found, within its bounds. */
export function scoreOf(evidence: readonly MatchEvidence[]): number {
  const sum = evidence.reduce((total, each) => total + weightOf(each), 0);
  return Math.min(100, Math.max(0, sum));
}

function weightOf({ kind, rule }: MatchEvidence): number {
  if (kind in FIELDS) return rule === "same" ? 0 : FIELDS[kind as keyof typeof FIELDS][rule];
  return SAME[kind as keyof typeof SAME];
}

export const ScoreText = z
  .string()
  .regex(/^(?:0\.\d\d|1\.00)$/)
  .openapi("MatchScore", { description: "What the evidence weighs, from 0 to 1.", example: "0.65" });

export const scoreText = (score: number): string => (score / 100).toFixed(2);
