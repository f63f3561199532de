import type { OcppVersion } from "../ocpp/mod.ts";
import type { FileRules } from "../files/mod.ts";
import type { CsmsTls } from "./ports.ts";
import type { VariableGroup } from "../site/mod.ts";

/** How the gateway speaks to its CSMS. */
export interface CsmsOptions {
  readonly url: string;
  readonly identity: string;
  /** Null for a CSMS that asks for none. */
  readonly password: string | null;
  /**
   * Roots of the CSMS and the gateway's own certificate, as they are in their files now: somebody renews
   * them. Absent: the roots that browsers know, and no certificate.
   */
  readonly tls?: () => Pick<CsmsTls, "ca" | "own">;
  /** In order of preference. */
  readonly protocols: readonly OcppVersion[];
  readonly compression: boolean;
  /** Whether starts and stops of now may overtake history (ruling 3). */
  readonly replay: "spec" | "live-first";
  /** Whom a 1.6 Reset without target means (ruling 11). */
  readonly resetMeans: "gateway" | "site";
  /** Groups of variables that the CSMS may change (ruling 23). */
  readonly mayChange: readonly VariableGroup[];
  /** Makers' own settings of chargers that it may change besides, by their keys; absent: none. */
  readonly chargerSettings?: readonly string[];
  /** Vendors whose DataTransfer passes on to a charger; absent: none. */
  readonly vendors?: readonly string[];
  /** From where chargers fetch files, and where they bring them to; absent: `FILE_RULES`. */
  readonly files?: FileRules;
  /** Commands that interrupt charging in a minute; absent: `DISRUPTIVE_PER_MINUTE`. */
  readonly disruptivePerMinute?: number;
  /** What the gateway says of itself when it boots. */
  readonly station: StationDescription;
  readonly timing: CsmsTiming;
}

/** The gateway as a charging station. */
export interface StationDescription {
  readonly vendorName: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly firmwareVersion: string;
}

/** The upstream edge's patience, in milliseconds. */
export interface CsmsTiming {
  readonly dialTimeoutMs: number;
  readonly answerTimeoutMs: number;
  readonly pingIntervalMs: number;
  readonly silenceMaxMs: number;
  readonly backOff: BackOffRules;
  /** A refused registration is tried again no sooner than this, whatever the CSMS says. */
  readonly bootRetryMinMs: number;
  /** After it was accepted the gateway lets the CSMS speak first, and again after each command… */
  readonly settleMs: number;
  /** … but no longer than this in all, however much it asks. */
  readonly settleMaxMs: number;
  /** How long a charger has to answer a command that the CSMS waits for. */
  readonly commandTimeoutMs: number;
}

/** 2.1 B01 and its errata of 2025-04: RetryBackOffWaitMinimum, -RandomRange, -RepeatTimes. */
export interface BackOffRules {
  readonly waitMinimumMs: number;
  readonly randomRangeMs: number;
  readonly repeatTimes: number;
}

/** Values that suit a real site. */
export const CSMS_TIMING: CsmsTiming = {
  dialTimeoutMs: 20_000,
  answerTimeoutMs: 30_000,
  pingIntervalMs: 30_000,
  silenceMaxMs: 75_000,
  backOff: { waitMinimumMs: 5_000, randomRangeMs: 5_000, repeatTimes: 6 },
  bootRetryMinMs: 10_000,
  settleMs: 500,
  settleMaxMs: 10_000,
  commandTimeoutMs: 25_000,
};
