import { assertEquals, assertStringIncludes } from "@std/assert";
import { createFixture } from "../_fixture.ts";
import { createSiteState, OUTBOX_CLASSES } from "../_fixture_site.ts";
import { openClientAs } from "../_client.ts";
import { formatOf } from "../format.ts";
import { textOf } from "../text.ts";
import type { Role } from "../../site/mod.ts";
import type { CircuitView, CsmsView, EvseView, FaultView, SiteView } from "../views.ts";
import { Alarms } from "./alarms.tsx";
import { Banners } from "./banners.tsx";
import { QuirkList } from "./quirk_list.tsx";
import { ChargerFacts } from "./charger_facts.tsx";
import { CircuitHead } from "./circuit_panel.tsx";
import { EmptySite } from "./empty_site.tsx";
import { EvseCard } from "./evse_card.tsx";
import { EvsePanel } from "./evse_panel.tsx";
import { Layout } from "./layout.tsx";
import type { Page } from "./page.ts";
import { Status } from "./status.tsx";
import { Totals } from "./totals.tsx";
import { Waiting } from "./waiting.tsx";

const NOW_MS = Date.UTC(2026, 0, 5, 8, 35, 0);
const STATE = createSiteState(NOW_MS);

function pageOf(
  more: { site?: Partial<SiteView>; csms?: Partial<CsmsView>; role?: Role; path?: string } = {},
): Page {
  const csms = { ...STATE.site.csms, ...more.csms };
  return {
    site: { ...STATE.site, ...more.site, csms },
    principal: { name: "asha", role: more.role ?? "operator" },
    text: textOf("en"),
    format: formatOf("en", "Asia/Kolkata"),
    nowMs: NOW_MS,
    csrf: "token-of-the-session",
    path: more.path ?? "/",
    address: more.path ?? "/",
  };
}

function words(html: unknown): string {
  return String(html).replaceAll(/<[^>]+>/g, " ").replaceAll(/[\s\u202f]+/g, " ").trim();
}

function only<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("Cannot find it in the fixture");
  return value;
}

const ONLINE: Partial<CsmsView> = {
  connected: true,
  online: true,
  protocol: "ocpp2.0.1",
  trouble: null,
  outbox: { rows: 0, oldestSeconds: 0, deadLetters: 0, classes: OUTBOX_CLASSES },
};

Deno.test("the top line says how the cloud is in word, icon and colour", () => {
  const cloud = (csms: Partial<CsmsView>) => String(<Status page={pageOf({ csms })} />);
  assertStringIncludes(words(cloud(ONLINE)), "Cloud connected");
  assertStringIncludes(words(cloud({ ...ONLINE, online: false })), "Cloud is answering slowly");
  assertStringIncludes(words(cloud({})), "Cloud unreachable");
  assertStringIncludes(words(cloud({ configured: false })), "No cloud");
  // Green means that a car is charging, and nothing else.
  for (const csms of [ONLINE, { ...ONLINE, online: false }, {}, { configured: false }]) {
    assertEquals(cloud(csms).includes("tone-charging"), false);
  }
  assertStringIncludes(cloud(ONLINE), 'title="ocpp2.0.1"');
  assertStringIncludes(cloud({ ...ONLINE, online: false }), "tone-waiting");
  assertStringIncludes(cloud({}), "tone-unreachable");
});

Deno.test("the top line leaves out what there is nothing to say about", () => {
  const calm = words(<Status page={pageOf({ site: { alarms: 0, warnings: 0 }, csms: ONLINE })} />);
  assertEquals(calm, "14:05 IST Cloud connected No alarms");
  // Where somebody should look at something, nobody is told that all is well.
  const warned = String(
    <Status page={pageOf({ site: { alarms: 0, warnings: 2 }, csms: ONLINE })} />,
  );
  assertStringIncludes(words(warned), "Cloud connected 2 warnings");
  assertStringIncludes(warned, "status-alarm tone-waiting");
  const alone = words(<Status page={pageOf({ csms: { configured: false } })} />);
  assertEquals(alone, "14:05 IST No cloud 1 alarm");
});

