import type { AlertRuleView, FirstAidRuleView } from "./views.ts";

/** Who is told of faults on the site of the fixture. */
export const FIXTURE_ALERTS: readonly AlertRuleView[] = [{
  id: "office",
  to: "webhook",
  severity: "warning",
  quiet: { from: "22:00", to: "06:00", exceptAlarms: true, isNow: false },
  perHour: 20,
  waiting: 2,
  undelivered: 1,
  deliveries: [
    {
      messageId: "office-8",
      kind: "summary",
      at: "2026-01-05T05:50:00.000Z",
      faults: 3,
      outcome: "failed",
      reason: "hooks.example.com answers HTTP 503",
    },
    {
      messageId: "office-7",
      kind: "alert",
      at: "2026-01-05T05:10:00.000Z",
      faults: 1,
      outcome: "delivered",
      reason: "",
    },
  ],
}, {
  id: "electrician",
  to: "email",
  severity: "alarm",
  quiet: null,
  perHour: 6,
  waiting: 0,
  undelivered: 0,
  deliveries: [],
}];

/** What is done about faults by itself there. */
export const FIXTURE_FIRST_AID: readonly FirstAidRuleView[] = [{
  id: "stuck-plugs",
  codes: ["ConnectorLockFailure"],
  about: ["CP01"],
  forSeconds: 120,
  steps: ["unlock", "softReset", "powerCycle"],
  cooldownSeconds: 600,
  perDay: 3,
  whileCharging: false,
  done: [{
    at: "2026-01-05T05:20:00.000Z",
    faultId: 1,
    chargerId: "CP01",
    action: "unlock",
    outcome: "The connector is unlocked",
  }],
}];
