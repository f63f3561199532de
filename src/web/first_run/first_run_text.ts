import type { Language } from "../../site/mod.ts";
import type { Sight, StepId, StepState } from "./first_run.ts";
import { FIRST_RUN_HINDI } from "./first_run_text_hi.ts";
import { FIRST_RUN_MARATHI } from "./first_run_text_mr.ts";

/** A number with its unit, as the language writes it. */
type Written = string;

/** What the page of the first steps says. */
export interface FirstRunText {
  readonly title: string;
  readonly hint: string;
  readonly emptyLink: string;
  readonly steps: Readonly<Record<StepId, { readonly title: string; readonly hint: string }>>;
  readonly states: Readonly<Record<StepState, string>>;
  readonly optional: string;
  readonly skippedState: string;
  readonly skip: string;
  readonly comeBack: string;
  readonly allDone: string;
  readonly next: (title: string) => string;
  readonly sees: {
    readonly "fuse-unknown": () => string;
    readonly "fuse-default": (amps: Written) => string;
    readonly "fuse-written": (circuit: string, amps: Written) => string;
    readonly "no-listener": () => string;
    readonly "nobody-came": () => string;
    readonly "only-refused": (address: string) => string;
    readonly came: () => string;
    readonly "no-charger": () => string;
    readonly "charger-waits": (id: string, count: number) => string;
    readonly "charger-away": (id: string) => string;
    readonly "charger-connected": (count: number) => string;
    readonly "no-meter": () => string;
    readonly "meter-silent": (id: string) => string;
    readonly "meter-speaks": (id: string) => string;
    readonly "no-csms": () => string;
    readonly "csms-away": () => string;
    readonly "csms-online": () => string;
    readonly "no-card": () => string;
    readonly cards: (count: number) => string;
    readonly "cards-by-csms": () => string;
    readonly "no-car-without-charger": () => string;
    readonly "no-car": () => string;
    readonly "car-plugged": (slot: number) => string;
    readonly "car-charging": (slot: number, energy: Written) => string;
    readonly "car-charged": () => string;
  };
  readonly fuseAmps: string;
  readonly slot: string;
  readonly connectors: string;
  readonly circuit: string;
  readonly phases: string;
  readonly allPhases: string;
  readonly maxAmps: string;
  readonly write: string;
  readonly writeTitle: string;
  readonly writeExplained: string;
  readonly adopt: (id: string) => string;
  readonly placeExplained: string;
  readonly adminOnly: string;
  readonly cannotWrite: (reason: string) => string;
  readonly startingAnew: string;
  readonly problems: string;
  readonly openSettings: string;
  readonly openMeters: string;
  readonly openCards: string;
  readonly openCharger: (id: string) => string;
}