Deno.test("banners are calm about a cloud that is away, and silent when all is well", () => {
  const banner = (csms: Partial<CsmsView>, site: Partial<SiteView> = {}) =>
    words(<Banners page={pageOf({ csms, site })} />);
  const empty = { rows: 0, oldestSeconds: 0, deadLetters: 0, classes: OUTBOX_CLASSES };
  assertEquals(banner(ONLINE), "");
  assertEquals(banner({ ...ONLINE, configured: false, connected: false, online: false }), "");
  assertEquals(
    banner({ outbox: empty, trouble: null }),
    "Cloud unreachable since 13:42. Charging goes on; nothing is waiting to be sent.",
  );
  assertEquals(
    banner({ outbox: { ...empty, rows: 1 }, trouble: null }),
    "Cloud unreachable since 13:42. Charging goes on; 1 record is waiting.",
  );
  assertStringIncludes(
    banner({ connected: true, outbox: empty }),
    "The cloud has not accepted this site yet (since 13:42).",
  );
  assertEquals(
    banner({ ...ONLINE, outbox: { ...empty, deadLetters: 1 } }),
    "1 record was refused by the cloud and needs a decision. See records",
  );
  assertStringIncludes(banner(ONLINE, { openListener: true }), "without a password");
});

Deno.test("alarms come worst first, with since when and how often", () => {
  const fault = (severity: FaultView["severity"], subject: string, count = 1): FaultView => ({
    ...only(STATE.faults[0]),
    severity,
    subject,
    place: { kind: "charger", chargerId: subject, slot: null },
    reported: null,
    count,
  });
  const faults = [fault("info", "c"), fault("alarm", "a"), fault("warning", "b", 3)];
  const html = <Alarms page={pageOf()} faults={faults} meters={[]} />;
  assertEquals(
    words(html),
    ["a", "b", "c"].map((charger, at) =>
      `${charger} Earth fault Current leaks to earth: there is a danger of electric shock. ` +
      `The charger has switched off. ${["Alarm", "Warning", "Note"][at]} 51 min ago` +
      (charger === "b" ? " · 3 times" : "")
    ).join(" "),
  );
  assertEquals(words(<Alarms page={pageOf()} faults={[]} meters={[]} />), "");
});

Deno.test("an alarm of a meter is told in the site's words, with the way to what to do", () => {
  const meter = only(STATE.meters.filter(({ findings }) => findings.length > 0)[0]);
  const fault: FaultView = {
    ...only(STATE.faults[0]),
    code: "meter-failing",
    kind: "meter-failing",
    subject: meter.id,
    place: { kind: "meter", chargerId: null, slot: null },
  };
  const html = (meters: readonly (typeof meter)[]) =>
    String(<Alarms page={pageOf()} faults={[fault]} meters={meters} />);
  assertStringIncludes(
    html([meter]),
    '<a href="/meters">Nothing answers at 192.168.10.24:502.</a>',
  );
  assertStringIncludes(html([]), '<a href="/faults/3">Meter does not answer</a>');
  assertStringIncludes(html([{ ...meter, findings: [] }]), "Meter does not answer");
});

Deno.test("the frame offers each role its pages and marks where one is", () => {
  const frame = (role: Role, path: string) =>
    String(<Layout page={pageOf({ role, path })} title="T">x</Layout>);
  assertEquals(frame("viewer", "/").includes('href="/tokens"'), false);
  assertEquals(frame("operator", "/").includes('href="/tokens"'), true);
  const here = (path: string) =>
    [...frame("admin", path).matchAll(/<a href="([^"]+)" aria-current="page" /g)].map((match) =>
      match[1]
    );
  for (
    const [path, tabs] of [
      ["/", ["/"]],
      ["/chargers", ["/chargers"]],
      ["/chargers/CP01", ["/chargers"]],
      ["/sessions", ["/sessions"]],
      ["/outbox", ["/outbox"]],
      ["/tokens", ["/tokens"]],
      ["/settings", ["/settings"]],
      ["/nothing", []],
    ] as const
  ) assertEquals(here(path), [...tabs], path);
  assertStringIncludes(words(frame("admin", "/")), "asha, administrator");
  assertStringIncludes(frame("admin", "/"), "<title>T · Pune Depot</title>");
  assertStringIncludes(frame("admin", "/"), '<html lang="en">');
});

Deno.test("totals round by size", () => {
  const totals = { ...STATE.site.totals, powerW: 640, energyTodayWh: 0, charging: 0 };
  assertEquals(
    words(<Totals page={pageOf({ site: { totals } })} />),
    "Charging power 640 W Charging 0 of 10 Energy today 0.0 kWh Chargers connected 7 of 8",
  );
});

