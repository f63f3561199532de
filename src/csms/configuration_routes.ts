import {
  type Component,
  type InsideRequest,
  type InsideResponse,
  keyOf,
  type SpokenOutcome,
  type Variable,
  variableOf,
  type VariableResult,
} from "../ocpp/mod.ts";
import type { SlotRecord, VariableDefinition } from "../site/mod.ts";
import { deviceModel, type ModelEntry } from "./device_model.ts";
import { findEntry } from "./device_model_query.ts";
import { isGuarded } from "./guarded_variables.ts";
import { type CommandDesk, type Route, slotAt } from "./route.ts";
import {
  findSecuritySetting,
  type SecuritySetting,
  setSecuritySetting,
} from "./security_settings.ts";

type SetData = InsideRequest<"SetVariables">["setVariableData"][number];
type SetResult = InsideResponse<"SetVariables">["setVariableResult"][number];
type GetData = InsideRequest<"GetVariables">["getVariableData"][number];

/** A setting of one charger, behind the name `<Key>_<slot>` (ruling 11). */
interface ChargerVariable {
  readonly record: SlotRecord;
  readonly component: Component;
  readonly variable: Variable;
}

/** Longer names cannot be told from the keys of OCPP, which has 50 characters for them. */
const KEY_LENGTH_MAX = 50;

function chargerVariable(
  { component, variable }: { readonly component: Component; readonly variable: Variable },
  desk: CommandDesk,
): ChargerVariable | null {
  const key = keyOf(component, variable);
  const ofEvse = chargerEvseVariable({ component, variable }, desk);
  if (ofEvse !== null) return ofEvse;
  const match = key.length > KEY_LENGTH_MAX ? null : /^(.+)_(\d+)$/.exec(key);
  const record = match === null ? undefined : desk.site.slots().get(Number(match[2]));
  if (match?.[1] === undefined || record === undefined || record.removed) return null;
  return { record, ...variableOf(match[1]) };
}

/** 2.x says which EVSE it means: the slot, which is the charger's own number there. */
function chargerEvseVariable(
  { component, variable }: { readonly component: Component; readonly variable: Variable },
  desk: CommandDesk,
): ChargerVariable | null {
  const { evse } = component;
  const record = desk.version === "ocpp1.6" ? undefined : slotAt(desk, evse?.id);
  if (evse === undefined || record === undefined) return null;
  return { record, component: { ...component, evse: { ...evse, id: record.evseId } }, variable };
}

type OwnVariable = ReturnType<CommandDesk["variables"]["all"]>[number];

/** An own variable by its name, or by the key under which a report tells what 1.6 has no key for. */
function findOwn(
  { component, variable }: { readonly component: Component; readonly variable: Variable },
  { variables }: CommandDesk,
): OwnVariable | undefined {
  const found = variables.find(component, variable);
  if (found.kind === "found") return found;
  const key = keyOf(component, variable).toLowerCase();
  return variables.all().find(({ definition }) => {
    const name = nameOf(definition);
    return keyOf(name.component, name.variable).toLowerCase() === key;
  });
}

/** GetVariables, GetConfiguration with keys: our own at once, those of chargers from the chargers. */
export const getVariables: Route<"GetVariables"> = {
  handling: ["answer", "forward"],
  isForOne: true,
  async run({ message }, desk) {
    const model = desk.version === "ocpp1.6" ? [] : deviceModel(desk);
    const results = await Promise.all(
      message.getVariableData.map((asked) => readFrom(model, asked, desk)),
    );
    return { message: { getVariableResult: results } };
  },
};

