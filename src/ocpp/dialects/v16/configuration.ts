import { compact, isRecord } from "../../../lib/json.ts";
import type {
  BaseReport,
  Mutability,
  SetVariablesAnswer,
  VariableResult,
  VariablesAnswer,
} from "../../inside.ts";
import type { Responses16 } from "../../messages/mod.ts";
import type { NoteGiver, NoteTaker, Translation } from "../codec.ts";
import { clipped, lengthOf, optional, unsaid, words } from "../translations.ts";
import { exchange } from "./_exchange.ts";
import { findVariable, keyOf, type VariableName, variableOf } from "./configuration_keys.ts";

/** CiString50Type and CiString500Type. */
export const KEY_LENGTH_MAX_16 = 50;
export const VALUE_LENGTH_MAX_16 = 500;

/** A key and its variable. A key in other letters than the specification's gets a note. */
const name: Translation<string, VariableName> = {
  read: variableOf,
  write: ({ component, variable }) => clipped(keyOf(component, variable), KEY_LENGTH_MAX_16),
  isSayable: (key) => lengthOf(key) <= KEY_LENGTH_MAX_16,
};

const AS_IT_IS: Translation<string, string> = { read: (text) => text, write: (text) => text };

/** A value as that variable says it; what is longer than 1.6 allows is cut off. */
function valueOf(variable: VariableName): Translation<string, string> {
  const own = findVariable(variable)?.value ?? AS_IT_IS;
  return {
    read: own.read,
    write: (text) => clipped(own.write(text), VALUE_LENGTH_MAX_16),
    isSayable: (text) => lengthOf(text) <= VALUE_LENGTH_MAX_16,
  };
}

/** The fields of an inside entry that name a variable. */
function readName(key: string, notes: NoteTaker): VariableName {
  const { component, variable } = notes.read("name", name, key);
  return { component, variable };
}

function writeName({ component, variable }: VariableName, notes: NoteGiver): string {
  return notes.write("name", name, { component, variable });
}

// ChangeConfiguration

type ChangeStatus16 = Responses16["ChangeConfiguration"]["status"];
type ChangeStatus = SetVariablesAnswer["setVariableResult"][number]["attributeStatus"];

const changeStatus = words<ChangeStatus16, ChangeStatus>({
  Accepted: "Accepted",
  Rejected: "Rejected",
  RebootRequired: "RebootRequired",
  NotSupported: "UnknownVariable",
}, {
  Accepted: "Accepted",
  Rejected: "Rejected",
  RebootRequired: "RebootRequired",
  NotSupportedAttributeType: "NotSupported",
  UnknownComponent: "NotSupported",
  UnknownVariable: "NotSupported",
});

/** 2.1 always sets a variable; should there be none all the same, this key exists nowhere. */
const NOTHING = {
  ...variableOf("None"),
  attributeValue: "",
};

/** One variable at a time: 1.6 gets the first. */
export const changeConfiguration = exchange<"ChangeConfiguration", "SetVariables">(
  "SetVariables",
  {
    read({ key, value }, notes) {
      const below = notes.below("setVariableData/0");
      const variable = readName(key, below);
      const attributeValue = below.read("attributeValue", valueOf(variable), value);
      return { setVariableData: [{ ...variable, attributeValue }] };
    },
    write({ setVariableData }, notes) {
      const below = notes.below("setVariableData/0");
      const wanted = setVariableData[0] ?? NOTHING;
      return {
        key: writeName(wanted, below),
        value: below.write("attributeValue", valueOf(wanted), wanted.attributeValue),
      };
    },
  },
  {
    read: ({ status }) => ({ setVariableResult: [{ attributeStatus: changeStatus.read(status) }] }),
    write: ({ setVariableResult }) => ({
      status: changeStatus.write(setVariableResult[0]?.attributeStatus ?? "Rejected"),
    }),
  },
);

// GetConfiguration

type Report16 = Responses16["GetConfiguration"];
type Entry16 = NonNullable<Report16["configurationKey"]>[number];

/** An empty list and an absent one are the same inside. */
const emptyList = unsaid<readonly never[]>();
const optionalValue = (variable: VariableName) => optional(valueOf(variable));

function readonlyOf(mutability: Mutability | undefined, variable: VariableName): boolean {
  return (mutability ?? findVariable(variable)?.mutability) === "ReadOnly";
}

function mutabilityOf({ readonly }: Entry16): Mutability {
  return readonly ? "ReadOnly" : "ReadWrite";
}

/** Notes a list that is there but empty. */
function noteEmpty(at: string, list: readonly unknown[] | undefined, notes: NoteTaker): void {
  if (list?.length === 0) notes.read(at, emptyList, []);
}

/** The list, or an empty one where the original had that, or none. */
function listOrNone<Item>(at: string, list: readonly Item[], notes: NoteGiver): Item[] | undefined {
  if (list.length > 0) return [...list];
  return notes.write(at, emptyList, undefined) === undefined ? undefined : [];
}

