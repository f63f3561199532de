import { certificatesIn } from "../certificates/mod.ts";
import type { Component, OcppVersion, Variable } from "../ocpp/mod.ts";
import { keyOf } from "../ocpp/mod.ts";
import type { SecurityProfile } from "../site/mod.ts";
import { type Access, CONFIGURED_SLOT, CSMS_SLOTS } from "./access.ts";
import type { CommandDesk } from "./route.ts";

/**
 * Settings of the gateway's own connection, which are no ordinary variables: one is a secret, and the
 * others take the connection to another place.
 */
export interface SecuritySetting {
  readonly component: string;
  readonly variable: string;
  readonly mutability: "ReadOnly" | "ReadWrite" | "WriteOnly";
  /** Null for what nobody can read. */
  readonly value: string | null;
}

/** How a change went, in the words of 2.x. */
export interface SettingOutcome {
  readonly status: "Accepted" | "Rejected";
  readonly reasonCode?: string;
}

const PASSWORD = "SecurityCtrlr.BasicAuthPassword";
const PROFILE = "SecurityCtrlr.SecurityProfile";
const PRIORITY = "OCPPCommCtrlr.NetworkConfigurationPriority";

/** 2.x A00.FR.205 and BasicAuthPassword; 1.6's key of 16 to 20 bytes comes in hexadecimal. */
export function isPassword(text: string): boolean {
  return /^[\x20-\x7e\u00a0-\uffff]{16,64}$/.test(text);
}

/** All of them, with their values of now. */
export function securitySettings(
  access: Access,
  version: OcppVersion,
): readonly SecuritySetting[] {
  const setting = (
    name: string,
    mutability: SecuritySetting["mutability"],
    value: string | null,
  ) => {
    const [component = "", variable = ""] = name.split(".");
    return { component, variable, mutability, value };
  };
  const is16 = version === "ocpp1.6";
  const { securityProfile } = access.active();
  return [
    setting(PASSWORD, "WriteOnly", null),
    // 2.x: by another network profile only (A05); 1.6 has no other way than this key.
    setting(PROFILE, is16 ? "ReadWrite" : "ReadOnly", String(securityProfile)),
    ...(is16 ? [] : [setting(PRIORITY, "ReadWrite", access.record().priority.join(","))]),
  ];
}

/** The setting of that name; undefined for another. */
export function findSecuritySetting(
  { component, variable }: { readonly component: Component; readonly variable: Variable },
  { access, version }: Pick<CommandDesk, "access" | "version">,
): SecuritySetting | undefined {
  if (component.evse !== undefined || component.instance !== undefined) return undefined;
  const key = keyOf(component, variable).toLowerCase();
  const name = `${component.name}.${variable.name}`.toLowerCase();
  return securitySettings(access, version).find((each) => {
    const own = { component: { name: each.component }, variable: { name: each.variable } };
    return `${each.component}.${each.variable}`.toLowerCase() === name ||
      keyOf(own.component, own.variable).toLowerCase() === key;
  });
}

/** Changes one. What it takes to obey happens after the answer. */
export async function setSecuritySetting(
  { component, variable, mutability }: SecuritySetting,
  value: string,
  desk: CommandDesk,
): Promise<SettingOutcome> {
  if (mutability === "ReadOnly") return { status: "Rejected", reasonCode: "ReadOnly" };
  switch (`${component}.${variable}`) {
    case PASSWORD:
      return await setPassword(value, desk);
    case PROFILE:
      return await raiseProfile(value.trim(), desk);
    default:
      return await setPriority(value, desk);
  }
}

/** A01: on disk before it is accepted; the old one counts until the CSMS was reached with the new. */
async function setPassword(value: string, desk: CommandDesk): Promise<SettingOutcome> {
  const { access, journal, log, options } = desk;
  if (!options.mayChange.includes("security")) {
    return { status: "Rejected", reasonCode: "NotEnabled" };
  }
  if (!isPassword(value)) return { status: "Rejected", reasonCode: "InvalidValue" };
  // A key of bytes that are no text: in hexadecimal, as it came (1.6 AuthorizationKey).
  const isBytes = desk.version === "ocpp1.6" && /^([0-9a-f]{2}){16,20}$/i.test(value);
  await journal.commit(access.setPassword(isBytes ? { hex: value } : value));
  // A01.FR.11 and 12: that it has changed, not what to.
  log("warning", "csms_password_changed");
  desk.security.tell("ReconfigurationOfSecurityParameters", "password");
  if (access.active().password !== null) desk.reconnect();
  return { status: "Accepted" };
}

