// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { isoTime } from "../../src/lib/clock.ts";
import type { ChargerBooks } from "../faults/charger_books.ts";
import { GOOD } from "./fuzz_site_yaml.ts";
import { chargerAnswers } from "./right_answers.ts";

/** How a charger that behaves fared beside those that do not. */
export interface GoodCharger {
  /** How long each answer took, in milliseconds. */
  readonly answerMs: readonly number[];
  /** What it may complain about: lost connections, errors, answers that never came. */
  readonly complaints: readonly string[];
  /** Sessions that it has ended. */
  sessions(): number;
  /** Ends the session that runs, and goes. */
  leave(): Promise<void>;
}

/**
 * However busy the machine is: an answer that took longer than this never came. Beside forty other
 * processes on two cores the slowest of 8,600 took 1.7 s; how long answers take on a quiet machine is for
 * the benches to say.
 */
const PATIENCE_MS = 90_000;
const BEAT_MS = 250;
/** A session has a start, so many readings, and an end. */
const READINGS = 20;

/** Connects a 1.6 charger that charges one session after the other, four messages a second. */
export async function openGoodCharger(port: number, books: ChargerBooks): Promise<GoodCharger> {
  const answerMs: number[] = [];
  const complaints: string[] = [];
  const waiting = new Map<string, { readonly sentMs: number; answered(frame: unknown[]): void }>();
  const rightAnswer = chargerAnswers("ocpp1.6");
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ocpp/${GOOD.id}`, ["ocpp1.6"], {
    headers: { authorization: `Basic ${btoa(`${GOOD.id}:${GOOD.password}`)}` },
  });
  let isLeaving = false;
  let lastId = 0;
  let ended = 0;
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  socket.on("error", () => {});
  socket.on("close", (code) => {
    if (!isLeaving) complaints.push(`the good charger lost its connection: ${code}`);
  });
  socket.on("message", (bytes) => {
    const text = String(bytes);
    const frame: unknown[] = JSON.parse(text);
    const [type, id, third, fourth] = frame;
    if (type === 2) return say([3, id, answerTo(String(third), Object(fourth))]);
    const asked = waiting.get(String(id));
    if (asked === undefined) return;
    waiting.delete(String(id));
    books.frame(1, "in", text);
    answerMs.push(performance.now() - asked.sentMs);
    asked.answered(frame);
  });

  /** It does not go away, whatever it is told to do. */
  function answerTo(action: string, payload: Record<string, unknown>): unknown {
    const mayTake = action !== "Reset" && action !== "UpdateFirmware";
    return mayTake ? rightAnswer(action, payload) : { status: "Rejected" };
  }

  function say(frame: readonly unknown[]): void {
    const text = JSON.stringify(frame);
    books.frame(1, "out", text);
    if (socket.readyState === WebSocket.OPEN) socket.send(text);
  }

  async function call(action: string, payload: object): Promise<Record<string, unknown>> {
    const id = `good-${++lastId}`;
    const { promise, resolve } = Promise.withResolvers<unknown[] | null>();
    waiting.set(id, { sentMs: performance.now(), answered: resolve });
    const timer = setTimeout(() => resolve(null), PATIENCE_MS);
    say([2, id, action, payload]);
    const frame = await promise;
    clearTimeout(timer);
    if (frame === null) complaints.push(`${action} got no answer in ${PATIENCE_MS} ms`);
    if (frame?.[0] === 4) complaints.push(`${action} got ${JSON.stringify(frame)}`);
    return Object(frame?.[2]);
  }

  const now = () => isoTime(Date.now());
  const over = new AbortController();

  async function session(wh: number): Promise<void> {
    const start = { connectorId: 1, idTag: "GOOD-CARD", meterStart: wh, timestamp: now() };
    const { transactionId } = await call("StartTransaction", start);
    for (let reading = 1; reading <= READINGS && !over.signal.aborted; reading++) {
      await pause(over.signal);
      const value = String(wh + reading * 10);
      const meterValue = [{ timestamp: now(), sampledValue: [{ value }] }];
      await call("MeterValues", { connectorId: 1, transactionId, meterValue });
    }
    const meterStop = wh + READINGS * 10;
    await call("StopTransaction", { transactionId, meterStop, timestamp: now() });
    ended++;
  }

  async function charge(): Promise<void> {
    await call("BootNotification", { chargePointVendor: "V", chargePointModel: "Good" });
    await call("StatusNotification", {
      connectorId: 1,
      errorCode: "NoError",
      status: "Preparing",
    });
    for (let wh = 1_000; !over.signal.aborted; wh += 1_000) await session(wh);
  }

  const charging = charge();
  return {
    answerMs,
    complaints,
    sessions: () => ended,
    async leave() {
      over.abort();
      await charging;
      isLeaving = true;
      const closed = new Promise((resolve) => socket.once("close", resolve));
      if (socket.readyState === WebSocket.CLOSED) return;
      socket.close();
      await closed;
    },
  };
}

async function pause(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, BEAT_MS);
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
}
