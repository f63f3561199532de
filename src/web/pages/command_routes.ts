import { doerOf } from "../audit_desk.ts";
import { isoTime, within } from "../../lib/clock.ts";
import { nextTimeOfDay } from "../../site/mod.ts";
import type { z } from "zod";
import { FORM_FIELDS } from "../command_fields.ts";
import { type Command, liftCommand } from "../commands/command.ts";
import { dismissalOf } from "../commands/dismissal.ts";
import { readForm } from "../form.ts";
import {
  type Handler,
  type Handlers,
  pathParameter,
  type WebContext,
  type WebParts,
} from "../web_parts.ts";
import { answerError } from "./answer.tsx";

/** A charger that answers at once shows on the very next page, also without any script. */
const PATIENCE_MS = 1_500;

/** The pages' forms. Each answers with the page that shows what becomes of the command. */
export function commandRoutes(parts: WebParts) {
  return {
    ...evseForms(parts),
    ...circuitForms(parts),
    ...chargerForms(parts),
    ...listForms(parts),
  };
}

function evseForms(parts: WebParts) {
  return {
    "POST /evses/:slot/start": atEvse(parts, FORM_FIELDS.start, (slot, { idToken }) => ({
      kind: "start",
      slot,
      idToken,
    })),
    "POST /evses/:slot/stop": atEvse(parts, FORM_FIELDS.nothing, (slot) => ({
      kind: "stop",
      slot,
    })),
    "POST /evses/:slot/unlock": atEvse(parts, FORM_FIELDS.nothing, (slot) => ({
      kind: "unlock",
      slot,
    })),
    "POST /evses/:slot/reconnect": atEvse(parts, FORM_FIELDS.nothing, (slot) => ({
      kind: "reconnect",
      slot,
    })),
    "POST /evses/:slot/availability": atEvse(
      parts,
      FORM_FIELDS.availability,
      (slot, { operational }) => ({ kind: "availability", slot, operational }),
    ),
    "POST /evses/:slot/limit": atEvse(parts, FORM_FIELDS.limit, (slot, limit) => ({
      kind: "limit",
      slot,
      ...limit,
    })),
    "POST /evses/:slot/priority": atEvse(parts, FORM_FIELDS.priority, priorityCommand),
    "POST /evses/:slot/demand": atEvse(
      parts,
      FORM_FIELDS.demand,
      (slot, fields) => demandCommand(parts, slot, fields),
    ),
  } satisfies Partial<Handlers>;
}

/** What the form of who goes first asks for. */
export function priorityCommand(
  slot: number,
  { order }: z.output<typeof FORM_FIELDS.priority>,
): CommandOf<"priority"> {
  return { kind: "priority", slot, class: order === "first" ? "first" : null, minutes: null };
}

/** What the form of what a driver wants asks for. */
export function demandCommand(
  { ports: { clock, views } }: Pick<WebParts, "ports">,
  slot: number,
  { departure, energyKwh, urgent }: z.output<typeof FORM_FIELDS.demand>,
): CommandOf<"demand"> {
  const departsAtMs = departure === null
    ? null
    : nextTimeOfDay(clock.wallMs(), departure, views.site().timezone);
  return {
    kind: "demand",
    slot,
    departure: departsAtMs === null ? null : isoTime(departsAtMs),
    energyKwh,
    urgent: urgent === "on",
  };
}

type CommandOf<Kind extends Command["kind"]> = Extract<Command, { readonly kind: Kind }>;

function circuitForms(parts: WebParts) {
  const at = <Schema extends z.ZodType>(
    schema: Schema,
    commandOf: (circuitId: string, fields: z.output<Schema>) => Command,
  ): Handler =>
  (context) => {
    const id = pathParameter(context, "id");
    const isThere = parts.ports.views.circuits().some((circuit) => circuit.id === id);
    if (!isThere) return answerError(parts, context, "not-found");
    return submit(parts, context, schema, (fields) => commandOf(id, fields), doneAt("/load"));
  };
  return {
    "POST /circuits/:id/source": at(FORM_FIELDS.circuitSource, (circuitId, { source }) => ({
      kind: "circuit-source",
      circuitId,
      source,
    })),
    "POST /circuits/:id/limit": at(FORM_FIELDS.circuitLimit, (circuitId, word) => ({
      kind: "circuit-limit",
      circuitId,
      ...word,
    })),
    "POST /circuits/:id/limit/end": at(
      FORM_FIELDS.circuitLimitSource,
      (circuitId, fields) => liftCommand(circuitId, fields),
    ),
    "POST /site/limit/end": (context) => {
      const lift = (fields: z.output<typeof FORM_FIELDS.circuitLimitSource>) =>
        liftCommand(null, fields);
      return submit(parts, context, FORM_FIELDS.circuitLimitSource, lift, doneAt("/load"));
    },
  } satisfies Partial<Handlers>;
}

