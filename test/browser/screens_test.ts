/** Each page, on each screen: it fits, and who cannot see it well can read it. */
import { assertEquals } from "@std/assert";
import { FIXTURE_CAMPAIGN, FIXTURE_IMAGE } from "../../src/web/_fixture_firmware.ts";
import { ROUTES } from "../../src/web/routes.ts";
import { serverTest } from "../support/required_server.ts";
import {
  accessibilityFaults,
  CHROMIUM,
  contrastFaults,
  goTo,
  layoutFaults,
  openBench,
  openFolds,
  type Screen,
  visit,
} from "./browser.ts";

const PHONE: Screen = { name: "phone", width: 390, height: 844, scheme: "dark" };
const SMALL_PHONE: Screen = { ...PHONE, name: "small phone", width: 320, height: 640 };
const DESK: Screen = { name: "desk", width: 1440, height: 900, scheme: "light" };
const WALL: Screen = { name: "27 inch", width: 2560, height: 1440, scheme: "dark" };
/** On these axe reads each page: the two layouts. */
const READ: readonly Screen[] = [PHONE, DESK];
/** The same in their other colours. */
const COLOURED: readonly Screen[] = [{ ...PHONE, scheme: "light" }, { ...DESK, scheme: "dark" }];
/** What axe looks at does not change with some more or less width: these are measured only. */
const MEASURED: readonly Screen[] = [
  SMALL_PHONE,
  { ...DESK, name: "tablet", width: 820, height: 1180 },
  WALL,
  { ...WALL, scheme: "light" },
];

const PATHS = [
  "/",
  "/chargers",
  "/chargers/CP01",
  "/chargers/CP05",
  "/chargers/CP07",
  "/configuration?charger=CP01&charger=CP02&all=1&change=HeartbeatInterval",
  "/chargers/CP01/configuration",
  "/chargers/CP01/messages",
  "/chargers/CP01/message",
  "/chargers/CP01/security",
  "/chargers/CP03/security",
  "/chargers/CP09/firmware",
  "/firmware",
  `/firmware/campaigns/new?image=${FIXTURE_IMAGE}`,
  `/firmware/campaigns/${FIXTURE_CAMPAIGN}`,
  "/security",
  "/settings",
  "/start",
  "/start?skip=meter,csms",
  "/time",
  "/commissioning",
  "/commissioning/sheets",
  "/chargers/CP02/commissioning",
  "/chargers/CP03/commissioning",
  "/chargers/CP02/sheet",
  "/sessions",
  "/sessions/7c1e117",
  "/sessions/7c1e113",
  "/load",
  "/meters",
  "/meters/main",
  "/meters/main?period=week&show=power",
  "/meters/main?period=month&show=energy",
  "/faults",
  "/faults/1",
  "/faults/3",
  "/outbox",
  "/reports",
  ...[
    "sessions",
    "energy",
    "utilisation",
    "faults",
    "availability",
    "load",
    "service",
    "revenue",
    "carbon",
  ]
    .flatMap((name) => [`/reports/${name}`, `/reports/${name}/print`]),
  "/tokens",
  "/account",
  "/account/password",
  "/account/confirm",
  "/account/second-factor",
  "/users",
  "/api-tokens",
  "/audit",
  "/audit?check=on",
  "/api/reference",
];

/** Pages that a person without a session sees, and what is no page. */
const NO_PAGES =
  /^GET \/(api\/v1\/|live$|metrics$|healthz$|readyz$|assets\/|slots\/|sign-in$|.*\.(csv|json)$)/;

Deno.test("every page of the table of routes is looked at in a browser", () => {
  const pages = Object.keys(ROUTES).filter((key) => key.startsWith("GET ") && !NO_PAGES.test(key));
  const unseen = pages.filter((key) => {
    const pattern = new RegExp(`^${key.slice(4).replaceAll(/:\w+/g, "[^/?]+")}(\\?.*)?$`);
    return !PATHS.some((path) => pattern.test(path));
  });
  assertEquals(unseen, []);
});

for (const language of ["mr", "hi"] as const) {
  serverTest(
    CHROMIUM,
    `the pages of accounts, reports and commissioning are sound in ${language} on a small phone`,
    async () => {
      await using bench = await openBench();
      bench.fixture.state.site = { ...bench.fixture.state.site, language };
      await using visitor = await visit(bench, SMALL_PHONE);
      const { page, complaints } = visitor;
      for (
        const path of PATHS.filter((each) =>
          /account|users|api-tokens|audit|reports|commissioning|sheet/.test(each)
        )
      ) {
        await goTo(bench, page, path);
        // Longer words take more room; what axe looks at stays as in English.
        assertEquals(await layoutFaults(page), [], path);
      }
      assertEquals(complaints, []);
    },
  );
}

for (const screen of [...READ, ...COLOURED, ...MEASURED]) {
  serverTest(CHROMIUM, `every page is sound on ${screen.name}, ${screen.scheme}`, async () => {
    await using bench = await openBench();
    await using visitor = await visit(bench, screen);
    const { page, complaints } = visitor;
    const isSound = async (what: string) => {
      assertEquals(await layoutFaults(page), [], what);
      if (READ.includes(screen)) assertEquals(await accessibilityFaults(page), [], what);
      if (COLOURED.includes(screen)) assertEquals(await contrastFaults(page), [], what);
    };
    for (const path of PATHS) {
      await goTo(bench, page, path);
      await isSound(path);
      await openFolds(page);
      assertEquals(await layoutFaults(page), [], `${path}, unfolded`);
    }
    Object.assign(bench.fixture.state, { chargers: [], evses: [], waiting: [] });
    await goTo(bench, page, "/");
    await page.getByText("No charger yet").waitFor();
    await isSound("empty site");
    await bench.fixture.spawn.drain();
    assertEquals(complaints, []);
  });
}
