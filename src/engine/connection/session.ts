/**
 * One connection for one lane, used for one transaction after another.
 *
 * Statements of a transaction are sent without waiting for each other (the server runs them in order), so a group costs
 * two round trips. A connection that is lost must never be continued on a new one, outside of its transaction:
 * the loss is noticed before anything more is sent, and whatever was waiting fails at once.
 */
import { setImmediate } from "node:timers/promises";
import type { ReservedSql } from "postgres";
import { combined } from "../../db/combine.ts";
import { connect, SINGLE_SERVER, type Sql, type Target } from "../../db/connect.ts";
import type { Statement, Writing } from "../../db/table-rows.ts";
import { ConnectionLost, SILENCE_MS } from "./connection-lost.ts";

type Row = Readonly<Record<string, unknown>>;

type Parameter = string | number | null;

/** What a transaction can do: send a statement; it is under way when this returns. */
export interface Transaction {
  run<R = Row>(text: string, parameters?: readonly Parameter[]): Promise<R[]>;
  /** The same with each row as the list of its values: for `TableRows.decode`. */
  values(text: string, parameters?: readonly Parameter[]): Promise<unknown[][]>;
  /** Sends what answers no rows that matter. */
  send(statement: Statement & { readonly more?: never }): Promise<unknown>;
}

type Run = (text: string, parameters?: readonly Parameter[], raw?: "values") => Promise<never>;
type Work<T> = (tx: Transaction, commit: (writings: readonly Writing[]) => Promise<void>) => Promise<T>;

export interface SessionTerms {
  readonly applicationName: string;
  /** Longest that a statement waits for a lock. */
  readonly lockTimeoutMs: number;
}

export class Session {
  readonly #target: Target;
  readonly #applicationName: string;
  readonly #lockTimeoutMs: number;
  #pool: Sql;
  #connection: ReservedSql | undefined;
  #lose: ((error: Error) => void) | undefined;

  constructor(target: Target, { applicationName, lockTimeoutMs }: SessionTerms) {
    this.#target = target;
    this.#applicationName = applicationName;
    this.#lockTimeoutMs = lockTimeoutMs;
    this.#pool = this.#open();
  }

  /**
   * Runs `work` between BEGIN and COMMIT. The work gives its last statements to `commit`, which goes out with them and
   * waits for all. Any failure rolls back. Ends within bounds, whatever the server does.
   */
  async transaction<T>(work: Work<T>): Promise<T> {
    let alive = true;
    let cause: { readonly error: unknown } | undefined;
    const lost = new Promise<never>((_, fail) => {
      this.#lose = (error) => {
        alive = false;
        fail(error);
      };
    });
    lost.catch(() => {});
    const patience = setTimeout(() => this.#abandon(), SILENCE_MS);
    try {
      const connection = this.#connection ?? (await Promise.race([this.#reserve(), lost]));
      const usable = () => alive && this.#connection === connection;
      const run: Run = (text, parameters = [], raw) => {
        if (!usable()) return unsent();
        const query = connection.unsafe(text, [...parameters], { prepare: true });
        const sent = (raw === undefined ? query : query.values()) as unknown as Promise<never>;
        // Sends it. The server fails in the order of the statements: the first says why, those after it only that it did.
        sent.catch((error: unknown) => {
          cause ??= { error };
        });
        return sent;
      };
      const done = bracket(run, work, usable).catch((error: unknown) => {
        throw cause === undefined ? error : cause.error;
      });
      done.catch(() => {});
      return await Promise.race([done, lost]);
    } finally {
      clearTimeout(patience);
      this.#lose = undefined;
    }
  }

  async end(): Promise<void> {
    this.#connection?.release();
    this.#connection = undefined;
    await this.#pool.end({ timeout: 5 });
  }

  #open(): Sql {
    const pool: Sql = connect(this.#target, {
      max: 1,
      applicationName: this.#applicationName,
      role: "mclub_app",
      lockTimeoutMs: this.#lockTimeoutMs,
      settings: typeof this.#target === "string" ? SINGLE_SERVER : (this.#target.planner ?? SINGLE_SERVER),
      onclose: () => {
        // What closes before it was ours, or after it was given up, concerns no transaction.
        if (pool !== this.#pool || this.#connection === undefined) return;
        this.#connection = undefined;
        this.#lose?.(new ConnectionLost("the connection was lost"));
      },
    });
    return pool;
  }

  /** Takes the pool's one connection for itself. */
  async #reserve(): Promise<ReservedSql> {
    const pool = this.#pool;
    // postgres.js never answers a reservation that has to open the connection first, where no types are fetched.
    await pool.unsafe("select 1");
    const connection = await pool.reserve();
    if (pool === this.#pool) this.#connection = connection;
    return connection;
  }

  /** Turns away from a connection that says nothing, without waiting for it to be closed. */
  #abandon(): void {
    const silent = this.#pool;
    this.#connection = undefined;
    this.#pool = this.#open();
    this.#lose?.(new ConnectionLost("the database did not answer"));
    silent.end({ timeout: 0 }).catch(() => {});
  }
}

/** Whoever waits for it is told; nobody need, while later statements are still made. */
function unsent(): Promise<never> {
  const lost = Promise.reject(new ConnectionLost("the connection was lost"));
  lost.catch(() => {});
  return lost;
}

const transactionOf = (run: Run): Transaction => ({
  run: (text, parameters) => run(text, parameters),
  values: (text, parameters) => run(text, parameters, "values"),
  send: ({ text, parameters }) => run(text, parameters),
});

/** BEGIN, the work, and COMMIT or ROLLBACK. */
async function bracket<T>(run: Run, work: Work<T>, usable: () => boolean): Promise<T> {
  let committing = false;
  try {
    const begun = run("begin");
    const result = await work(transactionOf(run), async (writings) => {
      committing = true;
      const sent = combined(writings).map(({ text, parameters }) => run(text, parameters));
      for (const { text, more = [] } of writings) {
        for (const parameters of more) {
          await setImmediate();
          if (!usable()) break;
          sent.push(run(text, parameters));
        }
      }
      await Promise.all([begun, ...sent, run("commit")]);
    });
    await begun;
    if (!committing) await run("rollback");
    return result;
  } catch (error) {
    // After a failed statement COMMIT has rolled back already; a second ROLLBACK only warns.
    if (usable()) await run("rollback").catch(() => {});
    throw error;
  }
}
