/**
 * How a command to a charger ended. "accepted" means that the charger said it will; whether it did
 * shows in the state of its EVSE.
 */
export type CommandOutcome =
  | { readonly kind: "accepted"; readonly detail: string }
  /** The charger (or the site) said no. */
  | {
    readonly kind: "refused";
    readonly reason: string;
    readonly advice: string;
    /** Where what was asked for is wrong in itself: which fields, and why. */
    readonly errors?: readonly { readonly path: string; readonly message: string }[];
  }
  /** It never reached the charger, or no answer came. */
  | { readonly kind: "failed"; readonly reason: string; readonly advice: string };
