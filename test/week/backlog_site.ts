/** The site whose backlog is measured: as many chargers as wanted, one card in four at each. */

export const PASSWORD = "password-of-the-drain";
export const STATION_IDENTITY = "SITE-1";

/** Where the parts of the site listen. */
export interface DrainPorts {
  readonly chargers: number;
  readonly web: number;
  readonly csms: number;
}

/** What the charger at a slot is called. */
export function chargerAt(slot: number): string {
  return `CP${slot}`;
}

/** Cards that are used at a charger, all of them known to the CSMS. */
export function cardsAt(slot: number): readonly string[] {
  return [1, 2, 3, 4].map((count) => `CARD-${slot}-${count}`);
}

/** Its site.yaml, as JSON: all as usual, but for its places. */
export function drainSiteYaml(chargers: number, ports: DrainPorts): string {
  const host = "127.0.0.1";
  return JSON.stringify({
    site: { name: "Drain", timezone: "Asia/Kolkata" },
    listen: {
      chargers: [{ host, port: ports.chargers, path: "/ocpp", securityProfile: 1 }],
      web: { host, port: ports.web },
    },
    csms: {
      url: `ws://${host}:${ports.csms}/ocpp`,
      identity: STATION_IDENTITY,
      password: PASSWORD,
      backOff: { minimum: "100ms", random: "100ms", repeat: 6 },
    },
    chargers: {
      known: Array.from({ length: chargers }, (_, index) => ({
        id: chargerAt(index + 1),
        password: PASSWORD,
        circuit: "grid",
        evses: [{ slot: index + 1, failSafe: 6 }],
      })),
    },
    circuits: [{ id: "grid", limit: 40 * chargers }],
    log: { level: "warning", format: "json" },
  });
}
