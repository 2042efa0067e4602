/** The service that a run talks to: one that is there already, or one of its own. */
import { Option } from "commander";
import { type Api, connectTo } from "../client/api.ts";
import { startOwnServer } from "./server.ts";

export interface TargetOptions {
  readonly baseUrl?: string;
  readonly adminKey?: string;
}

export interface Target {
  readonly api: Api;
  /** Whether the service was started for this run, and is gone after it. */
  readonly own: boolean;
  readonly close: () => Promise<void>;
}

/** What a command line may say of the service; the environment may say the same. */
export const targetOptions = (): [Option, Option] => [
  new Option(
    "--base-url <url>",
    "a service with an empty ledger and MCLUB_CLOCK=manual; without it one is started",
  ).env("BASE_URL"),
  new Option("--admin-key <key>", "its admin key").env("MCLUB_ADMIN_KEY"),
];

/** Connects to the service that was named, or starts one. An empty name is none. */
export async function openTarget({ baseUrl = "", adminKey = "" }: TargetOptions, quiet: boolean): Promise<Target> {
  if (baseUrl !== "") {
    return { api: connectTo({ baseUrl, key: adminKey }), own: false, close: () => Promise.resolve() };
  }
  if (!quiet) process.stderr.write("Starting a ledger of its own, with a database in a temporary folder…\n");
  const server = await startOwnServer();
  return {
    api: connectTo({ baseUrl: server.baseUrl, key: server.adminKey }),
    own: true,
    close: () => server.stop(),
  };
}