/** Everything that the model has is read from it; 2.x has attributes, of which there is one here. */
async function readFrom(
  model: readonly ModelEntry[],
  asked: GetData,
  desk: CommandDesk,
): Promise<VariableResult> {
  const { component, variable, attributeType } = asked;
  const named = { component, variable, ...(attributeType === undefined ? {} : { attributeType }) };
  const found = findEntry(model, component, variable);
  if (found.kind !== "found") {
    const result = await readOne(asked, desk);
    const isNowhere = found.kind === "unknown-component" && model.length > 0 &&
      result.attributeStatus === "UnknownVariable";
    return { ...result, ...named, ...(isNowhere ? { attributeStatus: "UnknownComponent" } : {}) };
  }
  if (attributeType !== undefined && attributeType !== "Actual") {
    return { ...named, attributeStatus: "NotSupportedAttributeType" };
  }
  const [attribute] = found.entry.variableAttribute;
  if (attribute?.mutability === "WriteOnly") return { ...named, attributeStatus: "Rejected" };
  return { ...named, attributeStatus: "Accepted", attributeValue: attribute?.value ?? "" };
}

async function readOne(asked: GetData, desk: CommandDesk): Promise<VariableResult> {
  const { component, variable } = asked;
  const setting = findSecuritySetting(asked, desk);
  if (setting !== undefined) return { component, variable, ...readSetting(setting) };
  const own = findOwn(asked, desk);
  if (own !== undefined) {
    const { mutability } = own.definition;
    return {
      component,
      variable,
      attributeStatus: "Accepted",
      attributeValue: own.value,
      mutability,
    };
  }
  const theirs = chargerVariable(asked, desk);
  if (theirs === null) return { component, variable, attributeStatus: "UnknownVariable" };
  const outcome = await desk.chargers.call(theirs.record.chargerId, {
    action: "GetVariables",
    message: { getVariableData: [{ component: theirs.component, variable: theirs.variable }] },
  });
  const found = outcome.kind === "answered" ? outcome.message.getVariableResult[0] : undefined;
  if (found === undefined) return { component, variable, attributeStatus: "UnknownVariable" };
  return { ...found, component, variable };
}

function readSetting({ mutability, value }: SecuritySetting) {
  // 1.6 lists a key that it cannot read, without its value.
  return value === null
    ? { attributeStatus: "Rejected", mutability } as const
    : { attributeStatus: "Accepted", attributeValue: value, mutability } as const;
}

function nameOf({ component, variable, instance }: VariableDefinition) {
  return {
    component: { name: component },
    variable: instance === undefined ? { name: variable } : { name: variable, instance },
  };
}

/** ChangeConfiguration: own settings within `csms.mayChange`, settings of one charger forwarded. */
export const setVariables: Route<"SetVariables"> = {
  handling: ["answer", "forward"],
  isForOne: true,
  async run({ message }, desk) {
    const model = desk.version === "ocpp1.6" ? [] : deviceModel(desk);
    const setVariableResult: SetResult[] = [];
    for (const wanted of message.setVariableData) {
      const { component, variable, attributeType } = wanted;
      const named = attributeType === undefined ? {} : { attributeType };
      const refused = refusedByModel(model, wanted);
      const setting = findSecuritySetting(wanted, desk);
      if (refused === null && setting !== undefined) {
        const outcome = await setSecuritySetting(setting, wanted.attributeValue, desk);
        const { status: attributeStatus, reasonCode } = outcome;
        const why = reasonCode === undefined ? {} : { attributeStatusInfo: { reasonCode } };
        setVariableResult.push({ ...named, component, variable, attributeStatus, ...why });
        continue;
      }
      const attributeStatus = refused ?? await setOne(wanted, desk);
      setVariableResult.push({ ...named, component, variable, attributeStatus });
    }
    return { message: { setVariableResult } };
  },
};

/** What 2.x answers before anybody looks at the value; null where the value has to be looked at. */
function refusedByModel(
  model: readonly ModelEntry[],
  { component, variable, attributeType = "Actual" }: SetData,
): SetResult["attributeStatus"] | null {
  const found = findEntry(model, component, variable);
  if (found.kind !== "found") return null;
  if (attributeType !== "Actual") return "NotSupportedAttributeType";
  return found.entry.variableAttribute[0]?.mutability === "ReadOnly" ? "Rejected" : null;
}

