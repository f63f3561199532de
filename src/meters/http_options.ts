import { fail, ok, type Result } from "../lib/result.ts";
import type { MeasuredMeter } from "./measured_meter.ts";
import { placeProblems, type ValuePlace } from "./payload.ts";
import { isDecisive } from "./quantity.ts";

/** A meter that answers a GET with JSON. */
export interface HttpMeterOptions extends MeasuredMeter {
  readonly driver: "http-json";
  /** `http://host/path?query` or `https://…`, without name and password. */
  readonly url: string;
  readonly values: readonly ValuePlace[];
  /** Shown to the meter when it asks, by digest where it knows that (RFC 7616), else plainly. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** What the meter's certificate must be signed by, PEM. Default: the system's authorities. */
  readonly ca?: string | undefined;
  /** From one question to the next, in milliseconds. Default 1000. */
  readonly intervalMs?: number | undefined;
  /** How long question and answer may take together. Default 2000. */
  readonly timeoutMs?: number | undefined;
  /** The oldest a value may be by the device's own clock, in milliseconds. Default 10000. */
  readonly maxAgeMs?: number | undefined;
}

/** A meter on a wireless network takes up to a second. */
export const DEFAULT_HTTP_TIMEOUT_MS = 2_000;

/** Reads the address of a meter. Names and passwords do not belong into it: they would be logged. */
export function parseMeterUrl(text: string): Result<URL, string> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return fail("expected http://host/path or https://host/path");
  }
  if (url.username !== "" || url.password !== "") {
    return fail("name and password belong into username and password, not into the address");
  }
  return url.hash === "" ? ok(url) : fail("an address of a meter has no #");
}

/** What is wrong with the values of a meter that sends JSON; empty when nothing is. */
export function valueProblems(values: readonly ValuePlace[]): readonly string[] {
  const problems = values.flatMap((value) => [
    ...(value.path === undefined ? [`${value.quantity} needs a path`] : []),
    ...placeProblems(value),
  ]);
  if (values.some(({ quantity }) => isDecisive(quantity))) return problems;
  return [...problems, "a meter needs a value for a current or an active power"];
}
