/** What a VTN for tests has, and what it was asked. */
export interface TestVtn {
  /** Where its paths begin. */
  readonly url: string;
  programs: unknown[];
  events: unknown[];
  readonly vens: Record<string, unknown>[];
  /** Every question, as "GET /events?programID=p1". */
  readonly asked: string[];
  /** Answers in place of its own, by path; the body as it is sent. */
  readonly instead: Map<string, { readonly status: number; readonly body: string }>;
  /** Where 3.1 says that tokens are given; null: nobody says. */
  tokenUrl: string | null;
  /** Tokens that were given count no more. */
  forgetTokens(): void;
  close(): Promise<void>;
}

export const CLIENT = { clientId: "ven-1", clientSecret: "s3cret&=ü" } as const;

/**
 * A VTN for tests, written from the OpenAPI text of OpenADR 3.0.1 and 3.1.1: tokens for client
 * credentials, programs, events, vens, pages of 50. It checks what a real one would refuse.
 */
export function openVtn(): TestVtn {
  let tokens = new Set<string>();
  let given = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  const vtn: TestVtn = {
    url: `http://127.0.0.1:${server.addr.port}/openadr3/3.1.0`,
    programs: [{ id: "p1", objectType: "PROGRAM", programName: "flex", payloadDescriptors: null }],
    events: [],
    vens: [],
    asked: [],
    instead: new Map(),
    tokenUrl: null,
    forgetTokens: () => tokens = new Set(),
    close: () => server.shutdown(),
  };

  async function answer(request: Request): Promise<Response> {
    const { pathname, search, searchParams } = new URL(request.url);
    const path = pathname.replace("/openadr3/3.1.0", "");
    vtn.asked.push(`${request.method} ${path}${decodeURIComponent(search)}`);
    const instead = vtn.instead.get(path);
    if (instead !== undefined) return new Response(instead.body, { status: instead.status });
    if (path === "/auth/server") {
      return vtn.tokenUrl === null
        ? problem(404, "Not found")
        : Response.json({ tokenURL: vtn.tokenUrl });
    }
    if (path === "/auth/token") return await token(request);
    const bearer = request.headers.get("authorization")?.replace(/^Bearer /, "") ?? "";
    if (!tokens.has(bearer)) return problem(403, "Token is not valid");
    switch (`${request.method} ${path}`) {
      case "GET /programs":
        return page(vtn.programs, searchParams);
      case "GET /events": {
        const programId = searchParams.get("programID");
        const of = (each: unknown) => (each as { programID?: string }).programID === programId;
        return page(programId === null ? vtn.events : vtn.events.filter(of), searchParams);
      }
      case "GET /vens": {
        const name = searchParams.get("venName");
        return page(vtn.vens.filter(({ venName }) => venName === name), searchParams);
      }
      case "POST /vens": {
        const ven = await request.json();
        vtn.vens.push({ ...ven, id: `v${vtn.vens.length + 1}` });
        return Response.json(vtn.vens.at(-1), { status: 201 });
      }
      default:
        return problem(404, "Not found");
    }
  }

  async function token(request: Request): Promise<Response> {
    const isForm = request.headers.get("content-type") === "application/x-www-form-urlencoded";
    const form = new URLSearchParams(await request.text());
    const isRight = isForm && form.get("grant_type") === "client_credentials" &&
      form.get("client_id") === CLIENT.clientId &&
      form.get("client_secret") === CLIENT.clientSecret;
    if (!isRight) return Response.json({ error: "invalid_client" }, { status: 401 });
    const text = `token-${++given}`;
    tokens.add(text);
    return Response.json({ access_token: text, token_type: "Bearer", expires_in: 3_600 });
  }

  return vtn;
}

function page(all: readonly unknown[], query: URLSearchParams): Response {
  const skip = Number(query.get("skip") ?? 0);
  const limit = Number(query.get("limit") ?? 50);
  if (limit > 50) return problem(400, "limit is above 50");
  return Response.json(all.slice(skip, skip + limit));
}

function problem(status: number, detail: string): Response {
  return Response.json({ type: "about:blank", status, detail }, { status });
}
