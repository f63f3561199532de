import { compact } from "../../lib/json.ts";
import { rpcError } from "../../ocpp/mod.ts";
import type { CommandDesk2x, CommandTable2x } from "./commands.ts";
import type { Said2x } from "./messages.ts";
import { timestamp } from "../station/body.ts";
import { evseOf } from "./station.ts";
import type { ReportedVariable, VariableName } from "./variables.ts";

type ReportData = NonNullable<Said2x["NotifyReport"]["reportData"]>[number];

const ENTRIES_PER_REPORT = 10;

/** Commands about the station itself. */
export const VARIABLE_COMMANDS_2X: CommandTable2x<
  "GetVariables" | "SetVariables" | "GetBaseReport" | "GetReport" | "Reset" | "DataTransfer"
> = {
  GetVariables({ station }, { getVariableData }) {
    if (isTooMuch(station.variables, "GetVariables", getVariableData.length)) return TOO_MUCH;
    const [first, ...rest] = getVariableData.map(({ component, variable, attributeType }) => {
      const name = { component, variable, ...compact({ attributeType }) };
      if (attributeType !== undefined && attributeType !== "Actual") {
        return { ...name, attributeStatus: "NotSupportedAttributeType" as const };
      }
      return { ...name, ...station.variables.read({ component, variable } as VariableName) };
    });
    return first === undefined ? TOO_MUCH : { payload: { getVariableResult: [first, ...rest] } };
  },

  SetVariables(desk, { setVariableData }) {
    const { variables } = desk.station;
    if (isTooMuch(variables, "SetVariables", setVariableData.length)) return TOO_MUCH;
    const changed: string[] = [];
    const [first, ...rest] = setVariableData.map(
      ({ component, variable, attributeValue, attributeType }) => {
        const name = { component, variable, ...compact({ attributeType }) };
        if (attributeType !== undefined && attributeType !== "Actual") {
          return { ...name, attributeStatus: "NotSupportedAttributeType" as const };
        }
        const status = variables.write({ component, variable } as VariableName, attributeValue);
        if (status === "Accepted") changed.push(`${component.name}.${variable.name}`.toLowerCase());
        return { ...name, attributeStatus: status };
      },
    );
    if (first === undefined) return TOO_MUCH;
    return {
      payload: { setVariableResult: [first, ...rest] },
      afterwards: () => takeEffect(desk, changed),
    };
  },

  GetBaseReport(desk, { requestId, reportBase }) {
    const all = desk.station.variables.all();
    const isSummary = reportBase === "SummaryInventory";
    const meant = isSummary ? all.filter(isOfSummary) : all;
    return { payload: { status: "Accepted" }, afterwards: () => report(desk, requestId, meant) };
  },

  GetReport(desk, { requestId, componentVariable = [], componentCriteria }) {
    const meant = desk.station.variables.all().filter((each) =>
      (componentVariable.length === 0 ||
        componentVariable.some((wanted) => matches(wanted, each))) &&
      (componentCriteria === undefined || componentCriteria.some((one) => one !== "Problem"))
    );
    return meant.length === 0
      ? { payload: { status: "EmptyResultSet" } }
      : { payload: { status: "Accepted" }, afterwards: () => report(desk, requestId, meant) };
  },

  Reset({ station, power, transactions }, { type, evseId }) {
    const evse = evseId === undefined || evseId === 0 ? null : evseOf(station, evseId);
    if (evse === undefined) return { payload: { status: "Rejected" } };
    const meant = evse === null ? station.connectors : [evse];
    const isBusy = meant.some(({ transaction }) => transaction !== null);
    if (evse !== null) {
      // B12.FR.09: it cannot wait for a single one.
      if (type !== "Immediate") return { payload: { status: isBusy ? "Rejected" : "Accepted" } };
      const ending = { reason: "ImmediateReset", trigger: "ResetCommand" } as const;
      return {
        payload: { status: "Accepted" },
        afterwards: () => transactions.end(evse, ending),
      };
    }
    if (type === "OnIdle" && isBusy) {
      return { payload: { status: "Scheduled" }, afterwards: () => power.resetWhenIdle() };
    }
    return { payload: { status: "Accepted" }, afterwards: () => power.resetNow() };
  },

  /** Knows the vendor of the station and one message that sends its data back. */
  DataTransfer({ station }, { vendorId, messageId, data }) {
    if (vendorId !== station.options.vendor) return { payload: { status: "UnknownVendorId" } };
    if (messageId !== "Echo") return { payload: { status: "UnknownMessageId" } };
    return { payload: compact({ status: "Accepted" as const, data }) };
  },
};

