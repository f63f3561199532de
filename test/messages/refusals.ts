import type { Reply } from "../support/frame_peer.ts";

/** Words with which an answer does what was asked. */
const YES: ReadonlySet<string> = new Set([
  "Accepted",
  "EmptyResultSet",
  "NoTariff",
  "Processing",
  "Scheduled",
  "Unlocked",
]);

/** True for an error, and for an answer all of whose statuses say no. */
export function isRefusal(reply: Reply): boolean {
  if (reply.kind !== "result") return reply.kind === "error";
  const statuses = statusesIn(reply.payload);
  return statuses.length > 0 && statuses.every((status) => !YES.has(status));
}

function statusesIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const isStatus = name === "status" || name === "attributeStatus";
    return isStatus && typeof inner === "string" ? [inner] : statusesIn(inner);
  });
}
