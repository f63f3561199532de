import type { Context } from "hono";
import { assume } from "../lib/assert.ts";
import type { ApiDocument } from "./api/api_document.ts";
import type { ApiTokens } from "./api_tokens.ts";
import type { AuditDesk } from "./audit_desk.ts";
import type { CommandDesk } from "./commands/desk.ts";
import type { ConfigurationDesk } from "./configuration_desk.ts";
import type { TestCharges } from "./commissioning/test_charges.ts";
import type { FirstRunDesk } from "./first_run/first_run_desk.ts";
import type { MessageNotes } from "./message_notes.ts";
import type { ApiEvents } from "./live/api_events.ts";
import type { PagePatches } from "./live/page_patches.ts";
import type { ReportPrinter } from "./pages/report_printer.tsx";
import type { LoadHistories } from "./pages/load_scene.ts";
import type { WebOptions, WebPorts } from "./ports.ts";
import type { RequestRate } from "./request_rate.ts";
import type { RouteKey } from "./routes.ts";
import type { Enrolment } from "./sign_in/enrolment.ts";
import type { SignIn } from "./sign_in/sign_in.ts";
import type { SessionStore } from "./sign_in/sessions.ts";
import type { UserAdmin } from "./sign_in/user_admin.ts";
import type { Principal } from "./views.ts";
import type { Visitor } from "./visitor.ts";

/** What the handlers share. */
export interface WebParts {
  readonly options: WebOptions;
  readonly ports: WebPorts;
  readonly sessions: SessionStore;
  readonly signIn: SignIn;
  readonly enrolment: Enrolment;
  readonly userAdmin: UserAdmin;
  readonly apiTokens: ApiTokens;
  readonly strangerRate: RequestRate;
  readonly knownRate: RequestRate;
  readonly audit: AuditDesk;
  readonly commands: CommandDesk;
  readonly configurations: ConfigurationDesk;
  readonly messageNotes: MessageNotes;
  readonly apiEvents: ApiEvents;
  readonly pagePatches: PagePatches;
  readonly printer: ReportPrinter;
  readonly loadHistories: LoadHistories;
  readonly firstRun: FirstRunDesk;
  readonly testCharges: TestCharges;
  readonly apiDocument: () => Promise<ApiDocument>;
}

/** What goes with each request. */
export interface WebEnv {
  Bindings: { remoteAddress: string };
  Variables: { requestId: string; visitor: Visitor };
}

export type WebContext = Context<WebEnv>;
export type Handler = (context: WebContext) => Response | Promise<Response>;
/** One handler for each route: a route without one does not compile. */
export type Handlers = Readonly<Record<RouteKey, Handler>>;

/** Who is asking, behind a door that lets no stranger in. */
export function principalOf(context: WebContext): Principal {
  const visitor = context.get("visitor");
  assume(visitor.kind !== "stranger", "a stranger passed the door");
  return visitor.principal;
}

/** A path parameter; the router only calls a handler when each is there. */
export function pathParameter(context: WebContext, name: string): string {
  return context.req.param(name) ?? "";
}
