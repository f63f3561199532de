import { dataFileNames, isOwnFile, ownFilePath, readDataFile } from "../hardware/data_file_io.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { type MeterProfile, parseMeterProfile } from "./profile.ts";
import { SUNSPEC_PROFILE } from "./sunspec.ts";

/** The profiles that come with Sangam. */
const SHIPPED = new URL("../../hardware/meters/", import.meta.url);

/**
 * Finds the profile that a meter of site.yaml names: the id of a shipped one (`eastron-sdm630`), or a
 * `sunspec` for devices that say by themselves what they have, or a file of the user's own, by a path that ends in `.yaml` or `.yml` and starts beside site.yaml.
 *
 * @param besideFolder the folder of site.yaml
 * @returns the profile, or every problem as "file:line: path: what is wrong"
 */
export function loadMeterProfile(
  name: string,
  besideFolder: string | URL,
): Promise<Result<MeterProfile, readonly string[]>> {
  if (name === SUNSPEC_PROFILE.id) return Promise.resolve(ok(SUNSPEC_PROFILE));
  if (!isOwnFile(name)) return loadShipped(name);
  const path = ownFilePath(name, besideFolder);
  return readDataFile(path, path, parseMeterProfile);
}

async function loadShipped(name: string): Promise<Result<MeterProfile, readonly string[]>> {
  const known = await shippedMeterProfiles();
  if (known.includes(name)) {
    const file = `${name}.yaml`;
    return await readDataFile(new URL(file, SHIPPED), `hardware/meters/${file}`, parseMeterProfile);
  }
  const own = "or the path of your own file, ending in .yaml";
  return fail([
    `no meter profile has the name "${name}"; known are ${known.join(", ")}, sunspec, ${own}`,
  ]);
}

/** The ids of the shipped profiles, sorted. Throws when the folder cannot be read. */
export function shippedMeterProfiles(): Promise<readonly string[]> {
  return dataFileNames(SHIPPED);
}
