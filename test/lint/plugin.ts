import { CORE_ROOMS, importedPlace, type Place, placeOf, ROOM_RANKS, TYPES_ONLY } from "./rooms.ts";
import { collectPromiseNames, type PromiseNames, readSources } from "./promise_names.ts";

/** Globals that read time, chance or the outside world, and what to ask instead. */
const AMBIENT_CALLS: ReadonlyMap<string, string> = new Map([
  ["Date.now", "take a Clock"],
  ["performance.now", "take a Clock"],
  ["setTimeout", "take a Clock"],
  ["setInterval", "take a Clock"],
  ["setImmediate", "take a Clock"],
  ["queueMicrotask", "take a Clock"],
  ["Math.random", "take Ids"],
  ["crypto.randomUUID", "take Ids"],
  ["crypto.getRandomValues", "take Ids"],
  ["fetch", "take a port"],
]);

/** Modules that act on the outside world; only `*_io.ts` may import more than their types. */
const ACTING_MODULES =
  /^(ws|mqtt|modbus-serial|aedes|nodemailer|basic-ftp|node:(fs|fs\/promises|net|tls|http|https|dgram|child_process|sqlite|os|dns))$/;

/** Modules that the core does not know even by name. */
const EDGE_MODULES = /^(zod|yaml|node:sqlite|hono(\/.*)?)$/;

/** Calls that throw away what their callback returns. */
const DEAF_CALLEES = new Set([
  "after",
  "every",
  "on",
  "once",
  "emit",
  "forEach",
  "addEventListener",
  "setTimeout",
  "setInterval",
  "queueMicrotask",
]);

type Context = Deno.lint.RuleContext;
type Call = Deno.lint.CallExpression;
type Callback = Deno.lint.ArrowFunctionExpression | Deno.lint.FunctionExpression;

/** `a.b` for member calls, `a` for plain ones. */
function calleeName(call: Call): { readonly full: string; readonly last: string } | null {
  const callee = call.callee;
  if (callee.type === "Identifier") return { full: callee.name, last: callee.name };
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return null;
  const owner = callee.object.type === "Identifier" ? callee.object.name : "";
  return { full: `${owner}.${callee.property.name}`, last: callee.property.name };
}

/** True for files that may touch the world: shells, tests, the command line. */
function mayAct(place: Place): boolean {
  return place.room === "test" || place.room === "main.ts" ||
    /_io\.tsx?$/.test(place.path) || isTest(place);
}

function isTest(place: Place): boolean {
  return /_test\.tsx?$/.test(place.path);
}

const layers: Deno.lint.Rule = {
  create(context) {
    const here = placeOf(context.filename);
    if (here === null || here.room === "test" || here.room === "main.ts") return {};
    const rank = ROOM_RANKS[here.room];
    function check(
      node: Deno.lint.Node,
      specifier: string | undefined,
      typesOnly: boolean,
    ): void {
      const there = specifier && importedPlace(context.filename, specifier);
      if (!there || !specifier || there.room === here?.room || here === null) return;
      const message = layerProblem(here, rank, there, typesOnly);
      if (message !== null) context.report({ node, message });
    }
    return {
      ImportDeclaration: (node) => check(node, node.source.value, node.importKind === "type"),
      ExportNamedDeclaration: (node) => check(node, node.source?.value, false),
      ExportAllDeclaration: (node) => check(node, node.source.value, false),
      ImportExpression(node) {
        if (node.source.type === "Literal" && typeof node.source.value === "string") {
          check(node, node.source.value, false);
        }
      },
    };
  },
};

function layerProblem(
  here: Place,
  rank: number | undefined,
  there: Place,
  typesOnly: boolean,
): string | null {
  if (there.room === "test") return isTest(here) ? null : "src/ must not import test/";
  const target = ROOM_RANKS[there.room];
  if (rank === undefined) return `"${here.room}" is no room of the house`;
  if (target === undefined) return `"${there.room}" is no room of the house`;
  if (target >= rank) {
    return `${here.room} (rank ${rank}) must not import ${there.room} (${target})`;
  }
  const file = there.path.split("/").at(-1) ?? "";
  if (file.startsWith("_")) return `${there.path} is private to its folder`;
  const limited = TYPES_ONLY[here.room];
  if (limited && target >= limited[0] && target <= limited[1] && !typesOnly) {
    return `${here.room} takes only types from ${there.room}`;
  }
  const isFace = file === "mod.ts" || there.room === "lib" || target === 7;
  if (isFace || isTest(here)) return null;
  if (file.endsWith("_io.ts")) {
    return rank === 7 || here.path.endsWith("_io.ts") ? null : "only shells import shells";
  }
  return `import ${there.room} through a mod.ts`;
}

