import type { Clock } from "../lib/clock.ts";
import { type Fixture, FIXTURE_COST, FIXTURE_OPTIONS, FIXTURE_PASSWORD } from "./_fixture.ts";
import type { WebOptions } from "./ports.ts";
import type { Role } from "../site/mod.ts";
import { createWeb, type Web } from "./web.ts";

/** Where the fixture's pages are, as a browser sees it. */
export const ORIGIN = "http://127.0.0.1:8080";
/** An address of the site's network: not loopback. */
export const CLIENT_ADDRESS = "192.168.10.5";

/** What a request is made of. */
export interface ClientRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly from?: string;
}

/** A browser of a test: it keeps cookies and says which origin it comes from. */
export interface Client {
  readonly web: Web;
  cookie: string | null;
  send(path: string, request?: ClientRequest): Promise<Response>;
  get(path: string): Promise<Response>;
  /** The text of a page or an answer, whatever its status. */
  text(path: string): Promise<string>;
  json(path: string): Promise<unknown>;
  /** Sends a form as our own pages do, with the session's token. */
  post(path: string, fields?: Readonly<Record<string, string>>): Promise<Response>;
  postJson(path: string, body: unknown): Promise<Response>;
  signIn(name: string, password?: string): Promise<Response>;
  /** The token in the forms of this session. */
  csrf(): Promise<string>;
}

/** The pages of a fixture, and a browser that has not signed in. */
export function openClient<Time extends Clock>(
  fixture: Fixture<Time>,
  options: Partial<WebOptions> = {},
): Client {
  return anotherClient(createWeb({ ...FIXTURE_OPTIONS, ...options }, fixture.ports, FIXTURE_COST));
}

/** The pages of a fixture, and a browser of somebody with that role. */
export async function openClientAs<Time extends Clock>(
  fixture: Fixture<Time>,
  role: Role,
): Promise<Client> {
  const client = openClient(fixture);
  await (await client.signIn(role)).body?.cancel();
  return client;
}

/** Another browser at the same pages. */
export function anotherClient(web: Web): Client {
  async function send(path: string, request: ClientRequest = {}): Promise<Response> {
    const headers = new Headers(request.headers);
    if (client.cookie !== null) headers.set("cookie", client.cookie);
    const response = await web.fetch(
      new Request(new URL(path, ORIGIN), {
        method: request.method ?? "GET",
        headers,
        ...(request.body === undefined ? {} : { body: request.body }),
      }),
      { remoteAddress: request.from ?? CLIENT_ADDRESS },
    );
    client.cookie = withCookies(client.cookie, response.headers.getSetCookie());
    return response;
  }

  const client: Client = {
    web,
    cookie: null,
    send,
    get: (path) => send(path),
    text: async (path) => await (await send(path)).text(),
    json: async (path) => await (await send(path)).json(),
    async post(path, fields = {}) {
      return await send(path, {
        method: "POST",
        headers: { ...FORM_HEADERS },
        body: new URLSearchParams({ csrf: await client.csrf(), ...fields }).toString(),
      });
    },
    postJson: (path, body) =>
      send(path, {
        method: "POST",
        headers: { "content-type": "application/json", origin: ORIGIN },
        body: JSON.stringify(body),
      }),
    signIn: (name, password = FIXTURE_PASSWORD) =>
      send("/sign-in", {
        method: "POST",
        headers: { ...FORM_HEADERS },
        body: new URLSearchParams({ name, password }).toString(),
      }),
    async csrf() {
      const page = await client.text("/account/password");
      return /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? "";
    },
  };
  return client;
}

/** The marks of known browsers are for tests that are about them. */
function withCookies(cookie: string | null, given: readonly string[]): string | null {
  const jar = new Map((cookie?.split("; ") ?? []).map((pair) => [pair.split("=")[0], pair]));
  for (const line of given) {
    const [pair = ""] = line.split(";");
    const [name = ""] = pair.split("=");
    if (pair.endsWith("=")) jar.delete(name);
    else if (!name.endsWith("known")) jar.set(name, pair);
  }
  return jar.size === 0 ? null : [...jar.values()].join("; ");
}

const FORM_HEADERS = {
  "content-type": "application/x-www-form-urlencoded",
  origin: ORIGIN,
};