/** GetConfiguration with keys. */
export const getConfigurationOfKeys = exchange<"GetConfiguration", "GetVariables">(
  "GetVariables",
  {
    read: ({ key = [] }, notes) => ({
      getVariableData: key.map((each, index) =>
        readName(each, notes.below(`getVariableData/${index}`))
      ),
    }),
    write: ({ getVariableData }, notes) => ({
      key: getVariableData.map((wanted, index) =>
        writeName(wanted, notes.below(`getVariableData/${index}`))
      ),
    }),
  },
  { read: readVariables, write: writeVariables },
);

/** Known keys come first, then the unknown ones, each in their order. */
function readVariables(
  { configurationKey, unknownKey }: Report16,
  notes: NoteTaker,
): VariablesAnswer {
  noteEmpty("configurationKey", configurationKey, notes);
  noteEmpty("unknownKey", unknownKey, notes);
  const found = configurationKey ?? [];
  const results = found.map((entry, index): VariableResult => {
    const below = notes.below(`getVariableResult/${index}`);
    const variable = readName(entry.key, below);
    return compact({
      ...variable,
      attributeStatus: "Accepted" as const,
      attributeValue: below.read("attributeValue", optionalValue(variable), entry.value),
      mutability: mutabilityOf(entry),
    });
  });
  const unknown = (unknownKey ?? []).map((key, index): VariableResult => ({
    ...readName(key, notes.below(`getVariableResult/${found.length + index}`)),
    attributeStatus: "UnknownVariable",
  }));
  return { getVariableResult: [...results, ...unknown] };
}

function writeVariables({ getVariableResult }: VariablesAnswer, notes: NoteGiver): Report16 {
  const known: Entry16[] = [];
  const unknown: string[] = [];
  for (const [index, result] of getVariableResult.entries()) {
    const below = notes.below(`getVariableResult/${index}`);
    const key = writeName(result, below);
    if (result.attributeStatus === "Accepted" || result.attributeStatus === "Rejected") {
      known.push(writeResult(key, result, below));
    } else unknown.push(key);
  }
  return compact({
    configurationKey: listOrNone("configurationKey", known, notes),
    unknownKey: listOrNone("unknownKey", unknown, notes),
  });
}

/** A variable that exists but does not tell its value is a key without value. */
function writeResult(key: string, result: VariableResult, notes: NoteGiver): Entry16 {
  const value = result.attributeStatus === "Accepted" ? result.attributeValue : undefined;
  return compact({
    key,
    readonly: readonlyOf(result.mutability, result),
    value: notes.write("attributeValue", optionalValue(result), value),
  });
}

const noKeys = unsaid<readonly string[]>();

/** GetConfiguration without keys: everything. */
export const getWholeConfiguration = exchange<"GetConfiguration", "GetBaseReport">(
  "GetBaseReport",
  {
    read({ key }, notes) {
      notes.read("key", noKeys, key);
      return { reportBase: "FullInventory" };
    },
    write(_inside, notes) {
      const key = notes.write("key", noKeys, undefined);
      return key === undefined ? {} : { key: [...key] };
    },
  },
  { read: readReport, write: writeReport },
);

type ReportEntry = BaseReport["reportData"][number];

function readReport({ configurationKey, unknownKey }: Report16, notes: NoteTaker): BaseReport {
  noteEmpty("configurationKey", configurationKey, notes);
  notes.read("unknownKey", unsaid<readonly string[]>(), unknownKey);
  const reportData = (configurationKey ?? []).map((entry, index): ReportEntry => {
    const below = notes.below(`reportData/${index}`);
    const variable = readName(entry.key, below);
    const value = below.read("value", optionalValue(variable), entry.value);
    return {
      ...variable,
      variableAttribute: [compact({ value, mutability: mutabilityOf(entry) })],
    };
  });
  return { status: "Accepted", reportData };
}

function writeReport({ reportData }: BaseReport, notes: NoteGiver): Report16 {
  const entries = reportData.flatMap((entry, index): Entry16[] => {
    const actual = entry.variableAttribute.find(({ type = "Actual" }) => type === "Actual");
    if (actual === undefined) return [];
    const below = notes.below(`reportData/${index}`);
    const value = actual.mutability === "WriteOnly" ? undefined : actual.value;
    return [compact({
      key: writeName(entry, below),
      readonly: readonlyOf(actual.mutability, entry),
      value: below.write("value", optionalValue(entry), value),
    })];
  });
  const unknownKey = notes.write("unknownKey", unsaid<readonly string[]>(), undefined);
  return compact({
    configurationKey: listOrNone("configurationKey", entries, notes),
    unknownKey: unknownKey === undefined ? undefined : [...unknownKey],
  });
}

/** True for a GetConfiguration that asks for everything (1.6 §5.8). */
export function asksForEverything(request: unknown): boolean {
  const keys = isRecord(request) ? request["key"] : undefined;
  return !Array.isArray(keys) || keys.length === 0;
}