const noAmbientEffects: Deno.lint.Rule = {
  create(context) {
    const here = placeOf(context.filename);
    if (here === null || mayAct(here)) return {};
    return {
      CallExpression(node) {
        const name = calleeName(node);
        const remedy = name && AMBIENT_CALLS.get(name.full.replace(/^globalThis\./, ""));
        if (remedy) context.report({ node, message: `${name.full} is ambient: ${remedy}` });
        if (name?.full === "Date") context.report({ node, message: "Date() is ambient" });
      },
      NewExpression(node) {
        if (node.callee.type !== "Identifier") return;
        const ambient = node.callee.name === "WebSocket" || node.callee.name === "Worker" ||
          (node.callee.name === "Date" && node.arguments.length === 0);
        if (ambient) context.report({ node, message: `new ${node.callee.name}() is ambient` });
      },
      MemberExpression(node) {
        if (node.object.type === "Identifier" && /^(Deno|process)$/.test(node.object.name)) {
          context.report({ node, message: `${node.object.name}.* belongs into a *_io.ts file` });
        }
      },
      ImportDeclaration(node) {
        if (node.importKind !== "type" && ACTING_MODULES.test(node.source.value)) {
          context.report({ node, message: `"${node.source.value}" belongs into a *_io.ts file` });
        }
      },
    };
  },
};

const pureCore: Deno.lint.Rule = {
  create(context) {
    const here = placeOf(context.filename);
    if (here === null || !CORE_ROOMS.has(here.room) || isTest(here)) return {};
    return {
      ImportDeclaration(node) {
        if (EDGE_MODULES.test(node.source.value)) {
          const message = `the core does not know "${node.source.value}"`;
          context.report({ node, message });
        }
      },
    };
  },
};

let projectNames: PromiseNames | undefined;

/** The index of the checkout that this plugin belongs to. */
function promiseNames(): PromiseNames {
  const folder = new URL("../../src", import.meta.url).pathname;
  return projectNames ??= collectPromiseNames(readSources(folder));
}

const noFloatingPromise: Deno.lint.Rule = {
  create(context) {
    const here = placeOf(context.filename);
    if (here === null) return {};
    const own = collectPromiseNames([context.sourceCode.text]);
    const imported = new Set<string>();
    const returnsPromise = (call: Call) => {
      const name = calleeName(call);
      if (name === null) return false;
      if (/^(then|finally)$/.test(name.last)) return !isCaught(call);
      if (call.callee.type === "Identifier") {
        return own.functionPromises(name.last) ||
          (imported.has(name.last) && promiseNames().functionPromises(name.last));
      }
      if (name.full.startsWith("Deno.")) return isAsyncOfDeno(name.last);
      const indexes = [own, promiseNames()];
      // A name that is declared both ways cannot be judged without types.
      return indexes.some((index) => index.memberPromises(name.last)) &&
        !indexes.some((index) => index.memberIsPlain(name.last));
    };
    return {
      ImportDeclaration(node) {
        if (!node.source.value.startsWith(".")) return;
        for (const { local } of node.specifiers) imported.add(local.name);
      },
      ExpressionStatement(node) {
        const call = discarded(node.expression);
        if (call !== null && returnsPromise(call)) {
          context.report({ node, message: "nobody owns this promise: await it or spawn() it" });
        }
      },
      CallExpression: (node) => checkCallbacks(context, node, returnsPromise),
    };
  },
};

/** Deno's own functions can be asked. */
function isAsyncOfDeno(name: string): boolean {
  const found: unknown = Reflect.get(Deno, name);
  return typeof found === "function" && found.constructor.name === "AsyncFunction";
}

/** The call whose value an expression statement throws away, `void` or not. */
function discarded(expression: Deno.lint.Expression): Call | null {
  if (expression.type === "UnaryExpression" && expression.operator === "void") {
    return discarded(expression.argument);
  }
  if (expression.type === "LogicalExpression") return discarded(expression.right);
  return expression.type === "CallExpression" ? expression : null;
}

/** True where a chain handles its rejection: `.catch(…)` or `.then(…, …)`. */
function isCaught(call: Call): boolean {
  const name = calleeName(call);
  if (name?.last === "catch") return true;
  if (name?.last === "then" && call.arguments.length > 1) return true;
  const callee = call.callee;
  return callee.type === "MemberExpression" && callee.object.type === "CallExpression" &&
    isCaught(callee.object);
}

function checkCallbacks(context: Context, node: Call, returnsPromise: (call: Call) => boolean) {
  const name = calleeName(node);
  if (name === null || !DEAF_CALLEES.has(name.last)) return;
  for (const argument of node.arguments) {
    if (!isCallback(argument)) continue;
    const body = argument.body;
    const leaks = argument.async || (body?.type === "CallExpression" && returnsPromise(body));
    if (leaks) {
      const message = `${name.last}() drops the promise of its callback: spawn() the work`;
      context.report({ node: argument, message });
    }
  }
}

function isCallback(node: Deno.lint.Node): node is Callback {
  return node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression";
}

const plugin: Deno.lint.Plugin = {
  name: "sangam",
  rules: {
    "layers": layers,
    "no-ambient-effects": noAmbientEffects,
    "pure-core": pureCore,
    "no-floating-promise": noFloatingPromise,
  },
};

export default plugin;
