import { unreachable } from "../lib/assert.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { dialect16 } from "./dialects/v16/dialect.ts";
import { createDialect2x } from "./dialects/v2x/mod.ts";
import { loadValidator } from "./messages/mod.ts";
import { loadSchemas } from "./messages/schemas.ts";
import type { MessageCheck } from "./peer.ts";
import type { OcppVersion } from "./version.ts";

/** A dialect with the schemas of its version: all that it takes to speak it. */
export interface Speech {
  readonly dialect: Dialect;
  readonly check: MessageCheck;
}

/** Loads what it takes to speak a version. */
export async function speechOf(version: OcppVersion): Promise<Speech> {
  switch (version) {
    case "ocpp1.6":
      return { dialect: dialect16, check: await loadValidator(version) };
    case "ocpp2.0.1":
    case "ocpp2.1":
      return {
        dialect: createDialect2x(version, await loadSchemas(version)),
        check: await loadValidator(version),
      };
    default:
      return unreachable(version);
  }
}