Deno.test("chargers at the door are listed with a button for those who may adopt", () => {
  const waiting = [
    ...STATE.waiting,
    { ...only(STATE.waiting[0]), id: "CP 12", protocols: [], knocks: 1 },
  ];
  const html = String(<Waiting page={pageOf({ role: "installer" })} waiting={waiting} />);
  assertStringIncludes(words(html), "192.168.10.77 · ocpp1.6 · knocked 14 times, last 2 min ago");
  assertStringIncludes(words(html), "192.168.10.77 · knocked once, 2 min ago");
  assertStringIncludes(html, 'action="/chargers/CP%2012/adopt"');
  assertStringIncludes(html, 'value="token-of-the-session"');
  assertEquals(words(<Waiting page={pageOf()} waiting={[]} />), "");
  assertEquals(
    String(<Waiting page={pageOf({ role: "operator" })} waiting={waiting} />).includes("<form"),
    false,
  );
});

const ROW_A = only(STATE.circuits.find(({ id }) => id === "row-a"));

/** The widths of load and reservation on each line, in percent. */
function bars(circuit: CircuitView): readonly (readonly [number, number])[] {
  const html = String(<CircuitHead page={pageOf()} circuit={circuit} meter={undefined} />);
  return html.split("<svg").slice(1).map((svg) => {
    const width = (name: string) =>
      Number(new RegExp(`class="${name}" width="([\\d.]+)%"`).exec(svg)?.[1]);
    return [width("bar-load"), width("bar-reserved")] as const;
  });
}

Deno.test("bars show load and reservation as shares of the limit, and end there", () => {
  assertEquals(bars(ROW_A), [[76.2, 85.7], [98.4, 100], [25.4, 28.6]]);
  const odd = {
    ...ROW_A,
    loadAmps: { L1: 90, L2: -12, L3: null },
    reservedAmps: { L1: 10, L2: 0, L3: 31.5 },
  };
  assertEquals(bars(odd), [[100, 100], [0, 0], [0, 50]]);
  assertEquals(bars({ ...ROW_A, limitAmps: 0 }), [[100, 100], [100, 100], [100, 100]]);
});

Deno.test("what cars may draw stands on top of what the house draws", () => {
  const shared = {
    ...ROW_A,
    limitAmps: 100,
    loadAmps: { L1: 40, L2: 60, L3: null },
    otherLoadAmps: { L1: 30, L2: 30, L3: 30 },
    reservedAmps: { L1: 20, L2: 20, L3: 20 },
  };
  assertEquals(bars(shared), [[40, 50], [60, 60], [0, 50]]);
});

Deno.test("a circuit says what is wrong with its meter, and which way the grid flows", () => {
  const grid = only(STATE.circuits[0]);
  const meter = only(STATE.meters[0]);
  const head = (circuit: CircuitView, totalPowerW: number | null = null) =>
    words(
      <CircuitHead page={pageOf()} circuit={circuit} meter={{ ...meter, totalPowerW }} />,
    );
  assertStringIncludes(head({ ...grid, meterState: "lost" }), "Meter lost: chargers are at their");
  assertStringIncludes(head({ ...grid, meterState: "held" }), "last value held");
  assertStringIncludes(head(grid, -5_200), "grid 5.2 kW to grid");
  assertStringIncludes(head(grid, 5_200), "grid 5.2 kW from grid");
  assertEquals(head(grid).includes("kW"), false);
  assertEquals(head(ROW_A, 5_200).includes("kW"), false);
});

const CHARGING = only(STATE.evses[0]);
const card = (evse: Partial<EvseView>) =>
  words(<EvseCard page={pageOf()} evse={{ ...CHARGING, ...evse }} />);

Deno.test("a card puts the reason first where nothing flows, and after the numbers where it does", () => {
  assertEquals(
    card({ state: "suspended-by-evse", powerW: 3, measuredAmps: [0, 0, 0], reason: "no turn yet" }),
    "1 CP01 Waiting no turn yet 0 A 16 A allowed 7.4 kWh 42 min ••••4118 Charging",
  );
  assertEquals(
    card({ reason: "limited to 16 A by row-a" }),
    "1 CP01 Charging 11.0 kW 16 A × 3 16 A allowed 7.4 kWh 42 min ••••4118 limited to 16 A by row-a",
  );
});

