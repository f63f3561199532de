import type { SpokenOutcome } from "../ocpp/mod.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";

/** A security profile that a charger is to come with, and where. */
export interface WantedProfile {
  readonly profile: 1 | 2 | 3;
  /** The address without the identity; null for the one it has, which 2.x cannot be told. */
  readonly url: string | null;
}

/** How a charger took the order to come with a higher security profile. */
export type ProfileChange =
  /** It comes with it when it connects next. */
  | { readonly kind: "taken" }
  | { readonly kind: "needs-reset" }
  | { readonly kind: "refused"; readonly status: string }
  /** Nobody knows: it may come either way. */
  | { readonly kind: "unsure" }
  | { readonly kind: "away" }
  /** It comes with this one already, or with a higher one. */
  | { readonly kind: "has-it" }
  /** 2.x is told a whole network profile: it needs the address. */
  | { readonly kind: "needs-url" };

/** Where a charger keeps the second of its network profiles, when the first is in use. */
const SLOTS = [1, 2] as const;
const PATIENCE_S = 30;

/**
 * Has a charger come with a higher security profile: 1.6 by its SecurityProfile (security extension A05),
 * 2.x by a network profile beside the one in use, which stays as the second choice (2.x A05, B09, B10): a
 * charger that finds nobody there comes back to where it was. What it may come with at least is raised only
 * once it has come: so whatever becomes of this, it is not locked out.
 */
export async function changeProfile(
  { log }: Pick<ChargersPorts, "log">,
  station: Station | undefined,
  wanted: WantedProfile,
): Promise<ProfileChange> {
  if (station === undefined || !station.life.accepted) return { kind: "away" };
  if (station.securityProfile >= wanted.profile) return { kind: "has-it" };
  const change = station.version === "ocpp1.6"
    ? await setVariable(station, "SecurityCtrlr", "SecurityProfile", String(wanted.profile))
    : await setNetworkProfile(station, wanted);
  const { chargerId } = station;
  log("info", "charger_profile_ordered", {
    charger: chargerId,
    profile: wanted.profile,
    outcome: change.kind,
  });
  return change;
}

async function setNetworkProfile(
  station: Station,
  { profile, url }: WantedProfile,
): Promise<ProfileChange> {
  if (url === null) return { kind: "needs-url" };
  const inUse = await firstSlot(station);
  const other = SLOTS.find((slot) => slot !== inUse) ?? SLOTS[1];
  const outcome = await station.speaker.call({
    action: "SetNetworkProfile",
    message: {
      configurationSlot: other,
      connectionData: {
        // 2.0.1 has no word for "any of them".
        ...(station.version === "ocpp2.0.1"
          ? { ocppVersion: "OCPP20", ocppInterface: "Wired0" }
          : { ocppVersion: "OCPP21", ocppInterface: "Any" }),
        ocppTransport: "JSON",
        ocppCsmsUrl: url,
        messageTimeout: PATIENCE_S,
        securityProfile: profile,
      },
    },
  });
  const set = readStatus(outcome, ({ status }) => status);
  if (set.kind !== "taken") return set;
  const order = `${other},${inUse}`;
  const change = await setVariable(station, "OCPPCommCtrlr", "NetworkConfigurationPriority", order);
  // It dials anew with it after a restart (B10).
  return change.kind === "taken" ? { kind: "needs-reset" } : change;
}

/** The network profile that it uses now; the first where it does not say. */
async function firstSlot({ speaker }: Station): Promise<number> {
  const outcome = await speaker.call({
    action: "GetVariables",
    message: {
      getVariableData: [{
        component: { name: "OCPPCommCtrlr" },
        variable: { name: "NetworkConfigurationPriority" },
      }],
    },
  });
  const value = outcome.kind === "answered"
    ? outcome.message.getVariableResult[0]?.attributeValue
    : undefined;
  const first = Number.parseInt(value ?? "", 10);
  return Number.isNaN(first) ? SLOTS[0] : first;
}

async function setVariable(
  { speaker }: Station,
  component: string,
  variable: string,
  attributeValue: string,
): Promise<ProfileChange> {
  const outcome = await speaker.call({
    action: "SetVariables",
    message: {
      setVariableData: [{
        component: { name: component },
        variable: { name: variable },
        attributeValue,
      }],
    },
  });
  return readStatus(
    outcome,
    ({ setVariableResult: [result] }) => result?.attributeStatus ?? "no answer",
  );
}

function readStatus<A extends "SetVariables" | "SetNetworkProfile">(
  outcome: SpokenOutcome<A>,
  statusOf: (message: (SpokenOutcome<A> & { readonly kind: "answered" })["message"]) => string,
): ProfileChange {
  if (outcome.kind === "refused") return { kind: "refused", status: outcome.error.code };
  if (outcome.kind !== "answered") return { kind: "unsure" };
  const status = statusOf(outcome.message);
  if (status === "Accepted") return { kind: "taken" };
  return status === "RebootRequired" ? { kind: "needs-reset" } : { kind: "refused", status };
}