function chargerForms(parts: WebParts) {
  const { views } = parts.ports;
  const at = <Schema extends z.ZodType>(
    schema: Schema,
    commandOf: (chargerId: string, fields: z.output<Schema>) => Command,
  ): Handler =>
  (context) => {
    const id = pathParameter(context, "id");
    if (views.charger(id) === undefined) return answerError(parts, context, "not-found");
    const page = `/chargers/${encodeURIComponent(id)}#commands`;
    return submit(parts, context, schema, (fields) => commandOf(id, fields), () => page);
  };
  return {
    "POST /chargers/:id/reset": at(FORM_FIELDS.reset, (chargerId, { type }) => ({
      kind: "reset",
      chargerId,
      type,
    })),
    "POST /chargers/:id/trigger": at(FORM_FIELDS.trigger, (chargerId, { message }) => ({
      kind: "trigger",
      chargerId,
      message,
      slot: null,
    })),
    "POST /chargers/:id/rebind": at(
      FORM_FIELDS.nothing,
      (chargerId) => ({ kind: "rebind", chargerId, slots: {} }),
    ),
    "POST /chargers/:id/adopt": (context) => {
      const chargerId = pathParameter(context, "id");
      const isWaiting = views.waiting().some(({ id }) => id === chargerId);
      if (!isWaiting) return answerError(parts, context, "not-found");
      const command: Command = { kind: "adopt", chargerId };
      return submit(parts, context, FORM_FIELDS.nothing, () => command, doneAt("/chargers"));
    },
  } satisfies Partial<Handlers>;
}

function listForms(parts: WebParts) {
  const onRow = (kind: "retry-row" | "discard-row"): Handler => (context) => {
    const id = Number(pathParameter(context, "id"));
    const isThere = parts.ports.views.outbox({ afterId: id - 1, limit: 1 })[0]?.id === id;
    if (!isThere) return answerError(parts, context, "not-found");
    return submit(parts, context, FORM_FIELDS.nothing, () => ({ kind, id }), doneAt("/outbox"));
  };
  return {
    "POST /outbox/:id/retry": onRow("retry-row"),
    "POST /outbox/:id/discard": onRow("discard-row"),
    "POST /orphan-stops/:id/dismiss": (context) => {
      const command = dismissalOf(parts, pathParameter(context, "id"));
      if (command === null) return answerError(parts, context, "not-found");
      return submit(parts, context, FORM_FIELDS.nothing, () => command, doneAt("/outbox"));
    },
    "POST /meters/:id/believe": (context) => {
      const id = pathParameter(context, "id");
      const isThere = parts.ports.views.meters().some((meter) => meter.id === id);
      if (!isThere) return answerError(parts, context, "not-found");
      const command: Command = { kind: "believe-meter", id };
      return submit(parts, context, FORM_FIELDS.nothing, () => command, doneAt("/meters"));
    },
  } satisfies Partial<Handlers>;
}

function atEvse<Schema extends z.ZodType>(
  parts: WebParts,
  schema: Schema,
  commandOf: (slot: number, fields: z.output<Schema>) => Command,
): Handler {
  return (context) => {
    const slot = Number(pathParameter(context, "slot"));
    const evse = parts.ports.views.evse(slot);
    if (evse === undefined) return answerError(parts, context, "not-found");
    const page = `/chargers/${encodeURIComponent(evse.chargerId)}#commands`;
    return submit(parts, context, schema, (fields) => commandOf(slot, fields), () => page);
  };
}

/** A page that says what became of the command with that number. */
export function doneAt(path: string): (id: number) => string {
  return (id) => `${path}?done=${id}`;
}

/** Has a command done that a form asks for, and answers with the page that shows what becomes of it. */
export async function submit<Schema extends z.ZodType>(
  parts: WebParts,
  context: WebContext,
  schema: Schema,
  commandOf: (fields: z.output<Schema>) => Command,
  pageAfter: (id: number) => string,
): Promise<Response> {
  const form = await readForm(context, schema);
  if (form.kind === "not-ours") return answerError(parts, context, "form-expired");
  if (form.kind === "bad-input") return answerError(parts, context, "bad-input");
  return await carryOut(parts, context, commandOf(form.fields), pageAfter);
}

/** Has a command done, and answers with the page that shows what becomes of it. */
export async function carryOut(
  parts: WebParts,
  context: WebContext,
  command: Command,
  pageAfter: (id: number) => string,
): Promise<Response> {
  const asker = doerOf(context.get("visitor"), context.env.remoteAddress);
  const { id, answered } = parts.commands.begin(command, asker);
  // A slow charger answers while the next page is already there, and is shown on it.
  parts.ports.spawn("await command", () => answered);
  await within(parts.ports.clock, PATIENCE_MS, answered);
  return context.redirect(pageAfter(id), 303);
}
