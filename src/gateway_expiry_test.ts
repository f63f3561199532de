import { assertEquals } from "@std/assert";
import { testAuthority } from "../test/support/certificates.ts";
import { createCertificateBook } from "./certificates/mod.ts";
import {
  type Expiring,
  expiringIn,
  expiringOfChargers,
  expiringRoots,
  watchExpiry,
} from "./gateway_expiry.ts";
import { createEvents } from "./lib/events.ts";
import { createVirtualClock } from "./lib/virtual_clock.ts";
import type { SiteEvents } from "./site/mod.ts";

const DAY_MS = 86_400_000;

function watched() {
  const clock = createVirtualClock();
  const events = createEvents<SiteEvents>((error) => {
    throw error;
  });
  const told: string[] = [];
  events.on(
    "fault",
    ({ severity, text, state, subject }) => told.push(`${severity} ${state} ${subject}: ${text}`),
  );
  let sources: readonly Expiring[] = [];
  const look = watchExpiry({ clock, events }, () => sources);
  return {
    told,
    clock,
    at(days: number, subject = "CP1") {
      const notAfterMs = clock.wallMs() + days * DAY_MS;
      sources = [{ subject, what: `the certificate of ${subject}`, notAfterMs }];
      look();
    },
    none() {
      sources = [];
      look();
    },
  };
}

Deno.test("a certificate is told of at 30 days and at 7, once each, and when it has ended", () => {
  const { told, at } = watched();
  for (const days of [31, 30, 29.5, 20, 7, 6.5, 1, 0.5, 0, -3]) at(days);
  assertEquals(told, [
    "warning raised CP1: The certificate of CP1 ends in 29 days",
    "alarm raised CP1: The certificate of CP1 ends in 6 days",
    "alarm raised CP1: The certificate of CP1 has ended",
  ]);
});

Deno.test("one that was renewed, or is used no more, is in order again", () => {
  const { told, at, none } = watched();
  at(3);
  at(400);
  at(3);
  none();
  none();
  assertEquals(told.map((each) => each.split(":")[0]), [
    "alarm raised CP1",
    "alarm over CP1",
    "alarm raised CP1",
    "alarm over CP1",
  ]);
});

Deno.test("of a charger the one counts that lasts longest of those it has come with", async () => {
  const root = await testAuthority("root");
  const [short, long, unused] = await Promise.all(
    [10, 100, 200].map((days) =>
      root.issue("CP1", { notAfter: new Date(Date.UTC(2030, 0, days)) })
    ),
  );
  const { X509Certificate } = await import("node:crypto");
  const book = createCertificateBook([]);
  for (const pair of [short, long]) {
    if (pair !== undefined) book.used(new X509Certificate(pair.cert), "CP1", 1);
  }
  if (unused !== undefined) book.issue(new X509Certificate(unused.cert), "CP1", 1);
  assertEquals(expiringOfChargers(book).map(({ notAfterMs }) => notAfterMs), [
    Date.UTC(2030, 0, 100),
  ]);
  book.revoke("CP1", "stolen", 2);
  assertEquals(expiringOfChargers(book), []);
});

Deno.test("roots are named, and what is no certificate is not told of", async () => {
  const root = await testAuthority("Depot charger root 1");
  assertEquals(expiringRoots([root.cert]).map(({ subject }) => subject), ["Depot charger root 1"]);
  assertEquals(expiringIn("nothing", "site", "it"), []);
});
