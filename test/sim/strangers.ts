import type { Spawner } from "../../src/lib/spawn.ts";
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

/** What no charger should say, or not of this transaction; `number` belongs to somebody. */
function nonsense(number: number | string | null, atIso: string): readonly string[] {
  const slander = number === null ? [] : [
    `[2,"n3","StopTransaction",{"transactionId":${number},"meterStop":1,"timestamp":"${atIso}"}]`,
    `[2,"n4","MeterValues",{"connectorId":98,"transactionId":${number},"meterValue":[{"timestamp":` +
    `"${atIso}","sampledValue":[{"value":"999999999"}]}]}]`,
  ];
  return [
    ...slander,
    ...slander,
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
}

/** Lets them in. */
export function strangersOf(
  { clock, network, plan, site, spawn, story }: StrangersPorts,
): Strangers {
  const identities = plan.site.chargers.map(({ options }) => options.identity);
  const identityOf = (index: number) => identities[index % identities.length] ?? "";

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
      const texts = nonsense(numberOfAnother(identity), new Date(clock.wallMs()).toISOString());
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
        const request = { identity, password, protocols: ["ocpp1.6"], timeoutMs: 5_000 };
        const outcome = await network.chargers.dial(request, NEVER);
        story.tell(`a stranger as ${identity}: ${outcome.kind}`);
        if (outcome.kind !== "open") return;
        const { socket } = outcome;
        socket.listen({ message() {}, alive() {}, closed() {} });
        socket.send(
          `[2,"s1","BootNotification",{"chargePointVendor":"Who","chargePointModel":"Knows"}]`,
        );
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
