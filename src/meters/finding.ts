import type { Line } from "../site/mod.ts";
import type { PartOrder } from "./register_value.ts";

/**
 * What somebody at the cabinet should know of a meter: what was seen, with what is needed to find it.
 * What it probably means and what to do about it are said for each kind, in the languages of the pages
 * and on the command line alike.
 *
 * `place` is "host:port" or the name of a serial port, `unit` the number of a meter on its line.
 */
export type MeterFinding = TroubleFinding | WiringFinding;

/** Why a meter gives no reading, or one that cannot be used. */
export type TroubleFinding =
  | { readonly kind: "host-absent"; readonly place: string }
  | { readonly kind: "name-unknown"; readonly place: string }
  | { readonly kind: "nobody-listens"; readonly place: string }
  | { readonly kind: "connection-lost"; readonly place: string }
  /** The connection stands, the unit says nothing. */
  | { readonly kind: "unit-silent"; readonly place: string; readonly unit: string }
  /** Nothing at all on a serial port. */
  | { readonly kind: "bus-silent"; readonly place: string; readonly unit: string }
  /** Silent, while others on the same line answer: the line itself is well. */
  | { readonly kind: "one-silent"; readonly place: string; readonly unit: string }
  /** A gateway says that its bus is silent. */
  | { readonly kind: "behind-gateway"; readonly place: string; readonly unit: string }
  /** Something comes, but no whole answer. */
  | { readonly kind: "noise"; readonly place: string }
  /** Another unit answers than the one that was asked. */
  | { readonly kind: "stranger"; readonly place: string; readonly unit: string }
  | { readonly kind: "port"; readonly place: string }
  | { readonly kind: "word-order"; readonly wordOrder: PartOrder }
  | { readonly kind: "no-register"; readonly address: string }
  /** The device says itself that it cannot: it is busy, or broken. */
  | { readonly kind: "device-fault"; readonly place: string; readonly code: string }
  | { readonly kind: "no-value"; readonly quantity: string }
  | { readonly kind: "dead-line"; readonly lines: readonly Line[] }
  | { readonly kind: "impossible"; readonly quantity: string; readonly value: string }
  | { readonly kind: "over-fuse"; readonly line: string; readonly amps: string }
  | { readonly kind: "frozen" }
  | { readonly kind: "login"; readonly place: string }
  | { readonly kind: "certificate"; readonly place: string }
  /** One side speaks TLS, the other does not. */
  | { readonly kind: "not-tls"; readonly place: string }
  | { readonly kind: "no-message"; readonly topics: string; readonly place: string }
  /** All that came was kept by the broker, from nobody knows when. */
  | { readonly kind: "only-kept"; readonly topics: string; readonly place: string }
  | { readonly kind: "wrong-time" }
  | { readonly kind: "unreadable" }
  | { readonly kind: "no-path"; readonly place: string; readonly path: string }
  | { readonly kind: "http-status"; readonly place: string; readonly status: string }
  | { readonly kind: "serial-number" }
  | { readonly kind: "not-sunspec" }
  | { readonly kind: "charger-silent"; readonly slot: string }
  /** A reckoned meter whose part gives nothing. */
  | { readonly kind: "part"; readonly meter: string };

/** What looks wrong about a meter's wiring or settings, though each reading by itself can be. */
export type WiringFinding =
  /** Power flows the other way than it does with such a meter: a current transformer turned round. */
  | { readonly kind: "backwards"; readonly lines: readonly Line[] }
  /** On a grid meter one line feeds in while others draw: so may a generator on that line. */
  | { readonly kind: "feeding-line"; readonly lines: readonly Line[] }
  /** A grid meter feeds in on all lines, and nothing is known that generates. */
  | { readonly kind: "all-feeding" }
  /** Power does not fit voltage and current: transformers on each other's lines. */
  | { readonly kind: "crossed"; readonly lines: readonly Line[] }
  /** The lines' powers do not add up to the total. */
  | { readonly kind: "sum"; readonly linesW: number; readonly totalW: number }
  /** No currents: what they are is reckoned from power, which knows nothing of reactive current. */
  | { readonly kind: "no-currents" }
  /** Readings come too seldom to keep a circuit within its limit. */
  | { readonly kind: "slow"; readonly everyMs: number }
  /** What a charger draws more on these lines, the meter shows less. */
  | {
    readonly kind: "charging-reversed";
    readonly lines: readonly Line[];
    /** Where the meter shows it; absent: on the same lines. */
    readonly seen?: readonly Line[];
  }
  /** What a charger draws on a line, the meter shows on another. */
  | {
    readonly kind: "charging-exchanged";
    readonly lines: readonly Line[];
    readonly seen: readonly Line[];
  }
  /** The meter shows so many times what a charger draws. */
  | { readonly kind: "charging-ratio"; readonly factor: number }
  /** A charger draws, and the meter shows nothing of it. */
  | { readonly kind: "charging-unseen"; readonly lines: readonly Line[] };

/** The name of a finding, for programs. */
export type FindingKind = MeterFinding["kind"];
