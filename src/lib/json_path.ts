import { isRecord } from "./json.ts";
import { fail, ok, type Result } from "./result.ts";

/** Steps into a JSON value: a name into an object, a number into a list. */
export type JsonPath = readonly (string | number)[];

/** Deep enough for any device, and a bound. */
const MOST_STEPS = 32;

const STEP = /^(?:\.?([A-Za-z_$][\w$-]*)|\[(\d{1,6})\]|\["([^"\]]{1,200})"\])/;

/**
 * Reads a path such as `ENERGY.Power[0]`, `emeters[2].current` or `["em:0"].a_current`. Nothing is
 * evaluated.
 */
export function parseJsonPath(text: string): Result<JsonPath, string> {
  const steps: (string | number)[] = [];
  let rest = text;
  while (rest !== "") {
    const match = STEP.exec(rest);
    const dotted = rest.startsWith(".");
    if (match === null || (dotted && steps.length === 0)) {
      return fail(`cannot read the path "${text}" at "${rest}"`);
    }
    const [whole, name, index, quoted] = match;
    steps.push(index === undefined ? name ?? quoted ?? "" : Number(index));
    if (steps.length > MOST_STEPS) {
      return fail(`the path "${text}" has more than ${MOST_STEPS} steps`);
    }
    rest = rest.slice(whole.length);
    if (/^[A-Za-z_$]/.test(rest)) return fail(`cannot read the path "${text}" at "${rest}"`);
  }
  return steps.length === 0 ? fail("the path is empty") : ok(steps);
}

/** What lies at the path; undefined when nothing does. Inherited names are nothing. */
export function valueAt(value: unknown, path: JsonPath): unknown {
  let at = value;
  for (const step of path) {
    if (typeof step === "number") at = Array.isArray(at) ? at[step] : undefined;
    else at = isRecord(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at;
}