/** B06.FR.16, B05.FR.11. */
const TOO_MUCH = {
  error: rpcError("OccurrenceConstraintViolation", "More than ItemsPerMessage"),
} as const;

function isTooMuch(
  variables: CommandDesk2x["station"]["variables"],
  message: string,
  count: number,
): boolean {
  return count > variables.integer(`DeviceDataCtrlr.ItemsPerMessage[${message}]`);
}

function isOfSummary({ variable, component }: ReportedVariable): boolean {
  return variable.name === "AvailabilityState" ||
    (component.name === "SecurityCtrlr" && variable.name === "SecurityProfile");
}

/** What is left out of a wish is any. */
function matches(
  wanted: { readonly component: VariableName["component"]; readonly variable?: unknown },
  { component, variable }: VariableName,
): boolean {
  const named = wanted.variable as Partial<VariableName["variable"]> | undefined;
  const same = (left: string | undefined, right: string | undefined) =>
    left === undefined || left.toLowerCase() === right?.toLowerCase();
  return same(wanted.component.name, component.name) &&
    (wanted.component.evse === undefined || wanted.component.evse.id === component.evse?.id) &&
    same(named?.name, variable.name) && same(named?.instance, variable.instance);
}

function report(
  { station }: CommandDesk2x,
  requestId: number,
  variables: readonly ReportedVariable[],
): void {
  const generatedAt = timestamp(station);
  const count = Math.max(1, Math.ceil(variables.length / ENTRIES_PER_REPORT));
  station.ports.spawn("report variables", async () => {
    for (let seqNo = 0; seqNo < count; seqNo++) {
      const part = variables.slice(seqNo * ENTRIES_PER_REPORT, (seqNo + 1) * ENTRIES_PER_REPORT);
      const [first, ...rest] = part.map(reportData);
      await station.link.say("NotifyReport", {
        requestId,
        generatedAt,
        seqNo,
        tbc: seqNo < count - 1,
        ...(first === undefined ? {} : { reportData: [first, ...rest] }),
      }, true);
    }
  });
}

function reportData({ component, variable, value, rule }: ReportedVariable): ReportData {
  return {
    component,
    variable,
    variableAttribute: [{
      mutability: rule.mutability,
      ...(value === null || value === "" ? {} : { value }),
      persistent: true,
      constant: rule.mutability === "ReadOnly",
    }],
    variableCharacteristics: {
      dataType: rule.dataType,
      supportsMonitoring: false,
      ...(rule.maxLimit === undefined ? {} : { maxLimit: rule.maxLimit }),
    },
  } as ReportData;
}

/** What some variables change at once. */
function takeEffect({ station, ...desk }: CommandDesk2x, changed: readonly string[]): void {
  const has = (part: string) => changed.some((name) => name.includes(part));
  if (has("heartbeatinterval")) desk.beatRegularly();
  if (has("sampleddatactrlr.") || has("aligneddatactrlr.interval")) desk.metering.reschedule();
  if (!has("basicauthpassword")) return;
  // A01.FR.05: the new password counts from the next connection, which is now.
  station.memory.password = station.variables.text("SecurityCtrlr.BasicAuthPassword");
  station.link.restart(0, { boots: false, how: "close" });
}
