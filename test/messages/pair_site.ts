import type { Authority } from "../../src/certificates/mod.ts";
import { isoTime } from "../../src/lib/clock.ts";
import { fail, ok } from "../../src/lib/result.ts";
import type { VirtualClock } from "../../src/lib/virtual_clock.ts";
import type { CsmsAction, InsideAction, InsideCall, OcppVersion } from "../../src/ocpp/mod.ts";
import { type Speech, speechOf } from "../../src/ocpp/mod.ts";
import type { LedgerWrite, OutboxStore } from "../../src/outbox/mod.ts";
import { openSite, type SiteBench } from "../gateway/site_bench.ts";
import { testAuthority } from "../support/certificates.ts";
import type { Answer, FramePeer, HeardCall, Payload, Reply } from "../support/frame_peer.ts";
import { createMemoryStore } from "../support/memory_edges.ts";
import type { Moment } from "./example.ts";
import type { VersionPair } from "./pair.ts";
import { SIGNABLE_REQUEST, VENDOR } from "./up_examples.ts";

/** A site with two chargers, CP1 and CP2, whose chargers and CSMS speak each its version. */
export interface PairSite {
  readonly site: SiteBench;
  readonly chargers: readonly [FramePeer, FramePeer];
  /** The power goes out and comes back; the chargers, as they arrive again. */
  restart(): Promise<readonly [FramePeer, FramePeer]>;
  /** How often something was written that is to go up. */
  queued(): number;
  moment(transactionId: string): Moment;
  /** Has a message said by one side in its version's words. */
  say<A extends InsideAction>(
    by: Side,
    action: A,
    message: InsideCall<A>["message"],
    waitMs: number,
  ): Promise<Said>;
  /** Has the CSMS order something of CP1 alone: what the charger heard of it. */
  order<A extends CsmsAction>(
    action: A,
    message: InsideCall<A>["message"],
  ): Promise<HeardCall | undefined>;
}

type Side = "charger" | "csms";

/** What was said, and what came of it so far. */
export interface Said {
  readonly reply: () => Reply;
  /** What the CSMS heard since, but for what the gateway says of its own accord. */
  readonly up: () => readonly HeardCall[];
  /** What each charger was asked since, but for limits and lists. */
  readonly down: readonly (() => readonly HeardCall[])[];
}

/** The gateway's own, whatever anybody says. */
const OWN_UP = new Set(["Heartbeat", "BootNotification"]);
const OWN_DOWN = new Set([
  "SetChargingProfile",
  "ClearChargingProfile",
  "GetCompositeSchedule",
  "GetLocalListVersion",
  "SendLocalList",
]);

/** Signs one request, and refuses all others. */
async function authorityFor(chargerId: string): Promise<Authority> {
  const { cert } = await (await testAuthority("Site")).issue(chargerId);
  return {
    roots: () => [],
    sign: (request) =>
      Promise.resolve(
        request === SIGNABLE_REQUEST ? ok({ cert, chain: cert }) : fail("it cannot be read"),
      ),
    server: () => Promise.reject(new Error("No listener here shows a certificate")),
    look: () => Promise.resolve(false),
    rollOver: () => Promise.resolve(),
  };
}

/** Longer than anything takes that does not ask the CSMS, shorter than what does. */
export const LATENCY_MS = 650;
export const OWN_ANSWER_MS = 1_150;

/** Opens it; both chargers have arrived and everything is told. */
export async function openPairSite({ charger, csms }: VersionPair): Promise<PairSite> {
  const speech = { charger: await speechOf(charger), csms: await speechOf(csms) };
  const counted = countedStore();
  const site = await openSite({
    protocols: [csms],
    csmsVersion: csms,
    csmsLatencyMs: LATENCY_MS,
    chargers: { versions: [charger], dataTransferVendors: [VENDOR] },
    authority: await authorityFor("CP1"),
    disk: () => counted.store,
  });
  for (const [action, answer] of Object.entries(csmsAnswers(csms))) {
    site.csms.answer(action, answer);
  }
  const first = await arrive(site, "CP1", charger);
  const second = await arrive(site, "CP2", charger);
  await site.clock.advance(30_000);
  const peers = { charger: first, csms: site.csms.now() };
  let lastId = 0;

  async function say<A extends InsideAction>(
    by: Side,
    action: A,
    message: InsideCall<A>["message"],
    waitMs: number,
  ): Promise<Said> {
    const upBefore = site.csms.now().heard.length;
    const before = [first.heard.length, second.heard.length];
    // The gateway asks chargers for these as well, but not just now.
    const isAlsoOwn = action === "GetCompositeSchedule" || action === "GetLocalListVersion";
    const unmasked = isAlsoOwn ? action : null;
    const wire = written(speech[by], { action, message } as unknown as InsideCall);
    const id = `example-${++lastId}`;
    peers[by].say(id, wire.action, wire.payload);
    await site.clock.advance(waitMs);
    const since = (peer: FramePeer, from: number, own: ReadonlySet<string>) => () =>
      peer.heard.slice(from).filter((each) => !own.has(each.action) || each.action === unmasked);
    return {
      reply: () => peers[by].replyTo(id),
      up: since(site.csms.now(), upBefore, OWN_UP),
      down: [first, second].map((peer, index) => since(peer, before[index] ?? 0, OWN_DOWN)),
    };
  }

  return {
    site,
    chargers: [first, second],
    async restart() {
      site.kill();
      await site.clock.advance(1_000);
      await site.start();
      return [await arrive(site, "CP1", charger), await arrive(site, "CP2", charger)];
    },
    queued: counted.queued,
    moment: (transactionId) => ({
      now: isoTime(site.clock.wallMs()),
      inAnHour: isoTime(site.clock.wallMs() + 3_600_000),
      transactionId,
    }),
    say,
    async order(action, message) {
      const call = { action, message } as unknown as InsideCall;
      const data = () => JSON.stringify({ slot: 1, ...written(speech.csms, call) });
      const said = csms === "ocpp1.6"
        ? await say(
          "csms",
          "DataTransfer",
          { vendorId: "org.sangam", messageId: "Tunnel", data: data() } as never,
          10_000,
        )
        : await say(
          "csms",
          action,
          { ...message, customData: { vendorId: "org.sangam", slot: 1 } } as never,
          10_000,
        );
      return said.down[0]?.().at(-1);
    },
  };
}

