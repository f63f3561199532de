import type { Language, RotationDoubt, RotationObstacle, RotationProof } from "../../site/mod.ts";
import type {
  CommissioningSight,
  CommissioningState,
  CommissioningStepId,
} from "./commissioning.ts";
import { COMMISSIONING_HINDI } from "./commissioning_text_hi.ts";
import { COMMISSIONING_MARATHI } from "./commissioning_text_mr.ts";

/** What the pages of commissioning and the sheets say. */
export interface CommissioningText {
  readonly title: string;
  readonly hint: string;
  readonly titleOf: (charger: string) => string;
  readonly allTitle: string;
  readonly allHint: string;
  readonly link: string;
  readonly letIn: string;
  readonly nothing: string;
  readonly steps: Readonly<Record<CommissioningStepId, string>>;
  readonly states: Readonly<Record<CommissioningState, string>>;
  readonly atSlot: (slot: number) => string;
  readonly progress: (done: number, all: number) => string;
  readonly sees: {
    readonly placed: (circuit: string) => string;
    readonly connected: string;
    readonly "model-known": (id: string, quirks: number) => string;
    readonly "model-usual": string;
    readonly "fail-safe-verified": (amps: string) => string;
    readonly "rotation-as-told": (lines: string, proof: string) => string;
    readonly "rotation-needless": string;
    readonly charged: (energy: string, at: string) => string;
    readonly "not-placed": string;
    readonly away: string;
    readonly "never-came": string;
    readonly "model-unasked": string;
    readonly "takes-no-limits": string;
    readonly "fail-safe-unverified": (amps: string) => string;
    readonly "fail-safe-missing": (amps: string) => string;
    readonly "fail-safe-unknown": string;
    readonly "rotation-other": (lines: string, proof: string) => string;
    readonly "rotation-untested": string;
    readonly "rotation-running": (steps: number, wanted: number) => string;
    readonly "not-charged": string;
  };
  readonly doubts: Readonly<Record<RotationDoubt, string>>;
  readonly obstacles: Readonly<Record<RotationObstacle, string>>;
  readonly proofs: Readonly<Record<RotationProof, string>>;
  readonly test: string;
  readonly testAgain: string;
  readonly testTitle: (slot: number) => string;
  readonly testExplained: string;
  readonly endTest: string;
  readonly take: (lines: string) => string;
  readonly takeTitle: string;
  readonly takeExplained: string;
  readonly adminOnly: string;
  readonly cannotWrite: (reason: string) => string;
  readonly notInFile: string;
  readonly startingAnew: string;
  readonly notes: string;
  readonly sheet: string;
  readonly sheets: string;
  readonly pdf: string;
  readonly print: {
    readonly title: string;
    readonly site: string;
    readonly charger: string;
    readonly make: string;
    readonly serial: string;
    readonly firmware: string;
    readonly protocol: string;
    readonly connector: string;
    readonly circuit: string;
    readonly fuse: string;
    readonly rotation: string;
    readonly range: string;
    readonly failSafe: string;
    readonly results: string;
    readonly rotationTest: string;
    readonly by: (name: string, at: string) => string;
    readonly signature: string;
    readonly date: string;
    readonly qr: (slot: number) => string;
    readonly protection: string;
    readonly madeAt: (at: string) => string;
    readonly unknown: string;
  };
}

