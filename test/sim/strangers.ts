import type { Spawner } from "../../src/lib/spawn.ts";
import type { OcppVersion } from "../../src/ocpp/mod.ts";
import type { VirtualClock } from "../../src/lib/virtual_clock.ts";
import type { MemoryNetwork, SimulatedSite, SimulatedSitePlan } from "../../src/simulator/mod.ts";
import type { Story } from "./story.ts";

/** What hostile or broken parties do on the network of a site. */
export interface Strangers {
  babble(index: number, much: number): void;
  impersonate(index: number, knowsPassword: boolean): () => void;
  clogLinks(withinS: number, much: number): () => void;
}

/** What they act on. */
export interface StrangersPorts {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly plan: SimulatedSitePlan;
  readonly site: SimulatedSite;
  readonly spawn: Spawner;
  readonly story: Story;
}

const NEVER = new AbortController().signal;

/** What no charger should say, or not of this transaction, which is somebody else's. */
function nonsense(
  version: OcppVersion,
  id: number | string | null,
  atIso: string,
): readonly string[] {
  const others = version === "ocpp1.6" ? NOBODYS : NOBODYS.map((text) => IN_2X[text] ?? text);
  return [...slanderOf(id, atIso), ...slanderOf(id, atIso), ...others];
}

/** What is said of somebody else's transaction. */
function slanderOf(id: number | string | null, atIso: string): readonly string[] {
  if (id === null) return [];
  if (typeof id === "string") {
    return [
      `[2,"n3","TransactionEvent",{"eventType":"Ended","timestamp":"${atIso}","triggerReason":` +
      `"StopAuthorized","seqNo":99,"transactionInfo":{"transactionId":"${id}"}}]`,
      `[2,"n4","TransactionEvent",{"eventType":"Updated","timestamp":"${atIso}","triggerReason":` +
      `"MeterValuePeriodic","seqNo":98,"transactionInfo":{"transactionId":"${id}"},"meterValue":[` +
      `{"timestamp":"${atIso}","sampledValue":[{"value":999999999}]}]}]`,
    ];
  }
  return [
    `[2,"n3","StopTransaction",{"transactionId":${id},"meterStop":1,"timestamp":"${atIso}"}]`,
    `[2,"n4","MeterValues",{"connectorId":98,"transactionId":${id},"meterValue":[{"timestamp":` +
    `"${atIso}","sampledValue":[{"value":"999999999"}]}]}]`,
  ];
}

/** What is said of nobody. */
const NOBODYS: readonly string[] = [
  "",
  "{",
  "[2]",
  `[2,"n1","Fly",{}]`,
  `[3,"nobody asked",{}]`,
  `[4,"nobody asked","GenericError","",{}]`,
  `[2,"n2","StartTransaction",{"connectorId":"one"}]`,
  `[2,"n5","StatusNotification",{"connectorId":99,"errorCode":"NoError","status":"Available"}]`,
  `[2,"n6","DataTransfer",{"vendorId":"nobody","data":"${"x".repeat(2_000)}"}]`,
  `[2,"n7","Authorize",{"idTag":"${"a".repeat(3_000)}"}]`,
];

/** What of it 2.x says in other words. */
const IN_2X: Readonly<Record<string, string>> = {
  [`[2,"n2","StartTransaction",{"connectorId":"one"}]`]:
    `[2,"n2","TransactionEvent",{"eventType":"Started","transactionInfo":"one"}]`,
  [`[2,"n5","StatusNotification",{"connectorId":99,"errorCode":"NoError","status":"Available"}]`]:
    `[2,"n5","StatusNotification",{"timestamp":"2026-01-05T06:00:00Z","evseId":99,"connectorId":1,` +
    `"connectorStatus":"Available"}]`,
  [`[2,"n7","Authorize",{"idTag":"${"a".repeat(3_000)}"}]`]:
    `[2,"n7","Authorize",{"idToken":{"idToken":"${"a".repeat(3_000)}","type":"Central"}}]`,
};

/** How a stranger introduces himself. */
function bootOf(version: OcppVersion): string {
  return version === "ocpp1.6"
    ? `[2,"s1","BootNotification",{"chargePointVendor":"Who","chargePointModel":"Knows"}]`
    : `[2,"s1","BootNotification",{"reason":"PowerUp","chargingStation":{"vendorName":"Who",` +
      `"model":"Knows"}}]`;
}

/** Lets them in. */
export function strangersOf(
  { clock, network, plan, site, spawn, story }: StrangersPorts,
): Strangers {
  const identities = plan.site.chargers.map(({ options }) => options.identity);
  const identityOf = (index: number) => identities[index % identities.length] ?? "";
  const versionOf = (index: number) =>
    site.chargers[index % site.chargers.length]?.version() ?? "ocpp1.6";

  /**
   * A transaction that runs at another charger; null where none does. Who charges himself would but
   * harm his own session: a wrong number is taken for a slip.
   */
  function numberOfAnother(identity: string): number | string | null {
    const own = site.chargers.find((each) => each.identity === identity);
    if (own?.connectorIds.some((id) => own.look(id).hasTransaction)) return null;
    const others = site.chargers.filter((each) => each.identity !== identity);
    const numbers = others.flatMap((each) =>
      each.connectorIds.flatMap((id) => each.look(id).transactionId ?? [])
    );
    return numbers[0] ?? null;
  }

  /** The same permutation for the same `much`. */
  function shuffled<T>(items: readonly T[], much: number): readonly T[] {
    return items.map((item, index) => ({ item, rank: ((index + 1) * (much + 0.1) * 7919) % 1 }))
      .toSorted((a, b) => a.rank - b.rank).map(({ item }) => item);
  }

  return {
    babble(index, much) {
      const identity = identityOf(index);
      const texts = nonsense(
        versionOf(index),
        numberOfAnother(identity),
        new Date(clock.wallMs()).toISOString(),
      );
      const text = texts[Math.floor(much * texts.length)] ?? "";
      story.tell(`${identity} babbles: ${text.slice(0, 100)}`);
      network.say(identity, text);
    },
    impersonate(index, knowsPassword) {
      const identity = identityOf(index);
      const { options } = plan.site.chargers[index % identities.length] ?? {};
      const password = knowsPassword ? options?.password ?? null : "a guess";
      let leave = () => {};
      spawn("stranger", async () => {
        const version = versionOf(index);
        const request = { identity, password, protocols: [version], timeoutMs: 5_000 };
        const outcome = await network.chargers.dial(request, NEVER);
        story.tell(`a stranger as ${identity}: ${outcome.kind}`);
        if (outcome.kind !== "open") return;
        const { socket } = outcome;
        socket.listen({ message() {}, alive() {}, closed() {} });
        socket.send(bootOf(version));
        leave = () => socket.terminate();
      });
      return () => leave();
    },
    clogLinks(withinS, much) {
      const all = [null, ...identities];
      const gapMs = 500 * withinS / all.length;
      const inTurn = (order: readonly (string | null)[], act: (who: string | null) => void) =>
        order.map((who, index) => clock.after(index * gapMs, () => act(who)));
      const falling = inTurn(shuffled(all, much), (who) => {
        network.setReachable(who, false);
        network.cut(who);
      });
      return () => {
        for (const cancel of falling) cancel();
        inTurn(shuffled(all, 1 - much), (who) => network.setReachable(who, true));
      };
    },
  };
}
