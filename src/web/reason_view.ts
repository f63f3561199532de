import type { Bottleneck, Cap, LimitReason } from "../balancing/mod.ts";

/** Why an EVSE has the limit it has: the balancer's reason with times as the API tells them. */
export type ReasonView =
  & (
    | Exclude<LimitReason, { readonly kind: "capped" | "shared" | "waiting" }>
    | Told<LimitReason & { readonly kind: "shared" }>
    | Told<LimitReason & { readonly kind: "waiting" }, "nextAtMs"> & {
      readonly nextAt: string | null;
    }
    | Timed<LimitReason & { readonly kind: "capped" }>
  )
  & {
    /** In words, in the language of the site. */
    readonly text: string;
    /** Where the limit comes from. */
    readonly from: LimitOrigin;
  };

/** Who says that an EVSE gets no more: the wiring and its load, the EV, the charger, or who capped it. */
export type LimitOrigin = "site" | "vehicle" | "charger" | "nobody" | Cap["source"];

/** A reason before it is put into words. */
export type Wordless = ReasonView extends infer View
  ? View extends unknown ? Omit<View, "from" | "text"> : never
  : never;

/** Where a limit comes from. */
export function originOf(reason: Wordless): LimitOrigin {
  switch (reason.kind) {
    case "capped":
      return reason.source;
    case "shared":
    case "waiting":
      return isCap(reason.bottleneck) ? reason.bottleneck.source : "site";
    case "rising":
    case "switching":
    case "fail-safe":
      return "site";
    case "satisfied":
      return "vehicle";
    case "disobeys":
    case "unanswered":
    case "uncontrolled":
    case "waking":
    case "needs-driver":
    case "cut":
    case "away":
    case "unlimited":
      return "charger";
    case "idle":
      return "nobody";
  }
}

/** What keeps an EVSE from more. */
export type BottleneckView =
  | Exclude<Bottleneck, { readonly kind: "cap" | "power-cap" }>
  | CapView;

/** A bound on chargers together that is not the wiring. */
export type CapView =
  | Timed<Bottleneck & { readonly kind: "cap" }>
  | Timed<Bottleneck & { readonly kind: "power-cap" }>;

/** True where somebody has capped chargers together. */
export function isCap(bottleneck: BottleneckView | null): bottleneck is CapView {
  return bottleneck?.kind === "cap" || bottleneck?.kind === "power-cap";
}

type Told<Reason, Left extends string = never> =
  & Omit<Reason, "bottleneck" | Left>
  & { readonly bottleneck: BottleneckView | null };

type Timed<Bound> = Omit<Bound, "untilWallMs"> & { readonly until: string | null };