const ENGLISH: FirstRunText = {
  title: "First steps",
  hint:
    "From nothing to the first charged car. Each step says what the gateway sees now. Do them in " +
    "any order; what you leave for later stays here.",
  emptyLink: "Guide me through the first steps",
  steps: {
    fuse: {
      title: "Main fuse",
      hint:
        "The current that each phase of the connection carries at most: what is printed on the " +
        "main fuse. All chargers together never draw more.",
    },
    address: {
      title: "Address for the charger",
      hint:
        "Enter it in the charger as its central system or backend, with a name of your choice " +
        "at the end.",
    },
    charger: {
      title: "Let the charger in",
      hint: "A charger that knocks shows up here by itself.",
    },
    meter: {
      title: "Meter",
      hint: "With a meter at the main fuse the chargers may use what the building leaves free.",
    },
    csms: {
      title: "Cloud (CSMS)",
      hint: "A backend of an operator. The site charges without one as well.",
    },
    card: {
      title: "First card",
      hint: "Enter the number of a card, or start by the button on the charger’s page with any " +
        "number of the list.",
    },
    car: {
      title: "First charged car",
      hint: "Plug a car in and start. The first watt-hours show up here.",
    },
  },
  states: { done: "Done", "to-do": "To do", "cannot-see": "Cannot see" },
  optional: "optional",
  skippedState: "Left for later",
  skip: "Leave for later",
  comeBack: "Come back to it",
  allDone: "All steps are done. The site charges.",
  next: (title) => `Next: ${title}`,
  sees: {
    "fuse-unknown": () => "The configuration cannot be read here. Look at Settings.",
    "fuse-default": (amps) => `Nobody has named it: a cautious ${amps} per phase holds.`,
    "fuse-written": (circuit, amps) => `${amps} per phase in circuit ${circuit}.`,
    "no-listener": () => "The gateway listens nowhere: listen.chargers in site.yaml is empty.",
    "nobody-came": () => "Nobody has knocked yet.",
    "only-refused": (address) => `Somebody at ${address} was turned away: see the page Site.`,
    came: () => "A charger has found the address.",
    "no-charger": () => "No charger yet.",
    "charger-waits": (id, count) =>
      count === 1 ? `${id} waits at the door.` : `${id} and others, ${count} in all, wait.`,
    "charger-away": (id) => `${id} is let in, and not connected now. It comes by itself.`,
    "charger-connected": (count) =>
      count === 1 ? "1 charger is connected." : `${count} chargers are connected.`,
    "no-meter": () => "No meter in the configuration.",
    "meter-silent": (id) => `Meter ${id} says nothing useful.`,
    "meter-speaks": (id) => `Meter ${id} speaks.`,
    "no-csms": () => "None in the configuration. The site stands alone.",
    "csms-away": () => "It is in the configuration, and not reached.",
    "csms-online": () => "Connected.",
    "no-card": () => "The list is empty: every card is refused.",
    cards: (count) => count === 1 ? "1 card is on the list." : `${count} cards are on the list.`,
    "cards-by-csms": () => "The cloud decides about cards.",
    "no-car-without-charger": () => "No charger is connected.",
    "no-car": () => "No session yet.",
    "car-plugged": (slot) => `A session runs at slot ${slot}; no energy yet.`,
    "car-charging": (slot, energy) => `Slot ${slot} charges: ${energy} so far.`,
    "car-charged": () => "A car has charged here.",
  },
  fuseAmps: "Amperes per phase",
  slot: "Slot",
  connectors: "Connectors",
  circuit: "Circuit",
  phases: "Phases",
  allPhases: "L1, L2, L3",
  maxAmps: "Most amperes",
  write: "Write and restart",
  writeTitle: "Write this into site.yaml?",
  writeExplained:
    "The gateway starts anew, which takes some seconds; then sign in again. Where it " +
    "does not come up healthy, the former configuration comes back by itself.",
  adopt: (id) => `Let ${id} in`,
  placeExplained: "Only if you know this charger. Where the connection has one phase, choose L1. " +
    "The password that it shows next is its own from then on.",
  adminOnly: "An administrator writes this into site.yaml.",
  cannotWrite: (reason) => `The gateway may not write site.yaml (${reason}).`,
  startingAnew: "Written. The gateway starts anew now; sign in again in some seconds.",
  problems: "Nothing was written",
  openSettings: "Open Settings",
  openMeters: "Open Meters",
  openCards: "Open Cards",
  openCharger: (id) => `Open ${id}`,
};

const TEXTS: Readonly<Record<Language, FirstRunText>> = {
  en: ENGLISH,
  mr: FIRST_RUN_MARATHI,
  hi: FIRST_RUN_HINDI,
};

/** The words of the page in a language. */
export function firstRunTextOf(language: Language): FirstRunText {
  return TEXTS[language];
}

/** What is seen of a step, in words. */
export function sightWords(
  { sees }: FirstRunText,
  sight: Sight,
  written: { readonly amps: (amps: number) => string; readonly energy: (wh: number) => string },
): string {
  switch (sight.kind) {
    case "fuse-default":
      return sees[sight.kind](written.amps(sight.amps));
    case "fuse-written":
      return sees[sight.kind](sight.circuit, written.amps(sight.amps));
    case "only-refused":
      return sees[sight.kind](sight.address);
    case "charger-waits":
      return sees[sight.kind](sight.id, sight.count);
    case "charger-away":
    case "meter-silent":
    case "meter-speaks":
      return sees[sight.kind](sight.id);
    case "charger-connected":
    case "cards":
      return sees[sight.kind](sight.count);
    case "car-plugged":
      return sees[sight.kind](sight.slot);
    case "car-charging":
      return sees[sight.kind](sight.slot, written.energy(sight.energyWh));
    default:
      return sees[sight.kind]();
  }
}
