// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { isoTime, sleep } from "../../src/lib/clock.ts";
import { createSystemClock } from "../../src/lib/clock_io.ts";
import { type ChargerLog, emptyLog } from "./charger_log.ts";

export type Params = Readonly<Record<string, unknown>>;

/** Where a charger dials, and as whom. */
export interface ChargerAddress {
  readonly url: string;
  readonly id: string;
  readonly password: string;
  readonly slot: number;
}

/**
 * A charger with one connector, a clock and flash of its own, over a real socket. It says each thing
 * until it is answered, over as many connections as that takes, under one message id.
 */
export interface WeekCharger {
  readonly id: string;
  readonly slot: number;
  readonly log: ChargerLog;
  /** Its own time, never the same twice. */
  now(): string;
  /** The answer to a call. Throws `Error` where the answer is an error or none comes for a minute. */
  say(action: string, payload: Params): Promise<Params>;
  /** The same, but the first answer is lost on its way: it hears only the answer to the repeat. */
  sayTwice(action: string, payload: Params): Promise<Params>;
  /** What it was told to do, by action. */
  told(action: string): readonly Params[];
  /** Calls `react` for each command of that name from now on, once it is answered. */
  onCommand(action: string, react: (payload: Params) => void): void;
  /** The cable is pulled (or the power goes), until it next has something to say. */
  drop(): Promise<void>;
  /** Dials at once, if it is not connected. */
  connect(): Promise<void>;
  close(): Promise<void>;
}

const ANSWER_MS = 5_000;
const REDIAL_MS = 50;
const PATIENCE_MS = 60_000;

const CONFIGURATION: Readonly<Record<string, string>> = {
  ChargeProfileMaxStackLevel: "8",
  ChargingScheduleAllowedChargingRateUnit: "Current",
  MeterValueSampleInterval: "10",
  SupportedFeatureProfiles: "Core,SmartCharging,RemoteTrigger",
};

const clock = createSystemClock();

/** Creates a charger that is switched on and has not dialled yet. */
export function createWeekCharger(address: ChargerAddress): WeekCharger {
  const { id, slot } = address;
  const log = emptyLog();
  const told: { readonly action: string; readonly payload: Params }[] = [];
  const reactions = new Map<string, (payload: Params) => void>();
  const waiting = new Map<string, (answer: readonly unknown[] | null) => void>();
  let socket: WebSocket | null = null;
  let dialling: Promise<WebSocket | null> | null = null;
  let lastId = 0;
  let lastMs = 0;
  let isOver = false;
  let redialling: Promise<void> = Promise.resolve();

  function hear(on: WebSocket, text: string): void {
    const frame: readonly unknown[] = JSON.parse(text);
    const [kind, messageId, action, payload] = frame;
    if (kind !== 2) return waiting.get(String(messageId))?.(frame);
    const params = payload as Params;
    told.push({ action: String(action), payload: params });
    on.send(JSON.stringify([3, messageId, answerTo(String(action), params)]));
    reactions.get(String(action))?.(params);
  }

  async function connected(): Promise<WebSocket> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    for (;;) {
      if (isOver) throw new Error(`${id} is switched off`);
      if (socket !== null) return socket;
      dialling ??= dial(address, hear, gone).finally(() => dialling = null);
      socket = await dialling;
      if (socket !== null) return socket;
      if (performance.now() > deadlineMs) throw new Error(`${id} cannot connect`);
      await sleep(clock, REDIAL_MS, new AbortController().signal);
    }
  }

  function gone(which: WebSocket): void {
    const isLost = socket === which && !isOver;
    if (socket === which) socket = null;
    // Whoever is cut off by others dials again by himself and says that he is there.
    if (isLost) redialling = say("Heartbeat", {}).then(() => {}, () => {});
    for (const give of [...waiting.values()]) give(null);
  }

  /** The frame that answers; null where the connection goes or nothing comes for too long. */
  function once(on: WebSocket, messageId: string, text: string) {
    return new Promise<readonly unknown[] | null>((resolve) => {
      const timer = setTimeout(() => settle(null), ANSWER_MS);
      function settle(answer: readonly unknown[] | null): void {
        clearTimeout(timer);
        waiting.delete(messageId);
        resolve(answer);
      }
      waiting.set(messageId, settle);
      on.send(text);
    });
  }

  async function insist(messageId: string, action: string, payload: Params): Promise<Params> {
    const text = JSON.stringify([2, messageId, action, payload]);
    const deadlineMs = performance.now() + PATIENCE_MS;
    while (performance.now() < deadlineMs) {
      const answer = await once(await connected(), messageId, text);
      if (answer === null) continue;
      if (answer[0] === 3) return answer[2] as Params;
      throw new Error(`${id} was refused its ${action}: ${JSON.stringify(answer)}`);
    }
    throw new Error(`${id} was never answered its ${text}`);
  }

  function say(action: string, payload: Params): Promise<Params> {
    return insist(`${id}-${++lastId}`, action, payload);
  }

  async function drop(): Promise<void> {
    const had = socket;
    if (had === null) return;
    socket = null;
    const closed = new Promise((resolve) => had.once("close", resolve));
    had.terminate();
    await closed;
  }

  return {
    id,
    slot,
    log,
    now() {
      lastMs = Math.max(clock.wallMs(), lastMs + 1);
      return isoTime(lastMs);
    },
    say,
    async sayTwice(action, payload) {
      const messageId = `${id}-${++lastId}`;
      const first = await insist(messageId, action, payload);
      await drop();
      const second = await insist(messageId, action, payload);
      if (JSON.stringify(first) !== JSON.stringify(second)) {
        log.surprises.push(
          `${id}: ${action} was answered ${JSON.stringify(first)}, its repeat ` +
            JSON.stringify(second),
        );
      }
      return second;
    },
    told: (action) => told.filter((each) => each.action === action).map(({ payload }) => payload),
    onCommand: (action, react) => void reactions.set(action, react),
    drop,
    connect: async () => void await connected(),
    async close() {
      isOver = true;
      await drop();
      await redialling;
    },
  };
}

/** An open connection; null where nobody lets it in. */
function dial(
  { url, id, password }: ChargerAddress,
  hear: (on: WebSocket, text: string) => void,
  gone: (which: WebSocket) => void,
): Promise<WebSocket | null> {
  const socket = new WebSocket(`${url}/${id}`, ["ocpp1.6"], {
    headers: { authorization: `Basic ${btoa(`${id}:${password}`)}` },
    perMessageDeflate: false,
  });
  return new Promise((resolve) => {
    socket.on("message", (data) => hear(socket, data.toString()));
    // An error is followed by a close.
    socket.on("error", () => {});
    socket.on("open", () => resolve(socket));
    socket.on("close", () => {
      gone(socket);
      resolve(null);
    });
  });
}

function answerTo(action: string, payload: Params): Params {
  if (action === "UnlockConnector") return { status: "Unlocked" };
  if (action !== "GetConfiguration") return { status: "Accepted" };
  const asked = Array.isArray(payload["key"])
    ? payload["key"].map(String)
    : Object.keys(CONFIGURATION);
  return {
    configurationKey: asked.filter((key) => Object.hasOwn(CONFIGURATION, key))
      .map((key) => ({ key, readonly: false, value: CONFIGURATION[key] })),
    unknownKey: asked.filter((key) => !Object.hasOwn(CONFIGURATION, key)),
  };
}
