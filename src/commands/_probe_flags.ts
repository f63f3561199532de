import { fail, ok, type Result } from "../lib/result.ts";
import { BAUD_RATES, SERIAL_FORMATS, type SerialSettings, USUAL_SERIAL } from "../meters/mod.ts";
import type { Flags } from "./command.ts";

/** Where to look for meters. */
export type ProbePlace =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number; readonly isRtu: boolean }
  | {
    readonly kind: "serial";
    readonly device: string;
    /** To try, in that order. */
    readonly settings: readonly [SerialSettings, ...SerialSettings[]];
  };

/** What `meter probe` was asked to do. */
export interface ProbeFlags {
  readonly place: ProbePlace;
  /** Null: the usual ones. */
  readonly units: readonly number[] | null;
}

/** Reads the flags of `meter probe`, or says what is wrong with them. */
export function readProbeFlags(flags: Flags): Result<ProbeFlags, string> {
  const place = placeOf(flags);
  if (!place.ok) return place;
  const units = flags["units"] === undefined ? ok(null) : unitsOf(flags["units"]);
  return units.ok ? ok({ place: place.value, units: units.value }) : units;
}

function placeOf(flags: Flags): Result<ProbePlace, string> {
  const { host, device, port = "502", framing = "tcp" } = flags;
  if ((host === undefined) === (device === undefined)) {
    return fail("Where to look: --host for the network, or --device for a serial port");
  }
  if (device !== undefined) {
    const settings = settingsOf(flags);
    return settings.ok ? ok({ kind: "serial", device, settings: settings.value }) : settings;
  }
  if (framing !== "tcp" && framing !== "rtu") return fail("--framing is tcp or rtu");
  const number = Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    return fail("--port is a number from 1 to 65535");
  }
  return ok({ kind: "tcp", host: host ?? "", port: number, isRtu: framing === "rtu" });
}

/** The usual settings that agree with what was given. */
function settingsOf(
  flags: Flags,
): Result<readonly [SerialSettings, ...SerialSettings[]], string> {
  const baud = BAUD_RATES.find((each) => String(each) === flags["baud"]);
  const format = SERIAL_FORMATS.find((each) => each === flags["format"]);
  if (flags["baud"] !== undefined && baud === undefined) {
    return fail(`--baud is one of ${BAUD_RATES.join(", ")}`);
  }
  if (flags["format"] !== undefined && format === undefined) {
    return fail(`--format is one of ${SERIAL_FORMATS.join(", ")}`);
  }
  if (baud !== undefined && format !== undefined) return ok([{ baud, format }]);
  const [first, ...others] = USUAL_SERIAL.filter((each) =>
    (baud ?? each.baud) === each.baud && (format ?? each.format) === each.format
  );
  const common: SerialSettings = { baud: baud ?? 9_600, format: format ?? "8N1" };
  return ok(first === undefined ? [common] : [first, ...others]);
}

/** "1-10,126" */
function unitsOf(text: string): Result<readonly number[], string> {
  const units: number[] = [];
  for (const part of text.split(",")) {
    const [, first, last = first] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(part.trim()) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === undefined || from > to || to > 255) {
      return fail("--units is a list of numbers up to 255, such as 1-10,126");
    }
    for (let unit = from; unit <= to; unit++) units.push(unit);
  }
  return ok([...new Set(units)]);
}
