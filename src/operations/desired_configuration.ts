import { fitsText } from "../chargers/mod.ts";

/** What site.yaml wants chargers to be set to. */
export interface DesiredRule {
  /** As the charger writes them when it boots; "*" stands for anything. Null: any. */
  readonly vendor: string | null;
  readonly model: string | null;
  /** Of this charger alone; null: of all that fit. */
  readonly chargerId: string | null;
  /** The gateway sets it; otherwise it only tells. */
  readonly corrects: boolean;
  /** Keys of 1.6 with their values. */
  readonly ocpp16: Readonly<Record<string, string>>;
  /** Component.Variable[instance] of 2.0.1 and 2.1 with their values. */
  readonly ocpp2: Readonly<Record<string, string>>;
}

/** One setting that is wanted of a charger. */
export interface DesiredSetting {
  readonly name: string;
  readonly value: string;
  readonly corrects: boolean;
}

/** A charger as it was heard of. */
export interface DesiredOf {
  readonly chargerId: string;
  readonly is16: boolean;
  /** Null where it never booted: no rule of a vendor or model fits it. */
  readonly station: { readonly vendorName: string; readonly model: string } | null;
}

/** What is wanted of a charger: later rules win over earlier ones, those for it alone over all. */
export function desiredFor(
  rules: readonly DesiredRule[],
  charger: DesiredOf,
): readonly DesiredSetting[] {
  const fitting = rules.filter((rule) => isFor(rule, charger));
  const general = fitting.filter(({ chargerId }) => chargerId === null);
  const own = fitting.filter(({ chargerId }) => chargerId !== null);
  const wanted = new Map<string, DesiredSetting>();
  for (const { ocpp16, ocpp2, corrects } of [...general, ...own]) {
    for (const [name, value] of Object.entries(charger.is16 ? ocpp16 : ocpp2)) {
      wanted.set(name.toLowerCase(), { name, value, corrects });
    }
  }
  return [...wanted.values()];
}

function isFor({ chargerId, vendor, model }: DesiredRule, charger: DesiredOf): boolean {
  if (chargerId !== null) return chargerId === charger.chargerId;
  const { station } = charger;
  return (vendor === null || station !== null && fitsText(vendor, station.vendorName)) &&
    (model === null || station !== null && fitsText(model, station.model));
}

const NUMBER = /^-?\d{1,15}(\.\d{1,6})?$/;

/** Chargers write "True", " 300" and "A, B" as well; each needless write wears their memory. */
export function isSameSetting(actual: string, wanted: string): boolean {
  const plain = (text: string) => text.split(",").map((each) => each.trim()).join(",");
  const [a, b] = [plain(actual), plain(wanted)];
  if (a === b) return true;
  if (NUMBER.test(a) && NUMBER.test(b)) return Number(a) === Number(b);
  return /^(true|false)$/i.test(b) && a.toLowerCase() === b.toLowerCase();
}
