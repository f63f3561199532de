import { fail, ok, type Result } from "../lib/result.ts";
import { isOcppVersion, OCPP_VERSIONS, type OcppVersion } from "../ocpp/mod.ts";
import type { FlagValues } from "./command_flags.ts";

/** The versions that a flag names, in the order given; a sentence where one is not known. */
export function readVersions(
  values: FlagValues,
  flag: string,
): Result<readonly OcppVersion[], string> {
  const versions: OcppVersion[] = [];
  for (const name of values.list(flag)) {
    if (!isOcppVersion(name)) {
      return fail(`--${flag} ${name} is not known: ${OCPP_VERSIONS.join(", ")}`);
    }
    versions.push(name);
  }
  return ok(versions);
}
