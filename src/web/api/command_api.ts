import { type Command, liftCommand } from "../commands/command.ts";
import { dismissalOf } from "../commands/dismissal.ts";
import { sameToken } from "../../site/mod.ts";
import { JSON_FIELDS, TokenField } from "../command_fields.ts";
import { problem } from "../problem.ts";
import {
  type Handler,
  type Handlers,
  pathParameter,
  type WebContext,
  type WebParts,
} from "../web_parts.ts";
import { answerCommand, outcomeAnswer } from "./command_answer.ts";
import { QUERIES } from "./queries.ts";
import { planImport, TOKEN_EXAMPLES } from "../token_import.ts";
import { problemInWords, tokenImportTextOf } from "../token_import_text.ts";
import { readJson, readQuery } from "./json_body.ts";
import type { z } from "zod";

/** What can be done to chargers, their EVSEs, sessions, the list of tokens and the outbox. */
export function commandApi(parts: WebParts) {
  return {
    ...evseCommands(parts),
    ...circuitCommands(parts),
    ...chargerCommands(parts),
    ...tokenApi(parts),
    ...sessions(parts),
    ...rows(parts),
  };
}

function evseCommands(parts: WebParts) {
  return {
    "POST /api/v1/evses/:slot/start": atEvse(parts, JSON_FIELDS.start, (slot, { idToken }) => ({
      kind: "start",
      slot,
      idToken,
    })),
    "POST /api/v1/evses/:slot/stop": atEvse(
      parts,
      JSON_FIELDS.nothing,
      (slot) => ({ kind: "stop", slot }),
    ),
    "POST /api/v1/evses/:slot/unlock": atEvse(
      parts,
      JSON_FIELDS.nothing,
      (slot) => ({ kind: "unlock", slot }),
    ),
    "POST /api/v1/evses/:slot/reconnect": atEvse(
      parts,
      JSON_FIELDS.nothing,
      (slot) => ({ kind: "reconnect", slot }),
    ),
    "POST /api/v1/evses/:slot/availability": atEvse(
      parts,
      JSON_FIELDS.availability,
      (slot, { operational }) => ({ kind: "availability", slot, operational }),
    ),
    "POST /api/v1/evses/:slot/limit": atEvse(parts, JSON_FIELDS.limit, (slot, limit) => ({
      kind: "limit",
      slot,
      ...limit,
    })),
    "POST /api/v1/evses/:slot/priority": atEvse(parts, JSON_FIELDS.priority, (slot, word) => ({
      kind: "priority",
      slot,
      ...word,
    })),
    "POST /api/v1/evses/:slot/demand": atEvse(parts, JSON_FIELDS.demand, (slot, word) => ({
      kind: "demand",
      slot,
      ...word,
    })),
  } satisfies Partial<Handlers>;
}

function circuitCommands(parts: WebParts) {
  const ofSite: OfCircuit = (_context, answer) => answer(null);
  const ofCircuit: OfCircuit = (context, answer) => {
    const id = pathParameter(context, "id");
    return parts.ports.views.circuits().some((circuit) => circuit.id === id)
      ? answer(id)
      : problem(context, 404, "No circuit has this id.");
  };
  const limit = (of: OfCircuit): Handler => (context) =>
    of(
      context,
      (circuitId) =>
        withFields(parts, context, JSON_FIELDS.circuitLimit, (word) => ({
          kind: "circuit-limit",
          circuitId,
          ...word,
        })),
    );
  const lift = (of: OfCircuit): Handler => (context) =>
    of(context, (circuitId) => {
      const query = readQuery(context, JSON_FIELDS.circuitLimitSource);
      return query.ok
        ? answerCommand(parts, context, liftCommand(circuitId, query.value))
        : query.answer;
    });
  return {
    "POST /api/v1/circuits/:id/source": (context) =>
      ofCircuit(
        context,
        (circuitId) =>
          withFields(parts, context, JSON_FIELDS.circuitSource, ({ source }) => ({
            kind: "circuit-source",
            circuitId: circuitId ?? "",
            source,
          })),
      ),
    "POST /api/v1/signals/:id": (context) => {
      const id = pathParameter(context, "id");
      if (!parts.ports.views.signals().some((signal) => signal.id === id)) {
        return problem(context, 404, "No signal has this id.");
      }
      return withFields(parts, context, JSON_FIELDS.signal, (order) => ({
        kind: "signal",
        id,
        ...order,
      }));
    },
    // Nothing changes, so nobody has to know later who said so.
    "POST /api/v1/signals/:id/heartbeat": async (context) => {
      const isHeard = await parts.ports.commands.beatSignal(pathParameter(context, "id"));
      return isHeard
        ? context.json({ outcome: "accepted", detail: "It is heard" })
        : problem(context, 404, "No signal that tells by the API has this id.");
    },
    "POST /api/v1/circuits/:id/limit": limit(ofCircuit),
    "DELETE /api/v1/circuits/:id/limit": lift(ofCircuit),
    "POST /api/v1/site/limit": limit(ofSite),
    "DELETE /api/v1/site/limit": lift(ofSite),
  } satisfies Partial<Handlers>;
}

