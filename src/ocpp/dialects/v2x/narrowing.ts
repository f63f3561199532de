import { isRecord } from "../../../lib/json.ts";
import { definitionName, type JsonSchema, type SchemaBook } from "../../messages/schemas.ts";
import type { MessageDirection } from "../../peer.ts";
import { clipped, lengthOf } from "../translations.ts";
import { fateOf } from "./words.ts";

/** A message as a version can say it, and why it could not say all of it; empty where it could. */
export interface Narrowed {
  readonly payload: unknown;
  readonly problems: readonly string[];
}

/** Says messages inside in the words of one version's schemas. */
export interface Narrowing {
  narrow(direction: MessageDirection, action: string, message: unknown): Narrowed;
}

/** Stands for a value that the version has no word for. */
const NOTHING = Symbol("nothing");

type Narrow = (value: unknown, path: string, problems: string[]) => unknown;

/** Fields that a version demands and the inside may not have, and what then stands there. */
const FILLED: Readonly<Record<string, unknown>> = {
  // Nobody knows how it was signed, but for the charger's own data.
  "SignedMeterValueType.signingMethod": "",
  "SignedMeterValueType.publicKey": "",
};

/** Texts for people may be shortened; the others would be something else then. */
const SHORTENED: ReadonlySet<string> = new Set([
  "additionalInfo",
  "reasonCode",
  "techInfo",
  "techCode",
  "vendorName",
  "firmwareVersion",
]);

/**
 * Prepares narrowing to a version. What a version does not know is left out, words are replaced as
 * `words.ts` says, texts for people are shortened. What cannot be left out without meaning something
 * else is a problem. Each message's plan is made when the first such message is seen.
 */
export function createNarrowing(book: SchemaBook): Narrowing {
  const plans = new Map<string, Narrow>();

  function planOf(direction: MessageDirection, action: string): Narrow {
    const key = `${direction} ${action}`;
    const known = plans.get(key);
    if (known !== undefined) return known;
    const schema = book.schema(direction, action);
    if (schema === null) throw new RangeError(`Cannot narrow ${action}: the version has none`);
    const plan = planFor(schema, schema, "", action, new Map());
    plans.set(key, plan);
    return plan;
  }

  return {
    narrow(direction, action, message) {
      const problems: string[] = [];
      const payload = planOf(direction, action)(message, "", problems);
      if (payload !== NOTHING) return { payload, problems };
      return { payload: {}, problems: problems.length > 0 ? problems : [`${action} says nothing`] };
    },
  };
}

/** The plan of one place in a schema. `list`: its definition's name, `field`: its own. */
function planFor(
  root: JsonSchema,
  schema: unknown,
  list: string,
  field: string,
  known: Map<string, Narrow>,
): Narrow {
  if (!isRecord(schema)) return (value) => value;
  const name = definitionName(schema["$ref"]);
  if (name !== null && isRecord(root["definitions"])) {
    const key = `${name} ${field}`;
    const made = known.get(key);
    if (made !== undefined) return made;
    // A definition may contain itself.
    known.set(key, (value, path, problems) => known.get(`${key} plan`)?.(value, path, problems));
    const plan = planFor(root, root["definitions"][name], name, field, known);
    known.set(`${key} plan`, plan);
    return plan;
  }
  if (Array.isArray(schema["enum"])) return wordPlan(new Set(schema["enum"].map(String)), list);
  switch (schema["type"]) {
    case "object":
      return objectPlan(root, schema, list, known);
    case "array":
      return listPlan(schema, planFor(root, schema["items"], list, field, known));
    case "string":
      return textPlan(schema["maxLength"], field);
    case "integer":
      return (value) => typeof value === "number" ? whole(value) : value;
    default:
      return (value) => value;
  }
}

/** Numbers of JSON are exact up to there, and the schemas end there as well. */
function whole(value: number): number {
  return Math.min(Math.max(Math.round(value), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

function wordPlan(words: ReadonlySet<string>, list: string): Narrow {
  return (value, path, problems) => {
    if (typeof value !== "string" || words.has(value)) return value;
    const fate = fateOf(list, value);
    if (fate === "leave-out") return NOTHING;
    if (fate !== "refuse") return fate.say;
    problems.push(`${path}: there is no ${value}`);
    return NOTHING;
  };
}

function textPlan(lengthMax: unknown, field: string): Narrow {
  if (typeof lengthMax !== "number") return (value) => value;
  return (value, path, problems) => {
    if (typeof value !== "string" || value.length <= lengthMax) return value;
    if (SHORTENED.has(field)) return clipped(value, lengthMax);
    if (lengthOf(value) > lengthMax) {
      problems.push(`${path} is longer than ${lengthMax} characters`);
    }
    return value;
  };
}

function listPlan(schema: JsonSchema, item: Narrow): Narrow {
  const min = typeof schema["minItems"] === "number" ? schema["minItems"] : 0;
  const max = typeof schema["maxItems"] === "number" ? schema["maxItems"] : Infinity;
  return (value, path, problems) => {
    if (!Array.isArray(value)) return value;
    const items = value.map((each, index) => item(each, `${path}/${index}`, problems))
      .filter((each) => each !== NOTHING);
    if (items.length > max) problems.push(`${path} has more than ${max} items`);
    // An empty list is as good as none; one that was emptied here takes along what it is part of.
    return items.length < min ? NOTHING : items;
  };
}

function objectPlan(
  root: JsonSchema,
  schema: JsonSchema,
  list: string,
  known: Map<string, Narrow>,
): Narrow {
  const properties = isRecord(schema["properties"]) ? schema["properties"] : {};
  const plans = new Map(
    Object.entries(properties).map(([name, inner]) => [
      name,
      planFor(root, inner, "", name, known),
    ]),
  );
  const required = Array.isArray(schema["required"]) ? schema["required"].map(String) : [];
  const isOpen = schema["additionalProperties"] !== false;
  return (value, path, problems) => {
    if (!isRecord(value)) return value;
    const narrow: Record<string, unknown> = {};
    const before = problems.length;
    let isGone = false;
    for (const [name, inner] of Object.entries(value)) {
      const plan = plans.get(name);
      if (inner === undefined || (plan === undefined && !isOpen)) continue;
      const said = plan === undefined ? inner : plan(inner, `${path}/${name}`, problems);
      if (said !== NOTHING) narrow[name] = said;
      // A reading with another measurand, or without one, would be another reading.
      else isGone ||= required.includes(name) || TELLING.has(`${list}.${name}`);
    }
    if (isGone) return NOTHING;
    for (const name of required) {
      if (Object.hasOwn(narrow, name)) continue;
      const filling = `${list}.${name}`;
      if (Object.hasOwn(FILLED, filling)) narrow[name] = FILLED[filling];
      else problems.push(`${path}/${name} is missing`);
    }
    if (problems.length === before || !DISPENSABLE.has(list)) return narrow;
    problems.length = before;
    return NOTHING;
  };
}

/**
 * Left out whole where a version cannot hold it as it is: 2.0.1 has room for 2,500 characters of signed
 * data. A signature that is cut is none, and without it the rest still goes up; the ledger has it.
 */
const DISPENSABLE: ReadonlySet<string> = new Set(["SignedMeterValueType"]);

/** Optional fields without which the rest would say something else. */
const TELLING: ReadonlySet<string> = new Set([
  "SampledValueType.measurand",
  "SampledValueType.location",
]);