function written({ dialect, check }: Speech, call: InsideCall) {
  const { action, payload } = dialect.writeRequest(call);
  const said: Payload = JSON.parse(JSON.stringify(payload));
  const problems = check.strict("request", action, said);
  if (problems.length > 0) {
    throw new Error(`The example of ${action} is not valid: ${JSON.stringify(problems)}`);
  }
  return { action, payload: said };
}

/** A store that counts what is put in line for the CSMS. */
function countedStore(): { readonly store: OutboxStore; queued(): number } {
  const store = createMemoryStore();
  let queued = 0;
  const isQueued = (write: LedgerWrite) =>
    write.kind === "put" && (write.collection === "outbox" || write.collection === "notices");
  return {
    store: {
      ...store,
      commit(batch) {
        queued += batch.filter(isQueued).length;
        return store.commit(batch);
      },
    },
    queued: () => queued,
  };
}

async function arrive(
  { connect, clock }: SiteBench,
  chargerId: string,
  version: OcppVersion,
): Promise<FramePeer> {
  const charger = await connect(chargerId, { protocols: [version] });
  if (version === "ocpp1.6") {
    charger.answer("GetDiagnostics", { fileName: "log.zip" });
    charger.answer("UpdateFirmware", {});
    await charger.boot();
  } else {
    for (const [action, answer] of Object.entries(STATION_ANSWERS)) charger.answer(action, answer);
    const chargingStation = { vendorName: "Vendor", model: "Model" };
    await charger.result("BootNotification", { reason: "PowerUp", chargingStation });
    await charger.result("StatusNotification", available(clock));
  }
  await clock.advance(15_000);
  return charger;
}

function available(clock: VirtualClock): Payload {
  const timestamp = isoTime(clock.wallMs());
  return { timestamp, connectorStatus: "Available", evseId: 1, connectorId: 1 };
}

type Answers = Readonly<Record<string, Answer | ((payload: Payload) => Answer)>>;

/** What a 2.x charger of a test says of itself. */
const VARIABLES: Readonly<Record<string, string>> = {
  "SmartChargingCtrlr.Available": "true",
  "SmartChargingCtrlr.Enabled": "true",
  "SmartChargingCtrlr.ProfileStackLevel": "3",
  "SmartChargingCtrlr.RateUnit": "A,W",
  "SampledDataCtrlr.TxUpdatedInterval": "10",
  "SampledDataCtrlr.TxUpdatedMeasurands": "Energy.Active.Import.Register,Current.Import",
};

const yes = { status: "Accepted" } as const;

/** A 2.x charger that does what it is told. */
const STATION_ANSWERS: Answers = {
  ...Object.fromEntries(
    [
      "ChangeAvailability",
      "ClearCache",
      "CustomerInformation",
      "GetDisplayMessages",
      "GetLog",
      "GetMonitoringReport",
      "GetReport",
      "ClearChargingProfile",
      "GetBaseReport",
      "RequestStartTransaction",
      "RequestStopTransaction",
      "Reset",
      "SetChargingProfile",
      "TriggerMessage",
      "UpdateFirmware",
    ].map((action) => [action, yes]),
  ),
  CostUpdated: {},
  GetCompositeSchedule: { status: "Rejected" },
  GetVariables: ({ getVariableData }) => ({
    getVariableResult: (getVariableData as readonly Asked[]).map(({ component, variable }) => {
      const attributeValue = VARIABLES[`${component.name}.${variable.name}`];
      return attributeValue === undefined
        ? { attributeStatus: "UnknownVariable", component, variable }
        : { attributeStatus: "Accepted", attributeValue, component, variable };
    }),
  }),
  SetVariables: ({ setVariableData }) => ({
    setVariableResult: (setVariableData as readonly Asked[]).map(({ component, variable }) => ({
      attributeStatus: "Accepted",
      component,
      variable,
    })),
  }),
  UnlockConnector: { status: "Unlocked" },
};

interface Asked {
  readonly component: { readonly name: string };
  readonly variable: { readonly name: string };
}

/** A CSMS that says yes to all that it hears; a message that it does not know it says so. */
function csmsAnswers(version: OcppVersion): Answers {
  if (version === "ocpp1.6") return { DataTransfer: yes, SecurityEventNotification: {} };
  return {
    Authorize: { idTokenInfo: yes },
    DataTransfer: yes,
    SecurityEventNotification: {},
    TransactionEvent: {},
  };
}
