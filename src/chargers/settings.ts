import { type InsideResponse, type Speaker, type SpokenOutcome, variableOf } from "../ocpp/mod.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";

/** Values of a charger's settings, by their 1.6 names; a key that it did not name is not there. */
export type Settings = ReadonlyMap<string, string>;

/** How many connectors a 1.6 charger has (1.6 §9.1.20). */
export const COUNT_KEY = "NumberOfConnectors";

/** What became of asking. */
export interface SettingsReading {
  readonly kind: SpokenOutcome<"GetVariables">["kind"];
  /** Empty where nothing was answered. */
  readonly values: Settings;
}

/** Asks a charger for some of its settings, in one call. */
export async function readSettings(
  speaker: Speaker,
  keys: readonly string[],
): Promise<SettingsReading> {
  const getVariableData = keys.map((key) => variableOf(key));
  const outcome = await speaker.call({ action: "GetVariables", message: { getVariableData } });
  const values = outcome.kind === "answered" ? valuesOf(keys, outcome.message) : new Map();
  return { kind: outcome.kind, values };
}

function valuesOf(
  keys: readonly string[],
  { getVariableResult }: InsideResponse<"GetVariables">,
): Settings {
  const values = new Map<string, string>();
  for (const { component, variable, attributeValue } of getVariableResult) {
    const key = keys.find((each) => {
      const wanted = variableOf(each);
      return wanted.component.name === component.name &&
        wanted.variable.name === variable.name &&
        wanted.variable.instance === variable.instance;
    });
    if (key !== undefined && attributeValue !== undefined) values.set(key, attributeValue);
  }
  return values;
}

/** Sets what differs, one key at a time. Returns the keys that the charger took. */
export async function writeSettings(
  { log }: Pick<ChargersPorts, "log">,
  { chargerId, speaker }: Pick<Station, "chargerId" | "speaker">,
  values: Settings,
  wanted: Iterable<readonly [key: string, value: string]>,
): Promise<readonly string[]> {
  const taken: string[] = [];
  for (const [key, value] of wanted) {
    const current = values.get(key);
    // A key that the charger did not name is not there, or not to be touched.
    if (current === undefined || isSame(current, value)) continue;
    const message = { setVariableData: [{ ...variableOf(key), attributeValue: value }] };
    const outcome = await speaker.call({ action: "SetVariables", message });
    const status = outcome.kind === "answered"
      ? outcome.message.setVariableResult[0]?.attributeStatus
      : outcome.kind;
    if (status === "Accepted") taken.push(key);
    else log("info", "setup_refused", { charger: chargerId, setting: key, status });
  }
  return taken;
}

/** Chargers write "True" and " true" as well; each needless write wears their memory. */
function isSame(current: string, wanted: string): boolean {
  const isFlag = wanted === "true" || wanted === "false";
  return current === wanted || isFlag && current.trim().toLowerCase() === wanted;
}
