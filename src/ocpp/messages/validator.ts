import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { clip } from "../../lib/text.ts";
import { isRecord } from "../../lib/json.ts";
import type { MessageDirection } from "../peer.ts";
import { type RpcError, rpcError, type RpcErrorCode } from "../rpc/mod.ts";
import type { OcppVersion } from "../version.ts";
import { shortened } from "./_fitting.ts";
import { type Coercion, mendOnce } from "./_mending.ts";
import { type JsonSchema, loadSchemas, mapSchema, type SchemaBook } from "./schemas.ts";
import { isTimestamp } from "./timestamps.ts";
import { isUri } from "./uris.ts";

/** A place in a message (a JSON pointer) and what is wrong there. */
export interface SchemaProblem {
  readonly path: string;
  /** The keyword of JSON Schema that is not met. */
  readonly keyword: string;
  readonly message: string;
}

/** What the relaxed face makes of a message. */
export type MessageReading =
  | {
    readonly ok: true;
    /** The message itself where nothing had to be mended; else a mended copy. */
    readonly payload: Readonly<Record<string, unknown>>;
    readonly coercions: readonly Coercion[];
  }
  | {
    readonly ok: false;
    readonly error: RpcError;
    /** The message as far as it could be mended, for whoever must make something of it. */
    readonly remains: unknown;
  };

/** How a message of a peer is read. */
export interface ReadingOptions {
  /** Minutes by which the peer's local time is ahead of UTC, for timestamps without zone. */
  readonly zoneOffsetMinutes?: number;
}

/** Holds messages against the schemas of one version. */
export interface MessageValidator {
  readonly version: OcppVersion;
  /** Every action of the version that has a message in that direction. */
  actions(direction: MessageDirection): readonly string[];
  /** What is wrong with a message of ours; empty where it is fit to send. */
  strict(direction: MessageDirection, action: string, payload: unknown): readonly SchemaProblem[];
  /**
   * A message of ours that is fit to send but for texts that are too long, with those shortened; null
   * where more is wrong.
   */
  fitted(
    direction: MessageDirection,
    action: string,
    payload: unknown,
  ): Readonly<Record<string, unknown>> | null;
  /** Reads a message of a peer with tolerance, says what was mended, and never changes it. */
  relaxed(
    direction: MessageDirection,
    action: string,
    payload: unknown,
    options?: ReadingOptions,
  ): MessageReading;
}

/** Mending may uncover what was hidden behind the first error; real messages need two rounds. */
const ROUNDS_MAX = 8;

/** A message that needs more than this is not worth the work. */
const COERCIONS_MAX = 5_000;

const DESCRIPTION_LENGTH_MAX = 255;

const validators = new Map<OcppVersion, Promise<MessageValidator>>();

/**
 * The validator of a version. Its schemas are loaded the first time, and each message's is compiled
 * when the first such message is seen: all of them together would cost a second and 70 MB.
 */
export function loadValidator(version: OcppVersion): Promise<MessageValidator> {
  const known = validators.get(version);
  if (known !== undefined) return known;
  const loading = loadSchemas(version).then((book) => createValidator(version, book));
  validators.set(version, loading);
  return loading;
}

type Payload = Record<string, unknown>;

/** One message's schema and its two compiled shapes. */
interface Rule {
  readonly schema: JsonSchema;
  readonly strict: ValidateFunction<Payload>;
  /** With wider bounds, and without those that do no harm when broken. Compiled when first needed. */
  readonly loose: () => ValidateFunction<Payload>;
}

function createValidator(version: OcppVersion, book: SchemaBook): MessageValidator {
  const ajv = createAjv();
  const rules = new Map<string, Rule>();

  function ruleOf(direction: MessageDirection, action: string): Rule | null {
    const name = `${direction} ${action}`;
    const known = rules.get(name);
    if (known !== undefined) return known;
    const schema = book.schema(direction, action);
    if (schema === null) return null;
    const rule = createRule(ajv, schema);
    rules.set(name, rule);
    return rule;
  }

  return {
    version,
    actions: (direction) => book.actions(direction),
    strict(direction, action, payload) {
      const rule = ruleOf(direction, action);
      if (rule === null) return [unknownAction(action)];
      return rule.strict(payload) ? [] : (rule.strict.errors ?? []).map(problemOf);
    },
    fitted(direction, action, payload) {
      const rule = ruleOf(direction, action);
      if (rule === null || !isRecord(payload)) return null;
      return rule.strict(payload) ? payload : shortened(payload, rule.strict.errors ?? []);
    },
    relaxed(direction, action, payload, { zoneOffsetMinutes = 0 } = {}) {
      const rule = ruleOf(direction, action);
      if (rule === null) {
        const text = describe(`Cannot read ${clip(action, 50)}: unknown to ${version}`);
        return { ok: false, error: rpcError("NotImplemented", text), remains: payload };
      }
      if (rule.strict(payload)) return { ok: true, payload, coercions: [] };
      return mend(rule, payload, zoneOffsetMinutes);
    },
  };
}

