import type { Bottleneck, LimitReason } from "../balancing/mod.ts";

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
  };

/** What keeps an EVSE from more. */
export type BottleneckView =
  | Exclude<Bottleneck, { readonly kind: "cap" }>
  | Timed<Bottleneck & { readonly kind: "cap" }>;

type Told<Reason, Left extends string = never> =
  & Omit<Reason, "bottleneck" | Left>
  & { readonly bottleneck: BottleneckView | null };

type Timed<Bound> = Omit<Bound, "untilWallMs"> & { readonly until: string | null };
