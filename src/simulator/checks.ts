import { loadValidator } from "../ocpp/messages/mod.ts";
import type { MessageCheck, OcppVersion } from "../ocpp/mod.ts";

/** The schemas of all versions. */
export type Checks = Readonly<Record<OcppVersion, MessageCheck>>;

/** Loads them; those of a message are compiled when it is first seen. */
export async function loadChecks(): Promise<Checks> {
  const [v16, v201, v21] = await Promise.all([
    loadValidator("ocpp1.6"),
    loadValidator("ocpp2.0.1"),
    loadValidator("ocpp2.1"),
  ]);
  return { "ocpp1.6": v16, "ocpp2.0.1": v201, "ocpp2.1": v21 };
}
