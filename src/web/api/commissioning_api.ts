import { isoTime } from "../../lib/clock.ts";
import type { RotationKnowledge } from "../../site/mod.ts";
import { commissioningSteps } from "../commissioning/commissioning.ts";
import { commissioningTextOf, commissioningWords } from "../commissioning/commissioning_text.ts";
import { formatOf } from "../format.ts";
import { sheetsPdf } from "../pages/commissioning_routes.tsx";
import { writtenOn } from "../pages/commissioning_page.tsx";
import { problem } from "../problem.ts";
import type { ChargerView, CommissionedConnectorView, CommissioningView } from "../views.ts";
import {
  type Handler,
  type Handlers,
  pathParameter,
  type WebContext,
  type WebParts,
} from "../web_parts.ts";
import { answerCommand } from "./command_answer.ts";
import { show } from "./view_answer.ts";

/** From a charger that was let in to a sheet on its door. */
export function commissioningApi(parts: WebParts) {
  const { views } = parts.ports;
  const ofCharger =
    (answer: (charger: ChargerView, context: WebContext) => Promise<Response>): Handler =>
    (context) => {
      const charger = views.charger(pathParameter(context, "id"));
      return charger === undefined
        ? problem(context, 404, "No charger has this identity.")
        : answer(charger, context);
    };
  const onSlot = (kind: "test-rotation" | "end-rotation-test"): Handler => (context) => {
    const slot = Number(pathParameter(context, "slot"));
    return views.evse(slot) === undefined
      ? problem(context, 404, "No EVSE has this slot.")
      : answerCommand(parts, context, { kind, slot });
  };
  return {
    "GET /api/v1/chargers/:id/commissioning": ofCharger(async (charger, context) =>
      show(context, await commissioningView(parts, charger))
    ),
    "GET /api/v1/chargers/:id/sheet": ofCharger((charger, context) =>
      sheetsPdf(parts, context, charger)
    ),
    "GET /api/v1/commissioning/sheets": (context) => sheetsPdf(parts, context),
    "POST /api/v1/evses/:slot/rotation-test": onSlot("test-rotation"),
    "POST /api/v1/evses/:slot/rotation-test/end": onSlot("end-rotation-test"),
  } satisfies Partial<Handlers>;
}

async function commissioningView(
  { ports, testCharges }: WebParts,
  charger: ChargerView,
): Promise<CommissioningView> {
  const { language, timezone } = ports.views.site();
  const { rotation } = ports;
  const charges = await testCharges.look(charger.id);
  const words = commissioningTextOf(language);
  const written = writtenOn({ format: formatOf(language, timezone) });
  return {
    chargerId: charger.id,
    steps: commissioningSteps({ charger, rotation, charges }).map(({ sight, ...step }) => ({
      ...step,
      seen: sight.kind,
      text: commissioningWords(words, sight, written),
    })),
    connectors: charger.slots.map((slot) => connectorView(slot, rotation(slot))),
  };
}

function connectorView(slot: number, known: RotationKnowledge): CommissionedConnectorView {
  const { toldLines, running, last, ...facts } = known;
  const outcome = last?.outcome;
  return {
    slot,
    ...facts,
    phases: toldLines,
    rotationTest: running === null ? null : {
      since: isoTime(running.sinceMs),
      offeredAmps: running.offeredAmps,
      steps: running.steps,
      stepsWanted: running.stepsWanted,
    },
    lastRotationTest: last === null || outcome === undefined ? null : {
      at: isoTime(last.atMs),
      by: last.by,
      toldPhases: last.toldLines,
      phases: outcome.kind === "found" ? outcome.lines : null,
      proof: outcome.kind === "found" ? outcome.proof : null,
      doubt: outcome.kind === "not-sure" ? outcome.why : null,
    },
  };
}
