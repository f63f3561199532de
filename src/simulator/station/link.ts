import { sleep } from "../../lib/clock.ts";
import {
  type CallAnswer,
  CloseCode,
  createPeer,
  type FrameSocket,
  type MessageProblem,
  type OcppVersion,
  type OutgoingCall,
  type Peer,
  type PeerOutcome,
} from "../../ocpp/mod.ts";
import { type CallEnd, endOf } from "../call_end.ts";
import type { ChargerDialOutcome, ChargerPorts } from "../charger.ts";
import type { ChargerOptions } from "../charger_options.ts";

/** The station's end of the connection: dialled again whenever it is gone, and booted where due. */
export interface Link {
  start(): void;
  stop(): Promise<void>;
  /** Connected, and accepted by the CSMS. */
  isReady(): boolean;
  /** Says something if it may: before it is accepted only what it was `triggered` to say. */
  say(action: string, payload: unknown, triggered?: boolean): Promise<CallEnd>;
  /** Builds a frame, so that it can be sent again byte for byte. */
  prepare(action: string, payload: unknown): OutgoingCall | readonly MessageProblem[];
  send(call: OutgoingCall): Promise<PeerOutcome>;
  /** Ends the connection and dials again after `pauseMs`. */
  restart(pauseMs: number, way: Leaving): void;
  /** Tries again at once to be accepted. */
  bootNow(): void;
}

/** How a station leaves its connection. */
export interface Leaving {
  /** It boots when it is back. */
  readonly boots: boolean;
  /** With a closing handshake, or like a station that loses its power. */
  readonly how: "close" | "drop";
}

/** What the link asks of its station. */
export interface LinkOwner {
  /** What its BootNotification says. */
  boot(why: BootCause): unknown;
  password(): string | null;
  pingIntervalMs(): number;
  /** A call of the CSMS. */
  answer(action: string, payload: unknown): Promise<CallAnswer>;
  /** The CSMS accepted the boot. */
  registered(answer: Registration): void;
  /** Calls may be sent now. */
  ready(how: "booted" | "reconnected"): void;
  lost(): void;
}

/** What every version answers to a BootNotification. */
export interface Registration {
  readonly status: "Accepted" | "Pending" | "Rejected";
  readonly currentTime: string;
  /** In seconds. */
  readonly interval: number;
}

/** Why a BootNotification goes out: the station came up, or it was told to try again. */
export type BootCause = "came-up" | "triggered";

const LINK = {
  frames: { lengthMax: 1_048_576, depthMax: 32, valuesMax: 100_000 },
  queueMax: 256,
  backlogMax: 32,
  unansweredMax: 3,
} as const;
const BUFFERED_BYTES_MAX = 1_048_576;

/** Where the CSMS leaves the pace of boot attempts to the station (1.6 §4.2). */
const BOOT_RETRY_MS = 30_000;

