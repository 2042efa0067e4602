/**
 * Once per run: one database server, and in it a template database with all migrations, which test files clone.
 */
import type { TestProject } from "vitest/node";
import { connect } from "../../src/db/connect.ts";
import { migrate } from "../../src/db/migrate.ts";
import { TEMPLATE, withDatabase } from "./database/database.ts";
import type { ServerAddress } from "./database/database.ts";
import { startTestServer } from "./database/server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    server: ServerAddress;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer();
  try {
    const { url, socketPath } = server;
    const admin = connect({ url, socketPath }, { max: 1 });
    await admin.unsafe(`create database ${TEMPLATE}`);
    await migrate({ url: withDatabase(url, TEMPLATE), socketPath });
    // A single session in the template would make every clone fail.
    await admin.unsafe(`alter database ${TEMPLATE} with allow_connections false is_template true`);
    await admin.end();
    project.provide("server", { url, socketPath });
    return () => server.stop();
  } catch (error) {
    await server.stop();
    throw error;
  }
}