/** Finds the circuit that a request is about; null: the whole site. */
type OfCircuit = (
  context: WebContext,
  answer: (circuitId: string | null) => Response | Promise<Response>,
) => Response | Promise<Response>;

function chargerCommands(parts: WebParts) {
  const { views } = parts.ports;
  const isKnown = (id: string) => views.charger(id) !== undefined;
  const isWaiting = (id: string) => views.waiting().some((waiting) => waiting.id === id);
  return {
    "POST /api/v1/chargers/:id/reset": atCharger(
      parts,
      isKnown,
      JSON_FIELDS.reset,
      (chargerId, { type }) => ({ kind: "reset", chargerId, type }),
    ),
    "POST /api/v1/chargers/:id/trigger": atCharger(
      parts,
      isKnown,
      JSON_FIELDS.trigger,
      (chargerId, fields) => ({ kind: "trigger", chargerId, ...fields }),
    ),
    "POST /api/v1/chargers/:id/adopt": atCharger(
      parts,
      isWaiting,
      JSON_FIELDS.nothing,
      (chargerId) => ({ kind: "adopt", chargerId }),
    ),
    "POST /api/v1/chargers/:id/rebind": atCharger(
      parts,
      isKnown,
      JSON_FIELDS.rebind,
      (chargerId, { slots }) => ({ kind: "rebind", chargerId, slots }),
    ),
    "POST /api/v1/chargers/:id/message": atCharger(
      parts,
      isKnown,
      JSON_FIELDS.message,
      (chargerId, fields) => ({ kind: "message", chargerId, ...fields }),
    ),
    "GET /api/v1/chargers/:id/configuration": async (context) => {
      const chargerId = pathParameter(context, "id");
      if (!isKnown(chargerId)) return problem(context, 404, "No charger has this identity.");
      const query = readQuery(context, QUERIES.configuration);
      if (!query.ok) return query.answer;
      const names = query.value.names ?? [];
      const reading = await parts.ports.commands.readConfiguration(chargerId, names);
      if (reading.kind !== "read") return outcomeAnswer(context, reading);
      const { version, settings, unknown } = reading;
      return context.json({ version, settings, unknown });
    },
    "POST /api/v1/chargers/:id/configuration": atCharger(
      parts,
      isKnown,
      JSON_FIELDS.configure,
      (chargerId, { value, ...setting }) => ({
        kind: "configure",
        chargerId,
        setting,
        value,
      }),
    ),
    "POST /api/v1/chargers/:id/security": atCharger(
      parts,
      isKnown,
      JSON_FIELDS.security,
      (chargerId, order) => ({ kind: "security", chargerId, order }),
    ),
  } satisfies Partial<Handlers>;
}

function tokenApi(parts: WebParts) {
  const { views } = parts.ports;
  const find = (idToken: string) =>
    views.tokens().find(({ token, type }) =>
      sameToken({ idToken: token, type }, { idToken, type: "Central" })
    );
  const unknown = (context: WebContext) => problem(context, 404, "The list has no such token.");
  return {
    "GET /api/v1/tokens": (context) => context.json(views.tokens()),
    "GET /api/v1/tokens/:id": (context) => {
      const view = find(pathParameter(context, "id"));
      return view === undefined ? unknown(context) : context.json(view);
    },
    "GET /api/v1/token-usage": async (context) => context.json(await views.tokenUsage()),
    "POST /api/v1/tokens": async (context) => {
      const body = await readJson(context, JSON_FIELDS.tokenImport);
      return body.ok ? answerImport(parts, context, body.value) : body.answer;
    },
    "PUT /api/v1/tokens/:id": async (context) => {
      const token = TokenField.safeParse(pathParameter(context, "id"));
      if (!token.success) {
        const message = "A token has 1 to 36 printable characters.";
        const errors = [{ path: "id", message }];
        return problem(context, 422, message, { type: "invalid-input", members: { errors } });
      }
      const body = await readJson(context, JSON_FIELDS.token);
      if (!body.ok) return body.answer;
      return answerCommand(parts, context, { kind: "put-token", token: token.data, ...body.value });
    },
    "DELETE /api/v1/tokens/:id": (context) => {
      const view = find(pathParameter(context, "id"));
      return view === undefined
        ? unknown(context)
        : answerCommand(parts, context, { kind: "delete-token", token: view.token });
    },
  } satisfies Partial<Handlers>;
}

