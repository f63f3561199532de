import { dataFileNames, isOwnFile, ownFilePath, readDataFile } from "../hardware/data_file_io.ts";
import { fail, type Result } from "../lib/result.ts";
import { type MeterPreset, parseMeterPreset } from "./preset.ts";

/** The presets that come with Sangam. */
const SHIPPED = new URL("../../hardware/presets/", import.meta.url);

/**
 * Finds the preset that a meter of site.yaml names: the id of a shipped one (`tasmota`), or a file of
 * the user's own, by a path that ends in `.yaml` or `.yml` and starts beside site.yaml.
 *
 * @param besideFolder the folder of site.yaml
 * @returns the preset, or every problem as "file:line: path: what is wrong"
 */
export async function loadMeterPreset(
  name: string,
  besideFolder: string | URL,
): Promise<Result<MeterPreset, readonly string[]>> {
  if (isOwnFile(name)) {
    const path = ownFilePath(name, besideFolder);
    return await readDataFile(path, path, parseMeterPreset);
  }
  const known = await shippedMeterPresets();
  if (known.includes(name)) {
    const file = `${name}.yaml`;
    return await readDataFile(new URL(file, SHIPPED), `hardware/presets/${file}`, parseMeterPreset);
  }
  const own = "or the path of your own file, ending in .yaml";
  return fail([`no preset has the name "${name}"; known are ${known.join(", ")}, ${own}`]);
}

/** The ids of the shipped presets, sorted. Throws when the folder cannot be read. */
export function shippedMeterPresets(): Promise<readonly string[]> {
  return dataFileNames(SHIPPED);
}
