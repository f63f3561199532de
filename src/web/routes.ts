import type { Role } from "../site/mod.ts";

/** Who may use a route. A role stands for itself and every higher one. */
export type Access =
  | "anyone"
  /** Any account, also one that must change its password first. */
  | "signed-in"
  /** Somebody with a session, no script. */
  | "person"
  /** Somebody who has shown only minutes ago who it is: accounts and what opens doors. */
  | "person-proved"
  /** The same, and open to who has to set up a second factor before anything else. */
  | "enrolling"
  | "installer-proved"
  | "admin-proved"
  /** A script with an admin's token; a person who has shown only minutes ago who it is. */
  | "admin-carefully"
  | "viewer-or-loopback"
  | Role;

/**
 * Every route and who may use it. There is no other list: what does not stand here does not exist,
 * and a handler cannot be registered without a line.
 */
export const ROUTES = {
  "GET /healthz": "anyone",
  "GET /readyz": "anyone",
  "GET /metrics": "viewer-or-loopback",
  "GET /assets/:version/:file": "anyone",

  "GET /sign-in": "anyone",
  "POST /sign-in": "anyone",
  "POST /sign-in/code": "anyone",
  "POST /sign-out": "signed-in",
  "POST /language": "anyone",
  "GET /account/password": "signed-in",
  "POST /account/password": "signed-in",
  "POST /account/presence": "signed-in",
  "GET /account/confirm": "signed-in",
  "POST /account/confirm": "signed-in",
  "GET /account": "person",
  "POST /account/sessions/end": "person",
  "GET /account/second-factor": "enrolling",
  "POST /account/second-factor": "enrolling",
  "POST /account/second-factor/remove": "person-proved",
  "POST /account/recovery-codes": "person-proved",

  "GET /users": "admin-proved",
  "POST /users": "admin-proved",
  "POST /users/role": "admin-proved",
  "POST /users/reset": "admin-proved",
  "POST /users/sign-out": "admin-proved",
  "POST /users/remove": "admin-proved",
  "GET /api-tokens": "admin-proved",
  "POST /api-tokens": "admin-proved",
  "POST /api-tokens/revoke": "admin-proved",
  "GET /audit": "admin",

  "GET /security": "installer",
  // The text may hold passwords.
  "GET /settings": "admin-proved",
  "POST /settings/check": "admin-proved",
  "POST /settings/apply": "admin-proved",
  "POST /settings/backup": "admin-proved",
  "POST /settings/support-bundle": "admin-proved",
  "GET /start": "installer",
  "POST /start/fuse": "admin-proved",
  "POST /start/chargers": "admin-proved",
  "GET /commissioning": "installer",
  "GET /commissioning/sheets": "installer",
  "GET /chargers/:id/commissioning": "installer",
  "GET /chargers/:id/sheet": "installer",
  // What was found is written into site.yaml.
  "POST /chargers/:id/commissioning/rotation": "admin-proved",
  "POST /evses/:slot/rotation-test": "installer",
  "POST /evses/:slot/rotation-test/end": "installer",
  "GET /configuration": "installer",
  "POST /configuration": "installer",
  "POST /configuration/read": "installer",
  "GET /chargers/:id/configuration": "installer",
  "POST /chargers/:id/configuration": "installer",
  "POST /chargers/:id/configuration/read": "installer",
  // Frames hold the text of tokens.
  "GET /chargers/:id/messages": "operator",
  // A call as it stands can make a charger useless.
  "GET /chargers/:id/message": "admin-proved",
  "POST /chargers/:id/message": "admin-proved",
  "GET /chargers/:id/security": "installer-proved",
  "POST /chargers/:id/security": "installer-proved",

  "GET /firmware": "viewer",
  "POST /firmware": "installer",
  "POST /firmware/fetch": "installer",
  "POST /firmware/orders/:number/cancel": "operator",
  "POST /firmware/orders/:number/retry": "operator",
  // Before the digests of images and the ids of campaigns.
  "GET /firmware/campaigns/new": "installer",
  "POST /firmware/campaigns/preview": "installer",
  "POST /firmware/campaigns": "installer",
  "GET /firmware/campaigns/:id": "viewer",
  "POST /firmware/campaigns/:id/state": "operator",
  "POST /firmware/images/:sha256/purpose": "installer",
  "POST /firmware/images/:sha256/remove": "installer",
  "GET /chargers/:id/firmware": "viewer",
  "POST /chargers/:id/firmware": "installer",

  "GET /": "viewer",
  "GET /live": "viewer",
  "GET /chargers": "viewer",
  "GET /chargers/:id": "viewer",
  "POST /chargers/:id/adopt": "installer",
  "POST /chargers/:id/rebind": "installer",
  "POST /chargers/:id/reset": "operator",
  "POST /chargers/:id/trigger": "operator",
  "POST /evses/:slot/start": "operator",
  "POST /evses/:slot/stop": "operator",
  "POST /evses/:slot/unlock": "operator",
  "POST /evses/:slot/reconnect": "operator",
  "POST /evses/:slot/availability": "operator",
  "POST /evses/:slot/limit": "operator",
  "POST /evses/:slot/priority": "operator",
  "POST /evses/:slot/demand": "operator",
  // The code at a connector.
  "GET /slots/:slot": "viewer",
  "GET /time": "viewer",
  "GET /sessions": "viewer",
  "GET /sessions.csv": "viewer",
  "GET /sessions/:id": "viewer",
  "GET /sessions/:id/session.json": "viewer",
  "GET /sessions/:id/readings.csv": "viewer",
  "GET /load": "viewer",
  "POST /load/preview": "operator",
  "GET /meters": "viewer",
  "GET /meters/:id": "viewer",
  "GET /meters/:id/history.csv": "viewer",
  "POST /meters/:id/believe": "installer",
  "POST /alerts/test": "admin",
  "GET /faults": "viewer",
  "GET /faults/:id": "viewer",
  "POST /faults/:id/acknowledge": "operator",
  "POST /faults/:id/close": "operator",
  "GET /reports": "viewer",
  "GET /reports/:name": "viewer",
  "GET /reports/:name/print": "viewer",
  "POST /circuits/:id/source": "operator",
  "POST /circuits/:id/limit": "operator",
  "POST /circuits/:id/limit/end": "operator",
  "POST /site/limit/end": "operator",
  "GET /outbox": "viewer",
  "POST /outbox/:id/retry": "operator",
  "POST /outbox/:id/discard": "operator",
  "POST /orphan-stops/:id/dismiss": "operator",
  "GET /tokens": "operator",
  "POST /tokens": "operator",
  "POST /tokens/remove": "operator",
  "GET /tokens.csv": "operator",
  "POST /tokens/import": "operator",
  "POST /tokens/import/apply": "operator",

  "GET /api/reference": "viewer",
  "GET /api/v1/openapi.json": "viewer",
  "GET /api/v1/site": "viewer",
  "GET /api/v1/time": "viewer",
  "GET /api/v1/chargers": "viewer",
  "GET /api/v1/chargers/:id": "viewer",
  "POST /api/v1/chargers/:id/reset": "operator",
  "POST /api/v1/chargers/:id/trigger": "operator",
  "POST /api/v1/chargers/:id/adopt": "installer",
  "POST /api/v1/chargers/:id/rebind": "installer",
  "POST /api/v1/chargers/:id/security": "installer",
  // It can make a charger useless.
  "POST /api/v1/chargers/:id/message": "admin-carefully",
  "GET /api/v1/configuration": "installer",
  "POST /api/v1/configuration": "installer",
  "GET /api/v1/chargers/:id/configuration": "installer",
  "POST /api/v1/chargers/:id/configuration": "installer",
  "GET /api/v1/chargers/:id/commissioning": "installer",
  "GET /api/v1/chargers/:id/sheet": "installer",
  "GET /api/v1/commissioning/sheets": "installer",
  "POST /api/v1/chargers/:id/firmware": "installer",
  "GET /api/v1/firmware": "viewer",
  "POST /api/v1/firmware": "installer",
  "POST /api/v1/firmware/fetch": "installer",
  "POST /api/v1/firmware/:sha256/purpose": "installer",
  "DELETE /api/v1/firmware/:sha256": "installer",
  "GET /api/v1/firmware-orders": "viewer",
  "POST /api/v1/firmware-orders/:number/cancel": "operator",
  "POST /api/v1/firmware-orders/:number/retry": "operator",
  "GET /api/v1/campaigns": "viewer",
  "POST /api/v1/campaigns": "installer",
  "POST /api/v1/campaigns/preview": "installer",
  "GET /api/v1/campaigns/:id": "viewer",
  "POST /api/v1/campaigns/:id/state": "operator",
  "GET /api/v1/waiting": "viewer",
  "GET /api/v1/evses": "viewer",
  "GET /api/v1/evses/:slot": "viewer",
  "POST /api/v1/evses/:slot/start": "operator",
  "POST /api/v1/evses/:slot/stop": "operator",
  "POST /api/v1/evses/:slot/unlock": "operator",
  "POST /api/v1/evses/:slot/reconnect": "operator",
  "POST /api/v1/evses/:slot/availability": "operator",
  "POST /api/v1/evses/:slot/limit": "operator",
  "POST /api/v1/evses/:slot/priority": "operator",
  "POST /api/v1/evses/:slot/demand": "operator",
  "POST /api/v1/evses/:slot/rotation-test": "installer",
  "POST /api/v1/evses/:slot/rotation-test/end": "installer",
  "GET /api/v1/circuits": "viewer",
  "GET /api/v1/circuits/:id/history": "viewer",
  "GET /api/v1/circuits/:id/plan": "viewer",
  "POST /api/v1/load/preview": "operator",
  "POST /api/v1/circuits/:id/source": "operator",
  "POST /api/v1/circuits/:id/limit": "operator",
  "DELETE /api/v1/circuits/:id/limit": "operator",
  "POST /api/v1/site/limit": "operator",
  "DELETE /api/v1/site/limit": "operator",
  "GET /api/v1/limits": "viewer",
  "GET /api/v1/signals": "viewer",
  "POST /api/v1/signals/:id": "operator",
  "POST /api/v1/signals/:id/heartbeat": "operator",
  "GET /api/v1/meters": "viewer",
  "GET /api/v1/meters/:id/history": "viewer",
  "POST /api/v1/meters/:id/believe": "installer",
  "GET /api/v1/reports": "viewer",
  // Before the names of reports. They hold card numbers.
  "GET /api/v1/reports/cdr": "operator",
  "GET /api/v1/reports/signed": "operator",
  "GET /api/v1/reports/:name": "viewer",
  "GET /api/v1/transactions": "viewer",
  "GET /api/v1/transactions/:id": "viewer",
  "GET /api/v1/transactions/:id/readings": "viewer",
  "GET /api/v1/transactions/:id/cdr": "operator",
  "GET /api/v1/transactions/:id/signed": "operator",
  "POST /api/v1/transactions/:id/close": "operator",
  "GET /api/v1/tokens": "operator",
  "POST /api/v1/tokens": "operator",
  "GET /api/v1/token-usage": "operator",
  "GET /api/v1/tokens/:id": "operator",
  "PUT /api/v1/tokens/:id": "operator",
  "DELETE /api/v1/tokens/:id": "operator",
  // Frames hold the text of tokens.
  "GET /api/v1/messages": "operator",
  "GET /api/v1/orphan-stops": "viewer",
  "POST /api/v1/orphan-stops/:id/dismiss": "operator",
  "GET /api/v1/outbox": "viewer",
  "POST /api/v1/outbox/:id/retry": "operator",
  "POST /api/v1/outbox/:id/discard": "operator",
  "GET /api/v1/first-aid": "operator",
  "GET /api/v1/alerts": "operator",
  "POST /api/v1/alerts/test": "admin",
  "GET /api/v1/faults": "viewer",
  "GET /api/v1/faults/:id": "viewer",
  "POST /api/v1/faults/:id/acknowledge": "operator",
  "POST /api/v1/faults/:id/close": "operator",
  // They name tokens.
  "GET /api/v1/decisions": "operator",
  "GET /api/v1/audit": "admin",
  "GET /api/v1/support-bundle": "admin-carefully",
  "GET /api/v1/events": "viewer",
} as const satisfies Readonly<Record<`${Method} /${string}`, Access>>;

type Method = "GET" | "POST" | "PUT" | "DELETE";

/** A line of the table: method and path. */
export type RouteKey = keyof typeof ROUTES;

/** A route, taken apart. */
export interface Route {
  readonly key: RouteKey;
  readonly method: string;
  readonly path: string;
  readonly access: Access;
}

/** The table as a list. */
export function listRoutes(): readonly Route[] {
  return Object.entries(ROUTES).map(([key, access]) => {
    const [method = "", path = ""] = key.split(" ");
    return { key: key as RouteKey, method, path, access };
  });
}

/** The methods that the table knows for a path; empty for a path that is not there at all. */
export function methodsOf(path: string): readonly string[] {
  return listRoutes().filter((route) => matches(route.path, path)).map((route) => route.method);
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const given = path.split("/");
  return wanted.length === given.length &&
    wanted.every((part, index) =>
      part.startsWith(":") ? given[index] !== "" : part === given[index]
    );
}
