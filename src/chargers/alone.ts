import type { InsideRequest } from "../ocpp/mod.ts";
import { type ChargerFeatures, chargerOrNew } from "../site/mod.ts";
import type { ChargersPorts } from "./ports.ts";
import { readSettings, type Settings, writeSettings } from "./settings.ts";
import type { Station } from "./station.ts";

/** What is asked about how a charger gets by when even the gateway is gone. */
const ASKED_KEYS = [
  "LocalAuthListEnabled",
  "LocalAuthListMaxLength",
  "SendLocalListMaxLength",
  "LocalAuthorizeOffline",
  "AllowOfflineTxForUnknownId",
  "TransactionMessageAttempts",
];

/** How often a charger tries to hand a record in before it throws it away: that would be money. */
const MESSAGE_ATTEMPTS_MIN = 20;

/** Lists of chargers that do not say how long they may be are taken for short ones. */
const LIST_MAX_UNKNOWN = 20;

/**
 * Has a charger decide, while it cannot ask the gateway, as the gateway does while it cannot ask the
 * CSMS, and learns how long its list may be. Best effort, as all of the set-up.
 */
export async function prepareForAlone(ports: ChargersPorts, station: Station): Promise<void> {
  const { kind, values } = await readSettings(station, ASKED_KEYS);
  if (kind !== "answered") return;
  await saveFeatures(ports, station, (before) => ({
    ...before,
    ...listFeaturesOf(station, values, before),
  }));
  await askForListMax(ports, station);
  await writeSettings(ports, station, values, wantedValues(ports, values));
}

/** Changes what is remembered of what a charger can do. */
export async function saveFeatures(
  { site, journal }: Pick<ChargersPorts, "site" | "journal">,
  { chargerId }: Pick<Station, "chargerId">,
  change: (before: ChargerFeatures) => ChargerFeatures,
): Promise<void> {
  const charger = chargerOrNew(site, chargerId);
  if (charger.features === null) return;
  const features = change(charger.features);
  await journal.commit(site.saveCharger({ ...charger, features }));
}

function listFeaturesOf(
  { version }: Pick<Station, "version">,
  values: Settings,
  before: ChargerFeatures,
): Pick<ChargerFeatures, "localListMax" | "localListItemsMax"> {
  const count = (key: string) => {
    const value = Number(values.get(key));
    return Number.isInteger(value) && value > 0 ? value : LIST_MAX_UNKNOWN;
  };
  return {
    // In 2.x that variable is how many are in it now, and only its report says how many may be.
    localListMax: version === "ocpp1.6"
      ? count("LocalAuthListMaxLength")
      : before.localListMax ?? LIST_MAX_UNKNOWN,
    localListItemsMax: count("SendLocalListMaxLength"),
  };
}

const LIST_ENTRIES = {
  component: { name: "LocalAuthListCtrlr" },
  variable: { name: "Entries" },
} as const;

/** Has a 2.x charger report how many tokens its list may hold; the report comes by itself. */
async function askForListMax(
  { site }: Pick<ChargersPorts, "site">,
  { chargerId, speaker, version }: Station,
): Promise<void> {
  const hasList = site.charger(chargerId)?.features?.localList ?? false;
  if (version === "ocpp1.6" || !hasList) return;
  const message = { requestId: LIST_REPORT_ID, componentVariable: [LIST_ENTRIES] };
  await speaker.call({ action: "GetReport", message });
}

/** Whatever asked for it, a report that names the bound of the list is believed. */
const LIST_REPORT_ID = 1;

type ReportData = NonNullable<InsideRequest<"NotifyReport">["reportData"]>[number];

/** Takes in what a report says of the list. */
export async function noteReport(
  ports: Pick<ChargersPorts, "site" | "journal">,
  station: Pick<Station, "chargerId">,
  reportData: readonly ReportData[],
): Promise<void> {
  const entries = reportData.find(({ component, variable }) =>
    component.name === LIST_ENTRIES.component.name && variable.name === LIST_ENTRIES.variable.name
  );
  const localListMax = entries?.variableCharacteristics?.maxLimit;
  if (localListMax === undefined || !Number.isInteger(localListMax) || localListMax < 1) return;
  await saveFeatures(ports, station, (before) => ({ ...before, localListMax }));
}

function* wantedValues(
  { variables }: Pick<ChargersPorts, "variables">,
  values: Settings,
): Generator<readonly [key: string, value: string]> {
  // What is in it is the gateway's to say; where its own list is switched off, that is nothing.
  yield ["LocalAuthListEnabled", "true"];
  yield ["LocalAuthorizeOffline", variables.value("AuthCtrlr.LocalAuthorizeOffline")];
  yield ["AllowOfflineTxForUnknownId", variables.value("AuthCtrlr.OfflineTxForUnknownIdEnabled")];
  if (!(Number(values.get("TransactionMessageAttempts")) >= MESSAGE_ATTEMPTS_MIN)) {
    yield ["TransactionMessageAttempts", String(MESSAGE_ATTEMPTS_MIN)];
  }
}
