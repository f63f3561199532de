/** What differs from site to site. */
export interface SiteYamlFacts {
  readonly chargerPort: number;
  readonly webPort: number;
  readonly csmsPort: number;
  readonly csmsPassword: string;
  readonly chargers: number;
  /** What becomes of cards that nobody knows while the CSMS is away (default: accept). */
  readonly unknownTokens?: "accept" | "reject";
}

/** Who the charger at a slot says it is. */
export function addressesOf(
  slot: number,
): { readonly identity: string; readonly password: string } {
  return { identity: `CP${slot}`, password: `password-of-charger-${slot}` };
}

/** A site.yaml with short time-outs, as JSON, which is YAML too. */
export function siteYaml(facts: SiteYamlFacts): string {
  const host = "127.0.0.1";
  return JSON.stringify({
    site: { name: "Fault site", timezone: "Asia/Kolkata" },
    listen: {
      // Uncompressed, so that a bit that a test flips on the wire is never inflated into sense.
      chargers: [{ host, port: facts.chargerPort, path: "/ocpp", compression: false }],
      web: { host, port: facts.webPort },
    },
    csms: {
      url: `ws://${host}:${facts.csmsPort}/ocpp`,
      identity: "SITE-1",
      password: facts.csmsPassword,
      compression: false,
      meterInterval: "1s",
      answerTimeout: "2s",
      retryInterval: "1s",
      backOff: { minimum: "100ms", random: "100ms", repeat: 1 },
    },
    chargers: {
      known: Array.from({ length: facts.chargers }, (_, index) => {
        const { identity, password } = addressesOf(index + 1);
        return {
          id: identity,
          password,
          circuit: "grid",
          evses: [{ slot: index + 1, failSafe: 16 }],
        };
      }),
    },
    circuits: [{ id: "grid", limit: 32 * facts.chargers }],
    authorization: {
      offline: { unknownTokens: facts.unknownTokens ?? "accept", unknownSessions: 100_000 },
    },
    log: { level: "info", format: "json" },
  });
}