Deno.test("a card makes no number up where the charger has said none", () => {
  assertEquals(
    card({ powerW: null, measuredAmps: null, offeredAmps: null, energyWh: null }),
    "1 CP01 Charging 7.4 kWh 42 min ••••4118",
  );
  assertEquals(
    card({ state: "available", transaction: null, powerW: null, maxCurrentAmps: null }),
    "1 CP01 Available",
  );
  assertEquals(
    card({ state: "unknown", transaction: null, powerW: null, protocolState: null }),
    "1 CP01 No report yet Connected, but no status came yet",
  );
});

Deno.test("each state of a connector says why it waits, also when nobody gave a reason", () => {
  const idle = { transaction: null, powerW: null, reason: null, protocolState: null };
  for (
    const [state, says] of [
      ["preparing", "Plugged in Waiting for a card or a start"],
      ["suspended-by-ev", "Waiting The car is not taking power"],
      ["suspended-by-evse", "Waiting The charger has paused"],
      ["finishing", "Finishing Unplug the car to free the connector"],
      ["reserved", "Reserved Kept for one card"],
      ["unavailable", "Out of service Switched off by an operator"],
      ["faulted", "Fault The charger reports a fault"],
      ["unreachable", "Unreachable The charger is not connected"],
    ] as const
  ) assertEquals(card({ ...idle, state }), `1 CP01 ${says}`);
});

Deno.test("the panel of a connector offers what can be done to it now", () => {
  const actions = (evse: Partial<EvseView>, role: Role = "operator") => {
    const html = String(<EvsePanel page={pageOf({ role })} evse={{ ...CHARGING, ...evse }} />);
    return [...html.matchAll(/action="\/evses\/1\/([a-z]+)"/g)].map((match) => match[1]);
  };
  const all = ["stop", "demand", "limit", "priority", "unlock", "availability"];
  assertEquals(actions({}), all);
  assertEquals(actions({ transaction: null }), ["start", "limit", "unlock", "availability"]);
  assertEquals(actions({}, "viewer"), []);
  const html = String(<EvsePanel page={pageOf()} evse={CHARGING} />);
  assertEquals(html.match(/value="token-of-the-session"/g)?.length, all.length);
  assertEquals(html.match(/popover="auto"/g)?.length, 3);
  assertStringIncludes(html, 'max="32"');
});

Deno.test("a charger that never said anything is shown as such", () => {
  const charger = {
    ...only(STATE.chargers[0]),
    ...{ vendor: null, model: null, serialNumber: null, firmware: null, protocol: null },
    ...{ address: null, bootedAt: null, clockOffsetMs: null, quirks: [], abilities: null },
  };
  const text = words(<ChargerFacts page={pageOf()} charger={charger} />);
  assertEquals(text.match(/Unknown/g)?.length, 8);
  const quirks = words(<QuirkList page={pageOf()} charger={charger} />);
  assertStringIncludes(quirks, "So far it does everything as the protocol wants it.");
  assertEquals(quirks.includes("It says of itself"), false);
});

Deno.test("a charger's last fault is shown with its time, and that it is over", () => {
  const lastFault = { ...only(STATE.faults[0]), state: "over" as const };
  const charger = { ...only(STATE.chargers[0]), lastFault };
  assertStringIncludes(
    words(<ChargerFacts page={pageOf()} charger={charger} />),
    "Last fault Earth fault · 51 min ago · over",
  );
});

Deno.test("the empty page helps also where the gateway listens nowhere and nobody knocked", () => {
  const text = words(<EmptySite page={pageOf()} listeners={[]} refusals={[]} host="gateway" />);
  assertStringIncludes(text, "The gateway listens nowhere for chargers.");
  assertStringIncludes(text, "Nothing has knocked yet.");
});

