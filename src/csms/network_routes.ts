import type { InsideRequest, OcppVersion } from "../ocpp/mod.ts";
import type { CsmsPassword, NetworkProfile, SecurityProfile } from "../site/mod.ts";
import { CSMS_SLOTS } from "./access.ts";
import type { CommandDesk, Route } from "./route.ts";
import { isPassword } from "./security_settings.ts";

type ConnectionData = InsideRequest<"SetNetworkProfile">["connectionData"];

/** Why a profile is not taken, in the words of 2.1 (appendix on reasonCode) and for a person. */
interface Refusal {
  readonly reasonCode: string;
  readonly additionalInfo: string;
}

/**
 * SetNetworkProfile (B09): kept in a slot, and used once NetworkConfigurationPriority names that. Where the
 * gateway finds its CSMS is for whoever installs it, so it has to be allowed in site.yaml.
 */
export const setNetworkProfile: Route<"SetNetworkProfile"> = {
  handling: ["answer", "refuse"],
  async run({ message: { configurationSlot, connectionData } }, desk) {
    const refused = refusal(configurationSlot, connectionData, desk);
    if (refused !== null) return { message: { status: "Rejected", statusInfo: refused } };
    const profile = profileOf(configurationSlot, connectionData);
    await desk.journal.commit(desk.access.setProfile(profile));
    desk.log("warning", "network_profile_set", {
      slot: configurationSlot,
      url: profile.url,
      securityProfile: profile.securityProfile,
    });
    desk.security.tell(
      "ReconfigurationOfSecurityParameters",
      `network profile ${configurationSlot}`,
    );
    return { message: { status: "Accepted" } };
  },
};

function refusal(
  slot: number,
  data: ConnectionData,
  { access, options }: Pick<CommandDesk, "access" | "options">,
): Refusal | null {
  const active = access.active();
  // Before any other reason: B09.FR.04.
  if (data.securityProfile < Math.max(active.securityProfile, access.record().leastProfile)) {
    return {
      reasonCode: "NoSecurityDowngrade",
      additionalInfo: `security profile ${active.securityProfile} is in use`,
    };
  }
  if (!options.mayChange.includes("network")) {
    return { reasonCode: "NotEnabled", additionalInfo: "csms.mayChange does not list network" };
  }
  if (!CSMS_SLOTS.includes(slot)) {
    return {
      reasonCode: "InvalidConfSlot",
      additionalInfo: `slots are ${CSMS_SLOTS.join(" and ")}; 1 is set at the site`,
    };
  }
  // Nobody changes the ground that the connection stands on: with it goes the way back.
  if (slot === active.slot) {
    return { reasonCode: "InvalidConfSlot", additionalInfo: `slot ${slot} is in use` };
  }
  const problem = profileProblem(data, active.password);
  return problem === null ? null : { reasonCode: "InvalidNetworkConf", additionalInfo: problem };
}

/** What is wrong with a profile (B09.FR.02); null for nothing. */
function profileProblem(data: ConnectionData, ownPassword: CsmsPassword | null): string | null {
  const { ocppTransport, ocppVersion, securityProfile, apn, vpn, messageTimeout } = data;
  if (ocppTransport !== "JSON") return `transport ${ocppTransport} is not spoken here`;
  if (apn !== undefined || vpn !== undefined) {
    return `${apn === undefined ? "VPNs" : "mobile networks"} are set up at the site`;
  }
  if (ocppVersion !== undefined && VERSIONS[ocppVersion] === undefined) {
    return `${ocppVersion} is not spoken here`;
  }
  if (messageTimeout < 0 || messageTimeout > TIMEOUT_MAX_S) {
    return `messageTimeout ${messageTimeout} is not between 0 and ${TIMEOUT_MAX_S} seconds`;
  }
  const { identity, basicAuthPassword } = data as Credentials;
  if (identity !== undefined && !IDENTITY.test(identity)) return "identity has other signs";
  if (basicAuthPassword !== undefined && !isPassword(basicAuthPassword)) {
    return "basicAuthPassword does not have 16 to 64 characters";
  }
  if (securityProfile < 1 || securityProfile > 3) return `securityProfile ${securityProfile}`;
  if (securityProfile < 3 && basicAuthPassword === undefined && ownPassword === null) {
    return `security profile ${securityProfile} needs a basicAuthPassword`;
  }
  return addressProblem(data.ocppCsmsUrl, securityProfile);
}

/** 2.1 has them; in 2.0.1 they are what the gateway has already. */
interface Credentials {
  readonly identity?: string;
  readonly basicAuthPassword?: string;
}

/** An identifierString without the colon, which ends a user name (2.1 SecurityCtrlr.Identity). */
const IDENTITY = /^[A-Za-z0-9*\-_=+|@.]{1,48}$/;
const TIMEOUT_MAX_S = 600;

/** 2.0.1 says OCPP20 for itself. */
const VERSIONS: Readonly<Record<string, OcppVersion | undefined>> = {
  OCPP16: "ocpp1.6",
  OCPP20: "ocpp2.0.1",
  OCPP201: "ocpp2.0.1",
  OCPP21: "ocpp2.1",
};

function addressProblem(text: string, securityProfile: number): string | null {
  const address = URL.parse(text);
  if (address === null) return "ocppCsmsUrl is no address";
  const scheme = securityProfile === 1 ? "ws:" : "wss:";
  if (address.protocol !== scheme) {
    return `with security profile ${securityProfile} ocppCsmsUrl begins with ${scheme}//`;
  }
  if (address.username !== "" || address.password !== "") {
    return "a password does not stand in ocppCsmsUrl";
  }
  return address.hash === "" && address.search === ""
    ? null
    : "ocppCsmsUrl has a part behind its path";
}

function profileOf(slot: number, data: ConnectionData): NetworkProfile {
  const { ocppCsmsUrl, securityProfile, ocppVersion, messageTimeout } = data;
  const { identity, basicAuthPassword } = data as Credentials;
  const version = ocppVersion === undefined ? undefined : VERSIONS[ocppVersion];
  return {
    slot,
    url: ocppCsmsUrl,
    securityProfile: securityProfile as SecurityProfile,
    ...(identity === undefined ? {} : { identity }),
    ...(basicAuthPassword === undefined ? {} : { password: basicAuthPassword }),
    ...(version === undefined ? {} : { protocols: [version] }),
    ...(messageTimeout > 0 ? { answerTimeoutMs: messageTimeout * 1_000 } : {}),
  };
}