/** 1.6 A05: higher only, where all is there that it takes; back to the one before where it does not work. */
async function raiseProfile(value: string, desk: CommandDesk): Promise<SettingOutcome> {
  const { access, journal, options } = desk;
  if (!options.mayChange.includes("security")) {
    return { status: "Rejected", reasonCode: "NotEnabled" };
  }
  const active = access.active();
  const wanted = /^[123]$/.test(value) ? Number(value) as SecurityProfile : 0;
  const least = Math.max(active.securityProfile, access.record().leastProfile);
  // A05.FR.01.
  if (wanted <= least) return { status: "Rejected", reasonCode: "NoSecurityDowngrade" };
  const { now = options.password } = access.record().password ?? {};
  // A05.FR.02: a key "that meets the requirements".
  const hasKey = (active.password ?? now) !== null;
  if (wanted < 3 && !hasKey) return { status: "Rejected", reasonCode: "MissingParam" };
  if (wanted === 3 && !hasCertificate(desk)) {
    return { status: "Rejected", reasonCode: "InvalidCertificate" };
  }
  const slot = CSMS_SLOTS.find((each) => each !== active.slot) ?? CONFIGURED_SLOT + 1;
  const url = wanted === 1 ? active.url : active.url.replace(/^ws:/, "wss:");
  await journal.commit([
    ...access.setProfile({
      slot,
      url,
      securityProfile: wanted,
      identity: active.identity,
      protocols: active.protocols,
    }),
    ...access.setPriority([slot, active.slot]),
  ]);
  desk.log("warning", "security_profile_raised", { from: active.securityProfile, to: wanted });
  desk.security.tell("ReconfigurationOfSecurityParameters", `security profile ${wanted}`);
  // A05.FR.06 and 07.
  desk.reconnect();
  return { status: "Accepted" };
}

/** 2.x B10, A05: the slots to try, in order. Taken at the next start or connection. */
async function setPriority(value: string, desk: CommandDesk): Promise<SettingOutcome> {
  const { access, journal, options, log } = desk;
  if (!options.mayChange.includes("network")) {
    return { status: "Rejected", reasonCode: "NotEnabled" };
  }
  const slots = value.split(",").map((each) => each.trim());
  if (slots.some((each) => !/^\d$/.test(each)) || new Set(slots).size !== slots.length) {
    return { status: "Rejected", reasonCode: "InvalidValue" };
  }
  const priority = slots.map(Number);
  const least = access.record().leastProfile;
  for (const slot of priority) {
    const profile = access.profileIn(slot);
    // B10.FR.02.
    if (profile === null) return { status: "Rejected", reasonCode: "InvalidNetworkConf" };
    if (profile.securityProfile < least) {
      return { status: "Rejected", reasonCode: "NoSecurityDowngrade" };
    }
    // A05.FR.03.
    if (profile.securityProfile === 3 && !hasCertificate(desk)) {
      return { status: "Rejected", reasonCode: "InvalidCertificate" };
    }
  }
  await journal.commit(access.setPriority(priority));
  log("warning", "network_priority_set", { priority: priority.join() });
  desk.security.tell("ReconfigurationOfSecurityParameters", `network priority ${priority.join()}`);
  return { status: "Accepted" };
}

/** One that counts now. Roots need no such check: without others, those that browsers know count. */
function hasCertificate({ access, clock }: Pick<CommandDesk, "access" | "clock">): boolean {
  const [newest] = access.certificates();
  const [leaf] = newest === undefined ? [] : certificatesIn(newest.pair.cert) ?? [];
  const nowMs = clock.wallMs();
  return leaf !== undefined && Date.parse(leaf.validFrom) <= nowMs &&
    Date.parse(leaf.validTo) > nowMs;
}
