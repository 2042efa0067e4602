/** Figures for Prometheus: requests, groups, faults, and the process. Labels are patterns and codes, never identities. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { LaneReports } from "../../engine/group/lane.ts";
import type { Service } from "../../service.ts";
import { type GaugesRead, watchGauges } from "./gauges.ts";
import type { Observe } from "./serve.ts";

export interface Metrics {
  readonly observe: Observe;
  /** Handed to the engine when it is made. */
  readonly reports: LaneReports;
  /** Lets the queue and the pool be seen, once there is a service. */
  watch(service: Service): GaugesRead;
  readonly contentType: string;
  text(): Promise<string>;
}

const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const GROUP_SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** A registry of its own for each service, so that several may live in one process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: "mclub_http_request_duration_seconds",
    help: "Requests by route, method and status.",
    labelNames: ["route", "method", "status"] as const,
    buckets: REQUEST_SECONDS,
    registers,
  });
  const sizes = new Histogram({
    name: "mclub_engine_group_size",
    help: "Commands in one commit.",
    buckets: GROUP_SIZES,
    registers,
  });
  const durations = new Histogram({
    name: "mclub_engine_group_duration_seconds",
    help: "From taking a group to its last answer.",
    buckets: REQUEST_SECONDS,
    registers,
  });
  const faults = new Counter({
    name: "mclub_engine_faults_total",
    help: "Groups whose transaction failed.",
    registers,
  });
  // Looking a series up by its labels costs more than counting in it.
  const series = new Map<string, ReturnType<typeof requests.labels>>();
  return {
    observe(route, method, status, milliseconds) {
      const name = `${method} ${route} ${status}`;
      let one = series.get(name);
      if (one === undefined) {
        one = requests.labels(route, method, String(status));
        series.set(name, one);
      }
      one.observe(milliseconds / 1000);
    },
    reports: {
      group(size, milliseconds) {
        sizes.observe(size);
        durations.observe(milliseconds / 1000);
      },
      fault: () => faults.inc(),
    },
    watch(service) {
      watch(service, registers);
      return watchGauges(service, registers);
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

function watch(service: Service, registers: Registry[]): void {
  const queue: Gauge = new Gauge({
    name: "mclub_engine_queue_length",
    help: "Commands that wait.",
    registers,
    collect: () => queue.set(service.engine.queueLength),
  });
  const pool: Gauge = new Gauge({
    name: "mclub_reader_connections",
    help: "Most connections that the reader may open.",
    registers,
    collect: () => pool.set(service.readers),
  });
}
