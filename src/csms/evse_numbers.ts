import { isRecord } from "../lib/json.ts";

/**
 * A message with every EVSE in it under another number: `evseId`, and `evse.id` of components and
 * messages. Null where one of them has none.
 */
export function withEvses<Message>(
  message: Message,
  numberOf: (evseId: number) => number | undefined,
): Message | null {
  let isKnown = true;

  function mapped(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(mapped);
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, field(name, inner)]),
    );
  }

  function field(name: string, value: unknown): unknown {
    // EVSE 0 is the whole station on both sides.
    if (name === "evseId" && typeof value === "number") return value === 0 ? 0 : renumbered(value);
    if (name === "evse" && isRecord(value) && typeof value["id"] === "number") {
      return { ...value, id: renumbered(value["id"]) };
    }
    return mapped(value);
  }

  function renumbered(evseId: number): number {
    const number = numberOf(evseId);
    if (number === undefined) isKnown = false;
    return number ?? evseId;
  }

  // Only numbers change, so that it is the same kind of message still.
  const said = mapped(message) as Message;
  return isKnown ? said : null;
}