function createAjv(): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    // OCA's schemas put "additionalProperties" on strings and "javaType" on objects.
    strict: false,
    // By default a remainder of floating point makes 6.1 no multiple of 0.1.
    multipleOfPrecision: 6,
    logger: false,
  });
  ajv.addFormat("date-time", isTimestamp);
  ajv.addFormat("uri", isUri);
  return ajv;
}

function createRule(ajv: Ajv, schema: JsonSchema): Rule {
  let loose: ValidateFunction<Payload> | null = null;
  return {
    schema,
    strict: ajv.compile<Payload>(schema),
    loose: () => loose ??= ajv.compile<Payload>(mapSchema(schema, withoutTolerated)),
  };
}

/**
 * What is understood of a text longer than its schema allows: 320 characters of an idTag of 20, as many
 * as any token of 2.1 has, and a vendor's setting of 8,000. What is longer is no name but a burden.
 */
const OVER_LONG_TIMES = 16;

/** Too long a text or a limit with three decimals is understood all the same. */
function withoutTolerated(node: JsonSchema): JsonSchema {
  const { maxLength, multipleOf, ...rest } = node;
  return {
    ...rest,
    ...(maxLength === undefined
      ? {}
      : { maxLength: typeof maxLength === "number" ? maxLength * OVER_LONG_TIMES : maxLength }),
    ...(typeof multipleOf === "number" || multipleOf === undefined ? {} : { multipleOf }),
  };
}

function mend(rule: Rule, payload: unknown, zoneOffsetMinutes: number): MessageReading {
  const isMissing = payload === null || payload === undefined;
  const copy: unknown = isMissing ? {} : structuredClone(payload);
  const coercions: Coercion[] = isMissing ? [{ kind: "null", path: "" }] : [];
  if (!isRecord(copy)) {
    const error = rpcError("FormatViolation", "Payload is not an object");
    return { ok: false, error, remains: copy };
  }
  const loose = rule.loose();
  for (let round = 0; round < ROUNDS_MAX; round++) {
    if (loose(copy)) {
      return { ok: true, payload: copy, coercions: [...coercions, ...tolerated(rule, copy)] };
    }
    const mended = mendOnce(rule.schema, copy, loose.errors ?? [], zoneOffsetMinutes);
    if (mended.length === 0) return { ok: false, error: refusal(loose.errors?.[0]), remains: copy };
    coercions.push(...mended);
    if (coercions.length > COERCIONS_MAX) break;
  }
  const error = rpcError("FormatViolation", "Payload needs too much mending");
  return { ok: false, error, remains: copy };
}

/** What is left when the loose shape is met and the strict one is not. */
function tolerated({ strict }: Rule, payload: unknown): Coercion[] {
  if (strict(payload)) return [];
  return (strict.errors ?? []).map(({ keyword, instancePath }) => ({
    kind: keyword === "maxLength" ? "over-long" : "extra-decimals",
    path: instancePath,
  }));
}

function problemOf({ keyword, instancePath, message = "", params }: ErrorObject): SchemaProblem {
  const field = typeof params["additionalProperty"] === "string"
    ? ` (${clip(params["additionalProperty"], 50)})`
    : "";
  return { path: instancePath, keyword, message: message + field };
}

function unknownAction(action: string): SchemaProblem {
  return { path: "", keyword: "action", message: `${clip(action, 50)} is no action` };
}

function refusal(error: ErrorObject | undefined): RpcError {
  if (error === undefined) return rpcError("FormatViolation");
  const { path, message } = problemOf(error);
  return rpcError(codeOf(error.keyword), describe(`${path === "" ? "/" : path} ${message}`));
}

/** Which rule of OCPP-J a keyword of the schemas stands for. */
function codeOf(keyword: string): RpcErrorCode {
  switch (keyword) {
    case "required":
    case "minItems":
    case "maxItems":
    case "additionalProperties":
      return "OccurrenceConstraintViolation";
    case "type":
      return "TypeConstraintViolation";
    default:
      return "PropertyConstraintViolation";
  }
}

function describe(text: string): string {
  return clip(text, DESCRIPTION_LENGTH_MAX);
}
