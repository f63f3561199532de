import type { WebParts } from "../web_parts.ts";
import type { Command } from "./command.ts";

/** The command that takes this end off the list; null where it is not on it. */
export function dismissalOf(
  { ports: { views } }: Pick<WebParts, "ports">,
  id: string,
): Command | null {
  const orphan = views.orphanStops().find((each) => each.id === id);
  if (orphan === undefined) return null;
  const { chargerId, registerWh } = orphan;
  return { kind: "dismiss-orphan", id, chargerId, registerWh };
}
