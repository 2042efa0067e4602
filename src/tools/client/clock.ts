/** The sandbox's clock, moved by hand. */
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import { type Api, problemOf, UnexpectedAnswer } from "./api.ts";

/** Moves the service's clock forward. */
export async function moveClock(api: Api, to: Instant): Promise<void> {
  const now = formatInstant(to);
  const answer = await api.send("PUT", "/v1/clock", JSON.stringify({ now }), `clock-${now}`);
  if (answer.status < 300) return;
  const code = problemOf(answer);
  if (code === "clock_not_manual") throw new Error(`start ${api.baseUrl} with MCLUB_CLOCK=manual`);
  if (code === "clock_goes_back") throw new Error(`the clock of ${api.baseUrl} has passed ${now}: new data is needed`);
  throw new UnexpectedAnswer("PUT /v1/clock", answer);
}
