/** All routes: derived from what the modules say, and the batch over all of them. */
import { groupBy } from "../../kernel/group-by.ts";
import type { Module } from "../../engine/definition/module.ts";
import type { Route } from "../route.ts";
import { batchRoute } from "./batch.ts";
import { routesOfExport } from "./export-route.ts";
import { routeOfOperation } from "./operation-route.ts";
import { routeOfRead } from "./read-route.ts";
import { routeOfUpload } from "./upload-route.ts";

/** In the order of the document. */
export function routesOf(modules: readonly Module[]): readonly Route[] {
  const operations = modules.flatMap((module) => module.operations);
  return [
    ...modules.flatMap(({ operations: own, reads, uploads = [], exports = [] }) => [
      ...uploads.map(routeOfUpload),
      ...own.map(routeOfOperation),
      ...reads.map(routeOfRead),
      ...exports.flatMap(routesOfExport),
    ]),
    batchRoute(operations),
  ];
}

/** Paths without parameters go before those with one, which would take them for its value. */
export function pathsOf(routes: readonly Route[]): readonly (readonly [path: string, routes: readonly Route[]])[] {
  return [...groupBy(routes, ({ path }) => path)].sort(([a], [b]) => Number(a.includes("{")) - Number(b.includes("{")));
}