/** Says what a list would change, or has it changed; where anything is wrong, nothing is. */
function answerImport(
  parts: WebParts,
  context: WebContext,
  { csv, apply }: { readonly csv: string; readonly apply: boolean },
): Response | Promise<Response> {
  const plan = planImport(csv, parts.ports.views.tokens());
  if (plan.problems.length > 0) {
    const words = tokenImportTextOf("en");
    const errors = plan.problems.map((each) => ({
      path: `csv:${each.line}`,
      message: problemInWords(
        words,
        each,
        each.kind === "wrong-cell" ? TOKEN_EXAMPLES[each.column] : "",
      ),
    }));
    const detail = errors.map(({ path, message }) => `${path}: ${message}`).slice(0, 5).join("; ");
    return problem(context, 422, detail, { type: "invalid-input", members: { errors } });
  }
  const { changes, same, hidden } = plan;
  if (apply && changes.length > 0) {
    const entries = changes.map(({ entry }) => entry);
    return answerCommand(parts, context, { kind: "import-tokens", entries });
  }
  const added = changes.filter(({ before }) => before === null).length;
  const detail =
    `${added} new, ${changes.length - added} changed, ${same} as they are, ${hidden} ` +
    `left out; ${apply ? "nothing to do" : "nothing was changed"}`;
  return context.json({ outcome: "accepted", detail });
}

function sessions(parts: WebParts) {
  return {
    "POST /api/v1/transactions/:id/close": async (context) => {
      const transactionId = pathParameter(context, "id");
      const view = await parts.ports.views.transaction(transactionId);
      return view === undefined
        ? problem(context, 404, "No session has this id.")
        : await withFields(parts, context, JSON_FIELDS.nothing, () => ({
          kind: "close-session",
          transactionId,
        }));
    },
  } satisfies Partial<Handlers>;
}

function rows(parts: WebParts) {
  const onRow = (kind: "retry-row" | "discard-row"): Handler => (context) => {
    const id = Number(pathParameter(context, "id"));
    const isThere = parts.ports.views.outbox({ afterId: id - 1, limit: 1 })[0]?.id === id;
    return isThere
      ? answerCommand(parts, context, { kind, id })
      : problem(context, 404, "The outbox has no such record.");
  };
  const dismiss: Handler = (context) => {
    const command = dismissalOf(parts, pathParameter(context, "id"));
    return command === null
      ? problem(context, 404, "No end without a session has this id.")
      : answerCommand(parts, context, command);
  };
  const believe: Handler = (context) => {
    const id = pathParameter(context, "id");
    return parts.ports.views.meters().some((meter) => meter.id === id)
      ? answerCommand(parts, context, { kind: "believe-meter", id })
      : problem(context, 404, "No meter has this id.");
  };
  return {
    "POST /api/v1/meters/:id/believe": believe,
    "POST /api/v1/orphan-stops/:id/dismiss": dismiss,
    "POST /api/v1/outbox/:id/retry": onRow("retry-row"),
    "POST /api/v1/outbox/:id/discard": onRow("discard-row"),
  } satisfies Partial<Handlers>;
}

/** A command to an EVSE that is there, with fields from the body. */
function atEvse<Schema extends z.ZodType>(
  parts: WebParts,
  schema: Schema,
  commandOf: (slot: number, fields: z.output<Schema>) => Command,
): Handler {
  return async (context) => {
    const slot = Number(pathParameter(context, "slot"));
    if (parts.ports.views.evse(slot) === undefined) {
      return problem(context, 404, "No EVSE has this slot.");
    }
    return await withFields(parts, context, schema, (fields) => commandOf(slot, fields));
  };
}

/** A command to a charger that is there, with fields from the body. */
function atCharger<Schema extends z.ZodType>(
  parts: WebParts,
  isThere: (id: string) => boolean,
  schema: Schema,
  commandOf: (chargerId: string, fields: z.output<Schema>) => Command,
): Handler {
  return async (context) => {
    const id = pathParameter(context, "id");
    if (!isThere(id)) return problem(context, 404, "No charger has this identity.");
    return await withFields(parts, context, schema, (fields) => commandOf(id, fields));
  };
}

async function withFields<Schema extends z.ZodType>(
  parts: WebParts,
  context: WebContext,
  schema: Schema,
  commandOf: (fields: z.output<Schema>) => Command,
): Promise<Response> {
  const body = await readJson(context, schema);
  return body.ok ? await answerCommand(parts, context, commandOf(body.value)) : body.answer;
}