/** Creates the link. It does nothing before `start`. */
export function createLink(
  version: OcppVersion,
  options: ChargerOptions,
  ports: ChargerPorts,
  owner: LinkOwner,
): Link {
  const { clock, events, log, spawn } = ports;
  const stopped = new AbortController();
  const finished = Promise.withResolvers<void>();
  let isStarted = false;
  let peer: Peer | null = null;
  let isAccepted = false;
  /** How long to stay away before the next attempt, where somebody ordered it. */
  let orderedPauseMs: number | null = null;
  /** Ends whatever goes on now: dialling, waiting or speaking. */
  let cutShort = () => {};
  let bootNow = () => {};

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopped.signal.aborted) {
      const outcome = await dial();
      failures = outcome.kind === "open" ? 0 : failures + 1;
      const reason = outcome.kind === "open" ? await attend(outcome.socket) : outcome.reason;
      events.emit("disconnected", { reason });
      await pause(failures);
    }
  }

  function dial(): Promise<ChargerDialOutcome> {
    return ports.dialer.dial({
      identity: options.identity,
      password: owner.password(),
      // Who names none is taken for one of 1.6.
      protocols: options.faults.namesNoProtocol && version === "ocpp1.6" ? [] : [version],
      timeoutMs: options.timing.dialTimeoutMs,
    }, cuttable());
  }

  /** Speaks on an open connection until it is gone, and returns why it is. */
  async function attend(socket: FrameSocket): Promise<string> {
    const gone = Promise.withResolvers<string>();
    const end = new AbortController();
    const own = openPeer(socket, (reason) => {
      if (peer === own) peer = null;
      end.abort();
      owner.lost();
      gone.resolve(reason);
    });
    if (stopped.signal.aborted || orderedPauseMs !== null) {
      own.close(CloseCode.normal, "");
      return await gone.promise;
    }
    peer = own;
    cutShort = () => own.terminate();
    events.emit("connected", {});
    spawn("register charger", () => register(own, end.signal));
    return await gone.promise;
  }

  function openPeer(socket: FrameSocket, closed: (reason: string) => void): Peer {
    const pingIntervalMs = owner.pingIntervalMs();
    const peerOptions = {
      link: { ...LINK, version, answerTimeoutMs: options.timing.answerTimeoutMs },
      pingIntervalMs,
      silenceMaxMs: pingIntervalMs * 2.5,
      bufferedBytesMax: BUFFERED_BYTES_MAX,
    };
    return createPeer(peerOptions, { ...ports, check: ports.checks[version], socket }, {
      call: (action, payload) => owner.answer(action, payload),
      closed: (code, reason) => closed(`closed with ${code}${reason === "" ? "" : ` ${reason}`}`),
      frame: (direction, text) => events.emit("frame", { direction, text }),
      coerced: (action, coercions) => log("warning", "message_mended", { action, coercions }),
      oddity: (what, detail) => log("info", "link_oddity", { what, detail }),
    });
  }

  /** A mere reconnect is no boot (OCPP-J 1.6 §5.4). */
  async function register(own: Peer, gone: AbortSignal): Promise<void> {
    if (isAccepted && !options.faults.bootsOnReconnect) return owner.ready("reconnected");
    isAccepted = false;
    let why: BootCause = "came-up";
    while (!gone.aborted) {
      const waitMs = await boot(own, why);
      if (waitMs === null) return owner.ready("booted");
      const hurry = new AbortController();
      why = "came-up";
      bootNow = () => {
        why = "triggered";
        hurry.abort();
      };
      await sleep(clock, waitMs, AbortSignal.any([gone, hurry.signal]));
    }
  }

  /** Boots once. Returns how long to wait before the next attempt; null when accepted. */
  async function boot(own: Peer, why: BootCause): Promise<number | null> {
    const said = endOf(await own.call("BootNotification", owner.boot(why)));
    if (said.kind === "failed") return BOOT_RETRY_MS;
    // The peer has held the answer against its schema; all versions have these fields.
    const registration = said.payload as Registration;
    const { status, interval } = registration;
    events.emit("registered", { status });
    if (status === "Accepted") {
      isAccepted = true;
      owner.registered(registration);
      return null;
    }
    const waitMs = interval > 0 ? interval * 1_000 : BOOT_RETRY_MS;
    // Rejected: not a word until the time is over, so nobody needs the connection (1.6 §4.2).
    if (status === "Rejected") leave(waitMs, "close");
    return waitMs;
  }

  /** Ends the connection, or the wait for one, and stays away for so long. */
  function leave(forMs: number, how: "close" | "drop"): void {
    orderedPauseMs = forMs;
    const own = peer;
    peer = null;
    if (own !== null && how === "close") own.close(CloseCode.normal, "");
    else cutShort();
  }

  async function pause(failures: number): Promise<void> {
    const { redialFirstMs, redialLongestMs } = options.timing;
    const backOffMs = Math.min(redialLongestMs, redialFirstMs * 2 ** Math.max(0, failures - 1));
    // Chargers that lost the same gateway must not all come back in the same instant.
    const waitMs = orderedPauseMs ?? backOffMs * (1 + ports.ids.random() / 4);
    orderedPauseMs = null;
    const ended = await sleep(clock, waitMs, cuttable());
    if (ended === "aborted" && orderedPauseMs !== null) await pause(0);
  }

  function cuttable(): AbortSignal {
    const cut = new AbortController();
    cutShort = () => cut.abort();
    return AbortSignal.any([cut.signal, stopped.signal]);
  }

  return {
    start() {
      if (isStarted) return;
      isStarted = true;
      spawn(`charger ${options.identity}`, () => run().finally(() => finished.resolve()));
    },
    async stop() {
      stopped.abort();
      peer?.close(CloseCode.normal, "");
      if (isStarted) await finished.promise;
    },
    isReady: () => peer !== null && isAccepted,
    async say(action, payload, triggered = false) {
      if (peer === null || !(isAccepted || triggered)) return { kind: "failed", reason: "offline" };
      const outcome = await peer.call(action, payload);
      if (outcome.kind === "unsendable") {
        log("error", "message_not_valid", { action, problems: outcome.problems });
      }
      return endOf(outcome);
    },
    prepare: (action, payload) =>
      peer?.prepare(ports.ids.uuid(), action, payload) ?? [{ path: "", message: "offline" }],
    send: (call) => peer?.send(call) ?? Promise.resolve({ kind: "closed" }),
    restart(forMs, { boots, how }) {
      if (boots) isAccepted = false;
      leave(forMs, how);
    },
    bootNow: () => bootNow(),
  };
}
