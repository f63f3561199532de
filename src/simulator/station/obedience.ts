import { type CallAnswer, type RpcError, rpcError } from "../../ocpp/mod.ts";
import type { Routine } from "./routine.ts";

/** How a command is answered, and what follows once the answer is out. */
export type Reply<Payload> =
  | { readonly payload: Payload; readonly afterwards?: () => void }
  | { readonly error: RpcError };

/** Carries out what the CSMS orders. `payload` was held against the schema of its action. */
export type Obedience = (action: string, payload: unknown) => Promise<CallAnswer>;

/**
 * Obeys by the commands of `table`, each of which takes the payload of the action that it is named
 * after. What follows from a command begins behind its answer (1.6 §5.17, 2.0.1 F06.FR.04).
 */
export function createObedience<Desk>(
  table: Readonly<Record<string, unknown>>,
  desk: Desk,
  routine: Pick<Routine, "think" | "later">,
): Obedience {
  return async (action, payload) => {
    await routine.think();
    if (!Object.hasOwn(table, action)) {
      const error = rpcError("NotSupported", `${action} is not supported by this station`);
      return { ok: false, error };
    }
    // The table's types tie each action to its payload; the wire gives both as they came.
    const command = table[action] as (desk: Desk, payload: unknown) => Reply<unknown>;
    const reply = command(desk, payload);
    if ("error" in reply) return { ok: false, error: reply.error };
    if (reply.afterwards !== undefined) routine.later(0, reply.afterwards);
    return { ok: true, payload: reply.payload };
  };
}