async function setOne(wanted: SetData, desk: CommandDesk): Promise<SetResult["attributeStatus"]> {
  const { attributeValue } = wanted;
  const own = findOwn(wanted, desk);
  if (own !== undefined) return await setOwn({ ...wanted, ...nameOf(own.definition) }, own, desk);
  const theirs = chargerVariable(wanted, desk);
  if (theirs === null) return "UnknownVariable";
  if (isGuarded(theirs.component, theirs.variable, desk.options.chargerSettings)) return "Rejected";
  const outcome = await desk.chargers.call(theirs.record.chargerId, {
    action: "SetVariables",
    message: {
      setVariableData: [{
        component: theirs.component,
        variable: theirs.variable,
        attributeValue,
      }],
    },
  });
  return statusOf(outcome) ?? "Rejected";
}

/** Settings that chargers must share, or what they measure would not be what the CSMS wants. */
const SHARED_WITH_CHARGERS: ReadonlySet<string> = new Set([
  "AlignedDataCtrlr.Interval",
  "AlignedDataCtrlr.Measurands",
  "AlignedDataCtrlr.TxEndedMeasurands",
  "SampledDataCtrlr.TxEndedMeasurands",
]);

async function setOwn(
  wanted: SetData,
  { definition, value: before }: OwnVariable,
  desk: CommandDesk,
): Promise<SetResult["attributeStatus"]> {
  const change = (value: string) =>
    desk.variables.set(wanted.component, wanted.variable, value, {
      origin: "csms",
      nowWallMs: desk.clock.wallMs(),
      mayChange: desk.options.mayChange,
    });
  const { outcome, writes } = change(wanted.attributeValue);
  if (outcome !== "Accepted") return outcome;
  const isShared = SHARED_WITH_CHARGERS.has(`${definition.component}.${definition.variable}`);
  const merged = isShared ? await fanOut(wanted, desk) : "Accepted";
  if (merged === "Rejected") {
    // One charger cannot: none shall, and the setting stays what it was (1.6 §3.16.4).
    change(before);
    await fanOut({ ...wanted, attributeValue: before }, desk);
    return "Rejected";
  }
  await desk.journal.commit(writes);
  tellChargers(`${definition.component}.${definition.variable}`, wanted, desk);
  return merged;
}

/**
 * What chargers do while they cannot ask the gateway, and what they make of its answers; whether one of
 * them can is not the CSMS's worry.
 */
const FOR_CHARGERS: ReadonlySet<string> = new Set([
  "AuthCtrlr.AuthorizeRemoteStart",
  "AuthCtrlr.LocalAuthorizeOffline",
  "AuthCtrlr.OfflineTxForUnknownIdEnabled",
  "TxCtrlr.MaxEnergyOnInvalidId",
  "TxCtrlr.StopTxOnInvalidId",
]);

function tellChargers(key: string, wanted: SetData, desk: CommandDesk): void {
  // Who is away is told when he is set up again.
  if (FOR_CHARGERS.has(key)) {
    desk.spawn("tell chargers", async () => void await fanOut(wanted, desk));
  }
  // A list that is switched off must not live on in the chargers.
  if (key === "LocalAuthListCtrlr.Enabled") desk.events.emit("local-list", {});
}

/** Tells every charger; the worst answer counts, and one that does not know the key has no say. */
async function fanOut(
  { component, variable, attributeValue }: SetData,
  desk: CommandDesk,
): Promise<"Accepted" | "Rejected" | "RebootRequired"> {
  const outcomes = await Promise.all(
    desk.chargers.connected().map((chargerId) =>
      desk.chargers.call(chargerId, {
        action: "SetVariables",
        message: { setVariableData: [{ component, variable, attributeValue }] },
      })
    ),
  );
  const statuses = outcomes.map(statusOf);
  if (statuses.includes("Rejected")) return "Rejected";
  return statuses.includes("RebootRequired") ? "RebootRequired" : "Accepted";
}

function statusOf(
  outcome: SpokenOutcome<"SetVariables">,
): SetResult["attributeStatus"] | undefined {
  return outcome.kind === "answered"
    ? outcome.message.setVariableResult[0]?.attributeStatus
    : undefined;
}