const ENGLISH: CommissioningText = {
  title: "Commissioning",
  hint: "Each step says what the gateway sees now, and what to do next.",
  titleOf: (charger) => `Commissioning of ${charger}`,
  allTitle: "Commissioning",
  allHint: "From a charger that knocks to one that may be left alone, with a sheet for its door.",
  link: "Commissioning",
  letIn: "Let it in, with slot and circuit",
  nothing: "No charger yet.",
  steps: {
    place: "Place in the site",
    connection: "Connection",
    model: "Model",
    "fail-safe": "Fail-safe current",
    rotation: "Phase rotation",
    charge: "First charge",
  },
  states: { done: "Done", "to-do": "To do", failed: "Failed", running: "Running" },
  atSlot: (slot) => `Connector ${slot}`,
  progress: (done, all) => `${done} of ${all} done`,
  sees: {
    placed: (circuit) => `In circuit ${circuit}.`,
    connected: "It is connected.",
    "model-known": (id, quirks) =>
      `Known as ${id}; ${quirks === 1 ? "1 quirk" : `${quirks} quirks`} expected.`,
    "model-usual": "No record of this model: it is treated as most chargers are.",
    "fail-safe-verified": (amps) => `${amps}, as the charger itself confirms.`,
    "rotation-as-told": (lines, proof) => `${lines}, as site.yaml says: ${proof}.`,
    "rotation-needless": "Connected between two lines: nothing to find out.",
    charged: (energy, at) => `${energy} on ${at}.`,
    "not-placed":
      "It has no place. Name it in site.yaml under chargers.known, with slot and circuit.",
    away: "It was here and is not connected now. Look at its network and power.",
    "never-came": "It has not come yet. Enter the gateway’s address in it.",
    "model-unasked": "It has not said yet what it can. Wait a minute, or restart it.",
    "takes-no-limits":
      "It takes no limits and counts at its maximum. Switch on smart charging in it, or update its firmware.",
    "fail-safe-unverified": (amps) =>
      `${amps} was accepted, and the charger does not say that it is in force. Pull the gateway’s ` +
      `network cable while a car charges: after 15 minutes it must draw no more than ${amps}.`,
    "fail-safe-missing": (amps) =>
      `The charger did not take ${amps}. Set it as its maximum in the charger itself.`,
    "fail-safe-unknown": "It is installed when the charger comes.",
    "rotation-other": (lines, proof) =>
      `Found ${lines}, which is not what site.yaml says: ${proof}. Look at the wiring, then take it over.`,
    "rotation-untested": "Not tested yet.",
    "rotation-running": (steps, wanted) =>
      `The current is lowered and raised in turn. ${steps} of ${wanted} steps seen.`,
    "not-charged": "No car has charged here yet. Plug one in and start.",
  },
  doubts: {
    "all-alike":
      "Not sure: all lines moved alike. Test with a car or adapter that charges on one phase.",
    "no-step": "Not sure: the car’s current hardly moved. Take one that is less full.",
    "others-moved": "Not sure: other chargers moved at the same time. Test when fewer charge.",
    unlike:
      "Not sure: the meter saw something else than the car draws. Check that the meter sees this circuit.",
    unsteady: "Not sure: the load of the building never stood still. Test at a quiet hour.",
    contradiction: "Not sure: the steps contradict each other. Test at a quiet hour.",
    "no-room": "Ended: there was no room to raise the current again. Test when others charge less.",
    "does-not-follow": "Ended: the charger did not follow its limit. Look at its page.",
    "charger-away": "Ended: the charger went away. Look at its network.",
    "session-over": "Ended: the session ended. Plug in again and start anew.",
    "meter-silent": "Ended: the meter fell silent. Look at the page Meters.",
    "too-long": "Ended: it took too long. Test at a quiet hour.",
    cancelled: "Ended by hand.",
  },
  obstacles: {
    "no-place": "The connector needs a place in site.yaml first.",
    "line-to-line": "Connected between two lines: nothing to find out.",
    "no-meter": "No meter sees this circuit. Add one here or above, with no transformer between.",
    "no-line-meter":
      "The meter above says nothing per line now. It needs one that measures each line.",
    "takes-no-limits": "The charger takes no limits, so that its current cannot be switched.",
    "charger-away": "The charger is not connected.",
    "no-session": "Plug a car in and start; best one that charges on one phase.",
    "no-room": "The connector is granted too little for a clear step. Wait for more room.",
    "another-runs": "Another connector is being tested. One at a time.",
  },
  proofs: {
    sure: "seen on each phase",
    fits: "what was seen fits it",
    "by-field": "the first phase was seen, the others follow if the field turns to the right",
  },
  test: "Test the rotation",
  testAgain: "Test again",
  testTitle: (slot) => `Test the phase rotation of connector ${slot}?`,
  testExplained:
    "For two to ten minutes the car’s current is lowered and raised, never above what it has now. " +
    "Other chargers behind the same meter get no more meanwhile. It ends by itself.",
  endTest: "End the test",
  take: (lines) => `Take over ${lines}`,
  takeTitle: "Write this into site.yaml?",
  takeExplained:
    "The gateway starts anew, which takes some seconds; then sign in again. Where it " +
    "does not come up healthy, the former configuration comes back by itself.",
  adminOnly: "An administrator takes it over into site.yaml.",
  cannotWrite: (reason) => `The gateway may not write site.yaml (${reason}).`,
  notInFile: "site.yaml does not name this connector: write its phases there by hand.",
  startingAnew: "Written. The gateway starts anew now; sign in again in some seconds.",
  notes: "Known of this model",
  sheet: "Sheet to print",
  sheets: "All sheets to print",
  pdf: "PDF",
  print: {
    title: "Commissioning sheet",
    site: "Site",
    charger: "Charger",
    make: "Make and model",
    serial: "Serial number",
    firmware: "Firmware",
    protocol: "Protocol",
    connector: "Connector",
    circuit: "Circuit",
    fuse: "Fuse",
    rotation: "Phases",
    range: "Current",
    failSafe: "Without gateway",
    results: "Test results",
    rotationTest: "Phase rotation",
    by: (name, at) => `${at}, ${name}`,
    signature: "Signature",
    date: "Date",
    qr: (slot) => `Page of connector ${slot}`,
    protection:
      "The gateway is no protective device. Each circuit keeps its own fuse or breaker and its residual current device.",
    madeAt: (at) => `Made ${at}`,
    unknown: "not known",
  },
};

const TEXTS: Readonly<Record<Language, CommissioningText>> = {
  en: ENGLISH,
  mr: COMMISSIONING_MARATHI,
  hi: COMMISSIONING_HINDI,
};

/** The words in a language. */
export function commissioningTextOf(language: Language): CommissioningText {
  return TEXTS[language];
}

/** How amounts are written. */
export interface WrittenAmounts {
  readonly amps: (amps: number) => string;
  readonly energy: (wattHours: number) => string;
  readonly time: (at: string) => string;
}

/** What is seen of a step, and what to do next where something is. */
export function commissioningWords(
  { sees, doubts, obstacles, proofs }: CommissioningText,
  sight: CommissioningSight,
  written: WrittenAmounts,
): string {
  switch (sight.kind) {
    case "placed":
      return sees.placed(sight.circuitId);
    case "model-known":
      return sees["model-known"](sight.id, sight.quirks);
    case "fail-safe-verified":
    case "fail-safe-unverified":
    case "fail-safe-missing":
      return sees[sight.kind](written.amps(sight.amps));
    case "rotation-as-told":
    case "rotation-other":
      return sees[sight.kind](sight.lines.join(", "), proofs[sight.proof]);
    case "rotation-not-sure":
      return doubts[sight.why];
    case "rotation-untested":
      return sight.obstacle === null
        ? sees["rotation-untested"]
        : `${sees["rotation-untested"]} ${obstacles[sight.obstacle]}`;
    case "rotation-running":
      return sees["rotation-running"](sight.steps, sight.wanted);
    case "charged":
      return sees.charged(written.energy(sight.energyWh), written.time(sight.at));
    default:
      return sees[sight.kind];
  }
}
