import { z } from "zod";
import { FORM_FIELDS } from "../command_fields.ts";
import { type LoadChange, PREVIEWED_STRATEGIES } from "../forecast_port.ts";
import { readFields, readForm } from "../form.ts";
import type { Handlers, WebContext, WebParts } from "../web_parts.ts";
import { answerError, answerPage } from "./answer.tsx";
import { demandCommand, priorityCommand } from "./command_routes.ts";
import { pageOf } from "./page.ts";
import { type AppliedForm, PreviewPage } from "./preview_page.tsx";

const SlotField = z.string().regex(/^[1-9]\d{0,5}$/).transform(Number);
const CircuitField = z.string().min(1).max(64);

/** What a form is about stands in the address; what it says, in its body. */
const Subject = z.discriminatedUnion("change", [
  z.object({ change: z.literal("limit"), slot: SlotField }),
  z.object({ change: z.literal("priority"), slot: SlotField }),
  z.object({ change: z.literal("demand"), slot: SlotField }),
  z.object({ change: z.literal("circuit-limit"), circuit: CircuitField }),
  z.object({ change: z.literal("strategy") }),
]);

type Subject = z.output<typeof Subject>;

/** A form of a command, asked what it would do. */
interface PreviewedForm {
  /** Null: it is not as such a form is. */
  readonly change: LoadChange | null;
  /** The form that would do it. */
  readonly applied: AppliedForm;
}

/** Shows what a form of the load page would do, before it is sent in earnest. */
export function previewRoutes(parts: WebParts) {
  async function preview(context: WebContext): Promise<Response> {
    const subject = Subject.safeParse(context.req.query());
    const mark = await readForm(context, z.looseObject({}));
    if (mark.kind === "not-ours") return answerError(parts, context, "form-expired");
    if (!subject.success) return answerError(parts, context, "bad-input");
    const { change, applied } = previewedForm(parts, subject.data, await readFields(context));
    if (change === null) return answerError(parts, context, "bad-input");
    const outcome = await parts.ports.forecasts.preview(change);
    const page = pageOf(parts, context);
    return answerPage(
      context,
      <PreviewPage page={page} change={change} outcome={outcome} applied={applied} />,
      STATUSES[outcome.kind],
    );
  }
  return { "POST /load/preview": preview } satisfies Partial<Handlers>;
}

const STATUSES = { preview: 200, unknown: 404, "no-session": 409, busy: 503 } as const;

/** Of what a browser sent, that which the form in earnest sends on. */
type SentFields = Awaited<ReturnType<typeof readFields>>;

function previewedForm(parts: WebParts, subject: Subject, sent: SentFields): PreviewedForm {
  const kept = (action: string, names: readonly string[]): AppliedForm => ({
    action,
    fields: names.flatMap((name) => {
      const value = sent[name];
      return typeof value === "string" ? [[name, value] as const] : [];
    }),
  });
  switch (subject.change) {
    case "limit": {
      const { slot } = subject;
      const fields = said(FORM_FIELDS.limit, sent);
      return {
        change: fields && { kind: "limit", slot, ...fields },
        applied: kept(`/evses/${slot}/limit`, ["amps", "minutes"]),
      };
    }
    case "priority": {
      const fields = said(FORM_FIELDS.priority, sent);
      return {
        change: fields && priorityCommand(subject.slot, fields),
        applied: kept(`/evses/${subject.slot}/priority`, ["order"]),
      };
    }
    case "demand": {
      const fields = said(FORM_FIELDS.demand, sent);
      return {
        change: fields && demandCommand(parts, subject.slot, fields),
        applied: kept(`/evses/${subject.slot}/demand`, ["departure", "energyKwh", "urgent"]),
      };
    }
    case "circuit-limit": {
      const { circuit } = subject;
      const fields = said(FORM_FIELDS.circuitLimit, sent);
      return {
        change: fields && { kind: "circuit-limit", circuitId: circuit, ...fields },
        applied: kept(
          `/circuits/${encodeURIComponent(circuit)}/limit`,
          ["amount", "unit", "minutes", "source", "reason"],
        ),
      };
    }
    case "strategy": {
      const fields = said(StrategyFields, sent);
      return {
        change: fields && { kind: "strategy", strategy: fields.strategy },
        applied: { action: null, fields: [] },
      };
    }
  }
}

const StrategyFields = z.object({ strategy: z.enum(PREVIEWED_STRATEGIES) });

function said<Schema extends z.ZodType>(
  schema: Schema,
  sent: SentFields,
): z.output<Schema> | null {
  const reading = schema.safeParse(sent);
  return reading.success ? reading.data : null;
}
