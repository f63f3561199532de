import type { EvseLimit } from "./balancing/mod.ts";

/** Why an EVSE has the limit it has, in words; null where there is nothing to explain. */
export function reasonText({ reason }: EvseLimit): string | null {
  const where = reason.circuitId === undefined
    ? "the site"
    : `${reason.circuitId}${reason.line === undefined ? "" : ` (${reason.line})`}`;
  switch (reason.kind) {
    case "shared":
      return `${where} is full: shared with others`;
    case "waiting":
      return reason.source === undefined
        ? `${where} is full: waits its turn`
        : `capped by ${CAP_SOURCES[reason.source]}: waits its turn`;
    case "capped":
      return `capped by ${CAP_SOURCES[reason.source ?? "operator"]}`;
    case "fail-safe":
      return "the meter is silent: safe current only";
    case "satisfied":
      return "the vehicle takes no more";
    case "unlimited":
    case "idle":
      return null;
  }
}

const CAP_SOURCES = {
  authorization: "the refusal of its token",
  csms: "the cloud",
  operator: "an operator",
  plan: "the plan",
  signal: "the grid",
  surplus: "what the sun leaves over",
} as const;
