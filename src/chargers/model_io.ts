import { dataFileNames, isOwnFile, ownFilePath, readDataFile } from "../hardware/data_file_io.ts";
import { fail, type Result } from "../lib/result.ts";
import { type ChargerModel, parseChargerModel } from "./model.ts";

/** The records that come with Sangam. */
const SHIPPED = new URL("../../hardware/chargers/", import.meta.url);

/**
 * Finds the record that a charger of site.yaml names: the id of a shipped one (`abb-terra-ac`), or a
 * file of the user's own, by a path that ends in `.yaml` or `.yml` and starts beside site.yaml.
 *
 * @param besideFolder the folder of site.yaml
 * @returns the record, or every problem as "file:line: path: what is wrong"
 */
export async function loadChargerModel(
  name: string,
  besideFolder: string | URL,
): Promise<Result<ChargerModel, readonly string[]>> {
  if (isOwnFile(name)) {
    const path = ownFilePath(name, besideFolder);
    return await readDataFile(path, path, parseChargerModel);
  }
  const known = await dataFileNames(SHIPPED);
  if (known.includes(name)) return await readShipped(name);
  const own = "or the path of your own file, ending in .yaml";
  return fail([`no charger model has the name "${name}"; known are ${known.join(", ")}, ${own}`]);
}

/** All shipped records, and the problems of files that cannot be read: those are as if not there. */
export async function shippedChargerModels(): Promise<{
  readonly models: readonly ChargerModel[];
  readonly problems: readonly string[];
}> {
  const names = await dataFileNames(SHIPPED);
  const read = await Promise.all(names.map(readShipped));
  return {
    models: read.flatMap((each) => each.ok ? [each.value] : []),
    problems: read.flatMap((each) => each.ok ? [] : each.error),
  };
}

function readShipped(name: string): Promise<Result<ChargerModel, readonly string[]>> {
  const file = `${name}.yaml`;
  return readDataFile(new URL(file, SHIPPED), `hardware/chargers/${file}`, parseChargerModel);
}
