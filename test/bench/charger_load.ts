import { type BareCharger, knock } from "../sites/bare_charger.ts";

/** A charger of a bench in the middle of a session. */
export interface LoadedCharger {
  /** From 0. */
  readonly index: number;
  readonly charger: BareCharger;
  transactionId: number;
  registerWh: number;
}

const AN_HOUR_MS = 3_600_000;
let lastId = 0;
/** Connections that nobody answers on any more. */
const gone = new WeakSet<BareCharger>();

/** Writes a line of the bench's result. */
export function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** Connects a charger that accepts whatever it is told, and starts a session on it. */
export async function plugIn(
  url: string,
  password: string,
  index: number,
): Promise<LoadedCharger> {
  const knocked = await knock({ url: `${url}/CP${index + 1}`, password });
  if (knocked.kind === "refused") throw new Error(`CP${index + 1}: HTTP ${knocked.status}`);
  const { charger } = knocked;
  answerEverything(charger);
  await call(charger, "BootNotification", { chargePointVendor: "Bench", chargePointModel: "B" });
  const loaded = { index, charger, transactionId: 0, registerWh: 1_000_000 };
  await startSession(loaded);
  return loaded;
}

/** The driver comes, and the charger says so as a real one does. */
export async function startSession(loaded: LoadedCharger): Promise<void> {
  const { charger, index, registerWh } = loaded;
  await status(charger, "Preparing");
  const answer = await call(charger, "StartTransaction", {
    connectorId: 1,
    idTag: `CARD${index}`,
    meterStart: registerWh,
    timestamp: new Date().toISOString(),
  });
  loaded.transactionId = (answer as { transactionId: number }).transactionId;
  await status(charger, "Charging");
}

/** The driver leaves. */
export async function stopSession({ charger, index, ...loaded }: LoadedCharger): Promise<void> {
  await call(charger, "StopTransaction", {
    transactionId: loaded.transactionId,
    idTag: `CARD${index}`,
    meterStop: loaded.registerWh,
    timestamp: new Date().toISOString(),
    reason: "Local",
  });
  await status(charger, "Finishing");
  await status(charger, "Available");
}

/** Ends the connection. */
export async function unplug({ charger }: LoadedCharger): Promise<void> {
  gone.add(charger);
  await charger.close();
}

/** One sample of a three-phase charger, as big as they are. */
export async function sendReading(loaded: LoadedCharger): Promise<void> {
  loaded.registerWh += 30;
  const amps = ["L1", "L2", "L3"].map((phase) => ({
    value: "15.9",
    measurand: "Current.Import",
    phase,
    unit: "A",
  }));
  await call(loaded.charger, "MeterValues", {
    connectorId: 1,
    transactionId: loaded.transactionId,
    meterValue: [{
      timestamp: new Date().toISOString(),
      sampledValue: [{ value: String(loaded.registerWh), unit: "Wh" }, ...amps],
    }],
  });
}

async function call(charger: BareCharger, action: string, payload: unknown): Promise<unknown> {
  const mark = charger.mark();
  charger.send(JSON.stringify([2, String(++lastId), action, payload]));
  return (await charger.answer(mark))[2];
}

function status(charger: BareCharger, word: string): Promise<unknown> {
  return call(charger, "StatusNotification", {
    connectorId: 1,
    errorCode: "NoError",
    status: word,
  });
}

/** Values that let the gateway's set-up find nothing to change. */
function answerEverything(charger: BareCharger): void {
  let seen = 0;
  charger.until("the end of the bench", () => {
    for (; seen < charger.got.length; seen++) {
      const [kind, id, action] = JSON.parse(charger.got[seen] ?? "[]");
      if (kind !== 2) continue;
      const answer = action === "GetConfiguration" ? {} : { status: "Accepted" };
      charger.send(JSON.stringify([3, id, answer]));
    }
    return gone.has(charger) || null;
  }, AN_HOUR_MS).catch(() => {});
}
