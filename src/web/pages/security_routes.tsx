import { X509Certificate } from "node:crypto";
import { FORM_FIELDS } from "../command_fields.ts";
import { type Handlers, pathParameter, type WebContext, type WebParts } from "../web_parts.ts";
import { answerError, answerPage } from "./answer.tsx";
import { ChargerSecurityPage } from "./charger_security_page.tsx";
import { submit } from "./command_routes.ts";
import { pageOf } from "./page.ts";
import { SecurityPage } from "./security_page.tsx";
import { hostOf } from "./view_routes.tsx";

/** Sign-ins that failed are looked for among so many of the last ones, and so many are shown. */
const SIGN_INS_READ = 200;
const FAILURES_SHOWN = 20;
/** What is wrong with a certificate, an identity or a password; others are on the site page. */
const SECURITY_FAULTS = /certificate|security|duplicate|identity/;

/** The pages about who proves himself how, and the orders to a charger about that. */
export function securityRoutes(parts: WebParts) {
  const { views } = parts.ports;
  return {
    "GET /security": (context) => securityPage(parts, context),
    "GET /chargers/:id/security": (context) => {
      const charger = views.charger(pathParameter(context, "id"));
      if (charger === undefined) return answerError(parts, context, "not-found");
      const scene = {
        page: pageOf(parts, context),
        charger,
        records: parts.commands.recordsOf(charger.id),
        listeners: views.listeners(),
        host: hostOf(context),
      };
      return answerPage(context, <ChargerSecurityPage scene={scene} />);
    },
    "POST /chargers/:id/security": (context) => {
      const chargerId = pathParameter(context, "id");
      if (views.charger(chargerId) === undefined) return answerError(parts, context, "not-found");
      const page = `/chargers/${encodeURIComponent(chargerId)}/security#commands`;
      return submit(
        parts,
        context,
        FORM_FIELDS.security,
        (order) => ({ kind: "security", chargerId, order }),
        () => page,
      );
    },
  } satisfies Partial<Handlers>;
}

async function securityPage(parts: WebParts, context: WebContext): Promise<Response> {
  const { views, audit, users } = parts.ports;
  const signIns = await audit.find({ what: "sign-in", limit: SIGN_INS_READ });
  const people = users.list();
  const scene = {
    page: pageOf(parts, context),
    security: views.security(),
    chargers: views.chargers(),
    refusals: views.refusals(),
    failures: signIns.filter(({ outcome }) => outcome !== "done").slice(0, FAILURES_SHOWN),
    faults: views.faults().filter(({ kind, state }) =>
      state === "raised" && SECURITY_FAULTS.test(kind)
    ),
    people: {
      all: people.length,
      withSecondFactor: people.filter(({ secondFactor }) => secondFactor !== undefined).length,
      rule: parts.options.secondFactor ?? "optional",
    },
    pagesUntil: pagesUntil(parts),
  };
  return answerPage(context, <SecurityPage scene={scene} />);
}

/** The first certificate of the file is the gateway's own. */
function pagesUntil({ options: { tls } }: WebParts): string | null {
  return tls === null ? null : new Date(new X509Certificate(tls.cert).validTo).toISOString();
}
