import type { Events } from "../../lib/events.ts";
import type { SiteEvents, SiteFault } from "../../site/mod.ts";

/** What an event was about, so that its present state can be looked up. */
export type Subject =
  | { readonly kind: "site" }
  | { readonly kind: "evse"; readonly slot: number }
  | { readonly kind: "charger"; readonly chargerId: string }
  | { readonly kind: "transaction"; readonly transactionId: string }
  | { readonly kind: "meter"; readonly meterId: string }
  | { readonly kind: "circuits" }
  | { readonly kind: "csms" }
  | { readonly kind: "orphan-stops" }
  | { readonly kind: "waiting" }
  | { readonly kind: "fault"; readonly fault: SiteFault }
  | { readonly kind: "message"; readonly peer: string };

/** Calls `touch` for each thing that changes on the site. The returned function ends that. */
export function watchSite(
  events: Events<SiteEvents>,
  touch: (key: string, subject: Subject) => void,
): () => void {
  const site = () => touch("site", { kind: "site" });
  const endings = [
    events.on("charger", ({ chargerId }) => {
      touch(`charger ${chargerId}`, { kind: "charger", chargerId });
      site();
    }),
    events.on("evse", ({ slot }) => {
      touch(`evse ${slot}`, { kind: "evse", slot });
      site();
    }),
    events.on("transaction", ({ transactionId }) => {
      touch(`transaction ${transactionId}`, { kind: "transaction", transactionId });
      site();
    }),
    events.on("measured", ({ slot }) => touch(`evse ${slot}`, { kind: "evse", slot })),
    events.on("sample", ({ meterId }) => touch(`meter ${meterId}`, { kind: "meter", meterId })),
    events.on(
      "meter-health",
      ({ meterId }) => touch(`meter ${meterId}`, { kind: "meter", meterId }),
    ),
    events.on("circuits", () => touch("circuits", { kind: "circuits" })),
    events.on("csms", () => touch("csms", { kind: "csms" })),
    events.on("fault", (fault) => {
      touch(`fault ${fault.subject} ${fault.kind}`, { kind: "fault", fault });
      site();
    }),
    events.on("fault-episode", ({ kind, severity, subject, text, overMs }) => {
      const state = overMs === null ? "raised" : "over";
      const fault = { kind, severity, subject, text, state } as const;
      touch(`fault ${subject} ${kind}`, { kind: "fault", fault });
      site();
    }),
    events.on("orphan-stop", () => touch("orphan-stops", { kind: "orphan-stops" })),
    events.on("knock", () => touch("waiting", { kind: "waiting" })),
    events.on("message", ({ peer }) => touch(`message ${peer}`, { kind: "message", peer })),
  ];
  return () => endings.forEach((end) => end());
}
