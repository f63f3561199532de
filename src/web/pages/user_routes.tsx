import { z } from "zod";
import { ROLES } from "../../site/mod.ts";
import type { AuditAction } from "../../site/mod.ts";
import { accountTextOf } from "../account_text.ts";
import type { UserChange } from "../sign_in/user_admin.ts";
import type { Handlers, WebContext, WebParts } from "../web_parts.ts";
import { answerPage } from "./answer.tsx";
import { withForm } from "./own_form.ts";
import { pageOf } from "./page.ts";
import { note } from "./sign_in_routes.tsx";
import { UsersPage } from "./users_page.tsx";

const NameField = z.string().trim().min(1).max(100);
const RoleField = z.enum(ROLES);
const UserFields = z.object({ name: NameField, role: RoleField });
const NameFields = z.object({ name: NameField });

/** What an administrator does with accounts. */
export function userRoutes(parts: WebParts) {
  const { userAdmin, sessions } = parts;
  const done = { kind: "done" } as const;
  return {
    "GET /users": (context) => usersPage(parts, context, done, ""),
    "POST /users": (context) =>
      withForm(parts, context, UserFields, async ({ name, role }) => {
        const change = await userAdmin.add(name, role);
        return await answerChange(parts, context, {
          what: "user-added",
          name,
          detail: role,
          change,
        });
      }),
    "POST /users/role": (context) =>
      withForm(parts, context, UserFields, async ({ name, role }, { principal }) => {
        const before = parts.ports.users.find(name)?.role ?? "";
        const change = await userAdmin.changeRole(name, role, principal.name);
        const detail = `${before} → ${role}`;
        return await answerChange(parts, context, { what: "user-changed", name, detail, change });
      }),
    "POST /users/reset": (context) =>
      withForm(parts, context, NameFields, async ({ name }, { principal }) => {
        const change = await userAdmin.reset(name, principal.name);
        return await answerChange(parts, context, { what: "user-reset", name, detail: "", change });
      }),
    "POST /users/remove": (context) =>
      withForm(parts, context, NameFields, async ({ name }, { principal }) => {
        const change = await userAdmin.remove(name, principal.name);
        return await answerChange(parts, context, {
          what: "user-removed",
          name,
          detail: "",
          change,
        });
      }),
    "POST /users/sign-out": (context) =>
      withForm(parts, context, NameFields, async ({ name }, { session, principal }) => {
        sessions.closeOthers(name, name === principal.name ? session.key : null);
        const what = { what: "session-ended", name, detail: "all", change: done } as const;
        return await answerChange(parts, context, what);
      }),
  } satisfies Partial<Handlers>;
}

async function answerChange(
  parts: WebParts,
  context: WebContext,
  { what, name, detail, change }: {
    readonly what: AuditAction;
    readonly name: string;
    readonly detail: string;
    readonly change: UserChange;
  },
): Promise<Response> {
  const refusal = change.kind === "problem" ? change.problem : null;
  await note(parts, context, {
    what,
    about: name,
    outcome: refusal === null ? "done" : "refused",
    detail: [detail, refusal ?? ""].filter((text) => text !== "").join(": "),
  });
  return change.kind === "done"
    ? context.redirect("/users", 303)
    : usersPage(parts, context, change, name);
}

/** A one-time password stands on the page that answers the form, and nowhere else. */
function usersPage(
  parts: WebParts,
  context: WebContext,
  change: UserChange,
  name: string,
): Response {
  const page = pageOf(parts, context);
  const words = accountTextOf(page.site.language);
  return answerPage(
    context,
    <UsersPage
      page={page}
      users={parts.ports.users.list().toSorted((a, b) => a.name.localeCompare(b.name))}
      sessionsOf={(user) => parts.sessions.list(user).length}
      problem={change.kind === "problem" ? words.problems[change.problem] : null}
      oneTime={change.kind === "one-time" ? { name, password: change.password } : null}
    />,
    change.kind === "problem" ? 422 : 200,
  );
}
