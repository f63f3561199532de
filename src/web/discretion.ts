import { isRecord } from "../lib/json.ts";
import { mayActAs, type Role } from "../site/mod.ts";
import { maskToken } from "./commands/command.ts";

/**
 * A view as a role may see it: tokens name a person, and who only looks has no need of them. Applied
 * to whatever leaves for a viewer, so that no field is forgotten where a view holds another.
 */
export function forEyesOf<View>(role: Role, view: View): View {
  return mayActAs(role, "operator") ? view : masked(view);
}

function masked<View>(view: View): View;
function masked(view: unknown): unknown {
  if (Array.isArray(view)) return view.map((item) => masked(item));
  if (!isRecord(view)) return view;
  return Object.fromEntries(
    Object.entries(view).map(([name, value]) => [
      name,
      name === "token" && typeof value === "string" ? maskToken(value) : masked(value),
    ]),
  );
}