Deno.test("the QR code is dark on light, with the quiet zone that cameras need", () => {
  const listeners = [{ url: "ws://gateway:9220/ocpp", securityProfile: 1 as const }];
  const html = String(
    <EmptySite page={pageOf()} listeners={listeners} refusals={[]} host="gateway" />,
  );
  const size = Number(/viewBox="0 0 (\d+) \1" role="img"/.exec(html)?.[1]);
  const modules = [...html.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map((match) => [
    Number(match[1]),
    Number(match[2]),
  ]);
  const columns = modules.map(([x = 0]) => x);
  const rows = modules.map(([, y = 0]) => y);
  assertEquals([Math.min(...columns), Math.min(...rows)], [3, 3]);
  assertEquals([Math.max(...columns), Math.max(...rows)], [size - 4, size - 4]);
});

Deno.test("the list of chargers has each with its connectors, also those away", async () => {
  const client = await openClientAs(await createFixture(), "viewer");
  const text = words(await client.text("/chargers"));
  assertStringIncludes(
    text,
    "CP03 3 Charging 4 Waiting Connected since 07:25 Kiran DX-2 7.0.2 ocpp2.1 192.168.10.73",
  );
  assertStringIncludes(text, "CP07 7 Unreachable Not connected Voltlane VL-22 Duo");
});

Deno.test("the list of cards says status, expiry, group and origin", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "operator");
  const text = words(await client.text("/tokens"));
  assertStringIncludes(
    text,
    "04A1B2C3D4118 may charge never FLEET 41 318.4 kWh 12:30 cloud Change",
  );
  assertStringIncludes(text, "04A1B2C3D4117 may charge 1 Jan 2027, 00:00 FLEET cloud");
  assertStringIncludes(
    text,
    "VISITOR-07 blocked never 8 leaves 17:30, needs 12.0 kWh this gateway",
  );
  fixture.state.tokens = [];
  assertStringIncludes(words(await client.text("/tokens")), "No card in the list.");
});

Deno.test("an outbox with nothing in it says so, for a site with a cloud and one without", async () => {
  const fixture = await createFixture();
  const client = await openClientAs(fixture, "viewer");
  fixture.state.outbox = [];
  const text = words(await client.text("/outbox"));
  assertStringIncludes(text, "Everything is delivered.");
  assertEquals(text.includes("Refused by the cloud"), false);
  fixture.state.site = {
    ...fixture.state.site,
    csms: { ...fixture.state.site.csms, configured: false },
  };
  assertStringIncludes(words(await client.text("/outbox")), "This site stands alone");
});

Deno.test("the pager of sessions leads to older ones and back, and keeps the filter", async () => {
  const fixture = await createFixture();
  const model = only(fixture.state.transactions[0]);
  fixture.state.transactions = Array.from(
    { length: 150 },
    (_, index) => ({ ...model, number: 500 - index }),
  );
  const client = await openClientAs(fixture, "operator");
  const first = await client.text("/sessions?charger=CP01");
  assertStringIncludes(first, 'href="/sessions?charger=CP01&amp;before=401"');
  assertEquals(first.includes(">Newest<"), false);
  const second = await client.text("/sessions?charger=CP01&before=401");
  assertStringIncludes(second, 'href="/sessions?charger=CP01"');
  assertEquals(second.includes(">Older<"), false);
  assertEquals(second.match(/<tr>/g)?.length, 51);
  assertStringIncludes(second, 'href="/sessions.csv?charger=CP01"');
});

Deno.test("sessions show what they cost, with lines that unfold; a site without a tariff has no such column", async () => {
  const fixture = await createFixture();
  const [model, ...others] = fixture.state.transactions;
  const client = await openClientAs(fixture, "operator");
  assertEquals((await client.text("/sessions")).includes(">Cost<"), false);
  const line = { tariffId: "site", when: null, taxRates: [] };
  fixture.state.transactions = [{
    ...only(model),
    correctionCost: "2.5",
    signedReadings: 0,
    cost: {
      currency: "INR",
      tariffId: "site",
      typeOfCost: "NormalCost",
      lines: [
        {
          ...line,
          kind: "fixedFee",
          quantity: "1",
          unit: "session",
          unitPrice: "20",
          ...money(20),
        },
        {
          ...line,
          kind: "energy",
          quantity: "4.3211",
          unit: "kWh",
          unitPrice: "8.5",
          ...money(36.7285),
        },
      ],
      exclTax: "56.7285",
      tax: "0.00",
      rounding: "0.0015",
      total: "56.73",
      final: true,
    },
  }, ...others];
  const page = await client.text("/sessions");
  for (
    const text of [
      ">Cost<",
      "₹56.73",
      "Start fee: ₹20",
      "4.321\u202fkWh × ₹8.50",
      "₹0.0015",
      "+₹2.50 by the end that came too late",
    ]
  ) {
    assertStringIncludes(page, text);
  }
  assertEquals(page.includes("tax included"), false);
  assertStringIncludes(await client.text("/sessions.csv"), ",56.73,INR,0.00,,,,,2.5\r\n");
});

function money(amount: number) {
  return { exclTax: String(amount), tax: "0.00", inclTax: String(amount) };
}
