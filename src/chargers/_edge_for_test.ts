import { createFramePeer, type FramePeer, type Payload } from "../../test/support/frame_peer.ts";
import { type Books, type BooksOptions, openBooks } from "../../test/support/books.ts";
import { createMemoryListener, type MemoryListener } from "../../test/support/memory_edges.ts";
import { isoTime } from "../lib/clock.ts";
import type { Enveloped, IdTokenInfo, InsideResponse, MeterReading } from "../ocpp/mod.ts";
import type { ChargingNeeds } from "../site/mod.ts";
import type { Knock, ListenerRules } from "./admission.ts";
import { type Chargers, createChargers } from "./chargers.ts";
import { CHARGERS_TIMING, type ChargersOptions, type ListenerOptions } from "./options.ts";
import type { DataTransferUp, NewsCall } from "./ports.ts";

/** The CSMS as the charger edge sees it, played by a test. */
export interface Upstream {
  online: boolean;
  /** What it says about a token; "silence" for no answer at all. */
  verdict: (idTag: string) => IdTokenInfo | null | "silence";
  readonly asked: string[];
  readonly transferred: DataTransferUp[];
  transferAnswer: Enveloped<InsideResponse<"DataTransfer">> | null;
  readonly news: { readonly chargerId: string; readonly call: NewsCall }[];
  readonly readings: { readonly slot: number; readonly reading: Enveloped<MeterReading> }[];
  /** What EVs have told that they need; those without a departure are of no use. */
  readonly needs: { readonly slot: number; readonly needs: ChargingNeeds }[];
}

/** The charger edge on virtual time, with real books, and chargers that a test plays in 1.6. */
export interface Edge extends Books {
  readonly chargers: Chargers;
  readonly listener: MemoryListener;
  readonly upstream: Upstream;
  /** Connects a charger that takes everything; it has said nothing yet. */
  connect(chargerId: string, knock?: Partial<Knock>): Promise<FramePeer>;
  /** The same, booted and set up, with connector 1 Available. */
  arrive(chargerId: string): Promise<FramePeer>;
  /** The time as chargers write it. */
  now(): string;
}

const PASSWORD = "secret";
const LISTENER: ListenerOptions = {
  host: "127.0.0.1",
  port: 9220,
  path: "/ocpp",
  securityProfile: 1,
  compression: false,
  tls: null,
};

/** What a charger of a test says of itself when it is asked. */
export const CONFIGURATION: Readonly<Record<string, string>> = {
  ChargeProfileMaxStackLevel: "3",
  ChargingScheduleAllowedChargingRateUnit: "Current",
  SupportedFeatureProfiles: "Core,SmartCharging,RemoteTrigger,Reservation",
  MeterValueSampleInterval: "10",
  MeterValuesSampledData: "Energy.Active.Import.Register,Current.Import,Power.Active.Import",
  LocalPreAuthorize: "false",
  AuthorizeRemoteTxRequests: "false",
  StopTransactionOnInvalidId: "true",
  ClockAlignedDataInterval: "0",
  MeterValuesAlignedData: "Energy.Active.Import.Register",
  StopTxnAlignedData: "",
  StopTxnSampledData: "",
};

/** An answer to GetConfiguration, from a table of values. */
export function configurationAnswer(values: Readonly<Record<string, string>>) {
  return ({ key }: Payload): Payload => {
    const keys = Array.isArray(key) ? key.map(String) : Object.keys(values);
    return {
      configurationKey: keys.filter((each) => each in values)
        .map((each) => ({ key: each, readonly: false, value: values[each] })),
      unknownKey: keys.filter((each) => !(each in values)),
    };
  };
}

/** Answers of a charger that does whatever it is told. */
export function willing(values = CONFIGURATION) {
  return {
    GetConfiguration: configurationAnswer(values),
    ChangeConfiguration: { status: "Accepted" },
    SetChargingProfile: { status: "Accepted" },
    ClearChargingProfile: { status: "Accepted" },
    ChangeAvailability: { status: "Accepted" },
    TriggerMessage: { status: "Accepted" },
    RemoteStartTransaction: { status: "Accepted" },
    RemoteStopTransaction: { status: "Accepted" },
  };
}

/** A boot message of a charger. */
export const BOOT = { chargePointVendor: "Vendor", chargePointModel: "Model" } as const;

/** Creates the edge and opens its listener. */
export async function createEdge(
  given: Partial<ChargersOptions> & Partial<BooksOptions> & { listener?: ListenerRules } = {},
): Promise<Edge> {
  const books = await openBooks(given);
  const { clock } = books;
  const upstream: Upstream = {
    online: false,
    verdict: () => ({ status: "Accepted" }),
    asked: [],
    transferred: [],
    transferAnswer: null,
    readings: [],
    news: [],
    needs: [],
  };
  const chargerIds = new Set(books.site.places().map(({ chargerId }) => chargerId));
  const options: ChargersOptions = {
    known: [...chargerIds].map((id) => ({ id, password: PASSWORD, addresses: [] })),
    adopt: "ask",
    versions: ["ocpp1.6"],
    nominalVoltageV: 230,
    dataTransferVendors: [],
    timing: CHARGERS_TIMING,
    ...given,
    places: books.site.places(),
  };
  const chargers = createChargers(options, {
    ...books,
    demands: {
      heardNeeds(slot, needs) {
        upstream.needs.push({ slot, needs });
        return Promise.resolve(needs.departureTime !== undefined);
      },
    },
    upstream: {
      isOnline: () => upstream.online,
      authorize({ idToken }) {
        upstream.asked.push(idToken);
        const verdict = upstream.verdict(idToken);
        return verdict === "silence" ? new Promise(() => {}) : Promise.resolve(verdict);
      },
      dataTransfer(message) {
        upstream.transferred.push(message);
        return Promise.resolve(upstream.transferAnswer);
      },
      meterValues: (slot, reading) => void upstream.readings.push({ slot, reading }),
      ask: () => Promise.resolve(null),
      news: (chargerId, call) => void upstream.news.push({ chargerId, call }),
    },
  });
  const listener = createMemoryListener(clock);
  await chargers.open(listener, { ...LISTENER, ...given.listener });

  async function connect(chargerId: string, knock: Partial<Knock> = {}): Promise<FramePeer> {
    const authorization = `Basic ${btoa(`${chargerId}:${PASSWORD}`)}`;
    const { pair } = listener.connect({ url: `/ocpp/${chargerId}`, authorization, ...knock });
    if (pair === null) throw new Error(`${chargerId} was not let in`);
    const peer = createFramePeer(pair.far, clock, willing());
    await clock.advance(0);
    return peer;
  }

  return {
    ...books,
    chargers,
    listener,
    upstream,
    connect,
    async arrive(chargerId) {
      const charger = await connect(chargerId);
      await charger.result("BootNotification", BOOT);
      const status = { connectorId: 1, errorCode: "NoError", status: "Available" };
      await charger.result("StatusNotification", status);
      await clock.advance(CHARGERS_TIMING.settleMs);
      return charger;
    },
    now: () => isoTime(clock.wallMs()),
  };
}

/** Lets go of everything, and says how many timers are left: none, or something leaked. */
export async function closeEdge({ chargers, clock, spawn }: Edge): Promise<number> {
  let isClosed = false;
  const closing = chargers.close().then(() => spawn.drain()).then(() => isClosed = true);
  for (let second = 0; second < 60 && !isClosed; second++) await clock.advance(1_000);
  await closing;
  return clock.pending();
}
