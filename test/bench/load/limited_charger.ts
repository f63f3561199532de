import { type BareCharger, knock } from "../../sites/bare_charger.ts";

/** A charger whose EV draws what it is told, and that notes when it was told less. */
export interface LimitedCharger {
  /** Per line. */
  limitAmps(): number;
  /** When the newest limit came that was lower than the one before, by `performance.now()`. */
  loweredAtMs(): number;
  /** Says what it draws. */
  measure(): void;
  close(): Promise<void>;
}

const CONFIGURATION: Readonly<Record<string, string>> = {
  ChargeProfileMaxStackLevel: "8",
  ChargingScheduleAllowedChargingRateUnit: "Current",
  SupportedFeatureProfiles: "Core,SmartCharging,RemoteTrigger",
  MeterValueSampleInterval: "10",
  MeterValuesSampledData: "Energy.Active.Import.Register,Current.Import",
  NumberOfConnectors: "1",
};

const BENCH_MS = 3_600_000;
const FAIL_SAFE_AMPS = 6;

/** Connects charger `index`, from 0, and begins a session. */
export async function connectLimited(
  url: string,
  password: string,
  index: number,
): Promise<LimitedCharger> {
  const knocked = await knock({ url: `${url}/CP${index + 1}`, password });
  if (knocked.kind === "refused") throw new Error(`CP${index + 1}: HTTP ${knocked.status}`);
  const { charger } = knocked;
  let limitAmps = FAIL_SAFE_AMPS;
  let loweredAtMs = 0;
  let isOver = false;
  let registerWh = 1_000_000;
  let lastId = 0;

  function take(text: string): void {
    const atMs = performance.now();
    if (!text.startsWith("[2,")) return;
    const [, id, action, payload] = JSON.parse(text);
    if (action === "SetChargingProfile") note(payload.csChargingProfiles, atMs);
    const answer = action === "GetConfiguration"
      ? configuration(payload.key)
      : { status: "Accepted" };
    charger.send(JSON.stringify([3, id, answer]));
  }

  function note(profile: Profile, atMs: number): void {
    if (profile.chargingProfilePurpose !== "TxProfile") return;
    const next = profile.chargingSchedule.chargingSchedulePeriod[0]?.limit ?? 0;
    if (next < limitAmps) loweredAtMs = atMs;
    limitAmps = next;
  }

  function call(action: string, payload: unknown): Promise<readonly unknown[]> {
    const mark = charger.mark();
    charger.send(JSON.stringify([2, `c${++lastId}`, action, payload]));
    return charger.answer(mark);
  }

  listen(charger, take, () => isOver);
  await call("BootNotification", { chargePointVendor: "Bench", chargePointModel: "B" });
  await call("StatusNotification", status("Preparing"));
  const answer = await call("StartTransaction", {
    connectorId: 1,
    idTag: `CARD${index}`,
    meterStart: registerWh,
    timestamp: new Date().toISOString(),
  });
  const { transactionId } = Object(answer[2]);
  await call("StatusNotification", status("Charging"));
  return {
    limitAmps: () => limitAmps,
    loweredAtMs: () => loweredAtMs,
    measure() {
      registerWh += 20;
      const amps = ["L1", "L2", "L3"].map((phase) => ({
        value: String(limitAmps),
        measurand: "Current.Import",
        phase,
        unit: "A",
      }));
      const timestamp = new Date().toISOString();
      const sampledValue = [{ value: String(registerWh), unit: "Wh" }, ...amps];
      const payload = { connectorId: 1, transactionId, meterValue: [{ timestamp, sampledValue }] };
      charger.send(JSON.stringify([2, `c${++lastId}`, "MeterValues", payload]));
    },
    close() {
      isOver = true;
      return charger.close();
    },
  };
}

interface Profile {
  readonly chargingProfilePurpose: string;
  readonly chargingSchedule: {
    readonly chargingSchedulePeriod: readonly { readonly limit: number }[];
  };
}

/** Answers at once, as it comes: `got` grows with every text. */
function listen(charger: BareCharger, take: (text: string) => void, isOver: () => boolean): void {
  let seen = 0;
  charger.until("the end of the bench", () => {
    for (; seen < charger.got.length; seen++) take(charger.got[seen] ?? "");
    return isOver() || null;
  }, BENCH_MS).catch(() => {});
}

function status(word: string): unknown {
  return { connectorId: 1, errorCode: "NoError", status: word };
}

function configuration(keys: readonly string[] | undefined): unknown {
  const asked = keys ?? Object.keys(CONFIGURATION);
  return {
    configurationKey: asked.filter((key) => key in CONFIGURATION)
      .map((key) => ({ key, readonly: false, value: CONFIGURATION[key] })),
    unknownKey: asked.filter((key) => !(key in CONFIGURATION)),
  };
}
