import { type ChargerSetting, type SettingName, variableNamed } from "../site/mod.ts";
import type { KnownSettings } from "./configuration_desk.ts";
import type { ChargerDriftView } from "./configuration_port.ts";
import { commonName } from "./setting_lookup.ts";

/** A charger among those that are compared. */
export interface MatrixColumn {
  readonly chargerId: string;
  readonly known: KnownSettings;
  readonly drift: ChargerDriftView | null;
}

/** One setting of one charger. */
export type MatrixCell =
  /** It does not have it, or was not read. */
  | { readonly kind: "absent" }
  | { readonly kind: "secret" }
  | {
    readonly kind: "value";
    readonly value: string;
    /** Most of the others are set otherwise. */
    readonly isOdd: boolean;
    /** What site.yaml wants instead; null: nothing else. */
    readonly wanted: string | null;
  };

/** One setting of all of them. */
export interface MatrixRow {
  readonly name: string;
  /** In the order of the columns. */
  readonly cells: readonly MatrixCell[];
  readonly isDifferent: boolean;
  /** Nobody may change it here. */
  readonly isKept: boolean;
}

/** Lays the settings of chargers beside each other, keys of 1.6 and variables of 2.x that mean the same in one row. */
export function matrixOf(columns: readonly MatrixColumn[]): readonly MatrixRow[] {
  const tables = columns.map(({ known }) => settingsByName(known));
  const wishes = columns.map(({ drift }) => wishesByName(drift));
  const names = [...new Set(tables.flatMap((table) => [...table.keys()]))].toSorted();
  return names.map((name) => {
    const found = tables.map((table) => table.get(name));
    const usual = mostOf(found.flatMap((each) => each?.value ?? []));
    const cells = found.map((each, index): MatrixCell => {
      if (each === undefined) return { kind: "absent" };
      if (each.value === null) return { kind: "secret" };
      const wanted = wishes[index]?.get(name) ?? null;
      return { kind: "value", value: each.value, isOdd: each.value !== usual, wanted };
    });
    return {
      name: found.find((each) => each !== undefined)?.shown ?? name,
      cells,
      isDifferent: cells.some((cell) =>
        cell.kind === "value" && (cell.isOdd || cell.wanted !== null)
      ),
      isKept: found.every((each) => each === undefined || each.kept !== null),
    };
  });
}

interface Found extends Pick<ChargerSetting, "value" | "kept"> {
  readonly shown: string;
}

function settingsByName(known: KnownSettings): ReadonlyMap<string, Found> {
  if (known.kind !== "told" || known.reading.kind !== "read") return new Map();
  return new Map(known.reading.settings.map(({ name, at, value, kept }): [string, Found] => {
    const shown = commonName(at ?? { key: name });
    return [shown.toLowerCase(), { shown, value, kept }];
  }));
}

/** Only what is not as it should be. */
function wishesByName(drift: ChargerDriftView | null): ReadonlyMap<string, string> {
  const wrong = (drift?.settings ?? []).filter(({ state }) => state !== "same");
  return new Map(wrong.map(({ name, wanted }) => {
    const setting: SettingName = variableNamed(name) ?? { key: name };
    return [commonName(setting).toLowerCase(), wanted];
  }));
}

/** The value that most have; of several the first. */
function mostOf(values: readonly string[]): string | null {
  let best: string | null = null;
  let most = 0;
  for (const value of new Set(values)) {
    const count = values.filter((each) => each === value).length;
    if (count > most) [best, most] = [value, count];
  }
  return best;
}
