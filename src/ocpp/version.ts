/** An OCPP version, by the name of its WebSocket subprotocol. */
export type OcppVersion = "ocpp1.6" | "ocpp2.0.1" | "ocpp2.1";

/** Every version, newest first. */
export const OCPP_VERSIONS: readonly OcppVersion[] = ["ocpp2.1", "ocpp2.0.1", "ocpp1.6"];

/** True for the name of a version that is known here. */
export function isOcppVersion(name: string): name is OcppVersion {
  return (OCPP_VERSIONS as readonly string[]).includes(name);
}

/**
 * The first version that the client offers and the server speaks; null where there is none.
 * The client's order decides (OCPP-J 1.6 §3.2, OCPP 2.1 Part 4 §3.1.2).
 */
export function chooseVersion(
  offered: readonly string[],
  spoken: readonly OcppVersion[],
): OcppVersion | null {
  return offered.filter(isOcppVersion).find((version) => spoken.includes(version)) ?? null;
}
