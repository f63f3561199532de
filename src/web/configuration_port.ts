import type { ChargerDrift } from "../site/mod.ts";

/** How a charger stands to what site.yaml wants it to be set to. */
export interface ChargerDriftView extends Omit<ChargerDrift, "checkedAtMs"> {
  /** ISO 8601; null: not since the gateway started. */
  readonly checkedAt: string | null;
}

/** What site.yaml wants of chargers. */
export interface ConfigurationPort {
  /** Of every charger of which it wants something. */
  drifts(): readonly ChargerDriftView[];
  /** Asks one again; resolves when that is done, or was given up. */
  check(chargerId: string): Promise<void>;
}
