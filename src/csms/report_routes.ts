import { isoTime } from "../lib/clock.ts";
import { rpcError } from "../ocpp/mod.ts";
import { REPORT_ITEMS_MAX } from "./bounds.ts";
import { deviceModel, type ModelEntry } from "./device_model.ts";
import { baseReport, customReport } from "./device_model_query.ts";
import { pieces } from "./pieces.ts";
import type { CommandDesk, Route } from "./route.ts";
import { securitySettings } from "./security_settings.ts";

/** Variables in one NotifyReport: some ten kilobytes. */
const ENTRIES_PER_REPORT = 50;

/** GetBaseReport of 2.x: the answer first, then the reports. 1.6 has it all in the answer. */
export const getBaseReport: Route<"GetBaseReport"> = {
  handling: ["answer"],
  isForOne: true,
  run({ message }, desk) {
    if (desk.version === "ocpp1.6") {
      return Promise.resolve({ message: { status: "Accepted", reportData: ownVariables(desk) } });
    }
    const status = report(
      message.requestId ?? 0,
      baseReport(deviceModel(desk), message.reportBase),
      desk,
    );
    return Promise.resolve({ message: { status, reportData: [] } });
  },
};

/** GetConfiguration without keys: the gateway's own only. */
function ownVariables({ access, variables, version }: CommandDesk): ModelEntry[] {
  const settings = securitySettings(access, version).map(
    ({ component, variable, mutability, value }) => ({
      component: { name: component },
      variable: { name: variable },
      variableAttribute: [value === null ? { mutability } : { value, mutability }],
    }),
  );
  const own = variables.all().map(({ definition, value }) => ({
    component: { name: definition.component },
    variable: definition.instance === undefined
      ? { name: definition.variable }
      : { name: definition.variable, instance: definition.instance },
    variableAttribute: [{ value, mutability: definition.mutability }],
  }));
  return [...own, ...settings];
}

/** GetReport: by components and variables, by criteria, or both (B08). */
export const getReport: Route<"GetReport"> = {
  handling: ["answer"],
  isForOne: true,
  run({ message }, desk) {
    const { requestId, componentVariable = [] } = message;
    if (componentVariable.length > REPORT_ITEMS_MAX) {
      const error = rpcError("OccurrenceConstraintViolation", `${componentVariable.length} items`);
      return Promise.resolve({ error });
    }
    const status = report(requestId, customReport(deviceModel(desk), message), desk);
    return Promise.resolve({ message: { status } });
  },
};

function report(
  requestId: number,
  entries: readonly ModelEntry[],
  desk: CommandDesk,
): "Accepted" | "EmptyResultSet" {
  if (entries.length === 0) return "EmptyResultSet";
  followWithReports(requestId, entries, desk);
  return "Accepted";
}

/** Has the reports go up after the answer, in bounded messages; `customData` says of which charger. */
export function followWithReports(
  requestId: number,
  entries: readonly ModelEntry[],
  desk: CommandDesk,
  customData?: { readonly vendorId: string },
): void {
  const generatedAt = isoTime(desk.clock.wallMs());
  for (const { part, seqNo, tbc } of pieces(entries, ENTRIES_PER_REPORT)) {
    desk.follow(`report ${requestId} ${seqNo}`, {
      action: "NotifyReport",
      message: {
        requestId,
        generatedAt,
        seqNo,
        tbc,
        reportData: [...part],
        ...(customData === undefined ? {} : { customData }),
      },
    });
  }
}
