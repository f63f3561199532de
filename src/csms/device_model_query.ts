import type { Component, InsideRequest, Variable } from "../ocpp/mod.ts";
import type { ModelEntry } from "./device_model.ts";

type ReportBase = InsideRequest<"GetBaseReport">["reportBase"];
type ReportOrder = Pick<InsideRequest<"GetReport">, "componentCriteria" | "componentVariable">;

/** What a base report tells of (B07.FR.07 to 09). */
export function baseReport(
  model: readonly ModelEntry[],
  reportBase: ReportBase,
): readonly ModelEntry[] {
  switch (reportBase) {
    case "FullInventory":
      return model;
    case "ConfigurationInventory":
      return model.filter(({ variableAttribute }) =>
        variableAttribute.some(({ mutability }) => mutability !== "ReadOnly")
      );
    case "SummaryInventory":
      return model.filter(({ variable, variableAttribute }) =>
        variable.name === "AvailabilityState" ||
        variable.name === "Problem" && variableAttribute[0]?.value === "true"
      );
  }
}

/** What a report with criteria tells of: all that is given has to match (B08.FR.05). */
export function customReport(
  model: readonly ModelEntry[],
  { componentCriteria = [], componentVariable = [] }: ReportOrder,
): readonly ModelEntry[] {
  return model.filter((entry) =>
    (componentVariable.length === 0 || componentVariable.some((asked) => isMeant(entry, asked))) &&
    (componentCriteria.length === 0 ||
      componentCriteria.some((criterion) => meets(entry.component, criterion, model)))
  );
}

/** Of one that is less precise than the entry, all that it can mean (B08.FR.20 to 25). */
function isMeant(
  entry: ModelEntry,
  { component, variable }: NonNullable<ReportOrder["componentVariable"]>[number],
): boolean {
  const given = (asked: string | number | undefined, has: string | number | undefined) =>
    asked === undefined || sameName(asked, has);
  return sameName(component.name, entry.component.name) &&
    given(component.instance, entry.component.instance) &&
    given(component.evse?.id, entry.component.evse?.id) &&
    given(component.evse?.connectorId, entry.component.evse?.connectorId) &&
    (variable === undefined ||
      sameName(variable.name, entry.variable.name) &&
        given(variable.instance, entry.variable.instance));
}

/** A component without the variable counts as having it, but for Problem (B08.FR.07 to 10). */
function meets(component: Component, criterion: string, model: readonly ModelEntry[]): boolean {
  const found = findEntry(model, component, { name: criterion });
  if (found.kind !== "found") return criterion !== "Problem";
  return found.entry.variableAttribute[0]?.value === "true";
}

/** What is behind a name in the model. */
export type ModelReading =
  | { readonly kind: "found"; readonly entry: ModelEntry }
  | { readonly kind: "unknown-component" }
  | { readonly kind: "unknown-variable" };

/** Looks a name up as a peer wrote it: without regard to case. */
export function findEntry(
  model: readonly ModelEntry[],
  component: Component,
  variable: Variable,
): ModelReading {
  const ofComponent = model.filter((entry) => sameComponent(entry.component, component));
  if (ofComponent.length === 0) return { kind: "unknown-component" };
  const entry = ofComponent.find(({ variable: has }) =>
    sameName(has.name, variable.name) && sameName(has.instance, variable.instance)
  );
  return entry === undefined ? { kind: "unknown-variable" } : { kind: "found", entry };
}

function sameComponent(left: Component, right: Component): boolean {
  return sameName(left.name, right.name) && sameName(left.instance, right.instance) &&
    left.evse?.id === right.evse?.id && left.evse?.connectorId === right.evse?.connectorId;
}

function sameName(left: string | number | undefined, right: string | number | undefined): boolean {
  return String(left ?? "").toLowerCase() === String(right ?? "").toLowerCase();
}
