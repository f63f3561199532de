import { Counter, Histogram, type Registry } from "prom-client";
import type { Events } from "../lib/events.ts";
import type { RejectedFrame } from "../ocpp/mod.ts";
import type { SiteEvents } from "../site/mod.ts";

/** A disk that syncs takes some milliseconds, a worn card some hundreds. */
const COMMIT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** From a CSMS in the next town to one that is about to be given up. */
const RTT_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Counted from zero, so that the first of them is seen as a rise. */
const REASONS: Readonly<Record<RejectedFrame, true>> = {
  "unreadable": true,
  "unknown-type": true,
  "backlog-full": true,
  "late-answer": true,
  "invalid-call": true,
  "invalid-answer": true,
  "too-long": true,
};
const SIDES = ["csms", "chargers"] as const;

function sideOf(peer: string): typeof SIDES[number] {
  return peer === "csms" ? "csms" : "chargers";
}

/** Counts what happens while the gateway runs, by nothing that has no end: the side, never the charger. */
export function countRunning(events: Events<SiteEvents>, registers: Registry[]): void {
  countCalls(events, registers);
  countFrames(events, registers);
  countFaults(events, registers);
  const commits = new Histogram({
    name: "sangam_commit_seconds",
    help: "How long the disk takes to keep what it is given",
    buckets: COMMIT_SECONDS,
    registers,
  });
  events.on("ledger-written", ({ tookMs }) => commits.observe(tookMs / 1000));
}

function countCalls(events: Events<SiteEvents>, registers: Registry[]): void {
  const rtt = new Histogram({
    name: "sangam_upstream_rtt_seconds",
    help: "From a call to the CSMS to its answer",
    buckets: RTT_SECONDS,
    registers,
  });
  const timeouts = new Counter({
    name: "sangam_call_timeouts_total",
    help: "Calls of the gateway that nobody answered in time, by side",
    labelNames: ["side"],
    registers,
  });
  for (const side of SIDES) timeouts.inc({ side }, 0);
  events.on("call-ended", ({ peer, how, waitedMs }) => {
    if (how === "timeout") timeouts.inc({ side: sideOf(peer) });
    // An error is an answer too; what a broken connection swallows was never answered.
    const isAnswered = how === "result" || how === "error";
    if (isAnswered && sideOf(peer) === "csms") rtt.observe(waitedMs / 1000);
  });
}

function countFrames(events: Events<SiteEvents>, registers: Registry[]): void {
  const rejected = new Counter({
    name: "sangam_rejected_frames_total",
    help: "OCPP frames that were not taken, by side and reason",
    labelNames: ["side", "reason"],
    registers,
  });
  for (const side of SIDES) {
    for (const reason of Object.keys(REASONS)) rejected.inc({ side, reason }, 0);
  }
  events.on("frame-rejected", ({ peer, reason }) => {
    rejected.inc({ side: sideOf(peer), reason });
  });
}

function countFaults(events: Events<SiteEvents>, registers: Registry[]): void {
  const deadLetters = new Counter({
    name: "sangam_dead_letters_total",
    help: "Records for the CSMS that came to wait for an operator",
    registers,
  });
  const duplicates = new Counter({
    name: "sangam_duplicate_connections_total",
    help: "Connections with the identity of a connected charger, by which of the two was kept",
    labelNames: ["kept"],
    registers,
  });
  for (const kept of ["old", "new"]) duplicates.inc({ kept }, 0);
  events.on("fault", ({ kind, state }) => {
    if (state !== "raised") return;
    if (kind === "dead-letter") deadLetters.inc();
    if (kind === "second-connection") duplicates.inc({ kept: "old" });
  });
  events.on("quirk", ({ quirk, times }) => {
    if (quirk === "second-connection") duplicates.inc({ kept: "new" }, times);
  });
}
